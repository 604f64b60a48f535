package site

import (
	"context"
	"slices"
	"strings"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
)

// What stands here is for whoever is signed in: their own cases, disputes, points,
// votes and data.

const (
	mineShown  = 20
	textLength = 4000
)

// myRoutes are the pages of whoever is signed in.
func (s *site) myRoutes() []web.Route {
	return slices.Concat(s.askRoutes(), s.myCaseRoutes(), s.myDisputeRoutes(), s.myMeritRoutes(), s.myStoreRoutes(), s.myStoryRoutes(), s.meRoutes(), s.myHelpRoutes(),
		s.myDataRoutes(), s.myVoteRoutes(), s.proposalRoutes())
}

type doing = func(ctx context.Context, v *web.Visit) error

// filled is what somebody filled in, when their form comes back.
type filled struct {
	F     map[string]string // by field
	Ticks map[string]bool   // by field and value
	Files []string          // already sent
	Open  string            // which form of the page it was: the last part of its address
}

// filledIn reads back the fields of a form; on a page that was just opened all are
// empty.
func filledIn(v *web.Visit, names ...string) filled {
	f := filled{F: map[string]string{}, Ticks: map[string]bool{}}
	for _, name := range names {
		f.F[name] = v.Text(name)
		for _, value := range v.Texts(name) {
			f.Ticks[name+" "+value] = true
		}
	}
	return f
}

// inside lets in whoever belongs to the village, whom no village knows yet, and
// who helps an elder of it. Others are shown to their own village.
func (s *site) inside(do doing) doing {
	return func(ctx context.Context, v *web.Visit) error {
		if !v.Actor.Known() || v.Actor.VillageID == v.Village {
			return do(ctx, v)
		}
		elders, err := s.elders(ctx, v)
		if err != nil {
			return err
		}
		if len(elders) > 0 {
			return do(ctx, v)
		}
		return v.Again(ctx, model.Errorf(model.Forbidden, wordsElsewhere), "elsewhere", wordsNotYours, v.Sender.Persons)
	}
}

// known lets in as inside does, but nobody whom no village knows: they are shown how
// to be bound.
func (s *site) known(do doing) doing {
	return s.inside(func(ctx context.Context, v *web.Visit) error {
		if !v.Actor.Known() {
			return v.Again(ctx, model.Errorf(model.Forbidden, wordsBindFirst), "bind", wordsBind, bindPage{filled: filledIn(v, "code", "person")})
		}
		return do(ctx, v)
	})
}

// address lets a stranger, whom no village knows, speak to this one.
func (s *site) address(ctx context.Context, v *web.Visit) error {
	if v.Actor.Known() || v.Actor.VillageID == v.Village {
		return nil
	}
	err := s.People.Address(ctx, v.Sender, v.Village)
	v.Actor.VillageID = v.Sender.Actor.VillageID
	return err
}

// mine is the address of one of this village's pages.
func mine(v *web.Visit, path string) string { return "/v/" + v.Village + path }

// here says whether the page belongs to a part of the navigation.
func here(v *web.Visit, part string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(v.Path(), mine(v, "/")), "/")
	switch first {
	case "cases":
		first = "ask"
	case "vote", "proposals", "matters":
		first = "polls"
	case "legal":
		first = "disputes"
	case "honours":
		first = "merit"
	case "notices":
		first = "me"
	}
	return first == part
}

// dueWords say a moment as people do: 3月9日 17:30, or the day when it is its end.
func dueWords(t model.Time) string {
	at := t.In(model.Shanghai)
	if at.Hour() == 23 && at.Minute() == 59 {
		return at.Format("1月2日")
	}
	return at.Format("1月2日 15:04")
}

// today is the date in China, as date fields write it.
func (s *site) today() string { return s.Now().In(model.Shanghai).Format(time.DateOnly) }
