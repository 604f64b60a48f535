package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"cunwu/model"
	"cunwu/service/inbox"
)

func TestEachKeyIsHandledOnceAndAnsweredAlike(t *testing.T) {
	h := newHouse(t, nil)
	other := h.open(inbox.Options{Dir: filepath.Join(t.TempDir(), "b"), Late: h.late, Patience: h.Patience}) // a second replica
	t.Cleanup(func() { _ = other.Close() })
	var all []model.Incoming
	for n := range 100 {
		in := h.text(fmt.Sprintf("o%d", n%17), n)
		all = append(all, in, in, in)
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var mu sync.Mutex
	answers := map[string][]string{}
	var wg sync.WaitGroup
	for i, in := range all {
		wg.Go(func() {
			reply, err := []*inbox.Service{h.Service, other}[i%2].Receive(t.Context(), in)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			answers[in.Key] = append(answers[in.Key], reply.Text)
		})
	}
	wg.Wait()
	if rows := h.deliveries(); len(rows) != 100 {
		t.Errorf("%d rows", len(rows))
	}
	h.once("turns", h.lines("turn"), 100)
	for key, replies := range answers {
		if len(slices.Compact(replies)) != 1 || !strings.HasPrefix(replies[0], "收到 #") {
			t.Errorf("%s was answered %q", key, replies)
		}
	}
	for _, row := range h.deliveries() {
		if row.State != "handled" || row.Reply != answers[row.Key][0] || row.Payload != "" {
			t.Errorf("stored %+v", row)
		}
	}
}

func TestOneSenderIsHandledInOrderOfArrival(t *testing.T) {
	h := newHouse(t, nil)
	began, gate := make(chan struct{}, 100), make(chan struct{})
	h.setTurn(func(ctx context.Context, in model.Incoming) (model.Reply, error) {
		began <- struct{}{}
		<-gate
		return h.plain(ctx, in)
	})
	var wg sync.WaitGroup
	wg.Go(func() { h.receive(h.text("first", 0)) })
	<-began
	want := []string{}
	for n := range 40 {
		in := h.text("first", 40-n) // sent in another order than it arrives
		want = append(want, in.Key)
		wg.Go(func() { h.receive(in) })
		h.until("it waits", func() bool { return h.Queued() == n+1 })
	}
	close(gate)
	wg.Wait()
	var got []string
	for _, line := range h.lines("turn")[1:] {
		got = append(got, line.Subject)
	}
	if !slices.Equal(got, want) {
		t.Errorf("handled in order %v\nwant %v", got, want)
	}
}

func TestARefusalIsAnAnswer(t *testing.T) {
	h := newHouse(t, nil)
	h.setTurn(func(ctx context.Context, in model.Incoming) (model.Reply, error) {
		reply, err := h.plain(ctx, in)
		if in.OpenID == "refused" {
			return reply, model.Errorf(model.Forbidden, "您没有办理这件事的权限").Because(errors.New("secret cause"))
		}
		return reply, err
	})
	var wg sync.WaitGroup
	for n := range 30 {
		wg.Go(func() { h.receive(h.text("fine", n)) })
		wg.Go(func() {
			if got := h.receive(h.text("refused", n)); got != "您没有办理这件事的权限" {
				t.Errorf("answered %q", got)
			}
		})
	}
	wg.Wait()
	h.once("turns that stay", h.lines("turn"), 30)
	if rows := h.deliveries(); len(rows) != 60 {
		t.Errorf("%d rows", len(rows))
	}
	if got := h.receive(h.text("refused", 3)); got != "您没有办理这件事的权限" {
		t.Errorf("the re-delivery is answered %q", got)
	}
}

func TestAFailedTurnIsKeptForTheOperator(t *testing.T) {
	for name, fail := range map[string]func(){"error": func() {}, "panic": func() { panic("boom") }} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, nil)
			h.setTurn(func(ctx context.Context, in model.Incoming) (model.Reply, error) {
				reply, _ := h.plain(ctx, in)
				if in.OpenID != "bad" {
					return reply, nil
				}
				fail()
				return reply, errors.New("a bug")
			})
			var wg sync.WaitGroup
			for n := range 12 {
				wg.Go(func() { h.receive(h.text("good", n)) })
				wg.Go(func() { h.receive(h.text("bad", n)) })
			}
			wg.Wait()
			h.once("turns", h.lines("turn"), 12)
			if got := h.receive(h.text("bad", 1)); got != "已收到，村里会尽快处理" {
				t.Errorf("answered %q", got)
			}
			h.setTurn(nil)
			h.checkFailed()
		})
	}
}

// checkFailed lists the 12 that failed by pages, and retries them.
func (h *house) checkFailed() {
	t, ctx := h.t, h.t.Context()
	desk := inbox.NewDesk(h.store, h.say, inbox.Options{Late: h.late}) // a command beside the server
	if _, _, err := h.Failed(ctx, model.Actor{VillageID: "v", VillagerID: "p"}, "", 5); !model.IsCode(err, model.Forbidden) {
		t.Errorf("a villager sees failed deliveries: %v", err)
	}
	seen := map[string]bool{}
	for after, page := "", 0; page < 4; page++ {
		rows, next, err := desk.Failed(ctx, model.Console(), after, 5)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if row.Payload != "" || row.State != "failed" {
				t.Errorf("listed %+v", row)
			}
			seen[row.Key] = true
		}
		if after = next; next == "" {
			break
		}
	}
	if len(seen) != 12 {
		t.Errorf("%d listed", len(seen))
	}
	for key := range seen {
		if err := desk.Retry(ctx, model.Console(), account, key); err != nil {
			t.Error(err)
		}
		if err := h.Retry(ctx, model.Console(), account, key); !model.IsCode(err, model.Conflict) {
			t.Errorf("a second retry: %v", err)
		}
	}
	h.once("notices", h.lines("late"), 12)
	h.once("turns", h.lines("turn"), 24)
	if got := h.receive(h.text("bad", 1)); got != "已收到，村里会尽快处理" {
		t.Errorf("answered %q after the retry", got)
	}
	if err := h.Retry(ctx, model.Console(), account, "m:none"); !model.IsCode(err, model.Unknown) {
		t.Errorf("no such delivery: %v", err)
	}
	if c := h.Counts(); c.Failed != 12 {
		t.Errorf("counted %+v", c)
	}
}

func TestOverlappingDeliveriesShareOneAnswer(t *testing.T) {
	h := newHouse(t, nil)
	began, gate := make(chan struct{}), make(chan struct{})
	h.setTurn(func(ctx context.Context, in model.Incoming) (model.Reply, error) {
		close(began)
		<-gate
		return h.plain(ctx, in)
	})
	answers := make(chan string, 3)
	for range 3 {
		go func() { answers <- h.receive(h.text("o", 1)) }()
	}
	<-began
	close(gate)
	a, b, c := <-answers, <-answers, <-answers
	if a != b || b != c || !strings.HasPrefix(a, "收到 #") {
		t.Errorf("answered %q, %q, %q", a, b, c)
	}
	h.once("turns", h.lines("turn"), 1)
}

func TestWhatNobodyCanReadIsKeptOnce(t *testing.T) {
	h := newHouse(t, nil)
	for range 3 {
		if err := h.ReceiveRaw(t.Context(), account, strings.Repeat("坏", 300), []byte{0xff, 0, 'x'}); err != nil {
			t.Fatal(err)
		}
	}
	long := h.text(strings.Repeat("o", 65), 1)
	if reply, err := h.Receive(t.Context(), long); err != nil || reply.Text != "" {
		t.Errorf("%q, %v", reply.Text, err)
	}
	var rows []model.RawDelivery
	if err := h.store.DB(t.Context()).Find(&rows).Error; err != nil || len(rows) != 2 {
		t.Errorf("%d kept, %v", len(rows), err)
	}
}

func TestCloseCutsNothing(t *testing.T) {
	h := newHouse(t, nil)
	began, gate := make(chan struct{}), make(chan struct{})
	h.setTurn(func(ctx context.Context, in model.Incoming) (model.Reply, error) {
		close(began)
		<-gate
		return h.plain(ctx, in)
	})
	answer, closed := make(chan string, 1), make(chan error, 1)
	go func() { answer <- h.receive(h.text("o", 1)) }()
	<-began
	go func() { closed <- h.Close() }()
	close(gate)
	if got := <-answer; !strings.HasPrefix(got, "收到 #") {
		t.Errorf("answered %q", got)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if _, err := h.Receive(t.Context(), h.text("o", 2)); err == nil {
		t.Error("a closed inbox takes deliveries")
	}
}
