package api

import (
	"bytes"
	"context"
	"io"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
	"cunwu/service/media"
)

// ContentShape is what a version says.
type ContentShape struct {
	Title           string   `json:"title,omitempty" maxLength:"60" doc:"不写就用期数和名称"`
	Text            string   `json:"text,omitempty" maxLength:"20000"`
	UploadIDs       []string `json:"upload_ids,omitempty" maxItems:"20" nullable:"false" doc:"附件，公开后人人看得到；先 POST /uploads"`
	FinanceUploadID string   `json:"finance_upload_id,omitempty" maxLength:"80" doc:"按模板填好的收支明细表（.xlsx），先 POST /uploads；原表不公开，公开的是里面的明细"`
}

// read makes a draft of what was sent. The Excel file is read before the
// transaction begins, which must not wait for a storage.
func (a *API) read(ctx context.Context, who Caller, c ContentShape) (disclosure.Draft, error) {
	draft := disclosure.Draft{Title: c.Title, Text: c.Text}
	var err error
	if draft.MediaIDs, err = uploadsOf(c.UploadIDs); err != nil || c.FinanceUploadID == "" {
		return draft, err
	}
	villageID, id, err := model.ParsePublicID(c.FinanceUploadID)
	if err != nil {
		return draft, err
	}
	m, err := a.Media.Of(ctx, villageID, id)
	switch {
	case err != nil:
		return draft, err
	case !media.Owned(who.Actor, m):
		return draft, model.Errorf(model.Unknown, "没有找到收支明细表，请重新上传")
	case m.Kind != model.InSheet:
		return draft, model.Errorf(model.Invalid, "收支明细表要是 Excel 文件（.xlsx），请下载模板，填好再传")
	}
	stream, err := a.Media.Stream(ctx, m, false)
	if err != nil {
		return draft, err
	}
	defer func() { _ = stream.Close() }()
	content, err := io.ReadAll(io.LimitReader(stream, maxUpload))
	draft.Finance, draft.FinanceID = bytes.NewReader(content), id
	return draft, err
}

// uploadsOf are ids of uploads as the rooms know them.
func uploadsOf(publics []string) ([]string, error) {
	var ids []string
	for _, public := range publics {
		_, id, err := model.ParsePublicID(public)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

type writeInput struct {
	Body struct {
		ContentShape
		Village string   `json:"village,omitempty" maxLength:"32" doc:"不写是自己的村"`
		Kind    string   `json:"kind" enum:"party,village,finance,land,decision"`
		Duty    string   `json:"duty,omitempty" maxLength:"32" doc:"目录里的哪一项；不写是这一类本身"`
		Period  string   `json:"period,omitempty" maxLength:"48" doc:"2026-03、2026-Q1、2026；随时公开的写事项编号，或不写"`
		Scope   string   `json:"scope,omitempty" enum:"public,party,organisation,named" doc:"只有党务公开能限定范围；不写是全体"`
		Readers []string `json:"readers,omitempty" maxItems:"200" nullable:"false" doc:"scope 是 named 时，给哪些人看：person 的 id"`
	}
}

func (a *API) readDraft(ctx context.Context, who Caller, in *writeInput) (disclosure.Draft, error) {
	b := in.Body
	draft, err := a.read(ctx, who, b.ContentShape)
	if err != nil {
		return draft, err
	}
	draft.VillageID, draft.Kind, draft.Duty, draft.Period, draft.Scope = b.Village, b.Kind, b.Duty, b.Period, b.Scope
	if draft.VillageID == "" {
		draft.VillageID = who.Actor.VillageID
	}
	draft.Readers, err = uploadsOf(b.Readers)
	return draft, err
}

func (a *API) draft(ctx context.Context, who Caller, _ *writeInput, draft disclosure.Draft) (*disclosureAnswer, error) {
	return disclosureOf(a.Public.Draft(ctx, who.Actor, draft))
}

type editInput struct {
	ByID
	Body ContentShape
}

func (a *API) readEdit(ctx context.Context, who Caller, in *editInput) (disclosure.Draft, error) {
	return a.read(ctx, who, in.Body)
}

func (a *API) edit(ctx context.Context, who Caller, in *editInput, draft disclosure.Draft) (*disclosureAnswer, error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	return disclosureOf(a.Public.Edit(ctx, who.Actor, ref, draft))
}

type correctInput struct {
	ByID
	Body struct {
		ContentShape
		Reason string `json:"reason" minLength:"1" maxLength:"200" doc:"为什么更正；和更正前后的不同一起公开"`
	}
}

func (a *API) readCorrection(ctx context.Context, who Caller, in *correctInput) (disclosure.Draft, error) {
	return a.read(ctx, who, in.Body.ContentShape)
}

func (a *API) correct(ctx context.Context, who Caller, in *correctInput, draft disclosure.Draft) (*disclosureAnswer, error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	return disclosureOf(a.Public.Correct(ctx, who.Actor, ref, draft, in.Body.Reason))
}

type signOffInput struct {
	ByID
	Body struct {
		Digest string `json:"digest" minLength:"1" maxLength:"128" doc:"看的那一版的 digest；稿子改过就签不上"`
	}
}

func (a *API) signOff(ctx context.Context, who Caller, in *signOffInput) (*disclosureAnswer, error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	return disclosureOf(a.Public.SignOff(ctx, who.Actor, ref, in.Body.Digest))
}

type approveInput struct {
	ByID
	Body struct {
		Digest   string `json:"digest" minLength:"1" maxLength:"128"`
		Secrecy  bool   `json:"secrecy" doc:"没有涉密内容"`
		Need     bool   `json:"need" doc:"有必要公开"`
		Accuracy bool   `json:"accuracy" doc:"内容真实"`
	}
}

func (a *API) approve(ctx context.Context, who Caller, in *approveInput) (*disclosureAnswer, error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	b := in.Body
	return disclosureOf(a.Public.Approve(ctx, who.Actor, ref, b.Digest, disclosure.Checks{Secrecy: b.Secrecy, Need: b.Need, Accuracy: b.Accuracy}))
}

type publishInput struct {
	ByID
	Body struct {
		Everyone bool `json:"everyone,omitempty" doc:"马上通知全村；不写就等每月一次的汇总"`
	}
}

func (a *API) publish(ctx context.Context, who Caller, in *publishInput) (*disclosureAnswer, error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	return disclosureOf(a.Public.Publish(ctx, who.Actor, ref, in.Body.Everyone))
}

type withdrawInput struct {
	ByID
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"200" doc:"为什么撤下；记录和原因都留着"`
	}
}

func (a *API) takeDown(ctx context.Context, who Caller, in *withdrawInput) (*disclosureAnswer, error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	return disclosureOf(a.Public.Withdraw(ctx, who.Actor, ref, in.Body.Reason))
}

type postInput struct {
	ByID
	Body struct {
		UploadID string    `json:"upload_id" minLength:"1" maxLength:"80" doc:"公示栏的照片"`
		On       time.Time `json:"on" doc:"哪天贴的；法定的天数从这天算"`
	}
}

func (a *API) posted(ctx context.Context, who Caller, in *postInput) (*disclosureAnswer, error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	_, photo, err := model.ParsePublicID(in.Body.UploadID)
	if err != nil {
		return nil, err
	}
	return disclosureOf(a.Public.Post(ctx, who.Actor, ref, photo, in.Body.On))
}

type vouchersInput struct {
	ByID
	Seq  int `path:"seq" minimum:"1" maximum:"3000" doc:"第几笔"`
	Body struct {
		UploadIDs []string `json:"upload_ids" minItems:"1" maxItems:"9" nullable:"false" doc:"票据的照片"`
	}
}

// vouchers gives pictures to an item of the version in preparation.
func (a *API) vouchers(ctx context.Context, who Caller, in *vouchersInput) (*done, error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	ids, err := uploadsOf(in.Body.UploadIDs)
	if err != nil {
		return nil, err
	}
	return &done{}, a.Public.Voucher(ctx, who.Actor, ref, in.Seq, ids)
}

type askInput struct {
	ByID
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"2000" doc:"问题和答复会公开，只显示您的姓"`
	}
}

// askAbout opens a case with a clock; its answer stands under the disclosure.
func (a *API) askAbout(ctx context.Context, who Caller, in *askInput) (*stateAnswer, error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	return stateOf(a.Public.Ask(ctx, who.Actor, ref, casework.Said{Text: in.Body.Text}))
}

type joinInput struct {
	ByID
	Body struct {
		Into string `json:"into" minLength:"1" maxLength:"80" doc:"并到哪一件（同一份公开的提问）"`
	}
}

// joined makes one of two questions that ask the same.
func (a *API) joined(ctx context.Context, who Caller, in *joinInput) (*stateAnswer, error) {
	from, err := in.ref()
	if err != nil {
		return nil, err
	}
	villageID, into, err := model.ParsePublicID(in.Body.Into)
	if err != nil {
		return nil, err
	}
	if villageID != from.VillageID {
		return nil, model.Errorf(model.Invalid, "只能合并对同一份公开的提问，请核对编号")
	}
	return stateOf(a.Public.Join(ctx, who.Actor, villageID, from.ID, into))
}
