package api

import (
	"context"
	"slices"

	"cunwu/model"
	"cunwu/service/mediation"
)

type villageQuery struct {
	Village string `query:"village" maxLength:"32" doc:"哪个村；不写是自己的村"`
}

func (in villageQuery) of(who Caller) string { return villagePage{Village: in.Village}.village(who) }

type servantShape struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func servantsOf(people []model.Villager) []servantShape {
	shapes := []servantShape{}
	for _, v := range people {
		shapes = append(shapes, servantShape{ID: model.PublicID(v.VillageID, v.ID), Name: v.Name})
	}
	return shapes
}

// mediators are those whom one may ask for.
func (a *API) mediators(ctx context.Context, who Caller, in *villageQuery) (*answer[list[servantShape]], error) {
	found, err := a.Disputes.Mediators(ctx, in.of(who))
	if err != nil {
		return nil, err
	}
	return listOf(servantsOf(found), ""), nil
}

type goodAtInput struct {
	ByID
	Body struct {
		Kinds []string `json:"kinds" maxItems:"20" nullable:"false" doc:"擅长哪几类；每次整个换掉"`
	}
}

func (a *API) setKinds(ctx context.Context, who Caller, in *goodAtInput) (*done, error) {
	villageID, id, err := in.parse()
	if err != nil {
		return nil, err
	}
	return &done{}, a.Disputes.SetKinds(ctx, who.Actor, villageID, id, in.Body.Kinds)
}

type questionInput struct{ Body WordsShape }

// consult asks the lawyer on duty; the answer comes as that of any other case.
func (a *API) consult(ctx context.Context, who Caller, in *questionInput) (*stateAnswer, error) {
	words, err := in.Body.words()
	if err != nil {
		return nil, err
	}
	return stateOf(a.Desk.Consult(ctx, who.Actor, words))
}

type lawyerDutyShape struct {
	Today   string         `json:"today" doc:"今天谁值班；空的由任职最久的律师答复"`
	Lawyers []servantShape `json:"lawyers" nullable:"false" doc:"本村的公益律师"`
}

func (a *API) lawyerDuty(ctx context.Context, who Caller, in *villageQuery) (*answer[lawyerDutyShape], error) {
	today, err := a.Disputes.OnDuty(ctx, in.of(who))
	if err != nil {
		return nil, err
	}
	lawyers, err := a.People.Holders(ctx, in.of(who), model.RoleLawyer)
	return &answer[lawyerDutyShape]{lawyerDutyShape{Today: today.LawyerName, Lawyers: servantsOf(lawyers)}}, err
}

type lawyerDutyInput struct {
	Body struct {
		LawyerID string `json:"lawyer_id" minLength:"1" maxLength:"80" doc:"哪位律师，见 GET /legal/duty"`
		Day      string `json:"day" format:"date" doc:"哪天"`
	}
}

func (a *API) setLawyerDuty(ctx context.Context, who Caller, in *lawyerDutyInput) (*done, error) {
	lawyer, err := personOf(in.Body.LawyerID)
	if err != nil {
		return nil, err
	}
	return &done{}, a.Disputes.SetDuty(ctx, who.Actor, lawyer.VillageID, in.Body.Day, lawyer.ID)
}

type aidQuestionsShape struct {
	Matters []string `json:"matters" nullable:"false" doc:"要办什么事"`
	Persons []string `json:"persons" nullable:"false" doc:"是什么人"`
}

// aidQuestions are what the triage asks; nothing is kept of the answers.
func (a *API) aidQuestions(context.Context, *nothing) (*answer[aidQuestionsShape], error) {
	shape := aidQuestionsShape{}
	for _, m := range mediation.AidMatters() {
		shape.Matters = append(shape.Matters, m.Name)
	}
	for _, p := range mediation.AidPersons() {
		shape.Persons = append(shape.Persons, p.Name)
	}
	return &answer[aidQuestionsShape]{shape}, nil
}

type triageInput struct {
	Matter string `query:"matter" required:"true" maxLength:"64"`
	Person string `query:"person" required:"true" maxLength:"64"`
}

type aidShape struct {
	Likely bool   `json:"likely" doc:"可能能得到；由法律援助中心决定"`
	Why    string `json:"why"`
	Next   string `json:"next" doc:"下一步"`
}

func (a *API) triage(_ context.Context, in *triageInput) (*answer[aidShape], error) {
	matter := slices.IndexFunc(mediation.AidMatters(), func(m mediation.AidMatter) bool { return m.Name == in.Matter })
	person := slices.IndexFunc(mediation.AidPersons(), func(p mediation.AidPerson) bool { return p.Name == in.Person })
	aid, err := mediation.Triage(matter+1, person+1)
	return &answer[aidShape]{aidShape(aid)}, err
}
