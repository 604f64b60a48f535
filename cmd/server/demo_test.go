package main

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
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
