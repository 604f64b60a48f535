package village_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"cunwu/model"
	"cunwu/service/village"
)

// FuzzRoster reads anything as a roster: it never panics, and what it refuses it
// refuses with words for people.
func FuzzRoster(f *testing.F) {
	good := header + "\n" + person{"张明", "男", 1, "1", "户主"}.line() + "\n" + person{"王芳", "女", 2, "1", "妻"}.line()
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(good)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(good))
	f.Add([]byte("\uFEFF" + good))
	f.Add([]byte(gbk))
	f.Add([]byte(strings.Replace(good, "张明", "\"张\n明\"", 1)))
	f.Add([]byte(strings.Replace(good, idNumber(1, "男"), "5.30102E+17", 1)))
	f.Add(excel(f, strings.Split(good, "\n")...))
	today := time.Date(2026, 3, 4, 0, 0, 0, 0, model.Shanghai)
	f.Fuzz(func(t *testing.T, content []byte) {
		people, bad, err := village.ReadRoster("a.csv", content, today)
		if err != nil && model.AsError(err) == nil {
			t.Errorf("not for people: %v", err)
		}
		if err == nil && people == 0 {
			t.Errorf("an empty roster passes, %d bad rows", bad)
		}
	})
}

// FuzzRosterSheet reads anything as the worksheet of a sound .xlsx file.
func FuzzRosterSheet(f *testing.F) {
	book := excel(f, header, person{"张明", "男", 1, "1", "户主"}.line())
	f.Add(part(f, book, "xl/worksheets/sheet1.xml"))
	f.Add([]byte(`<worksheet><sheetData><row r="3"><c r="B3" t="s"><v>-1</v></c><c r="A3" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>`))
	today := time.Date(2026, 3, 4, 0, 0, 0, 0, model.Shanghai)
	f.Fuzz(func(t *testing.T, sheet []byte) {
		_, _, err := village.ReadRoster("a.xlsx", withSheet(t, book, sheet), today)
		if err != nil && model.AsError(err) == nil {
			t.Errorf("not for people: %v", err)
		}
	})
}

// part reads one file of a workbook.
func part(t testing.TB, book []byte, name string) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	wantNil(t, err)
	file, err := archive.Open(name)
	wantNil(t, err)
	content, err := io.ReadAll(file)
	wantNil(t, err)
	return content
}

// withSheet is the workbook with another worksheet in it.
func withSheet(t testing.TB, book, sheet []byte) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	wantNil(t, err)
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	for _, file := range archive.File {
		content := sheet
		if file.Name != "xl/worksheets/sheet1.xml" {
			content = part(t, book, file.Name)
		}
		w, err := to.Create(file.Name)
		wantNil(t, err)
		_, err = w.Write(content)
		wantNil(t, err)
	}
	wantNil(t, to.Close())
	return out.Bytes()
}

// FuzzRosterHeader reads anything as the header above a good row: it passes only
// when every column is there once.
func FuzzRosterHeader(f *testing.F) {
	f.Add(header)
	f.Add("身份证号,姓名,性别,手机号,户号,与户主关系,村民小组,户籍,现居地,政治面貌")
	f.Add(header + ",备注")
	f.Add("姓名,姓名")
	today := time.Date(2026, 3, 4, 0, 0, 0, 0, model.Shanghai)
	f.Fuzz(func(t *testing.T, first string) {
		content := bytes.Join([][]byte{[]byte(first), []byte(person{"张明", "男", 1, "1", "户主"}.line())}, []byte("\n"))
		people, bad, err := village.ReadRoster("a.csv", content, today)
		if err != nil || people != 1 || bad != 0 {
			return
		}
		for _, column := range village.RosterHeader() {
			if strings.Count(village.CleanName(first), column) != 1 {
				t.Errorf("%q passes without %s", first, column)
			}
		}
	})
}

// FuzzCleanName: cleaning twice is cleaning once.
func FuzzCleanName(f *testing.F) {
	f.Add("张　明")
	f.Add("阿依．买买提")
	f.Fuzz(func(t *testing.T, name string) {
		once := village.CleanName(name)
		if twice := village.CleanName(once); twice != once {
			t.Errorf("%q becomes %q, then %q", name, once, twice)
		}
	})
}
