package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/desk"
	"cunwu/service/help"
)

// The numbers stand in every answer to words of danger (api.md).
const (
	wordsNumbers = "有危险请马上拨：110（报警）、119（火警）、120（急救）。这里不是报警电话，不能代替报警。"
	wordsReal    = "是真的有危险吗？两分钟没有回复，我们就通知村干部和网格员。"
)

// stateShape is what a write on a case is answered with.
type stateShape struct {
	ID      string          `json:"id"`
	Number  int64           `json:"number"`
	State   model.CaseState `json:"state"`
	DueAt   *time.Time      `json:"due_at"`
	Handler string          `json:"handler"`
	Advice  string          `json:"advice,omitempty" doc:"要马上给人看的话：急救电话"`
	Ask     string          `json:"ask,omitempty" enum:"danger" doc:"danger：请问是不是真有危险，用 /cases/{id}/danger 回答"`
}

type stateAnswer = answer[stateShape]

func stateOf(c model.Case, err error) (*stateAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &stateAnswer{stateShape{ID: model.PublicID(c.VillageID, c.ID), Number: c.Number, State: c.State, DueAt: moment(c.DueAt), Handler: c.HandlerName}}, nil
}

func filedOf(f desk.Filed, err error) (*stateAnswer, error) {
	out, err := stateOf(f.Case, err)
	if err != nil {
		return nil, err
	}
	switch f.Danger {
	case help.ExplicitDanger:
		out.Body.Advice = wordsNumbers
	case help.PossibleDanger:
		out.Body.Advice, out.Body.Ask = wordsNumbers+wordsReal, "danger"
	}
	return out, nil
}

// WordsShape is text, files, or both.
type WordsShape struct {
	Text      string   `json:"text,omitempty" maxLength:"4000"`
	UploadIDs []string `json:"upload_ids,omitempty" maxItems:"9" nullable:"false" doc:"先 POST /uploads 得到的 id"`
}

func (w WordsShape) words() (desk.Words, error) {
	words := desk.Words{Text: w.Text}
	for _, public := range w.UploadIDs {
		_, id, err := model.ParsePublicID(public)
		if err != nil {
			return words, err
		}
		words.Uploads = append(words.Uploads, id)
	}
	return words, nil
}

type newCaseInput struct {
	Body struct {
		WordsShape
		Confidential *bool  `json:"confidential,omitempty" doc:"true 只给镇里看；话里提到村干部而没有选时回 409 unclear"`
		OnBehalfOf   string `json:"on_behalf_of,omitempty" maxLength:"80" doc:"替谁办（他同意过您代办）：person 的 id"`
	}
}

func (a *API) newCase(ctx context.Context, who Caller, in *newCaseInput) (*stateAnswer, error) {
	words, err := in.Body.words()
	if err != nil {
		return nil, err
	}
	filing := desk.Filing{Words: words, Township: in.Body.Confidential}
	if in.Body.OnBehalfOf != "" {
		if filing.For, err = personOf(in.Body.OnBehalfOf); err != nil {
			return nil, err
		}
	}
	return filedOf(a.Desk.File(ctx, who.Actor, filing))
}

func personOf(public string) (model.Person, error) {
	villageID, id, err := model.ParsePublicID(public)
	return model.Person{VillageID: villageID, ID: id}, err
}

type wordsInput struct {
	ByID
	Body WordsShape
}

func (a *API) addWords(ctx context.Context, who Caller, in *wordsInput) (*stateAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	words, err := in.Body.words()
	if err != nil {
		return nil, err
	}
	return filedOf(a.Desk.Add(ctx, who.Actor, ref, words))
}

type dangerInput struct {
	ByID
	Body struct {
		Real bool `json:"real" doc:"真的有危险"`
	}
}

func (a *API) danger(ctx context.Context, who Caller, in *dangerInput) (*done, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	return &done{}, a.Desk.Dialogue.AnswerDanger(ctx, who.Actor, ref, in.Body.Real)
}

type verdictInput struct {
	ByID
	Body struct {
		Solved bool   `json:"solved"`
		Stars  int    `json:"stars,omitempty" minimum:"1" maximum:"5" doc:"解决了才能打"`
		Text   string `json:"text,omitempty" maxLength:"1000"`
	}
}

func (a *API) verdict(ctx context.Context, who Caller, in *verdictInput) (*stateAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	return stateOf(a.Desk.Verdict(ctx, who.Actor, ref, in.Body.Solved, in.Body.Stars, in.Body.Text))
}

type starsInput struct {
	ByID
	Body struct {
		Stars int    `json:"stars" minimum:"1" maximum:"5"`
		Text  string `json:"text,omitempty" maxLength:"200"`
	}
}

func (a *API) stars(ctx context.Context, who Caller, in *starsInput) (*stateAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	return stateOf(a.Cases.Stars(ctx, who.Actor, ref, in.Body.Stars, in.Body.Text))
}

type caseMove func(ctx context.Context, actor model.Actor, ref casework.Ref) (model.Case, error)

// moved is a route that needs nothing but the case.
func moved(move caseMove) func(ctx context.Context, who Caller, in *ByID) (*stateAnswer, error) {
	return func(ctx context.Context, who Caller, in *ByID) (*stateAnswer, error) {
		ref, err := in.ref()
		if err != nil {
			return nil, err
		}
		return stateOf(move(ctx, who.Actor, ref))
	}
}

type signedShape struct {
	Joined bool `json:"joined" doc:"false：要等提这件事的人同意联名"`
}

func (a *API) sign(ctx context.Context, who Caller, in *ByID) (*answer[signedShape], error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	joined, err := a.Cases.Sign(ctx, who.Actor, ref)
	return &answer[signedShape]{signedShape{joined}}, err
}
