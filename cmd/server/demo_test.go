package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
)

// runDemo runs the demo until the test ends, and returns it once it is settled.
func runDemo(t *testing.T, ctx context.Context) *demo { //nolint:revive // t first, as in every test
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	out := &screen{}
	ready := make(chan string, 1)
	d := newDemo(t.TempDir(), listener.Addr().String(), world{out: out, err: out, ready: func(a string) { ready <- a }})
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- d.run(running, listener) }()
	select {
	case <-ready:
	case err := <-ended:
		t.Fatalf("the demo ended: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("stopped with %v", err)
		}
	})
	return d
}

// TestDemoWalk is the README's first command, walked through as a newcomer
// would: every step goes through signed callbacks and real HTTP calls out.
func TestDemoWalk(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d := runDemo(t, ctx)
	d.sim.Advance(2 * time.Minute) // a follow's window is over: phones ring by the template

	const villager, secretary = "wangxiaocao", "zhangming"
	say := func(who, words, answer string) {
		t.Helper()
		ex, err := d.sim.Say(ctx, demoAccount, who, words)
		if err != nil || !strings.Contains(ex.Text, answer) {
			t.Fatalf("%s: %s: %v, answered %q, want %q", who, words, err, ex.Text, answer)
		}
	}
	arrives := func(who, words string) {
		t.Helper()
		if _, err := d.sim.WaitFor(ctx, demoAccount, who, words); err != nil {
			t.Fatal(err)
		}
	}
	say(villager, "我家门口的路灯坏了", "#1")
	arrives(secretary, "#1 王小草：我家门口的路灯坏了")
	say(secretary, "#1 明天下午来修", "已发给王小草")
	arrives(villager, "明天下午来修\n解决了吗")
	say(villager, "2", "没解决")
	arrives(secretary, "未解决")
	say(secretary, "#1 灯泡换好了", "已发给王小草")
	arrives(villager, "灯泡换好了")
	say(villager, "1", "打个分")
	say(villager, "5", "5分")
	arrives(secretary, "5星")

	say(villager, "调解", "回1：请人调解")

	page, err := http.Get("http://" + d.address + "/")
	if err != nil {
		t.Fatal(err)
	}
	_ = page.Body.Close()
	if page.StatusCode != http.StatusOK || !strings.HasPrefix(page.Request.URL.Path, "/simulator") {
		t.Errorf("the one address leads to %s: %s", page.Request.URL.Path, page.Status)
	}
}

func TestDemoIsLoopbackOnly(t *testing.T) {
	var out bytes.Buffer
	code := run(context.Background(), []string{"demo", "--addr", "0.0.0.0:0"}, world{out: &out, err: &out, getenv: func(string) string { return "" }, environ: func() []string { return nil }})
	if code != 1 || !strings.Contains(out.String(), "只在本机") {
		t.Errorf("code %d: %s", code, out.String())
	}
}

// founded is the demo's house before it serves.
func founded(t *testing.T) (*demo, *house) {
	t.Helper()
	d := newDemo(t.TempDir(), "127.0.0.1:1", world{out: &screen{}, err: &screen{}})
	began := time.Now()
	h, err := d.house(t.Context(), "http://127.0.0.1:1")
	d.sim.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("founding took %v", time.Since(began))
	t.Cleanup(func() { _ = h.close() })
	return d, h
}

// It is founded once, for that takes long; the erasure changes it and comes last.
func TestTheDemoVillage(t *testing.T) {
	d, h := founded(t)
	t.Run("has a past", func(t *testing.T) { hasAPast(t, d, h) })
	t.Run("has points", func(t *testing.T) { hasPoints(t, h) })
	t.Run("forgets public questions", func(t *testing.T) { forgetsPublicQuestions(t, h) })
}

// The demo village has two years behind it: what was published, the month that is
// missing, and a log that holds.
func hasAPast(t *testing.T, d *demo, h *house) {
	t.Helper()
	ctx := t.Context()
	var finance, late int
	today := time.Now().In(model.Shanghai)
	slots, err := h.public.Calendar(ctx, model.Actor{}, demoVillage, today.AddDate(-3, 0, 0), today)
	if err != nil || !d.fresh {
		t.Fatal(err)
	}
	for _, s := range slots {
		switch {
		case s.State == disclosure.StatePublished && s.Duty == "finance":
			finance++
		case s.State == disclosure.StateLate || s.State == disclosure.StateVeryLate:
			late++
			if want := time.Date(today.Year(), today.Month()-2, 1, 0, 0, 0, 0, model.Shanghai).Format("2006-01"); s.Period != want {
				t.Errorf("%s is late, want %s", s.Title, want)
			}
		}
	}
	if finance < demoMonths-2 || late != 1 {
		t.Errorf("%d months published, %d late", finance, late)
	}
	report, err := h.ledger.VerifyLog(ctx, demoVillage, "", h.public.LogSource())
	if err != nil || !report.OK() || report.Checked < 40 || report.Pending != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	if n, err := h.public.TellDue(ctx); n != 0 || err != nil {
		t.Errorf("%d are told today of what is long past, %v", n, err)
	}
}

// Whoever is forgotten is forgotten in the public questions too, as soon as the
// log has taken what was just published; until then they are told to wait.
func forgetsPublicQuestions(t *testing.T, h *house) {
	t.Helper()
	ctx := t.Context()
	actor := func(name string) model.Actor {
		found, err := h.people.Find(ctx, demoVillage, name, "")
		if err != nil || len(found) != 1 {
			t.Fatal(name, err)
		}
		a, err := h.people.ActorOf(ctx, found[0].Person())
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	asker := actor("王小草")
	list, err := h.public.List(ctx, asker, disclosure.Query{VillageID: demoVillage, Kind: model.DiscloseFinance, Limit: 1})
	must(err)
	ref := disclosure.Ref{VillageID: demoVillage, ID: list[0].ID}
	c, err := h.public.Ask(ctx, asker, ref, casework.Said{Text: "机动地流转给谁了"})
	must(err)
	_, err = h.cases.Reply(ctx, actor("赵志强"), casework.RefOf(c), casework.Said{Text: "云溪合作社"})
	must(err)
	bundle, err := h.privacy.Export(ctx, model.Console(), asker.Person())
	must(err)
	var zipped bytes.Buffer
	must(bundle.WriteTo(ctx, &zipped))
	archive, err := zip.NewReader(bytes.NewReader(zipped.Bytes()), int64(zipped.Len()))
	must(err)
	exported, err := fs.ReadFile(archive, fmt.Sprintf("cases/%d.json", c.Number))
	if err != nil || !strings.Contains(string(exported), "机动地流转给谁了") || !strings.Contains(string(exported), "云溪合作社") {
		t.Errorf("the export says %s, %v", exported, err)
	}
	_, err = h.privacy.AskErasure(ctx, model.Console(), asker.Person())
	must(err)
	if _, err := h.privacy.ConfirmErasure(ctx, model.Console(), asker.Person()); !model.IsCode(err, model.TooEarly) {
		t.Fatalf("erased before the log had it: %v", err)
	}
	_, err = h.ledger.SealDue(ctx)
	must(err)
	_, err = h.privacy.ConfirmErasure(ctx, model.Console(), asker.Person())
	must(err)
	view, err := h.public.Get(ctx, model.Actor{}, ref, 0)
	must(err)
	if len(view.Questions) != 1 || strings.Contains(view.Questions[0].Question, "机动地") || strings.Contains(view.Questions[0].Nickname, asker.Name[:len("王")]) {
		t.Errorf("%+v", view.Questions)
	}
	_, err = h.ledger.SealDue(ctx)
	must(err)
	report, err := h.ledger.VerifyLog(ctx, demoVillage, "", h.public.LogSource())
	if err != nil || !report.OK() || report.Erased != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}

// The demo village's points were claimed, reviewed and posted, and its store is open.
func hasPoints(t *testing.T, h *house) {
	t.Helper()
	ctx := t.Context()
	found, err := h.people.Find(ctx, demoVillage, "王小草", "")
	if err != nil || len(found) != 1 {
		t.Fatal(err)
	}
	her, err := h.people.ActorOf(ctx, found[0].Person())
	if err != nil {
		t.Fatal(err)
	}
	account, err := h.merit.Account(ctx, her)
	if err != nil || account.Balance != 110 || !account.Honoured {
		t.Errorf("%+v, %v", account, err)
	}
	goods, err := h.merit.Goods(ctx, her, demoVillage, "", 10)
	if err != nil || len(goods) != len(demoGoods()) {
		t.Errorf("%d goods, %v", len(goods), err)
	}
	if report, err := h.merit.Check(ctx, demoVillage); err != nil || !report.OK() || report.Postings != 3 {
		t.Errorf("%+v, %v", report, err)
	}
}
