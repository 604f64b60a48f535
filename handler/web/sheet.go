package web

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Sheet is rows that go out as an Excel workbook.
type Sheet struct {
	Name string   // of the file, without its ending
	Head []string // of the columns
	// Each calls row for one row after the other. Cells are texts, whole numbers or amounts.
	Each func(row func(cells ...any) error) error
}

// SendSheet sends rows as Excel. No cell becomes a formula in whatever opens it.
func (v *Visit) SendSheet(ctx context.Context, s Sheet) error {
	const contentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	return v.Send(ctx, contentType, s.Name+".xlsx", func(to io.Writer) error {
		book := excelize.NewFile()
		err := writeSheet(book, s)
		if err == nil {
			err = book.Write(to)
		}
		return errors.Join(err, book.Close())
	})
}

func writeSheet(book *excelize.File, s Sheet) error {
	stream, err := book.NewStreamWriter(book.GetSheetName(0))
	if err != nil {
		return err
	}
	n := 0
	row := func(cells ...any) error {
		n++
		for i, cell := range cells {
			if text, ok := cell.(string); ok {
				cells[i] = inert(text)
			}
		}
		at, err := excelize.CoordinatesToCellName(1, n)
		if err != nil {
			return err
		}
		return stream.SetRow(at, cells)
	}
	var head []any
	for _, name := range s.Head {
		head = append(head, name)
	}
	if err := errors.Join(stream.SetColWidth(1, max(1, len(s.Head)), 18), row(head...)); err != nil {
		return err
	}
	if err := s.Each(row); err != nil {
		return err
	}
	return stream.Flush()
}

// inert is a text that no spreadsheet takes for a formula, even after it was saved
// as CSV.
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
