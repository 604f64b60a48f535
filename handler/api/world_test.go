package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/handler"
	"cunwu/handler/api"
	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/desk"
	"cunwu/service/dialogue"
	"cunwu/service/disclosure"
	"cunwu/service/help"
	"cunwu/service/inbox"
	"cunwu/service/media"
	"cunwu/service/mediation"
	"cunwu/service/membership"
	"cunwu/service/merit"
	"cunwu/service/moderation"
	"cunwu/service/notice"
	"cunwu/service/once"
	"cunwu/service/paper"
	"cunwu/service/poll"
	"cunwu/service/privacy"
	"cunwu/service/publiclog"
	"cunwu/service/session"
	"cunwu/service/throttle"
	"cunwu/service/village"
)

const mini = "wxfedcba9876543210"

// weixin is the platform: its login codes say who somebody is, its phone codes
// which number they have.
type weixin struct{}

func (weixin) MiniLogin(_ context.Context, code string) (session.Identity, error) {
	name, ok := strings.CutPrefix(code, "login-")
	if !ok {
		return session.Identity{}, model.Errorf(model.Invalid, "登录码已用过，请重新打开小程序")
	}
	return session.Identity{Account: mini, OpenID: "o" + name}, nil
}

func (w weixin) PageLogin(ctx context.Context, _, code string) (session.Identity, error) {
	return w.MiniLogin(ctx, code)
}

func (weixin) Phone(_ context.Context, code string) (string, error) {
	return strings.TrimPrefix(code, "phone-"), nil
}
func (weixin) CanCheck(string) bool { return false } // everything goes to a person
func (weixin) CheckText(context.Context, string, string, moderation.Scene, string) (moderation.Advice, error) {
	return moderation.Advice{}, nil
}

func (weixin) CheckFile(context.Context, string, string, moderation.Scene, moderation.FileKind, string) (string, error) {
	return "", nil
}

// house is a county with the whole program behind its doors: 云溪村 and 石桥村
// under 西山镇.
type house struct {
	t      testing.TB
	ctx    context.Context
	clock  *modeltest.Clock
	store  *model.Store
	people *village.Service
	deps   api.Deps
	engine http.Handler
	logs   *logs
	tokens map[string]string
	born   int
}

type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newHouse(t testing.TB, change ...func(*house)) *house {
	t.Helper()
	h := &house{t: t, ctx: context.Background(), clock: modeltest.NewClock(), logs: &logs{}, tokens: map[string]string{}}
	h.store = modeltest.NewStore(t, h.clock.Now)
	keys, err := model.NewKeyring([]byte("0123456789abcdef0123456789abcdef"))
	h.ok(err)
	logger := slog.New(slog.NewJSONHandler(h.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	d := &h.deps
	log := audit.New(h.store)
	d.Logger = logger
	d.Notices = notice.New(h.store, nil, notice.Options{})
	h.people = village.New(h.store, keys, log, village.Hooks{
		RoleEnded:   func(ctx context.Context, unit string, p model.Person) error { return d.Cases.RoleEnded(ctx, unit, p) },
		RoleGranted: func(ctx context.Context, unit string) error { return d.Cases.RoleGranted(ctx, unit) },
	})
	d.People = h.people
	d.Cases = casework.New(h.store, h.people, d.Notices, log, help.Kind(), membership.CorrectionKind(func() *membership.Service { return d.Members }),
		mediation.Kind(), mediation.LegalKind(h.store), merit.Kind(func() *merit.Service { return d.Merit }),
		disclosure.Kind(func(ctx context.Context, actor model.Actor, c model.Case, said casework.Said) error {
			return d.Public.Answered(ctx, actor, c, said)
		}))
	d.Ledger = publiclog.New(h.store, keys)
	d.Members = membership.New(h.store, keys, h.people, d.Cases, d.Notices, log, membership.Options{Mini: mini})
	d.Sessions = session.New(h.store, session.NewSQL(h.store), weixin{}, h.people, session.Options{Logger: logger})
	d.Media = media.New(h.store, nil, media.NewFolder(t.TempDir()), logger)
	d.Checks = moderation.New(h.store, h.people, d.Notices, log, weixin{}, moderation.Options{Link: func(token string) string { return "https://example.org/checks/" + token }, Logger: logger})
	asked, press := help.New(h.store, d.Cases, h.people), paper.New(testFont())
	d.Public = disclosure.New(h.store, disclosure.Rooms{People: h.people, Cases: d.Cases, Notices: d.Notices, Log: d.Ledger, Audit: log, Attach: d.Media.Attach,
		Check: func(ctx context.Context, actor model.Actor, villageID, subject, text string, above bool) error {
			return d.Checks.Want(ctx, actor, moderation.Wanted{VillageID: villageID, Subject: subject, Text: text, Above: above})
		}, Vouch: d.Checks.Vouch, Uncheck: d.Checks.Drop, MayShow: d.Checks.MayShowAll})
	d.Disputes = mediation.New(h.store, mediation.Rooms{People: h.people, Cases: d.Cases, Help: asked, Notices: d.Notices, Audit: log, Attach: d.Media.Attach, Keys: keys, Press: press})
	d.Merit = merit.New(h.store, merit.Rooms{People: h.people, Cases: d.Cases, Notices: d.Notices, Log: d.Ledger, Audit: log, Press: press}, merit.Options{Attach: d.Media.Attach, MayShow: d.Checks.MayShowAll, Uncheck: d.Checks.Drop,
		Check: func(ctx context.Context, actor model.Actor, villageID, subject string, mediaIDs ...string) error {
			for _, id := range mediaIDs {
				if err := d.Checks.Want(ctx, actor, moderation.Wanted{VillageID: villageID, Subject: subject, MediaID: id}); err != nil {
					return err
				}
			}
			return nil
		}})
	d.Polls = poll.New(h.store, keys, poll.Rooms{People: h.people, Notices: d.Notices, Log: d.Ledger, Audit: log, Press: press},
		poll.Options{BaseURL: "https://village.example", Attach: d.Media.Attach})
	talk := dialogue.New(h.store, dialogue.Rooms{People: h.people, Cases: d.Cases, Help: asked, Notices: d.Notices, Media: d.Media, Members: d.Members, Checks: d.Checks},
		func(string) string { return "" })
	d.Desk = desk.New(h.store, desk.Rooms{Cases: d.Cases, Help: asked, Dialogue: talk, Media: d.Media, Members: d.Members, Checks: d.Checks, Disputes: d.Disputes, Public: d.Public, Merit: d.Merit, Polls: d.Polls})
	d.Privacy = privacy.New(h.store, privacy.Rooms{People: h.people, Cases: d.Cases, Notices: d.Notices, Media: d.Media, Audit: log, Chain: audit.NewChain(h.store, keys),
		Forget: []func(context.Context, village.Forgotten) error{func(ctx context.Context, f village.Forgotten) error {
			for _, sender := range f.Senders {
				if err := d.Sessions.Forget(ctx, sender.Account, sender.OpenID); err != nil {
					return err
				}
			}
			return nil
		}}})
	d.Once = once.New(h.store)
	d.Throttle = throttle.New(nil, h.clock.Now, logger)
	d.Templates = func(string) []string { return []string{"T1", "T2"} }
	wide := throttle.Limit{Burst: 1_000_000, Per: time.Minute}
	d.Limits = api.Limits{Address: wide, Person: wide, StrictAddress: wide, StrictPerson: wide}
	for _, c := range change {
		c(h)
	}
	in, err := inbox.New(h.store, talk.Turn, inbox.Options{Dir: filepath.Join(t.TempDir(), "spool"), Logger: logger})
	h.ok(err)
	t.Cleanup(func() { _ = in.Close() })
	h.engine, err = handler.NewRouter(handler.Deps{Inbox: in, Now: h.clock.Now, Logger: logger, API: d, HTTPS: true})
	h.ok(err)
	for _, u := range []village.NewUnit{{Code: "xishan", Name: "西山镇", Kind: model.UnitTownship},
		{Code: "yunxi", Name: "云溪村", Kind: model.UnitVillage, Township: "xishan"}, {Code: "shiqiao", Name: "石桥村", Kind: model.UnitVillage, Township: "xishan"}} {
		_, err := h.people.Create(h.ctx, model.Console(), u)
		h.ok(err)
	}
	return h
}

// testFont is a font with Chinese characters, where this machine has one.
func testFont() string {
	for _, path := range []string{os.Getenv("CUNWU_TEST_FONT"), "/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf"} {
		if _, err := os.Stat(path); path != "" && err == nil {
			return path
		}
	}
	return ""
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// settle puts people onto a village's roll, each with a household.
func (h *house) settle(unit string, names ...string) {
	h.t.Helper()
	lines := []string{"姓名,性别,身份证号,手机号,户号,与户主关系,村民小组,户籍,现居地,政治面貌"}
	for _, name := range names {
		h.born++
		lines = append(lines, fmt.Sprintf("%s,男,%s,%s,%d,户主,第1组,本村,本村,群众", name, h.idNumber(h.born), phone(h.born), h.born))
	}
	_, err := h.people.Import(h.ctx, model.Console(), unit, "roster.csv", strings.NewReader(strings.Join(lines, "\n")))
	h.ok(err)
}

func phone(n int) string { return fmt.Sprintf("199%08d", n) }

func (h *house) idNumber(n int) string {
	for _, check := range "0123456789X" {
		if id, err := model.ParseIDNumber(fmt.Sprintf("990000%d0101%03d%c", 1950+n/400, 2*(n%400)+1, check)); err == nil {
			return string(id)
		}
	}
	h.t.Fatal("no check digit fits")
	return ""
}

func (h *house) person(unit, name string) model.Person {
	h.t.Helper()
	found, err := h.people.Find(h.ctx, unit, name, "")
	h.ok(err)
	if len(found) == 0 {
		h.t.Fatalf("%s isn't on the roll of %s", name, unit)
	}
	return found[0].Person()
}

func (h *house) actor(unit, name string) model.Actor {
	h.t.Helper()
	actor, err := h.people.ActorOf(h.ctx, h.person(unit, name))
	h.ok(err)
	return actor
}

func (h *house) grant(unit, name string, role model.Role) {
	h.t.Helper()
	_, err := h.people.Grant(h.ctx, model.Console(), village.GrantRole{Unit: unit, Name: name, Role: role})
	h.ok(err)
}

// answered is what the server said.
type answered struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
	fields map[string]any
}

func (a answered) text(field string) string {
	text, _ := a.fields[field].(string)
	return text
}

func (a answered) want(status int) answered {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("answered %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

func (a answered) into(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		a.t.Fatalf("%s: %v", a.body, err)
	}
}

// call sends a request of whoever holds the token.
func (h *house) call(token, method, path string, body any, header ...string) answered {
	h.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	case io.Reader:
		reader = b
	default:
		text, err := json.Marshal(b)
		h.ok(err)
		reader = bytes.NewReader(text)
	}
	r := httptest.NewRequestWithContext(h.ctx, method, path, reader)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return h.serve(r)
}

func (h *house) serve(r *http.Request) answered {
	w := httptest.NewRecorder()
	h.engine.ServeHTTP(w, r)
	a := answered{t: h.t, status: w.Code, header: w.Header(), body: w.Body.Bytes()}
	_ = json.Unmarshal(a.body, &a.fields)
	return a
}

func (h *house) get(token, path string) answered { return h.call(token, "GET", api.Prefix+path, nil) }

func (h *house) post(token, path string, body any, header ...string) answered {
	return h.call(token, "POST", api.Prefix+path, body, header...)
}

// enter signs somebody in who isn't bound.
func (h *house) enter(openid string) string {
	h.t.Helper()
	return h.post("", "/login", map[string]any{"code": "login-" + openid}).want(200).text("token")
}

// token signs a villager in, bound by phone, once.
func (h *house) token(unit, name string) string {
	h.t.Helper()
	key := unit + name
	if h.tokens[key] == "" {
		p := h.person(unit, name)
		token := h.enter(p.ID)
		bound, err := h.people.BindByPhone(h.ctx, mini, "o"+p.ID, []string{unit}, name, h.phoneOf(p))
		h.ok(err)
		if !bound.Found {
			h.t.Fatalf("%s of %s isn't found by phone", name, unit)
		}
		h.tokens[key] = token
	}
	return h.tokens[key]
}

// phoneOf finds a person's number among those that settle gave.
func (h *house) phoneOf(p model.Person) string {
	h.t.Helper()
	var house model.Household
	err := h.store.DB(h.ctx).Where("village_id = ? AND id = (SELECT household_id FROM villagers WHERE village_id = ? AND id = ?)", p.VillageID, p.VillageID, p.ID).Take(&house).Error
	h.ok(err)
	var n int
	_, err = fmt.Sscan(house.Number, &n)
	h.ok(err)
	return phone(n)
}

// ask files a case.
func (h *house) ask(token, text string) answered {
	h.t.Helper()
	return h.post(token, "/cases", map[string]any{"text": text}).want(201)
}
