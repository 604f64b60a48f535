package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/membership"
	"cunwu/service/village"
)

type helpShape struct {
	ID      string     `json:"id"`
	Number  int64      `json:"number" doc:"村里的人用它确认"`
	Village string     `json:"village"`
	Elder   string     `json:"elder" doc:"替谁办"`
	ElderID string     `json:"elder_id" doc:"提留言时的 on_behalf_of"`
	Helper  string     `json:"helper" doc:"谁来办"`
	Mine    bool       `json:"mine" doc:"true 是别人替我办；false 是我替别人办"`
	Scope   []string   `json:"scope" nullable:"false"`
	Months  int        `json:"months"`
	State   string     `json:"state" enum:"open,agreed,refused,ended,lapsed"`
	AskedAt time.Time  `json:"asked_at"`
	Until   *time.Time `json:"until"`
}

func shapeOfHelp(h membership.Help, mine bool) helpShape {
	return helpShape{ID: h.ID, Number: h.Number, Village: h.VillageID, Elder: h.ElderName, ElderID: public(h.Elder.VillageID, h.Elder.ID), Helper: h.HelperName,
		Mine: mine, Scope: append([]string{}, h.Scope...), Months: h.Months, State: h.State, AskedAt: h.AskedAt.In(model.Shanghai), Until: moment(h.Until)}
}

func (a *API) helpers(ctx context.Context, who Caller, _ *nothing) (*answer[list[helpShape]], error) {
	ofMine, byMe, err := a.Members.Helpers(ctx, who.Actor)
	if err != nil {
		return nil, err
	}
	var shapes []helpShape
	for _, h := range ofMine {
		shapes = append(shapes, shapeOfHelp(h, true))
	}
	for _, h := range byMe {
		shapes = append(shapes, shapeOfHelp(h, false))
	}
	return listOf(shapes, ""), nil
}

type helpInput struct {
	Body struct {
		Village     string   `json:"village,omitempty" maxLength:"32" doc:"老人是哪个村的；不写是自己的村"`
		Name        string   `json:"name" minLength:"1" maxLength:"64" doc:"老人的姓名"`
		HouseholdNo string   `json:"household_no,omitempty" maxLength:"32" doc:"有同名的要写户号"`
		Scope       []string `json:"scope" minItems:"1" maxItems:"3" nullable:"false" enum:"cases,reading,merit"`
		Months      int      `json:"months" minimum:"1" maximum:"24"`
	}
}

func (a *API) askHelp(ctx context.Context, who Caller, in *helpInput) (*answer[helpShape], error) {
	b := in.Body
	if b.Village == "" {
		b.Village = who.Actor.VillageID
	}
	help, err := a.Members.AskToHelp(ctx, who.Actor, membership.AskHelp{VillageID: b.Village, Scope: b.Scope, Months: b.Months,
		Elder: village.Named{Name: b.Name, HouseholdNo: b.HouseholdNo}})
	if err != nil {
		return nil, err
	}
	shape := shapeOfHelp(help, false)
	if !help.Elder.Is(who.Actor.Person()) {
		shape.ElderID = "" // who it is is told once they agreed
	}
	return &answer[helpShape]{shape}, nil
}

type helpMove func(ctx context.Context, actor model.Actor, ref membership.HelpRef) (membership.Help, error)

// helped is a route that needs nothing but the help.
func helped(move helpMove) func(ctx context.Context, who Caller, in *ByID) (*answer[helpShape], error) {
	return func(ctx context.Context, who Caller, in *ByID) (*answer[helpShape], error) {
		villageID, id, err := in.parse()
		if err != nil {
			return nil, err
		}
		help, err := move(ctx, who.Actor, membership.HelpRef{VillageID: villageID, ID: id})
		if err != nil {
			return nil, err
		}
		return &answer[helpShape]{shapeOfHelp(help, help.Elder.Is(who.Actor.Person()))}, nil
	}
}

type correctionShape struct {
	ID         string        `json:"id"`
	Field      village.Field `json:"field"`
	Title      string        `json:"title"`
	State      string        `json:"state" enum:"open,confirmed,refused,lapsed"`
	CaseID     string        `json:"case_id"`
	CaseNumber int64         `json:"case_number"`
	AskedAt    time.Time     `json:"asked_at"`
	DecidedAt  *time.Time    `json:"decided_at"`
}

func shapeOfCorrection(c membership.CorrectionView) correctionShape {
	return correctionShape{ID: c.ID, Field: c.Field, Title: c.FieldTitle, State: c.State, CaseID: c.CaseID, CaseNumber: c.CaseNumber,
		AskedAt: c.AskedAt.In(model.Shanghai), DecidedAt: moment(c.DecidedAt)}
}

type correctionInput struct {
	Body struct {
		Field    village.Field `json:"field" maxLength:"32" doc:"哪一项不对"`
		Value    string        `json:"value" minLength:"1" maxLength:"100" doc:"应该是什么"`
		Evidence string        `json:"evidence,omitempty" maxLength:"500" doc:"有什么可以证明"`
		UploadID string        `json:"upload_id,omitempty" maxLength:"80" doc:"证明的照片"`
	}
}

func (a *API) askCorrection(ctx context.Context, who Caller, in *correctionInput) (*answer[correctionShape], error) {
	file, err := optionalPerson(in.Body.UploadID)
	if err != nil {
		return nil, err
	}
	view, err := a.Desk.Correct(ctx, who.Actor, membership.NewCorrection{Field: in.Body.Field, Value: in.Body.Value, Evidence: in.Body.Evidence, MediaID: file.ID})
	return &answer[correctionShape]{shapeOfCorrection(view)}, err
}

func (a *API) corrections(ctx context.Context, who Caller, _ *nothing) (*answer[list[correctionShape]], error) {
	views, err := a.Members.Corrections(ctx, who.Actor, 0)
	if err != nil {
		return nil, err
	}
	var shapes []correctionShape
	for _, view := range views {
		shapes = append(shapes, shapeOfCorrection(view))
	}
	return listOf(shapes, ""), nil
}
