package console

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/casework"
)

const (
	casesShown = 20
	casesSent  = 2000 // in one Excel file
)

// caseList is a part of the village's cases.
type caseList struct {
	Show  string // mine, all
	State string
	Words string
	May   bool // the actor acts on cases at all; else only a number finds one
	Cases []caseRow
	Next  string
}

type caseRow struct {
	model.Case
	Kind  string
	State string
	Says  string // the beginning of what was said; nothing of a hidden one
	Due   string
	Late  bool
}

func (s *console) rowOf(c model.Case) caseRow {
	row := caseRow{Case: c, Kind: s.Cases.KindTitle(c.Kind), State: stateWords(c), Says: casework.Shown(c)}
	if c.Awaiting() {
		row.Due, row.Late = casework.DueWords(c, s.Now()), late(c, s.Now())
	}
	return row
}

// deadline is the next moment by which something is owed to the asker.
func deadline(c model.Case) time.Time {
	if c.ContactedAt.IsZero() && !c.ContactDue.IsZero() && c.ContactDue.Before(c.DueAt.Time) {
		return c.ContactDue.Time
	}
	return c.DueAt.Time
}

func late(c model.Case, now time.Time) bool { return deadline(c).Before(now) }

// sought is what the address asks for.
func sought(v *web.Visit) (casework.Sought, caseList) {
	list := caseList{Show: v.Query("show"), State: v.Query("state"), Words: strings.TrimSpace(v.Query("words"))}
	if list.Show != "all" {
		list.Show = "mine"
	}
	q := casework.Sought{VillageID: v.Village, Mine: list.Show == "mine", Words: list.Words, After: v.Query("after"), Limit: casesShown}
	switch list.State {
	case "open":
		q.States = []model.CaseState{model.CaseSubmitted, model.CaseInProgress}
	case "replied":
		q.States = []model.CaseState{model.CaseReplied}
	case "closed":
		q.States = []model.CaseState{model.CaseClosed}
	default:
		list.State = ""
	}
	return q, list
}

// cases lists the village's cases; a number leads to the case itself.
func (s *console) cases(ctx context.Context, v *web.Visit) error {
	q, list := sought(v)
	if number, err := caseNumber(list.Words); err == nil {
		return s.numbered(ctx, v, number)
	}
	list.May = mayAny(v, caseVerbs())
	if !list.May {
		return v.Show("cases", "留言", list)
	}
	found, next, err := s.Cases.Seek(ctx, v.Actor, q)
	if err != nil {
		return v.Again(ctx, err, "cases", "留言", list)
	}
	for _, c := range found {
		list.Cases = append(list.Cases, s.rowOf(c))
	}
	if next != "" {
		list.Next = v.Here("after", next)
	}
	return v.Show("cases", "留言", list)
}

// numbered leads to the case of this number; whether the actor may know of it is
// decided there.
func (s *console) numbered(ctx context.Context, v *web.Visit, number int64) error {
	found, err := s.Cases.Numbered(ctx, []string{v.Village}, number)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return casework.NoCase()
	}
	if _, err := s.Cases.Get(ctx, v.Actor, casework.RefOf(found[0])); err != nil {
		return err // its id, too, is kept from whoever may not know of it
	}
	return v.Go("/console/"+v.Village+"/cases/"+found[0].ID, "")
}

// caseNumber reads #12, ＃１２ or 12.
func caseNumber(text string) (int64, error) {
	plain := strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, strings.TrimLeft(strings.TrimSpace(text), "#＃"))
	n, err := strconv.ParseInt(strings.TrimSpace(plain), 10, 64)
	if err != nil || n <= 0 {
		return 0, model.Errorf(model.Invalid, "编号看不懂，请写成 #12 这样")
	}
	return n, nil
}

// caseSheet sends the list as Excel.
func (s *console) caseSheet(ctx context.Context, v *web.Visit) error {
	q, _ := sought(v)
	q.Limit = 100
	cases, next, err := s.Cases.Seek(ctx, v.Actor, q)
	if err != nil {
		return err
	}
	head := []string{"编号", "类别", "状态", "开头的话", "提问人", "由谁办", "提出时间", "应答复时间", "答复时间", "解决（本人说）", "星"}
	return v.SendSheet(ctx, web.Sheet{Name: "留言清单", Head: head, Each: func(row func(cells ...any) error) error {
		for sent := 0; ; {
			for _, c := range cases {
				if err := row(cellsOf(c)...); err != nil {
					return err
				}
			}
			if sent += len(cases); next == "" || sent >= casesSent {
				return nil
			}
			q.After = next
			if cases, next, err = s.Cases.Seek(ctx, v.Actor, q); err != nil {
				return err
			}
		}
	}})
}

func cellsOf(c model.Case) []any {
	asker, solved := c.AskerName, ""
	if casework.Hidden(c) {
		asker = ""
	}
	if !c.SolvedByAsker.IsZero() {
		solved = "是"
	}
	return []any{fmt.Sprintf("#%d", c.Number), c.Topic, stateWords(c), casework.Shown(c), asker, c.HandlerName,
		moment(c.OpenedAt.Time), moment(c.DueAt.Time), moment(c.RepliedAt.Time), solved, c.Stars}
}

// caseVerbs are what lets somebody act on cases of any kind.
func caseVerbs() []model.Verb {
	return []model.Verb{model.VerbHandle, model.VerbCorrect, model.VerbCounsel, model.VerbMeritJudge}
}

// dueCases are the cases that the actor must act on, each with a field to answer it,
// and those whose asker spoke a verdict for the actor to hear.
func (s *console) dueCases(ctx context.Context, v *web.Visit) ([]due, error) {
	found, err := s.Cases.DueIn(ctx, v.Actor, v.Village, dueMost)
	if err != nil {
		return nil, err
	}
	var dues []due
	for _, c := range found {
		dues = append(dues, s.dueCase(v, c))
	}
	spoken, err := s.Cases.ToHear(ctx, v.Actor, v.Village, dueMost)
	for _, c := range spoken {
		dues = append(dues, due{What: "回访", Title: fmt.Sprintf("#%d 听一听提问人说解决了没有", c.Number), To: "/console/" + v.Village + "/cases/" + c.ID})
	}
	return dues, err
}

func (s *console) dueCase(v *web.Visit, c model.Case) due {
	at := "/console/" + v.Village + "/cases/" + c.ID
	d := due{What: s.Cases.KindTitle(c.Kind), Title: fmt.Sprintf("#%d %s", c.Number, c.AskerName), To: at,
		By: deadline(c), Late: late(c, s.Now()), Now: c.Urgent}
	if casework.Hidden(c) {
		d.Title = fmt.Sprintf("#%d %s", c.Number, casework.Shown(c))
		return d // it is read and answered on its own page
	}
	if d.More = c.Summary; s.Cases.Decides(c.Kind) {
		return d
	}
	d.Quick = append(d.Quick, quick{To: at + "/reply", Label: "答复提问人", Field: "text", Button: "答复"})
	if c.ContactedAt.IsZero() {
		d.Quick = append(d.Quick, quick{To: at + "/contact", Button: "先回一句“收到”", Second: true})
	}
	return d
}

// countCases is how many cases await the actor.
func (s *console) countCases(ctx context.Context, v *web.Visit) (int, error) {
	found, err := s.Cases.DueIn(ctx, v.Actor, v.Village, 99)
	return len(found), err
}
