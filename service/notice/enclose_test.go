package notice_test

import (
	"context"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/notice"
)

// withVoice is a world in which the file of every kept media row can be read.
func withVoice(t *testing.T) *world {
	t.Helper()
	return newWorld(t, notice.Options{Files: func(_ context.Context, _, mediaID string) (*notice.File, error) {
		return &notice.File{Kind: "voice", ContentType: "audio/amr", Filename: mediaID, Body: []byte("#!AMR\n")}, nil
	}})
}

func (w *world) media(id, state string) {
	w.t.Helper()
	db := w.store.DB(w.ctx)
	w.ok(db.Where("id = ?", id).Delete(&model.Media{}).Error)
	w.ok(db.Create(&model.Media{VillageID: village, ID: id, Kind: "voice", State: state}).Error)
}

func voiceNote(to model.Person, event, mediaID string) notice.Note {
	n := note(to, event)
	n.MediaID = mediaID
	return n
}

func TestAVoiceStandsRightUnderItsText(t *testing.T) {
	w := withVoice(t)
	a := w.person("a", "oA")
	w.media("m1", "kept")
	w.says("oA")
	w.put(voiceNote(a, "1", "m1"), note(a, "2"))
	if got := w.send(); got != (notice.Sent{Sent: 3}) {
		t.Errorf("%+v", got)
	}
	w.expect("oA", "1", "<m1>", "2")
	if o := w.wechat.phones["oA"][1]; o.Text != "" || o.Media.Kind != "voice" {
		t.Errorf("the voice went as %+v", o)
	}
}

func TestATextWaitsShortlyForItsVoice(t *testing.T) {
	w := withVoice(t)
	a := w.person("a", "oA")
	w.media("m1", "wanted")
	w.says("oA")
	w.put(voiceNote(a, "1", "m1"), note(a, "2"))
	w.send()
	w.expect("oA")
	w.clock.Advance(3 * time.Second)
	w.send()
	w.expect("oA")
	w.media("m1", "kept")
	w.clock.Advance(3 * time.Second)
	w.send()
	w.expect("oA", "1", "<m1>", "2")
}

func TestALateVoiceFollows(t *testing.T) {
	w := withVoice(t)
	a := w.person("a", "oA")
	w.ok(w.store.DB(w.ctx).Create(&model.Case{VillageID: village, ID: "c1", Number: 12}).Error)
	w.media("m1", "wanted")
	w.says("oA")
	n := voiceNote(a, "1", "m1")
	n.CaseID = "c1"
	w.put(n)
	w.clock.Advance(time.Minute)
	w.send()
	w.expect("oA", "1\n（语音稍后送到）")
	for range 5 {
		w.clock.Advance(time.Hour)
		w.put(note(a, w.clock.Now().String()))
		w.send()
	}
	if got := len(w.wechat.texts("oA")); got != 5 {
		t.Errorf("%d arrived: the late voice holds others back", got)
	}
	w.says("oA")
	w.media("m1", "kept")
	w.clock.Advance(time.Hour)
	w.send()
	if got := w.wechat.texts("oA"); len(got) != 8 || got[6] != "#12刚才的语音到了：" || got[7] != "<m1>" {
		t.Errorf("got %q", got)
	}
}

func TestALostVoiceIsTold(t *testing.T) {
	w := withVoice(t)
	a := w.person("a", "oA")
	w.media("m1", "lost")
	w.media("m2", "wanted")
	w.says("oA")
	w.put(voiceNote(a, "1", "m1"), voiceNote(a, "2", "m2"), voiceNote(a, "3", "none"))
	w.clock.Advance(time.Minute)
	w.send()
	w.media("m2", "lost")
	w.clock.Advance(time.Hour)
	w.send()
	w.expect("oA", "1\n（语音没有取到）", "2\n（语音稍后送到）", "3\n（附件没有取到）", "刚才的语音到了：\n（语音没有取到）")
}

func TestAVoiceWithoutASlotIsHandedOver(t *testing.T) {
	w := withVoice(t)
	a := w.person("a", "oA")
	w.media("m1", "kept")
	w.clicks("oA")
	w.put(note(a, "1"), note(a, "2"), voiceNote(a, "3", "m1"))
	w.send()
	w.expect("oA", "1", "2", "3\n还有1件，回“待办”查看")
	w.expectStates("1:sent 2:sent 3:sent 3/media:held")
	w.says("oA")
	w.send()
	w.expect("oA", "1", "2", "3\n还有1件，回“待办”查看", "<m1>")
}

func TestTextAndVoiceTakeTheLastTwoSlots(t *testing.T) {
	w := withVoice(t)
	a := w.person("a", "oA")
	w.media("m1", "kept")
	w.clicks("oA")
	w.put(note(a, "1"), voiceNote(a, "2", "m1"))
	w.send()
	w.expect("oA", "1", "2", "<m1>")

	w.clicks("oA")
	w.put(note(a, "3"), voiceNote(a, "4", "m1"), note(a, "5"))
	w.send()
	w.expect("oA", "1", "2", "<m1>", "3", "4\n还有2件，回“待办”查看")
	w.says("oA")
	w.send()
	got := w.wechat.texts("oA")[5:]
	if len(got) != 2 || got[0] != "5" && got[1] != "5" {
		t.Errorf("handed over: %q", got)
	}
}

func TestAVoiceThatFailsIsTriedAlone(t *testing.T) {
	w := withVoice(t)
	a := w.person("a", "oA")
	w.media("m1", "kept")
	w.says("oA")
	w.wechat.fail = func(o notice.Outgoing) error {
		if o.Media != nil {
			return &model.SendError{Class: model.SendRetry, Code: -1}
		}
		return nil
	}
	w.put(voiceNote(a, "1", "m1"))
	w.send()
	w.expect("oA", "1")
	w.wechat.fail = nil
	w.clock.Advance(time.Minute)
	w.send()
	w.expect("oA", "1", "<m1>")
}
