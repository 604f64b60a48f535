package village_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
	"cunwu/service/village"
)

const (
	header = "姓名,性别,身份证号,手机号,户号,与户主关系,村民小组,户籍,现居地,政治面貌"
	oa     = "wx1234567890abcdef" // the official account
	mini   = "wxfedcba0987654321"
)

// house is a village room on a database of its own.
type house struct {
	*village.Service
	t       testing.TB
	ctx     context.Context
	clock   *modeltest.Clock
	store   *model.Store
	keys    *model.Keyring
	ended   []model.Person // what the hooks were told
	granted []string
	refuse  error // what the hooks answer
}

func build(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, ctx: context.Background(), clock: modeltest.NewClock()}
	h.store = modeltest.NewStore(t, h.clock.Now)
	var err error
	if h.keys, err = model.NewKeyring(bytes.Repeat([]byte{7}, 32)); err != nil {
		t.Fatal(err)
	}
	h.Service = village.New(h.store, h.keys, audit.New(h.store), village.Hooks{
		RoleEnded: func(ctx context.Context, _ string, person model.Person) error {
			if !model.InTx(ctx) {
				t.Error("a hook outside of the transaction")
			}
			h.ended = append(h.ended, person)
			return h.refuse
		},
		RoleGranted: func(_ context.Context, unit string) error {
			h.granted = append(h.granted, unit)
			return h.refuse
		},
	})
	return h
}

// settled is a house with the township qingshan and its villages yunxi and
// shiqiao, and a few people in yunxi.
func settled(t testing.TB) *house {
	h := build(t)
	h.create(village.NewUnit{Code: "qingshan", Name: "青山镇", Kind: model.UnitTownship})
	h.create(village.NewUnit{Code: "yunxi", Name: "云溪村", Township: "qingshan"})
	h.create(village.NewUnit{Code: "shiqiao", Name: "石桥村", Township: "qingshan"})
	h.roster("yunxi",
		person{"张明", "男", 1, "1", "户主"}, person{"王芳", "女", 2, "1", "妻"}, person{"张小宝", "男", 3, "1", "子"},
		person{"张明", "男", 4, "2", "户主"},
		person{"李华", "男", 5, "3", "户主"}, person{"赵丽", "女", 6, "3", "妻"},
		person{"阿依·买买提", "女", 7, "4", "户主"})
	return h
}

func (h *house) create(unit village.NewUnit) {
	h.t.Helper()
	if _, err := h.Create(h.ctx, model.Console(), unit); err != nil {
		h.t.Fatal(err)
	}
}

// person is a line of a roster; n makes the ID number.
type person struct {
	name, gender string
	n            int
	house, is    string
}

func (p person) line() string {
	return fmt.Sprintf("%s,%s,%s,%s,%s,%s,一组,本村,本村,群众", p.name, p.gender, idNumber(p.n, p.gender), phoneNumber(p.n), p.house, p.is)
}

func phoneNumber(n int) string { return fmt.Sprintf("138%08d", n) }

// idNumber makes the n-th valid ID number of a gender.
func idNumber(n int, gender string) string {
	odd := 0
	if gender == "男" {
		odd = 1
	}
	body := fmt.Sprintf("530102%04d%02d%02d%02d%d", 1940+n/300%80, n/25%12+1, n%25+1, n/24000, odd)
	sum := 0
	for i, weight := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(body[i]-'0') * weight
	}
	return body + "10X98765432"[sum%11:sum%11+1]
}

func file(people ...person) string {
	lines := []string{header}
	for _, p := range people {
		lines = append(lines, p.line())
	}
	return strings.Join(lines, "\n")
}

func (h *house) roster(unit string, people ...person) village.Imported {
	h.t.Helper()
	return h.load(unit, file(people...))
}

func (h *house) load(unit, content string) village.Imported {
	h.t.Helper()
	done, err := h.Import(h.ctx, model.Console(), unit, "roster.csv", strings.NewReader(content))
	if err != nil {
		var bad *village.BadRoster
		if errors.As(err, &bad) {
			h.t.Fatal(bad.Listing())
		}
		h.t.Fatal(err)
	}
	return done
}

// excel writes lines as the first sheet of a workbook, every cell as text.
func excel(t testing.TB, lines ...string) []byte {
	t.Helper()
	book := excelize.NewFile()
	for i, line := range lines {
		for j, cell := range strings.Split(line, ",") {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := book.SetCellStr("Sheet1", at, cell); err != nil {
				t.Fatal(err)
			}
		}
	}
	return save(t, book)
}

func save(t testing.TB, book *excelize.File) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// one returns the only villager of the name.
func (h *house) one(unit, name, house string) model.Villager {
	h.t.Helper()
	found, err := h.Find(h.ctx, unit, name, house)
	if err != nil || len(found) != 1 {
		h.t.Fatalf("%s: %d found, %v", name, len(found), err)
	}
	return found[0]
}

func (h *house) grant(unit, name, houseNo string, role model.Role) model.Villager {
	h.t.Helper()
	who, err := h.Grant(h.ctx, model.Console(), village.GrantRole{Unit: unit, Name: name, HouseholdNo: houseNo, Role: role})
	if err != nil {
		h.t.Fatal(err)
	}
	return who
}

func (h *house) invite(unit, name, houseNo string) string {
	h.t.Helper()
	code, _, err := h.Invite(h.ctx, model.Console(), village.NewInvitation{Unit: unit, Name: name, HouseholdNo: houseNo})
	if err != nil {
		h.t.Fatal(err)
	}
	return code
}

// bind invites somebody and redeems the code.
func (h *house) bind(account, openid, unit, name, houseNo string) model.Villager {
	h.t.Helper()
	done, err := h.Redeem(h.ctx, account, openid, h.invite(unit, name, houseNo))
	if err != nil || done.Refused != "" || done.Villager.Name == "" {
		h.t.Fatalf("%s isn't bound: %+v, %v", name, done, err)
	}
	return done.Villager
}

func (h *house) sender(account, openid string) *village.Sender {
	h.t.Helper()
	sender, err := h.Sender(h.ctx, account, openid, "")
	if err != nil {
		h.t.Fatal(err)
	}
	return sender
}

func (h *house) actor(v model.Villager) model.Actor {
	h.t.Helper()
	actor, err := h.ActorOf(h.ctx, v.Person())
	if err != nil {
		h.t.Fatal(err)
	}
	return actor
}

func (h *house) count(rows any, where string, args ...any) int64 {
	h.t.Helper()
	var n int64
	if err := h.store.DB(h.ctx).Model(rows).Where(where, args...).Count(&n).Error; err != nil {
		h.t.Fatal(err)
	}
	return n
}

// wantCode checks that err is a model.Error of the code whose message contains
// the words.
func wantCode(t testing.TB, err error, code model.Code, words ...string) {
	t.Helper()
	if !model.IsCode(err, code) {
		t.Errorf("got %v, want an error of code %s", err, code)
		return
	}
	for _, word := range words {
		if !strings.Contains(model.AsError(err).Message, word) {
			t.Errorf("%q doesn't say %q", model.AsError(err).Message, word)
		}
	}
}

func wantNil(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
