package privacy_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/notice"
	"cunwu/service/privacy"
)

func TestConsentIsToTheTextOfTheDayAndCanBeWithdrawn(t *testing.T) {
	h := build(t)
	her := h.actor("o1", "王小草")
	now := privacy.Purposes()[0]
	standing := func() privacy.Standing {
		all, err := h.Consents(h.ctx, her, model.Person{})
		h.must(err)
		if len(all) != len(privacy.Purposes()) {
			t.Fatalf("%d purposes", len(all))
		}
		return all[0]
	}
	if s := standing(); s.Given || !s.At.IsZero() {
		t.Errorf("before anything: %+v", s)
	}
	refused(t, h.Consent(h.ctx, her, model.Person{}, now.Name, "2020-01-01", true, ""), model.Conflict)
	refused(t, h.Consent(h.ctx, her, model.Person{}, "nothing", now.Version, true, ""), model.Unknown)
	refused(t, h.Consent(h.ctx, her, h.actor("o2", "张明").Person(), now.Name, now.Version, true, ""), model.Forbidden)
	helped := her
	helped.HelpedBy = "somebody"
	refused(t, h.Consent(h.ctx, helped, model.Person{}, now.Name, now.Version, true, ""), model.Forbidden)
	h.must(h.Consent(h.ctx, her, model.Person{}, now.Name, now.Version, true, ""))
	if s := standing(); !s.Given {
		t.Errorf("given: %+v", s)
	}
	h.must(h.Consent(h.ctx, her, model.Person{}, now.Name, "", false, ""))
	if s := standing(); s.Given || s.At.IsZero() {
		t.Errorf("withdrawn: %+v", s)
	}
	h.must(h.Consent(h.ctx, model.Console(), model.Person{VillageID: unit, ID: her.VillagerID}, now.Name, now.Version, true, "在村委会口头同意，刘芳在场"))
	if n := h.count(&model.Consent{}, "village_id = ?", unit); n != 3 {
		t.Errorf("%d lines: a ledger only grows", n)
	}
	// who agreed to an older text is asked again
	h.must(h.store.DB(h.ctx).Model(&model.Consent{}).Where("given = ?", true).UpdateColumn("version", "2020-01-01").Error)
	if s := standing(); s.Given || !s.Outdated {
		t.Errorf("after the text changed: %+v", s)
	}
}

func TestExportIsForTheProvenPersonAlone(t *testing.T) {
	h := build(t)
	her, him := h.actor("o1", "王小草"), h.actor("o2", "张明")
	_, err := h.Export(h.ctx, her, model.Person{})
	refused(t, err, model.Forbidden) // by a code alone
	_, err = h.Export(h.ctx, h.proven("o2", "张明"), her.Person())
	refused(t, err, model.Forbidden)
	_, err = h.Export(h.ctx, model.Actor{VillageID: unit, Account: oa, OpenID: "stranger"}, model.Person{})
	refused(t, err, model.Forbidden)
	helper := h.proven("o1", "王小草")
	helper.HelpedBy = him.VillagerID
	_, err = h.Export(h.ctx, helper, model.Person{})
	refused(t, err, model.Forbidden)
	_, err = h.Export(h.ctx, model.Console(), model.Person{VillageID: unit, ID: her.VillagerID})
	h.must(err)
	if n := h.count(&model.AuditEntry{}, "verb = 'data.read' AND actor_id = 'console' AND subject = ?", "villager/"+her.VillagerID); n != 1 {
		t.Errorf("the operator's read was noted %d times", n)
	}
}

func TestExportHoldsEverythingOfOnesOwn(t *testing.T) {
	h := build(t)
	her := h.proven("o1", "王小草")
	h.must(h.Consent(h.ctx, her, model.Person{}, "cases", privacy.Purposes()[1].Version, true, ""))
	c := h.ask(her, "<路灯>坏了", true)
	h.ask(h.actor("o1", "李大山"), "李大山的事", true)
	files := h.unzip(her)
	index := files["index.html"]
	for _, want := range []string{"王小草", idNumber(0), phone, "云溪村", "当面确认", "&lt;路灯&gt;坏了", "办理您的留言", "办结后10年", "cases/1.html"} {
		if !strings.Contains(index, want) {
			t.Errorf("index.html lacks %q", want)
		}
	}
	for _, want := range []string{"修好了", "打开附件", "返回"} {
		if !strings.Contains(files["cases/1.html"], want) {
			t.Errorf("the case's page lacks %q", want)
		}
	}
	var data privacy.Data
	if err := json.Unmarshal([]byte(files["data.json"]), &data); err != nil || data.Phone != phone || data.IDNumber != idNumber(0) || len(data.Consents) != 1 || len(data.Bindings) != 1 {
		t.Errorf("data.json: %+v, %v", data, err)
	}
	if !strings.Contains(files["notices.html"], "修好了") || !json.Valid([]byte(files["notices.json"])) {
		t.Error("the notices are missing")
	}
	heard := false
	for name, content := range files {
		heard = heard || strings.HasPrefix(name, "cases/1/") && strings.HasSuffix(name, ".amr") && content == voice
		if strings.Contains(content, "李大山的事") || strings.Contains(content, idNumber(1)) {
			t.Errorf("%s tells of the husband", name)
		}
	}
	if !heard {
		t.Error("her voice is missing")
	}
	// what is too much is left out and said, not half a zip
	h.must(h.store.DB(h.ctx).Model(&model.Rule{}).Where("name = 'export.bytes'").UpdateColumn("value", 0).Error)
	h.clock.Advance(2 * time.Minute)
	files = h.unzip(her)
	if !strings.Contains(files["index.html"], "没有全部放进来") || !strings.Contains(files["cases/1.html"], "没有放进来") {
		t.Error("nobody says that a file is missing")
	}
	_ = c
}

func (h *house) unzip(actor model.Actor) map[string]string {
	h.t.Helper()
	return h.unzipped(actor, model.Person{})
}

// unzipOf is what the operator hands to the person.
func (h *house) unzipOf(person model.Person) map[string]string {
	h.t.Helper()
	return h.unzipped(model.Console(), person)
}

func (h *house) unzipped(actor model.Actor, of model.Person) map[string]string {
	h.t.Helper()
	bundle, err := h.Export(h.ctx, actor, of)
	h.must(err)
	var out bytes.Buffer
	h.must(bundle.WriteTo(h.ctx, &out))
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	h.must(err)
	files := map[string]string{}
	for _, f := range archive.File {
		in, err := f.Open()
		h.must(err)
		content, err := io.ReadAll(in)
		h.must(err)
		files[f.Name] = string(content)
	}
	return files
}

func TestErasureWaitsForTheSecondWord(t *testing.T) {
	h := build(t)
	_, err := h.AskErasure(h.ctx, h.actor("o1", "王小草"), model.Person{})
	refused(t, err, model.Forbidden) // not proven
	her := h.proven("o1", "王小草")
	_, err = h.ConfirmErasure(h.ctx, her, model.Person{})
	refused(t, err, model.Unknown)
	asked, err := h.AskErasure(h.ctx, her, model.Person{})
	h.must(err)
	for _, want := range []string{"3月11日", "再确认一次", "手机号", "花名册上的姓名", "办结后10年", "36个月"} {
		if !strings.Contains(asked.Text(), want) {
			t.Errorf("the answer lacks %q:\n%s", want, asked.Text())
		}
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if again, err := h.AskErasure(h.ctx, her, model.Person{}); err != nil || !again.ConfirmBy.Equal(asked.ConfirmBy) {
				t.Errorf("asked again: %+v, %v", again, err)
			}
		})
	}
	wait.Wait()
	h.must(h.WithdrawErasure(h.ctx, her, model.Person{}))
	_, err = h.ConfirmErasure(h.ctx, her, model.Person{})
	refused(t, err, model.Unknown)
	_, err = h.AskErasure(h.ctx, her, model.Person{})
	h.must(err)
	h.clock.Advance(7 * 24 * time.Hour)
	_, err = h.ConfirmErasure(h.ctx, her, model.Person{})
	refused(t, err, model.Gone)
	if n := h.retain()["erasures"]; n != 1 {
		t.Errorf("%d wishes lapsed", n)
	}
	last, err := h.ErasureOf(h.ctx, her, model.Person{})
	if err != nil || last.State != model.ErasureLapsed {
		t.Errorf("%+v, %v", last, err)
	}
	if _, err := h.AskErasure(h.ctx, her, model.Person{}); err != nil {
		t.Error("a new wish after the old one lapsed:", err)
	}
}

func TestErasureTakesAllThatNoLawHolds(t *testing.T) {
	h := build(t)
	her := h.proven("o1", "王小草")
	secretary := h.proven("o2", "张明")
	_, err := h.AskErasure(h.ctx, secretary, model.Person{})
	h.must(err)
	_, err = h.ConfirmErasure(h.ctx, secretary, model.Person{})
	refused(t, err, model.Conflict) // in office

	open := h.ask(her, "路灯坏了", false)
	h.ask(her, "井盖没了", true)
	h.must(h.Consent(h.ctx, model.Console(), her.Person(), "roll", privacy.Purposes()[0].Version, true, "口头同意"))
	_, err = h.AskErasure(h.ctx, her, model.Person{})
	h.must(err)
	done, err := h.ConfirmErasure(h.ctx, her, model.Person{})
	h.must(err)
	if done.State != model.ErasureDone || !strings.Contains(done.Text(), "已经删除") {
		t.Errorf("%+v", done)
	}
	// on a shared telephone her husband stays
	if n := h.count(&model.Identity{}, "openid = 'o1'"); n != 1 || !h.actor("o1", "李大山").Known() || h.actor("o1", "王小草").Name == "王小草" {
		t.Errorf("%d identities, speaking: %s", n, h.actor("o1", "王小草").Name)
	}
	if n := h.count(&model.Binding{}, "villager_id = ?", her.VillagerID); n != 0 {
		t.Errorf("%d bindings are left", n)
	}
	if n := h.count(&model.Villager{}, "id = ? AND phone_index = '' AND phone_sealed IS NULL AND name = '王小草'", her.VillagerID); n != 1 {
		t.Error("the phone is left, or the roll is gone too early")
	}
	if n := h.count(&model.Consent{}, "evidence <> ''"); n != 0 {
		t.Error("the ledger's free text is left")
	}
	if n := h.count(&model.Case{}, "id = ? AND state <> 'closed' AND summary <> ''", open.ID); n != 1 {
		t.Error("the open case was touched")
	}
	if n := h.count(&model.AuditEntry{}, "verb = 'person.erase' AND actor_name = '' AND subject = ?", "villager/"+her.VillagerID); n != 1 {
		t.Error("no record that it was done, or one with the name")
	}

	// alone on a telephone, everything of the telephone goes
	his := h.proven("o1", "李大山")
	h.must(h.notices.Opened(h.ctx, oa, "o1", notice.ByMessage))
	h.must(h.store.DB(h.ctx).Create(&model.Subscription{Account: oa, OpenID: "o1", TemplateID: "t", Left: 3}).Error)
	h.must(h.store.DB(h.ctx).Create(&model.Dialogue{Account: oa, OpenID: "o1", Data: `[{"Kind":"x"}]`}).Error)
	_, err = h.AskErasure(h.ctx, his, model.Person{})
	h.must(err)
	_, err = h.ConfirmErasure(h.ctx, his, model.Person{})
	h.must(err)
	for _, row := range []any{&model.Identity{}, &model.Binding{}, &model.Window{}, &model.Subscription{}, &model.Dialogue{}} {
		if n := h.count(row, "openid = 'o1'"); n != 0 {
			t.Errorf("%d rows of %T are left", n, row)
		}
	}
	if len(h.told) != 2 || len(h.told[0].Senders) != 0 || len(h.told[1].Senders) != 1 {
		t.Errorf("the other rooms were told %+v", h.told)
	}

	// the roll's hold ends when she moves away
	h.clock.Advance(31 * 24 * time.Hour)
	h.retain()
	if n := h.count(&model.Villager{}, "id = ? AND name = '王小草'", her.VillagerID); n != 1 {
		t.Error("the roll of a villager was erased")
	}
	h.must(h.store.DB(h.ctx).Model(&model.Villager{}).Where("id = ?", her.VillagerID).UpdateColumn("state", model.VillagerMoved).Error)
	h.clock.Advance(31 * 24 * time.Hour)
	h.retain()
	if n := h.count(&model.Villager{}, "id = ? AND (name = '王小草' OR id_sealed IS NOT NULL OR born_on <> '')", her.VillagerID); n != 0 {
		t.Error("the roll's entry is left")
	}
	if n := h.count(&model.Erasure{}, "villager_id = ? AND state = ?", her.VillagerID, model.ErasureEnded); n != 1 {
		t.Error("the wish isn't ended")
	}
	if _, err := h.chain.SealDue(h.ctx); err != nil {
		t.Error(err)
	}
	if r, err := h.chain.Verify(h.ctx, unit, audit0()); err != nil || r.Broken != "" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestWhatIsPastItsTimeGoes(t *testing.T) {
	h := build(t)
	her := h.proven("o1", "王小草")
	closed, open := h.ask(her, "井盖没了", true), h.ask(her, "路灯坏了", false)
	h.must(h.notices.Opened(h.ctx, oa, "o1", notice.ByMessage))
	h.must(h.store.Tx(h.ctx, func(ctx context.Context) error {
		return h.notices.Put(ctx, noteTo(her, "公示"), noteAbout(her, open))
	}))
	_, err := h.notices.SendDue(h.ctx)
	h.must(err)
	for _, d := range []model.Delivery{{Key: "1", State: "handled", Reply: "已收到"}, {Key: "2", State: "failed", Payload: "路灯"}} {
		d.Account, d.ReceivedAt = oa, model.At(h.clock.Now())
		h.must(h.store.DB(h.ctx).Create(&d).Error)
	}
	h.must(h.store.DB(h.ctx).Create(&model.RawDelivery{ID: "1", ReceivedAt: model.At(h.clock.Now()), Body: []byte("x")}).Error)
	for openid, data := range map[string]string{"o8": "", "o9": `[{"Kind":"confidential"}]`} {
		h.must(h.store.DB(h.ctx).Create(&model.Dialogue{Account: oa, OpenID: openid, Data: data, Shown: "x", UpdatedAt: model.At(h.clock.Now())}).Error)
	}
	if counts := h.retain(); sum(counts) != 0 {
		t.Errorf("on the first day: %v", counts)
	}
	h.clock.Advance(31 * 24 * time.Hour)
	if counts := h.retain(); counts["deliveries"] != 1 || counts["dialogues"] < 1 || counts["cases"] != 0 || counts["notices"] != 0 || counts["invitations"] != 0 {
		t.Errorf("after a month: %v", counts)
	}
	if n := h.count(&model.Dialogue{}, "openid = 'o9'"); n != 1 {
		t.Error("a confidential dialogue was closed")
	}
	h.clock.Advance(60 * 24 * time.Hour)
	if counts := h.retain(); counts["deliveries"] != 2 || counts["invitations"] != 3 {
		t.Errorf("after three months: %v", counts)
	}
	h.clock.Advance(100 * 24 * time.Hour)
	if counts := h.retain(); counts["notices"] == 0 {
		t.Errorf("after half a year: %v", counts)
	}
	if n := h.count(&model.Notice{}, "case_id = ? AND state = 'sent' AND text NOT LIKE '%保存期%'", open.ID); n == 0 {
		t.Error("what was told of an open case is gone")
	}
	if n := h.count(&model.Notice{}, "case_id = ? AND state = 'sent' AND text NOT LIKE '%保存期%'", closed.ID); n != 0 {
		t.Errorf("%d notices of the closed case are left", n)
	}
	if again := h.retain(); again["notices"] != 0 {
		t.Errorf("emptied twice: %v", again)
	}
	h.clock.Set(h.clock.Now().AddDate(10, 0, 0))
	if counts := h.retain(); counts["cases"] != 1 {
		t.Errorf("after ten years: %v", counts)
	}
	_, err = h.media.SweepDue(h.ctx)
	h.must(err)
	if n := h.count(&model.CaseEvent{}, "case_id = ? AND (text <> '' OR by_name <> '' OR media_id <> '')", closed.ID); n != 0 {
		t.Errorf("%d lines of the closed case are left", n)
	}
	if n := h.count(&model.Case{}, "id = ? AND summary = '' AND asker_name = '' AND solved_by_asker > 0 AND number > 0", closed.ID); n != 1 {
		t.Error("the closed case isn't emptied, or its facts are gone")
	}
	if n := h.count(&model.Media{}, "1 = 1"); n != 1 {
		t.Errorf("%d files, want the open case's alone", n)
	}
	_, err = h.cases.EscalateDue(h.ctx)
	h.must(err)
	view, err := h.cases.Get(h.ctx, her, casework.RefOf(open))
	if err != nil || !slices.ContainsFunc(view.Events, func(e model.CaseEvent) bool { return e.Text == "路灯坏了" }) {
		t.Error("the open case lost its words")
	}
}

func sum(counts privacy.Counts) int {
	n := 0
	for _, m := range counts {
		n += m
	}
	return n
}
