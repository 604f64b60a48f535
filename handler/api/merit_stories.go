package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/merit"
)

type meritStoryShape struct {
	ID          string     `json:"id"`
	Person      string     `json:"person"`
	Title       string     `json:"title"`
	Text        string     `json:"text"`
	Edition     int        `json:"edition"`
	ConsentedAt *time.Time `json:"consented_at" doc:"本人什么时候同意公开这一版；null 是还没有同意"`
}

func shapeOfStory(villageID string, s merit.Story) meritStoryShape {
	return meritStoryShape{ID: model.PublicID(villageID, s.ID), Person: s.PersonName, Title: s.Title, Text: s.Text, Edition: s.Edition, ConsentedAt: moment(s.ConsentedAt)}
}

func storyID(s merit.Story) string { return s.ID }

func storyList(villageID string, rows []merit.Story, limit int) *answer[list[meritStoryShape]] {
	var shapes []meritStoryShape
	for _, s := range rows {
		shapes = append(shapes, shapeOfStory(villageID, s))
	}
	return listOf(shapes, nextOf(rows, limit, storyID))
}

type meritStoriesInput struct {
	PageQuery
	InVillage
	Query string `query:"q" maxLength:"32" doc:"姓名、标题或事迹里的话"`
}

func (a *API) stories(ctx context.Context, who Caller, in *meritStoriesInput) (*answer[list[meritStoryShape]], error) {
	after, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := a.Merit.Stories(ctx, in.village(who), in.Query, after, in.Limit)
	if err != nil {
		return nil, err
	}
	return storyList(in.village(who), rows, in.Limit), nil
}

// ownStories are those about the actor, which may await their consent.
func (a *API) ownStories(ctx context.Context, who Caller, in *PageQuery) (*answer[list[meritStoryShape]], error) {
	after, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := a.Merit.StoriesOf(ctx, who.Actor, after, in.Limit)
	if err != nil {
		return nil, err
	}
	return storyList(who.Actor.VillageID, rows, in.Limit), nil
}

func (a *API) storyDraft(ctx context.Context, who Caller, in *ByID) (*answer[meritStoryShape], error) {
	ref, err := in.merit()
	if err != nil {
		return nil, err
	}
	s, err := a.Merit.Draft(ctx, who.Actor, ref)
	if err != nil {
		return nil, err
	}
	return &answer[meritStoryShape]{shapeOfStory(ref.VillageID, s)}, nil
}

type meritStoryStateShape struct {
	ID      string `json:"id"`
	State   string `json:"state" enum:"draft,shown,withdrawn"`
	Edition int    `json:"edition" doc:"最新的一版"`
	Shown   int    `json:"shown" doc:"大家看到的一版；0 是没有"`
}

func storyOf(s model.MeritStory, err error) (*answer[meritStoryStateShape], error) {
	if err != nil {
		return nil, err
	}
	return &answer[meritStoryStateShape]{meritStoryStateShape{ID: model.PublicID(s.VillageID, s.ID), State: s.State, Edition: s.Edition, Shown: s.Shown}}, nil
}

type meritNewStoryInput struct {
	InVillage
	Body struct {
		PersonID string `json:"person_id" minLength:"1" maxLength:"80" doc:"写谁：person 的 id"`
		ClaimID  string `json:"claim_id,omitempty" maxLength:"80" doc:"从哪件积分说起"`
		Title    string `json:"title" minLength:"1" maxLength:"64"`
		Text     string `json:"text" minLength:"1" maxLength:"10000"`
	}
}

func (a *API) newStory(ctx context.Context, who Caller, in *meritNewStoryInput) (*answer[meritStoryStateShape], error) {
	person, err := personOf(in.Body.PersonID)
	if err != nil {
		return nil, err
	}
	claim, err := optionalPerson(in.Body.ClaimID)
	if err != nil {
		return nil, err
	}
	return storyOf(a.Merit.WriteStory(ctx, who.Actor, merit.NewStory{VillageID: in.village(who), PersonID: person.ID, ClaimID: claim.ID, Title: in.Body.Title, Text: in.Body.Text}))
}

type meritStoryEditionInput struct {
	ByID
	Body struct {
		Title string `json:"title" minLength:"1" maxLength:"64"`
		Text  string `json:"text" minLength:"1" maxLength:"10000"`
	}
}

func (a *API) editStory(ctx context.Context, who Caller, in *meritStoryEditionInput) (*answer[meritStoryStateShape], error) {
	ref, err := in.merit()
	if err != nil {
		return nil, err
	}
	return storyOf(a.Merit.EditStory(ctx, who.Actor, ref, merit.NewStory{Title: in.Body.Title, Text: in.Body.Text}))
}

type meritStoryConsentInput struct {
	ByID
	Body struct {
		Edition int `json:"edition" minimum:"1" doc:"看过的是哪一版"`
	}
}

func (a *API) consentStory(ctx context.Context, who Caller, in *meritStoryConsentInput) (*answer[meritStoryStateShape], error) {
	ref, err := in.merit()
	if err != nil {
		return nil, err
	}
	return storyOf(a.Merit.ConsentStory(ctx, who.Actor, ref, in.Body.Edition))
}

func (a *API) withdrawStory(ctx context.Context, who Caller, in *ByID) (*answer[meritStoryStateShape], error) {
	ref, err := in.merit()
	if err != nil {
		return nil, err
	}
	return storyOf(a.Merit.WithdrawStory(ctx, who.Actor, ref))
}
