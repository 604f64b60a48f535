package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cunwu/handler/handlertest"
	"cunwu/model"
)

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
	if handlertest.Font() == "" {
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
