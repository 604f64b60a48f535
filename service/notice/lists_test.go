package notice_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/notice"
)

func holding(roles ...model.Role) model.Actor {
	actor := model.Actor{VillageID: village, VillagerID: "cadre", Name: "干部"}
	for _, role := range roles {
		actor.Holds = append(actor.Holds, model.Held{VillageID: village, Role: role})
	}
	return actor
}

func (w *world) calls(actor model.Actor) []notice.Call {
	w.t.Helper()
	calls, err := w.CallList(w.ctx, actor, village, 0)
	w.ok(err)
	return calls
}

func TestWhoWasNotReachedIsCalled(t *testing.T) {
	w := newWorld(t, notice.Options{})
	cadre := holding(model.RoleGridWorker)
	a, b := w.person("a"), w.person("b", "oB")
	asker, urgent, private := note(a, "asker"), note(a, "urgent"), note(a, "private")
	asker.Role, urgent.Urgent = notice.RoleAsker, true
	private.Private, private.CaseID, private.Text = true, "c1", "李四告状"
	w.says("oB")
	w.put(note(a, "handler"), asker, urgent, private, note(b, "reached"))
	w.send()
	if calls := w.calls(cadre); len(calls) != 1 || calls[0].Text != "urgent" || calls[0].Name != "名a" || !calls[0].Urgent {
		t.Errorf("at once: %+v", calls)
	}
	w.clock.Advance(2 * time.Hour)
	calls := w.calls(cadre)
	if len(calls) != 3 {
		t.Fatalf("after 2 h: %+v", calls)
	}
	for _, c := range calls {
		if strings.Contains(fmt.Sprint(c), "李四") || c.Text == "有一件私密事项" && c.CaseID != "" {
			t.Errorf("a private matter shows %+v", c)
		}
	}
	w.clock.Advance(22 * time.Hour)
	if calls := w.calls(cadre); len(calls) != 4 {
		t.Errorf("after 24 h: %+v", calls)
	}
	if _, err := w.CallList(w.ctx, holding(), village, 0); !model.IsCode(err, model.Forbidden) {
		t.Errorf("a villager sees the call list: %v", err)
	}
}

func TestToldByPhoneCounts(t *testing.T) {
	w := newWorld(t, notice.Options{})
	cadre := holding(model.RoleGridWorker)
	a, b := w.person("a"), w.person("b", "oB")
	w.says("oB")
	w.put(note(a, "1"), note(b, "2"))
	w.send()
	held, sent := w.row("1"), w.row("2")
	if n, _ := w.Undelivered(w.ctx, a); n != 1 {
		t.Errorf("%d undelivered", n)
	}
	if at, _ := w.DeliveredAt(w.ctx, village, "1", a); !at.IsZero() {
		t.Errorf("delivered at %v", at)
	}
	w.clock.Advance(3 * time.Hour)
	w.ok(w.Told(w.ctx, cadre, village, held.ID))
	w.ok(w.Told(w.ctx, cadre, village, held.ID)) // again: the same
	if at, err := w.DeliveredAt(w.ctx, village, "1", a); err != nil || !at.Equal(w.clock.Now()) {
		t.Errorf("delivered at %v, %v", at, err)
	}
	if n := w.row("1"); n.State != model.NoticeTold || n.Channel != model.ChannelCall || n.SentTo != "cadre" {
		t.Errorf("the row says %+v", n)
	}
	if len(w.calls(cadre)) != 0 {
		t.Error("whoever was told is still to be called")
	}
	if err := w.Told(w.ctx, cadre, village, sent.ID); !model.IsCode(err, model.Conflict) {
		t.Errorf("told what had arrived: %v", err)
	}
	if err := w.Told(w.ctx, cadre, village, "none"); !model.IsCode(err, model.Unknown) {
		t.Errorf("told nothing: %v", err)
	}
	if err := w.Told(w.ctx, holding(), village, held.ID); !model.IsCode(err, model.Forbidden) {
		t.Errorf("a villager may tick: %v", err)
	}
	w.bind("a", "oA")
	w.says("oA")
	w.send()
	w.expect("oA") // told is told
}

func TestWhatOnlyAPersonCanTellIsNeverSent(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	n := note(a, "readout")
	n.Role = notice.RoleAsker
	w.ok(w.store.Tx(w.ctx, func(ctx context.Context) error { return w.ToCall(ctx, n) }))
	w.says("oA")
	w.send()
	w.expect("oA")
	if calls := w.calls(holding(model.RoleGridWorker)); len(calls) != 1 || calls[0].Text != "readout" {
		t.Errorf("the call list has %+v", calls)
	}
	if n, _ := w.Undelivered(w.ctx, a); n != 0 {
		t.Error("it counts as undelivered")
	}
	if err := w.ToCall(w.ctx, n); err == nil {
		t.Error("taken outside of a transaction")
	}
}

func TestConfidentialCasesShowOnlyToTheTownship(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a")
	w.ok(w.store.DB(w.ctx).Create(&model.Case{VillageID: village, ID: "c1", Number: 71, Confidential: true}).Error)
	n := note(a, "1")
	n.CaseID, n.Private = "c1", true
	w.put(n)
	w.send()
	w.clock.Advance(3 * time.Hour)
	secretary, township := holding(model.RoleBranchSecretary), holding(model.RoleTownship)
	if calls := w.calls(secretary); len(calls) != 0 {
		t.Errorf("the secretary sees %+v", calls)
	}
	if err := w.Told(w.ctx, secretary, village, w.row("1").ID); !model.IsCode(err, model.Unknown) {
		t.Errorf("the secretary may tick it: %v", err)
	}
	calls := w.calls(township)
	if len(calls) != 1 || calls[0].Text != "有一件私密事项" || calls[0].CaseNumber != 0 {
		t.Errorf("the township sees %+v", calls)
	}
	for actor, want := range map[string]int{"secretary": 0, "township": 1} {
		who := map[string]model.Actor{"secretary": secretary, "township": township}[actor]
		if reach, err := w.Reach(w.ctx, who, village, "1"); err != nil || reach.Total != want || len(reach.People) != want {
			t.Errorf("%s: %+v, %v", actor, reach, err)
		}
	}
	w.ok(w.Told(w.ctx, township, village, calls[0].NoticeID))
}

func TestReachSaysWhoKnows(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a, b, c := w.person("a", "oA"), w.person("b"), w.person("c")
	w.says("oA")
	w.put(note(a, "poll"), note(b, "poll"), note(c, "poll"), note(a, "else"))
	w.send()
	var told model.Notice
	w.ok(w.store.DB(w.ctx).Take(&told, "recipient = ?", b.Recipient()).Error)
	w.ok(w.Told(w.ctx, holding(model.RoleGridWorker), village, told.ID))
	reach, err := w.Reach(w.ctx, holding(model.RoleSupervisor), village, "poll")
	w.ok(err)
	if reach.Total != 3 || reach.Known != 2 || reach.ByChannel[model.ChannelChat] != 1 || reach.ByChannel[model.ChannelCall] != 1 {
		t.Errorf("%+v", reach)
	}
	if len(reach.People) != 3 || reach.People[0].Name != "名c" || reach.People[0].Known || !reach.People[1].Known {
		t.Errorf("%+v", reach.People)
	}
	if _, err := w.Reach(w.ctx, holding(), village, "poll"); !model.IsCode(err, model.Forbidden) {
		t.Errorf("a villager sees it: %v", err)
	}
}

func TestDeliveredQuestionsTheNewestFirst(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	for i := range 3 {
		w.says("oA")
		n := note(a, fmt.Sprint(i))
		n.Question = "verdict"
		w.put(n, note(a, fmt.Sprint("plain", i)))
		w.send()
		w.clock.Advance(time.Hour)
	}
	held := note(w.person("b"), "held")
	held.Question = "verdict"
	w.put(held)
	rows, err := w.Delivered(w.ctx, notice.Query{Recipients: []string{a.Recipient(), "openid/x/y"}, Question: "verdict",
		Since: w.clock.Now().Add(-2 * time.Hour)})
	w.ok(err)
	if len(rows) != 2 || rows[0].Event != "2" || rows[1].Event != "1" {
		t.Errorf("%+v", rows)
	}
}

func TestTheInboxHoldsAllAndReadingDelivers(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a, b := w.person("a"), w.person("b")
	for i := range 5 {
		w.put(note(a, fmt.Sprint(i)))
		w.clock.Advance(time.Second)
	}
	w.put(note(b, "other"))
	w.send()
	actor := model.Actor{VillageID: village, VillagerID: "a"}
	var seen []string
	for after := ""; ; {
		items, next, err := w.Inbox(w.ctx, actor, after, 2)
		w.ok(err)
		for _, item := range items {
			seen = append(seen, item.Text)
		}
		if after = next; next == "" {
			break
		}
	}
	if fmt.Sprint(seen) != "[4 3 2 1 0]" {
		t.Errorf("the inbox reads %v", seen)
	}
	w.ok(w.Read(w.ctx, actor, village, w.row("3").ID))
	if n := w.row("3"); n.State != model.NoticeSent || n.Channel != notice.ChannelInbox || n.ReadAt.IsZero() {
		t.Errorf("the row says %+v", n)
	}
	if err := w.Read(w.ctx, actor, village, w.row("other").ID); !model.IsCode(err, model.Unknown) {
		t.Errorf("somebody else's may be read: %v", err)
	}
	if _, _, err := w.Inbox(w.ctx, actor, "x", 2); !model.IsCode(err, model.Invalid) {
		t.Errorf("a broken cursor: %v", err)
	}
}

func TestDeadLettersHideWhatIsPrivate(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	private := note(a, "case/x")
	private.Private, private.Text = true, "李四告状"
	w.put(private, note(a, "plain"), note(a, "third"))
	w.ok(w.store.DB(w.ctx).Model(&model.Notice{}).Where("state = 'pending'").UpdateColumn("state", model.NoticeDead).Error)
	var all []notice.Letter
	for after := ""; ; {
		letters, next, err := w.Dead(w.ctx, model.Console(), after, 2)
		w.ok(err)
		all = append(all, letters...)
		if after = next; next == "" {
			break
		}
	}
	if len(all) != 3 || strings.Contains(fmt.Sprint(all), "李四") || strings.Contains(fmt.Sprint(all), "case/x") {
		t.Errorf("%+v", all)
	}
	if _, _, err := w.Dead(w.ctx, holding(model.RoleBranchSecretary), "", 0); !model.IsCode(err, model.Forbidden) {
		t.Errorf("the secretary sees dead letters: %v", err)
	}
	operator := holding(model.RoleOperator)
	for after, n := "", 0; ; n++ {
		letters, next, err := w.DeadIn(w.ctx, operator, village, after, 2)
		w.ok(err)
		if fmt.Sprint(letters) != fmt.Sprint(all[2*n:min(2*n+2, 3)]) {
			t.Errorf("of the village alone: %+v", letters)
		}
		if after = next; next == "" {
			break
		}
	}
	if _, _, err := w.DeadIn(w.ctx, operator, "shiqiao", "", 0); !model.IsCode(err, model.Forbidden) {
		t.Errorf("another village's operator sees dead letters: %v", err)
	}
	if letters, _, err := w.Dead(w.ctx, operator, "", 0); err != nil || len(letters) != 3 {
		t.Errorf("the village's operator sees %d, %v", len(letters), err)
	}
	if err := w.Resend(w.ctx, holding(), village, all[0].NoticeID); !model.IsCode(err, model.Forbidden) {
		t.Errorf("anybody may resend: %v", err)
	}
	w.says("oA")
	w.ok(w.Resend(w.ctx, operator, village, w.row("plain").ID))
	w.send()
	w.expect("oA", "plain")
	if err := w.Resend(w.ctx, operator, village, w.row("plain").ID); !model.IsCode(err, model.Unknown) {
		t.Errorf("resent what had arrived: %v", err)
	}
}

func TestARestoredOutboxWaitsForTheOperator(t *testing.T) {
	w := newWorld(t, notice.Options{})
	a := w.person("a", "oA")
	w.put(note(a, "1"), note(a, "2"))
	if n, err := w.HoldRestored(w.ctx); n != 2 || err != nil {
		t.Errorf("%d held, %v", n, err)
	}
	w.says("oA")
	w.send()
	w.expect("oA")
	if _, err := w.ReleaseRestored(w.ctx, holding(model.RoleBranchSecretary)); !model.IsCode(err, model.Forbidden) {
		t.Errorf("the secretary may release: %v", err)
	}
	if n, err := w.ReleaseRestored(w.ctx, model.Console()); n != 2 || err != nil {
		t.Errorf("%d released, %v", n, err)
	}
	w.send()
	w.expect("oA", "1", "2")
}

func TestStatsTellHowLateItIs(t *testing.T) {
	w := newWorld(t, notice.Options{})
	late := note(w.person("a", "oA"), "2")
	late.Delay = time.Hour
	w.put(note(w.person("b"), "1"), late)
	w.clock.Advance(time.Minute)
	stats, err := w.Stats(w.ctx)
	if err != nil || stats != (notice.Stats{Pending: 2, OldestPending: time.Minute}) {
		t.Errorf("%+v, %v", stats, err)
	}
	w.send()
	if stats, _ := w.Stats(w.ctx); stats != (notice.Stats{Pending: 1, Held: 1}) {
		t.Errorf("%+v", stats)
	}
}
