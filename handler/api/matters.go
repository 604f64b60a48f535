package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/poll"
)

// MatterShape is a matter as a list shows it.
type MatterShape struct {
	ID          string            `json:"id"`
	Village     string            `json:"village"`
	Kind        string            `json:"kind"`
	Title       string            `json:"title"`
	State       model.MatterState `json:"state" enum:"proposed,discussed,reviewed,resolved,published,executed"`
	StateText   string            `json:"state_text"`
	ProposalID  string            `json:"proposal_id,omitempty" doc:"来自哪个村民提议"`
	CreatedAt   time.Time         `json:"created_at"`
	EndedAt     *time.Time        `json:"ended_at" doc:"终止了"`
	EndedReason string            `json:"ended_reason,omitempty"`
}

func shapeOfMatter(m model.Matter) MatterShape {
	return MatterShape{model.PublicID(m.VillageID, m.ID), m.VillageID, m.Kind, m.Title, m.State, poll.MatterTitle(m.State), public(m.VillageID, m.ProposalID),
		m.CreatedAt.In(model.Shanghai), moment(m.EndedAt), m.EndedReason}
}

type stepShape struct {
	State    model.MatterState `json:"state"`
	Title    string            `json:"title"`
	At       time.Time         `json:"at"`
	By       string            `json:"by"`
	Record   string            `json:"record" doc:"会议记录摘要"`
	UploadID string            `json:"upload_id,omitempty" doc:"会议记录"`
	Subject  string            `json:"subject,omitempty" doc:"依据：poll/…或 disclosure/…"`
}

type courseShape struct {
	MatterShape
	Text  string      `json:"text"`
	Steps []stepShape `json:"steps" nullable:"false" doc:"走过的各步"`
}

type villageList struct {
	PageQuery
	OfVillage
}

func (a *API) matters(ctx context.Context, who Caller, in *villageList) (*answer[list[MatterShape]], error) {
	villageID, err := in.of(who)
	if err != nil {
		return nil, err
	}
	found, next, err := a.Polls.Matters(ctx, who.Actor, villageID, in.Cursor, in.Limit)
	var shapes []MatterShape
	for _, m := range found {
		shapes = append(shapes, shapeOfMatter(m))
	}
	return listOf(shapes, next), err
}

func (a *API) matter(ctx context.Context, who Caller, in *ByID) (*answer[courseShape], error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	c, err := a.Polls.Matter(ctx, who.Actor, ref)
	if err != nil {
		return nil, err
	}
	shape := courseShape{MatterShape: shapeOfMatter(c.Matter), Text: c.Matter.Text, Steps: []stepShape{}}
	for _, s := range c.Steps {
		shape.Steps = append(shape.Steps, stepShape{s.State, poll.MatterTitle(s.State), s.At.In(model.Shanghai), s.ByName, s.Record, public(s.VillageID, s.UploadID), s.Subject})
	}
	return &answer[courseShape]{shape}, nil
}

type newMatterInput struct {
	Body struct {
		Village    string `json:"village,omitempty" maxLength:"32" doc:"不写是自己的村"`
		Kind       string `json:"kind,omitempty" maxLength:"40" doc:"哪类事项，如 public_works"`
		Title      string `json:"title" minLength:"1" maxLength:"60"`
		Text       string `json:"text,omitempty" maxLength:"5000"`
		Study      string `json:"study" minLength:"1" maxLength:"5000" doc:"党支部研究的记录"`
		UploadID   string `json:"upload_id,omitempty" maxLength:"80" doc:"记录的照片"`
		ProposalID string `json:"proposal_id,omitempty" maxLength:"80" doc:"来自哪个村民提议"`
	}
}

// propose opens a matter with the Party branch's study record.
func (a *API) propose(ctx context.Context, who Caller, in *newMatterInput) (*answer[MatterShape], error) {
	b := in.Body
	villageID := inVillage(b.Village, who)
	upload, err := uploadIn(villageID, b.UploadID)
	if err != nil {
		return nil, err
	}
	proposal, err := rowIn(villageID, b.ProposalID)
	if err != nil {
		return nil, err
	}
	m, err := a.Polls.Propose(ctx, who.Actor, poll.NewMatter{VillageID: villageID, Kind: b.Kind, Title: b.Title, Text: b.Text, Study: b.Study, UploadID: upload, ProposalID: proposal})
	if err != nil {
		return nil, err
	}
	return &answer[MatterShape]{shapeOfMatter(m)}, nil
}

// rowIn is the id of a row of a village; empty when none is named.
func rowIn(villageID, named string) (string, error) {
	if named == "" {
		return "", nil
	}
	of, id, err := model.ParsePublicID(named)
	if err == nil && of != villageID {
		err = model.Errorf(model.Unknown, "没有找到，请检查编号")
	}
	return id, err
}

type advanceInput struct {
	ByID
	Body struct {
		State      model.MatterState `json:"state" enum:"discussed,reviewed,resolved,published,executed" doc:"下一步；不能跳"`
		Record     string            `json:"record" minLength:"1" maxLength:"5000" doc:"什么时间、什么结果"`
		UploadID   string            `json:"upload_id,omitempty" maxLength:"80" doc:"有签名的会议记录；resolved 必须有"`
		Disclosure string            `json:"disclosure_id,omitempty" maxLength:"80" doc:"published 和 executed：已经发布的公开"`
	}
}

func (a *API) advance(ctx context.Context, who Caller, in *advanceInput) (*answer[MatterShape], error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	step := poll.Step{Matter: ref, State: in.Body.State, Record: in.Body.Record}
	if step.UploadID, err = uploadIn(ref.VillageID, in.Body.UploadID); err != nil {
		return nil, err
	}
	disclosure, err := rowIn(ref.VillageID, in.Body.Disclosure)
	if err != nil {
		return nil, err
	}
	if disclosure != "" {
		step.Subject = "disclosure/" + disclosure
	}
	m, err := a.Polls.Advance(ctx, who.Actor, step)
	if err != nil {
		return nil, err
	}
	return &answer[MatterShape]{shapeOfMatter(m)}, nil
}

func (a *API) endMatter(ctx context.Context, who Caller, in *reasonForPoll) (*done, error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	return &done{}, a.Polls.EndMatter(ctx, who.Actor, ref, in.reason())
}

type proposalShape struct {
	ID         string     `json:"id"`
	Village    string     `json:"village"`
	Title      string     `json:"title"`
	Text       string     `json:"text"`
	By         string     `json:"by"`
	State      string     `json:"state" enum:"gathering,submitted,accepted,declined"`
	Needed     int        `json:"needed" doc:"联够多少名，两委就要答复"`
	Signers    *int       `json:"signers" doc:"列表里才有"`
	DueAt      *time.Time `json:"due_at" doc:"什么时候前答复"`
	AnsweredAt *time.Time `json:"answered_at"`
	Answer     string     `json:"answer,omitempty"`
	MatterID   string     `json:"matter_id,omitempty"`
}

func shapeOfProposal(p model.Proposal, signers *int) proposalShape {
	return proposalShape{model.PublicID(p.VillageID, p.ID), p.VillageID, p.Title, p.Text, p.ByName, p.State, p.Needed, signers, moment(p.DueAt), moment(p.AnsweredAt),
		p.Answer, public(p.VillageID, p.MatterID)}
}

func proposalOf(p model.Proposal, err error) (*answer[proposalShape], error) {
	if err != nil {
		return nil, err
	}
	return &answer[proposalShape]{shapeOfProposal(p, nil)}, nil
}

func (a *API) proposals(ctx context.Context, who Caller, in *villageList) (*answer[list[proposalShape]], error) {
	villageID, err := in.of(who)
	if err != nil {
		return nil, err
	}
	found, next, err := a.Polls.Proposals(ctx, who.Actor, villageID, in.Cursor, in.Limit)
	var shapes []proposalShape
	for _, s := range found {
		shapes = append(shapes, shapeOfProposal(s.Proposal, &s.Signers))
	}
	return listOf(shapes, next), err
}

type suggestInput struct {
	Body struct {
		Village string `json:"village,omitempty" maxLength:"32"`
		Title   string `json:"title" minLength:"1" maxLength:"60"`
		Text    string `json:"text" minLength:"1" maxLength:"5000"`
	}
}

func (a *API) suggest(ctx context.Context, who Caller, in *suggestInput) (*answer[proposalShape], error) {
	return proposalOf(a.Polls.Suggest(ctx, who.Actor, poll.NewProposal{VillageID: inVillage(in.Body.Village, who), Title: in.Body.Title, Text: in.Body.Text}))
}

func (a *API) signProposal(ctx context.Context, who Caller, in *ByID) (*answer[proposalShape], error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	return proposalOf(a.Polls.Sign(ctx, who.Actor, ref))
}

type answerProposalInput struct {
	ByID
	Body struct {
		Accept   bool   `json:"accept" doc:"列为议题"`
		MatterID string `json:"matter_id,omitempty" maxLength:"80" doc:"accept：党支部为它提出的议题"`
		Text     string `json:"text" minLength:"1" maxLength:"5000" doc:"怎么办，或者为什么不办"`
	}
}

func (a *API) answerProposal(ctx context.Context, who Caller, in *answerProposalInput) (*answer[proposalShape], error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	matter, err := rowIn(ref.VillageID, in.Body.MatterID)
	if err != nil {
		return nil, err
	}
	return proposalOf(a.Polls.Answer(ctx, who.Actor, ref, in.Body.Accept, matter, in.Body.Text))
}
