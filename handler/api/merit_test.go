package api_test

import (
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/village"
)

// pointStore is a house whose village has points, three reviewers who are nobody's kin
// and one who is 王小草's, and a store.
type pointStore struct {
	*house
	wang, li, zhang, feng, sun string // tokens: two villagers, the secretary, the keeper, the supervisor
	salt                       string
}

func newPointStore(t *testing.T) *pointStore {
	s := &pointStore{house: newHouse(t)}
	reviewers := []string{"钱一", "孙二", "周三", "吴四"}
	s.settle("yunxi", append([]string{"王小草", "李华", "张明", "冯守", "孙有田", "陈大伯"}, reviewers...)...)
	for _, name := range reviewers {
		s.grant("yunxi", name, model.RolePointReviewer)
	}
	s.grant("yunxi", "张明", model.RoleBranchSecretary)
	s.grant("yunxi", "冯守", model.RoleStoreKeeper)
	s.grant("yunxi", "孙有田", model.RoleSupervisor)
	s.ok(s.people.AddKin(s.ctx, model.Console(), "yunxi", village.Named{Name: "吴四"}, village.Named{Name: "王小草"}, "姐妹"))
	s.wang, s.li, s.zhang = s.token("yunxi", "王小草"), s.token("yunxi", "李华"), s.token("yunxi", "张明")
	s.feng, s.sun = s.token("yunxi", "冯守"), s.token("yunxi", "孙有田")
	s.post(s.zhang, "/merit/book", fields{"resolution": "2026年第1次村民代表会议决议", "adopted_on": "2026-03-01", "carry": 60, "open_figures": true, "deeds": []fields{
		{"number": 1, "name": "打扫村道", "points": 5, "cap": 10, "cap_period": "month", "evidence": "picture", "who": "self"},
		{"number": 2, "name": "见义勇为", "points": 100, "evidence": "words", "who": "praise"},
	}}).want(201)
	s.get(s.wang, "/merit/book").want(404) // it holds from tomorrow on
	s.clock.Advance(24 * time.Hour)
	s.salt = s.post(s.feng, "/merit/goods", fields{"name": "盐", "price": 3, "stock": 3}).want(201).text("id")
	return s
}

func (s *pointStore) id(name string) string {
	return model.PublicID("yunxi", s.person("yunxi", name).ID)
}

// swept is a claim of 王小草's with a picture.
func (s *pointStore) swept() answered {
	s.t.Helper()
	return s.post(s.wang, "/merit/claims", fields{"deed": 1, "text": "扫了村口", "upload_ids": []string{s.picture()}})
}

// picture is an upload of 王小草's.
func (s *pointStore) picture() string {
	s.t.Helper()
	path, body, header := photo(s.t)
	return s.call(s.wang, "POST", "/api/v1"+path, body, header...).want(201).text("id")
}

// asked are the reviewers whose word is awaited.
func (s *pointStore) asked(claim string) []string {
	s.t.Helper()
	var tokens []string
	for _, name := range []string{"钱一", "孙二", "周三", "吴四"} {
		token := s.token("yunxi", name)
		if strings.Contains(string(s.get(token, "/merit/reviews").want(200).body), claim) {
			tokens = append(tokens, token)
		}
	}
	return tokens
}

func (s *pointStore) approved(claim string) {
	s.t.Helper()
	for _, token := range s.asked(claim)[:2] {
		s.post(token, "/merit/claims/"+claim+"/review", fields{"approve": true}).want(200)
	}
}

// saves has somebody earn 100 points by what a neighbour praised.
func (s *pointStore) saves(name string) {
	s.t.Helper()
	praiser := s.li
	if name == "李华" {
		praiser = s.wang
	}
	s.approved(s.post(praiser, "/merit/claims", fields{"deed": 2, "for_person": s.id(name), "text": "下河救了孩子"}).want(201).text("id"))
	s.settleNotices()
}

// settleNotices lets the notice periods pass.
func (s *pointStore) settleNotices() {
	s.t.Helper()
	s.clock.Advance(8 * 24 * time.Hour)
	_, err := s.deps.Merit.PostDue(s.ctx)
	s.ok(err)
}

func (s *pointStore) sound() {
	s.t.Helper()
	report, err := s.deps.Merit.Check(s.ctx, "yunxi")
	s.ok(err)
	if !report.OK() {
		s.t.Errorf("the ledger isn't sound: %v", report.Problems)
	}
}

func (s *pointStore) has(token string, balance, reserved float64) {
	s.t.Helper()
	if a := s.get(token, "/merit/account").want(200); a.fields["balance"] != balance || a.fields["reserved"] != reserved {
		s.t.Errorf("has %s, want %v and %v set aside", a.body, balance, reserved)
	}
}

func TestADeedBecomesPointsAndPointsBecomeSalt(t *testing.T) {
	s := newPointStore(t)
	if a := s.post(s.wang, "/merit/claims", fields{"deed": 1, "text": "扫了村口"}); a.status != 422 || !strings.Contains(a.text("detail"), "照片") {
		t.Errorf("without a picture: %s", a.body)
	}
	filed := s.swept().want(201)
	claim := filed.text("id")
	if filed.text("state") != "reviewing" || filed.fields["points"] != 5.0 {
		t.Errorf("filed: %s", filed.body)
	}
	picture := s.evidence(s.wang, claim)
	s.get(s.li, "/merit/claims/"+claim).want(404)
	s.get(s.li, "/uploads/"+picture).want(404)
	reviewers := s.asked(claim)
	if kin := s.token("yunxi", "吴四"); len(reviewers) != 3 || strings.Contains(strings.Join(reviewers, " "), kin) {
		t.Fatalf("%d review, or her sister does", len(reviewers))
	} else if a := s.post(kin, "/merit/claims/"+claim+"/review", fields{"approve": true}); a.status != 403 {
		t.Errorf("her sister reviews: %s", a.body)
	}
	s.get(reviewers[0], "/uploads/"+picture).want(200)
	s.post(reviewers[0], "/merit/claims/"+claim+"/review", fields{"approve": false}).want(422) // needs a reason
	s.approved(claim)
	notice := s.get(s.li, "/merit/public-notice").want(200)
	if text := string(notice.body); !strings.Contains(text, claim) || strings.Contains(text, "村口") {
		t.Errorf("the public notice: %s", text)
	}
	if seen := s.get(s.li, "/merit/claims/"+claim).want(200); seen.text("text") != "" || seen.text("claimant") != "" || seen.text("state") != "noticed" {
		t.Errorf("a neighbour reads %s", seen.body)
	}
	s.get(s.li, "/uploads/"+picture).want(404)
	s.has(s.wang, 0, 0)
	s.settleNotices()
	s.has(s.wang, 5, 0)

	s.swept().want(201) // the month's cap: 10 points
	s.clock.Advance(24 * time.Hour)
	if a := s.swept(); a.status != 409 || !strings.Contains(a.text("detail"), "报满") {
		t.Errorf("beyond the cap: %s", a.body)
	}

	if a := s.post(s.wang, "/merit/redemptions", fields{"goods_id": s.salt, "quantity": 2}); a.status != 409 || !strings.Contains(a.text("detail"), "积分不够") {
		t.Errorf("6 of 5 points: %s", a.body)
	}
	r := s.post(s.wang, "/merit/redemptions", fields{"goods_id": s.salt, "quantity": 1}).want(201)
	s.has(s.wang, 2, 3)
	waiting := s.get(s.feng, "/merit/counter/waiting").want(200)
	if code := r.text("code"); len(code) != 8 || strings.Contains(string(waiting.body), code) || !strings.Contains(string(waiting.body), r.text("id")) {
		t.Errorf("code %q; the keeper sees %s", code, waiting.body)
	}
	s.post(s.li, "/merit/counter/code", fields{"code": r.text("code")}).want(403)
	if served := s.post(s.feng, "/merit/counter/code", fields{"code": r.text("code")}).want(200); served.text("state") != "settled" || served.text("code") != "" {
		t.Errorf("served: %s", served.body)
	}
	s.post(s.feng, "/merit/counter/code", fields{"code": r.text("code")}).want(404)
	s.has(s.wang, 2, 0)
	s.entries()
	s.sound()
}

// evidence is the claim's only picture.
func (s *pointStore) evidence(token, claim string) string {
	s.t.Helper()
	var view struct {
		Evidence []struct {
			UploadID string `json:"upload_id"`
		}
	}
	s.get(token, "/merit/claims/"+claim).want(200).into(&view)
	if len(view.Evidence) != 1 {
		s.t.Fatalf("%d pictures", len(view.Evidence))
	}
	return view.Evidence[0].UploadID
}

// entries compares what 王小草 reads with what everybody reads.
func (s *pointStore) entries() {
	s.t.Helper()
	var page struct {
		Items []struct {
			Seq, Amount, Balance int64
			Cause                string
		}
		Next *string
	}
	s.get(s.wang, "/merit/entries?limit=1").want(200).into(&page)
	if len(page.Items) != 1 || page.Items[0].Cause != "hold" || page.Items[0].Balance != 2 || page.Next == nil {
		s.t.Fatalf("the newest entry is %+v", page)
	}
	s.get(s.wang, "/merit/entries?cursor="+*page.Next).want(200).into(&page)
	if len(page.Items) != 1 || page.Items[0].Cause != "award" || page.Items[0].Amount != 5 {
		s.t.Errorf("then %+v", page)
	}
	s.get(s.wang, "/merit/entries?cursor=YWJj").want(422)
	var ledger struct {
		Items []struct {
			Cause   string
			Entries []struct{ Amount int64 }
		}
	}
	public := s.get("", "/merit/postings?village=yunxi").want(200)
	public.into(&ledger)
	for _, p := range ledger.Items {
		sum := int64(0)
		for _, e := range p.Entries {
			sum += e.Amount
		}
		if sum != 0 || len(p.Entries) < 2 {
			s.t.Errorf("a posting sums to %d", sum)
		}
	}
	if len(ledger.Items) != 3 || strings.Contains(string(public.body), "王小草") {
		s.t.Errorf("everybody reads %s", public.body)
	}
}

func TestAnObjectionGoesToTheSupervisors(t *testing.T) {
	s := newPointStore(t)
	claim := s.swept().want(201).text("id")
	s.approved(claim)
	objected := s.post(s.li, "/merit/claims/"+claim+"/object", fields{"reason": "那天她不在村里"}).want(200)
	s.settleNotices()
	s.has(s.wang, 0, 0)
	s.post(s.sun, "/cases/"+objected.text("id")+"/decide", fields{"adopted": true, "reason": "查过了，那天不在"}).want(200)
	after := s.get(s.wang, "/merit/claims/"+claim).want(200)
	if after.text("state") != "refused" {
		t.Errorf("after it: %s", after.body)
	}
	s.post(s.wang, "/merit/claims/"+claim+"/appeal", fields{"reason": "我在"}).want(409) // the committee has looked already
	s.post(s.wang, "/merit/claims/"+claim+"/reverse", fields{"reason": "x"}).want(403)
}

func TestBothSidesConfirmOrTakeBack(t *testing.T) {
	s := newPointStore(t)
	s.saves("王小草")
	redeem := func(n int) string {
		return s.post(s.wang, "/merit/redemptions", fields{"goods_id": s.salt, "quantity": n}).want(201).text("id")
	}
	first := redeem(1)
	s.post(s.li, "/merit/redemptions/"+first+"/confirm", nil).want(404)
	if a := s.post(s.feng, "/merit/redemptions/"+first+"/confirm", nil).want(200); a.text("state") != "reserved" || a.text("code") != "" {
		t.Errorf("one side: %s", a.body)
	}
	if a := s.post(s.wang, "/merit/redemptions/"+first+"/confirm", nil).want(200); a.text("state") != "settled" {
		t.Errorf("both sides: %s", a.body)
	}
	s.post(s.wang, "/merit/redemptions/"+first+"/cancel", nil).want(409)
	second := redeem(2)
	s.has(s.wang, 91, 6)
	s.post(s.wang, "/merit/redemptions", fields{"goods_id": s.salt, "quantity": 1}).want(409) // none left
	s.post(s.wang, "/merit/redemptions/"+second+"/cancel", nil).want(200)
	s.has(s.wang, 97, 0)
	// A lost answer, asked for again, takes nothing twice.
	for range 2 {
		s.post(s.wang, "/merit/redemptions", fields{"goods_id": s.salt, "quantity": 1}, "Idempotency-Key", "k1").want(201)
	}
	s.has(s.wang, 94, 3)
	s.sound()
}

// A code alone binds too weakly to spend; a helper whom the elder let spend does.
func TestWhoMaySpend(t *testing.T) {
	s := newPointStore(t)
	s.saves("陈大伯")
	elder, chen := s.id("陈大伯"), s.token("yunxi", "陈大伯")
	want := fields{"goods_id": s.salt, "quantity": 1, "on_behalf_of": elder}
	s.post(s.li, "/merit/redemptions", want).want(403)
	s.get(s.li, "/merit/account?on_behalf_of="+elder).want(403)
	help := s.post(s.li, "/helpers", fields{"name": "陈大伯", "scope": []string{"merit"}, "months": 6}).want(201).text("id")
	s.post(chen, "/helpers/"+help+"/agree", nil).want(200)
	if a := s.get(s.li, "/merit/account?on_behalf_of="+elder).want(200); a.fields["balance"] != 100.0 {
		t.Errorf("the helper sees %s", a.body)
	}
	r := s.post(s.li, "/merit/redemptions", want).want(201).text("id")
	s.weaken("李华")
	s.post(s.li, "/merit/redemptions", want).want(403)
	s.post(s.li, "/merit/redemptions/"+r+"/confirm?on_behalf_of="+elder, nil).want(403)
	s.post(s.li, "/merit/redemptions/"+r+"/cancel?on_behalf_of="+elder, nil).want(200)
	s.has(chen, 100, 0)
	s.weaken("陈大伯")
	s.post(chen, "/merit/redemptions", fields{"goods_id": s.salt, "quantity": 1}).want(403)
	s.sound()
}

// weaken leaves somebody bound as by a code alone.
func (s *pointStore) weaken(name string) {
	s.t.Helper()
	s.ok(s.store.DB(s.ctx).Model(&model.Binding{}).Where("villager_id = ?", s.person("yunxi", name).ID).UpdateColumn("strength", model.BoundByCode).Error)
}

func TestACardAndAWitness(t *testing.T) {
	s := newPointStore(t)
	s.saves("陈大伯")
	var house model.Household
	s.ok(s.store.DB(s.ctx).Take(&house, "village_id = ? AND head_id = ?", "yunxi", s.person("yunxi", "陈大伯").ID).Error)
	card := s.post(s.zhang, "/merit/cards", fields{"household_no": house.Number}, "Idempotency-Key", "card").want(201).text("card")
	if n := s.rows(&model.KeptAnswer{}); len(card) != 12 || strings.Contains(s.logs.String(), card) || n != 0 {
		t.Errorf("the card's number %q is kept, %d times", card, n)
	}
	want := fields{"card": card, "goods_id": s.salt, "quantity": 1, "witness_id": s.id("冯守")}
	s.post(s.feng, "/merit/counter/card", want).want(422) // the keeper is no witness
	want["witness_id"] = s.id("李华")
	r := s.post(s.feng, "/merit/counter/card", want).want(201)
	s.post(s.wang, "/merit/redemptions/"+r.text("id")+"/witness", nil).want(404)
	if a := s.post(s.li, "/merit/redemptions/"+r.text("id")+"/witness", nil).want(200); a.text("state") != "settled" {
		t.Errorf("witnessed: %s", a.body)
	}
	s.has(s.token("yunxi", "陈大伯"), 97, 0)

	sheet := fields{"sheet": "2026-001", "held_on": s.clock.Now().Format(time.DateOnly), "lines": []fields{{"household_no": house.Number, "goods": "盐", "quantity": 1}}}
	if a := s.post(s.feng, "/merit/counter/sheets", sheet).want(200); a.text("state") != "entered" {
		t.Errorf("entered once: %s", a.body)
	}
	if a := s.post(s.zhang, "/merit/counter/sheets", sheet).want(200); a.text("state") != "posted" {
		t.Errorf("entered twice: %s", a.body)
	}
	s.sound()
}

func TestAStoryNeedsItsPerson(t *testing.T) {
	s := newPointStore(t)
	id := s.post(s.zhang, "/merit/stories", fields{"person_id": s.id("王小草"), "title": "扫街十年", "text": "天天扫村口"}).want(201).text("id")
	if list := s.get(s.li, "/merit/stories").want(200); strings.Contains(string(list.body), "扫街") {
		t.Errorf("read without consent: %s", list.body)
	}
	s.get(s.li, "/merit/stories/"+id+"/draft").want(404)
	if mine := s.get(s.wang, "/merit/stories/mine").want(200); !strings.Contains(string(mine.body), id) {
		t.Errorf("she can't find it: %s", mine.body)
	}
	s.post(s.zhang, "/merit/stories/"+id+"/editions", fields{"title": "扫街十年", "text": "风雨无阻"}).want(201)
	s.post(s.wang, "/merit/stories/"+id+"/consent", fields{"edition": 1}).want(409) // not what she read
	s.post(s.wang, "/merit/stories/"+id+"/consent", fields{"edition": 2}).want(200)
	if list := s.get(s.li, "/merit/stories?q=风雨").want(200); !strings.Contains(string(list.body), id) {
		t.Errorf("not found: %s", list.body)
	}
	s.post(s.wang, "/merit/stories/"+id+"/withdraw", nil).want(200)
	if list := s.get(s.li, "/merit/stories").want(200); strings.Contains(string(list.body), id) {
		t.Error("still shown")
	}
}

func TestTheHonourRollShowsWhoWantsIt(t *testing.T) {
	s := newPointStore(t)
	s.saves("王小草")
	if a := s.get(s.li, "/merit/ranking").want(200); strings.Contains(string(a.body), "王小草") {
		t.Errorf("unasked: %s", a.body)
	}
	s.post(s.wang, "/merit/honour", fields{"show": true}).want(204)
	if a := s.get(s.li, "/merit/ranking?period=2026-Q1").want(200); !strings.Contains(string(a.body), `"head":"王小草"`) {
		t.Errorf("asked: %s", a.body)
	}
	s.get(s.wang, "/merit/certificate?period=2026-Q1").want(425).has("3月31日以后")
	s.clock.Set(time.Date(2026, 4, 1, 9, 0, 0, 0, model.Shanghai))
	s.get(s.li, "/merit/certificate?period=2026-Q1").want(404).has("不在")
	s.get(s.wang, "/merit/certificate?period=2026-Q1&format=doc").want(422)
	s.drawn(s.li, "/merit/ranking/board?period=2026-Q1")
	s.drawn(s.wang, "/merit/certificate?period=2026-Q1")
	s.drawn(s.zhang, "/merit/certificate?period=2026-Q1&household=1")
}
