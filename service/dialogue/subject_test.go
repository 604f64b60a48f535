package dialogue_test

import (
	"testing"

	"cunwu/model"
)

// A voice or picture belongs to the case that it came to: whoever may see the
// case may see it.
func TestAVoiceOfTheChatBelongsToItsCase(t *testing.T) {
	p := newPlace(t)
	p.say("王小草", "[语音]")
	p.say("王小草", "[图片]")
	var c model.Case
	p.must(p.store.DB(t.Context()).Order("opened_at").Take(&c).Error)
	var files []model.Media
	p.must(p.store.DB(t.Context()).Order("id").Find(&files).Error)
	if len(files) != 2 {
		t.Fatalf("%d files", len(files))
	}
	for _, m := range files {
		if m.Subject != "case/"+c.ID || m.Owner != c.Asker().Recipient() || m.VillageID != c.VillageID {
			t.Errorf("%s of %s belongs to %q, sent by %s", m.Kind, m.VillageID, m.Subject, m.Owner)
		}
	}
}
