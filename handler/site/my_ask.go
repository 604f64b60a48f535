package site

import (
	"context"
	"fmt"
	"net/http"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/desk"
	"cunwu/service/help"
	"cunwu/service/membership"
)

func (s *site) askRoutes() []web.Route {
	return []web.Route{
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/v/:village/ask", Do: s.inside(s.askPage)},
		{Door: web.SignedIn, Method: http.MethodPost, Path: "/v/:village/ask", Do: s.inside(s.ask), Sends: true},
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/v/:village/files/:id", Do: s.openFile, Sends: true},
	}
}

type askPage struct {
	filled
	For  forWhom
	Must bool // it must be chosen who may see it
}

func (s *site) askForm(ctx context.Context, v *web.Visit) (askPage, error) {
	page := askPage{filled: filledIn(v, "text", "who")}
	var err error
	page.For, err = s.whom(ctx, v, membership.ScopeCases)
	return page, err
}

func (s *site) askPage(ctx context.Context, v *web.Visit) error {
	page, err := s.askForm(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("ask", wordsAsk, page)
}

// ask files a case. Words that accuse somebody come back with the choice who may
// see them.
func (s *site) ask(ctx context.Context, v *web.Visit) error {
	files, err := s.sent(ctx, v)
	if err == nil {
		err = s.fileCase(ctx, v, files)
	}
	if model.AsError(err) == nil {
		return err
	}
	page, wrong := s.askForm(ctx, v)
	if wrong != nil {
		return wrong
	}
	page.Files, page.Must = files, model.IsCode(err, model.Unclear)
	return v.Again(ctx, err, "ask", wordsAsk, page)
}

// sent keeps the files of a form; a stranger speaks to this village from then on.
func (s *site) sent(ctx context.Context, v *web.Visit) ([]string, error) {
	if err := s.address(ctx, v); err != nil {
		return nil, err
	}
	return v.Upload(ctx, "files")
}

func (s *site) fileCase(ctx context.Context, v *web.Visit, files []string) error {
	elder, err := chosen(v)
	if err != nil {
		return err
	}
	filing := desk.Filing{Words: desk.Words{Text: v.Text("text"), Uploads: files}, For: elder}
	if who := v.Text("who"); who != "" {
		township := who == "township"
		filing.Township = &township
	}
	return v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		filed, err := s.Desk.File(ctx, v.Actor, filing)
		if err != nil {
			return web.Then{}, err
		}
		return web.Then{To: mine(v, "/cases/"+filed.Case.ID) + askDanger(filed), Said: filedWords(filed)}, nil
	})
}

// askDanger leads to the question whether the danger is real.
func askDanger(f desk.Filed) string {
	if f.Danger == help.PossibleDanger {
		return "?danger=1"
	}
	return ""
}

func filedWords(f desk.Filed) string {
	said := fmt.Sprintf("交上去了，编号 #%d。%s前先回话，%s前答复", f.Case.Number, dueWords(f.Case.ContactDue), dueWords(f.Case.DueAt))
	if f.Case.Confidential {
		said += "。只有镇里看得到"
	}
	if f.Danger != help.NoDanger {
		said = wordsNumbers + said
	}
	return said
}
