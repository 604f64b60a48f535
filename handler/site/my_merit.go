package site

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/membership"
	"cunwu/service/merit"
)

func (s *site) myMeritRoutes() []web.Route {
	const get, post, at, one = http.MethodGet, http.MethodPost, "/v/:village/merit", "/v/:village/merit/claims/:id"
	return []web.Route{
		{Door: web.SignedIn, Method: get, Path: at, Do: s.known(s.points)},
		{Door: web.SignedIn, Method: post, Path: at + "/honour", Do: s.honour},
		{Door: web.SignedIn, Method: get, Path: at + "/claim", Do: s.known(s.newClaim)},
		{Door: web.SignedIn, Method: post, Path: at + "/claim", Do: s.known(s.claim), Sends: true},
		{Door: web.SignedIn, Method: get, Path: at + "/claims", Do: s.known(s.myClaims)},
		{Door: web.SignedIn, Method: get, Path: at + "/notice", Do: s.onNotice},
		{Door: web.SignedIn, Method: get, Path: one, Do: s.myClaim},
		{Door: web.SignedIn, Method: post, Path: one + "/withdraw", Do: s.claimForm(s.withdrawClaim)},
		{Door: web.SignedIn, Method: post, Path: one + "/object", Do: s.claimForm(contested(s.Merit.Object))},
		{Door: web.SignedIn, Method: post, Path: one + "/appeal", Do: s.claimForm(contested(s.Merit.Appeal))},
	}
}

func meritRef(v *web.Visit) merit.Ref { return merit.Ref{VillageID: v.Village, ID: idOf(v)} }

type pointsPage struct {
	merit.Account
	For   forWhom
	Lines []merit.Line
	Next  string
}

func (s *site) points(ctx context.Context, v *web.Visit) error {
	var page pointsPage
	var err error
	if page.For, err = s.whom(ctx, v, membership.ScopeMerit); err != nil {
		return err
	}
	elder, err := page.For.person(v)
	if err != nil {
		return err
	}
	if page.Account, err = s.Desk.Points(ctx, v.Actor, elder); err != nil {
		return err
	}
	before, _ := strconv.ParseInt(v.Query("before"), 10, 64) // from the start when it is none
	if page.Lines, err = s.Desk.PointEntries(ctx, v.Actor, elder, before, mineShown); err != nil {
		return err
	}
	if len(page.Lines) == mineShown {
		page.Next = v.Here("before", strconv.FormatInt(page.Lines[mineShown-1].Seq, 10))
	}
	return v.Show("points", "我家的积分", page)
}

func (s *site) honour(ctx context.Context, v *web.Visit) error {
	show := v.Text("show") == "yes"
	return v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		said := "您家的积分不上光荣榜了"
		if show {
			said = "您家上光荣榜了，随时可以不上"
		}
		return web.Then{To: mine(v, "/merit"), Said: said}, s.Merit.Honour(ctx, v.Actor, show)
	})
}

type newClaimPage struct {
	filled
	For   forWhom
	Deeds []model.MeritDeed // those that a villager may claim
	Label string
	Today string
}

func (s *site) claimPage(ctx context.Context, v *web.Visit) (newClaimPage, error) {
	page := newClaimPage{filled: filledIn(v, "deed", "name", "household", "day", "text"), Today: s.today()}
	if page.F["day"] == "" {
		page.F["day"] = page.Today
	}
	var err error
	if page.For, err = s.whom(ctx, v, membership.ScopeMerit); err != nil {
		return page, err
	}
	book, err := s.Merit.Book(ctx, v.Village)
	if model.IsCode(err, model.Unknown) {
		return page, nil
	}
	page.Label = book.Label
	for _, d := range book.Deeds {
		if d.Points > 0 && d.Who != model.DeedDuty {
			page.Deeds = append(page.Deeds, d)
		}
	}
	return page, err
}

func (s *site) newClaim(ctx context.Context, v *web.Visit) error {
	page, err := s.claimPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("claim", wordsClaim, page)
}

func (s *site) claim(ctx context.Context, v *web.Visit) error {
	in, files, err := s.claimOf(ctx, v)
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			elder, err := chosen(v)
			if err != nil {
				return web.Then{}, err
			}
			c, err := s.Desk.ClaimPoints(ctx, v.Actor, elder, in)
			return web.Then{To: withFor(mine(v, "/merit"), v.Text("for")), Said: fmt.Sprintf("报上去了，积分%d号。评议员看过，公示没有异议就记分", c.Number)}, err
		})
	}
	if model.AsError(err) == nil {
		return err
	}
	page, wrong := s.claimPage(ctx, v)
	if wrong != nil {
		return wrong
	}
	page.Files = files
	return v.Again(ctx, err, "claim", wordsClaim, page)
}

// claimOf reads the form. Whoever is named must be on the village's roll.
func (s *site) claimOf(ctx context.Context, v *web.Visit) (merit.NewClaim, []string, error) {
	if _, err := chosen(v); err != nil {
		return merit.NewClaim{}, v.Texts("files_kept"), err
	}
	files, err := v.Upload(ctx, "files")
	in := merit.NewClaim{HappenedOn: v.Text("day"), Text: v.Text("text"), UploadIDs: files}
	if err != nil {
		return in, files, err
	}
	if in.Deed, err = v.Number("deed", "做了什么"); err != nil {
		return in, files, model.Errorf(model.Invalid, "请选做了什么")
	}
	who := named(v, "name", "household")
	if who.Name == "" {
		return in, files, nil
	}
	found, err := s.People.Find(ctx, v.Village, who.Name, who.HouseholdNo)
	switch {
	case err != nil:
		return in, files, err
	case len(found) == 0:
		return in, files, model.Errorf(model.Unknown, "名册里没有“%s”，请核对姓名和户号", who.Name)
	case len(found) > 1:
		return in, files, model.Errorf(model.Conflict, "叫“%s”的有%d人，请写明户号", who.Name, len(found))
	}
	in.PersonID = found[0].ID
	return in, files, nil
}

type claimsPage struct {
	Claims []model.MeritClaim
	Next   string
}

func (s *site) myClaims(ctx context.Context, v *web.Visit) error {
	rows, err := s.Merit.Claims(ctx, v.Actor, v.Query("before"), mineShown)
	if err != nil {
		return err
	}
	page := claimsPage{Claims: rows}
	if len(rows) == mineShown {
		page.Next = v.Here("before", rows[mineShown-1].ID)
	}
	return v.Show("claims", "报过的积分", page)
}

type noticePage struct {
	Lines []merit.Notice
	Next  string
}

func (s *site) onNotice(ctx context.Context, v *web.Visit) error {
	rows, err := s.Merit.OnNotice(ctx, v.Actor, v.Village, v.Query("after"), mineShown)
	if err != nil {
		return err
	}
	page := noticePage{Lines: rows}
	if len(rows) == mineShown {
		page.Next = v.Here("after", rows[mineShown-1].ID)
	}
	return v.Show("points on notice", "正在公示的积分", page)
}

type myClaimPage struct {
	merit.ClaimView
	filled
	At    string
	Files []*attached
}

func (p myClaimPage) title() string { return fmt.Sprintf("积分%d号", p.Number) }

func (s *site) myClaim(ctx context.Context, v *web.Visit) error {
	page, err := s.myClaimPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("my claim", page.title(), page)
}

func (s *site) myClaimPage(ctx context.Context, v *web.Visit) (myClaimPage, error) {
	page := myClaimPage{filled: filledIn(v, "text")}
	var err error
	if page.ClaimView, err = s.Merit.Get(ctx, v.Actor, meritRef(v)); err != nil {
		return page, err
	}
	page.At = mine(v, "/merit/claims/"+page.ID)
	for _, e := range page.Evidence {
		m, err := s.Media.Of(ctx, v.Village, e.MediaID)
		if model.IsCode(err, model.Unknown) {
			continue
		}
		if err != nil {
			return page, err
		}
		page.Files = append(page.Files, attachedOf(m))
	}
	return page, nil
}

// claimForm is a form of a claim's page.
func (s *site) claimForm(do func(ctx context.Context, v *web.Visit) (web.Then, error)) doing {
	return func(ctx context.Context, v *web.Visit) error {
		err := v.Do(ctx, func(ctx context.Context) (web.Then, error) { return do(ctx, v) })
		if model.AsError(err) == nil {
			return err
		}
		page, wrong := s.myClaimPage(ctx, v)
		if wrong != nil {
			return err
		}
		page.Open = lastPart(v)
		return v.Again(ctx, err, "my claim", page.title(), page)
	}
}

func (s *site) withdrawClaim(ctx context.Context, v *web.Visit) (web.Then, error) {
	_, err := s.Merit.Withdraw(ctx, v.Actor, meritRef(v))
	return web.Then{To: mine(v, "/merit/claims"), Said: "撤回了"}, err
}

type contest func(ctx context.Context, actor model.Actor, ref merit.Ref, reason string) (model.MeritClaim, model.Case, error)

// contested is an objection or appeal, which becomes a case.
func contested(move contest) func(ctx context.Context, v *web.Visit) (web.Then, error) {
	return func(ctx context.Context, v *web.Visit) (web.Then, error) {
		_, c, err := move(ctx, v.Actor, meritRef(v), v.Text("text"))
		return web.Then{To: mine(v, "/cases/"+casework.RefOf(c).ID), Said: fmt.Sprintf("交给监督委员会了，编号 #%d。%s前答复", c.Number, dueWords(c.DueAt))}, err
	}
}
