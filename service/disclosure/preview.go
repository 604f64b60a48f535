package disclosure

import (
	"context"
	"io"
	"slices"

	"cunwu/model"
)

const (
	previewBad     = 300 // bad cells named in a preview
	previewRows    = 60  // rows shown for them
	previewColumns = 12
)

// Preview is what an Excel file of accounts would become, and all that is wrong
// with it.
type Preview struct {
	Accounts           // as far as they can be read
	Bad      []BadCell // every bad cell, 300 at most
	More     int       // bad cells beyond these
	Wrong    string    // what is wrong with the whole; empty: nothing, it can be published
	Head     []string  // the sheet's names of its columns
	Rows     []SheetRow
	Sums     []Sum // by category, the largest first
}

// SheetRow is a row of the sheet that has a bad cell, as it stands there.
type SheetRow struct {
	Number int // as Excel counts
	Cells  []SheetCell
}

// SheetCell is a cell of it.
type SheetCell struct {
	Text string
	Bad  bool
}

// Preview reads the accounts of a period without keeping anything. Errors:
// Forbidden, Invalid (the file can't be read at all, or the period is wrong).
func (s *Service) Preview(ctx context.Context, actor model.Actor, villageID, dutyID, period string, file io.Reader) (Preview, error) {
	if err := actor.Require(model.VerbDisclose, villageID); err != nil {
		return Preview{}, err
	}
	duty, err := s.duty(ctx, villageID, dutyID)
	if err != nil {
		return Preview{}, err
	}
	window, ok := parseSpan(period, duty.Months)
	switch {
	case duty.Months == 0:
		return Preview{}, model.Errorf(model.Invalid, "只有按期公开的才能附收支明细表，请改为附件")
	case !ok:
		return Preview{}, model.Errorf(model.Invalid, "“%s”的期数写得不对，请先写对期数，再检查表格", duty.Title)
	}
	read, err := readSheet(file, window.from, window.upTo, previewBad)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Accounts: read.accounts, Bad: read.bad, More: read.more, Head: cut(read.cells[read.head]), Sums: sums(read.accounts.Items)}
	if _, err := read.result(); err != nil {
		p.Wrong = model.AsError(err).Message
	}
	if len(p.Bad) > 0 {
		p.Wrong = "表里有格子要改，改好以后重新上传。"
	}
	p.Rows = read.badRows()
	return p, nil
}

// badRows are the rows that have bad cells, in their order.
func (r *reading) badRows() []SheetRow {
	wrong := map[int]map[int]bool{}
	var numbers []int
	for _, bad := range r.bad {
		if wrong[bad.row] == nil {
			wrong[bad.row] = map[int]bool{}
			numbers = append(numbers, bad.row)
		}
		wrong[bad.row][bad.col] = true
	}
	slices.Sort(numbers)
	var rows []SheetRow
	for _, n := range numbers[:min(len(numbers), previewRows)] {
		row := SheetRow{Number: n + 1}
		for column := range min(max(len(r.cells[n]), len(r.cells[r.head])), previewColumns) {
			row.Cells = append(row.Cells, SheetCell{Text: clip(at(r.cells, n, column), 20), Bad: wrong[n][column]})
		}
		rows = append(rows, row)
	}
	return rows
}

func cut(cells []string) []string { return cells[:min(len(cells), previewColumns)] }

// sums adds items up by category and direction, the largest first.
func sums(items []model.FinanceItem) []Sum {
	var all []Sum
	for _, item := range items {
		i := slices.IndexFunc(all, func(s Sum) bool { return s.Category == item.Category && s.Income == item.Income })
		if i < 0 {
			i = len(all)
			all = append(all, Sum{Category: item.Category, Income: item.Income})
		}
		all[i].Amount += item.Amount
		all[i].Items++
	}
	slices.SortStableFunc(all, func(a, b Sum) int { return int(max(-1, min(1, b.Amount-a.Amount))) })
	return all
}
