package api

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"os"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"cunwu/model"
	"cunwu/service/mediation"
	"cunwu/service/paper"
)

// paper sends the sealed agreement.
func (a *API) paper(ctx context.Context, who Caller, in *ByID) (*fileAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	drawn, err := a.Disputes.Paper(ctx, who.Actor, ref)
	return sheetOf(drawn, "人民调解协议书", paper.PDF, err)
}

// sheetOf sends a drawn sheet.
func sheetOf(drawn []byte, title, form string, err error) (*fileAnswer, error) {
	if err != nil {
		return nil, err
	}
	kind := typePDF
	if form == paper.PNG {
		kind = typePNG
	}
	return sent(kind, title+"."+form, drawn), nil
}

const (
	typePDF = "application/pdf"
	typePNG = "image/png"
)

type sealShape struct {
	Seal string `json:"seal" doc:"印章校验码，和纸上的一样"`
}

func (a *API) seal(ctx context.Context, who Caller, in *ByID) (*answer[sealShape], error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	seal, err := a.Disputes.Seal(ctx, who.Actor, ref)
	return &answer[sealShape]{sealShape{seal}}, err
}

type archiveInput struct {
	Village string `query:"village" required:"true" minLength:"1" maxLength:"32"`
	Year    int    `query:"year" required:"true" minimum:"2000" maximum:"2100" doc:"哪一年结束的"`
}

// archive sends a year's files. They are written to the disk first, so that what
// can't be written is refused in words; the file has no name any more by then.
func (a *API) archive(ctx context.Context, who Caller, in *archiveInput) (*fileAnswer, error) {
	file, err := os.CreateTemp("", "cunwu-archive-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(file.Name()); err != nil {
		_ = file.Close()
		return nil, err
	}
	if err := a.Disputes.WriteArchive(ctx, who.Actor, in.Village, in.Year, file); err != nil {
		_ = file.Close()
		return nil, err
	}
	return &fileAnswer{Body: func(ctx huma.Context) {
		defer func() { _ = file.Close() }()
		g := humagin.Unwrap(ctx)
		_ = http.NewResponseController(g.Writer).SetWriteDeadline(time.Now().Add(longest)) // a test's recorder has none
		g.Header("Content-Type", "application/zip")
		g.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fmt.Sprintf("%s-%d年调解卷宗.zip", in.Village, in.Year)}))
		http.ServeContent(g.Writer, g.Request, "", time.Time{}, file)
	}}, nil
}

type figuresInput struct {
	Village string `query:"village" maxLength:"32" doc:"哪个村；不写是自己的村"`
	From    string `query:"from" required:"true" format:"date" doc:"从哪天受理的"`
	To      string `query:"to" required:"true" format:"date" doc:"到哪天为止，不含这天"`
}

// FiguresShape are the figures of many disputes; null: too few to be told.
type FiguresShape struct {
	Kind       string   `json:"kind" doc:"空的是全部"`
	Filed      *int     `json:"filed" doc:"受理；null 是1到4件，不给出"`
	Open       *int     `json:"open"`
	Ended      *int     `json:"ended"`
	Agreed     *int     `json:"agreed"`
	InVillage  *float64 `json:"in_village" doc:"不出村率，0到1"`
	InTownship *float64 `json:"in_township" doc:"不出乡率"`
	Success    *float64 `json:"success" doc:"调解成功率"`
	MedianDays *float64 `json:"median_days" doc:"一半的案子在多少天内结束；没结束的也算"`
	Kept       *float64 `json:"kept" doc:"协议履行率"`
	Repeat     *float64 `json:"repeat" doc:"不止一件的人占多少"`
}

func (a *API) figures(ctx context.Context, who Caller, in *figuresInput) (*answer[list[FiguresShape]], error) {
	from, err := dayOf(in.From)
	if err != nil {
		return nil, err
	}
	to, err := dayOf(in.To)
	if err != nil {
		return nil, err
	}
	found, err := a.Disputes.Figures(ctx, who.Actor, villagePage{Village: in.Village}.village(who), from, to)
	if err != nil {
		return nil, err
	}
	var shapes []FiguresShape
	for _, f := range found {
		shapes = append(shapes, FiguresShape{Kind: f.Kind, Filed: told(f.Filed), Open: told(f.Open), Ended: told(f.Ended), Agreed: told(f.Agreed), InVillage: f.InVillage,
			InTownship: f.InTownship, Success: f.Success, MedianDays: f.MedianDays, Kept: f.Kept, Repeat: f.Repeat})
	}
	return listOf(shapes, ""), nil
}

func told(c mediation.Counted) *int {
	if c.Hidden {
		return nil
	}
	return &c.N
}

func dayOf(text string) (time.Time, error) {
	day, err := time.ParseInLocation(time.DateOnly, text, model.Shanghai)
	if err != nil {
		return day, model.Errorf(model.Invalid, "日期请写成 2026-09-03 这样").Because(err)
	}
	return day, nil
}

// flags lists the disputes whose red flag stands.
func (a *API) flags(ctx context.Context, who Caller, in *villageQuery) (*answer[list[DisputeShape]], error) {
	found, err := a.Disputes.Flags(ctx, who.Actor, in.of(who))
	if err != nil {
		return nil, err
	}
	var shapes []DisputeShape
	for _, d := range found {
		shapes = append(shapes, a.shapeOfDispute(d, model.PartTownship))
	}
	return listOf(shapes, ""), nil
}
