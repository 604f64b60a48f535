package api_test

import (
	"strings"
	"testing"
	"time"

	"cunwu/handler/handlertest"
)

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
	if handlertest.Font() == "" {
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
