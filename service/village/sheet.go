package village

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"cunwu/model"
)

const (
	fileMax     = 50 << 20  // bytes of an uploaded roster
	unzippedMax = 256 << 20 // bytes of an .xlsx once unpacked
	inMemoryMax = 8 << 20   // bytes of a worksheet beyond which it goes through a temporary file
)

// eachRow calls visit for every row of a roster file, with the row's number as
// the spreadsheet counts. The content decides what the file is; its name only
// helps to say what is wrong.
func eachRow(filename string, content []byte, visit func(row int, cells []string) error) error {
	switch {
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return eachExcelRow(content, visit)
	case bytes.HasPrefix(content, []byte("\xD0\xCF\x11\xE0")), strings.EqualFold(path.Ext(filename), ".xls"):
		return model.Errorf(model.Invalid, "这是旧版Excel文件（.xls）或加了密码，请去掉密码，另存为 .xlsx 后再导入")
	case strings.EqualFold(path.Ext(filename), ".xlsx"):
		return model.Errorf(model.Invalid, "这个 .xlsx 文件打不开，请用Excel或WPS另存一次再导入")
	}
	return eachCSVRow(content, visit)
}

func readAll(r io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, fileMax+1))
	if err != nil {
		return nil, model.Errorf(model.Invalid, "文件读不出来，请重新选择文件").Because(err)
	}
	if len(content) > fileMax {
		return nil, model.Errorf(model.Invalid, "文件超过50MB，请分成几个文件导入")
	}
	return content, nil
}

func eachCSVRow(content []byte, visit func(row int, cells []string) error) error {
	text, err := decodeText(content)
	if err != nil {
		return err
	}
	reader := csv.NewReader(bytes.NewReader(text))
	reader.FieldsPerRecord, reader.LazyQuotes, reader.ReuseRecord = -1, true, true
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return model.Errorf(model.Invalid, "CSV文件读不下去，请用Excel或WPS另存为 .xlsx 再导入").Because(err)
		}
		row, _ := reader.FieldPos(0)
		if err := visit(row, cells); err != nil {
			return err
		}
	}
}

// decodeText reads UTF-8 with or without a mark, and GB18030, which is what
// Excel and WPS write when they save as CSV in China.
func decodeText(content []byte) ([]byte, error) {
	content = bytes.TrimPrefix(content, []byte("\xEF\xBB\xBF"))
	if utf8.Valid(content) {
		return content, nil
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(content)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return nil, model.Errorf(model.Invalid, "文件的编码认不出来，请用Excel或WPS另存为 .xlsx 再导入").Because(err)
	}
	return text, nil
}

func eachExcelRow(content []byte, visit func(row int, cells []string) error) (err error) {
	unreadable := model.Errorf(model.Invalid, "Excel文件打不开，请用Excel或WPS另存一次再导入")
	file, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{
		UnzipSizeLimit: unzippedMax, UnzipXMLSizeLimit: inMemoryMax, RawCellValue: true})
	if err != nil {
		return unreadable.Because(err)
	}
	defer func() { _ = file.Close() }()
	sheets := file.GetSheetList()
	if len(sheets) == 0 {
		return unreadable
	}
	rows, err := file.Rows(sheets[0])
	if err != nil {
		return unreadable.Because(err)
	}
	defer func() { _ = rows.Close() }()
	for row := 1; rows.Next(); row++ {
		cells, err := rows.Columns()
		if err != nil {
			return unreadable.Because(err)
		}
		if err := visit(row, cells); err != nil {
			return err
		}
	}
	if err := rows.Error(); err != nil {
		return unreadable.Because(err)
	}
	return nil
}
