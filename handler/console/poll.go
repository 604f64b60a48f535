package console

import (
	"context"
	"net/http"
	"strings"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/poll"
	"cunwu/service/village"
)

const listed = 30 // lines on a page of a list

// read is a page, write a form's target, sends one whose files take their time.
func read(path string, do func(ctx context.Context, v *web.Visit) error) web.Route {
	return web.Route{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village" + path, Do: do}
}

func write(path string, do func(ctx context.Context, v *web.Visit) error) web.Route {
	return web.Route{Door: web.SignedIn, Method: http.MethodPost, Path: "/console/:village" + path, Do: do}
}

func sends(r web.Route) web.Route {
	r.Sends = true
	return r
}

func (s *console) pollRoutes() []web.Route {
	return []web.Route{
		read("/polls", s.polls),
		read("/polls/new", s.newPoll), sends(write("/polls", s.createPoll)),
		read("/polls/:id", s.onePoll),
		write("/polls/:id/notice", s.pollMove("通知发出去了：名册已经写好，每个人都会收到", s.noticePoll)),
		write("/polls/:id/verify", s.pollMove("记下了：名册核对过", s.verifyRoll)),
		write("/polls/:id/open", s.pollMove("投票开始了", s.openPoll)),
		write("/polls/:id/extend", s.pollMove("延长了，还没投的人会收到通知", s.extendPoll)),
		write("/polls/:id/close", s.pollMove("截止了，票数好了", s.closePoll)),
		write("/polls/:id/cancel", s.pollMove("这次投票不办了", s.cancelPoll)),
		read("/polls/:id/roll", s.pollRoll), sends(read("/polls/:id/roll/sheet", s.rollSheet)),
		read("/polls/:id/objections", s.objections), write("/polls/:id/objections/:objection", s.decideObjection),
		read("/polls/:id/desk", s.pollDesk),
		read("/polls/:id/assist", s.assistForm), sends(write("/polls/:id/assist", s.assist)),
		read("/polls/:id/proxies", s.proxies), sends(write("/polls/:id/proxies", s.giveProxy)), write("/polls/:id/proxies/:voter", s.revokeProxy),
		read("/polls/:id/void", s.voidForm), write("/polls/:id/void", s.voidVote),
		read("/polls/:id/sheets", s.pollSheets), sends(write("/polls/:id/sheets", s.enterPollSheet)),
		read("/polls/:id/reach", s.pollReach), sends(read("/polls/:id/reach/sheet", s.reachSheet)), write("/polls/:id/reach/:notice", s.pollTold),
		read("/polls/:id/result", s.pollResult), sends(read("/polls/:id/export/:form", s.exportPoll)),
		read("/polls/:id/remarks", s.remarks("poll")), write("/polls/:id/remarks/:remark", s.hideRemark("poll")),
		read("/organs/:organ", s.organ), write("/organs/:organ", s.enrol), write("/organs/:organ/:member", s.dismiss),
	}
}

// below is an address below the visit's village.
func below(v *web.Visit, parts ...string) string {
	return "/console/" + v.Village + "/" + strings.Join(parts, "/")
}

// rowID is an id of the path: as the API names it, or without the village.
func rowID(v *web.Visit, name string) string { return strings.TrimPrefix(v.Param(name), v.Village+"-") }

func pollRef(v *web.Visit) poll.Ref { return poll.Ref{VillageID: v.Village, ID: rowID(v, "id")} }

// typed is what somebody filled in, to be shown again beside what is wrong.
type typed map[string]string

func typedIn(v *web.Visit, names ...string) typed {
	f := typed{}
	for _, name := range names {
		f[name] = v.Text(name)
	}
	return f
}

// named is a villager whom two fields of a form name.
func named(v *web.Visit, field string) village.Named {
	return village.Named{Name: v.Text(field), HouseholdNo: v.Text(field + "_house")}
}

type pollsPage struct {
	Items  []poll.Item
	State  string
	States []choice
	Next   string
	MayPut bool
}

// choice is a line of a list of choices.
type choice struct {
	Value, Text, More string
	Chosen            bool
}

func choose(choices []choice, chosen ...string) []choice {
	for i := range choices {
		for _, one := range chosen {
			choices[i].Chosen = choices[i].Chosen || choices[i].Value == one
		}
	}
	return choices
}

// polls lists the village's polls, the newest first.
func (s *console) polls(ctx context.Context, v *web.Visit) error {
	state := v.Query("state")
	items, next, err := s.Polls.List(ctx, v.Actor, poll.Query{VillageID: v.Village, State: model.PollState(state), After: v.Query("after"), Limit: listed})
	if err != nil {
		return err
	}
	page := pollsPage{Items: items, State: state, States: choose(pollStates(), state), MayPut: v.Actor.May(model.VerbPoll, v.Village)}
	if next != "" {
		page.Next = v.Here("after", next)
	}
	return v.Show("polls", "投票", page)
}

type pollPage struct {
	poll.View
	Decides string
	Rules   []string // what it needs, in words
	Matter  string
	Open    int // objections that wait
	F       typed
	May     mayPoll
}

// mayPoll is what the page offers; the service decides.
type mayPoll struct{ Put, Desk, Watch, Reach bool }

func (s *console) pollPage(ctx context.Context, v *web.Visit) (pollPage, error) {
	page := pollPage{F: typedIn(v, "extend_until", "extend_reason", "close_reason", "cancel_reason")}
	var err error
	if page.View, err = s.Polls.Get(ctx, v.Actor, pollRef(v)); err != nil {
		return page, err
	}
	p := page.Poll
	rules, err := s.Polls.RulesOf(ctx, v.Actor, p)
	if err != nil {
		return page, err
	}
	page.Decides, page.Rules = poll.Decides(p), ruleWords(rules, p.Electorate, p.ByHousehold)
	if p.MatterID != "" {
		course, err := s.Polls.Matter(ctx, v.Actor, poll.Ref{VillageID: v.Village, ID: p.MatterID})
		if err != nil {
			return page, err
		}
		page.Matter = course.Matter.Title
	}
	page.May = mayPoll{Put: v.Actor.May(model.VerbPoll, v.Village), Desk: v.Actor.May(model.VerbPollDesk, v.Village),
		Watch: v.Actor.May(model.VerbPollWatch, v.Village), Reach: v.Actor.May(model.VerbReach, v.Village)}
	if p.State == model.PollNoticed && (page.May.Put || page.May.Watch) {
		page.Open, err = s.openObjections(ctx, v)
	}
	return page, err
}

func (s *console) openObjections(ctx context.Context, v *web.Visit) (int, error) {
	all, err := s.Polls.Objections(ctx, v.Actor, pollRef(v))
	n := 0
	for _, o := range all {
		if o.State == "open" {
			n++
		}
	}
	return n, err
}

func (s *console) onePoll(ctx context.Context, v *web.Visit) error {
	page, err := s.pollPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("poll", page.Poll.Title, page)
}

// pollMove is a form on the poll's page that takes the poll a step on.
func (s *console) pollMove(said string, move func(ctx context.Context, v *web.Visit, ref poll.Ref) error) func(ctx context.Context, v *web.Visit) error {
	return func(ctx context.Context, v *web.Visit) error {
		ref := pollRef(v)
		err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			return web.Then{To: below(v, "polls", ref.ID), Said: said}, move(ctx, v, ref)
		})
		if err == nil {
			return nil
		}
		page, failed := s.pollPage(ctx, v)
		if failed != nil {
			return err
		}
		return v.Again(ctx, err, "poll", page.Poll.Title, page)
	}
}

func (s *console) noticePoll(ctx context.Context, v *web.Visit, ref poll.Ref) error {
	_, err := s.Polls.Notice(ctx, v.Actor, ref)
	return err
}

func (s *console) verifyRoll(ctx context.Context, v *web.Visit, ref poll.Ref) error {
	return s.Polls.VerifyRoll(ctx, v.Actor, ref)
}

func (s *console) openPoll(ctx context.Context, v *web.Visit, ref poll.Ref) error {
	return s.Polls.Open(ctx, v.Actor, ref)
}

func (s *console) extendPoll(ctx context.Context, v *web.Visit, ref poll.Ref) error {
	until, err := v.Moment("extend_until", "新的截止时间")
	if err != nil {
		return err
	}
	_, err = s.Polls.Extend(ctx, v.Actor, ref, until, v.Text("extend_reason"))
	return err
}

func (s *console) closePoll(ctx context.Context, v *web.Visit, ref poll.Ref) error {
	return s.Polls.Close(ctx, v.Actor, ref, v.Text("close_reason"))
}

func (s *console) cancelPoll(ctx context.Context, v *web.Visit, ref poll.Ref) error {
	return s.Polls.Cancel(ctx, v.Actor, ref, v.Text("cancel_reason"))
}
