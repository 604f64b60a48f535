package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/inbox"
)

const waiting = "已收到，稍后给您编号"

func TestACommitAfterThePatienceIsToldOnce(t *testing.T) {
	h := newHouse(t, func(h *house) { h.Patience = 20 * time.Millisecond })
	began, gate := make(chan struct{}, 1), make(chan struct{})
	h.setTurn(func(ctx context.Context, in model.Incoming) (model.Reply, error) {
		began <- struct{}{}
		<-gate
		return h.plain(ctx, in)
	})
	for range 3 {
		if got := h.receive(h.text("o", 1)); got != waiting {
			t.Errorf("answered %q", got)
		}
	}
	if records, _ := h.Depth(); records != 1 {
		t.Errorf("%d records", records)
	}
	<-began
	if got := h.receive(h.text("p", 2)); got != waiting { // queues behind
		t.Errorf("answered %q", got)
	}
	close(gate)
	h.setTurn(nil)
	h.drained()
	h.once("turns", h.lines("turn"), 2)
	h.once("notices", h.lines("late"), 2)
	for _, line := range h.lines("late") {
		if !strings.HasPrefix(line.Detail, "收到 #") {
			t.Errorf("the notice says %q", line.Detail)
		}
	}
	for _, row := range h.deliveries() {
		if row.State != "late" || row.Reply != waiting {
			t.Errorf("stored %+v", row)
		}
	}
	if got := h.receive(h.text("o", 1)); got != waiting {
		t.Errorf("the re-delivery is answered %q", got)
	}
	h.normal()
}

func TestTrafficThroughAnOutage(t *testing.T) {
	for name, hang := range map[string]bool{"refuses": false, "hangs": true} {
		t.Run(name, func(t *testing.T) {
			prepare := newOutage(t, hang)
			h := newHouse(t, func(h *house) { h.Patience = 300 * time.Millisecond })
			out := prepare(h)
			h.traffic(0, 40)
			out.away()
			h.traffic(40, 100) // some are at work when it happens
			h.traffic(100, 300)
			if records, _ := h.Depth(); records < 200 {
				t.Errorf("%d records on disk", records)
			}
			h.comeBack(out)
			rows := h.deliveries()
			if len(rows) != 400 {
				t.Errorf("%d rows", len(rows))
			}
			h.once("turns", h.lines("turn"), len(rows))
			late := slices.DeleteFunc(rows, func(row model.Delivery) bool { return row.State != "late" })
			h.once("notices", h.lines("late"), len(late))
			h.inOrder()
			h.normal()
		})
	}
}

// normal fails unless normal service goes on; with a short patience and a busy
// machine perhaps not at the first try.
func (h *house) normal() {
	h.t.Helper()
	n := 9000
	h.until("normal service goes on", func() bool {
		h.drained()
		n++
		return strings.HasPrefix(h.receive(h.text("after", n)), "收到 #")
	})
}

// traffic delivers each of the messages from to to twice, all at once; nobody
// may wait for 2 s.
func (h *house) traffic(from, to int) {
	h.t.Helper()
	var wg sync.WaitGroup
	for n := from; n < to; n++ {
		for range 2 {
			wg.Go(func() {
				began := time.Now()
				if got := h.receive(h.text(fmt.Sprintf("o%d", n%13), n)); got == "" {
					h.t.Errorf("%d is answered nothing", n)
				}
				if took := time.Since(began); took > 2*time.Second {
					h.t.Errorf("answered after %v", took)
				}
			})
		}
	}
	wg.Wait()
}

// comeBack gives the database back and drains while more comes in.
func (h *house) comeBack(out outage) {
	out.back()
	var wg sync.WaitGroup
	wg.Go(h.drained)
	for n := 300; n < 400; n += 10 {
		h.traffic(n, n+10)
	}
	wg.Wait()
	h.drained()
}

// inOrder fails unless each sender's messages of the spool were handled in the
// order in which they were sent.
func (h *house) inOrder() {
	h.t.Helper()
	last := map[string]int{}
	for _, line := range h.lines("turn") {
		var n int
		if _, err := fmt.Sscanf(line.Subject[strings.LastIndex(line.Subject, ":"):], ":%d", &n); err != nil {
			h.t.Fatal(err)
		}
		if n >= 100 && n < 300 {
			if n < last[line.ActorID] {
				h.t.Errorf("%s: %d was handled after %d", line.ActorID, n, last[line.ActorID])
			}
			last[line.ActorID] = n
		}
	}
}

func TestASlowRecordStopsNobodyForEver(t *testing.T) {
	h := newHouse(t, func(h *house) { h.Patience = 20 * time.Millisecond })
	gate := make(chan struct{})
	h.setTurn(func(ctx context.Context, in model.Incoming) (model.Reply, error) {
		<-gate
		if in.OpenID == "slow" {
			return model.Reply{}, context.DeadlineExceeded
		}
		return h.plain(ctx, in)
	})
	h.receive(h.text("slow", 1))
	h.receive(h.text("o", 2))
	close(gate)
	h.drained()
	rows := h.deliveries()
	if len(rows) != 2 || rows[0].State != "failed" || rows[0].Reply != waiting || rows[1].State != "late" {
		t.Errorf("stored %+v", rows)
	}
	if h.setTurn(nil); h.Retry(t.Context(), model.Console(), account, rows[0].Key) != nil {
		t.Error("it can't be retried")
	}
	h.once("notices", h.lines("late"), 2)
}

func TestARestartBringsTheSpoolBack(t *testing.T) {
	h := newHouse(t, nil)
	away, err := model.Open(model.OpenOptions{Dialect: model.MySQL, DSN: "u:p@tcp(127.0.0.1:1)/none", Now: h.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "s")
	first, err := inbox.New(away, h.say, inbox.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inbox.New(away, h.say, inbox.Options{Dir: dir}); err == nil {
		t.Error("two servers share a spool folder")
	}
	for n := range 20 {
		reply, err := first.Receive(t.Context(), h.text("o", 20-n))
		if err != nil || reply.Text != waiting {
			t.Errorf("%q, %v", reply.Text, err)
		}
	}
	if err := first.ReceiveRaw(t.Context(), account, "broken", []byte("<xml>")); err != nil {
		t.Error(err)
	}
	<-first.Wait()
	if _, err := first.DrainDue(t.Context()); err == nil {
		t.Error("a drain without a database says nothing")
	}
	if _, err := first.Receive(t.Context(), h.text("o", 21)); err != nil {
		t.Error(err)
	}
	select {
	case <-first.Wait():
		t.Error("a drain is asked for at each delivery though the database is away")
	default:
	}
	if err := errors.Join(first.CanSpool(), first.Close(), away.Close()); err != nil {
		t.Fatal(err)
	}
	h.Service = h.open(inbox.Options{Dir: dir, Late: h.late})
	t.Cleanup(func() { _ = h.Close() })
	if got := h.receive(h.text("o", 3)); got != waiting {
		t.Errorf("the re-delivery is answered %q", got)
	}
	if got := h.receive(h.text("o", 99)); got != waiting { // behind the spool
		t.Errorf("answered %q", got)
	}
	if n, err := h.DrainDue(t.Context()); n != 23 || err != nil {
		t.Errorf("drained %d, %v", n, err)
	}
	var turns []string
	for _, line := range h.lines("turn") {
		turns = append(turns, line.Subject)
	}
	for n := range 20 {
		if turns[n] != fmt.Sprintf("m:o:%d", n+1) {
			t.Fatalf("handled in order %v", turns)
		}
	}
	h.once("notices", h.lines("late"), 22)
	if left, _ := filepath.Glob(filepath.Join(dir, "*.spool")); len(left) != 0 {
		t.Errorf("files left: %v", left)
	}
}
