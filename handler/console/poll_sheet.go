package console

import (
	"context"
	"fmt"
	"strings"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/poll"
)

type sheetsPage struct {
	ballotPage
	Sheets      []poll.SheetLine
	Desk        bool
	Counted     bool     // a number of papers for each option is enough
	Counts      []string // of the options, then blank
	Differences []string
}

// pollSheets lists the paper sheets and takes an entry of one.
func (s *console) pollSheets(ctx context.Context, v *web.Visit) error {
	page, err := s.sheetsPage(ctx, v)
	if err != nil {
		return err
	}
	if page.F["number"] == "" {
		page.F["number"] = v.Query("number")
	}
	return v.Show("pollsheets", "纸票："+page.Poll.Title, page)
}

func (s *console) sheetsPage(ctx context.Context, v *web.Visit) (sheetsPage, error) {
	var page sheetsPage
	var err error
	if page.ballotPage, err = s.ballotPage(ctx, v, "number", "voters", "ballots", "blank"); err != nil {
		return page, err
	}
	page.Desk, page.Counted = v.Actor.May(model.VerbPollDesk, v.Village), page.Poll.Secret && page.Poll.MaxChoices == 1
	for i := range page.Options {
		page.Options[i].More = v.Text(fmt.Sprintf("count_%d", i+1))
	}
	page.Sheets, err = s.Polls.Sheets(ctx, v.Actor, pollRef(v))
	return page, err
}

// enterPollSheet takes an entry, or compares the second one with the first. It
// doesn't go by Do: nothing of a sheet is kept but what the service seals.
func (s *console) enterPollSheet(ctx context.Context, v *web.Visit) error {
	files, err := v.Upload(ctx, "files")
	page, failed := s.sheetsPage(ctx, v)
	if failed != nil {
		return failed
	}
	page.Files = files
	var out poll.SheetOutcome
	if err == nil {
		var in poll.Sheet
		if in, err = sheetIn(v, page); err == nil {
			if len(files) > 0 {
				in.UploadID = files[0]
			}
			out, err = s.Polls.EnterSheet(ctx, v.Actor, in)
		}
	}
	switch {
	case err != nil:
		return v.Again(ctx, err, "pollsheets", "纸票："+page.Poll.Title, page)
	case len(out.Differences) > 0:
		page.Differences = out.Differences
		if page.Sheets, err = s.Polls.Sheets(ctx, v.Actor, pollRef(v)); err != nil {
			return err
		}
		return v.Show("pollsheets", "纸票："+page.Poll.Title, page)
	case out.Accepted:
		return v.Go(below(v, "polls", pollRef(v).ID, "sheets"), "两遍一样，这张票单计入了")
	}
	return v.Go(below(v, "polls", pollRef(v).ID, "sheets"), "第一遍录好了。请另一个人对着同一张票单再录一遍")
}

// sheetIn reads the form: a person on each line, and the papers as numbers of the
// options: how many of each, or a paper on each line.
func sheetIn(v *web.Visit, page sheetsPage) (poll.Sheet, error) {
	in := poll.Sheet{Poll: pollRef(v), Number: v.Text("number"), Voters: people(v.Text("voters"))}
	if !page.Counted {
		for _, line := range lines(v.Text("ballots")) {
			chosen, err := numbersOf(line)
			if err != nil {
				return in, err
			}
			in.Ballots = append(in.Ballots, chosen)
		}
		return in, nil
	}
	for i, o := range page.Options {
		n, err := some(v, fmt.Sprintf("count_%d", i+1), o.Text)
		if err != nil {
			return in, err
		}
		for range n {
			in.Ballots = append(in.Ballots, []int{i + 1})
		}
	}
	blank, err := some(v, "blank", "空白或写坏的")
	for range blank {
		in.Ballots = append(in.Ballots, nil)
	}
	return in, err
}

const papersMost = 200 // of one sheet

// some is a number of papers; nothing is none.
func some(v *web.Visit, field, called string) (int, error) {
	if v.Text(field) == "" {
		return 0, nil
	}
	n, err := v.Number(field, called)
	if err == nil && (n < 0 || n > papersMost) {
		err = model.Errorf(model.Invalid, "“%s”要填0到%d", called, papersMost)
	}
	return n, err
}

// numbersOf are the options chosen on a paper; 0 is a blank one.
func numbersOf(line string) ([]int, error) {
	var chosen []int
	for _, part := range strings.Fields(strings.NewReplacer("，", " ", ",", " ", "、", " ").Replace(line)) {
		var n int
		if _, err := fmt.Sscanf(part, "%d", &n); err != nil || count(n) != part {
			return nil, model.Errorf(model.Invalid, "“%s”看不懂：每行一张票，写选项的编号，例如 1 或 1,3；空白、写坏的写0", line)
		}
		if n != 0 {
			chosen = append(chosen, n)
		}
	}
	return chosen, nil
}
