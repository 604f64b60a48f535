package api

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"cunwu/model"
	"cunwu/service/disclosure"
)

type itemShape struct {
	Seq       int      `json:"seq"`
	Day       string   `json:"day"`
	Income    bool     `json:"income" doc:"true 收入，false 支出"`
	Category  string   `json:"category"`
	Amount    int64    `json:"amount" doc:"分"`
	Party     string   `json:"party" doc:"收付款人"`
	Purpose   string   `json:"purpose"`
	Approver  string   `json:"approver"`
	Invoice   string   `json:"invoice"`
	Doubled   bool     `json:"doubled" doc:"这个票据号别处也用过"`
	UploadIDs []string `json:"upload_ids" nullable:"false" doc:"票据的照片"`
}

type itemsInput struct {
	VersionInput
	PageQuery
}

func (a *API) items(ctx context.Context, who Caller, in *itemsInput) (*answer[list[itemShape]], error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	after, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	seq := 0
	if after != "" {
		if seq, err = strconv.Atoi(after); err != nil {
			return nil, model.Errorf(model.Invalid, "页码看不懂，请从头看起")
		}
	}
	found, err := a.Public.Items(ctx, who.Actor, ref, in.Version, seq, in.Limit)
	if err != nil {
		return nil, err
	}
	var shapes []itemShape
	for _, i := range found {
		shape := itemShape{Seq: i.Seq, Day: i.Day, Income: i.Income, Category: i.Category, Amount: i.Amount, Party: i.Party, Purpose: i.Purpose,
			Approver: i.Approver, Invoice: i.Invoice, Doubled: i.Doubled, UploadIDs: []string{}}
		for _, id := range i.Vouchers() {
			shape.UploadIDs = append(shape.UploadIDs, model.PublicID(ref.VillageID, id))
		}
		shapes = append(shapes, shape)
	}
	next := ""
	if len(found) == in.Limit {
		next = opaque(strconv.Itoa(found[len(found)-1].Seq))
	}
	return listOf(shapes, next), nil
}

type sumShape struct {
	Category string `json:"category"`
	Income   bool   `json:"income"`
	Amount   int64  `json:"amount" doc:"分"`
	Items    int    `json:"items" doc:"几笔"`
}

func (a *API) categories(ctx context.Context, who Caller, in *VersionInput) (*answer[list[sumShape]], error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	sums, err := a.Public.ByCategory(ctx, who.Actor, ref, in.Version)
	var shapes []sumShape
	for _, s := range sums {
		shapes = append(shapes, sumShape(s))
	}
	return listOf(shapes, ""), err
}

type monthShape struct {
	Period       string `json:"period"`
	Published    bool   `json:"published" doc:"false：这个月没有公开"`
	DisclosureID string `json:"disclosure_id,omitempty"`
	Opening      int64  `json:"opening" doc:"分"`
	Income       int64  `json:"income"`
	Expense      int64  `json:"expense"`
	Closing      int64  `json:"closing"`
}

type yearInput struct {
	OfVillage
	Year int `query:"year" required:"true" minimum:"1990" maximum:"9999"`
}

func (a *API) months(ctx context.Context, who Caller, in *yearInput) (villageID string, months []disclosure.Month, err error) {
	if villageID, err = in.of(who); err != nil {
		return "", nil, err
	}
	months, err = a.Public.Year(ctx, villageID, in.Year)
	return villageID, months, err
}

func (a *API) year(ctx context.Context, who Caller, in *yearInput) (*answer[list[monthShape]], error) {
	villageID, months, err := a.months(ctx, who, in)
	var shapes []monthShape
	for _, m := range months {
		shapes = append(shapes, monthShape{Period: m.Period, Published: m.Published, DisclosureID: public(villageID, m.DisclosureID),
			Opening: m.Opening, Income: m.Income, Expense: m.Expense, Closing: m.Closing})
	}
	return listOf(shapes, ""), err
}

// chart draws the year as a picture that needs no script.
func (a *API) chart(ctx context.Context, who Caller, in *yearInput) (*fileAnswer, error) {
	_, months, err := a.months(ctx, who, in)
	if err != nil {
		return nil, err
	}
	return sent("image/svg+xml", "", []byte(disclosure.Chart(in.Year, months))), nil
}

const typeWorkbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

type exportInput struct {
	VersionInput
	Format string `query:"format" enum:"csv,xlsx" default:"xlsx"`
}

func (a *API) exportAccounts(ctx context.Context, who Caller, in *exportInput) (*fileAnswer, error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer // bounded: accounts have 3000 items at most
	if err := a.Public.Export(ctx, who.Actor, ref, in.Version, in.Format, &out); err != nil {
		return nil, err
	}
	contentType := typeWorkbook
	if in.Format == "csv" {
		contentType = "text/csv; charset=utf-8"
	}
	return sent(contentType, in.ID+"."+in.Format, out.Bytes()), nil
}

// template is the Excel file that villages fill in.
func (a *API) template(context.Context, Caller, *nothing) (*fileAnswer, error) {
	var out bytes.Buffer
	if err := disclosure.Template(&out); err != nil {
		return nil, err
	}
	return sent(typeWorkbook, "收支明细表.xlsx", out.Bytes()), nil
}

// sent is a file as an answer, to be kept under a name if it has one.
func sent(contentType, filename string, content []byte) *fileAnswer {
	return &fileAnswer{Body: func(ctx huma.Context) {
		g := humagin.Unwrap(ctx)
		if filename != "" {
			g.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": filename}))
		}
		g.Data(http.StatusOK, contentType, content)
	}}
}
