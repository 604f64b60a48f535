package console

import (
	"context"
	"fmt"
	"strconv"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/merit"
)

type bookPage struct {
	Book  *merit.Book // nil: none yet
	Books []model.MeritBook
	Adopt bool
}

// book is a version of the rule book: today's, unless the path names another.
func (s *console) book(ctx context.Context, v *web.Visit) error {
	may := mayMerits(v)
	if !may.Manage && !may.Review && !may.Store && !may.Judge {
		return v.Actor.Require(model.VerbMeritManage, v.Village)
	}
	page := bookPage{Adopt: may.Manage}
	var err error
	if page.Books, err = s.Merit.Books(ctx, v.Village, 0, listed); err != nil {
		return err
	}
	var found merit.Book
	if version, bad := strconv.Atoi(v.Param("version")); bad == nil {
		found, err = s.Merit.BookVersion(ctx, v.Village, version)
	} else if found, err = s.Merit.Book(ctx, v.Village); model.IsCode(err, model.Unknown) {
		return v.Show("book", "积分办法", page)
	}
	if err != nil {
		return err
	}
	page.Book = &found
	return v.Show("book", "积分办法", page)
}

type newBookPage struct {
	F     typed
	Open  bool
	Files []string
}

// newBook is the form for a version that an assembly adopted; the last one stands in
// it, to be changed.
func (s *console) newBook(ctx context.Context, v *web.Visit) error {
	if err := v.Actor.Require(model.VerbMeritManage, v.Village); err != nil {
		return err
	}
	page := newBookPage{F: typed{"label": "功德积分", "carry": "100"}}
	books, err := s.Merit.Books(ctx, v.Village, 0, 1)
	if err != nil {
		return err
	}
	if len(books) > 0 {
		last, err := s.Merit.BookVersion(ctx, v.Village, books[0].Version)
		if err != nil {
			return err
		}
		page.F["label"], page.F["carry"], page.F["deeds"], page.Open = last.Label, strconv.Itoa(last.Carry), deedLines(last.Deeds), last.OpenFigures
	}
	return v.Show("booknew", "录入积分办法", page)
}

func (s *console) adoptBook(ctx context.Context, v *web.Visit) error {
	files, err := v.Upload(ctx, "files")
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			in := merit.NewBook{VillageID: v.Village, Label: v.Text("label"), AdoptedOn: v.Text("adopted"), Resolution: v.Text("resolution"), ValidFrom: v.Text("from"), OpenFigures: v.Ticked("open")}
			if len(files) > 0 {
				in.MediaID = files[0]
			}
			var err error
			if in.Carry, err = v.Number("carry", "年底结转百分之几"); err != nil {
				return web.Then{}, err
			}
			if in.Deeds, err = deedsIn(v.Text("deeds")); err != nil {
				return web.Then{}, err
			}
			b, err := s.Merit.AdoptBook(ctx, v.Actor, in)
			return web.Then{To: below(v, "merit", "book", strconv.Itoa(b.Version)), Said: fmt.Sprintf("第%d版录好了，%s起施行", b.Version, b.ValidFrom)}, err
		})
	}
	if err == nil {
		return nil
	}
	page := newBookPage{F: typedIn(v, "label", "adopted", "resolution", "from", "carry", "deeds"), Open: v.Ticked("open"), Files: files}
	return v.Again(ctx, err, "booknew", "录入积分办法", page)
}

type storiesPage struct {
	Stories []merit.StoryLine
	Next    string
}

// stories are all, also those that await their person's consent.
func (s *console) stories(ctx context.Context, v *web.Visit) error {
	found, err := s.Merit.Drafts(ctx, v.Actor, v.Village, v.Query("after"), listed)
	if err != nil {
		return err
	}
	page := storiesPage{Stories: found}
	if len(found) == listed {
		page.Next = v.Here("after", found[len(found)-1].ID)
	}
	return v.Show("stories", "道德先进事迹", page)
}

type storyPage struct {
	Story merit.Story
	F     typed
}

func (s *console) newStory(_ context.Context, v *web.Visit) error {
	if err := v.Actor.Require(model.VerbMeritManage, v.Village); err != nil {
		return err
	}
	return v.Show("storynew", "写一篇事迹", storyPage{F: typed{}})
}

func (s *console) writeStory(ctx context.Context, v *web.Visit) error {
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		if err := v.Actor.Require(model.VerbMeritManage, v.Village); err != nil {
			return web.Then{}, err
		}
		person, err := s.People.One(ctx, v.Village, named(v, "person"))
		if err != nil {
			return web.Then{}, err
		}
		story, err := s.Merit.WriteStory(ctx, v.Actor, merit.NewStory{VillageID: v.Village, PersonID: person.ID, Title: v.Text("title"), Text: v.Text("text")})
		return web.Then{To: below(v, "merit", "stories", story.ID), Said: "写好了。已经请本人看，本人同意以后才公开"}, err
	})
	if err == nil {
		return nil
	}
	return v.Again(ctx, err, "storynew", "写一篇事迹", storyPage{F: typedIn(v, "person", "person_house", "title", "text")})
}

func (s *console) story(ctx context.Context, v *web.Visit) error {
	story, err := s.Merit.Draft(ctx, v.Actor, meritRef(v))
	if err != nil {
		return err
	}
	return v.Show("story", story.Title, storyPage{Story: story, F: typed{"title": story.Title, "text": story.Text}})
}

func (s *console) storyAgain(ctx context.Context, v *web.Visit, err error) error {
	if err == nil {
		return nil
	}
	story, failed := s.Merit.Draft(ctx, v.Actor, meritRef(v))
	if failed != nil {
		return err
	}
	return v.Again(ctx, err, "story", story.Title, storyPage{Story: story, F: typedIn(v, "title", "text")})
}

func (s *console) editStory(ctx context.Context, v *web.Visit) error {
	return s.storyAgain(ctx, v, v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		story, err := s.Merit.EditStory(ctx, v.Actor, meritRef(v), merit.NewStory{Title: v.Text("title"), Text: v.Text("text")})
		return web.Then{To: below(v, "merit", "stories", story.ID), Said: "改好了。本人同意这一版以前，大家看到的还是上一版"}, err
	}))
}

func (s *console) withdrawStory(ctx context.Context, v *web.Visit) error {
	return s.storyAgain(ctx, v, v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		return web.Then{To: below(v, "merit", "stories"), Said: "撤下了"}, bare(s.Merit.WithdrawStory(ctx, v.Actor, meritRef(v)))
	}))
}
