package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/poll"
	"cunwu/service/village"
)

type pollPage struct {
	ByID
	PageQuery
}

type entryShape struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	HouseholdNo string `json:"household_no"`
	Away        bool   `json:"away" doc:"住在外地"`
	Listed      bool   `json:"listed" doc:"false：经异议划掉了"`
}

// roll shows the whole roll to who keeps or checks it.
func (a *API) roll(ctx context.Context, who Caller, in *pollPage) (*answer[list[entryShape]], error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	found, next, err := a.Polls.Roll(ctx, who.Actor, ref, in.Cursor, in.Limit)
	var shapes []entryShape
	for _, e := range found {
		shapes = append(shapes, entryShape{public(ref.VillageID, e.PersonID), e.Name, e.HouseholdNo, e.Away, e.Listed})
	}
	return listOf(shapes, next), err
}

type objectionShape struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind" enum:"missing,wrong" doc:"漏了人，还是多了人"`
	By        string     `json:"by"`
	About     string     `json:"about" doc:"说的是谁"`
	Text      string     `json:"text"`
	State     string     `json:"state" enum:"open,accepted,declined"`
	CreatedAt time.Time  `json:"created_at"`
	DecidedAt *time.Time `json:"decided_at"`
	Reason    string     `json:"reason,omitempty"`
}

func shapeOfObjection(o model.PollObjection) objectionShape {
	return objectionShape{o.ID, o.Kind, o.ByName, o.AboutName, o.Text, o.State, o.CreatedAt.In(model.Shanghai), moment(o.DecidedAt), o.Reason}
}

// objections are one's own, or all for who decides.
func (a *API) objections(ctx context.Context, who Caller, in *ByID) (*answer[list[objectionShape]], error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	found, err := a.Polls.Objections(ctx, who.Actor, ref)
	var shapes []objectionShape
	for _, o := range found {
		shapes = append(shapes, shapeOfObjection(o))
	}
	return listOf(shapes, ""), err
}

type objectInput struct {
	ByID
	Body struct {
		Kind  string       `json:"kind" enum:"missing,wrong"`
		About *personNamed `json:"about,omitempty" doc:"说的是谁；不写是自己"`
		Text  string       `json:"text" minLength:"1" maxLength:"500" doc:"理由"`
	}
}

func (a *API) object(ctx context.Context, who Caller, in *objectInput) (*answer[objectionShape], error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	o, err := a.Polls.Object(ctx, who.Actor, poll.Objection{Poll: ref, Kind: in.Body.Kind, About: someone(in.Body.About), Text: in.Body.Text})
	return &answer[objectionShape]{shapeOfObjection(o)}, err
}

type decideObjectionInput struct {
	ByID
	Objection string `path:"objection" maxLength:"32"`
	Body      struct {
		Accept bool   `json:"accept" doc:"true 是采纳，名册随之改正"`
		Reason string `json:"reason" minLength:"1" maxLength:"80"`
	}
}

func (a *API) decideObjection(ctx context.Context, who Caller, in *decideObjectionInput) (*done, error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	return &done{}, a.Polls.Decide(ctx, who.Actor, ref, in.Objection, in.Body.Accept, in.Body.Reason)
}

// pollReach says whom the poll's notice reached, and whom it didn't.
func (a *API) pollReach(ctx context.Context, who Caller, in *ByID) (*answer[reachShape], error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	found, err := a.Polls.Reach(ctx, who.Actor, ref)
	if err != nil {
		return nil, err
	}
	shape := reachShape{Total: found.Total, Known: found.Known, ByChannel: found.ByChannel, People: []reachedShape{}}
	for _, p := range found.People {
		shape.People = append(shape.People, reachedShape{model.PublicID(ref.VillageID, p.NoticeID), p.Name, p.Known, p.State, p.Channel, moment(model.At(p.At))})
	}
	return &answer[reachShape]{shape}, nil
}

type memberShape struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type membersInput struct {
	PageQuery
	OfVillage
	Organ model.Organ `path:"organ" enum:"representatives,collective" doc:"村民代表，或集体成员"`
}

// members are the standing roll of an organ.
func (a *API) members(ctx context.Context, who Caller, in *membersInput) (*answer[list[memberShape]], error) {
	villageID, err := in.of(who)
	if err != nil {
		return nil, err
	}
	found, next, err := a.Polls.Members(ctx, who.Actor, villageID, in.Organ, in.Cursor, in.Limit)
	var shapes []memberShape
	for _, m := range found {
		shapes = append(shapes, memberShape{public(villageID, m.ID), m.Name})
	}
	return listOf(shapes, next), err
}

type enrolInput struct {
	Organ model.Organ `path:"organ" enum:"representatives,collective"`
	Body  struct {
		Village string        `json:"village,omitempty" maxLength:"32"`
		People  []personNamed `json:"people" minItems:"1" maxItems:"5000"`
	}
}

type enrolledShape struct {
	Added int `json:"added" doc:"新登记了几人；早就在册的不重复登记"`
}

func (a *API) enrol(ctx context.Context, who Caller, in *enrolInput) (*answer[enrolledShape], error) {
	var people []village.Named
	for _, n := range in.Body.People {
		people = append(people, n.named())
	}
	n, err := a.Polls.Enrol(ctx, who.Actor, inVillage(in.Body.Village, who), in.Organ, people)
	return &answer[enrolledShape]{enrolledShape{n}}, err
}

type dismissInput struct {
	Organ model.Organ `path:"organ" enum:"representatives,collective"`
	Body  struct {
		Village     string `json:"village,omitempty" maxLength:"32"`
		Name        string `json:"name" minLength:"1" maxLength:"40"`
		HouseholdNo string `json:"household_no,omitempty" maxLength:"32" doc:"有同名的要写"`
	}
}

func (a *API) dismiss(ctx context.Context, who Caller, in *dismissInput) (*done, error) {
	return &done{}, a.Polls.Dismiss(ctx, who.Actor, inVillage(in.Body.Village, who), in.Organ,
		village.Named{Name: in.Body.Name, HouseholdNo: in.Body.HouseholdNo})
}
