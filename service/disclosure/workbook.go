package disclosure

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"cunwu/model"
)

const (
	fileMax     = 5 << 20  // bytes of an uploaded workbook
	packedMax   = 500      // files in it
	xmlMax      = 8 << 20  // bytes of all its XML, unpacked
	unpackedMax = 32 << 20 // bytes of all of it
	rowsMax     = 3000     // rows with something in them
	lastRowMax  = 20_000
	columnsMax  = 40
	fillMax     = 200_000 // cells that merged ones may spread over
)

// workbook is the first sheet of an Excel file, its cells as they are stored.
type workbook struct {
	file  *excelize.File
	sheet string
	cells [][]string // by row and column from 0
	whole [][]string // the same with merged cells filled
}

func errWorkbook() *model.Error {
	return model.Errorf(model.Invalid, "这不是能读的Excel文件，请用Excel或WPS另存为 .xlsx 再上传")
}

// readWorkbook reads the file with its memory bounded, whatever it claims to be.
func readWorkbook(r io.Reader) (*workbook, error) {
	content, err := io.ReadAll(io.LimitReader(r, fileMax+1))
	switch {
	case err != nil:
		return nil, errWorkbook().Because(err)
	case len(content) > fileMax:
		return nil, model.Errorf(model.Invalid, "表格文件超过5MB，请去掉图片，只留收支明细")
	case bytes.HasPrefix(content, []byte("\xD0\xCF\x11\xE0")):
		return nil, model.Errorf(model.Invalid, "这是旧版Excel文件（.xls）或加了密码，请去掉密码，另存为 .xlsx 再上传")
	case !bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return nil, errWorkbook()
	}
	if err := weigh(content); err != nil {
		return nil, err
	}
	file, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: unpackedMax, UnzipXMLSizeLimit: xmlMax, RawCellValue: true})
	if err != nil {
		return nil, errWorkbook().Because(err)
	}
	w := &workbook{file: file}
	if err := w.read(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return w, nil
}

func (w *workbook) close() { _ = w.file.Close() }

// weigh unpacks the file without keeping it: what the directory says of sizes
// may be a lie.
func weigh(content []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return errWorkbook().Because(err)
	}
	tooBig := model.Errorf(model.Invalid, "表格解开后太大，请只留收支明细，另存一次再上传")
	if len(archive.File) > packedMax {
		return tooBig
	}
	var xml, all int64
	for _, f := range archive.File {
		name := strings.ToLower(f.Name)
		if strings.Contains(name, "vbaproject") || strings.HasSuffix(name, ".bin") && strings.Contains(name, "macro") {
			return model.Errorf(model.Invalid, "表格里有宏（.xlsm），为了安全不能收。请另存为 .xlsx 再上传")
		}
		n, err := unpackedSize(f)
		if err != nil {
			return errWorkbook().Because(err)
		}
		all += n
		if strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels") {
			xml += n
		}
		if xml > xmlMax || all > unpackedMax {
			return tooBig
		}
	}
	return nil
}

func unpackedSize(f *zip.File) (int64, error) {
	r, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer func() { _ = r.Close() }()
	n, err := io.Copy(io.Discard, io.LimitReader(r, unpackedMax+1))
	if n > unpackedMax {
		return n, nil // that much is enough to refuse it
	}
	return n, err
}

func (w *workbook) read() error {
	sheets := w.file.GetSheetList()
	if len(sheets) == 0 {
		return errWorkbook()
	}
	w.sheet = sheets[0]
	rows, err := w.file.Rows(w.sheet)
	if err != nil {
		return errWorkbook().Because(err)
	}
	defer func() { _ = rows.Close() }()
	filled := 0
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return errWorkbook().Because(err)
		}
		cells = cells[:min(len(cells), columnsMax)]
		for i := range cells {
			cells[i] = strings.Clone(strings.TrimSpace(cells[i]))
		}
		if strings.Join(cells, "") != "" {
			filled++
		}
		w.cells = append(w.cells, append([]string(nil), cells...))
		if filled > rowsMax || len(w.cells) > lastRowMax {
			return model.Errorf(model.Invalid, "表格超过%d行，请按月分开上传", rowsMax)
		}
	}
	if err := rows.Error(); err != nil {
		return errWorkbook().Because(err)
	}
	return w.fill()
}

// fill spreads what merged cells say over all that they cover.
func (w *workbook) fill() error {
	w.whole = make([][]string, len(w.cells))
	for i, cells := range w.cells {
		w.whole[i] = append([]string(nil), cells...)
	}
	merged, err := w.file.GetMergeCells(w.sheet)
	if err != nil {
		return errWorkbook().Because(err)
	}
	spread := 0
	for _, m := range merged {
		left, top, err := excelize.CellNameToCoordinates(m.GetStartAxis())
		if err != nil {
			return errWorkbook().Because(err)
		}
		right, bottom, err := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err != nil {
			return errWorkbook().Because(err)
		}
		value := at(w.cells, top-1, left-1)
		for row := top - 1; row < min(bottom, len(w.whole)); row++ {
			for column := left - 1; column < min(right, columnsMax); column++ {
				if spread++; spread > fillMax {
					return model.Errorf(model.Invalid, "表格里合并的单元格太多，请取消合并再上传")
				}
				for len(w.whole[row]) <= column {
					w.whole[row] = append(w.whole[row], "")
				}
				w.whole[row][column] = value
			}
		}
	}
	return nil
}

func at(cells [][]string, row, column int) string {
	if row < 0 || column < 0 || row >= len(cells) || column >= len(cells[row]) {
		return ""
	}
	return cells[row][column]
}

// name is a cell's address: E7.
func name(row, column int) string {
	address, err := excelize.CoordinatesToCellName(column+1, row+1)
	if err != nil {
		return ""
	}
	return address
}

// formula says whether the cell is computed.
func (w *workbook) formula(row, column int) bool {
	f, err := w.file.GetCellFormula(w.sheet, name(row, column))
	return err == nil && f != ""
}
