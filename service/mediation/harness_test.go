package mediation_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/mediation"
	"cunwu/service/notice"
	"cunwu/service/village"
)

// hall is a village with mediators, lawyers and a township, and nobody's phone.
type hall struct {
	t         *testing.T
	ctx       context.Context
	clock     *modeltest.Clock
	store     *model.Store
	people    *village.Service
	cases     *casework.Service
	notices   *notice.Service
	mediation *mediation.Service
	attached  []string
}

const account = "wx1"

// The people of the village: each in a household of their own but the last two.
func residents() []string {
	return []string{"王小草", "陈勇", "孙有田", "李调解", "吴调解", "郑律师", "何律师", "张明", "赵志强", "刘芳"}
}

func newHall(t *testing.T) *hall {
	t.Helper()
	h := &hall{t: t, ctx: context.Background(), clock: modeltest.NewClock()}
	h.store = modeltest.NewStore(t, h.clock.Now)
	keys, err := model.NewKeyring([]byte("0123456789abcdef0123456789abcdef"))
	h.must(err)
	log := audit.New(h.store)
	h.notices = notice.New(h.store, nil, notice.Options{})
	h.people = village.New(h.store, keys, log, village.Hooks{RoleEnded: func(ctx context.Context, unit string, who model.Person) error {
		if err := h.cases.RoleEnded(ctx, unit, who); err != nil {
			return err
		}
		return h.mediation.RoleEnded(ctx, unit, who)
	}, RoleGranted: func(ctx context.Context, unit string) error { return h.cases.RoleGranted(ctx, unit) }})
	h.cases = casework.New(h.store, h.people, h.notices, log, help.Kind(), mediation.Kind(), mediation.LegalKind(h.store))
	h.mediation = mediation.New(h.store, mediation.Rooms{People: h.people, Cases: h.cases, Help: help.New(h.store, h.cases, h.people), Notices: h.notices, Audit: log,
		Attach: func(_ context.Context, _ model.Actor, _ string, ids []string, _ string) error {
			h.attached = append(h.attached, ids...)
			return nil
		}})
	for _, u := range []village.NewUnit{{Code: "xishan", Name: "西山镇", Kind: model.UnitTownship}, {Code: "yunxi", Name: "云溪村", Kind: model.UnitVillage, Township: "xishan"}} {
		_, err := h.people.Create(h.ctx, model.Console(), u)
		h.must(err)
	}
	h.roster()
	for name, role := range map[string]model.Role{"张明": model.RoleBranchSecretary, "赵志强": model.RoleCommittee, "郑律师": model.RoleLawyer} {
		h.grant("yunxi", name, role)
	}
	h.grant("yunxi", "李调解", model.RoleMediator)
	h.clock.Advance(time.Second)
	h.grant("yunxi", "吴调解", model.RoleMediator)
	h.grant("xishan", "周丽", model.RoleTownship)
	for _, name := range residents() {
		h.bind(name, name)
	}
	return h
}

func (h *hall) roster() {
	lines := []string{"姓名,性别,身份证号,手机号,户号,与户主关系,村民小组,户籍,现居地,政治面貌"}
	for i, name := range residents() {
		lines = append(lines, h.row(name, "19800101", i, fmt.Sprint(100+i), "户主"))
	}
	lines = append(lines, h.row("陈小宝", "20150601", 40, "101", "儿子"), h.row("李秀英", "19520101", 41, "102", "母亲"))
	_, err := h.people.Import(h.ctx, model.Console(), "yunxi", "roster.csv", strings.NewReader(strings.Join(lines, "\n")))
	h.must(err)
}

func (h *hall) row(name, born string, i int, household, relation string) string {
	first := fmt.Sprintf("990000%s%03d", born, 2*i+1)
	for _, check := range "0123456789X" {
		if id, err := model.ParseIDNumber(first + string(check)); err == nil {
			return fmt.Sprintf("%s,男,%s,199000100%02d,%s,%s,第1组,本村,本村,群众", name, id, i, household, relation)
		}
	}
	h.t.Fatal("no check digit fits")
	return ""
}

func (h *hall) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// refused wants an error of this code whose words contain the text.
func (h *hall) refused(err error, code model.Code, text string) {
	h.t.Helper()
	if !model.IsCode(err, code) || !strings.Contains(err.Error(), text) {
		h.t.Fatalf("got %v, want a refusal %q with “%s”", err, code, text)
	}
}

func (h *hall) grant(unit, name string, role model.Role) {
	h.t.Helper()
	_, err := h.people.Grant(h.ctx, model.Console(), village.GrantRole{Unit: unit, Name: name, Role: role})
	h.must(err)
}

// bind joins a phone with a villager, proved in person.
func (h *hall) bind(phone, name string) {
	h.t.Helper()
	found, err := h.people.Find(h.ctx, "yunxi", name, "")
	h.must(err)
	h.must(h.people.Seen(h.ctx, account, phone, true))
	h.must(h.store.DB(h.ctx).Create(&model.Binding{VillageID: "yunxi", VillagerID: found[0].ID, Account: account, OpenID: phone, Strength: model.BoundInPerson, BoundAt: model.At(h.clock.Now())}).Error)
}

// as is a person, on the phone of the same name unless another is named.
func (h *hall) as(name string, phone ...string) model.Actor {
	h.t.Helper()
	unit := "yunxi"
	if name == "周丽" {
		unit = "xishan"
	}
	found, err := h.people.Find(h.ctx, unit, name, "")
	h.must(err)
	actor, err := h.people.ActorOf(h.ctx, found[0].Person())
	h.must(err)
	actor.Account, actor.OpenID = account, name
	if len(phone) > 0 {
		actor.OpenID = phone[0]
	}
	return actor
}

func wall() mediation.NewDispute {
	return mediation.NewDispute{Kind: "邻里", Other: village.Named{Name: "陈勇"}, Facts: "他家的墙挡了我家的排水沟", Wish: "把沟留出来"}
}

// file files a dispute of 王小草's with 陈勇 about a wall.
func (h *hall) file(change ...func(*mediation.NewDispute)) mediation.Ref {
	h.t.Helper()
	in := wall()
	for _, c := range change {
		c(&in)
	}
	out, err := h.mediation.File(h.ctx, h.as("王小草"), in)
	h.must(err)
	return mediation.RefOf(out.Dispute)
}

// mediating is a dispute that 李调解 mediates, with both parties' will.
func (h *hall) mediating(change ...func(*mediation.NewDispute)) mediation.Ref {
	h.t.Helper()
	ref := h.file(append(change, func(in *mediation.NewDispute) { in.Mediator = "李调解" })...)
	_, err := h.mediation.Accept(h.ctx, h.as("李调解"), ref)
	h.must(err)
	_, err = h.mediation.Consent(h.ctx, h.as("陈勇"), ref, "chat")
	h.must(err)
	return ref
}

// counselled is a dispute in which 郑律师 serves 王小草.
func (h *hall) counselled() mediation.Ref {
	h.t.Helper()
	ref := h.mediating()
	_, err := h.mediation.Refer(h.ctx, h.as("李调解"), ref, model.TierLawyer, "")
	h.must(err)
	for _, name := range []string{"王小草", "陈勇"} {
		_, err := h.mediation.Consent(h.ctx, h.as(name), ref, "chat")
		h.must(err)
	}
	_, err = h.mediation.Declare(h.ctx, h.as("郑律师"), ref, model.PartApplicant)
	h.must(err)
	return ref
}

func draft() mediation.Draft {
	return mediation.Draft{Form: model.FormSigned, Facts: "陈勇砌墙占了排水沟", Responsibility: "陈勇负责", Content: "陈勇留出三十公分的沟，王小草补料钱", Manner: "各自动工，料钱转账",
		Promises: []mediation.Promise{{By: model.PartRespondent, What: "留出排水沟", DueOn: "2026-03-20"}, {By: model.PartApplicant, What: "付料钱", Fen: 50000, DueOn: "2026-04-10"}}}
}

// written is a dispute whose agreement waits for signatures.
func (h *hall) written(change ...func(*mediation.NewDispute)) (mediation.Ref, model.DisputeAgreement) {
	h.t.Helper()
	ref := h.mediating(change...)
	a, err := h.mediation.WriteAgreement(h.ctx, h.as("李调解"), ref, draft())
	h.must(err)
	return ref, a
}

// agreed is a dispute whose agreement is in effect.
func (h *hall) agreed() mediation.Ref {
	h.t.Helper()
	ref, a := h.written()
	for _, name := range []string{"王小草", "陈勇", "李调解"} {
		_, err := h.mediation.Sign(h.ctx, h.as(name), ref, a.Hash)
		h.must(err)
	}
	return ref
}

func (h *hall) read(ref mediation.Ref) model.Dispute {
	h.t.Helper()
	var d model.Dispute
	h.must(h.store.DB(h.ctx).Take(&d, "village_id = ? AND id = ?", ref.VillageID, ref.ID).Error)
	return d
}

func (h *hall) caseOf(ref mediation.Ref) model.Case {
	h.t.Helper()
	var c model.Case
	h.must(h.store.DB(h.ctx).Take(&c, "village_id = ? AND id = ?", ref.VillageID, ref.ID).Error)
	return c
}

// days lets days pass; the sweep looks every day.
func (h *hall) days(n int) {
	h.t.Helper()
	for range n {
		h.clock.Advance(24 * time.Hour)
		_, err := h.mediation.AdvanceDue(h.ctx)
		h.must(err)
	}
}

// told counts the notices to somebody, and sees that none says a word.
func (h *hall) told(name string) int {
	h.t.Helper()
	var rows []model.Notice
	who := h.as(name).Person()
	who.Account, who.OpenID = "", ""
	h.must(h.store.DB(h.ctx).Where("recipient = ?", who.Recipient()).Find(&rows).Error)
	for _, row := range rows {
		if !strings.HasPrefix(row.Text, "您的调解案有新进展，请回“#") || !row.Private || len([]rune(row.Text)) > 30 {
			h.t.Errorf("a notice to %s says: %s", name, row.Text)
		}
	}
	return len(rows)
}
