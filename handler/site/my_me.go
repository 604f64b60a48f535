package site

import (
	"context"
	"net/http"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/membership"
	"cunwu/service/notice"
	"cunwu/service/village"
)

func (s *site) meRoutes() []web.Route {
	const get, post, at = http.MethodGet, http.MethodPost, "/v/:village/me"
	return []web.Route{
		{Door: web.SignedIn, Method: get, Path: at, Do: s.me},
		{Door: web.SignedIn, Method: post, Path: at + "/speaker", Do: s.speaker},
		{Door: web.SignedIn, Method: get, Path: at + "/bind", Do: s.bindPage},
		{Door: web.SignedIn, Method: post, Path: at + "/bind", Do: s.bind},
		{Door: web.SignedIn, Method: get, Path: at + "/corrections", Do: s.corrections},
		{Door: web.SignedIn, Method: post, Path: at + "/corrections", Do: s.correct, Sends: true},
		{Door: web.SignedIn, Method: get, Path: at + "/receipts", Do: s.receipts},
		{Door: web.SignedIn, Method: get, Path: "/v/:village/notices", Do: s.notices},
		{Door: web.SignedIn, Method: post, Path: "/v/:village/notices/:id/read", Do: s.readNotice},
	}
}

type mePage struct {
	Persons  []membership.Profile
	Speaking *membership.Profile
	Inside   bool // the one who speaks belongs to this village
	Desk     bool // and holds an office
}

func (s *site) me(ctx context.Context, v *web.Visit) error {
	page, err := s.mePage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("me", wordsMe, page)
}

// mePage says who speaks here, which may be another of the telephone's persons
// than the one who speaks in chat.
func (s *site) mePage(ctx context.Context, v *web.Visit) (mePage, error) {
	var page mePage
	var err error
	if page.Persons, err = s.Members.Me(ctx, v.Sender); err != nil {
		return page, err
	}
	for i := range page.Persons {
		p := &page.Persons[i]
		if p.Speaking = p.Person.Is(v.Actor.Person()); p.Speaking {
			page.Speaking = p
		}
	}
	page.Inside, page.Desk = v.Actor.Known() && v.Actor.VillageID == v.Village, len(v.Actor.Holds) > 0
	return page, nil
}

// speaker lets another of the telephone's persons speak.
func (s *site) speaker(ctx context.Context, v *web.Visit) error {
	villageID, id, err := model.ParsePublicID(v.Text("person"))
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			who, err := s.People.SpeakAsPerson(ctx, v.Actor.Account, v.Actor.OpenID, model.Person{VillageID: villageID, ID: id})
			return web.Then{To: "/v/" + villageID + "/me", Said: "现在是" + who.Name + "在说话"}, err
		})
	}
	if model.AsError(err) == nil {
		return err
	}
	page, wrong := s.mePage(ctx, v)
	if wrong != nil {
		return wrong
	}
	return v.Again(ctx, err, "me", wordsMe, page)
}

type bindPage struct {
	filled
	Choices []membership.Choice // a household's code: who of them it is
}

func (s *site) bindPage(_ context.Context, v *web.Visit) error {
	return v.Show("bind", wordsBind, bindPage{filled: filledIn(v, "code", "person")})
}

// bind counts wrong tries: what it did stays, whatever it led to.
func (s *site) bind(ctx context.Context, v *web.Visit) error {
	page := bindPage{filled: filledIn(v, "code", "person")}
	bound, err := s.Members.BindByCode(ctx, v.Sender, v.Text("code"), v.Text("person"))
	if err == nil {
		err = bound.Err()
	}
	switch {
	case err != nil:
		return v.Again(ctx, err, "bind", wordsBind, page)
	case bound.State == membership.StateChoosePerson:
		page.Choices = bound.Choices
		return v.Show("bind", wordsBind, page)
	case bound.State == membership.StateBound:
		return v.Go("/v/"+bound.Person.Village.ID+"/me", "绑定好了，您是"+bound.Person.Name)
	}
	return v.Go(mine(v, "/me"), "记下了，编号 #"+itoa(int(bound.Number))+"。请网格员或村干部当面确认")
}

type correctionsPage struct {
	filled
	Fields []village.Field
	Asked  []membership.CorrectionView
}

func (s *site) correctionsPage(ctx context.Context, v *web.Visit) (correctionsPage, error) {
	page := correctionsPage{filled: filledIn(v, "field", "value", "evidence"),
		Fields: []village.Field{village.FieldName, village.FieldPhone, village.FieldIDNumber, village.FieldResidence, village.FieldPolitical, village.FieldRelation, village.FieldGroup}}
	var err error
	page.Asked, err = s.Members.Corrections(ctx, v.Actor, 0)
	return page, err
}

func (s *site) corrections(ctx context.Context, v *web.Visit) error {
	page, err := s.correctionsPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("corrections", wordsCorrections, page)
}

func (s *site) correct(ctx context.Context, v *web.Visit) error {
	files, err := v.Upload(ctx, "files")
	if err == nil && len(files) > 1 {
		err = model.Errorf(model.Invalid, "只能带一张照片")
	}
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			in := membership.NewCorrection{Field: village.Field(v.Text("field")), Value: v.Text("value"), Evidence: v.Text("evidence")}
			if len(files) == 1 {
				in.MediaID = files[0]
			}
			view, err := s.Desk.Correct(ctx, v.Actor, in)
			return web.Then{To: mine(v, "/me/corrections"), Said: "申请交上去了，编号 #" + itoa(int(view.CaseNumber)) + "。核实以后会告诉您"}, err
		})
	}
	if model.AsError(err) == nil {
		return err
	}
	page, wrong := s.correctionsPage(ctx, v)
	if wrong != nil {
		return wrong
	}
	page.Files = files
	return v.Again(ctx, err, "corrections", wordsCorrections, page)
}

// receipts says what a receipt and a signed head are good for.
func (s *site) receipts(_ context.Context, v *web.Visit) error {
	return v.Show("receipts", "怎么自己核对", nil)
}

type noticesPage struct {
	Items []noticeLine
	Next  string
}

type noticeLine struct {
	notice.Item
	To   string // what it is about; empty: nothing to open
	File string
}

func (s *site) notices(ctx context.Context, v *web.Visit) error {
	items, next, err := s.Notices.Inbox(ctx, v.Actor, v.Query("after"), mineShown)
	if err != nil {
		return err
	}
	var page noticesPage
	for _, item := range items {
		line := noticeLine{Item: item}
		if item.CaseID != "" {
			line.To = "/v/" + item.VillageID + "/cases/" + item.CaseID
		}
		if item.MediaID != "" {
			line.File = "/v/" + item.VillageID + "/files/" + item.MediaID
		}
		page.Items = append(page.Items, line)
	}
	if next != "" {
		page.Next = v.Here("after", next)
	}
	return v.Show("notices", "收到的通知", page)
}

func (s *site) readNotice(ctx context.Context, v *web.Visit) error {
	villageID, id, err := model.ParsePublicID(v.Param("id"))
	if err != nil {
		return err
	}
	return v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		return web.Then{To: mine(v, "/notices"), Said: "记下了：看过了"}, s.Notices.Read(ctx, v.Actor, villageID, id)
	})
}
