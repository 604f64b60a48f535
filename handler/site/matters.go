package site

import (
	"context"
	"slices"
	"strings"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/poll"
)

const mattersShown = 20

type mattersPage struct {
	Matters []model.Matter
	Next    string
}

// insideOnly turns away whoever may not know what the village deliberates.
func insideOnly(v *web.Visit) error {
	if v.Actor.May(model.VerbPollRead, v.Village) {
		return nil
	}
	return model.Errorf(model.Forbidden, wordsInside)
}

// matters are what the village decides together, on the way of 四议两公开.
func (s *site) matters(ctx context.Context, v *web.Visit) error {
	if err := insideOnly(v); err != nil {
		return err
	}
	found, next, err := s.Polls.Matters(ctx, v.Actor, v.Village, v.Query("after"), mattersShown)
	if err != nil {
		return err
	}
	page := mattersPage{Matters: found}
	if next != "" {
		page.Next = v.Here("after", next)
	}
	return v.Show("matters", "四议两公开", page)
}

// stage is one of the six steps; Taken is empty when it hasn't been reached.
type stage struct {
	Title string
	Taken model.MatterStep
	To    string // the page that it rests on
}

type matterPage struct {
	Matter model.Matter
	Stages []stage
}

func (s *site) matter(ctx context.Context, v *web.Visit) error {
	if err := insideOnly(v); err != nil {
		return err
	}
	course, err := s.Polls.Matter(ctx, v.Actor, poll.Ref{VillageID: v.Village, ID: idOf(v)})
	if err != nil {
		return err
	}
	page := matterPage{Matter: course.Matter}
	for _, state := range model.MatterStates() {
		one := stage{Title: poll.MatterTitle(state)}
		if at := slices.IndexFunc(course.Steps, func(step model.MatterStep) bool { return step.State == state }); at >= 0 {
			one.Taken = course.Steps[at]
			one.To = pageOfSubject(v.Village, one.Taken.Subject)
		}
		page.Stages = append(page.Stages, one)
	}
	return v.Show("matter", course.Matter.Title, page)
}

// pageOfSubject is the page of what a step or a line of the log is about; empty:
// it has none.
func pageOfSubject(villageID, subject string) string {
	kind, id, _ := strings.Cut(subject, "/")
	id, _, _ = strings.Cut(id, "@")
	id, _, _ = strings.Cut(id, "/")
	switch kind {
	case "disclosure":
		return "/v/" + villageID + "/disclosures/" + id
	case "poll":
		return "/v/" + villageID + "/polls/" + id
	}
	return ""
}
