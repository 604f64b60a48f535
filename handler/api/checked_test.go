package api_test

import (
	"strings"
	"testing"
	"time"
)

// decide publishes or refuses the only content that waits, as somebody who may.
func (h *house) decide(token string, publish bool) {
	h.t.Helper()
	var queue struct{ Items []struct{ ID string } }
	h.get(token, "/checks?village=yunxi").want(200).into(&queue)
	if len(queue.Items) != 1 {
		h.t.Fatalf("%d contents wait", len(queue.Items))
	}
	reason := map[bool]string{false: "有广告"}[publish]
	h.post(token, "/checks/"+queue.Items[0].ID+"/decide", fields{"publish": publish, "reason": reason}).want(204)
}

// A refused question stays between its asker and those who answer it; one that
// nobody refused stands below as soon as it is answered.
func TestAQuestionIsCheckedBeforeOthersReadIt(t *testing.T) {
	h := newBoard(t)
	id := h.wrote(fields{"kind": "village", "period": "2026-Q1", "text": "修了村东的路"})
	h.stood(id)
	ask := func(name, text string) string {
		t.Helper()
		return h.post(h.of(name), "/disclosures/"+id+"/questions", fields{"text": text}).want(201).text("id")
	}
	advert := ask("郑平", "便宜水泥找我13800000000，路修得好吗")
	h.get(h.of("郑平"), "/checks?village=yunxi").want(403)
	h.decide(h.of("张明"), false)
	h.post(h.of("王强"), "/cases/"+advert+"/reply", fields{"text": "路验收过了"}).want(200)
	for name, want := range map[string]string{"": "!水泥", "吴芳": "!水泥", "郑平": "便宜水泥", "王强": "便宜水泥", "孙正": "便宜水泥"} {
		token := ""
		if name != "" {
			token = h.of(name)
		}
		h.get(token, "/disclosures/"+id+"/questions").want(200).has(want)
		h.get(token, "/disclosures/"+id).want(200).has(want)
	}

	plain := ask("吴芳", "路是谁修的")
	h.get("", "/disclosures/"+id+"/questions").want(200).has("!谁修的")
	h.post(h.of("王强"), "/cases/"+plain+"/reply", fields{"text": "西山建材店修的"}).want(200)
	h.get("", "/disclosures/"+id+"/questions").want(200).has("路是谁修的", "西山建材店")
	h.get("", "/disclosures/"+id+"/questions?limit=1").want(200).has("路是谁修的") // what isn't shown takes no place
	h.get(h.of("张明"), "/checks?village=yunxi").want(200).has(`"items":[]`)    // who answered had read it
}

// The notice shows a claim's pictures to neighbours once somebody looked at them.
func TestAClaimsPictureIsCheckedBeforeNeighboursSeeIt(t *testing.T) {
	s := newPointStore(t)
	claim := s.swept().want(201).text("id")
	picture := s.evidence(s.wang, claim)
	s.get(s.zhang, "/uploads/"+picture).want(200) // decides on it
	s.get(s.asked(claim)[0], "/uploads/"+picture).want(200)
	s.decide(s.zhang, true)
	s.get(s.li, "/uploads/"+picture).want(404) // not on the notice yet
	s.approved(claim)
	if seen := s.evidence(s.li, claim); seen != picture {
		t.Errorf("a neighbour sees %s", seen)
	}
	s.get(s.li, "/uploads/"+picture).want(200)
	s.settle("shiqiao", "外村人")
	s.get(s.token("shiqiao", "外村人"), "/uploads/"+picture).want(404)

	s.clock.Advance(24 * time.Hour)
	refused := s.swept().want(201).text("id")
	hidden := s.evidence(s.wang, refused)
	s.decide(s.zhang, false)
	s.approved(refused)
	s.get(s.li, "/merit/claims/"+refused).want(200).has(`"evidence":[]`)
	s.get(s.li, "/uploads/"+hidden).want(404)
	s.get(s.wang, "/uploads/"+hidden).want(200)

	s.clock.Advance(24 * time.Hour)
	withdrawn := s.post(s.wang, "/merit/claims", fields{"deed": 2, "for_person": s.id("李华"), "text": "救了孩子", "upload_ids": []string{s.picture()}}).want(201).text("id")
	s.get(s.zhang, "/checks?village=yunxi").want(200).has("merit/" + strings.TrimPrefix(withdrawn, "yunxi-"))
	s.post(s.wang, "/merit/claims/"+withdrawn+"/withdraw", fields{}).want(200)
	s.get(s.zhang, "/checks?village=yunxi").want(200).has(`"items":[]`)
}
