package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/poll"
)

// PollShape is a poll as a list shows it. Before the count nothing in it tells how
// anybody voted.
type PollShape struct {
	ID         string          `json:"id"`
	Village    string          `json:"village"`
	Title      string          `json:"title"`
	Matter     string          `json:"matter" doc:"哪类事项"`
	MatterID   string          `json:"matter_id,omitempty" doc:"要定的是哪个议题"`
	Organ      model.Organ     `json:"organ" enum:"assembly_persons,assembly_households,representatives,group,collective,consultation"`
	Decides    string          `json:"decides" doc:"由谁定、定了算不算数，给人看的话"`
	Group      string          `json:"group,omitempty" doc:"哪个村民小组"`
	Household  bool            `json:"by_household" doc:"每户一票"`
	Secret     bool            `json:"secret" doc:"不记名"`
	Options    []string        `json:"options" nullable:"false"`
	MaxChoices int             `json:"max_choices"`
	Effect     string          `json:"effect" enum:"advisory,binding"`
	State      model.PollState `json:"state" enum:"draft,noticed,open,closed,counted,cancelled"`
	OpensAt    time.Time       `json:"opens_at"`
	ClosesAt   time.Time       `json:"closes_at"`
	NoticedAt  *time.Time      `json:"noticed_at"`
	Electorate int             `json:"electorate" doc:"名册上有多少票"`
	Passed     *bool           `json:"passed" doc:"计票以前是 null"`
	Listed     bool            `json:"listed" doc:"我（或我家）在不在名册上"`
	VotedBy    string          `json:"voted_by" enum:"mini,oa,paper,phone," doc:"我的票是从哪个渠道投的；空的是还没投"`
}

func shapeOfPoll(p model.Poll, listed bool, votedBy string) PollShape {
	s := PollShape{ID: model.PublicID(p.VillageID, p.ID), Village: p.VillageID, Title: p.Title, Matter: p.Kind, MatterID: public(p.VillageID, p.MatterID),
		Organ: p.Organ, Decides: poll.Decides(p), Group: p.GroupName, Household: p.ByHousehold, Secret: p.Secret, Options: p.OptionTexts(),
		MaxChoices: p.MaxChoices, Effect: p.Effect, State: p.State, OpensAt: p.OpensAt.In(model.Shanghai), ClosesAt: p.ClosesAt.In(model.Shanghai),
		NoticedAt: moment(p.NoticedAt), Electorate: p.Electorate, Listed: listed, VotedBy: votedBy}
	if p.State == model.PollCounted {
		s.Passed = &p.Passed
	}
	return s
}

// poll is the poll that the path names.
func (p ByID) poll() (poll.Ref, error) {
	villageID, id, err := p.parse()
	return poll.Ref{VillageID: villageID, ID: id}, err
}

// inVillage is the village that a body names, or the actor's own.
func inVillage(named string, who Caller) string {
	if named != "" {
		return named
	}
	return who.Actor.VillageID
}

// uploadIn is the id of an upload in a village; empty when none is named.
func uploadIn(villageID, named string) (string, error) {
	if named == "" {
		return "", nil
	}
	of, id, err := model.ParsePublicID(named)
	if err != nil || of != villageID {
		return "", model.Errorf(model.Unknown, "没有找到这个文件，请重新上传")
	}
	return id, nil
}

type pollsInput struct {
	PageQuery
	OfVillage
	Todo bool `query:"todo" doc:"只要现在等着我投的"`
}

// polls lists a village's polls, the newest first.
func (a *API) polls(ctx context.Context, who Caller, in *pollsInput) (*answer[list[PollShape]], error) {
	villageID, err := in.of(who)
	if err != nil {
		return nil, err
	}
	items, next, err := a.Polls.List(ctx, who.Actor, poll.Query{VillageID: villageID, Todo: in.Todo, After: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	var shapes []PollShape
	for _, item := range items {
		shapes = append(shapes, shapeOfPoll(item.Poll, item.Listed, item.VotedBy))
	}
	return listOf(shapes, next), nil
}

type quorumShape struct {
	Needed int  `json:"needed" doc:"至少要多少票参加"`
	Met    bool `json:"met"`
}

type pollView struct {
	PollShape
	Text            string      `json:"text"`
	Turnout         int         `json:"turnout" doc:"参加了多少票；投给谁要到截止以后才数"`
	Quorum          quorumShape `json:"quorum"`
	MayVote         bool        `json:"may_vote"`
	Why             string      `json:"why,omitempty" doc:"为什么不能投"`
	Offline         string      `json:"offline,omitempty" doc:"不用手机的人怎么投"`
	AuthorisationID string      `json:"authorisation_upload_id,omitempty" doc:"作决定的依据"`
	UrgentReason    string      `json:"urgent_reason,omitempty"`
	ObjectionsUntil *time.Time  `json:"objections_until" doc:"对名册提意见到什么时候"`
	DecideUntil     *time.Time  `json:"decide_until"`
	RollVerifiedAt  *time.Time  `json:"roll_verified_at" doc:"村务监督委员核对了名册"`
	OpenedAt        *time.Time  `json:"opened_at"`
	ClosedAt        *time.Time  `json:"closed_at"`
	ExtensionReason string      `json:"extension_reason,omitempty"`
	EndReason       string      `json:"end_reason,omitempty" doc:"提前截止或取消的原因"`
	VillageOnly     bool        `json:"village_only" doc:"结果只给本村看"`
}

// onePoll shows the poll and what the actor may do with it.
func (a *API) onePoll(ctx context.Context, who Caller, in *ByID) (*answer[pollView], error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	v, err := a.Polls.Get(ctx, who.Actor, ref)
	if err != nil {
		return nil, err
	}
	p := v.Poll
	return &answer[pollView]{pollView{PollShape: shapeOfPoll(p, v.Listed, v.VotedBy), Text: p.Text, Turnout: v.Turnout, Quorum: quorumShape(v.Quorum),
		MayVote: v.MayVote, Why: v.Why, Offline: p.Offline, AuthorisationID: public(p.VillageID, p.AuthorisationID), UrgentReason: p.UrgentReason,
		ObjectionsUntil: moment(p.ObjectionsUntil), DecideUntil: moment(p.DecideUntil), RollVerifiedAt: moment(p.VerifiedAt), OpenedAt: moment(p.OpenedAt),
		ClosedAt: moment(p.ClosedAt), ExtensionReason: p.ExtensionReason, EndReason: p.EndReason, VillageOnly: p.VillageOnly}}, nil
}

type newPollInput struct {
	Body struct {
		Village         string      `json:"village,omitempty" maxLength:"32" doc:"不写是自己的村"`
		Title           string      `json:"title" minLength:"1" maxLength:"60"`
		Text            string      `json:"text,omitempty" maxLength:"5000" doc:"说明"`
		Matter          string      `json:"matter,omitempty" maxLength:"80" doc:"哪类事项（如 public_works），或议题的编号"`
		Organ           model.Organ `json:"organ" enum:"assembly_persons,assembly_households,representatives,group,collective,consultation" doc:"由谁定"`
		Group           string      `json:"group,omitempty" maxLength:"60" doc:"organ 是 group 时：哪个村民小组"`
		ByHousehold     bool        `json:"by_household,omitempty" doc:"organ 是 group 时：每户一票"`
		Secret          bool        `json:"secret" doc:"不记名"`
		VillageOnly     bool        `json:"village_only,omitempty" doc:"结果只给本村看，不放到村里的网页上"`
		Options         []string    `json:"options,omitempty" maxItems:"20" doc:"不写就是 同意、反对、弃权"`
		MaxChoices      int         `json:"max_choices,omitempty" minimum:"0" maximum:"20" doc:"最多选几项；不写是1"`
		OpensAt         time.Time   `json:"opens_at"`
		ClosesAt        time.Time   `json:"closes_at"`
		Effect          string      `json:"effect,omitempty" enum:"advisory,binding" doc:"不写是 advisory：征求意见"`
		AuthorisationID string      `json:"authorisation_upload_id,omitempty" maxLength:"80" doc:"binding：授权依据（自治章程或决议）"`
		Offline         string      `json:"offline,omitempty" maxLength:"80" doc:"binding：不用手机的人到哪里、怎么投"`
		UrgentReason    string      `json:"urgent_reason,omitempty" maxLength:"80" doc:"通知时间比法律规定的短：为什么"`
	}
}

// newPoll keeps a draft, which the village doesn't see before its notice.
func (a *API) newPoll(ctx context.Context, who Caller, in *newPollInput) (*answer[PollShape], error) {
	b := in.Body
	villageID := inVillage(b.Village, who)
	authorisation, err := uploadIn(villageID, b.AuthorisationID)
	if err != nil {
		return nil, err
	}
	p, err := a.Polls.Create(ctx, who.Actor, poll.NewPoll{VillageID: villageID, Title: b.Title, Text: b.Text, Matter: b.Matter, Organ: b.Organ, GroupName: b.Group,
		ByHousehold: b.ByHousehold, Secret: b.Secret, VillageOnly: b.VillageOnly, Options: b.Options, MaxChoices: b.MaxChoices, OpensAt: b.OpensAt,
		ClosesAt: b.ClosesAt, Effect: b.Effect, AuthorisationID: authorisation, Offline: b.Offline, UrgentReason: b.UrgentReason})
	if err != nil {
		return nil, err
	}
	return &answer[PollShape]{shapeOfPoll(p, false, "")}, nil
}

type pollMove func(ctx context.Context, actor model.Actor, ref poll.Ref) error

// polled is a route that takes the poll a step on and shows where it stands then.
func (a *API) polled(move pollMove) func(ctx context.Context, who Caller, in *ByID) (*answer[pollView], error) {
	return func(ctx context.Context, who Caller, in *ByID) (*answer[pollView], error) {
		ref, err := in.poll()
		if err != nil {
			return nil, err
		}
		if err := move(ctx, who.Actor, ref); err != nil {
			return nil, err
		}
		return a.onePoll(ctx, who, in)
	}
}

func (a *API) noticePoll(ctx context.Context, actor model.Actor, ref poll.Ref) error {
	_, err := a.Polls.Notice(ctx, actor, ref)
	return err
}

// reasonForPoll is taken by routes that may ask for a reason.
type reasonForPoll struct {
	ByID
	Body *reasonBody // a pointer: it may be left out
}

type reasonBody struct {
	Reason string `json:"reason,omitempty" maxLength:"80" doc:"原因"`
}

func (in reasonForPoll) reason() string {
	if in.Body == nil {
		return ""
	}
	return in.Body.Reason
}

// closePoll closes and counts; what must not close before its time waits.
func (a *API) closePoll(ctx context.Context, who Caller, in *reasonForPoll) (*answer[pollView], error) {
	return a.polled(func(ctx context.Context, actor model.Actor, ref poll.Ref) error {
		return a.Polls.Close(ctx, actor, ref, in.reason())
	})(ctx, who, &in.ByID)
}

func (a *API) cancelPoll(ctx context.Context, who Caller, in *reasonForPoll) (*answer[pollView], error) {
	return a.polled(func(ctx context.Context, actor model.Actor, ref poll.Ref) error {
		return a.Polls.Cancel(ctx, actor, ref, in.reason())
	})(ctx, who, &in.ByID)
}

type extendPollInput struct {
	ByID
	Body struct {
		ClosesAt time.Time `json:"closes_at" doc:"延长到什么时候"`
		Reason   string    `json:"reason" minLength:"1" maxLength:"80"`
	}
}

func (a *API) extendPoll(ctx context.Context, who Caller, in *extendPollInput) (*answer[pollView], error) {
	return a.polled(func(ctx context.Context, actor model.Actor, ref poll.Ref) error {
		_, err := a.Polls.Extend(ctx, actor, ref, in.Body.ClosesAt, in.Body.Reason)
		return err
	})(ctx, who, &in.ByID)
}
