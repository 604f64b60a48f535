package inbox_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
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
	if _, err := first.DrainDue(t.Context()); err == nil {
		t.Error("a drain without a database says nothing")
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
	if n, err := h.DrainDue(t.Context()); n != 22 || err != nil {
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
	h.once("notices", h.lines("late"), 21)
	if left, _ := filepath.Glob(filepath.Join(dir, "*.spool")); len(left) != 0 {
		t.Errorf("files left: %v", left)
	}
}

// TestKilled is also the child that is killed.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("INBOX_TEST_SPOOL"); dir != "" {
		killedChild(t, dir)
	}
	h := newHouse(t, nil)
	dir := filepath.Join(t.TempDir(), "s")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	acked := map[string]bool{}
	for round := range 5 {
		child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestKilled$") //nolint:gosec // ourselves
		child.Env = append(os.Environ(), "INBOX_TEST_SPOOL="+dir, fmt.Sprintf("INBOX_TEST_ROUND=%d", round))
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			if strings.HasPrefix(lines.Text(), "m:") {
				acked[lines.Text()] = true
			}
			if n == 100 {
				_ = child.Process.Signal(syscall.SIGKILL)
			}
		}
		_ = child.Wait()
	}
	h.Service = h.open(inbox.Options{Dir: dir, Late: h.late})
	t.Cleanup(func() { _ = h.Close() })
	h.drained()
	stored := map[string]bool{}
	for _, row := range h.deliveries() {
		stored[row.Key] = true
	}
	for key := range acked {
		if !stored[key] {
			t.Errorf("%s was acknowledged and is lost", key)
		}
	}
	h.once("turns", h.lines("turn"), len(stored))
	t.Logf("%d acknowledged, %d stored", len(acked), len(stored))
}

func killedChild(t *testing.T, dir string) {
	store, err := model.Open(model.OpenOptions{Dialect: model.MySQL, DSN: "u:p@tcp(127.0.0.1:1)/none"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := inbox.New(store, func(context.Context, model.Incoming) (model.Reply, error) { return model.Reply{}, nil }, inbox.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for n := range 100_000 {
				key := fmt.Sprintf("m:%s:%d:%d", os.Getenv("INBOX_TEST_ROUND"), worker, n)
				in := model.Incoming{Account: account, OpenID: "o", Key: key, Kind: model.InText, SentAt: time.Unix(int64(1e9+n), 0)}
				if _, err := s.Receive(t.Context(), in); err == nil {
					_, _ = os.Stdout.WriteString(key + "\n")
				}
			}
		})
	}
	wg.Wait()
}

func TestAFullSpoolMakesWeChatDeliverAgain(t *testing.T) {
	h := newHouse(t, func(h *house) { h.Patience, h.MaxBytes = 10*time.Millisecond, 3000 })
	gate := make(chan struct{})
	h.setTurn(func(ctx context.Context, in model.Incoming) (model.Reply, error) {
		<-gate
		return h.plain(ctx, in)
	})
	kept := map[string]bool{}
	for n := range 20 {
		in := h.text("o", n)
		reply, err := h.Receive(t.Context(), in)
		if err == nil {
			kept[in.Key] = true
		} else if reply.Text != "" {
			t.Errorf("an answer %q with %v", reply.Text, err)
		}
	}
	records, bytes := h.Depth()
	if len(kept) == 20 || len(kept) != records || bytes > 3000 || h.CanSpool() == nil || h.Counts().Refused == 0 {
		t.Errorf("%d kept, %d records, %d bytes, %v, %+v", len(kept), records, bytes, h.CanSpool(), h.Counts())
	}
	close(gate)
	h.drained()
	h.normal()
	if err := os.RemoveAll(h.dir); err != nil {
		t.Fatal(err)
	}
	if h.CanSpool() == nil {
		t.Error("a spool without a folder says it can keep something")
	}
}

func TestASpoolWhoseDiskIsFull(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "small")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", dir).Run(); err != nil {
		t.Skip("no small disk can be mounted here")
	}
	t.Cleanup(func() { _ = exec.CommandContext(context.Background(), "umount", dir).Run() })
	h := newHouse(t, func(h *house) { h.Patience, h.Dir = 10*time.Millisecond, filepath.Join(dir, "s") })
	gate := make(chan struct{})
	h.setTurn(func(ctx context.Context, in model.Incoming) (model.Reply, error) {
		<-gate
		return h.plain(ctx, in)
	})
	kept, refused := 0, 0
	for n := 0; refused < 5; n++ {
		in := h.text("o", n)
		in.Text = strings.Repeat("水", 500)
		if _, err := h.Receive(t.Context(), in); err != nil {
			refused++
		} else {
			kept++
		}
	}
	if h.CanSpool() == nil {
		t.Error("a full disk isn't noticed")
	}
	close(gate)
	h.drained()
	h.until("service goes on", func() bool {
		return strings.HasPrefix(h.receive(h.text("p", 1000)), "收到 #") || h.lines("turn") == nil
	})
	h.once("notices", h.lines("late"), kept)
}
