package poll

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"cunwu/model"
)

const (
	sheetResult  = "结果"
	sheetBallots = "选票"
)

// Archive writes the result with all ballots as an Excel workbook for the
// village's archive (村级档案管理办法). In a roll-call poll each ballot stands with
// its voter's name. It is for who may read the result.
func (s *Service) Archive(ctx context.Context, actor model.Actor, ref Ref, to io.Writer) error {
	r, err := s.Result(ctx, actor, ref)
	if err != nil {
		return err
	}
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	if err := book.SetSheetName("Sheet1", sheetResult); err != nil {
		return err
	}
	if err := writeRows(book, sheetResult, r.rows()); err != nil {
		return err
	}
	if _, err := book.NewSheet(sheetBallots); err != nil {
		return err
	}
	if err := s.ballotRows(ctx, actor, ref, r, book); err != nil {
		return err
	}
	_, err = book.WriteTo(to)
	return err
}

// rows are the result as the first sheet shows it.
func (r Result) rows() [][]any {
	yes := func(b bool, text, other string) string {
		if b {
			return text
		}
		return other
	}
	rows := [][]any{
		{"事项", r.Title}, {"投票编号", r.PollID}, {"由谁定", OrganTitle(r.Organ)}, {"效力", yes(r.Effect == model.EffectBinding, "作出决定", "征求意见")},
		{"方式", yes(r.Secret, "不记名", "记名")}, {"开始", r.OpenedAt.In(model.Shanghai).Format(time.DateTime)}, {"截止", r.ClosedAt.In(model.Shanghai).Format(time.DateTime)},
		{"延长的原因", r.Extended}, {"提前截止的原因", r.EndedEarly}, {"名册票数", r.Electorate}, {"参加票数", r.Turnout}, {"至少要参加", r.Quorum.Needed},
		{"人数够不够", yes(r.Quorum.Met, "够", "不够")}, {"每项通过至少要", r.PassNeeded}, {"空白或写坏", r.Spoilt}, {"结论", yes(r.Passed, "通过", "没有通过")},
		{"选票清单的校验值", r.BallotsHash}, {}, {"选项", "票数", "通过"},
	}
	for _, o := range r.Options {
		rows = append(rows, []any{o.Text, o.Votes, yes(o.Adopted, "是", "")})
	}
	for _, part := range []struct {
		title  string
		shares []Share
	}{{"参加的渠道", r.ByChannel}, {"住在哪里", r.ByResidence}} {
		rows = append(rows, []any{}, []any{part.title, "参加", "名册"})
		for _, share := range part.shares {
			rows = append(rows, []any{ShareTitle(share.Name), share.Turnout, share.Electorate})
		}
	}
	return rows
}

// ballotRows writes the second sheet, a page of ballots at a time.
func (s *Service) ballotRows(ctx context.Context, actor model.Actor, ref Ref, r Result, book *excelize.File) error {
	sheet, err := book.NewStreamWriter(sheetBallots)
	if err != nil {
		return err
	}
	head := []any{"票据号", "选了第几项", "记名投票人"}
	if r.Withheld {
		head = []any{"参加的人太少，为保密不公布选票"}
	}
	if err := sheet.SetRow("A1", head); err != nil {
		return err
	}
	after, line := "", 1
	for !r.Withheld {
		page, next, err := s.Ballots(ctx, actor, ref, after, pageMax)
		if err != nil {
			return err
		}
		for _, b := range page {
			line++
			if err := sheet.SetRow("A"+strconv.Itoa(line), []any{b.Receipt, strings.ReplaceAll(joinChoices(b.Choices), ",", "、"), b.Voter}); err != nil {
				return err
			}
		}
		if after = next; after == "" {
			break
		}
	}
	return sheet.Flush()
}

func writeRows(book *excelize.File, name string, rows [][]any) error {
	for i, row := range rows {
		if err := book.SetSheetRow(name, "A"+strconv.Itoa(i+1), &row); err != nil {
			return err
		}
	}
	return book.SetColWidth(name, "A", "B", 28)
}
