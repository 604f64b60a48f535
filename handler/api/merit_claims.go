package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/merit"
)

func (p ByID) merit() (merit.Ref, error) {
	villageID, id, err := p.parse()
	return merit.Ref{VillageID: villageID, ID: id}, err
}

type MeritClaimShape struct {
	ID          string     `json:"id"`
	Number      int64      `json:"number" doc:"人们说的积分几号"`
	Kind        string     `json:"kind" enum:"own,behalf,praise,deduct"`
	State       string     `json:"state" enum:"reviewing,noticed,disputed,refused,posted,reversed,withdrawn"`
	StateText   string     `json:"state_text"`
	Deed        int        `json:"deed"`
	Version     int        `json:"version" doc:"按哪一版积分办法"`
	Title       string     `json:"title"`
	Points      int64      `json:"points"`
	Person      string     `json:"person" doc:"谁做的"`
	Claimant    string     `json:"claimant,omitempty" doc:"谁报的"`
	HappenedOn  string     `json:"happened_on"`
	Text        string     `json:"text,omitempty"`
	OpenedAt    time.Time  `json:"opened_at"`
	NoticeUntil *time.Time `json:"notice_until" doc:"公示到什么时候"`
	PostedAt    *time.Time `json:"posted_at"`
	Outcome     string     `json:"outcome,omitempty" doc:"没通过、冲正的原因"`
	CaseID      string     `json:"case_id,omitempty" doc:"异议或申诉"`
}

func shapeOfClaim(c model.MeritClaim) MeritClaimShape {
	return MeritClaimShape{ID: model.PublicID(c.VillageID, c.ID), Number: c.Number, Kind: c.Kind, State: c.State, StateText: merit.StateName(c.State), Deed: c.Deed, Version: c.Version,
		Title: c.Title, Points: c.Points, Person: c.PersonName, Claimant: c.ClaimantName, HappenedOn: c.HappenedOn, Text: c.Text, OpenedAt: c.OpenedAt.In(model.Shanghai),
		NoticeUntil: moment(c.NoticeUntil), PostedAt: moment(c.PostedAt), Outcome: c.Outcome, CaseID: public(c.VillageID, c.CaseID)}
}

type meritClaimAnswer = answer[MeritClaimShape]

func claimOf(c model.MeritClaim, err error) (*meritClaimAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &meritClaimAnswer{shapeOfClaim(c)}, nil
}

type meritClaimViewShape struct {
	MeritClaimShape
	Mine     bool                 `json:"mine" doc:"和我、我家有关，或是我报的"`
	ToReview bool                 `json:"to_review" doc:"等我评"`
	Flags    string               `json:"flags,omitempty" doc:"给评议员看的提醒"`
	Evidence []meritEvidenceShape `json:"evidence" nullable:"false"`
	Reviews  []meritReviewShape   `json:"reviews" nullable:"false"`
}

type meritEvidenceShape struct {
	UploadID string `json:"upload_id" doc:"GET /uploads/{id}"`
	Near     string `json:"near_claim,omitempty" doc:"以前报过很像的照片"`
}

type meritReviewShape struct {
	Reviewer string `json:"reviewer"`
	State    string `json:"state" enum:"asked,approved,refused,over"`
	Reason   string `json:"reason,omitempty"`
}

func (a *API) oneClaim(ctx context.Context, who Caller, in *ByID) (*answer[meritClaimViewShape], error) {
	ref, err := in.merit()
	if err != nil {
		return nil, err
	}
	v, err := a.Merit.Get(ctx, who.Actor, ref)
	if err != nil {
		return nil, err
	}
	shape := meritClaimViewShape{MeritClaimShape: shapeOfClaim(v.MeritClaim), Mine: v.Mine, ToReview: v.ToReview, Flags: merit.FlagWords(v.Flags), Evidence: []meritEvidenceShape{}, Reviews: []meritReviewShape{}}
	for _, e := range v.Evidence {
		shape.Evidence = append(shape.Evidence, meritEvidenceShape{UploadID: public(v.VillageID, e.MediaID), Near: public(v.VillageID, e.NearClaim)})
	}
	for _, r := range v.Reviews {
		shape.Reviews = append(shape.Reviews, meritReviewShape{Reviewer: r.ReviewerName, State: r.State, Reason: r.Reason})
	}
	return &answer[meritClaimViewShape]{shape}, nil
}

// claims lists what the actor filed and what was filed about them.
func (a *API) claims(ctx context.Context, who Caller, in *PageQuery) (*answer[list[MeritClaimShape]], error) {
	before, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := a.Merit.Claims(ctx, who.Actor, before, in.Limit)
	if err != nil {
		return nil, err
	}
	return claimList(rows, nextOf(rows, in.Limit, claimID)), nil
}

func claimID(c model.MeritClaim) string { return c.ID }

func claimList(rows []model.MeritClaim, next string) *answer[list[MeritClaimShape]] {
	var shapes []MeritClaimShape
	for _, c := range rows {
		shapes = append(shapes, shapeOfClaim(c))
	}
	return listOf(shapes, next)
}

type meritToReviewInput struct {
	InVillage
	Limit int `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"最多几条；评过的就不在了"`
}

func (a *API) toReview(ctx context.Context, who Caller, in *meritToReviewInput) (*answer[list[MeritClaimShape]], error) {
	rows, err := a.Merit.ToReview(ctx, who.Actor, in.village(who), in.Limit)
	if err != nil {
		return nil, err
	}
	return claimList(rows, ""), nil
}

type meritPublicNoticeShape struct {
	ID         string    `json:"id"`
	Number     int64     `json:"number"`
	Person     string    `json:"person"`
	Title      string    `json:"title"`
	Points     int64     `json:"points"`
	HappenedOn string    `json:"happened_on"`
	Until      time.Time `json:"until" doc:"到这时候没有异议就入账"`
}

// onNotice is the village's public notice.
func (a *API) onNotice(ctx context.Context, who Caller, in *villagePage) (*answer[list[meritPublicNoticeShape]], error) {
	after, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	villageID := in.village(who)
	rows, err := a.Merit.OnNotice(ctx, who.Actor, villageID, after, in.Limit)
	if err != nil {
		return nil, err
	}
	var shapes []meritPublicNoticeShape
	for _, n := range rows {
		shapes = append(shapes, meritPublicNoticeShape{ID: model.PublicID(villageID, n.ID), Number: n.Number, Person: n.PersonName, Title: n.Title, Points: n.Points,
			HappenedOn: n.HappenedOn, Until: n.Until.In(model.Shanghai)})
	}
	return listOf(shapes, nextOf(rows, in.Limit, func(n merit.Notice) string { return n.ID })), nil
}

type meritNewClaimInput struct {
	Body struct {
		Deed       int      `json:"deed" minimum:"1" doc:"积分办法里的编号"`
		ForPerson  string   `json:"for_person,omitempty" maxLength:"80" doc:"谁做的；不写是自己。家里人、亲属、要夸的乡亲，或村里提出扣分"`
		HappenedOn string   `json:"happened_on,omitempty" maxLength:"10" doc:"哪一天，如 2026-03-04；不写是今天"`
		Text       string   `json:"text,omitempty" maxLength:"2000"`
		UploadIDs  []string `json:"upload_ids,omitempty" maxItems:"9" nullable:"false" doc:"先 POST /uploads 得到的 id"`
		OnBehalfOf string   `json:"on_behalf_of,omitempty" maxLength:"80" doc:"替谁报（他同意过您代办积分）：person 的 id"`
	}
}

func (a *API) newClaim(ctx context.Context, who Caller, in *meritNewClaimInput) (*meritClaimAnswer, error) {
	b := in.Body
	words, err := WordsShape{UploadIDs: b.UploadIDs}.words()
	if err != nil {
		return nil, err
	}
	person, err := optionalPerson(b.ForPerson)
	if err != nil {
		return nil, err
	}
	elder, err := optionalPerson(b.OnBehalfOf)
	if err != nil {
		return nil, err
	}
	return claimOf(a.Desk.ClaimPoints(ctx, who.Actor, elder, merit.NewClaim{Deed: b.Deed, PersonID: person.ID, HappenedOn: b.HappenedOn, Text: b.Text, UploadIDs: words.Uploads}))
}

type meritReviewInput struct {
	ByID
	Body struct {
		Approve bool   `json:"approve"`
		Reason  string `json:"reason,omitempty" maxLength:"80" doc:"不同意必须写"`
	}
}

func (a *API) review(ctx context.Context, who Caller, in *meritReviewInput) (*meritClaimAnswer, error) {
	ref, err := in.merit()
	if err != nil {
		return nil, err
	}
	return claimOf(a.Merit.Review(ctx, who.Actor, ref, in.Body.Approve, in.Body.Reason))
}

func (a *API) withdrawClaim(ctx context.Context, who Caller, in *ByID) (*meritClaimAnswer, error) {
	ref, err := in.merit()
	if err != nil {
		return nil, err
	}
	return claimOf(a.Merit.Withdraw(ctx, who.Actor, ref))
}

type meritClaimReasonInput struct {
	ByID
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"1000"`
	}
}

func (a *API) reverseClaim(ctx context.Context, who Caller, in *meritClaimReasonInput) (*meritClaimAnswer, error) {
	ref, err := in.merit()
	if err != nil {
		return nil, err
	}
	return claimOf(a.Merit.Reverse(ctx, who.Actor, ref, in.Body.Reason))
}

type contest func(ctx context.Context, actor model.Actor, ref merit.Ref, reason string) (model.MeritClaim, model.Case, error)

// contested is an objection or appeal, which becomes a case.
func contested(move contest) func(ctx context.Context, who Caller, in *meritClaimReasonInput) (*stateAnswer, error) {
	return func(ctx context.Context, who Caller, in *meritClaimReasonInput) (*stateAnswer, error) {
		ref, err := in.merit()
		if err != nil {
			return nil, err
		}
		_, opened, err := move(ctx, who.Actor, ref, in.Body.Reason)
		return stateOf(opened, err)
	}
}
