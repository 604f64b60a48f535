package notice_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/notice"
)

func TestAnOpenChatTakesNoticesInOrder(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	w.says("oA")
	for i := range 4 {
		w.put(note(a, fmt.Sprint(i)))
	}
	urgent := note(a, "urgent")
	urgent.Urgent, urgent.Question = true, "verdict"
	w.put(urgent)
	if got, want := w.send(), (notice.Sent{Sent: 5}); got != want {
		t.Errorf("sent %+v, want %+v", got, want)
	}
	w.expect("oA", "urgent", "0", "1", "2", "3\n（回“待办”，才能继续收到通知）")
	if n := w.row("0"); n.State != model.NoticeSent || n.Channel != model.ChannelChat || n.SentTo != "oA" || n.SentAt.IsZero() {
		t.Errorf("the row says %+v", n)
	}
}

func TestTheLastSlotTellsOfTheRestAndASignOfLifeHandsItOver(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	w.says("oA")
	for i := range 8 {
		w.put(note(a, fmt.Sprint(i)))
	}
	if got, want := w.send(), (notice.Sent{Sent: 5, Held: 3}); got != want {
		t.Errorf("sent %+v, want %+v", got, want)
	}
	w.expect("oA", "0", "1", "2", "3", "4\n还有3件，回“待办”查看")
	w.put(note(a, "8"))
	w.send()
	w.says("oA")
	w.send()
	w.expect("oA", "0", "1", "2", "3", "4\n还有3件，回“待办”查看", "5", "6", "7", "8")
	if w.wechat.closed != 0 {
		t.Errorf("%d sends beyond the window", w.wechat.closed)
	}
}

func TestAClickOpensThreeForAMinute(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	asker := func(event string) notice.Note {
		n := note(a, event)
		n.Role = notice.RoleAsker
		return n
	}
	w.put(asker("0"), asker("1"), asker("2"), asker("3"), asker("4"))
	w.send()
	w.expectStates("0:held 1:held 2:held 3:held 4:held")
	w.clicks("oA")
	w.send()
	w.expect("oA", "0", "1", "2\n还有2条消息，回任意一个字就能收到")
	w.clicks("oA")
	w.clock.Advance(time.Minute)
	w.send()
	w.expectStates("0:sent 1:sent 2:sent 3:held 4:held")
	if w.wechat.closed != 0 {
		t.Errorf("%d sends beyond the window", w.wechat.closed)
	}
}

func TestTheActionsWindowIsSpentFirst(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	w.says("oA")
	w.clicks("oA")
	w.put(note(a, "0"), note(a, "1"))
	w.send()
	var window model.Window
	w.ok(w.store.DB(w.ctx).Take(&window).Error)
	if window.ActionLeft != 1 || window.MessageLeft != 5 {
		t.Errorf("left %d of the action's, %d of the message's", window.ActionLeft, window.MessageLeft)
	}
}

func TestASharedPhoneNamesWhomItIsFor(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a, b := w.person("a", "oA"), w.person("b", "oA")
	c := w.person("c", "oC")
	w.bind("c", "oC2") // two phones of one person
	w.says("oA")
	w.says("oC")
	w.put(note(a, "1"), note(b, "2"), note(c, "3"), note(model.Person{Account: account, OpenID: "oA"}, "4"))
	w.send()
	got := w.wechat.texts("oA")
	slices.Sort(got)
	if want := []string{"4", "【给名a】1", "【给名b】2"}; !slices.Equal(got, want) {
		t.Errorf("the shared phone got %q, want %q", got, want)
	}
	w.expect("oC", "3")
}

func TestTheIdentityWithAnOpenWindowIsChosen(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oOld")
	w.clock.Advance(time.Hour)
	w.bind("a", "oNew")
	w.says("oOld")
	w.put(note(a, "1"))
	w.send()
	w.expect("oOld", "1")
	w.says("oNew")
	w.put(note(a, "2"))
	w.send()
	w.expect("oNew", "2")
	w.ok(w.Unfollowed(w.ctx, account, "oNew"))
	w.put(note(a, "3"))
	w.send()
	w.expect("oOld", "1", "3")
}

func TestTwoPhonesAreTwoWindowsBeforeTheLastSlot(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "o1", "o2")
	w.says("o1")
	w.says("o2")
	for i := range 12 {
		w.put(note(a, fmt.Sprintf("%02d", i)))
	}
	if got, want := w.send(), (notice.Sent{Sent: 10, Held: 2}); got != want {
		t.Errorf("sent %+v, want %+v", got, want)
	}
	all := slices.Concat(w.wechat.texts("o1"), w.wechat.texts("o2"))
	told := 0
	for _, text := range all {
		if strings.Contains(text, "还有2件") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the rest was announced %d times in %q", told, all)
	}
}

func TestWithoutAnyChannelItIsHeldUntilBound(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a")
	w.put(note(a, "1"))
	if got, want := w.send(), (notice.Sent{Held: 1}); got != want {
		t.Errorf("sent %+v, want %+v", got, want)
	}
	w.bind("a", "oA")
	w.says("oA")
	w.send()
	w.expect("oA", "1")
}

func TestSubscriptionThenTemplateThenHeld(t *testing.T) {
	templates := func(string) notice.Templates { return notice.Templates{Template: "T", Subscribe: "S"} }
	w := newWorld(t, notice.Options{Templates: templates})
	a := w.person("a", "oA")
	w.ok(w.store.DB(w.ctx).Create(&model.Case{VillageID: village, ID: "c1", Number: 12}).Error)
	w.wechat.quota["oA"] = 1
	grants := []model.Grant{{TemplateID: "S", Accepted: true}, {TemplateID: "S", Accepted: true}, {TemplateID: "other"}}
	w.ok(w.Granted(w.ctx, account, "oA", grants)) // two by our count, one by WeChat's
	n := note(a, "1")
	n.CaseID = "c1"
	w.put(n, note(a, "2"), note(a, "3"))
	w.send()
	var got []string
	for _, o := range w.wechat.phones["oA"] {
		got = append(got, o.Channel+" "+o.TemplateID+" "+o.CaseNumber+" "+o.Text)
	}
	if want := []string{"subscribe S #12 1", "template T  2", "template T  3"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var left int
	w.ok(w.store.DB(w.ctx).Model(&model.Subscription{}).Where("template_id = 'S'").Pluck("left", &left).Error)
	if left != 0 || w.wechat.closed != 1 {
		t.Errorf("%d sends left after 43101, %d refused", left, w.wechat.closed)
	}
	w.ok(w.store.DB(w.ctx).Model(&model.Identity{}).Where("openid = ?", "oA").UpdateColumn("followed", false).Error)
	w.put(note(a, "4"))
	w.send()
	if n := w.row("4"); n.State != model.NoticeHeld {
		t.Errorf("it is %s for whom no channel is left", n.State)
	}
	w.wechat.quota["oA"] = 1
	w.ok(w.Granted(w.ctx, account, "oA", grants[:1]))
	w.send()
	if n := w.row("4"); n.State != model.NoticeSent || n.Channel != model.ChannelSubscribe {
		t.Errorf("after a grant it is %s by %s", n.State, n.Channel)
	}
}

func TestALongTextIsCutBetweenCharacters(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	w.clicks("oA")
	long := note(a, "1")
	long.Text = strings.Repeat("村𠮷", 500)
	w.put(long, note(a, "2"), note(a, "3"))
	w.send()
	got := w.wechat.texts("oA")[0]
	if len(got) > 2048 || !strings.HasPrefix(got, "村𠮷村") || !strings.Contains(got, "太长") || strings.ContainsRune(got, '\uFFFD') {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}

func TestFourWorkersSendEachNoticeOnceAndInOrder(t *testing.T) {
	w := newWorld(t, notice.Options{})
	var notes []notice.Note
	for p := range 50 {
		id := fmt.Sprintf("p%02d", p)
		person := w.person(id, "o"+id)
		w.says("o" + id)
		for e := range 4 {
			notes = append(notes, note(person, fmt.Sprintf("%s/%d", id, e)))
		}
	}
	w.put(notes...)
	var wg sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for range 4 {
		replica := notice.New(w.store, w.wechat, w.options)
		wg.Go(func() {
			sent, err := replica.SendDue(w.ctx)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			total += sent.Sent
		})
	}
	wg.Wait()
	if sent := w.send(); sent != (notice.Sent{}) {
		t.Errorf("left over: %+v", sent)
	}
	if total != 200 || w.wechat.calls != 200 {
		t.Errorf("%d counted, %d calls, want 200", total, w.wechat.calls)
	}
	for p := range 50 {
		id := fmt.Sprintf("p%02d", p)
		w.expect("o"+id, id+"/0", id+"/1", id+"/2", id+"/3")
	}
}

func TestASlowSendKeepsNobodyElseWaiting(t *testing.T) {
	w := newWorld(t, notice.Options{})
	slow, quick := w.person("slow", "oSlow"), w.person("quick", "oQuick")
	w.says("oSlow")
	w.says("oQuick")
	release, arrived := make(chan struct{}), make(chan struct{})
	w.wechat.arriving = func(o notice.Outgoing) {
		if o.OpenID == "oSlow" {
			close(arrived)
			<-release
		}
	}
	w.put(note(slow, "1"))
	done := make(chan notice.Sent)
	go func() {
		sent, _ := w.SendDue(w.ctx)
		done <- sent
	}()
	<-arrived
	w.put(note(quick, "2")) // the pass that waits for the slow one takes it, or the other one
	other := notice.New(w.store, w.wechat, w.options)
	if _, err := other.SendDue(w.ctx); err != nil {
		t.Fatal(err)
	}
	if n := w.row("2"); n.State != model.NoticeSent && n.State != model.NoticeSending {
		t.Errorf("the quick one is %s", n.State)
	}
	close(release)
	<-done
	w.expect("oSlow", "1")
	w.expect("oQuick", "2")
}

func TestWhatIsUnderWayIsFinishedWhenTheProgramStops(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	w.says("oA")
	w.put(note(a, "1"), note(a, "2"))
	ctx, stop := context.WithCancel(w.ctx)
	w.wechat.arriving = func(notice.Outgoing) { stop() }
	if _, err := w.SendDue(ctx); err != nil {
		t.Fatal(err)
	}
	w.expectStates("1:sent 2:pending")
}
