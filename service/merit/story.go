package merit

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/notice"
)

const (
	storyMax = 10_000 // characters
	queryMax = 32
)

// NewStory is a role model's story, or another edition of it.
type NewStory struct {
	VillageID string
	PersonID  string // of whom it tells
	ClaimID   string // what it began with; may be empty
	Title     string
	Text      string
}

func (in *NewStory) check() error {
	in.Title, in.Text = strings.TrimSpace(in.Title), strings.TrimSpace(in.Text)
	switch {
	case in.Title == "" || utf8.RuneCountInString(in.Title) > nameMax:
		return model.Errorf(model.Invalid, "请写标题，不超过%d个字", nameMax)
	case in.Text == "" || utf8.RuneCountInString(in.Text) > storyMax:
		return model.Errorf(model.Invalid, "请写事迹，不超过%d个字", storyMax)
	}
	return nil
}

// WriteStory writes a story. Nobody reads it before its person has consented.
func (s *Service) WriteStory(ctx context.Context, actor model.Actor, in NewStory) (model.MeritStory, error) {
	var story model.MeritStory
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if err := actor.Require(model.VerbMeritManage, in.VillageID); err != nil {
			return err
		}
		if err := in.check(); err != nil {
			return err
		}
		person, err := s.villager(ctx, in.VillageID, in.PersonID)
		if err != nil {
			return err
		}
		story = model.MeritStory{VillageID: in.VillageID, ID: model.NewID(), PersonID: person.ID, PersonName: person.Name, ClaimID: in.ClaimID,
			State: model.StoryDraft, Edition: 1, UpdatedAt: s.now()}
		if err := s.store.DB(ctx).Create(&story).Error; err != nil {
			return err
		}
		return s.edition(ctx, actor, story, in)
	})
	return story, err
}

// EditStory writes another edition. The one that the person consented to stays
// what people read until the person consents to the new one.
func (s *Service) EditStory(ctx context.Context, actor model.Actor, ref Ref, in NewStory) (model.MeritStory, error) {
	return s.story(ctx, ref, func(ctx context.Context, story *model.MeritStory) error {
		if err := actor.Require(model.VerbMeritManage, ref.VillageID); err != nil {
			return err
		}
		if err := in.check(); err != nil {
			return err
		}
		if story.State == model.StoryWithdrawn {
			return model.Errorf(model.Conflict, "本人已经撤回这篇事迹，不能再改")
		}
		story.Edition++
		if err := s.edition(ctx, actor, *story, in); err != nil {
			return err
		}
		return s.keepStory(ctx, story)
	})
}

func (s *Service) edition(ctx context.Context, actor model.Actor, story model.MeritStory, in NewStory) error {
	row := model.MeritStoryEdition{VillageID: story.VillageID, StoryID: story.ID, Edition: story.Edition, Title: in.Title, Text: in.Text, WrittenAt: s.now(), WrittenBy: audit.ActorID(actor)}
	if err := s.store.DB(ctx).Create(&row).Error; err != nil {
		return err
	}
	return s.notices.Put(ctx, notice.Note{VillageID: story.VillageID, To: model.Person{VillageID: story.VillageID, ID: story.PersonID},
		Event: storyEvent(story), Role: notice.RoleOther, Text: storyText(in.Title)})
}

func storyEvent(story model.MeritStory) string {
	return fmt.Sprintf("story/%s/%d", story.ID, story.Edition)
}

func (s *Service) story(ctx context.Context, ref Ref, fn func(ctx context.Context, story *model.MeritStory) error) (model.MeritStory, error) {
	var story model.MeritStory
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		story = model.MeritStory{}
		found := s.store.Locked(ctx).Where("village_id = ? AND id = ?", ref.VillageID, ref.ID).Limit(1).Find(&story)
		if found.Error == nil && found.RowsAffected == 0 {
			return errNoStory()
		}
		if found.Error != nil {
			return found.Error
		}
		return fn(ctx, &story)
	})
	return story, err
}

func errNoStory() error { return model.Errorf(model.Unknown, "没有这篇事迹") }

func (s *Service) keepStory(ctx context.Context, story *model.MeritStory) error {
	story.UpdatedAt = s.now()
	return s.store.DB(ctx).Model(story).Select("state", "edition", "shown", "updated_at").Updates(story).Error
}

// ConsentStory is the person's consent to the newest edition, given that it is the
// one that was read.
func (s *Service) ConsentStory(ctx context.Context, actor model.Actor, ref Ref, edition int) (model.MeritStory, error) {
	return s.story(ctx, ref, func(ctx context.Context, story *model.MeritStory) error {
		switch {
		case !ofPerson(actor, story):
			return errNoStory()
		case edition != story.Edition:
			return model.Errorf(model.Conflict, "事迹刚改过，请再看一遍新的")
		case story.State == model.StoryWithdrawn:
			return model.Errorf(model.Conflict, "这篇事迹已经撤回了")
		}
		err := s.store.DB(ctx).Model(&model.MeritStoryEdition{}).Where("village_id = ? AND story_id = ? AND edition = ?", story.VillageID, story.ID, edition).
			UpdateColumns(map[string]any{"consented_at": s.now(), "consented_by": audit.ActorID(actor)}).Error
		if err != nil {
			return err
		}
		person := model.Person{VillageID: story.VillageID, ID: story.PersonID}
		if err := s.notices.Drop(ctx, story.VillageID, storyEvent(*story), person); err != nil { // it needn't be asked for any more
			return err
		}
		story.State, story.Shown = model.StoryShown, edition
		return s.keepStory(ctx, story)
	})
}

// WithdrawStory takes a story off for good: its person, or the village, may do so
// at any time.
func (s *Service) WithdrawStory(ctx context.Context, actor model.Actor, ref Ref) (model.MeritStory, error) {
	return s.story(ctx, ref, func(ctx context.Context, story *model.MeritStory) error {
		if !ofPerson(actor, story) && !actor.May(model.VerbMeritManage, ref.VillageID) {
			return errNoStory()
		}
		story.State, story.Shown = model.StoryWithdrawn, 0
		if err := s.keepStory(ctx, story); err != nil {
			return err
		}
		return s.audit.Note(ctx, actor, ref.VillageID, "story.withdraw", "story/"+ref.ID, "")
	})
}

func ofPerson(actor model.Actor, story *model.MeritStory) bool {
	return actor.Known() && actor.VillageID == story.VillageID && actor.VillagerID == story.PersonID
}

// Story is a story in the edition that its person consented to.
type Story struct {
	ID, PersonName, Title, Text string
	Edition                     int
	ConsentedAt                 model.Time
}

// Stories lists the village's stories, or those in whose name, title or text the
// query stands, by id; after is the last one seen.
func (s *Service) Stories(ctx context.Context, villageID, query, after string, limit int) ([]Story, error) {
	if query = strings.TrimSpace(query); utf8.RuneCountInString(query) > queryMax {
		return nil, model.Errorf(model.Invalid, "要找的话不超过%d个字", queryMax)
	}
	find := s.store.DB(ctx).Table("merit_stories s").
		Select("s.id, s.person_name, e.title, e.text, e.edition, e.consented_at").
		Joins("JOIN merit_story_editions e ON e.village_id = s.village_id AND e.story_id = s.id AND e.edition = s.shown").
		Where("s.village_id = ? AND s.state = ? AND s.id > ?", villageID, model.StoryShown, after)
	if query != "" {
		like := "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(query) + "%"
		find = find.Where("(s.person_name LIKE ? ESCAPE '!' OR e.title LIKE ? ESCAPE '!' OR e.text LIKE ? ESCAPE '!')", like, like, like)
	}
	var rows []Story
	err := find.Order("s.id").Limit(clamp(limit)).Scan(&rows).Error
	return rows, err
}

// StoriesOf lists the actor's own stories that are not withdrawn, each in its
// newest edition, which may await their consent; by id, after is the last one seen.
func (s *Service) StoriesOf(ctx context.Context, actor model.Actor, after string, limit int) ([]Story, error) {
	if !actor.Known() {
		return nil, nil
	}
	var rows []Story
	err := s.store.DB(ctx).Table("merit_stories s").
		Select("s.id, s.person_name, e.title, e.text, e.edition, e.consented_at").
		Joins("JOIN merit_story_editions e ON e.village_id = s.village_id AND e.story_id = s.id AND e.edition = s.edition").
		Where("s.village_id = ? AND s.person_id = ? AND s.id > ? AND s.state <> ?", actor.VillageID, actor.VillagerID, after, model.StoryWithdrawn).
		Order("s.id").Limit(clamp(limit)).Scan(&rows).Error
	return rows, err
}

// Draft is the newest edition, for its person and the village.
func (s *Service) Draft(ctx context.Context, actor model.Actor, ref Ref) (Story, error) {
	var out Story
	story, err := s.story(ctx, ref, func(context.Context, *model.MeritStory) error { return nil })
	if err != nil {
		return out, err
	}
	if !ofPerson(actor, &story) && !actor.May(model.VerbMeritManage, ref.VillageID) {
		return out, errNoStory()
	}
	err = s.store.DB(ctx).Model(&model.MeritStoryEdition{}).Where("village_id = ? AND story_id = ? AND edition = ?", ref.VillageID, ref.ID, story.Edition).Scan(&out).Error
	out.ID, out.PersonName = story.ID, story.PersonName
	return out, err
}
