package merit

import (
	"context"

	"cunwu/model"
)

// Story is a story as everybody may read it, in the edition that its person
// consented to. Unknown: there is none, or it was taken off.
func (s *Service) Story(ctx context.Context, ref Ref) (Story, error) {
	var found []Story
	err := s.store.DB(ctx).Table("merit_stories s").
		Select("s.id, s.person_name, e.title, e.text, e.edition, e.consented_at").
		Joins("JOIN merit_story_editions e ON e.village_id = s.village_id AND e.story_id = s.id AND e.edition = s.shown").
		Where("s.village_id = ? AND s.id = ? AND s.state = ?", ref.VillageID, ref.ID, model.StoryShown).Limit(1).Scan(&found).Error
	if err == nil && len(found) == 0 {
		err = errNoStory()
	}
	if err != nil {
		return Story{}, err
	}
	return found[0], nil
}
