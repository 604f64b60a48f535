package poll_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
	"cunwu/service/notice"
	"cunwu/service/poll"
	"cunwu/service/publiclog"
	"cunwu/service/village"
)

const (
	account = "wx1"
	yunxi   = "yunxi"
)

// house is a poll room on a database of its own, in the village yunxi.
type house struct {
	*poll.Service
	t         testing.TB
	ctx       context.Context
	clock     *modeltest.Clock
	store     *model.Store
	people    *village.Service
	log       *publiclog.Service
	notices   *notice.Service
	phones    *phones
	published map[string]bool // disclosures
	owed      []string
	refused   map[string]bool // what the check of contents is against
	ids       map[string]string
	born      string
	bindings  int64
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, ctx: context.Background(), clock: modeltest.NewClock(), phones: &phones{received: map[string][]string{}},
		published: map[string]bool{}, ids: map[string]string{}, born: "1970-01-01"}
	h.store = modeltest.NewStore(t, h.clock.Now)
	keys, err := model.NewKeyring(bytes.Repeat([]byte{7}, 32))
	h.ok(err)
	log := audit.New(h.store)
	h.people = village.New(h.store, keys, log, village.Hooks{})
	h.notices = notice.New(h.store, h.phones, notice.Options{Templates: func(string) notice.Templates { return notice.Templates{Template: "T"} }})
	h.log = publiclog.New(h.store, keys)
	h.Service = poll.New(h.store, keys, poll.Rooms{People: h.people, Notices: h.notices, Log: h.log, Audit: log}, poll.Options{
		BaseURL:   "https://village.example",
		Published: func(_ context.Context, _, id string) (bool, error) { return h.published[id], nil },
		MayShow: func(_ context.Context, _ string, subjects []string) (map[string]bool, error) {
			may := map[string]bool{}
			for _, s := range subjects {
				may[s] = !h.refused[s]
			}
			return may, nil
		},
		Owe: func(_ context.Context, _, duty, _, _ string) error {
			h.owed = append(h.owed, duty)
			return nil
		},
	})
	h.once(func() {
		h.row(&model.Village{ID: yunxi, Kind: model.UnitVillage, Name: "云溪村"})
		h.person("张明", "101")
		h.role("张明", model.RoleBranchSecretary)
		h.person("赵志强", "102")
		h.role("赵志强", model.RoleCommittee)
		h.person("刘芳", "103")
		h.role("刘芳", model.RoleGridWorker)
		h.person("孙有田", "104")
		h.role("孙有田", model.RoleSupervisor)
	})
	return h
}

// once makes one commit of what do writes.
func (h *house) once(do func()) {
	h.t.Helper()
	outside := h.ctx
	h.ok(h.store.Tx(outside, func(ctx context.Context) error {
		h.ctx = ctx
		do()
		return nil
	}))
	h.ctx = outside
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

// person puts a villager into a household, with a phone of their own that proved
// who they are.
func (h *house) person(name, household string) string {
	h.t.Helper()
	id := model.NewID()
	house := "house" + household
	var n int64
	h.ok(h.store.DB(h.ctx).Model(&model.Household{}).Where("village_id = ? AND id = ?", yunxi, house).Count(&n).Error)
	if n == 0 {
		h.row(&model.Household{VillageID: yunxi, ID: house, Number: household, GroupName: "一组", HeadID: id})
	}
	h.row(&model.Villager{VillageID: yunxi, ID: id, HouseholdID: house, Name: name, BornOn: h.born, IDIndex: id, Standing: model.StandingRegistered,
		Residence: "本村", State: model.VillagerLiving})
	h.ids[name] = id
	h.bind(name, name, model.BoundByPhone)
	return id
}

// bind joins a person with a phone.
func (h *house) bind(name, openid, strength string) {
	h.t.Helper()
	h.bindings++
	h.row(&model.Binding{VillageID: yunxi, VillagerID: h.ids[name], Account: account, OpenID: openid, Strength: strength,
		BoundAt: model.At(h.clock.Now().Add(time.Duration(h.bindings) * time.Millisecond))})
	var n int64
	h.ok(h.store.DB(h.ctx).Model(&model.Identity{}).Where("account = ? AND openid = ?", account, openid).Count(&n).Error)
	if n == 0 {
		h.row(&model.Identity{Account: account, OpenID: openid, Followed: true})
	}
}

func (h *house) villagers(prefix string, n int) []string {
	var names []string
	h.once(func() {
		for i := range n {
			name := fmt.Sprintf("%s%d", prefix, i+1)
			h.person(name, fmt.Sprintf("%s%d", prefix, i+1))
			names = append(names, name)
		}
	})
	return names
}

func (h *house) set(name, column string, value any) {
	h.t.Helper()
	h.ok(h.store.DB(h.ctx).Model(&model.Villager{}).Where("village_id = ? AND id = ?", yunxi, h.ids[name]).UpdateColumn(column, value).Error)
}

func (h *house) role(name string, role model.Role) {
	h.t.Helper()
	h.row(&model.RoleGrant{VillageID: yunxi, ID: model.NewID(), VillagerID: h.ids[name], Role: role, Live: "live"})
}

// actor is somebody at their own phone.
func (h *house) actor(name string) model.Actor { return h.at(name, name) }

func (h *house) at(name, openid string) model.Actor {
	h.t.Helper()
	actor, err := h.people.ActorOf(h.ctx, model.Person{VillageID: yunxi, ID: h.ids[name], Account: account, OpenID: openid})
	h.ok(err)
	return actor
}

func named(name string) village.Named { return village.Named{Name: name} }

func receipt() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// question is a consultation of everybody, from now for an hour.
func (h *house) question() poll.NewPoll {
	now := h.clock.Now()
	return poll.NewPoll{VillageID: yunxi, Title: "路灯装在哪里", Organ: model.OrganConsultation, OpensAt: now, ClosesAt: now.Add(time.Hour)}
}

func (h *house) draft(in poll.NewPoll) poll.Ref {
	h.t.Helper()
	p, err := h.Create(h.ctx, h.actor("赵志强"), in)
	h.ok(err)
	return poll.RefOf(p)
}

// opened puts a poll and opens it at once.
func (h *house) opened(in poll.NewPoll) poll.Ref {
	h.t.Helper()
	ref := h.draft(in)
	_, err := h.Notice(h.ctx, h.actor("赵志强"), ref)
	h.ok(err)
	h.ok(h.Open(h.ctx, h.actor("赵志强"), ref))
	return ref
}

func (h *house) cast(ref poll.Ref, name string, choices ...int) error {
	return h.Cast(h.ctx, h.actor(name), poll.Ballot{Poll: ref, Choices: choices, Receipt: receipt()})
}

func (h *house) must(ref poll.Ref, name string, choices ...int) {
	h.t.Helper()
	h.ok(h.cast(ref, name, choices...))
}

// over lets the time of a poll pass and reads its result.
func (h *house) over(ref poll.Ref) poll.Result {
	h.t.Helper()
	v, err := h.Get(h.ctx, h.actor("赵志强"), ref)
	h.ok(err)
	h.clock.Set(v.Poll.ClosesAt.Time)
	h.due()
	return h.result(ref)
}

func (h *house) due() {
	h.t.Helper()
	_, err := h.OpenDue(h.ctx)
	h.ok(err)
	_, err = h.CloseDue(h.ctx)
	h.ok(err)
	_, err = h.TellDue(h.ctx)
	h.ok(err)
	for range 20 {
		n, err := h.notices.SendDue(h.ctx)
		h.ok(err)
		if fmt.Sprint(n) == "0" {
			break
		}
	}
}

func (h *house) result(ref poll.Ref) poll.Result {
	h.t.Helper()
	r, err := h.Result(h.ctx, h.actor("赵志强"), ref)
	h.ok(err)
	return r
}

func votesOf(r poll.Result) string {
	var parts []string
	for _, o := range r.Options {
		parts = append(parts, fmt.Sprintf("%s%d", o.Text, o.Votes))
	}
	return strings.Join(parts, " ")
}

func (h *house) count(row any, ref poll.Ref) int {
	h.t.Helper()
	var n int64
	h.ok(h.store.DB(h.ctx).Model(row).Where("village_id = ? AND poll_id = ?", ref.VillageID, ref.ID).Count(&n).Error)
	return int(n)
}

// whole checks what must hold of every counted poll: ballots, turnout, result and
// recount agree.
func (h *house) whole(ref poll.Ref) poll.Result {
	h.t.Helper()
	r := h.result(ref)
	if n, m := h.count(&model.PollBallot{}, ref), h.count(&model.PollTurnout{}, ref); n != m || n != r.Turnout {
		h.t.Errorf("%d ballots, %d voters, turnout %d", n, m, r.Turnout)
	}
	var file bytes.Buffer
	h.ok(h.Export(h.ctx, h.actor("赵志强"), ref, &file))
	again, err := poll.Recount(&file)
	h.ok(err)
	if !r.Withheld && (len(again.Faults) > 0 || again.Passed != r.Passed || again.Ballots != r.Turnout) {
		h.t.Errorf("the recount finds %+v of %+v", again, r)
	}
	return r
}

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
