package web

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A name such as =HYPERLINK(…) stays text in whatever opens the workbook, or the
// CSV that was made of it.
func TestNoCellBecomesAFormula(t *testing.T) {
	bad := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"}
	book := excelize.NewFile()
	err := writeSheet(book, Sheet{Head: []string{"姓名"}, Each: func(row func(cells ...any) error) error {
		for _, text := range append(bad, "王小草") {
			if err := row(text, 12); err != nil {
				return err
			}
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	read, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = read.Close() }()
	rows, err := read.GetRows("Sheet1")
	if err != nil || len(rows) != len(bad)+2 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		if row[1] != "12" || row[0][0] == '=' || row[0][0] == '+' || row[0][0] == '-' || row[0][0] == '@' || row[0][0] == '\t' || row[0][0] == '\r' {
			t.Errorf("a formula: %q", row)
		}
	}
}

func TestYuan(t *testing.T) {
	for fen, want := range map[int64]string{0: "0.00", 5: "0.05", 123456: "1,234.56", -123456789: "-1,234,567.89", 100: "1.00", -1 << 63: "-92,233,720,368,547,758.08"} {
		if got := Yuan(fen); got != want {
			t.Errorf("%d is %s, want %s", fen, got, want)
		}
	}
}
