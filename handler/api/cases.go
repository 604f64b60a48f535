package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
)

// CaseShape is a case as a list shows it.
type CaseShape struct {
	ID           string          `json:"id"`
	Number       int64           `json:"number" doc:"人们说的编号 #N"`
	Village      string          `json:"village"`
	Kind         string          `json:"kind"`
	Topic        string          `json:"topic"`
	State        model.CaseState `json:"state" enum:"submitted,in_progress,replied,closed"`
	StateText    string          `json:"state_text"`
	ClosedHow    string          `json:"closed_how,omitempty"`
	Text         string          `json:"text" doc:"开头的话；不便显示的不给"`
	Urgent       bool            `json:"urgent"`
	Confidential bool            `json:"confidential" doc:"只给镇里看"`
	Asker        string          `json:"asker,omitempty" doc:"只给经办人看；保密的不给"`
	Handler      string          `json:"handler" doc:"由谁办；空的是暂时没有人能办"`
	OpenedAt     time.Time       `json:"opened_at"`
	ContactDue   *time.Time      `json:"contact_due" doc:"什么时候前先回话"`
	DueAt        *time.Time      `json:"due_at" doc:"什么时候前答复"`
	RepliedAt    *time.Time      `json:"replied_at"`
	Solved       bool            `json:"solved" doc:"提问人说解决了"`
	Stars        int             `json:"stars"`
}

func shapeOfCase(c model.Case, side casework.Side) CaseShape {
	s := CaseShape{
		ID: model.PublicID(c.VillageID, c.ID), Number: c.Number, Village: c.VillageID, Kind: c.Kind, Topic: c.Topic, State: c.State,
		StateText: casework.StateName(c), ClosedHow: c.ClosedHow, Urgent: c.Urgent, Confidential: c.Confidential, Handler: c.HandlerName,
		OpenedAt: c.OpenedAt.In(model.Shanghai), DueAt: moment(c.DueAt), RepliedAt: moment(c.RepliedAt), Solved: !c.SolvedByAsker.IsZero(), Stars: c.Stars,
	}
	if c.ContactedAt.IsZero() {
		s.ContactDue = moment(c.ContactDue)
	}
	if side == casework.SideAsker || side == casework.SideHandler || side == casework.SideHelper {
		s.Text = casework.Shown(c)
	}
	if side == casework.SideHandler && !c.Confidential {
		s.Asker = c.AskerName
	}
	return s
}

type casesInput struct {
	PageQuery
	As    string `query:"as" enum:"asker,handler" default:"asker" doc:"我提的，还是我办的"`
	For   string `query:"for" maxLength:"80" doc:"替谁看（他同意过您代办）：person 的 id；保密的不给"`
	State string `query:"state" enum:"submitted,in_progress,replied,closed,open" doc:"open 是还没办结的；不写是全部"`
}

func (in casesInput) states() []model.CaseState {
	switch in.State {
	case "":
		return nil
	case "open":
		return []model.CaseState{model.CaseSubmitted, model.CaseInProgress, model.CaseReplied}
	}
	return []model.CaseState{model.CaseState(in.State)}
}

// cases lists what the actor asked, what an elder asked whom the actor helps, or
// what the actor handles.
func (a *API) cases(ctx context.Context, who Caller, in *casesInput) (*answer[list[CaseShape]], error) {
	read, side := a.Cases.Asked, casework.SideAsker
	switch {
	case in.As == "handler":
		read, side = a.Cases.Held, casework.SideHandler
	case in.For != "":
		elder, err := personOf(in.For)
		if err != nil {
			return nil, err
		}
		side = casework.SideHelper
		read = func(ctx context.Context, actor model.Actor, p casework.Page) ([]model.Case, string, error) {
			return a.Desk.CasesFor(ctx, actor, elder, p)
		}
	}
	found, next, err := read(ctx, who.Actor, casework.Page{States: in.states(), After: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	var shapes []CaseShape
	for _, c := range found {
		shapes = append(shapes, shapeOfCase(c, side))
	}
	return listOf(shapes, next), nil
}

type eventShape struct {
	At       time.Time `json:"at"`
	Kind     string    `json:"kind" doc:"said、asked、contact、replied、extended、moved、reopened、verdict、stars、rejected、withdrawn、closed…"`
	By       string    `json:"by" enum:"asker,helper,handler,system"`
	Name     string    `json:"name,omitempty"`
	Text     string    `json:"text"`
	UploadID string    `json:"upload_id,omitempty"`
}

type clockShape struct {
	Tier        string     `json:"tier" doc:"哪一级在办"`
	StartedAt   time.Time  `json:"started_at"`
	ContactDue  *time.Time `json:"contact_due"`
	ContactedAt *time.Time `json:"contacted_at"`
	DueAt       *time.Time `json:"due_at"`
	EndedAt     *time.Time `json:"ended_at"`
	EndedHow    string     `json:"ended_how,omitempty"`
}

type caseView struct {
	CaseShape
	Side     casework.Side `json:"side" enum:"asker,signer,handler,listener,helper" doc:"您和这件事的关系"`
	Timeline []eventShape  `json:"timeline" nullable:"false"`
	Clocks   []clockShape  `json:"clocks" nullable:"false" doc:"每一级的时限"`
}

func (a *API) oneCase(ctx context.Context, who Caller, in *ByID) (*answer[caseView], error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	v, err := a.Cases.Get(ctx, who.Actor, ref)
	if err != nil {
		return nil, err
	}
	clocks, err := a.Cases.Clocks(ctx, ref)
	if err != nil {
		return nil, err
	}
	view := caseView{CaseShape: shapeOfCase(v.Case, v.Side), Side: v.Side, Timeline: []eventShape{}, Clocks: []clockShape{}}
	for _, e := range v.Events {
		view.Timeline = append(view.Timeline, shapeOfEvent(v.Case, e))
	}
	for _, t := range clocks {
		view.Clocks = append(view.Clocks, a.shapeOfClock(v.Case.Kind, t))
	}
	return &answer[caseView]{view}, nil
}

func (a *API) shapeOfClock(kind string, t model.CaseClock) clockShape {
	return clockShape{Tier: a.Cases.TierTitle(kind, t.Tier), StartedAt: t.StartedAt.In(model.Shanghai), ContactDue: moment(t.ContactDue),
		ContactedAt: moment(t.ContactedAt), DueAt: moment(t.DueAt), EndedAt: moment(t.EndedAt), EndedHow: t.EndedHow}
}

// shapeOfEvent tells who did it; the asker's name stands nowhere, for the case
// may be confidential.
func shapeOfEvent(c model.Case, e model.CaseEvent) eventShape {
	s := eventShape{At: e.At.In(model.Shanghai), Kind: e.Kind, By: "handler", Name: e.ByName, Text: e.Text, UploadID: public(c.VillageID, e.MediaID)}
	switch {
	case e.Kind == model.EventMoved || e.Kind == model.EventClosed || e.ByID == "" && e.Kind != model.EventSaid:
		s.By, s.Name = "system", ""
	case c.HelperID != "" && e.ByID == c.HelperID && e.ByVillage == c.HelperVillage:
		s.By = "helper"
	case e.ByID == c.AskerID && e.ByVillage == c.AskerVillage, asks(e.Kind):
		s.By, s.Name = "asker", ""
	}
	return s
}

// asks says whether only the asker, or a signer, does such a thing.
func asks(kind string) bool {
	switch kind {
	case model.EventSaid, model.EventReopened, model.EventVerdict, model.EventStars, model.EventWithdrawn, model.EventSpoken, model.EventJoined, model.EventUrgent:
		return true
	}
	return false
}
