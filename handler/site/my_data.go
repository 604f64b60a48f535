package site

import (
	"context"
	"io"
	"net/http"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/privacy"
)

func (s *site) myDataRoutes() []web.Route {
	const get, post, at = http.MethodGet, http.MethodPost, "/v/:village/me"
	return []web.Route{
		{Door: web.SignedIn, Method: get, Path: at + "/sessions", Do: s.sessions},
		{Door: web.SignedIn, Method: post, Path: at + "/sessions/end", Do: s.endSession},
		{Door: web.SignedIn, Method: post, Path: at + "/sessions/all", Do: s.endSessions},
		{Door: web.SignedIn, Method: get, Path: at + "/consents", Do: s.consents},
		{Door: web.SignedIn, Method: post, Path: at + "/consents", Do: s.consentTo},
		{Door: web.SignedIn, Method: get, Path: at + "/export", Do: s.exportMine, Sends: true},
		{Door: web.SignedIn, Method: get, Path: at + "/erasure", Do: s.erasure},
		{Door: web.SignedIn, Method: post, Path: at + "/erasure/ask", Do: s.erasureForm("还没有删。请看清楚，再点“确定删除”", s.askErasure)},
		{Door: web.SignedIn, Method: post, Path: at + "/erasure/confirm", Do: s.confirmErasure},
		{Door: web.SignedIn, Method: post, Path: at + "/erasure/withdraw", Do: s.erasureForm("不删了，什么都没有动", s.keepMine)},
	}
}

type sessionLine struct {
	model.Session
	Door    string
	Current bool
}

func (s *site) sessions(ctx context.Context, v *web.Visit) error {
	page, err := s.sessionLines(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("sessions", wordsSessions, page)
}

func (s *site) sessionLines(ctx context.Context, v *web.Visit) ([]sessionLine, error) {
	found, err := s.Sessions.List(ctx, v.Sender)
	var all []sessionLine
	for _, one := range found {
		all = append(all, sessionLine{one, doorWords(one.Door), one.ID == v.Session.ID})
	}
	return all, err
}

func (s *site) endSession(ctx context.Context, v *web.Visit) error {
	id := v.Text("session")
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		to := mine(v, "/me/sessions")
		if id == v.Session.ID {
			to = mine(v, "")
		}
		return web.Then{To: to, Said: "那一处退出了"}, s.Sessions.End(ctx, v.Sender, id)
	})
	if model.AsError(err) == nil {
		return err
	}
	page, wrong := s.sessionLines(ctx, v)
	if wrong != nil {
		return wrong
	}
	return v.Again(ctx, err, "sessions", wordsSessions, page)
}

func (s *site) endSessions(ctx context.Context, v *web.Visit) error {
	return v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		return web.Then{To: mine(v, ""), Said: "所有地方都退出了"}, s.Sessions.EndAll(ctx, v.Sender)
	})
}

func (s *site) consents(ctx context.Context, v *web.Visit) error {
	all, err := s.Privacy.Consents(ctx, v.Actor, model.Person{})
	if err != nil {
		return err
	}
	return v.Show("consents", wordsConsents, all)
}

func (s *site) consentTo(ctx context.Context, v *web.Visit) error {
	given := v.Text("given") == "yes"
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		said := "收回了"
		if given {
			said = "记下了：您同意"
		}
		return web.Then{To: mine(v, "/me/consents"), Said: said}, s.Privacy.Consent(ctx, v.Actor, model.Person{}, v.Text("purpose"), v.Text("version"), given, "")
	})
	if model.AsError(err) == nil {
		return err
	}
	all, wrong := s.Privacy.Consents(ctx, v.Actor, model.Person{})
	if wrong != nil {
		return err
	}
	return v.Again(ctx, err, "consents", wordsConsents, all)
}

// exportMine sends everything that is kept of the person.
func (s *site) exportMine(ctx context.Context, v *web.Visit) error {
	bundle, err := s.Privacy.Export(ctx, v.Actor, model.Person{})
	if err != nil {
		return err
	}
	return v.Send(ctx, "application/zip", bundle.Filename, func(to io.Writer) error { return bundle.WriteTo(ctx, to) })
}

type erasurePage struct {
	privacy.Answer
	Asked, Done bool
}

func (s *site) erasurePage(ctx context.Context, v *web.Visit) (erasurePage, error) {
	found, err := s.Privacy.ErasureOf(ctx, v.Actor, model.Person{})
	return erasurePage{found, found.State == model.ErasureAsked, found.State == model.ErasureDone || found.State == model.ErasureEnded}, err
}

func (s *site) erasure(ctx context.Context, v *web.Visit) error {
	page, err := s.erasurePage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("erasure", wordsErasure, page)
}

func (s *site) erasureForm(said string, do func(ctx context.Context, actor model.Actor) error) doing {
	return func(ctx context.Context, v *web.Visit) error {
		err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			return web.Then{To: mine(v, "/me/erasure"), Said: said}, do(ctx, v.Actor)
		})
		return s.erasureAgain(ctx, v, err)
	}
}

func (s *site) erasureAgain(ctx context.Context, v *web.Visit, failed error) error {
	if model.AsError(failed) == nil {
		return failed
	}
	page, err := s.erasurePage(ctx, v)
	if err != nil {
		return failed
	}
	return v.Again(ctx, failed, "erasure", wordsErasure, page)
}

func (s *site) askErasure(ctx context.Context, actor model.Actor) error {
	_, err := s.Privacy.AskErasure(ctx, actor, model.Person{})
	return err
}

func (s *site) keepMine(ctx context.Context, actor model.Actor) error {
	return s.Privacy.WithdrawErasure(ctx, actor, model.Person{})
}

// confirmErasure takes the person's data away, and their sessions: it keeps no
// answer to the form.
func (s *site) confirmErasure(ctx context.Context, v *web.Visit) error {
	if _, err := s.Privacy.ConfirmErasure(ctx, v.Actor, model.Person{}); err != nil {
		return s.erasureAgain(ctx, v, err)
	}
	return v.Go(mine(v, ""), "删好了。法律要求先留着的，到期再删")
}
