package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/wechat/simulator"
)

const (
	testApp    = "wx1111111111111111"
	testSecret = "0123456789abcdef0123456789abcdef"
	testToken  = "tokenOfTheTest"
	testAES    = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
)

// installation is the program as an operator sets it up: settings in the
// environment, the bootstrap commands, replicas of `serve`; on MySQL and Redis
// when the test command gives them, else on SQLite and the embedded Redis.
type installation struct {
	t   *testing.T
	ctx context.Context
	env map[string]string
	sim *simulator.Simulator
}

func newInstallation(t *testing.T) *installation {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	i := &installation{t: t, ctx: ctx, sim: simulator.New(simulator.Options{Accounts: []simulator.Account{
		{AppID: testApp, Secret: testSecret, Token: testToken, AESKey: testAES, Kind: simulator.KindOfficial, Name: "云溪村"}}})}
	t.Cleanup(i.sim.Close)
	api := httptest.NewServer(i.sim.API())
	t.Cleanup(api.Close)
	for _, name := range []string{"王小草", "张明", "周丽"} {
		i.sim.AddPerson(simulator.Person{Key: name, Name: name})
	}
	i.env = map[string]string{
		"CUNWU_ADDR": "127.0.0.1:0", "CUNWU_BASE_URL": "http://127.0.0.1", "CUNWU_REDIS_URL": "embedded",
		"CUNWU_SECRET_KEY": base64.StdEncoding.EncodeToString([]byte("an installation's secret key 32b")), "CUNWU_DATA_DIR": t.TempDir(),
		"CUNWU_WECHAT_API_URL": api.URL, "CUNWU_OA_APP_ID": testApp, "CUNWU_OA_APP_SECRET": testSecret, "CUNWU_OA_TOKEN": testToken, "CUNWU_OA_AES_KEY": testAES,
		"CUNWU_NOTICE_INTERVAL": "200ms",
	}
	if url := os.Getenv("TEST_REDIS_URL"); url != "" {
		i.env["CUNWU_REDIS_URL"] = url
	}
	switch dialect, dsn := modeltest.NewDatabase(t); dialect {
	case model.SQLite:
		i.env["CUNWU_DATABASE_URL"] = "sqlite://" + dsn
	default:
		i.env["CUNWU_DATABASE_URL"] = "mysql://" + dsn
	}
	return i
}

// screen is what a command prints, readable while it runs.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func (i *installation) world(out *screen) world {
	return world{out: out, err: out, getenv: func(name string) string { return i.env[name] }, environ: func() []string { return nil }}
}

// command runs a bootstrap command and returns what it printed.
func (i *installation) command(args ...string) string {
	i.t.Helper()
	out := &screen{}
	if code := run(i.ctx, args, i.world(out)); code != 0 {
		i.t.Fatalf("server %s: code %d\n%s", strings.Join(args, " "), code, out)
	}
	return strings.TrimSpace(out.String())
}

// refused runs a command that must fail, and returns what it says.
func (i *installation) refused(args ...string) string {
	i.t.Helper()
	out := &screen{}
	if code := run(i.ctx, args, i.world(out)); code == 0 {
		i.t.Fatalf("server %s succeeded\n%s", strings.Join(args, " "), out)
	}
	return out.String()
}

// found founds the village the way api.md does.
func (i *installation) found() {
	i.t.Helper()
	i.command("migrate")
	i.command("village", "create", "--code", "xishan", "--name", "西山镇", "--kind", "township")
	i.command("village", "create", "--code", "yunxi", "--name", "云溪村", "--township", "xishan")
	i.command("roster", "import", "--village", "yunxi", i.file("roster.csv", roster()))
	i.command("role", "grant", "--village", "yunxi", "--name", "张明", "--role", "branch_secretary")
	i.command("role", "grant", "--township", "xishan", "--name", "周丽", "--role", "township_officer")
}

func (i *installation) file(name, content string) string {
	path := filepath.Join(i.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		i.t.Fatal(err)
	}
	return path
}

// instance is one running `serve`.
type instance struct {
	address string
	out     *screen
	stop    func() int
}

// serve starts a replica with its own data folder.
func (i *installation) serve() *instance {
	i.t.Helper()
	r := &instance{out: &screen{}}
	ctx, cancel := context.WithCancel(i.ctx)
	w := i.world(r.out)
	data := i.t.TempDir()
	w.getenv = func(name string) string {
		if name == "CUNWU_DATA_DIR" {
			return data
		}
		return i.env[name]
	}
	ready, ended := make(chan string, 1), make(chan int, 1)
	w.ready = func(address string) { ready <- address }
	go func() { ended <- run(ctx, []string{"serve"}, w) }()
	select {
	case r.address = <-ready:
	case code := <-ended:
		i.t.Fatalf("serve ended with %d\n%s", code, r.out)
	}
	stopped := false
	r.stop = func() int {
		if stopped {
			return 0
		}
		stopped = true
		cancel()
		return <-ended
	}
	i.t.Cleanup(func() { r.stop() })
	i.sim.SetCallback(testApp, r.callback())
	return r
}

func (r *instance) callback() string { return "http://" + r.address + "/wechat/oa/" + testApp }

func (i *installation) get(r *instance, path string) (int, string) {
	i.t.Helper()
	request, err := http.NewRequestWithContext(i.ctx, http.MethodGet, "http://"+r.address+path, nil)
	if err != nil {
		i.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		i.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var body bytes.Buffer
	if _, err := body.ReadFrom(answer.Body); err != nil {
		i.t.Fatal(err)
	}
	return answer.StatusCode, body.String()
}

func (i *installation) say(who, words, answer string) {
	i.t.Helper()
	ex, err := i.sim.Say(i.ctx, testApp, who, words)
	if err != nil || !strings.Contains(ex.Text, answer) {
		i.t.Fatalf("%s: %s: %v, answered %q, want %q", who, words, err, ex.Text, answer)
	}
}

func (i *installation) arrives(who, words string) {
	i.t.Helper()
	if _, err := i.sim.WaitFor(i.ctx, testApp, who, words); err != nil {
		i.t.Fatal(err)
	}
}

// follows has somebody scan the slip that `server invite` made.
func (i *installation) follows(unit, who string) {
	i.t.Helper()
	code := i.command("invite", unit, map[string]string{"--village": "yunxi", "--township": "xishan"}[unit], "--name", who)
	ex, err := i.sim.Follow(i.ctx, testApp, who, "bind_"+code)
	if err != nil || !strings.Contains(ex.Text, "绑定好了") {
		i.t.Fatalf("%s follows: %v, answered %q", who, err, ex.Text)
	}
}
