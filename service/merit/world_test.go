package merit_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/merit"
	"cunwu/service/notice"
	"cunwu/service/publiclog"
	"cunwu/service/village"
)

const (
	yunxi   = "yunxi"
	account = "wx0000000000000001"
)

// world is a village with points: its rule book is adopted, three of four
// reviewers are nobody's kin, and there are two store keepers.
type world struct {
	*merit.Service
	t      testing.TB
	ctx    context.Context
	clock  *modeltest.Clock
	store  *model.Store
	people *village.Service
	cases  *casework.Service
	log    *publiclog.Service
	photos map[string][]byte
	dsn    string
}

type silent struct{}

func (silent) Send(context.Context, notice.Outgoing) error { return nil }

type resident struct {
	name, household, relation string
	roles                     []model.Role
}

func residents() []resident {
	return []resident{
		{"王大山", "301", "户主", nil},
		{"王小草", "301", "女儿", nil},
		{"李华", "302", "户主", nil},
		{"陈勇", "303", "户主", nil},
		{"张明", "101", "户主", []model.Role{model.RoleBranchSecretary}},
		{"赵志强", "204", "户主", []model.Role{model.RoleCommittee}},
		{"钱一", "401", "户主", []model.Role{model.RolePointReviewer}},
		{"孙二", "402", "户主", []model.Role{model.RolePointReviewer}},
		{"周三", "403", "户主", []model.Role{model.RolePointReviewer}},
		{"吴四", "404", "户主", []model.Role{model.RolePointReviewer}},
		{"王五", "405", "户主", []model.Role{model.RolePointReviewer}},
		{"孙有田", "102", "户主", []model.Role{model.RoleSupervisor}},
		{"郑开", "501", "户主", []model.Role{model.RoleStoreKeeper}},
		{"郑妻", "501", "配偶", nil},
		{"冯守", "502", "户主", []model.Role{model.RoleStoreKeeper}},
	}
}

func deeds() []model.MeritDeed {
	return []model.MeritDeed{
		{Number: 1, Name: "打扫村道", Points: 5, Cap: 10, CapPeriod: "month", Evidence: model.EvidencePicture, Who: model.DeedSelf},
		{Number: 2, Name: "邻里互助", Points: 10, Evidence: model.EvidenceWords, Who: model.DeedAnybody},
		{Number: 3, Name: "见义勇为", Points: 100, Evidence: model.EvidenceWords, Who: model.DeedPraise},
		{Number: 4, Name: "参加会议", Points: 2, Evidence: model.EvidenceNone, Who: model.DeedSelf},
		{Number: 9, Name: "乱倒垃圾", Points: -20, Evidence: model.EvidenceWords},
	}
}

// settled is the SQLite file of a village that was settled once a test program,
// and the time it was then.
var settled struct {
	sync.Mutex
	file []byte
	at   time.Time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, ctx: context.Background(), clock: modeltest.NewClock(), photos: map[string][]byte{}}
	var dialect string
	dialect, w.dsn = modeltest.NewDatabase(t)
	settled.Lock()
	defer settled.Unlock()
	known := dialect == model.SQLite && settled.file != nil
	if known {
		w.ok(os.WriteFile(w.dsn, settled.file, 0o600))
		w.clock.Set(settled.at)
	}
	store, err := model.Open(model.OpenOptions{Dialect: dialect, DSN: w.dsn, Now: w.clock.Now, Pool: 8})
	w.ok(err)
	t.Cleanup(func() { _ = w.store.Close() })
	w.open(store)
	if known {
		return w
	}
	_, err = store.Migrate(w.ctx)
	w.ok(err)
	w.settle()
	if dialect == model.SQLite {
		w.ok(w.store.Close())
		settled.at = w.clock.Now()
		settled.file, err = os.ReadFile(w.dsn)
		w.ok(err)
		w.reopen()
	}
	return w
}

func (w *world) settle() {
	w.t.Helper()
	desk := model.Console()
	for _, u := range []village.NewUnit{
		{Code: "xishan", Name: "西山镇", Kind: model.UnitTownship},
		{Code: yunxi, Name: "云溪村", Kind: model.UnitVillage, Township: "xishan"},
	} {
		_, err := w.people.Create(w.ctx, desk, u)
		w.ok(err)
	}
	lines := []string{"姓名,性别,身份证号,手机号,户号,与户主关系,村民小组,户籍,现居地,政治面貌"}
	for i, r := range residents() {
		lines = append(lines, fmt.Sprintf("%s,男,%s,199000001%02d,%s,%s,第1组,本村,本村,群众", r.name, idNumber(w.t, i), i, r.household, r.relation))
	}
	_, err := w.people.Import(w.ctx, desk, yunxi, "roster.csv", strings.NewReader(strings.Join(lines, "\n")))
	w.ok(err)
	for _, r := range residents() {
		for _, role := range r.roles {
			_, err := w.people.Grant(w.ctx, desk, village.GrantRole{Unit: yunxi, Name: r.name, Role: role})
			w.ok(err)
		}
		w.bind(r.name, model.BoundInPerson)
	}
	_, err = w.people.Grant(w.ctx, desk, village.GrantRole{Unit: "xishan", Name: "周丽", Role: model.RoleTownship})
	w.ok(err)
	w.ok(w.people.AddKin(w.ctx, desk, yunxi, village.Named{Name: "王五"}, village.Named{Name: "王大山"}, "兄弟"))
	w.adopt(deeds(), 60)
}

// open builds the rooms on a store.
func (w *world) open(store *model.Store) {
	keys, err := model.NewKeyring([]byte("0123456789abcdef0123456789abcdef"))
	w.ok(err)
	log := audit.New(store)
	notices := notice.New(store, silent{}, notice.Options{})
	w.store = store
	w.people = village.New(store, keys, log, village.Hooks{RoleEnded: func(ctx context.Context, unit string, person model.Person) error {
		return w.RoleEnded(ctx, unit, person)
	}})
	w.cases = casework.New(store, w.people, notices, log, merit.Kind(func() *merit.Service { return w.Service }))
	w.log = publiclog.New(store, keys)
	w.Service = merit.New(store, merit.Rooms{People: w.people, Cases: w.cases, Notices: notices, Log: w.log, Audit: log},
		merit.Options{Picture: func(_ context.Context, _, id string) ([]byte, bool, error) {
			body, there := w.photos[id]
			return body, there && body == nil, nil
		}})
}

// reopen closes the database and opens it again, as after a stop.
func (w *world) reopen() {
	w.t.Helper()
	dialect := w.store.Dialect()
	_ = w.store.Close()
	store, err := model.Open(model.OpenOptions{Dialect: dialect, DSN: w.dsn, Now: w.clock.Now, Pool: 8})
	w.ok(err)
	w.open(store)
}

// adopt has a rule book adopted, which holds from the next day on.
func (w *world) adopt(deeds []model.MeritDeed, carry int) {
	w.t.Helper()
	_, err := w.AdoptBook(w.ctx, w.actor("张明"), merit.NewBook{VillageID: yunxi, AdoptedOn: w.clock.Now().Format(time.DateOnly),
		Resolution: "2026年第1次村民代表会议决议", Carry: carry, Deeds: deeds})
	w.ok(err)
	w.clock.Advance(24 * time.Hour)
}

func idNumber(t testing.TB, i int) string {
	first := fmt.Sprintf("990000198001%02d%03d", 1+i%28, 2*i+1)
	for _, check := range "0123456789X" {
		if id, err := model.ParseIDNumber(first + string(check)); err == nil {
			return string(id)
		}
	}
	t.Fatal("no check digit fits")
	return ""
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused wants an error of this code, with these words in it.
func (w *world) refused(err error, code model.Code, words string) {
	w.t.Helper()
	if !model.IsCode(err, code) || !strings.Contains(model.AsError(err).Message, words) {
		w.t.Fatalf("wanted %s with %q, got %v", code, words, err)
	}
}

func (w *world) villager(name string) model.Villager {
	w.t.Helper()
	found, err := w.people.Find(w.ctx, yunxi, name, "")
	w.ok(err)
	if len(found) != 1 {
		w.t.Fatalf("%d people are called %s", len(found), name)
	}
	return found[0]
}

func (w *world) bind(name, strength string) {
	w.t.Helper()
	b := model.Binding{VillageID: yunxi, VillagerID: w.villager(name).ID, Account: account, OpenID: name, Strength: strength, BoundAt: model.At(w.clock.Now())}
	w.ok(w.store.DB(w.ctx).Create(&b).Error)
}

func (w *world) actor(name string) model.Actor {
	w.t.Helper()
	person := w.villager(name).Person()
	person.Account, person.OpenID = account, name
	actor, err := w.people.ActorOf(w.ctx, person)
	w.ok(err)
	return actor
}

func (w *world) today() string { return w.clock.Now().Format(time.DateOnly) }

func ref(c model.MeritClaim) merit.Ref         { return merit.Ref{VillageID: c.VillageID, ID: c.ID} }
func refOf(r model.MeritRedemption) merit.Ref  { return merit.Ref{VillageID: r.VillageID, ID: r.ID} }
func caseRef(c model.Case) casework.Ref        { return casework.RefOf(c) }
func (w *world) get(c model.MeritClaim) string { return w.claim(c.ID).State }

func (w *world) claim(id string) model.MeritClaim {
	w.t.Helper()
	var c model.MeritClaim
	w.ok(w.store.DB(w.ctx).Take(&c, "village_id = ? AND id = ?", yunxi, id).Error)
	return c
}

// files has somebody file a claim of a deed, today.
func (w *world) files(who string, deed int, forWhom string) model.MeritClaim {
	w.t.Helper()
	in := merit.NewClaim{VillageID: yunxi, Deed: deed, Text: "做了一件好事"}
	if forWhom != "" {
		in.PersonID = w.villager(forWhom).ID
	}
	if deed == 1 {
		in.MediaIDs = []string{model.NewID()}
	}
	c, err := w.Claim(w.ctx, w.actor(who), in)
	w.ok(err)
	return c
}

// asked are the names of those who review the claim now.
func (w *world) asked(c model.MeritClaim) []string {
	w.t.Helper()
	var names []string
	w.ok(w.store.DB(w.ctx).Model(&model.MeritReview{}).Where("village_id = ? AND claim_id = ? AND state = ?", yunxi, c.ID, model.ReviewAsked).
		Order("reviewer_name").Pluck("reviewer_name", &names).Error)
	return names
}

// approved has the reviewers approve the claim.
func (w *world) approved(c model.MeritClaim) model.MeritClaim {
	w.t.Helper()
	for _, name := range w.asked(c)[:2] {
		_, err := w.Review(w.ctx, w.actor(name), ref(c), true, "")
		w.ok(err)
	}
	if w.get(c) != model.ClaimNoticed {
		w.t.Fatalf("two approved, and it is %s", w.get(c))
	}
	return c
}

// earns has a household earn points without the way of a claim.
func (w *world) earns(name string, points int64) {
	w.t.Helper()
	for left := points; left > 0; left -= 100 {
		c, err := w.Claim(w.ctx, w.actor("陈勇"), merit.NewClaim{VillageID: yunxi, Deed: 3, PersonID: w.villager(name).ID, Text: "救人"})
		w.ok(err)
		if left < 100 {
			w.ok(w.store.DB(w.ctx).Model(&c).UpdateColumn("points", left).Error)
		}
		w.approved(c)
		w.clock.Advance(24 * time.Hour)
	}
	w.clock.Advance(14 * 24 * time.Hour)
	_, err := w.PostDue(w.ctx)
	w.ok(err)
}

func (w *world) balance(name string) int64 {
	w.t.Helper()
	a, err := w.Account(w.ctx, w.actor(name))
	w.ok(err)
	return a.Balance
}

func (w *world) goods(name string, price, stock int64) model.MeritGoods {
	w.t.Helper()
	g, err := w.AddGoods(w.ctx, w.actor("郑开"), merit.NewGoods{VillageID: yunxi, Name: name, Price: price, Stock: stock})
	w.ok(err)
	return g
}

func (w *world) stock(g model.MeritGoods) (stock, held int64) {
	w.t.Helper()
	w.ok(w.store.DB(w.ctx).Take(&g, "village_id = ? AND id = ?", yunxi, g.ID).Error)
	return g.Stock, g.Held
}

// sound audits the ledger.
func (w *world) sound() {
	w.t.Helper()
	report, err := w.Check(w.ctx, yunxi)
	w.ok(err)
	if !report.OK() {
		w.t.Fatalf("the ledger isn't sound:\n%s", strings.Join(report.Problems, "\n"))
	}
}

// told are the notices that somebody got.
func (w *world) told(name string) string {
	w.t.Helper()
	var texts []string
	w.ok(w.store.DB(w.ctx).Model(&model.Notice{}).Where("recipient = ?", w.villager(name).Person().Recipient()).Order("id").Pluck("text", &texts).Error)
	return strings.Join(texts, "\n")
}
