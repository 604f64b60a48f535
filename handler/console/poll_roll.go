package console

import (
	"context"
	"fmt"
	"strconv"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/notice"
	"cunwu/service/poll"
	"cunwu/service/village"
)

const rollShown = 100

// count is a number as text.
func count(n int) string { return strconv.Itoa(n) }

type rollPage struct {
	Poll    model.Poll
	Entries []poll.Entry
	Next    string
	Watch   bool
}

func (s *console) pollRoll(ctx context.Context, v *web.Visit) error {
	entries, next, err := s.Polls.Roll(ctx, v.Actor, pollRef(v), v.Query("after"), rollShown)
	if err != nil {
		return err
	}
	view, err := s.Polls.Get(ctx, v.Actor, pollRef(v))
	if err != nil {
		return err
	}
	page := rollPage{Poll: view.Poll, Entries: entries, Watch: v.Actor.May(model.VerbPollWatch, v.Village)}
	if next != "" {
		page.Next = v.Here("after", next)
	}
	return v.Show("pollroll", "名册："+view.Poll.Title, page)
}

// rollSheet is the whole roll, to be printed and checked, or taken to the box.
func (s *console) rollSheet(ctx context.Context, v *web.Visit) error {
	ref := pollRef(v)
	view, err := s.Polls.Get(ctx, v.Actor, ref)
	if err != nil {
		return err
	}
	entries, next, err := s.Polls.Roll(ctx, v.Actor, ref, "", rollShown)
	if err != nil {
		return err
	}
	return v.SendSheet(ctx, web.Sheet{Name: "投票名册 " + view.Poll.Title, Head: []string{"姓名", "户号", "住在", "在不在册", "签名"}, Each: func(row func(cells ...any) error) error {
		for {
			for _, e := range entries {
				if err := row(e.Name, e.HouseholdNo, residence(e.Away), map[bool]string{true: "在册", false: "划掉了"}[e.Listed], ""); err != nil {
					return err
				}
			}
			if next == "" {
				return nil
			}
			if entries, next, err = s.Polls.Roll(ctx, v.Actor, ref, next, rollShown); err != nil {
				return err
			}
		}
	}})
}

func residence(away bool) string {
	if away {
		return "外地"
	}
	return "村里"
}

type objectionsPage struct {
	Poll   model.Poll
	All    []model.PollObjection
	Decide bool
	At     string // the one whose answer was wrong
	F      typed
}

// objections to the roll: each is decided with its reason.
func (s *console) objections(ctx context.Context, v *web.Visit) error {
	page, err := s.objectionsPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("objections", "对名册的意见", page)
}

func (s *console) objectionsPage(ctx context.Context, v *web.Visit) (objectionsPage, error) {
	page := objectionsPage{Decide: v.Actor.May(model.VerbPoll, v.Village) || v.Actor.May(model.VerbPollWatch, v.Village), At: v.Param("objection"), F: typedIn(v, "reason")}
	view, err := s.Polls.Get(ctx, v.Actor, pollRef(v))
	if err != nil {
		return page, err
	}
	page.Poll = view.Poll
	page.All, err = s.Polls.Objections(ctx, v.Actor, pollRef(v))
	return page, err
}

func (s *console) decideObjection(ctx context.Context, v *web.Visit) error {
	ref := pollRef(v)
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		accept := v.Text("accept") == "yes"
		said := "记下了：没有采纳，理由已经告诉本人"
		if accept {
			said = "采纳了，名册已经改好，也告诉了本人"
		}
		return web.Then{To: below(v, "polls", ref.ID, "objections"), Said: said}, s.Polls.Decide(ctx, v.Actor, ref, v.Param("objection"), accept, v.Text("reason"))
	})
	if err == nil {
		return nil
	}
	page, failed := s.objectionsPage(ctx, v)
	if failed != nil {
		return err
	}
	return v.Again(ctx, err, "objections", "对名册的意见", page)
}

type reachPage struct {
	Poll  model.Poll
	Reach notice.Reach
	Call  bool
}

// pollReach says whom the notice reached; the others are called.
func (s *console) pollReach(ctx context.Context, v *web.Visit) error {
	reach, err := s.Polls.Reach(ctx, v.Actor, pollRef(v))
	if err != nil {
		return err
	}
	view, err := s.Polls.Get(ctx, v.Actor, pollRef(v))
	if err != nil {
		return err
	}
	return v.Show("pollreach", "通知到了谁", reachPage{Poll: view.Poll, Reach: reach, Call: v.Actor.May(model.VerbCallList, v.Village)})
}

// reachSheet is the list of those who don't know, to be printed and ticked.
func (s *console) reachSheet(ctx context.Context, v *web.Visit) error {
	reach, err := s.Polls.Reach(ctx, v.Actor, pollRef(v))
	if err != nil {
		return err
	}
	return v.SendSheet(ctx, web.Sheet{Name: "还没有通知到的人", Head: []string{"姓名", "告诉了（打勾）", "什么时候"}, Each: func(row func(cells ...any) error) error {
		for _, p := range reach.People {
			if p.Known {
				continue
			}
			if err := row(p.Name, "", ""); err != nil {
				return err
			}
		}
		return nil
	}})
}

func (s *console) pollTold(ctx context.Context, v *web.Visit) error {
	return v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		return web.Then{To: below(v, "polls", pollRef(v).ID, "reach"), Said: "记下了：已经当面或打电话告诉"}, s.Notices.Told(ctx, v.Actor, v.Village, v.Param("notice"))
	})
}

type organPage struct {
	Organ   model.Organ
	Members []poll.Member
	Next    string
	MayPut  bool
	F       typed
}

// organ is the standing roll of the representatives, or of the collective.
func (s *console) organ(ctx context.Context, v *web.Visit) error {
	page, err := s.organPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("organ", organName(page.Organ), page)
}

func organName(o model.Organ) string {
	if o == model.OrganCollective {
		return "集体成员名单"
	}
	return "村民代表名单"
}

func (s *console) organPage(ctx context.Context, v *web.Visit) (organPage, error) {
	page := organPage{Organ: model.Organ(v.Param("organ")), MayPut: v.Actor.May(model.VerbPoll, v.Village), F: typedIn(v, "people")}
	if page.Organ != model.OrganRepresentatives && page.Organ != model.OrganCollective {
		return page, model.Errorf(model.Unknown, "没有这个名单")
	}
	var next string
	var err error
	page.Members, next, err = s.Polls.Members(ctx, v.Actor, v.Village, page.Organ, v.Query("after"), rollShown)
	if next != "" {
		page.Next = v.Here("after", next)
	}
	return page, err
}

// people reads a text area with a person on each line: name, and the household's
// number where two bear it.
func people(text string) []village.Named {
	var all []village.Named
	for _, line := range lines(text) {
		name, house := split(line)
		all = append(all, village.Named{Name: name, HouseholdNo: house})
	}
	return all
}

func (s *console) enrol(ctx context.Context, v *web.Visit) error {
	organ := model.Organ(v.Param("organ"))
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		n, err := s.Polls.Enrol(ctx, v.Actor, v.Village, organ, people(v.Text("people")))
		return web.Then{To: below(v, "organs", string(organ)), Said: fmt.Sprintf("新登记了%d人", n)}, err
	})
	return s.organAgain(ctx, v, err)
}

func (s *console) organAgain(ctx context.Context, v *web.Visit, err error) error {
	if err == nil {
		return nil
	}
	page, failed := s.organPage(ctx, v)
	if failed != nil {
		return err
	}
	return v.Again(ctx, err, "organ", organName(page.Organ), page)
}

func (s *console) dismiss(ctx context.Context, v *web.Visit) error {
	organ := model.Organ(v.Param("organ"))
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		return web.Then{To: below(v, "organs", string(organ)), Said: "从名单上去掉了"}, s.Polls.DismissMember(ctx, v.Actor, v.Village, organ, v.Param("member"))
	})
	return s.organAgain(ctx, v, err)
}
