package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cunwu/model"
)

// disputants gives the village a respondent, a mediator and a lawyer, and the
// township its officer.
func (h *house) disputants() {
	h.t.Helper()
	found, err := h.people.Find(h.ctx, "yunxi", "陈勇", "")
	h.ok(err)
	if len(found) > 0 {
		return
	}
	h.settle("yunxi", "陈勇", "李调解", "郑律师")
	h.grant("yunxi", "李调解", model.RoleMediator)
	h.grant("yunxi", "郑律师", model.RoleLawyer)
}

func (h *house) asks(name string) string { return h.token("yunxi", name) }

// disputed files a dispute with 陈勇, which waits for 李调解.
func (h *house) disputed(token string) string {
	h.t.Helper()
	h.disputants()
	return h.post(token, "/disputes", fields{"kind": "邻里", "other_party": "陈勇", "facts": "他家的墙挡了水沟", "wish": "把沟留出来", "mediator": "李调解"}).want(201).text("id")
}

// mediating is a dispute that both parties want mediated.
func (h *house) mediating(token string) string {
	h.t.Helper()
	id := h.disputed(token)
	h.post(h.asks("李调解"), "/disputes/"+id+"/accept", nil).want(200)
	h.post(h.asks("陈勇"), "/disputes/"+id+"/consent", nil).want(200)
	return id
}

func (h *house) agreement(content string) fields {
	day := func(n int) string { return h.clock.Now().AddDate(0, 0, n).Format(time.DateOnly) }
	return fields{"form": "signed", "facts": "墙占了水沟", "responsibility": "陈勇负责", "content": content, "manner": "各自动工",
		"promises": []fields{{"by": "respondent", "what": "留出水沟", "due_on": day(10)}, {"by": "applicant", "what": "付料钱", "amount_fen": 50000, "due_on": day(20)}}}
}

// written is a dispute whose agreement waits for signatures, and its hash.
func (h *house) written(token string) (id, hash string) {
	h.t.Helper()
	id = h.mediating(token)
	return id, h.post(h.asks("李调解"), "/disputes/"+id+"/agreement", h.agreement("留沟，补料钱")).want(201).text("hash")
}

// agreed is a dispute whose agreement is in effect.
func (h *house) agreed(token string) string {
	h.t.Helper()
	id, hash := h.written(token)
	for _, signer := range []string{token, h.asks("陈勇"), h.asks("李调解")} {
		h.post(signer, "/disputes/"+id+"/sign", fields{"hash": hash}).want(200)
	}
	return id
}

// counselled is a dispute in which 郑律师 serves whoever filed it.
func (h *house) counselled(token string) string {
	h.t.Helper()
	id := h.mediating(token)
	h.post(h.asks("李调解"), "/disputes/"+id+"/refer", fields{"to": "lawyer"}).want(200)
	for _, party := range []string{token, h.asks("陈勇")} {
		h.post(party, "/disputes/"+id+"/consent", nil).want(200)
	}
	h.post(h.asks("郑律师"), "/disputes/"+id+"/side", fields{"side": "applicant"}).want(200)
	return id
}

// hall is a house in which 王小草 has a dispute with 陈勇.
func newHall(t *testing.T) (h *house, wang, chen, li string) {
	h = newHouse(t)
	h.settle("yunxi", "王小草", "张明", "赵志强")
	h.grant("yunxi", "张明", model.RoleBranchSecretary)
	h.grant("xishan", "周丽", model.RoleTownship)
	h.disputants()
	return h, h.asks("王小草"), h.asks("陈勇"), h.asks("李调解")
}

// officer is 周丽's session.
func (h *house) officer() string {
	h.t.Helper()
	p := h.person("xishan", "周丽")
	_, err := h.people.BindInPerson(h.ctx, model.Console(), p, mini, "o"+p.ID)
	h.ok(err)
	return h.enter(p.ID)
}

func (a answered) holds(words ...string) answered {
	a.t.Helper()
	for _, w := range words {
		if !strings.Contains(string(a.body), w) {
			a.t.Errorf("%q isn't in %s", w, a.body)
		}
	}
	return a
}

func (a answered) lacks(words ...string) answered {
	a.t.Helper()
	for _, w := range words {
		if strings.Contains(string(a.body), w) {
			a.t.Errorf("%q is in %s", w, a.body)
		}
	}
	return a
}

// From the filing to the last promise kept; nobody without a part learns that there
// is a dispute, and no side reads what isn't meant for it.
func TestADisputeFromFilingToTheLastPromise(t *testing.T) {
	h, wang, chen, li := newHall(t)
	zhang, officer := h.asks("张明"), h.officer()
	path, body, header := photo(t)
	picture := h.call(wang, "POST", "/api/v1"+path, body, header...).want(201).text("id")
	filed := h.post(wang, "/disputes", fields{"kind": "邻里", "other_party": "陈勇", "facts": "墙挡了水沟", "wish": "留出沟来", "upload_ids": []string{picture}, "mediator": "李调解"}).want(201)
	id := filed.text("id")
	if filed.fields["number"] == nil || !strings.Contains(filed.text("rights"), "起诉") || filed.text("advice") != "" {
		t.Errorf("%s", filed.body)
	}
	at := "/disputes/" + id
	for _, outsider := range []string{zhang, h.asks("赵志强"), h.asks("郑律师")} {
		h.get(outsider, at).want(404)
		h.get(outsider, "/cases/"+id).want(404)
		h.get(outsider, "/uploads/"+picture).want(404)
		h.get(outsider, "/disputes").want(200).lacks(id)
		h.get(outsider, "/cases?as=handler").want(200).lacks(id)
		h.post(outsider, at+"/messages", fields{"text": "让我看看", "to": "both"}).want(404)
	}
	h.get(li, "/disputes").want(200).holds(id, `"part":"mediator"`)
	h.get(chen, at).want(200).holds(`"asking":"consent"`, `"words":[]`).lacks("水沟", picture)
	h.get(chen, "/uploads/"+picture).want(404)
	h.get(li, "/uploads/"+picture).want(200)
	h.get(officer, at).want(200).holds("墙挡了水沟", `"part":"township"`)
	h.post(li, at+"/accept", nil).want(200)
	h.post(li, at+"/messages", fields{"text": "都来吧", "to": "both"}).want(425)
	if a := h.post(chen, at+"/consent", nil).want(200); a.text("state") != "mediating" {
		t.Errorf("%s", a.body)
	}
	h.post(wang, at+"/messages", fields{"text": "我只想留一尺沟"}).want(200)
	h.post(li, at+"/messages", fields{"text": "您看让一尺行不行", "to": "respondent"}).want(200)
	h.post(li, at+"/messages", fields{"text": "周五都来村委会", "to": "both"}).want(200)
	h.get(chen, at).want(200).holds("您看让一尺行不行", "周五都来").lacks("我只想留一尺沟", "墙挡了水沟", `"flag":{`)
	h.get(wang, at).want(200).holds("我只想留一尺沟", "周五都来").lacks("您看让一尺行不行")

	h.post(li, at+"/sessions", fields{"at": h.clock.Now().Add(24 * time.Hour), "place": "村委会"}).want(201).holds(`"seq":1`)
	h.post(chen, at+"/sessions", fields{"at": h.clock.Now().Add(48 * time.Hour), "place": "我家"}).want(403)
	h.clock.Advance(25 * time.Hour)
	h.post(li, at+"/sessions/record", fields{"attended": []string{"王小草", "陈勇"}, "record": "双方同意让一尺", "next_at": h.clock.Now().Add(24 * time.Hour), "next_place": "水沟边"}).want(200)
	h.get(chen, at).want(200).holds("双方同意让一尺", "水沟边", `"seq":2`)
	h.signs(at, wang, chen, li)
	h.keeps(at, wang, chen)
	h.get(zhang, at).want(404)
	notices := h.get(chen, "/notices").want(200).holds("您的调解案有新进展")
	notices.lacks("水沟", "一尺", "王小草", "料钱")
	if strings.Contains(h.logs.String(), "一尺") {
		t.Error("the log tells of the dispute")
	}
}

// signs: an edit voids a signature; the mediator signs last.
func (h *house) signs(at, wang, chen, li string) {
	h.t.Helper()
	old := h.post(li, at+"/agreement", h.agreement("让一尺")).want(201).lacks("让一尺").text("hash")
	h.get(chen, at).want(200).holds(old, "让一尺", "500.00元")
	h.post(wang, at+"/sign", fields{"hash": old}).want(200)
	h.post(wang, at+"/sign", fields{"hash": old}).want(409)
	h.post(li, at+"/sign", fields{"hash": old}).want(425)
	h.get(chen, at).want(200).holds(`"signatures":[{"name":"王小草"`)
	hash := h.post(li, at+"/agreement", h.agreement("让一尺二")).want(201).text("hash")
	if hash == old {
		h.t.Fatal("an edit has the same hash")
	}
	h.get(wang, at).want(200).holds(`"signatures":[]`)
	h.post(chen, at+"/sign", fields{"hash": old}).want(409).holds("作废")
	for _, signer := range []string{wang, chen, li} {
		h.post(signer, at+"/sign", fields{"hash": hash}).want(200)
	}
	a := h.get(wang, at).want(200)
	if a.text("state") != "agreed" {
		h.t.Errorf("%s", a.body)
	}
	a.lacks("openid", "o"+h.person("yunxi", "陈勇").ID)
	h.post(wang, at+"/withdraw", nil).want(409)
	if seal := h.get(wang, at+"/seal").want(200).text("seal"); len(seal) < 80 {
		h.t.Errorf("seal %q", seal)
	}
	paper := h.get(wang, at+"/paper")
	if testFont() == "" {
		paper.want(503).holds("字体")
	} else if paper.want(200); !strings.HasPrefix(string(paper.body), "%PDF-") || paper.header.Get("Content-Type") != "application/pdf" {
		h.t.Errorf("no PDF: %v", paper.header)
	}
}

// keeps: the form for the court, and each side's word on the other's promises.
func (h *house) keeps(at, wang, chen string) {
	h.t.Helper()
	court := h.get(wang, at+"/confirmation").want(200).holds("司法确认申请书", "王小草", "陈勇")
	if court.fields["days_left"] != 33.0 { // the thirtieth is in the holidays of 清明
		h.t.Errorf("%s", court.body)
	}
	h.post(chen, at+"/confirmation", nil).want(200)
	h.post(wang, at+"/confirmation", nil).want(409)
	h.post(chen, at+"/performance", fields{"seq": 1, "kept": true}).want(409) // one's own promise
	h.post(wang, at+"/performance", fields{"kept": true}).want(200)
	last := h.post(chen, at+"/performance", fields{"seq": 2, "kept": true}).want(200)
	if last.text("state") != "closed" {
		h.t.Errorf("%s", last.body)
	}
	h.get(wang, at).want(200).holds(`"outcome":"kept"`, `"state":"kept"`)
}

func TestABrokenPromiseReopens(t *testing.T) {
	h, wang, chen, _ := newHall(t)
	at := "/disputes/" + h.agreed(wang)
	if a := h.post(wang, at+"/performance", fields{"kept": false, "text": "沟还堵着"}).want(200); a.text("state") != "mediating" {
		t.Errorf("%s", a.body)
	}
	h.get(chen, at).want(200).holds(`"reopened":1`).lacks("沟还堵着")
}

// The lawyer reads what the parties released and nothing else, and serves one side.
func TestTheLawyerReadsWhatWasReleased(t *testing.T) {
	h, wang, chen, li := newHall(t)
	zheng := h.asks("郑律师")
	id := h.mediating(wang)
	at := "/disputes/" + id
	h.post(wang, at+"/messages", fields{"text": "有张收条"}).want(200)
	h.post(chen, at+"/messages", fields{"text": "墙是前年砌的"}).want(200)
	h.get(zheng, at).want(404)
	h.post(li, at+"/refer", fields{"to": "lawyer"}).want(200)
	h.get(wang, at).want(200).holds(`"asking":"lawyer"`)
	h.post(wang, at+"/consent", nil).want(200)
	h.get(zheng, at).want(404) // one yes isn't two
	h.post(chen, at+"/consent", nil).want(200)
	h.get(zheng, at).want(200).holds(`"words":[]`).lacks("收条", "前年") // no side declared
	var view struct {
		Words []struct {
			ID, Text       string
			Mine, Released bool
		}
	}
	h.get(wang, at).want(200).into(&view)
	var keep []string
	for _, w := range view.Words {
		if w.Text == "有张收条" && w.Mine && w.Released {
			keep = append(keep, w.ID)
		}
	}
	h.post(wang, at+"/release", fields{"word_ids": keep}).want(204)
	h.post(chen, at+"/release", fields{"word_ids": keep}).want(204) // another's word can't be released
	h.post(zheng, at+"/side", fields{"side": "applicant"}).want(200)
	h.post(zheng, at+"/side", fields{"side": "respondent"}).want(409)
	h.get(zheng, at).want(200).holds("有张收条").lacks("水沟", "前年")
	h.post(zheng, at+"/messages", fields{"text": "收条要留好", "to": "applicant"}).want(200)
	h.post(wang, at+"/messages", fields{"text": "我怕输", "to": "lawyer"}).want(200)
	h.post(zheng, at+"/messages", fields{"text": "您也说说", "to": "respondent"}).want(403)
	h.post(chen, at+"/messages", fields{"text": "也帮帮我", "to": "lawyer"}).want(403)
	h.get(wang, at).want(200).holds("收条要留好")
	for _, other := range []string{chen, li, h.officer()} {
		h.get(other, at).want(200).lacks("收条要留好", "我怕输")
	}
	h.post(chen, at+"/refuse", nil).want(200)
	h.get(zheng, at).want(404)
}

// Danger is shown the numbers, never to the other side, and isn't closed without a
// report.
func TestADisputeWithDanger(t *testing.T) {
	h, wang, chen, li := newHall(t)
	officer := h.officer()
	a := h.post(wang, "/disputes", fields{"kind": "邻里", "other_party": "陈勇", "facts": "他拿刀要砍我，救命", "wish": "别再来", "mediator": "李调解"}).want(201)
	if !strings.Contains(a.text("advice"), "110") {
		t.Errorf("%s", a.body)
	}
	at := "/disputes/" + a.text("id")
	h.post(li, at+"/accept", nil).want(200)
	h.get(li, at).want(200).holds(`"flag":{"what":"danger"`)
	h.get(chen, at).want(200).lacks(`"flag":{`, "刀")
	h.get(officer, "/disputes/flags?village=yunxi").want(200).holds(a.text("id"))
	h.get(li, "/disputes/flags").want(403)
	h.post(li, at+"/fail", fields{"reason": "没法调"}).want(409)
	h.post(wang, at+"/report", fields{"text": "报了"}).want(403)
	h.post(li, at+"/report", fields{"text": "9点打110，派出所已到场"}).want(200)
	h.get(officer, "/disputes/flags?village=yunxi").want(200).lacks(a.text("id"))
	h.get(wang, at).want(200).lacks("派出所已到场")
	h.post(li, at+"/fail", fields{"reason": "双方分开了"}).want(200)
	h.get(wang, at).want(200).holds(`"outcome":"failed"`, "法院")
}

// What isn't for mediation is refused with the right door; a child helps an elder,
// who alone says yes and no.
func TestTheRightDoorsAndHelping(t *testing.T) {
	h, wang, chen, _ := newHall(t)
	file := fields{"kind": "村务管理", "other_party": "张明", "facts": "张明书记分低保不公", "wish": "重新分"}
	h.post(wang, "/disputes", file).want(403).holds("镇里")
	h.post(wang, "/disputes", fields{"kind": "邻里", "other_party": "陈勇", "facts": "x", "wish": "y", "elsewhere": "court"}).want(403).holds("法院")
	h.post(wang, "/disputes", fields{"kind": "没有这类", "other_party": "陈勇", "facts": "x", "wish": "y"}).want(422)
	h.post(wang, "/disputes", fields{"kind": "邻里", "other_party": "不认识", "facts": "x", "wish": "y"}).want(404)
	h.post(wang, "/disputes", fields{"kind": "邻里", "other_party": "王小草", "facts": "x", "wish": "y"}).want(422)
	h.settle("yunxi", "王奶奶")
	elder, elderID := h.asks("王奶奶"), model.PublicID("yunxi", h.person("yunxi", "王奶奶").ID)
	mine := fields{"kind": "邻里", "other_party": "陈勇", "facts": "奶奶家的墙", "wish": "修好", "mediator": "李调解", "on_behalf_of": elderID}
	h.post(wang, "/disputes", mine).want(403)
	help := h.post(wang, "/helpers", fields{"name": "王奶奶", "scope": []string{"cases", "reading"}, "months": 12}).want(201).text("id")
	h.post(elder, "/helpers/"+help+"/agree", nil).want(200)
	path, body, header := photo(t)
	mine["upload_ids"] = []string{h.call(wang, "POST", "/api/v1"+path, body, header...).want(201).text("id")}
	at := "/disputes/" + h.post(wang, "/disputes", mine).want(201).text("id")
	h.get(elder, at).want(200).holds(`"part":"applicant"`, `"mine":true`)
	h.get(elder, "/uploads/"+mine["upload_ids"].([]string)[0]).want(200)
	h.get(wang, at).want(404)
	h.get(wang, at+"?on_behalf_of="+elderID).want(200).holds("奶奶家的墙")
	h.get(chen, at+"?on_behalf_of="+elderID).want(403)
	h.post(wang, at+"/messages", fields{"text": "厨房最重", "on_behalf_of": elderID}).want(200)
	h.get(elder, at).want(200).holds("厨房最重", "代办人代说")
	h.post(wang, at+"/withdraw", nil).want(404)
	h.post(elder, at+"/withdraw", fields{"reason": "不告了"}).want(200)
}

// Legal help without a dispute: the lawyer on duty answers; the triage keeps nothing.
func TestLegalHelp(t *testing.T) {
	h, wang, _, li := newHall(t)
	zheng, zhang := h.asks("郑律师"), h.asks("张明")
	h.get(wang, "/legal/duty").want(200).holds(`"today":""`, "郑律师")
	zhengID := model.PublicID("yunxi", h.person("yunxi", "郑律师").ID)
	duty := fields{"lawyer_id": zhengID, "day": h.clock.Now().Format(time.DateOnly)}
	h.post(zhang, "/legal/duty", duty).want(403)
	h.post(zheng, "/legal/duty", duty).want(204)
	h.get(wang, "/legal/duty").want(200).holds(`"today":"郑律师"`)
	asked := h.post(wang, "/legal/questions", fields{"text": "借条没写日期有效吗"}).want(201)
	if asked.text("handler") != "郑律师" {
		t.Errorf("%s", asked.body)
	}
	h.get(zhang, "/cases/"+asked.text("id")).want(404)
	h.post(zheng, "/cases/"+asked.text("id")+"/reply", fields{"text": "有效，留好转账记录"}).want(200)
	h.get(wang, "/cases/"+asked.text("id")).want(200).holds("留好转账记录")
	h.get("", "/disputes/kinds").want(200).holds("邻里", "court")
	h.get("", "/legal/aid").want(200).holds("家庭暴力")
	h.get("", "/legal/aid/triage?matter=家庭暴力、虐待、遗弃&person=都不是").want(200).holds(`"likely":true`)
	h.get("", "/legal/aid/triage?matter=别的&person=都不是").want(422)
	h.get(wang, "/mediators").want(200).holds("李调解")
	liID := model.PublicID("yunxi", h.person("yunxi", "李调解").ID)
	h.post(li, "/mediators/"+liID+"/kinds", fields{"kinds": []string{"邻里", "继承"}}).want(204)
	h.post(zhang, "/mediators/"+liID+"/kinds", fields{"kinds": []string{}}).want(403)
}

// Figures hide what is few; the archive is the township's.
func TestFiguresAndArchive(t *testing.T) {
	h, wang, _, _ := newHall(t)
	h.agreed(wang)
	year := h.clock.Now().Year()
	figures := fmt.Sprintf("/disputes/figures?village=yunxi&from=%d-01-01&to=%d-01-01", year, year+1)
	h.get(h.asks("张明"), figures).want(200).holds(`"filed":null`, `"success":null`)
	h.get(wang, figures).want(403)
	for range 5 {
		h.disputed(wang)
	}
	h.get(h.asks("张明"), figures).want(200).holds(`"filed":6`, `"agreed":null`)
	archive := h.get(h.officer(), fmt.Sprintf("/disputes/archive?village=yunxi&year=%d", year))
	if testFont() == "" {
		archive.want(503).holds("字体")
	} else if archive.want(200); !strings.HasPrefix(string(archive.body), "PK") || archive.header.Get("Content-Type") != "application/zip" {
		t.Errorf("no zip: %v", archive.header)
	}
	h.get(h.asks("张明"), fmt.Sprintf("/disputes/archive?village=yunxi&year=%d", year)).want(403)
}

// A list goes on where it ended, and shows each dispute once.
func TestDisputesArePaged(t *testing.T) {
	h, wang, _, _ := newHall(t)
	want := map[string]bool{}
	for range 5 {
		want[h.disputed(wang)] = true
	}
	cursor, got := "", 0
	for {
		var page struct {
			Items []struct{ ID string }
			Next  *string
		}
		h.get(wang, "/disputes?limit=2&cursor="+cursor).want(200).into(&page)
		for _, d := range page.Items {
			got++
			delete(want, d.ID)
		}
		if page.Next == nil {
			break
		}
		cursor = *page.Next
	}
	if got != 5 || len(want) != 0 {
		t.Errorf("%d shown, %d missing", got, len(want))
	}
}
