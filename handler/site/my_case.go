package site

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/desk"
	"cunwu/service/mediation"
	"cunwu/service/membership"
)

func (s *site) myCaseRoutes() []web.Route {
	const get, post, one = http.MethodGet, http.MethodPost, "/v/:village/cases/:id"
	c := s.Cases
	return []web.Route{
		{Door: web.SignedIn, Method: get, Path: "/v/:village/cases", Do: s.inside(s.myCases)},
		{Door: web.SignedIn, Method: get, Path: one, Do: s.myCase},
		{Door: web.SignedIn, Method: post, Path: one + "/add", Do: s.addWords, Sends: true},
		{Door: web.SignedIn, Method: post, Path: one + "/danger", Do: s.caseForm("", s.danger)},
		{Door: web.SignedIn, Method: post, Path: one + "/verdict", Do: s.caseForm(wordsThanks, s.verdict)},
		{Door: web.SignedIn, Method: post, Path: one + "/stars", Do: s.caseForm(wordsThanks, s.stars)},
		{Door: web.SignedIn, Method: post, Path: one + "/withdraw", Do: s.caseForm(wordsCaseWithdrawn, func(ctx context.Context, v *web.Visit) (string, error) {
			_, err := c.Withdraw(ctx, v.Actor, myCaseRef(v))
			return "", err
		})},
		{Door: web.SignedIn, Method: post, Path: one + "/swap", Do: s.caseForm("", func(ctx context.Context, v *web.Visit) (string, error) {
			moved, err := c.Swap(ctx, v.Actor, myCaseRef(v))
			return "换人了，现在由" + moved.HandlerName + "办", err
		})},
		{Door: web.SignedIn, Method: post, Path: one + "/joint", Do: s.caseForm(wordsJoint, func(ctx context.Context, v *web.Visit) (string, error) {
			_, err := c.OpenForSigners(ctx, v.Actor, myCaseRef(v))
			return "", err
		})},
		{Door: web.SignedIn, Method: post, Path: "/v/:village/cases", Do: s.inside(s.signCase)},
	}
}

func myCaseRef(v *web.Visit) casework.Ref { return casework.Ref{VillageID: v.Village, ID: idOf(v)} }

type myCasesPage struct {
	filled
	For   forWhom
	Cases []caseLine
	Going bool // only those that aren't over
	Next  string
}

type caseLine struct {
	model.Case
	To, Says, State, Kind string
	Late                  bool
}

func (s *site) myCases(ctx context.Context, v *web.Visit) error {
	page, err := s.myCasesPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("my cases", wordsMyCases, page)
}

func (s *site) myCasesPage(ctx context.Context, v *web.Visit) (myCasesPage, error) {
	page := myCasesPage{filled: filledIn(v, "number"), Going: v.Query("show") == "open"}
	var err error
	if page.For, err = s.whom(ctx, v, membership.ScopeReading, membership.ScopeCases); err != nil {
		return page, err
	}
	elder, err := page.For.person(v)
	if err != nil {
		return page, err
	}
	query := casework.Page{After: v.Query("after"), Limit: mineShown}
	if page.Going {
		query.States = []model.CaseState{model.CaseSubmitted, model.CaseInProgress, model.CaseReplied}
	}
	var found []model.Case
	var next string
	if elder.ID == "" {
		found, next, err = s.Cases.Asked(ctx, v.Actor, query)
	} else {
		found, next, err = s.Desk.CasesFor(ctx, v.Actor, elder, query)
	}
	for _, c := range found {
		page.Cases = append(page.Cases, s.caseLine(c))
	}
	if next != "" {
		page.Next = v.Here("after", next)
	}
	return page, err
}

func (s *site) caseLine(c model.Case) caseLine {
	line := caseLine{Case: c, To: "/v/" + c.VillageID + "/cases/" + c.ID, Says: casework.Shown(c), State: casework.StateName(c), Kind: s.Cases.KindTitle(c.Kind),
		Late: c.Awaiting() && !c.DueAt.IsZero() && !c.DueAt.After(s.Now())}
	if c.Kind == mediation.KindName {
		line.To, line.State = "/v/"+c.VillageID+"/disputes/"+c.ID, ""
	}
	return line
}

// signCase signs somebody else's case, which is named by its number.
func (s *site) signCase(ctx context.Context, v *web.Visit) error {
	number, err := strconv.ParseInt(v.Text("number"), 10, 64)
	if err != nil {
		err = model.Errorf(model.Invalid, "请填编号，只写数字")
	} else {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			found, err := s.Cases.Numbered(ctx, []string{v.Village}, number)
			if err != nil {
				return web.Then{}, err
			}
			if len(found) == 0 {
				return web.Then{}, casework.NoCase()
			}
			joined, err := s.Cases.Sign(ctx, v.Actor, casework.RefOf(found[0]))
			if !joined {
				return web.Then{To: mine(v, "/cases"), Said: fmt.Sprintf("已经问提 #%d 的人愿不愿意联名，他同意了就算上您", number)}, err
			}
			return web.Then{To: mine(v, "/cases"), Said: fmt.Sprintf("#%d 联名好了", number)}, err
		})
	}
	if model.AsError(err) == nil {
		return err
	}
	page, wrong := s.myCasesPage(ctx, v)
	if wrong != nil {
		return wrong
	}
	return v.Again(ctx, err, "my cases", wordsMyCases, page)
}

// myCasePage is one case with all that its asker may do with it.
type myCasePage struct {
	casework.View
	filled
	At, Kind, State string
	Clocks          []clockLine
	Lines           []caseEvent
	Danger          bool // asked whether the danger is real
	Handles         bool // the reader acts on it: in the console
	Own, Adds       bool // the asker; whoever may add words
}

type clockLine struct {
	model.CaseClock
	Tier string
}

type caseEvent struct {
	model.CaseEvent
	Who, What string
	Mine      bool
	File      *attached
}

func (s *site) myCase(ctx context.Context, v *web.Visit) error {
	page, err := s.myCasePage(ctx, v)
	if err != nil {
		return err
	}
	if page.Case.Kind == mediation.KindName {
		return v.Go(mine(v, "/disputes/"+page.Case.ID), "")
	}
	return v.Show("my case", page.title(), page)
}

func (p myCasePage) title() string { return fmt.Sprintf("#%d", p.Case.Number) }

func (s *site) myCasePage(ctx context.Context, v *web.Visit) (myCasePage, error) {
	ref := myCaseRef(v)
	view, err := s.Cases.Get(ctx, v.Actor, ref)
	if err != nil {
		return myCasePage{}, err
	}
	c := view.Case
	page := myCasePage{View: view, filled: filledIn(v, "text", "stars", "solved"), At: mine(v, "/cases/"+c.ID), Kind: s.Cases.KindTitle(c.Kind), State: casework.StateName(c),
		Handles: view.Side == casework.SideHandler || view.Side == casework.SideListener, Own: view.Side == casework.SideAsker}
	page.Adds = c.Open() && (page.Own || view.Side == casework.SideHelper)
	page.Danger = v.Query("danger") != "" && page.Adds && !c.Urgent
	files, err := s.belonging(ctx, c.VillageID, casework.Subject(ref))
	if err != nil {
		return page, err
	}
	for _, e := range view.Events {
		page.Lines = append(page.Lines, eventOf(view, e, files))
	}
	clocks, err := s.Cases.Clocks(ctx, ref)
	for _, t := range clocks {
		page.Clocks = append(page.Clocks, clockLine{t, s.Cases.TierTitle(c.Kind, t.Tier)})
	}
	return page, err
}

// eventOf says who did it. The asker's name stands nowhere in it, for the case may
// be confidential.
func eventOf(v casework.View, e model.CaseEvent, files map[string]*attached) caseEvent {
	c := v.Case
	line := caseEvent{CaseEvent: e, Who: e.ByName, What: eventWords(e.Kind), File: files[e.MediaID]}
	switch {
	case e.Kind == model.EventMoved || e.Kind == model.EventClosed || e.ByID == "" && e.Kind != model.EventSaid && e.Kind != model.EventSpoken:
		line.Who = ""
	case c.HelperID != "" && e.ByID == c.HelperID && e.ByVillage == c.HelperVillage:
		line.Who, line.Mine = e.ByName+"（代办）", true
	case e.ByID == c.AskerID && e.ByVillage == c.AskerVillage, model.AskersOwn(e.Kind):
		line.Who, line.Mine = "提问人", true
		if v.Side == casework.SideAsker && e.Kind != model.EventJoined {
			line.Who = "您"
		}
	}
	return line
}

// caseForm is a form of the case's page. What was filled in comes back when it
// can't be done; what it says replaces the words.
func (s *site) caseForm(said string, do func(ctx context.Context, v *web.Visit) (string, error)) doing {
	return func(ctx context.Context, v *web.Visit) error {
		err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			then := web.Then{To: mine(v, "/cases/"+idOf(v)), Said: said}
			more, err := do(ctx, v)
			if more != "" {
				then.Said = more
			}
			return then, err
		})
		return s.caseAgain(ctx, v, err, nil)
	}
}

func (s *site) caseAgain(ctx context.Context, v *web.Visit, failed error, files []string) error {
	if model.AsError(failed) == nil {
		return failed
	}
	page, err := s.myCasePage(ctx, v)
	if err != nil {
		return failed
	}
	page.Files, page.Open = files, lastPart(v)
	return v.Again(ctx, failed, "my case", page.title(), page)
}

func (s *site) addWords(ctx context.Context, v *web.Visit) error {
	files, err := v.Upload(ctx, "files")
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			filed, err := s.Desk.Add(ctx, v.Actor, myCaseRef(v), desk.Words{Text: v.Text("text"), Uploads: files})
			return web.Then{To: mine(v, "/cases/"+idOf(v)) + askDanger(filed), Said: addedWords(filed)}, err
		})
	}
	return s.caseAgain(ctx, v, err, files)
}

func (s *site) danger(ctx context.Context, v *web.Visit) (string, error) {
	real := v.Text("real") == "yes"
	if real {
		return wordsNumbers + "已经通知村干部和网格员", s.Desk.Dialogue.AnswerDanger(ctx, v.Actor, myCaseRef(v), real)
	}
	return "知道了，没有惊动别人。留言照样有人办", s.Desk.Dialogue.AnswerDanger(ctx, v.Actor, myCaseRef(v), real)
}

func (s *site) verdict(ctx context.Context, v *web.Visit) (string, error) {
	switch v.Text("solved") {
	case "yes":
		_, err := s.Desk.Verdict(ctx, v.Actor, myCaseRef(v), true, 0, v.Text("text"))
		return "谢谢！请再打个分", err
	case "no":
		c, err := s.Desk.Verdict(ctx, v.Actor, myCaseRef(v), false, 0, v.Text("text"))
		if c.HandlerName != "" {
			return "知道了，没解决。接着由" + c.HandlerName + "办", err
		}
		return "知道了，没解决。会接着办", err
	}
	return "", model.Errorf(model.Invalid, "请点“解决了”或“没解决”")
}

func (s *site) stars(ctx context.Context, v *web.Visit) (string, error) {
	stars, err := v.Number("stars", "几颗星")
	if err != nil {
		return "", err
	}
	_, err = s.Cases.Stars(ctx, v.Actor, myCaseRef(v), stars, v.Text("text"))
	return "", err
}
