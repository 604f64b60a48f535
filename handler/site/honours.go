package site

import (
	"context"
	"net/http"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/merit"
)

const (
	storiesShown = 10
	rollShown    = 50
)

func (s *site) honourRoutes() []web.Route {
	return []web.Route{
		{Door: web.Public, Method: http.MethodGet, Path: "/v/:village/honours", Do: s.honours},
		{Door: web.Public, Method: http.MethodGet, Path: "/v/:village/honours/:id", Do: s.story},
	}
}

// honoursPage is the honour roll and the stories. The roll is the village's own:
// its households want their neighbours to see it.
type honoursPage struct {
	Inside  bool
	Period  string
	Periods []period
	Roll    []merit.Ranked
	Words   string
	Stories []merit.Story
	Next    string
}

type period struct {
	Name, Words string
	Chosen      bool
}

func (s *site) honours(ctx context.Context, v *web.Visit) error {
	page := honoursPage{Words: v.Query("q"), Inside: v.Actor.VillageID == v.Village || v.Actor.May(model.VerbMeritJudge, v.Village)}
	page.Period, page.Periods = s.periods(v.Query("when"))
	var err error
	if page.Inside {
		if page.Roll, err = s.Merit.Ranking(ctx, v.Actor, v.Village, page.Period, rollShown); err != nil {
			return err
		}
	}
	page.Stories, err = s.Merit.Stories(ctx, v.Village, page.Words, v.Query("after"), storiesShown+1)
	if err != nil {
		return v.Again(ctx, err, "honours", "光荣榜和事迹", page)
	}
	if len(page.Stories) > storiesShown {
		page.Stories = page.Stories[:storiesShown]
		page.Next = v.Here("after", page.Stories[storiesShown-1].ID)
	}
	return v.Show("honours", "光荣榜和事迹", page)
}

// periods are those that the roll is shown for: this month and the last, this year.
func (s *site) periods(chosen string) (string, []period) {
	now := s.Now().In(model.Shanghai)
	last := time.Date(now.Year(), now.Month()-1, 1, 0, 0, 0, 0, model.Shanghai)
	all := []period{{now.Format("2006-01"), "这个月", false}, {last.Format("2006-01"), "上个月", false}, {now.Format("2006"), "今年", false}}
	at := 0
	for i, p := range all {
		if p.Name == chosen {
			at = i
		}
	}
	all[at].Chosen = true
	return all[at].Name, all
}

// story is a role model's story in the edition that its person consented to.
func (s *site) story(ctx context.Context, v *web.Visit) error {
	found, err := s.Merit.Story(ctx, merit.Ref{VillageID: v.Village, ID: idOf(v)})
	if err != nil {
		return err
	}
	return v.Show("story", found.Title, found)
}
