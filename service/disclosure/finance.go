package disclosure

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"

	"cunwu/model"
)

// Items are a page of the accounts' items, after an item's number.
func (s *Service) Items(ctx context.Context, actor model.Actor, ref Ref, version, after, limit int) ([]model.FinanceItem, error) {
	view, err := s.accountsOf(ctx, actor, ref, version)
	if err != nil {
		return nil, err
	}
	if limit <= 0 || limit > itemsMax {
		limit = itemsMax
	}
	var items []model.FinanceItem
	err = s.store.DB(ctx).Where("village_id = ? AND disclosure_id = ? AND version = ? AND seq > ?", ref.VillageID, ref.ID, view.Statement.Version, after).
		Order("seq").Limit(limit).Find(&items).Error
	return items, err
}

func (s *Service) accountsOf(ctx context.Context, actor model.Actor, ref Ref, version int) (View, error) {
	view, err := s.Get(ctx, actor, ref, version)
	if err == nil && view.Statement == nil {
		err = model.Errorf(model.Unknown, "“%s”没有收支明细", view.Disclosure.Title)
	}
	return view, err
}

// Sum is what came in or went out for one category.
type Sum struct {
	Category string
	Income   bool
	Amount   int64
	Items    int
}

// ByCategory sums the accounts' items, the largest first.
func (s *Service) ByCategory(ctx context.Context, actor model.Actor, ref Ref, version int) ([]Sum, error) {
	view, err := s.accountsOf(ctx, actor, ref, version)
	if err != nil {
		return nil, err
	}
	var sums []Sum
	err = s.store.DB(ctx).Model(&model.FinanceItem{}).Select("category, income, SUM(amount) AS amount, COUNT(*) AS items").
		Where("village_id = ? AND disclosure_id = ? AND version = ?", ref.VillageID, ref.ID, view.Statement.Version).
		Group("category, income").Order("income DESC, SUM(amount) DESC, category").Limit(listMax).Scan(&sums).Error
	return sums, err
}

// Month is the accounts of one month; Published is false for one that is missing.
type Month struct {
	Period                            string
	Published                         bool
	DisclosureID                      string
	Opening, Income, Expense, Closing int64
}

// Year is the twelve months of the village's accounts; what isn't public is
// missing in it.
func (s *Service) Year(ctx context.Context, villageID string, year int) ([]Month, error) {
	prefix := fmt.Sprintf("finance/%04d-", year)
	var rows []model.FinanceStatement
	err := s.store.DB(ctx).Where("village_id = ? AND published = ? AND period >= ? AND period < ?", villageID, true, prefix, prefix+"~").Limit(12).Find(&rows).Error
	months := make([]Month, 12)
	for i := range months {
		months[i].Period = fmt.Sprintf("%04d-%02d", year, i+1)
		for _, row := range rows {
			if row.Period == "finance/"+months[i].Period {
				months[i] = Month{Period: months[i].Period, Published: true, DisclosureID: row.DisclosureID, Opening: row.Opening, Income: row.Income, Expense: row.Expense, Closing: row.Closing}
			}
		}
	}
	return months, err
}

// Chart draws a year's income and expense by month as SVG; a missing month is
// drawn as missing. It needs no script and no font of ours.
func Chart(year int, months []Month) string {
	const width, height, left, bottom = 720, 300, 20, 260
	top := int64(1)
	for _, m := range months {
		top = max(top, m.Income, m.Expense)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%d年每月收入和支出"><title>%d年每月收入和支出</title>`, width, height, year, year)
	fmt.Fprintf(&b, `<rect x="%d" y="8" width="14" height="14" fill="#1a6e3c"/><text x="%d" y="20" font-size="15">收入</text><rect x="%d" y="8" width="14" height="14" fill="#b3261e"/><text x="%d" y="20" font-size="15">支出</text>`, left, left+20, left+80, left+100)
	for i, m := range months {
		x := left + i*58
		fmt.Fprintf(&b, `<text x="%d" y="%d" font-size="14">%d月</text>`, x+8, bottom+20, i+1)
		if !m.Published {
			fmt.Fprintf(&b, `<text x="%d" y="%d" font-size="14" fill="#b3261e">未公开</text>`, x, bottom-6)
			continue
		}
		for n, bar := range []struct {
			amount int64
			color  string
			word   string
		}{{m.Income, "#1a6e3c", "收入"}, {m.Expense, "#b3261e", "支出"}} {
			high := bar.amount * 220 / top
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="20" height="%d" fill="%s"><title>%d月%s%s元</title></rect>`, x+4+n*22, bottom-int(high), high, bar.color, i+1, bar.word, Yuan(bar.amount))
		}
	}
	fmt.Fprintf(&b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#333"/></svg>`, left, bottom, width-4, bottom)
	return b.String()
}

// Export writes a version's accounts as "csv" (UTF-8 with its mark, which Excel
// needs) or "xlsx". No cell can become a formula in whatever opens it.
func (s *Service) Export(ctx context.Context, actor model.Actor, ref Ref, version int, format string, w io.Writer) error {
	view, err := s.accountsOf(ctx, actor, ref, version)
	if err != nil {
		return err
	}
	var items []model.FinanceItem
	err = s.store.DB(ctx).Where("village_id = ? AND disclosure_id = ? AND version = ?", ref.VillageID, ref.ID, view.Statement.Version).Order("seq").Limit(rowsMax).Find(&items).Error
	if err != nil {
		return err
	}
	rows := make([][]string, len(items))
	for i, item := range items {
		income, expense := Yuan(item.Amount), ""
		if !item.Income {
			income, expense = "", income
		}
		rows[i] = []string{fmt.Sprint(item.Seq), item.Day, item.Purpose, item.Category, income, expense, item.Party, item.Approver, item.Invoice}
	}
	switch format {
	case "xlsx":
		return sheet(w, view.Version.Title, rows, view.Statement.Opening, view.Statement.Closing, true)
	case "csv":
		return writeCSV(w, view, rows)
	}
	return model.Errorf(model.Invalid, "导出格式只有 xlsx 和 csv")
}

func writeCSV(w io.Writer, view View, rows [][]string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	lines := append([][]string{{view.Version.Title}, {"期初余额", Yuan(view.Statement.Opening)}, columnsShown()}, rows...)
	for _, line := range append(lines, []string{"期末余额", Yuan(view.Statement.Closing)}) {
		safe := make([]string, len(line))
		for i, text := range line {
			safe[i] = inert(text)
		}
		if err := out.Write(safe); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// inert keeps a spreadsheet from running a cell: an apostrophe goes before what
// a formula may begin with.
func inert(text string) string {
	if text == "" || !strings.ContainsRune("=+-@＝＋－＠\t\r|%", []rune(text)[0]) {
		return text
	}
	if _, reason := parseAmount(text); reason == "" {
		return text // a negative balance is a number
	}
	return "'" + text
}

// BoardText is what a QR code on the physical board holds: the signed head of
// the village's public log, as it stands.
func (s *Service) BoardText(ctx context.Context, villageID string) (string, time.Time, error) {
	head, err := s.Log.Head(ctx, villageID)
	return head.Note, head.At.Time, err
}
