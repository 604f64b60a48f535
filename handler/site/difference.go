package site

import (
	"context"
	"fmt"
	"strconv"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/disclosure"
)

const (
	linesShown = 200 // on a page
	linesKept  = 3   // unchanged ones beside a change
)

type differencePage struct {
	Title     string
	Path      string
	From, To  int
	Reason    string // of the correction
	Lines     []disclosure.Line
	Unchanged bool
	Next      string
}

// lineSkipped stands for unchanged lines that aren't shown.
const lineSkipped = "skipped"

// difference compares two published versions.
func (s *site) difference(ctx context.Context, v *web.Visit) error {
	from, to := wholeOf(v, "from"), wholeOf(v, "to")
	if from < 1 || to < 1 {
		return model.Errorf(model.Unknown, wordsNoVersion)
	}
	view, err := s.Public.Get(ctx, v.Actor, refOf(v), to)
	if err != nil {
		return err
	}
	lines, err := s.Public.Diff(ctx, v.Actor, refOf(v), from, to)
	if err != nil {
		return err
	}
	page := differencePage{Title: view.Version.Title, Path: "/v/" + v.Village + "/disclosures/" + view.Disclosure.ID, From: from, To: to, Reason: view.Version.Reason}
	page.Lines = shortened(lines)
	page.Unchanged = len(page.Lines) == 1 && page.Lines[0].How == lineSkipped
	first := min(max(0, wholeOf(v, "line")), len(page.Lines))
	page.Lines = page.Lines[first:]
	if len(page.Lines) > linesShown {
		page.Lines = page.Lines[:linesShown]
		page.Next = v.Here("line", strconv.Itoa(first+linesShown))
	}
	return v.Show("difference", "两版有什么不同", page)
}

// shortened leaves out what is the same in both versions, but for a few lines
// beside each change.
func shortened(lines []disclosure.Line) []disclosure.Line {
	near := make([]bool, len(lines))
	for i, line := range lines {
		if line.How == disclosure.LineSame {
			continue
		}
		for j := max(0, i-linesKept); j <= min(len(lines)-1, i+linesKept); j++ {
			near[j] = true
		}
	}
	var short []disclosure.Line
	for i := 0; i < len(lines); i++ {
		if near[i] {
			short = append(short, lines[i])
			continue
		}
		begin := i
		for i+1 < len(lines) && !near[i+1] {
			i++
		}
		short = append(short, disclosure.Line{How: lineSkipped, Text: fmt.Sprintf("（%d行没有变）", i-begin+1)})
	}
	return short
}
