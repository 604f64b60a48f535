package api

import (
	"context"

	"cunwu/model"
	"cunwu/service/merit"
)

type meritDeedShape struct {
	Number    int    `json:"number" minimum:"1" doc:"申报时的 deed"`
	Name      string `json:"name" minLength:"1" maxLength:"64"`
	Points    int64  `json:"points" minimum:"-10000" maximum:"10000" doc:"负数是扣分"`
	Cap       int64  `json:"cap,omitempty" minimum:"0" doc:"一户在一个 cap_period 里最多几分；0 不限"`
	CapPeriod string `json:"cap_period,omitempty" enum:"day,week,month,quarter,year"`
	Evidence  string `json:"evidence" enum:"none,words,picture" doc:"要什么证明"`
	Who       string `json:"who,omitempty" enum:"self,praise,anybody,duty" doc:"谁来申报：本人、别的乡亲、都行、村里扣分"`
}

type meritBookShape struct {
	Version     int              `json:"version"`
	Label       string           `json:"label"`
	Resolution  string           `json:"resolution" doc:"哪次会议的哪个决议通过的"`
	AdoptedOn   string           `json:"adopted_on"`
	ValidFrom   string           `json:"valid_from"`
	Carry       int              `json:"carry" doc:"年底结转百分之几"`
	OpenFigures bool             `json:"open_figures" doc:"积分账的数字对外公开"`
	UploadID    string           `json:"upload_id,omitempty" doc:"会议记录"`
	Deeds       []meritDeedShape `json:"deeds" nullable:"false"`
}

func shapeOfBook(b merit.Book) meritBookShape {
	shape := meritBookShape{Version: b.Version, Label: b.Label, Resolution: b.Resolution, AdoptedOn: b.AdoptedOn, ValidFrom: b.ValidFrom, Carry: b.Carry,
		OpenFigures: b.OpenFigures, UploadID: public(b.VillageID, b.MediaID), Deeds: []meritDeedShape{}}
	for _, d := range b.Deeds {
		shape.Deeds = append(shape.Deeds, meritDeedShape{Number: d.Number, Name: d.Name, Points: d.Points, Cap: d.Cap, CapPeriod: d.CapPeriod, Evidence: d.Evidence, Who: d.Who})
	}
	return shape
}

type meritBookInput struct{ InVillage }

func (a *API) book(ctx context.Context, who Caller, in *meritBookInput) (*answer[meritBookShape], error) {
	book, err := a.Merit.Book(ctx, in.village(who))
	if err != nil {
		return nil, err
	}
	return &answer[meritBookShape]{shapeOfBook(book)}, nil
}

type meritNewBookInput struct {
	InVillage
	Body struct {
		Label       string           `json:"label,omitempty" maxLength:"12" doc:"积分叫什么；不写是功德积分"`
		Resolution  string           `json:"resolution" minLength:"1" maxLength:"80" doc:"哪次会议的哪个决议，如 2026年第1次村民代表会议决议"`
		AdoptedOn   string           `json:"adopted_on" maxLength:"10" doc:"决议的日期，如 2026-03-01"`
		ValidFrom   string           `json:"valid_from,omitempty" maxLength:"10" doc:"哪天起施行，不能是今天或以前；不写是明天"`
		Carry       int              `json:"carry" minimum:"0" maximum:"100" doc:"年底结转百分之几"`
		OpenFigures bool             `json:"open_figures,omitempty" doc:"积分账的数字（没有姓名）对外公开"`
		UploadID    string           `json:"upload_id,omitempty" maxLength:"80" doc:"会议记录的照片或 PDF"`
		Deeds       []meritDeedShape `json:"deeds" minItems:"1" maxItems:"200" nullable:"false"`
	}
}

func (a *API) adoptBook(ctx context.Context, who Caller, in *meritNewBookInput) (*answer[meritBookShape], error) {
	b := in.Body
	file, err := optionalPerson(b.UploadID)
	if err != nil {
		return nil, err
	}
	book := merit.NewBook{VillageID: in.village(who), Label: b.Label, AdoptedOn: b.AdoptedOn, Resolution: b.Resolution, MediaID: file.ID, ValidFrom: b.ValidFrom,
		Carry: b.Carry, OpenFigures: b.OpenFigures}
	for _, d := range b.Deeds {
		book.Deeds = append(book.Deeds, model.MeritDeed{Number: d.Number, Name: d.Name, Points: d.Points, Cap: d.Cap, CapPeriod: d.CapPeriod, Evidence: d.Evidence, Who: d.Who})
	}
	adopted, err := a.Merit.AdoptBook(ctx, who.Actor, book)
	if err != nil {
		return nil, err
	}
	return &answer[meritBookShape]{shapeOfBook(adopted)}, nil
}
