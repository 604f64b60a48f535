package site_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/handler"
	"cunwu/handler/site"
	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
	"cunwu/service/notice"
	"cunwu/service/poll"
	"cunwu/service/publiclog"
	"cunwu/service/village"
)

const yunxi, account = "yunxi", "wx1"

// house is 云溪村 with its pages.
type house struct {
	t      testing.TB
	ctx    context.Context
	clock  *modeltest.Clock
	store  *model.Store
	polls  *poll.Service
	people *village.Service
	engine http.Handler
	log    *writer
	boss   model.Actor
	voters []model.Actor
}

type writer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (w *writer) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Buffer.Write(b)
}

func (w *writer) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.String()
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, ctx: context.Background(), clock: modeltest.NewClock(), log: &writer{}}
	h.store = modeltest.NewStore(t, h.clock.Now)
	keys, err := model.NewKeyring(bytes.Repeat([]byte{7}, 32))
	h.ok(err)
	log := audit.New(h.store)
	h.people = village.New(h.store, keys, log, village.Hooks{})
	h.polls = poll.New(h.store, keys, poll.Rooms{People: h.people, Notices: notice.New(h.store, nil, notice.Options{}), Log: publiclog.New(h.store, keys), Audit: log},
		poll.Options{BaseURL: "https://village.example"})
	logger := slog.New(slog.NewJSONHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.engine, err = handler.NewRouter(handler.Deps{Now: h.clock.Now, Logger: logger, Web: &web.Deps{Logger: logger, People: h.people}, Site: site.Deps{Now: h.clock.Now, People: h.people, Polls: h.polls}})
	h.ok(err)
	h.row(&model.Village{ID: yunxi, Kind: model.UnitVillage, Name: "云溪村"})
	for i := range 8 {
		h.person(fmt.Sprintf("村民%d", i))
	}
	h.row(&model.RoleGrant{VillageID: yunxi, ID: model.NewID(), VillagerID: h.voters[0].VillagerID, Role: model.RoleBranchSecretary, Live: "live"})
	h.boss = h.actor(h.voters[0].Person())
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) row(row any) {
	h.t.Helper()
	h.ok(h.store.DB(h.ctx).Create(row).Error)
}

// person is a villager with a household and a proved phone.
func (h *house) person(name string) {
	h.t.Helper()
	id := model.NewID()
	h.row(&model.Household{VillageID: yunxi, ID: id, Number: name, HeadID: id})
	h.row(&model.Villager{VillageID: yunxi, ID: id, HouseholdID: id, Name: name, BornOn: "1970-01-01", IDIndex: id, Standing: model.StandingRegistered,
		Residence: "本村", State: model.VillagerLiving})
	h.row(&model.Binding{VillageID: yunxi, VillagerID: id, Account: account, OpenID: "o" + id, Strength: model.BoundByPhone, BoundAt: model.At(h.clock.Now())})
	h.row(&model.Identity{Account: account, OpenID: "o" + id})
	h.voters = append(h.voters, h.actor(model.Person{VillageID: yunxi, ID: id, Account: account, OpenID: "o" + id}))
}

func (h *house) actor(p model.Person) model.Actor {
	h.t.Helper()
	a, err := h.people.ActorOf(h.ctx, p)
	h.ok(err)
	return a
}

// opened puts a secret question of two options and opens it.
func (h *house) opened(change ...func(*poll.NewPoll)) poll.Ref {
	h.t.Helper()
	now := h.clock.Now()
	in := poll.NewPoll{VillageID: yunxi, Title: "路灯装在<哪里>", Text: "县里给了两盏灯", Organ: model.OrganConsultation, Secret: true, Options: []string{"村口", "桥头"},
		OpensAt: now, ClosesAt: now.Add(time.Hour)}
	for _, c := range change {
		c(&in)
	}
	p, err := h.polls.Create(h.ctx, h.boss, in)
	h.ok(err)
	ref := poll.RefOf(p)
	_, err = h.polls.Notice(h.ctx, h.boss, ref)
	h.ok(err)
	h.ok(h.polls.Open(h.ctx, h.boss, ref))
	return ref
}

// link is the path of somebody's one-time page.
func (h *house) link(ref poll.Ref, voter int) string {
	h.t.Helper()
	address, _, err := h.polls.Link(h.ctx, h.voters[voter], ref)
	h.ok(err)
	return strings.TrimPrefix(address, "https://village.example")
}

func (h *house) counted(ref poll.Ref) {
	h.t.Helper()
	h.ok(h.polls.Close(h.ctx, h.boss, ref, ""))
}

type answered struct {
	status int
	header http.Header
	body   string
}

func (h *house) get(path string) answered { return h.do("GET", path, nil) }

func (h *house) do(method, path string, form url.Values) answered {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.ctx, method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	h.engine.ServeHTTP(w, r)
	return answered{w.Code, w.Header(), w.Body.String()}
}

func (h *house) want(a answered, status int, words ...string) answered {
	h.t.Helper()
	if a.status != status {
		h.t.Fatalf("answered %d, want %d: %s", a.status, status, a.body)
	}
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			h.t.Errorf("the page doesn't say %q:\n%s", w, a.body)
		}
	}
	return a
}

var receiptField = regexp.MustCompile(`name="receipt" value="([0-9a-f]{32})"`)

// An old phone without scripts: choose, be asked once more, and keep the receipt
// that the published list holds after the close.
func TestAVoteWithoutScripts(t *testing.T) {
	h := newHouse(t)
	ref := h.opened()
	path := h.link(ref, 1)
	page := h.want(h.get(path), 200, "路灯装在&lt;哪里&gt;", "县里给了两盏灯", "不记名投票", "选一项", "村口", "桥头")
	receipt := receiptField.FindStringSubmatch(page.body)[1]
	form := url.Values{"receipt": {receipt}}
	h.want(h.do("POST", path, form), 422, "请先选一项", receipt)
	form["choice"] = []string{"1", "2"}
	h.want(h.do("POST", path, form), 422, "选多了")
	form["choice"] = []string{"2"}
	sure := h.want(h.do("POST", path, form), 200, "您选的是", "<li>桥头</li>", "确定，投出这一票", receipt)
	if strings.Contains(sure.body, "<li>村口</li>") {
		t.Error("it asks about what wasn't chosen")
	}
	v, err := h.polls.Get(h.ctx, h.voters[1], ref)
	h.ok(err)
	if v.VotedBy != "" {
		t.Error("voted before the second word")
	}
	form.Set("sure", "1")
	cast := h.want(h.do("POST", path, form), 200, "投好了")
	shown := strings.ReplaceAll(cast.body, " ", "")
	if !strings.Contains(shown, receipt) {
		t.Errorf("the receipt isn't shown: %s", cast.body)
	}
	h.want(h.get(path), 409, "已经投过了")
	for i := 2; i < 7; i++ {
		h.ok(h.polls.Cast(h.ctx, h.voters[i], poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: fmt.Sprintf("%032x", i)}))
	}
	h.counted(ref)
	h.want(h.get(path), 410, "链接已经失效")
	h.want(h.get("/v/yunxi/polls/"+model.PublicID(ref.VillageID, ref.ID)), 200, "多数人同意", "参加6票", receipt, "桥头")
}

// The form sent twice is one vote, and the second choice isn't taken.
func TestTheFormSentTwice(t *testing.T) {
	h := newHouse(t)
	ref := h.opened()
	path := h.link(ref, 1)
	form := url.Values{"receipt": {strings.Repeat("a1", 16)}, "choice": {"1"}, "sure": {"1"}}
	h.want(h.do("POST", path, form), 200, "投好了")
	h.want(h.do("POST", path, form), 200, "投好了")
	form.Set("choice", "2")
	h.want(h.do("POST", path, form), 409, "已经投过")
	for _, wrong := range []url.Values{{"choice": {"1"}, "sure": {"1"}}, {"choice": {"9"}, "sure": {"1"}, "receipt": {strings.Repeat("b1", 16)}}} {
		h.want(h.do("POST", h.link(ref, 2), wrong), 422)
	}
}

// The token is the vote: nothing keeps the page, tells its address on, or logs it.
func TestTheLinkStaysSecret(t *testing.T) {
	h := newHouse(t)
	ref := h.opened()
	path := h.link(ref, 1)
	for _, a := range []answered{h.get(path), h.do("POST", path, url.Values{"receipt": {strings.Repeat("a1", 16)}, "choice": {"1"}, "sure": {"1"}}), h.get("/v/yunxi/ballot/nothing")} {
		if a.header.Get("Cache-Control") != "no-store" || a.header.Get("Referrer-Policy") != "strict-origin" || !strings.Contains(a.header.Get("X-Robots-Tag"), "noindex") {
			t.Errorf("%d: %v", a.status, a.header)
		}
		csp := a.header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("CSP %q lacks %s", csp, part)
			}
		}
		for _, bad := range []string{"http://", "https://", "style=", "onclick", "unsafe"} {
			if strings.Contains(a.body+csp, bad) {
				t.Errorf("the page contains %q", bad)
			}
		}
	}
	token := path[strings.LastIndexByte(path, '/')+1:]
	if logged := h.log.text(); strings.Contains(logged, token) || strings.Contains(logged, strings.Repeat("a1", 16)) || !strings.Contains(logged, "/v/:village/ballot/:token") {
		t.Errorf("logged: %s", logged)
	}
	h.want(h.do("POST", path, url.Values{"receipt": {strings.Repeat("x", 300<<10)}}), 413)
}

// What is published of a poll: nothing before the count, nothing of what is the
// village's own, no names ever.
func TestWhatAnybodyReads(t *testing.T) {
	h := newHouse(t)
	open := h.opened()
	running := h.want(h.get("/v/yunxi/polls/"+open.ID), 200, "正在投票", "登录以后投票", "谁也不知道各项有多少票")
	if strings.Contains(running.body, "ballots") {
		t.Error("ballots before the count")
	}
	for _, file := range []string{"/ballots.json", "/ballots.txt"} {
		h.want(h.get("/v/yunxi/polls/"+open.ID+file), 404)
	}
	own := h.opened(func(p *poll.NewPoll) { p.VillageOnly = true })
	h.counted(own)
	aid := h.opened(func(p *poll.NewPoll) { p.Matter = poll.KindAid })
	h.counted(aid)
	for _, ref := range []poll.Ref{own, aid} {
		for _, file := range []string{"", "/ballots.json", "/ballots.txt"} {
			h.want(h.get("/v/yunxi/polls/"+ref.ID+file), 404)
		}
	}
	named := h.opened(func(p *poll.NewPoll) { p.Secret = false })
	for i := range 6 {
		h.ok(h.polls.Cast(h.ctx, h.voters[i], poll.Ballot{Poll: named, Choices: []int{1 + i%2}, Receipt: fmt.Sprintf("%032x", i)}))
	}
	h.counted(named)
	page := h.want(h.get("/v/yunxi/polls/"+named.ID), 200, "没有通过", "参加6票")
	file := h.want(h.get("/v/yunxi/polls/"+named.ID+"/ballots.json"), 200)
	if name := regexp.MustCompile(`村民\d`).FindString(page.body + file.body); name != "" {
		t.Errorf("%s is published", name)
	}
	again, err := poll.Recount(strings.NewReader(file.body))
	if err != nil || len(again.Faults) > 0 || again.Ballots != 6 {
		t.Errorf("%+v %v", again, err)
	}
	few := h.opened()
	h.ok(h.polls.Cast(h.ctx, h.voters[1], poll.Ballot{Poll: few, Choices: []int{1}, Receipt: strings.Repeat("c3", 16)}))
	h.counted(few)
	if a := h.want(h.get("/v/yunxi/polls/"+few.ID), 200, "为了保密"); strings.Contains(a.body, "c3c3") {
		t.Error("too few, and yet shown")
	}
	if a := h.want(h.get("/v/yunxi/polls/"+few.ID+"/ballots.txt"), 200); a.body != "" {
		t.Errorf("%q", a.body)
	}
}
