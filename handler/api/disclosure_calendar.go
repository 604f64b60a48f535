package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/disclosure"
)

type slotShape struct {
	Duty          string     `json:"duty"`
	Kind          string     `json:"kind"`
	KindText      string     `json:"kind_text"`
	Period        string     `json:"period"`
	Title         string     `json:"title"`
	DueAt         time.Time  `json:"due_at"`
	State         string     `json:"state" enum:"published,due,late,very_late" doc:"late 逾期，very_late 严重逾期"`
	PublishedAt   *time.Time `json:"published_at"`
	PublishedLate bool       `json:"published_late" doc:"公开了，但晚了"`
	DisclosureID  string     `json:"disclosure_id,omitempty" doc:"您看不到的不给"`
}

type calendarInput struct {
	OfVillage
	From string `query:"from" format:"date" doc:"从哪天（到期日），如 2026-01-01；不写是一年前"`
	To   string `query:"to" format:"date" doc:"到哪天；不写是三个月后"`
}

// calendar is what was due: published, due, late, very late. What is missing is
// shown to everybody.
func (a *API) calendar(ctx context.Context, who Caller, in *calendarInput) (*answer[list[slotShape]], error) {
	villageID, err := in.of(who)
	if err != nil {
		return nil, err
	}
	upTo := day(in.To, time.Time{})
	if !upTo.IsZero() {
		upTo = upTo.AddDate(0, 0, 1).Add(-time.Millisecond) // the day counts
	}
	slots, err := a.Public.Calendar(ctx, who.Actor, villageID, day(in.From, time.Time{}), upTo)
	if err != nil {
		return nil, err
	}
	var shapes []slotShape
	for _, s := range slots {
		shapes = append(shapes, slotShape{Duty: s.Duty, Kind: s.Kind, KindText: disclosure.KindTitle(s.Kind), Period: s.Period, Title: s.Title, DueAt: s.DueAt.In(model.Shanghai),
			State: s.State, PublishedAt: moment(model.At(s.PublishedAt)), PublishedLate: s.PublishedLate, DisclosureID: public(villageID, s.DisclosureID)})
	}
	return listOf(shapes, ""), nil
}

// day reads a date; its form was checked at the door.
func day(text string, otherwise time.Time) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, text, model.Shanghai)
	if err != nil {
		return otherwise
	}
	return t
}

type dutyShape struct {
	Duty     string `json:"duty"`
	Kind     string `json:"kind"`
	KindText string `json:"kind_text"`
	Title    string `json:"title"`
	Months   int    `json:"months" doc:"几个月一次：1、3、12；0 是随时（有了就公开）"`
	DueDays  int    `json:"due_days" doc:"每期结束（或事情发生）后几天内公开"`
	Since    string `json:"since" doc:"从哪天所在的一期开始"`
	Law      string `json:"law,omitempty" doc:"依据；空的是镇里自己加的"`
	Active   bool   `json:"active"`
}

type catalogueInput struct{ OfVillage }

// catalogue is what the village must disclose, and how often.
func (a *API) catalogue(ctx context.Context, who Caller, in *catalogueInput) (*answer[list[dutyShape]], error) {
	villageID, err := in.of(who)
	if err != nil {
		return nil, err
	}
	duties, err := a.Public.Catalogue(ctx, villageID)
	var shapes []dutyShape
	for _, d := range duties {
		shapes = append(shapes, dutyShape{Duty: d.ID, Kind: d.Kind, KindText: disclosure.KindTitle(d.Kind), Title: d.Title, Months: d.Months, DueDays: d.DueDays,
			Since: d.Since.In(model.Shanghai).Format(time.DateOnly), Law: d.Law, Active: d.Active})
	}
	return listOf(shapes, ""), err
}

type dutyInput struct {
	Duty string `path:"duty" maxLength:"32" pattern:"^[a-z0-9_]+$" doc:"目录项的代号；新的就是加一项"`
	Body struct {
		Village string `json:"village" minLength:"1" maxLength:"32"`
		Kind    string `json:"kind" enum:"party,village,finance,land,decision"`
		Title   string `json:"title" minLength:"1" maxLength:"20"`
		Months  int    `json:"months" enum:"0,1,3,12"`
		DueDays int    `json:"due_days" minimum:"1" maximum:"90"`
		Since   string `json:"since,omitempty" format:"date" doc:"不写是建村那天"`
		Active  bool   `json:"active" doc:"法律规定的不能停"`
	}
}

// setDuty is the township's: the law's lines may become more frequent, not rarer.
func (a *API) setDuty(ctx context.Context, who Caller, in *dutyInput) (*done, error) {
	b := in.Body
	return &done{}, a.Public.SetDuty(ctx, who.Actor, b.Village, disclosure.Duty{ID: in.Duty, Kind: b.Kind, Title: b.Title, Months: b.Months, DueDays: b.DueDays,
		Since: day(b.Since, time.Time{}), Active: b.Active})
}
