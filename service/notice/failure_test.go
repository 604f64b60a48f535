package notice_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/notice"
)

// failing lets the next n sends fail.
func failing(n int, class model.SendClass, code int) func(notice.Outgoing) error {
	return func(notice.Outgoing) error {
		if n == 0 {
			return nil
		}
		n--
		return &model.SendError{Class: class, Code: code, Cause: errors.New("by the test")}
	}
}

func (w *world) left() int {
	w.t.Helper()
	var window model.Window
	w.ok(w.store.DB(w.ctx).Take(&window).Error)
	return window.MessageLeft
}

func TestWhatNeverArrivedIsTriedAgainInOrder(t *testing.T) {
	var counts []string
	w := newWorld(t, notice.Options{Counter: func(class string) { counts = append(counts, class) }})
	a := w.person("a", "oA")
	w.says("oA")
	w.wechat.fail = failing(2, model.SendRetry, -1)
	w.put(note(a, "1"), note(a, "2"))
	if got := w.send(); got != (notice.Sent{Retried: 1}) {
		t.Errorf("%+v", got)
	}
	if n := w.row("1"); n.Attempts != 1 || n.ErrCode != -1 || !n.NextAt.After(w.clock.Now()) {
		t.Errorf("the row says %+v", n)
	}
	if w.left() != 5 {
		t.Errorf("%d slots left: what never arrived cost one", w.left())
	}
	if w.send(); w.wechat.calls != 1 {
		t.Error("tried again without waiting, or overtaken")
	}
	for range 2 {
		w.clock.Advance(time.Minute)
		w.send()
	}
	w.expect("oA", "1", "2")
	if !slices.Equal(counts, []string{"retry", "retry"}) {
		t.Errorf("counted %v", counts)
	}
}

func TestRetriesEndAndAnOperatorSendsAgain(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	w.wechat.fail = failing(1000, model.SendRetry, -1)
	w.put(note(a, "1"))
	for range 100 {
		w.says("oA") // hands over, so that attempts begin anew
		w.send()
	}
	for range 100 {
		w.clock.Advance(20 * time.Minute)
		w.send()
	}
	w.expectStates("1:dead")
	if w.wechat.calls > 140 {
		t.Errorf("%d calls", w.wechat.calls)
	}
	w.wechat.fail = nil
	n := w.row("1")
	w.ok(w.Resend(w.ctx, model.Console(), village, n.ID))
	w.says("oA")
	w.send()
	w.expect("oA", "1")
}

func TestQuotasWaitWithoutCountingAttempts(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a, b := w.person("a", "oA"), w.person("b", "oB")
	w.says("oA")
	w.says("oB")
	w.clock.Advance(20 * time.Second)
	w.wechat.fail = failing(1, model.SendQuota, 45011)
	w.put(note(a, "1"), note(b, "2"))
	w.send()
	if w.wechat.calls > 2 {
		t.Errorf("%d calls though the minute is used up", w.wechat.calls)
	}
	if n := w.row("1"); n.Attempts != 0 {
		t.Errorf("%d attempts counted", n.Attempts)
	}
	w.clock.Advance(time.Minute)
	w.send()
	w.expectStates("1:sent 2:sent")

	w.wechat.fail = failing(1, model.SendQuota, 45009)
	w.put(note(a, "3"))
	w.send()
	w.clock.Advance(10 * time.Hour)
	calls := w.wechat.calls
	w.send()
	if w.wechat.calls != calls {
		t.Error("the day's quota was tried again on the same day")
	}
	w.clock.Advance(6 * time.Hour)
	w.send()
	w.expectStates("1:sent 2:sent 3:sent")
}

func TestAFullDayGoesAroundByTheTemplate(t *testing.T) {
	w := newWorld(t, notice.Options{Templates: func(string) notice.Templates { return notice.Templates{Template: "T"} }})
	a := w.person("a", "oA")
	w.says("oA")
	w.wechat.fail = failing(1, model.SendQuota, 45009)
	w.put(note(a, "1"), note(a, "2"))
	w.send()
	for _, event := range []string{"1", "2"} {
		if n := w.row(event); n.State != model.NoticeSent || n.Channel != model.ChannelTemplate {
			t.Errorf("%s is %s by %s", event, n.State, n.Channel)
		}
	}
}

func TestARefusedChatClosesTheWindowAndTheNextChannelIsTaken(t *testing.T) {
	for _, code := range []int{40003, 43004, 45015, 45047, 48002, 50005} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			w := newWorld(t, notice.Options{Templates: func(string) notice.Templates { return notice.Templates{Template: "T"} }})
			a := w.person("a", "oA")
			w.says("oA")
			w.wechat.fail = failing(1, model.SendRecipient, code)
			w.put(note(a, "1"))
			w.send()
			if n := w.row("1"); n.State != model.NoticeSent || n.Channel != model.ChannelTemplate {
				t.Errorf("it is %s by %s", n.State, n.Channel)
			}
			if w.left() != 0 {
				t.Errorf("%d slots left", w.left())
			}
		})
	}
}

func TestASignOfLifeDuringARefusalIsNotLost(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	w.says("oA")
	w.clock.Advance(time.Second)
	w.wechat.fail = failing(1, model.SendRecipient, 45015)
	var once sync.Once
	w.wechat.arriving = func(notice.Outgoing) { once.Do(func() { w.says("oA") }) }
	w.put(note(a, "1"))
	w.send()
	w.expect("oA", "1")
}

func TestAFaultOfOursStopsTheAccountAndEnds(t *testing.T) {
	w := newWorld(t, notice.Options{Parallel: 1})
	for i := range 20 {
		id := fmt.Sprint(i)
		person := w.person(id, "o"+id)
		w.says("o" + id)
		w.put(note(person, id))
	}
	w.wechat.fail = failing(1000, model.SendFault, 48001)
	w.send()
	if w.wechat.calls != 3 {
		t.Errorf("%d calls before the account was stopped", w.wechat.calls)
	}
	w.wechat.fail = nil
	for range 3 {
		w.clock.Advance(5 * time.Minute)
		w.send()
	}
	if stats, _ := w.Stats(w.ctx); stats.Pending != 0 {
		t.Errorf("%d pending after the fault was mended", stats.Pending)
	}

	w.wechat.fail = failing(1000, model.SendFault, 48001)
	w.put(note(model.Person{VillageID: village, ID: "3"}, "hopeless"))
	for range 300 {
		w.clock.Advance(5 * time.Minute)
		w.send()
	}
	if n := w.row("hopeless"); n.State != model.NoticeDead || n.ErrCode != 48001 || n.Attempts != 20 {
		t.Errorf("it is %s after %d attempts, errcode %d", n.State, n.Attempts, n.ErrCode)
	}
}

func TestOneFaultyNoticeStopsNobodyElse(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a, b := w.person("a", "oA"), w.person("b", "oB")
	w.wechat.fail = func(o notice.Outgoing) error {
		if o.Text == "bad" {
			return &model.SendError{Class: model.SendFault, Code: 47003}
		}
		return nil
	}
	w.put(note(a, "bad"))
	for i := range 10 {
		w.says("oA")
		w.says("oB")
		w.put(note(a, fmt.Sprint("a", i)), note(b, fmt.Sprint("b", i)))
		w.send()
		w.clock.Advance(20 * time.Minute)
	}
	if len(w.wechat.texts("oA")) != 10 || len(w.wechat.texts("oB")) != 10 {
		t.Errorf("%d and %d arrived", len(w.wechat.texts("oA")), len(w.wechat.texts("oB")))
	}
}

func TestAnUnknownOutcomeIsResentOnce(t *testing.T) {
	for name, unknown := range map[string]error{"class": &model.SendError{Class: model.SendUnknown}, "other": errors.New("read timeout")} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, notice.Options{})
			a := w.person("a", "oA")
			w.says("oA")
			w.wechat.fail = func(notice.Outgoing) error { return unknown }
			w.put(note(a, "1"))
			if got := w.send(); got != (notice.Sent{Retried: 1, Unknown: 1}) {
				t.Errorf("%+v", got)
			}
			w.clock.Advance(time.Minute)
			if got := w.send(); got != (notice.Sent{Sent: 1, Unknown: 1}) {
				t.Errorf("%+v", got)
			}
			if n := w.row("1"); n.State != model.NoticeSent || n.Unknowns != 2 || w.wechat.calls != 2 {
				t.Errorf("it is %s with %d unknowns after %d calls", n.State, n.Unknowns, w.wechat.calls)
			}
			if w.left() != 3 {
				t.Errorf("%d slots left: both may have cost one", w.left())
			}
		})
	}
}

func TestWeChatInTroubleIsLeftAloneAndTakesAllAfterwards(t *testing.T) {
	for _, class := range []model.SendClass{model.SendRetry, model.SendUnknown} {
		t.Run(string(class), func(t *testing.T) {
			w := newWorld(t, notice.Options{Parallel: 1})
			const people = 40
			for i := range people {
				id := fmt.Sprintf("p%02d", i)
				p := w.person(id, "o"+id)
				w.says("o" + id)
				w.put(note(p, id))
			}
			w.wechat.fail = failing(people*people, class, -1)
			w.send()
			if w.wechat.calls > 3 {
				t.Errorf("%d calls to an API that refused three in a row", w.wechat.calls)
			}
			for range 10 {
				w.clock.Advance(time.Minute)
				w.send()
			}
			if w.wechat.calls > 15 {
				t.Errorf("%d calls in ten minutes of trouble", w.wechat.calls)
			}
			w.wechat.fail = nil
			for range 10 {
				w.clock.Advance(2 * time.Minute)
				w.send()
			}
			for i := range people {
				id := fmt.Sprintf("p%02d", i)
				if n := w.row(id); n.State == model.NoticeSent {
					continue
				} else if n.State != model.NoticeHeld || class != model.SendUnknown {
					t.Errorf("%s is %s after %d calls", id, n.State, n.Attempts)
				}
				w.says("o" + id)
				w.send()
				w.expect("o"+id, id)
			}
		})
	}
}

func TestAKilledWorkersNoticeIsResentOnceThenHeld(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	w.says("oA")
	w.wechat.arriving = func(notice.Outgoing) { panic("killed") }
	w.put(note(a, "1"), note(a, "2"))
	w.send()
	w.expectStates("1:sending 2:pending")
	if w.send(); w.wechat.calls != 0 {
		t.Error("sent again while the lease holds, or overtaken")
	}
	w.clock.Advance(2 * time.Minute)
	w.send()
	w.expectStates("1:sending 2:pending")
	if n := w.row("1"); n.Unknowns != 1 {
		t.Errorf("%d unknown outcomes", n.Unknowns)
	}
	w.wechat.arriving = nil
	w.clock.Advance(2 * time.Minute)
	w.send()
	w.expectStates("1:held 2:sent")
	w.says("oA")
	w.send()
	w.expect("oA", "2", "1")

	w.put(note(a, "3"))
	w.wechat.arriving = func(notice.Outgoing) { panic("killed") }
	w.send()
	w.wechat.arriving = nil
	w.clock.Advance(2 * time.Minute)
	w.send()
	w.expect("oA", "2", "1", "3")
}

func TestALostClaimWritesNothing(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	w.says("oA")
	var stuck atomic.Bool
	w.wechat.arriving = func(notice.Outgoing) {
		if stuck.Swap(true) {
			return
		}
		w.clock.Advance(2 * time.Minute) // another worker takes over while this one is stuck
		other := notice.New(w.store, w.wechat, w.options)
		if _, err := other.SendDue(w.ctx); err != nil {
			t.Error(err)
		}
	}
	w.put(note(a, "1"))
	w.send()
	if n := w.row("1"); n.State != model.NoticeSent || n.Fence != 2 || n.Unknowns != 1 {
		t.Errorf("the row says %+v", n)
	}
	w.expect("oA", "1", "1") // an unknown outcome is resent: that can't be exactly once
}
