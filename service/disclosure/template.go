package disclosure

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// columnsShown are the template's columns, in its order.
func columnsShown() []string {
	return []string{"序号", "日期", "摘要", "类别", "收入（元）", "支出（元）", "收付款人", "审批人", "票据号"}
}

// Template writes the Excel file that villages fill in: opening balance, the
// items, the closing balance.
func Template(w io.Writer) error { return sheet(w, "财务收支明细表", nil, 0, 0, false) }

// sheet writes accounts in the template's shape. Texts are stored as text, so
// that none of them is ever taken for a formula.
func sheet(w io.Writer, title string, rows [][]string, opening, closing int64, filled bool) error {
	file := excelize.NewFile()
	defer func() { _ = file.Close() }()
	const name = "Sheet1"
	out, err := file.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := out.SetColWidth(1, len(columnsShown()), 14); err != nil {
		return err
	}
	balance := func(fen int64) any {
		if !filled {
			return nil
		}
		return Yuan(fen)
	}
	lines := [][]any{{title}, {"期初余额", balance(opening)}}
	head := []any{}
	for _, column := range columnsShown() {
		head = append(head, column)
	}
	lines = append(lines, head)
	for _, row := range rows {
		cells := []any{}
		for _, text := range row {
			cells = append(cells, text)
		}
		lines = append(lines, cells)
	}
	if !filled {
		for n := range 30 {
			lines = append(lines, []any{fmt.Sprint(n + 1)})
		}
	}
	lines = append(lines, []any{"期末余额", balance(closing)})
	for i, line := range lines {
		if err := out.SetRow(fmt.Sprintf("A%d", i+1), line); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return file.Write(w)
}
