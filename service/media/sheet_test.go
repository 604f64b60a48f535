package media_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"cunwu/model"
)

// workbook is an Excel file; more parts may be put into it.
func workbook(t *testing.T, more map[string]string) []byte {
	t.Helper()
	file := excelize.NewFile()
	_ = file.SetCellValue("Sheet1", "A1", "期初余额")
	var out bytes.Buffer
	if err := file.Write(&out); err != nil {
		t.Fatal(err)
	}
	if more == nil {
		return out.Bytes()
	}
	old, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var fresh bytes.Buffer
	w := zip.NewWriter(&fresh)
	for _, f := range old.File {
		if err := w.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range more {
		part, err := w.Create(name)
		if err == nil {
			_, err = part.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return fresh.Bytes()
}

func zipped(t *testing.T, name string, size int) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	part, err := w.Create(name)
	if err == nil {
		_, err = part.Write(bytes.Repeat([]byte("0"), size))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Workbooks are taken for what they are; programs and bombs in their clothes
// aren't.
func TestWorkbooks(t *testing.T) {
	a := newAlbum(t)
	m := a.upload(wang(), "收支.xlsx", workbook(t, nil))
	if m.Kind != model.InSheet || !strings.HasSuffix(m.Path, ".xlsx") || !strings.Contains(m.ContentType, "spreadsheetml.sheet") {
		t.Fatalf("%+v", m)
	}
	for name, c := range map[string]struct {
		body  []byte
		words string
	}{
		"macros":             {workbook(t, map[string]string{"xl/vbaProject.bin": "x"}), "有宏"},
		"Excel 4 macros":     {workbook(t, map[string]string{"xl/macrosheets/sheet1.xml": "x"}), "有宏"},
		"an embedded object": {workbook(t, map[string]string{"xl/embeddings/oleObject1.bin": "x"}), "有宏"},
		"a bomb":             {workbook(t, map[string]string{"xl/worksheets/sheet9.xml": strings.Repeat("0", 40<<20)}), "太大"},
		"another zip":        {zipped(t, "readme.txt", 10), "收不了"},
		"another zip's bomb": {zipped(t, "readme.txt", 40<<20), "太大"},
		"half a workbook":    {workbook(t, nil)[:2000], "打不开"},
		"a zip's beginning":  {[]byte("PK\x03\x04 and no more"), "收不了"},
	} {
		_, err := a.media.Upload(a.ctx, wang(), "yunxi", "a.xlsx", bytes.NewReader(c.body))
		if !model.IsCode(err, model.Invalid) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
