package site

import (
	"context"
	"net/http"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/merit"
)

func (s *site) myStoryRoutes() []web.Route {
	const get, post, at = http.MethodGet, http.MethodPost, "/v/:village/merit/stories"
	return []web.Route{
		{Door: web.SignedIn, Method: get, Path: at, Do: s.known(s.myStories)},
		{Door: web.SignedIn, Method: post, Path: at + "/:id/consent", Do: s.storyForm("您同意了，大家看得到这篇事迹", s.consentStory)},
		{Door: web.SignedIn, Method: post, Path: at + "/:id/withdraw", Do: s.storyForm("撤下了，别人看不到了", s.withdrawStory)},
	}
}

// myStories are those about the reader, who alone may have them shown.
func (s *site) myStories(ctx context.Context, v *web.Visit) error {
	rows, err := s.Merit.StoriesOf(ctx, v.Actor, v.Query("after"), mineShown)
	if err != nil {
		return err
	}
	return v.Show("my stories", "写我的事迹", storiesPage(v, rows))
}

type myStoriesPage struct {
	Stories []merit.Story
	Next    string
}

func storiesPage(v *web.Visit, rows []merit.Story) myStoriesPage {
	page := myStoriesPage{Stories: rows}
	if len(rows) == mineShown {
		page.Next = v.Here("after", rows[mineShown-1].ID)
	}
	return page
}

func (s *site) storyForm(said string, do func(ctx context.Context, v *web.Visit) error) doing {
	return func(ctx context.Context, v *web.Visit) error {
		err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			return web.Then{To: mine(v, "/merit/stories"), Said: said}, do(ctx, v)
		})
		if model.AsError(err) == nil {
			return err
		}
		rows, wrong := s.Merit.StoriesOf(ctx, v.Actor, "", mineShown)
		if wrong != nil {
			return wrong
		}
		return v.Again(ctx, err, "my stories", "写我的事迹", storiesPage(v, rows))
	}
}

// consentStory agrees to the edition that stood on the page, and to no other.
func (s *site) consentStory(ctx context.Context, v *web.Visit) error {
	edition, err := v.Number("edition", "第几稿")
	if err != nil {
		return err
	}
	_, err = s.Merit.ConsentStory(ctx, v.Actor, meritRef(v), edition)
	return err
}

func (s *site) withdrawStory(ctx context.Context, v *web.Visit) error {
	_, err := s.Merit.WithdrawStory(ctx, v.Actor, meritRef(v))
	return err
}
