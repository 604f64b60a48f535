package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/disclosure"
)

// DisclosureShape is a disclosure as a list shows it.
type DisclosureShape struct {
	ID              string                `json:"id"`
	Village         string                `json:"village"`
	Kind            string                `json:"kind" enum:"party,village,finance,land,decision"`
	KindText        string                `json:"kind_text"`
	Duty            string                `json:"duty" doc:"目录里的哪一项"`
	Period          string                `json:"period" doc:"哪一期：2026-03、2026-Q1、2026；随时公开的是事项的编号"`
	Title           string                `json:"title"`
	Scope           string                `json:"scope" enum:"public,party,organisation,named" doc:"党务公开的范围"`
	State           model.DisclosureState `json:"state" enum:"draft,published,withdrawn"`
	Version         int                   `json:"version" doc:"现在公开的是第几版；0 还没公开"`
	Pending         int                   `json:"pending" doc:"正在准备的是第几版；0 没有"`
	PublishedAt     *time.Time            `json:"published_at"`
	PostedAt        *time.Time            `json:"posted_at" doc:"哪天贴到公示栏（以照片为准）"`
	PostedUntil     *time.Time            `json:"posted_until" doc:"至少贴到什么时候"`
	WithdrawnAt     *time.Time            `json:"withdrawn_at"`
	WithdrawnReason string                `json:"withdrawn_reason,omitempty"`
}

type disclosureAnswer = answer[DisclosureShape]

func shapeOfDisclosure(d model.Disclosure) DisclosureShape {
	return DisclosureShape{ID: model.PublicID(d.VillageID, d.ID), Village: d.VillageID, Kind: d.Kind, KindText: disclosure.KindTitle(d.Kind), Duty: d.Duty,
		Period: d.Period, Title: d.Title, Scope: d.Scope, State: d.State, Version: d.Current, Pending: d.Pending, PublishedAt: moment(d.PublishedAt),
		PostedAt: moment(d.PostedAt), PostedUntil: moment(d.PostedUntil), WithdrawnAt: moment(d.WithdrawnAt), WithdrawnReason: d.WithdrawnReason}
}

func disclosureOf(d model.Disclosure, err error) (*disclosureAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &disclosureAnswer{shapeOfDisclosure(d)}, nil
}

func shapesOfDisclosures(found []model.Disclosure) []DisclosureShape {
	var shapes []DisclosureShape
	for _, d := range found {
		shapes = append(shapes, shapeOfDisclosure(d))
	}
	return shapes
}

// published is the disclosure that the path names.
func (p ByID) published() (disclosure.Ref, error) {
	villageID, id, err := p.parse()
	return disclosure.Ref{VillageID: villageID, ID: id}, err
}

// OfVillage names a village where nobody needs to be signed in.
type OfVillage struct {
	Village string `query:"village" maxLength:"32" doc:"哪个村；登录了可以不写，是自己的村"`
}

func (in OfVillage) of(who Caller) (string, error) {
	switch {
	case in.Village != "":
		return in.Village, nil
	case who.Actor.VillageID != "":
		return who.Actor.VillageID, nil
	}
	return "", model.Errorf(model.Invalid, "请写明是哪个村（village）")
}

type disclosuresInput struct {
	PageQuery
	OfVillage
	Kind  string `query:"kind" enum:"party,village,finance,land,decision" doc:"不写是全部"`
	State string `query:"state" enum:"published,draft,withdrawn" default:"published" doc:"draft 只给准备和签字的人看"`
}

// disclosures lists what the actor may read, the newest first.
func (a *API) disclosures(ctx context.Context, who Caller, in *disclosuresInput) (*answer[list[DisclosureShape]], error) {
	villageID, err := in.of(who)
	if err != nil {
		return nil, err
	}
	if in.State == string(model.DisclosureWithdrawn) {
		found, err := a.Public.Withdrawn(ctx, who.Actor, villageID, in.Limit)
		return listOf(shapesOfDisclosures(found), ""), err
	}
	after, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	found, err := a.Public.List(ctx, who.Actor, disclosure.Query{VillageID: villageID, Kind: in.Kind, Draft: in.State == string(model.DisclosureDraft), After: after, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	next := ""
	if len(found) == in.Limit {
		next = opaque(found[len(found)-1].ID)
	}
	return listOf(shapesOfDisclosures(found), next), nil
}

type searchInput struct {
	OfVillage
	Words string `query:"q" required:"true" minLength:"1" maxLength:"80" doc:"要查的词或人名，如：修路"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"最多几条"`
}

func (a *API) searchDisclosures(ctx context.Context, who Caller, in *searchInput) (*answer[list[DisclosureShape]], error) {
	villageID, err := in.of(who)
	if err != nil {
		return nil, err
	}
	found, err := a.Public.Search(ctx, who.Actor, villageID, in.Words, in.Limit)
	return listOf(shapesOfDisclosures(found), ""), err
}

type byShape struct {
	Name string     `json:"name"`
	At   *time.Time `json:"at"`
}

func byOf(name string, at model.Time) *byShape {
	if at.IsZero() {
		return nil
	}
	return &byShape{name, moment(at)}
}

type versionShape struct {
	Version     int        `json:"version"`
	Title       string     `json:"title"`
	Reason      string     `json:"reason,omitempty" doc:"为什么更正"`
	PublishedAt *time.Time `json:"published_at"`
}

type questionShape struct {
	Number     int64      `json:"number" doc:"这个提问的编号 #N，别人可以附议"`
	Nickname   string     `json:"nickname"`
	Question   string     `json:"question"`
	Answer     string     `json:"answer"`
	AskedAt    *time.Time `json:"asked_at"`
	AnsweredAt *time.Time `json:"answered_at"`
}

func shapesOfQuestions(found []model.DisclosureQuestion) []questionShape {
	shapes := []questionShape{}
	for _, q := range found {
		shapes = append(shapes, questionShape{q.Number, q.Nickname, q.Question, q.Answer, moment(q.AskedAt), moment(q.AnsweredAt)})
	}
	return shapes
}

type statementShape struct {
	Opening int64 `json:"opening" doc:"期初余额，分"`
	Income  int64 `json:"income"`
	Expense int64 `json:"expense"`
	Closing int64 `json:"closing" doc:"期末余额"`
	Off     int64 `json:"off" doc:"期初余额和上一期期末余额差多少分；0 是对得上"`
	Gap     bool  `json:"gap" doc:"上一期没有公开，期初余额对不了"`
}

type disclosureView struct {
	DisclosureShape
	Shown         int             `json:"shown" doc:"下面是第几版"`
	Text          string          `json:"text" doc:"撤下的不给"`
	Reason        string          `json:"reason,omitempty" doc:"这一版为什么更正"`
	UploadIDs     []string        `json:"upload_ids" nullable:"false" doc:"附件：/disclosures/{id}/files/{upload}"`
	BoardUploadID string          `json:"board_upload_id,omitempty" doc:"公示栏的照片"`
	Written       *byShape        `json:"written"`
	Signed        *byShape        `json:"signed" doc:"村务监督委员会"`
	Approved      *byShape        `json:"approved" doc:"党务公开的审批"`
	Published     *byShape        `json:"published"`
	Versions      []versionShape  `json:"versions" nullable:"false" doc:"公开过的各版，新的在前"`
	Questions     []questionShape `json:"questions" nullable:"false"`
	Accounts      *statementShape `json:"accounts" doc:"收支；没有是 null"`
	Leaves        []leafShape     `json:"leaves" nullable:"false" doc:"在公开账本里的位置；刚公开时是空的"`
	Digest        string          `json:"digest,omitempty" doc:"准备中的一版：签字和审批时带上，证明看的就是这一版"`
}

// VersionInput names a version of a disclosure.
type VersionInput struct {
	ByID
	Version int `query:"version" minimum:"-1" maximum:"10000" doc:"第几版；不写是现在公开的，-1 是准备中的"`
}

func (a *API) oneDisclosure(ctx context.Context, who Caller, in *VersionInput) (*answer[disclosureView], error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	v, err := a.Public.Get(ctx, who.Actor, ref, in.Version)
	if err != nil {
		return nil, err
	}
	return &answer[disclosureView]{shapeOfView(v)}, nil
}

func shapeOfView(v disclosure.View) disclosureView {
	d := v.Disclosure
	shape := disclosureView{DisclosureShape: shapeOfDisclosure(d), Shown: v.Version.Version, Text: v.Version.Text, Reason: v.Version.Reason,
		UploadIDs: []string{}, BoardUploadID: public(d.VillageID, d.BoardMediaID), Written: byOf(v.Version.WrittenName, v.Version.WrittenAt),
		Signed: byOf(v.Version.SignedName, v.Version.SignedAt), Approved: byOf(v.Version.ApprovedName, v.Version.ApprovedAt),
		Published: byOf(v.Version.PublishedName, v.Version.PublishedAt), Versions: []versionShape{}, Questions: shapesOfQuestions(v.Questions),
		Leaves: []leafShape{}, Digest: v.Digest}
	for _, id := range v.Version.Media() {
		shape.UploadIDs = append(shape.UploadIDs, model.PublicID(d.VillageID, id))
	}
	for _, old := range v.Versions {
		shape.Versions = append(shape.Versions, versionShape{old.Version, old.Title, old.Reason, moment(old.PublishedAt)})
	}
	for _, e := range v.Leaves {
		shape.Leaves = append(shape.Leaves, shapeOfLeaf(e))
	}
	if st := v.Statement; st != nil {
		shape.Accounts = &statementShape{st.Opening, st.Income, st.Expense, st.Closing, v.Off, v.Gap}
	}
	return shape
}

type questionsInput struct {
	ByID
	PageQuery
}

// questions are those that were answered, the oldest first.
func (a *API) questions(ctx context.Context, who Caller, in *questionsInput) (*answer[list[questionShape]], error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	after, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	found, err := a.Public.Questions(ctx, who.Actor, ref, after, in.Limit)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(found) == in.Limit {
		next = opaque(found[len(found)-1].CaseID)
	}
	return listOf(shapesOfQuestions(found), next), nil
}

type diffInput struct {
	ByID
	From int `query:"from" required:"true" minimum:"1" maximum:"10000"`
	To   int `query:"to" required:"true" minimum:"1" maximum:"10000"`
}

type diffLine struct {
	How  string `json:"how" enum:"same,added,removed"`
	Text string `json:"text"`
}

// difference compares two published versions line by line.
func (a *API) difference(ctx context.Context, who Caller, in *diffInput) (*answer[list[diffLine]], error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	lines, err := a.Public.Diff(ctx, who.Actor, ref, in.From, in.To)
	var shapes []diffLine
	for _, l := range lines {
		shapes = append(shapes, diffLine(l))
	}
	return listOf(shapes, ""), err
}

type attachmentInput struct {
	ByID
	Upload string `path:"upload" maxLength:"80" doc:"附件的 id"`
	Small  bool   `query:"small" doc:"只要缩略图"`
}

// attachment sends a file of a disclosure: what is public needs no token.
func (a *API) attachment(ctx context.Context, who Caller, in *attachmentInput) (*fileAnswer, error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	villageID, id, err := model.ParsePublicID(in.Upload)
	if err != nil {
		return nil, err
	}
	m, err := a.Media.Of(ctx, villageID, id)
	if err != nil {
		return nil, err
	}
	if villageID != ref.VillageID || m.Subject != "disclosure/"+ref.ID {
		return nil, model.Errorf(model.Unknown, "没有找到这个文件")
	}
	return a.see(ctx, who, &seeInput{ByID: ByID{in.Upload}, Small: in.Small})
}
