package console

import (
	"context"
	"fmt"
	"net/http"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/desk"
)

func (s *console) caseRoutes() []web.Route {
	const get, post, one = http.MethodGet, http.MethodPost, "/console/:village/cases/:id"
	c := s.Cases
	return []web.Route{
		{Door: web.SignedIn, Method: get, Path: "/console/:village/cases", Do: s.cases},
		{Door: web.SignedIn, Method: get, Path: "/console/:village/cases-sheet", Do: s.caseSheet, Sends: true},
		{Door: web.SignedIn, Method: get, Path: "/console/:village/files/:id", Do: s.file, Sends: true},
		{Door: web.SignedIn, Method: get, Path: one, Do: s.oneCase},
		{Door: web.SignedIn, Method: post, Path: one + "/reply", Do: s.caseWords(wordsReplied, s.Desk.Reply), Sends: true},
		{Door: web.SignedIn, Method: post, Path: one + "/ask", Do: s.caseWords(wordsAsked, s.Desk.Ask), Sends: true},
		{Door: web.SignedIn, Method: post, Path: one + "/contact", Do: s.caseMove(wordsContacted, func(ctx context.Context, v *web.Visit, ref casework.Ref) error {
			_, err := c.Contact(ctx, v.Actor, ref)
			return err
		})},
		{Door: web.SignedIn, Method: post, Path: one + "/finish", Do: s.caseMove(wordsFinished, func(ctx context.Context, v *web.Visit, ref casework.Ref) error {
			_, err := c.Finish(ctx, v.Actor, ref)
			return err
		})},
		{Door: web.SignedIn, Method: post, Path: one + "/transfer", Do: s.caseMove(wordsTransferred, texted("to", c.Transfer))},
		{Door: web.SignedIn, Method: post, Path: one + "/extend", Do: s.caseMove(wordsExtended, texted("text", c.Extend))},
		{Door: web.SignedIn, Method: post, Path: one + "/reject", Do: s.caseMove(wordsRejected, texted("text", c.Reject))},
		{Door: web.SignedIn, Method: post, Path: one + "/topic", Do: s.caseMove(wordsTopic, texted("topic", c.SetTopic))},
		{Door: web.SignedIn, Method: post, Path: one + "/decide", Do: s.caseMove(wordsDecided, func(ctx context.Context, v *web.Visit, ref casework.Ref) error {
			_, err := c.Decide(ctx, v.Actor, ref, v.Text("adopted") == "yes", v.Text("text"))
			return err
		})},
		{Door: web.SignedIn, Method: post, Path: one + "/heard", Do: s.hearing(wordsHeard, func(ctx context.Context, v *web.Visit, ref casework.Ref) error {
			_, err := c.EnterSpoken(ctx, v.Actor, ref, v.Text("solved") == "yes")
			return err
		})},
		{Door: web.SignedIn, Method: post, Path: one + "/heard-new", Do: s.hearing(wordsHeardNew, func(ctx context.Context, v *web.Visit, ref casework.Ref) error {
			_, err := c.SpokenIsNew(ctx, v.Actor, ref)
			return err
		})},
		{Door: web.SignedIn, Method: post, Path: one + "/join", Do: s.caseMove(wordsJoined, s.joinCase)},
	}
}

func caseRef(v *web.Visit) casework.Ref {
	return casework.Ref{VillageID: v.Village, ID: v.Param("id")}
}

// casePage is one case with all that its reader may do with it.
type casePage struct {
	casework.View
	Kind    string // its title
	State   string
	Late    bool
	Clocks  []clockLine
	Lines   []eventLine
	Takers  []casework.Taker
	Decides bool              // answered by yes or no only
	Joins   bool              // another question may ask the same
	Typed   map[string]string // what was filled in, by field, when the form comes back
	Open    string            // the form that comes back
	Kept    []string          // files of the form that came back
}

type clockLine struct {
	model.CaseClock
	Tier string
}

type eventLine struct {
	model.CaseEvent
	Who   string
	What  string
	Asker bool
	File  *model.Media
}

func (s *console) oneCase(ctx context.Context, v *web.Visit) error {
	page, err := s.casePage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("case", page.title(), page)
}

func (p casePage) title() string { return fmt.Sprintf("#%d", p.Case.Number) }

// casePage reads the case. What another room leads has its own page.
func (s *console) casePage(ctx context.Context, v *web.Visit) (casePage, error) {
	view, err := s.Cases.Get(ctx, v.Actor, caseRef(v))
	if err != nil {
		return casePage{}, err
	}
	c := view.Case
	p := casePage{View: view, Kind: s.Cases.KindTitle(c.Kind), State: stateWords(c), Late: c.Awaiting() && late(c, s.Now()),
		Decides: s.Cases.Decides(c.Kind), Joins: c.Kind == "question" && c.Awaiting(), Typed: map[string]string{}}
	files, err := s.Media.Belonging(ctx, c.VillageID, casework.Subject(caseRef(v)))
	if err != nil {
		return p, err
	}
	for _, e := range view.Events {
		p.Lines = append(p.Lines, lineOf(c, e, files))
	}
	if view.Side != casework.SideHandler {
		return p, nil
	}
	clocks, err := s.Cases.Clocks(ctx, caseRef(v))
	for _, t := range clocks {
		p.Clocks = append(p.Clocks, clockLine{t, s.Cases.TierTitle(c.Kind, t.Tier)})
	}
	if err == nil && c.Awaiting() {
		p.Takers, err = s.Cases.Takers(ctx, v.Actor, c)
	}
	return p, err
}

// lineOf says who did it. The asker's name stands nowhere in it, for the case may
// be confidential.
func lineOf(c model.Case, e model.CaseEvent, files []model.Media) eventLine {
	line := eventLine{CaseEvent: e, Who: e.ByName, What: eventWords(e.Kind)}
	switch {
	case e.Kind == model.EventMoved || e.Kind == model.EventClosed || e.ByID == "" && e.Kind != model.EventSaid && e.Kind != model.EventSpoken:
		line.Who = ""
	case c.HelperID != "" && e.ByID == c.HelperID && e.ByVillage == c.HelperVillage:
		line.Who, line.Asker = e.ByName+"（代办）", true
	case e.ByID == c.AskerID && e.ByVillage == c.AskerVillage, model.AskersOwn(e.Kind):
		line.Who, line.Asker = "提问人", true
	}
	for i := range files {
		if files[i].ID == e.MediaID {
			line.File = &files[i]
		}
	}
	return line
}

type caseMover func(ctx context.Context, v *web.Visit, ref casework.Ref) error

// caseMove is a form of the case page. What was filled in comes back when it can't
// be done.
func (s *console) caseMove(said string, move caseMover) func(ctx context.Context, v *web.Visit) error {
	return func(ctx context.Context, v *web.Visit) error {
		return s.moveCase(ctx, v, web.Then{To: backTo(v, "/console/"+v.Village+"/cases/"+v.Param("id")), Said: said}, move)
	}
}

// hearing is a form of whoever hears a spoken verdict, and sees the case no more.
func (s *console) hearing(said string, move caseMover) func(ctx context.Context, v *web.Visit) error {
	return func(ctx context.Context, v *web.Visit) error {
		return s.moveCase(ctx, v, web.Then{To: "/console/" + v.Village, Said: said}, move)
	}
}

func (s *console) moveCase(ctx context.Context, v *web.Visit, then web.Then, move caseMover) error {
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) { return then, move(ctx, v, caseRef(v)) })
	return s.caseAgain(ctx, v, err, nil)
}

func texted(field string, move func(ctx context.Context, actor model.Actor, ref casework.Ref, text string) (model.Case, error)) caseMover {
	return func(ctx context.Context, v *web.Visit, ref casework.Ref) error {
		_, err := move(ctx, v.Actor, ref, v.Text(field))
		return err
	}
}

// caseWords is a form by which something is said to the asker, with one file.
func (s *console) caseWords(said string, say func(ctx context.Context, actor model.Actor, ref casework.Ref, w desk.Words) (model.Case, error)) func(ctx context.Context, v *web.Visit) error {
	return func(ctx context.Context, v *web.Visit) error {
		files, err := v.Upload(ctx, "files")
		if err == nil {
			err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
				_, err := say(ctx, v.Actor, caseRef(v), desk.Words{Text: v.Text("text"), Uploads: files})
				return web.Then{To: backTo(v, "/console/"+v.Village+"/cases/"+v.Param("id")), Said: said}, err
			})
		}
		return s.caseAgain(ctx, v, err, files)
	}
}

func (s *console) caseAgain(ctx context.Context, v *web.Visit, failed error, files []string) error {
	if failed == nil || model.AsError(failed) == nil {
		return failed
	}
	page, err := s.casePage(ctx, v)
	if err != nil {
		return failed
	}
	for _, name := range []string{"text", "to", "topic", "into", "adopted"} {
		page.Typed[name] = v.Text(name)
	}
	page.Open, page.Kept = lastPart(v.Path()), files
	return v.Again(ctx, failed, "case", page.title(), page)
}

// joinCase makes one of two questions about the same disclosure; the other one is
// named by its number.
func (s *console) joinCase(ctx context.Context, v *web.Visit, ref casework.Ref) error {
	number, err := caseNumber(v.Text("into"))
	if err != nil {
		return err
	}
	found, err := s.Cases.Numbered(ctx, []string{v.Village}, number)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return casework.NoCase()
	}
	_, err = s.Public.Join(ctx, v.Actor, v.Village, ref.ID, found[0].ID)
	return err
}

// file sends a file for whoever may see it.
func (s *console) file(ctx context.Context, v *web.Visit) error {
	found, err := s.Desk.See(ctx, v.Actor, v.Village, v.Param("id"), v.Query("small") != "")
	if err != nil {
		return err
	}
	return v.File(found)
}
