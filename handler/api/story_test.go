package api_test

import (
	"strings"
	"testing"
	"time"

	"cunwu/handler/handlertest"
	"cunwu/model"
)

// Somebody comes in unknown, says which village, asks, is bound, and is the same
// person afterwards.
func TestAStrangerBecomesAVillager(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草", "张明")
	h.grant("yunxi", "张明", model.RoleBranchSecretary)
	token := h.enter("wang")
	if me := h.get(token, "/me").want(200); me.fields["person"] != nil || len(me.fields["persons"].([]any)) != 0 {
		t.Errorf("a stranger is %s", me.body)
	}
	h.post(token, "/cases", map[string]any{"text": "路灯坏了"}).want(409)
	if me := h.post(token, "/me/speaker", map[string]any{"village": "yunxi"}).want(200); me.text("village") != "yunxi" {
		t.Errorf("addressed %s", me.body)
	}
	h.post(token, "/me/speaker", map[string]any{"village": "nowhere"}).want(404)
	before := h.ask(token, "路灯坏了").text("id")
	if a := h.post(token, "/bindings", map[string]any{"invite_code": "00000000"}); a.status != 422 {
		t.Errorf("a wrong code: %d %s", a.status, a.body)
	}
	pending := h.post(token, "/bindings", map[string]any{"phone_code": "phone-18800000000", "name": "王小草", "village": "yunxi"}).want(202)
	if pending.text("state") != "pending" || pending.fields["number"] == nil {
		t.Errorf("pending: %s", pending.body)
	}
	number := pending.fields["number"]
	zhang := h.token("yunxi", "张明")
	waiting := h.get(zhang, "/requests?village=yunxi").want(200)
	if text := string(waiting.body); !strings.Contains(text, "王小草") || !strings.Contains(text, "188****0000") || strings.Contains(text, "18800000000") {
		t.Errorf("waiting: %s", text)
	}
	h.post(zhang, "/requests/confirm", map[string]any{"village": "yunxi", "number": number}).want(200)
	me := h.get(token, "/me").want(200)
	if person, _ := me.fields["person"].(map[string]any); person == nil || person["name"] != "王小草" || person["strong"] != true {
		t.Errorf("bound: %s", me.body)
	}
	if list := h.get(token, "/cases").want(200); !strings.Contains(string(list.body), before) {
		t.Errorf("what was asked before binding is lost: %s", list.body)
	}
	phone := h.enter("other")
	bound := h.post(phone, "/bindings", map[string]any{"phone_code": "phone-" + phone1(), "name": "王小草"}).want(200)
	if bound.text("state") != "bound" {
		t.Errorf("bound by phone: %s", bound.body)
	}
}

func phone1() string { return handlertest.Phone(1) }

func TestSessionsAreSeenAndEnded(t *testing.T) {
	h := newHouse(t)
	first, second := h.enter("wang"), h.enter("wang")
	var sessions struct {
		Items []struct {
			ID      string
			Current bool
		}
	}
	h.get(first, "/sessions").want(200).into(&sessions)
	if len(sessions.Items) != 2 {
		t.Fatalf("%+v", sessions)
	}
	for _, s := range sessions.Items {
		if !s.Current {
			h.call(first, "DELETE", "/api/v1/sessions/"+s.ID, nil).want(204)
		}
	}
	h.get(second, "/me").want(401)
	h.post(first, "/logout", nil).want(204)
	h.get(first, "/me").want(401)
	third := h.enter("wang")
	h.clock.Advance(time.Second)
	h.call(third, "DELETE", "/api/v1/sessions", nil).want(204)
	h.get(third, "/me").want(401)
	if a := h.post("", "/login", map[string]any{"code": "used"}); a.status != 422 {
		t.Errorf("a used code: %d %s", a.status, a.body)
	}
}

func TestAskAnswerVerdict(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草", "张明")
	h.grant("yunxi", "张明", model.RoleBranchSecretary)
	wang, zhang := h.token("yunxi", "王小草"), h.token("yunxi", "张明")

	me := h.get(zhang, "/me").want(200)
	if text := string(me.body); !strings.Contains(text, `"name":"张明"`) || !strings.Contains(text, `"roles":["villager","branch_secretary"]`) ||
		!strings.Contains(text, `"village":{"code":"yunxi","name":"云溪村"}`) || !strings.Contains(text, `"household_no":"2"`) || !strings.Contains(text, `"strong":true`) {
		t.Errorf("me: %s", text)
	}
	opened := h.ask(wang, "路灯坏了三天")
	id := opened.text("id")
	if !strings.HasPrefix(id, "yunxi-") || opened.fields["number"] != 1.0 || opened.text("state") != "submitted" || !strings.HasSuffix(opened.text("due_at"), "+08:00") {
		t.Errorf("opened: %s", opened.body)
	}
	if _, err := time.Parse(time.RFC3339, opened.text("due_at")); err != nil {
		t.Error(err)
	}
	held := h.get(zhang, "/cases?as=handler&state=open").want(200)
	if text := string(held.body); !strings.Contains(text, id) || !strings.Contains(text, `"asker":"王小草"`) {
		t.Errorf("held: %s", text)
	}
	h.post(zhang, "/cases/"+id+"/contact", nil).want(200)
	h.post(zhang, "/cases/"+id+"/ask", map[string]any{"text": "哪一盏？"}).want(200)
	h.post(wang, "/cases/"+id+"/messages", map[string]any{"text": "村口那盏"}).want(200)
	h.post(zhang, "/cases/"+id+"/extend", map[string]any{"reason": "等零件"}).want(200)
	h.post(zhang, "/cases/"+id+"/reply", map[string]any{"text": "换好了"}).want(200)
	seen := h.get(wang, "/cases/"+id).want(200)
	var view struct {
		Side, State, Handler string
		Timeline             []struct{ Kind, By, Name, Text string }
		Clocks               []struct{ Tier string }
	}
	seen.into(&view)
	var lines []string
	for _, e := range view.Timeline {
		lines = append(lines, e.By+" "+e.Kind+" "+e.Text)
	}
	want := "asker said 路灯坏了三天|handler contact |handler asked 哪一盏？|asker said 村口那盏|handler extended 等零件|handler replied 换好了"
	if got := strings.Join(lines, "|"); got != want || view.Side != "asker" || view.State != "replied" || view.Handler != "张明" || len(view.Clocks) != 1 || view.Clocks[0].Tier != "村党支部" {
		t.Errorf("%s\n%+v", got, view)
	}
	inbox := h.get(wang, "/notices").want(200)
	var notices struct{ Items []struct{ ID, Text string } }
	inbox.into(&notices)
	if len(notices.Items) < 3 || !strings.Contains(string(inbox.body), "换好了") {
		t.Fatalf("inbox: %s", inbox.body)
	}
	h.post(wang, "/notices/"+notices.Items[0].ID+"/read", nil).want(204)
	h.post(zhang, "/notices/"+notices.Items[0].ID+"/read", nil).want(404)
	closed := h.post(wang, "/cases/"+id+"/verdict", map[string]any{"solved": true, "stars": 5, "text": "修得快"}).want(200)
	if closed.text("state") != "closed" {
		t.Errorf("closed: %s", closed.body)
	}
	final := h.get(wang, "/cases/"+id).want(200)
	if final.fields["solved"] != true || final.fields["stars"] != 5.0 {
		t.Errorf("%s", final.body)
	}
}

// Words that accuse an office holder wait until it is chosen who may see them.
func TestAnAccusationIsChosenFor(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草", "张明")
	h.grant("yunxi", "张明", model.RoleBranchSecretary)
	h.grant("xishan", "孙有田", model.RoleTownship)
	wang, zhang := h.token("yunxi", "王小草"), h.token("yunxi", "张明")
	text := "举报张明书记贪污修路款"
	if a := h.post(wang, "/cases", map[string]any{"text": text}); a.status != 409 || a.text("code") != "unclear" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if n := h.rows(&model.Case{}); n != 0 {
		t.Errorf("%d cases before the choice", n)
	}
	only := h.post(wang, "/cases", map[string]any{"text": text, "confidential": true}).want(201).text("id")
	h.get(zhang, "/cases/"+only).want(404)
	both := h.post(wang, "/cases", map[string]any{"text": text, "confidential": false}).want(201).text("id")
	h.get(zhang, "/cases/"+both).want(404)
	plain := h.ask(wang, "路灯坏了").text("id")
	if a := h.post(wang, "/cases/"+plain+"/messages", map[string]any{"text": text}); a.status != 409 || a.text("code") != "unclear" {
		t.Errorf("added: %d %s", a.status, a.body)
	}
	if list := string(h.get(zhang, "/cases?as=handler").want(200).body); strings.Contains(list, only) || strings.Contains(list, both) || !strings.Contains(list, plain) {
		t.Errorf("the accused sees %s", list)
	}
}

// Danger shows the numbers; plain danger wakes others at once, a word of danger is
// asked about, and silence counts as yes.
func TestDanger(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草", "张明", "陈网格")
	h.grant("yunxi", "张明", model.RoleBranchSecretary)
	h.grant("yunxi", "陈网格", model.RoleGridWorker)
	wang, chen := h.token("yunxi", "王小草"), h.token("yunxi", "陈网格")
	woken := func() int { return strings.Count(string(h.get(chen, "/notices").want(200).body), `"id"`) }

	a := h.post(wang, "/cases", map[string]any{"text": "着火了快来救命"}).want(201)
	if !strings.Contains(a.text("advice"), "110") || a.text("ask") != "" || woken() != 1 {
		t.Errorf("plain danger: %s, %d woken", a.body, woken())
	}
	a = h.post(wang, "/cases", map[string]any{"text": "村口有人打架"}).want(201)
	if !strings.Contains(a.text("advice"), "110") || a.text("ask") != "danger" || woken() != 1 {
		t.Errorf("a word of danger: %s, %d woken", a.body, woken())
	}
	h.post(wang, "/cases/"+a.text("id")+"/danger", map[string]any{"real": false}).want(204)
	h.clock.Advance(3 * time.Minute)
	h.settleSilences()
	if woken() != 1 {
		t.Error("woken though it was denied")
	}
	a = h.post(wang, "/cases", map[string]any{"text": "桥头有人打架"}).want(201)
	h.post(wang, "/cases/"+a.text("id")+"/danger", map[string]any{"real": true}).want(204)
	if woken() != 2 {
		t.Error("not woken though it is real")
	}
	h.post(wang, "/cases", map[string]any{"text": "河边有人打架"}).want(201)
	h.clock.Advance(3 * time.Minute)
	h.settleSilences()
	if woken() != 3 {
		t.Error("not woken by silence")
	}
}

func (h *house) settleSilences() {
	h.t.Helper()
	_, err := h.deps.Desk.Dialogue.SettleDue(h.ctx)
	h.ok(err)
}

// A child in the city files for an elder who agreed; the case is the elder's.
func TestHelpingAnElder(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王奶奶", "王小草", "张明")
	h.grant("yunxi", "张明", model.RoleBranchSecretary)
	elder, child, zhang := h.token("yunxi", "王奶奶"), h.token("yunxi", "王小草"), h.token("yunxi", "张明")
	asked := h.post(child, "/helpers", map[string]any{"name": "王奶奶", "scope": []string{"cases"}, "months": 12}).want(201)
	elderID := model.PublicID("yunxi", h.person("yunxi", "王奶奶").ID)
	file := map[string]any{"text": "奶奶家漏水", "on_behalf_of": elderID}
	h.post(child, "/cases", file).want(403)
	h.post(child, "/helpers/"+asked.text("id")+"/agree", nil).want(404) // nobody agrees for the elder
	h.post(elder, "/helpers/"+asked.text("id")+"/agree", nil).want(200)
	opened := h.post(child, "/cases", file).want(201)
	id := opened.text("id")
	if a := h.get(elder, "/cases/"+id).want(200); a.text("side") != "asker" || !strings.Contains(string(a.body), `"by":"helper"`) {
		t.Errorf("the elder sees %s", a.body)
	}
	if a := h.get(child, "/cases/"+id).want(200); a.text("side") != "helper" {
		t.Errorf("the child sees %s", a.body)
	}
	h.post(child, "/cases/"+id+"/messages", map[string]any{"text": "厨房最严重"}).want(200)
	h.post(elder, "/cases", map[string]any{"text": "只给镇里看的话", "confidential": true}).want(201)
	if a := h.get(child, "/cases?for="+elderID).want(200); strings.Count(string(a.body), `"id"`) != 1 || !strings.Contains(string(a.body), "奶奶家漏水") {
		t.Errorf("the child lists %s", a.body)
	}
	h.get(zhang, "/cases?for="+elderID).want(403)
	h.post(zhang, "/cases/"+id+"/reply", map[string]any{"text": "修好了"}).want(200)
	h.post(child, "/cases/"+id+"/verdict", map[string]any{"solved": true}).want(403).has("要由本人来做")
	h.post(elder, "/cases/"+id+"/verdict", map[string]any{"solved": true, "stars": 5}).want(200)
	var helps struct {
		Items []struct {
			ID, Elder, State string
			Mine             bool
		}
	}
	h.get(elder, "/helpers").want(200).into(&helps)
	if len(helps.Items) != 1 || !helps.Items[0].Mine || helps.Items[0].State != "agreed" {
		t.Errorf("%+v", helps)
	}
	h.post(elder, "/helpers/"+asked.text("id")+"/end", nil).want(200)
	h.post(child, "/cases", file).want(403)
	h.get(child, "/cases?for="+elderID).want(403)
}

// Whoever accused somebody may go on about the same person in the same case, and
// begins another one about others.
func TestAnAccusationGoesOn(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草", "张明", "赵志强")
	h.grant("yunxi", "张明", model.RoleBranchSecretary)
	h.grant("yunxi", "赵志强", model.RoleCommittee)
	wang := h.token("yunxi", "王小草")
	h.post(wang, "/cases", map[string]any{"text": "张明贪污低保钱"}).want(409)
	id := h.post(wang, "/cases", map[string]any{"text": "张明贪污低保钱", "confidential": false}).want(201).text("id")
	h.post(wang, "/cases/"+id+"/messages", map[string]any{"text": "张明又收钱了"}).want(200)
	h.post(wang, "/cases/"+id+"/messages", map[string]any{"text": "赵志强也收钱了"}).want(409)
}

// A correction is a case that is decided by yes or no.
func TestACorrection(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草", "陈网格")
	h.grant("yunxi", "陈网格", model.RoleGridWorker)
	wang, chen := h.token("yunxi", "王小草"), h.token("yunxi", "陈网格")
	path, body, header := photo(t)
	picture := h.call(wang, "POST", "/api/v1"+path, body, header...).want(201).text("id")
	asked := h.post(wang, "/me/corrections", map[string]any{"field": "residence", "value": "杭州", "evidence": "在杭州打工", "upload_id": picture}).want(201)
	h.post(wang, "/me/corrections", map[string]any{"field": "residence", "value": "上海", "evidence": "x"}).want(409)
	h.get(chen, "/uploads/"+picture).want(200)
	h.post(chen, "/cases/"+asked.text("case_id")+"/decide", map[string]any{"adopted": true, "reason": "核实了"}).want(200)
	if me := h.get(wang, "/me").want(200); !strings.Contains(string(me.body), `"residence":"杭州"`) {
		t.Errorf("me: %s", me.body)
	}
	if list := h.get(wang, "/me/corrections").want(200); !strings.Contains(string(list.body), `"state":"confirmed"`) {
		t.Errorf("%s", list.body)
	}
}

// One's own data: consents, export, erasure in two steps.
func TestPrivacy(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草")
	token := h.token("yunxi", "王小草")
	h.ask(token, "路灯坏了")
	var consents struct {
		Items []struct {
			Purpose, Version string
			Given            bool
		}
	}
	h.get(token, "/me/consents").want(200).into(&consents)
	if len(consents.Items) < 4 || consents.Items[0].Given {
		t.Fatalf("%+v", consents)
	}
	c := consents.Items[0]
	h.post(token, "/me/consents", map[string]any{"purpose": c.Purpose, "version": c.Version, "given": true}).want(204)
	h.post(token, "/me/consents", map[string]any{"purpose": c.Purpose, "version": "old", "given": true}).want(409)
	h.get(token, "/me/consents").want(200).into(&consents)
	if !consents.Items[0].Given {
		t.Errorf("%+v", consents.Items[0])
	}
	zip := h.get(token, "/me/export").want(200)
	if zip.header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(string(zip.body), "PK") || !strings.Contains(zip.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("export: %v", zip.header)
	}
	before := h.get(token, "/me/erasure").want(200)
	if before.text("state") != "" || !strings.Contains(before.text("text"), "手机号") {
		t.Errorf("%s", before.body)
	}
	if asked := h.post(token, "/me/erasure", nil).want(200); asked.text("state") != "asked" || asked.text("confirm_by") == "" {
		t.Errorf("%s", asked.body)
	}
	if done := h.post(token, "/me/erasure/confirm", nil).want(200); done.text("state") != "done" {
		t.Errorf("%s", done.body)
	}
	h.get(token, "/me").want(401) // whoever is forgotten is signed out
}
