package inbox_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/inbox"
)

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
	h := newHouse(t, func(h *house) { h.Patience, h.MaxBytes = 50*time.Millisecond, 3000 })
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
	h := newHouse(t, func(h *house) { h.Patience, h.Dir = 50*time.Millisecond, filepath.Join(dir, "s") })
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
	h.once("notices", h.lines("late"), kept)
	h.normal()
}
