package notice_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/notice"
)

func TestOneRowAPersonAndEvent(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a, b := w.person("a", "oA"), w.person("b")
	w.put(note(a, "e1"), note(b, "e1"), note(a, "e1"))
	w.put(note(a, "e1"), note(a, "e2"), notice.Note{Event: "e3"})
	w.expectStates("e1:pending e1:pending e2:pending")
	if err := w.Put(w.ctx, note(a, "e9")); err == nil {
		t.Error("a notice outside of a transaction was taken")
	}
	if err := w.store.Tx(w.ctx, func(ctx context.Context) error { return w.Put(ctx, note(a, "")) }); err == nil {
		t.Error("a notice of no event was taken")
	}
}

func TestManyNotesAreOneTransaction(t *testing.T) {
	w := newWorld(t, notice.Options{})
	var notes []notice.Note
	for range 1000 {
		notes = append(notes, note(model.Person{VillageID: village, ID: model.NewID()}, "poll"))
	}
	w.put(notes...)
	stats, err := w.Stats(w.ctx)
	w.ok(err)
	if stats.Pending != 1000 {
		t.Errorf("%d rows, want 1000", stats.Pending)
	}
}

func TestTheWorkerWakesAfterTheCommit(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	woken := func() bool {
		select {
		case <-w.Wait():
			return true
		default:
			return false
		}
	}
	boom := errors.New("boom")
	_ = w.store.Tx(w.ctx, func(ctx context.Context) error {
		w.ok(w.Put(ctx, note(a, "e1")))
		return boom
	})
	if woken() {
		t.Error("woken by what was rolled back")
	}
	w.ok(w.store.Tx(w.ctx, func(ctx context.Context) error {
		w.ok(w.Put(ctx, note(a, "e1")))
		if woken() {
			t.Error("woken before the commit")
		}
		return nil
	}))
	if !woken() {
		t.Error("not woken by the commit")
	}
}

func TestDelayAndCallTimesFollowTheRules(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a, now := w.person("a"), w.clock.Now()
	late := note(a, "late")
	late.Delay = 90 * time.Second
	asker, other, urgent := note(a, "asker"), note(a, "other"), note(a, "urgent")
	asker.Role, other.Role, urgent.Urgent = notice.RoleAsker, notice.RoleOther, true
	w.put(late, asker, other, urgent)
	for event, want := range map[string]time.Time{"late": now.Add(2*time.Hour + 90*time.Second), "asker": now.Add(24 * time.Hour),
		"other": {}, "urgent": now} {
		if got := w.row(event).CallAfter; !got.Equal(want) {
			t.Errorf("%s is to be called from %v, want %v", event, got, want)
		}
	}
	if got := w.row("late").NextAt; !got.Equal(now.Add(90 * time.Second)) {
		t.Errorf("the delayed one is due at %v", got)
	}
}

func (w *world) add(n notice.Note) {
	w.t.Helper()
	w.ok(w.store.Tx(w.ctx, func(ctx context.Context) error { return w.Append(ctx, n) }))
}

func TestAdditionsComeAsOne(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	w.says("oA")
	addition := func(text string) notice.Note {
		n := note(a, "more")
		n.Text, n.Delay = text, 90*time.Second
		return n
	}
	w.add(addition("一"))
	w.clock.Advance(time.Minute)
	w.add(addition("二_%"))
	if w.send(); len(w.wechat.texts("oA")) != 0 {
		t.Error("the addition didn't wait")
	}
	w.clock.Advance(time.Minute)
	w.send()
	w.expect("oA", "一\n二_%")

	w.add(addition("三"))
	w.add(addition("四"))
	w.clock.Advance(2 * time.Minute)
	w.send()
	w.add(addition("五"))
	w.clock.Advance(2 * time.Minute)
	w.send()
	w.expect("oA", "一\n二_%", "三\n四", "五")
	w.expectStates("more:sent more+2:sent more+3:sent")
}

func TestAnAdditionKeepsItsVoice(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a")
	first, second, third := note(a, "more"), note(a, "more"), note(a, "more")
	second.MediaID, third.MediaID, third.Text = "m1", "m2", "third"
	for _, n := range []notice.Note{first, second, third} {
		w.add(n)
	}
	if n := w.row("more"); n.Text != "more\nmore" || n.MediaID != "m1" {
		t.Errorf("joined as %q with %q", n.Text, n.MediaID)
	}
	if n := w.row("more+2"); n.Text != "third" || n.MediaID != "m2" {
		t.Errorf("the second voice stands as %q with %q", n.Text, n.MediaID)
	}
	w.send() // nobody bound: held, which is not yet gone
	w.expectStates("more:held more+2:held")
	w.add(note(a, "more"))
	if n := w.row("more+2"); n.Text != "third\nmore" {
		t.Errorf("the held one reads %q", n.Text)
	}
}

func TestConcurrentAdditionsLoseNothing(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	w.says("oA")
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			n := note(a, "more")
			n.Text = string(rune('a' + i))
			if err := w.store.Tx(w.ctx, func(ctx context.Context) error { return w.Append(ctx, n) }); err != nil {
				t.Error(err)
			}
			if i%5 == 0 {
				if _, err := w.SendDue(w.ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	var rows []model.Notice
	w.ok(w.store.DB(w.ctx).Find(&rows).Error)
	seen := map[rune]int{}
	for _, n := range rows {
		for _, r := range n.Text {
			seen[r]++
		}
	}
	for i := range 20 {
		if seen[rune('a'+i)] != 1 {
			t.Errorf("%c stands %d times", 'a'+i, seen[rune('a'+i)])
		}
	}
}
