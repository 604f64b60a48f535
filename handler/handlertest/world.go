// Package handlertest is a county with the whole program behind its doors, on a
// real database, and a browser that fills in its forms: what tests of the doors
// share.
package handlertest

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/handler"
	"cunwu/handler/api"
	"cunwu/handler/console"
	"cunwu/handler/site"
	"cunwu/handler/web"
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

// Mini is the mini-program's app id, Official the official account's.
const (
	Mini     = "wxfedcba9876543210"
	Official = "wx0123456789abcdef"
)

// WeixinFor is the platform for a service that a test builds itself.
func (h *House) WeixinFor() session.Weixin { return weixin{&h.scene} }

// weixin is the platform: its login codes say who somebody is, its phone codes
// which number they have.
type weixin struct{ scene *string }

func (weixin) MiniLogin(_ context.Context, code string) (session.Identity, error) {
	name, ok := strings.CutPrefix(code, "login-")
	if !ok {
		return session.Identity{}, model.Errorf(model.Invalid, "登录码已用过，请重新打开小程序")
	}
	return session.Identity{Account: Mini, OpenID: "o" + name}, nil
}

func (w weixin) PageLogin(ctx context.Context, account, code string) (session.Identity, error) {
	who, err := w.MiniLogin(ctx, code)
	who.Account = account
	return who, err
}

func (weixin) OAuthURL(account, back, state string) (string, error) {
	return "https://open.weixin.example/authorize?appid=" + account + "&redirect_uri=" + url.QueryEscape(back) + "&state=" + state, nil
}

func (w weixin) SignInQR(_ context.Context, _, scene string) (string, error) {
	*w.scene = scene
	return "http://weixin.example/q/" + scene, nil
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

// House is a county with the whole program behind its doors: 云溪村 and 石桥村
// under 西山镇.
type House struct {
	T      testing.TB
	Ctx    context.Context
	Clock  *modeltest.Clock
	Store  *model.Store
	People *village.Service
	Deps   api.Deps // every room
	Audit  *audit.Service
	Engine http.Handler
	Logs   *Logs
	keys   *model.Keyring
	born   int
	scene  string // of the code that was drawn last
}

// Logs is what was logged.
type Logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (l *Logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

// String is all that was logged.
func (l *Logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// New founds the county: 西山镇 with 云溪村 (yunxi) and 石桥村 (shiqiao). Nobody
// lives there yet. What change does to the rooms holds for the doors.
func New(t testing.TB, change ...func(*House)) *House {
	t.Helper()
	h := &House{T: t, Ctx: context.Background(), Clock: modeltest.NewClock(), Logs: &Logs{}}
	h.Store = modeltest.NewStore(t, h.Clock.Now)
	var err error
	h.keys, err = model.NewKeyring([]byte("0123456789abcdef0123456789abcdef"))
	h.OK(err)
	h.Audit = audit.New(h.Store)
	d := &h.Deps
	d.Logger = slog.New(slog.NewJSONHandler(h.Logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.people()
	h.rooms()
	talk := h.desk()
	d.Once = once.New(h.Store)
	d.Throttle = throttle.New(nil, h.Clock.Now, d.Logger)
	d.Templates = func(string) []string { return []string{"T1", "T2"} }
	wide := unlimited()
	d.Limits = api.Limits{Address: wide, Person: wide, StrictAddress: wide, StrictPerson: wide}
	for _, c := range change {
		c(h)
	}
	h.open(talk)
	for _, u := range []village.NewUnit{{Code: "xishan", Name: "西山镇", Kind: model.UnitTownship},
		{Code: "yunxi", Name: "云溪村", Kind: model.UnitVillage, Township: "xishan"}, {Code: "shiqiao", Name: "石桥村", Kind: model.UnitVillage, Township: "xishan"}} {
		_, err := h.People.Create(h.Ctx, model.Console(), u)
		h.OK(err)
	}
	return h
}

// people builds who lives here and what is asked of them.
func (h *House) people() {
	d, log, keys := &h.Deps, h.Audit, h.keys
	d.Notices = notice.New(h.Store, nil, notice.Options{})
	h.People = village.New(h.Store, keys, log, village.Hooks{
		RoleEnded:   func(ctx context.Context, unit string, p model.Person) error { return d.Cases.RoleEnded(ctx, unit, p) },
		RoleGranted: func(ctx context.Context, unit string) error { return d.Cases.RoleGranted(ctx, unit) },
	})
	d.People = h.People
	d.Cases = casework.New(h.Store, h.People, d.Notices, log, help.Kind(), membership.CorrectionKind(func() *membership.Service { return d.Members }),
		mediation.Kind(), mediation.LegalKind(h.Store), merit.Kind(func() *merit.Service { return d.Merit }),
		disclosure.Kind(func(ctx context.Context, actor model.Actor, c model.Case, said casework.Said) error {
			return d.Public.Answered(ctx, actor, c, said)
		}))
	d.Ledger = publiclog.New(h.Store, keys)
	d.Members = membership.New(h.Store, keys, h.People, d.Cases, d.Notices, log, membership.Options{Mini: Mini})
	d.Sessions = session.New(h.Store, session.NewSQL(h.Store), weixin{&h.scene}, h.People, session.Options{Keys: keys, Logger: d.Logger})
	d.Media = media.New(h.Store, nil, media.NewFolder(h.T.TempDir()), d.Logger)
	d.Checks = moderation.New(h.Store, h.People, d.Notices, log, weixin{&h.scene}, moderation.Options{Link: func(token string) string { return "https://example.org/checks/" + token }, Logger: d.Logger})
	d.Public = disclosure.New(h.Store, disclosure.Rooms{People: h.People, Cases: d.Cases, Notices: d.Notices, Log: d.Ledger, Audit: log, Attach: d.Media.Attach,
		Check: func(ctx context.Context, actor model.Actor, villageID, subject, text string, above bool) error {
			return d.Checks.Want(ctx, actor, moderation.Wanted{VillageID: villageID, Subject: subject, Text: text, Above: above})
		}, Vouch: d.Checks.Vouch, Uncheck: d.Checks.Drop, MayShow: d.Checks.MayShowAll})
}

// rooms builds what a village governs itself with.
func (h *House) rooms() {
	d, log, keys := &h.Deps, h.Audit, h.keys
	asked, press := help.New(h.Store, d.Cases, h.People), paper.New(Font())
	d.Disputes = mediation.New(h.Store, mediation.Rooms{People: h.People, Cases: d.Cases, Help: asked, Notices: d.Notices, Audit: log, Attach: d.Media.Attach, Keys: keys, Press: press})
	d.Merit = merit.New(h.Store, merit.Rooms{People: h.People, Cases: d.Cases, Notices: d.Notices, Log: d.Ledger, Audit: log, Press: press}, merit.Options{Attach: d.Media.Attach, MayShow: d.Checks.MayShowAll, Uncheck: d.Checks.Drop,
		Check: func(ctx context.Context, actor model.Actor, villageID, subject string, mediaIDs ...string) error {
			for _, id := range mediaIDs {
				if err := d.Checks.Want(ctx, actor, moderation.Wanted{VillageID: villageID, Subject: subject, MediaID: id}); err != nil {
					return err
				}
			}
			return nil
		}})
	d.Polls = poll.New(h.Store, keys, poll.Rooms{People: h.People, Notices: d.Notices, Log: d.Ledger, Audit: log, Press: press},
		poll.Options{BaseURL: "https://village.example", Attach: d.Media.Attach})
}

// desk builds what works over several rooms.
func (h *House) desk() *dialogue.Service {
	d, log, keys := &h.Deps, h.Audit, h.keys
	asked := help.New(h.Store, d.Cases, h.People)
	talk := dialogue.New(h.Store, dialogue.Rooms{People: h.People, Cases: d.Cases, Help: asked, Notices: d.Notices, Media: d.Media, Members: d.Members, Checks: d.Checks, Sessions: d.Sessions,
		Public: d.Public, Mediation: d.Disputes, Merit: d.Merit, Polls: d.Polls},
		func(string) string { return "" })
	d.Desk = desk.New(h.Store, desk.Rooms{Cases: d.Cases, Help: asked, Dialogue: talk, Media: d.Media, Members: d.Members, Checks: d.Checks, Disputes: d.Disputes, Public: d.Public, Merit: d.Merit, Polls: d.Polls})
	d.Privacy = privacy.New(h.Store, privacy.Rooms{People: h.People, Cases: d.Cases, Notices: d.Notices, Media: d.Media, Audit: log, Chain: audit.NewChain(h.Store, keys),
		Forget: []func(context.Context, village.Forgotten) error{func(ctx context.Context, f village.Forgotten) error {
			for _, sender := range f.Senders {
				if err := d.Sessions.Forget(ctx, sender.Account, sender.OpenID); err != nil {
					return err
				}
			}
			return nil
		}}})
	return talk
}

// open opens the doors.
func (h *House) open(talk *dialogue.Service) {
	d := &h.Deps
	wide := unlimited()
	in, err := inbox.New(h.Store, talk.Turn, inbox.Options{Dir: filepath.Join(h.T.TempDir(), "spool"), Logger: d.Logger})
	h.OK(err)
	h.T.Cleanup(func() { _ = in.Close() })
	h.Engine, err = handler.NewRouter(handler.Deps{Inbox: in, Now: h.Clock.Now, Logger: d.Logger, API: d, HTTPS: true, Web: &web.Deps{
		Sessions: d.Sessions, People: h.People, Media: d.Media, Once: d.Once, Throttle: d.Throttle, Weixin: weixin{&h.scene}, Account: Official,
		BaseURL: "https://village.example", HTTPS: true, Limits: web.Limits{Address: wide, Person: wide, Tries: wide, Guesses: wide}, Logger: d.Logger},
		Site: site.Deps{Now: h.Clock.Now, People: h.People, Cases: d.Cases, Public: d.Public, Polls: d.Polls, Merit: d.Merit, Ledger: d.Ledger, Media: d.Media, Desk: d.Desk,
			Mine: site.Mine{Members: d.Members, Disputes: d.Disputes, Notices: d.Notices, Privacy: d.Privacy, Sessions: d.Sessions}},
		Console: console.Deps{People: h.People, Cases: d.Cases, Desk: d.Desk, Public: d.Public, Notices: d.Notices, Checks: d.Checks, Media: d.Media, Polls: d.Polls,
			Disputes: d.Disputes, Merit: d.Merit, Members: d.Members, Audit: h.Audit, Ledger: d.Ledger, Now: h.Clock.Now, Chain: audit.NewChain(h.Store, h.keys),
			InviteQR: func(_ context.Context, _, code string) (string, error) { return "http://weixin.example/q/" + code, nil }}})
	h.OK(err)
}

func unlimited() throttle.Limit { return throttle.Limit{Burst: 1_000_000, Per: time.Minute} }

// Font is a font with Chinese characters, where this machine has one.
func Font() string {
	for _, path := range []string{os.Getenv("CUNWU_TEST_FONT"), "/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf"} {
		if _, err := os.Stat(path); path != "" && err == nil {
			return path
		}
	}
	return ""
}

// Scene is what the sign-in code that was drawn last brings to the account.
func (h *House) Scene() string { return h.scene }

// OK ends the test on an error.
func (h *House) OK(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

// Settle puts people onto a village's roll, each with a household.
func (h *House) Settle(unit string, names ...string) {
	h.T.Helper()
	lines := []string{"姓名,性别,身份证号,手机号,户号,与户主关系,村民小组,户籍,现居地,政治面貌"}
	for _, name := range names {
		h.born++
		lines = append(lines, fmt.Sprintf("%s,男,%s,%s,%d,户主,第1组,本村,本村,群众", name, h.idNumber(h.born), Phone(h.born), h.born))
	}
	_, err := h.People.Import(h.Ctx, model.Console(), unit, "roster.csv", strings.NewReader(strings.Join(lines, "\n")))
	h.OK(err)
}

// Phone is the number of the n-th person whom Settle put onto a roll.
func Phone(n int) string { return fmt.Sprintf("199%08d", n) }

func (h *House) idNumber(n int) string {
	for _, check := range "0123456789X" {
		if id, err := model.ParseIDNumber(fmt.Sprintf("990000%d0101%03d%c", 1950+n/400, 2*(n%400)+1, check)); err == nil {
			return string(id)
		}
	}
	h.T.Fatal("no check digit fits")
	return ""
}

// Person is somebody on the roll, by name.
func (h *House) Person(unit, name string) model.Person {
	h.T.Helper()
	found, err := h.People.Find(h.Ctx, unit, name, "")
	h.OK(err)
	if len(found) == 0 {
		h.T.Fatalf("%s isn't on the roll of %s", name, unit)
	}
	return found[0].Person()
}

// Actor is Person as who does something.
func (h *House) Actor(unit, name string) model.Actor {
	h.T.Helper()
	actor, err := h.People.ActorOf(h.Ctx, h.Person(unit, name))
	h.OK(err)
	return actor
}

// Grant gives a role; of a township its own code.
func (h *House) Grant(unit, name string, role model.Role) {
	h.T.Helper()
	_, err := h.People.Grant(h.Ctx, model.Console(), village.GrantRole{Unit: unit, Name: name, Role: role})
	h.OK(err)
}
