package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"cunwu/model"
	"cunwu/service/poll"
)

// assembly is a village of eight, with a secretary, a committee member, a grid
// worker and a supervisor among them.
func assembly(t *testing.T) (h *house, zhang string) {
	h = newHouse(t)
	h.settle("yunxi", "张明", "赵志强", "刘芳", "孙有田", "王小草", "陈勇", "李秀英", "𠮷文斌")
	h.grant("yunxi", "张明", model.RoleBranchSecretary)
	h.grant("yunxi", "赵志强", model.RoleCommittee)
	h.grant("yunxi", "刘芳", model.RoleGridWorker)
	h.grant("yunxi", "孙有田", model.RoleSupervisor)
	h.ok(h.store.DB(h.ctx).Model(&model.Villager{}).Where("name = ?", "陈勇").UpdateColumn("residence", "深圳").Error)
	return h, h.token("yunxi", "张明")
}

func (h *house) newPoll(token string, more fields) string {
	h.t.Helper()
	now := h.clock.Now()
	body := fields{"title": "路灯装在哪里", "text": "县里给了两盏灯", "organ": "consultation", "secret": true, "options": []string{"村口", "桥头"},
		"opens_at": now.Add(time.Hour), "closes_at": now.Add(48 * time.Hour)}
	for k, v := range more {
		body[k] = v
	}
	return h.post(token, "/polls", body).want(201).text("id")
}

func (h *house) openedPoll(token string, more fields) string {
	h.t.Helper()
	id := h.newPoll(token, more)
	h.post(token, "/polls/"+id+"/notice", nil).want(200)
	if a := h.post(token, "/polls/"+id+"/open", nil).want(200); a.text("state") != "open" {
		h.t.Fatalf("%s", a.body)
	}
	return id
}

func drawn(n int) string { return fmt.Sprintf("%032x", 1000+n) }

func (h *house) vote(token, id string, choice, n int) answered {
	h.t.Helper()
	return h.post(token, "/polls/"+id+"/ballots", fields{"choices": []int{choice}, "receipt": drawn(n)})
}

// A migrant in Shenzhen votes as one at home does: once, with a receipt that the
// published list holds, and anybody counts the same.
func TestAMigrantVotes(t *testing.T) {
	h, zhang := assembly(t)
	chen, wang := h.token("yunxi", "陈勇"), h.token("yunxi", "王小草")
	id := h.newPoll(zhang, nil)
	h.get(chen, "/polls/"+id).want(404) // a draft is nobody else's
	if list := h.get(chen, "/polls").want(200); strings.Contains(string(list.body), id) {
		t.Errorf("a draft is listed: %s", list.body)
	}
	h.vote(chen, id, 1, 1).want(425)
	if a := h.post(zhang, "/polls/"+id+"/notice", nil).want(200); a.text("state") != "noticed" || a.fields["electorate"] != 8.0 {
		t.Errorf("noticed: %s", a.body)
	}
	h.vote(chen, id, 1, 1).want(425)
	h.get(chen, "/polls/"+id+"/result").want(425)
	h.clock.Advance(2 * time.Hour)
	h.must(h.deps.Polls.OpenDue(h.ctx))

	before := h.get(chen, "/polls/"+id).want(200)
	if before.fields["may_vote"] != true || before.text("voted_by") != "" || before.fields["turnout"] != 0.0 || before.fields["passed"] != nil {
		t.Errorf("before: %s", before.body)
	}
	if todo := h.get(chen, "/polls?todo=true").want(200); !strings.Contains(string(todo.body), id) {
		t.Errorf("todo: %s", todo.body)
	}
	if a := h.vote(chen, id, 1, 1).want(201); strings.TrimSpace(string(a.body)) != "{}" {
		t.Errorf("a vote answers %q", a.body)
	}
	if a := h.vote(chen, id, 1, 1).want(201); strings.TrimSpace(string(a.body)) != "{}" { // the phone didn't hear
		t.Errorf("a retry answers %q", a.body)
	}
	h.vote(chen, id, 2, 2).want(409)
	h.vote(wang, id, 7, 3).want(422)
	h.post(wang, "/polls/"+id+"/ballots", fields{"choices": []int{1}, "receipt": "not random"}).want(422)
	h.vote(h.enter("stranger"), id, 1, 4).want(403)
	liu := h.token("yunxi", "刘芳")
	h.post(liu, "/polls/"+id+"/assisted", fields{"voter": fields{"name": "陈勇"}, "choices": []int{2}, "consent": "电话里说的"}).want(409)
	if a := h.get(liu, "/polls/"+id+"/voted?name=%E9%99%88%E5%8B%87").want(200); a.text("voted_by") != "mini" {
		t.Errorf("voted: %s", a.body)
	}
	for i, name := range []string{"王小草", "赵志强", "刘芳", "孙有田"} {
		h.vote(h.token("yunxi", name), id, 1+i%2, 10+i).want(201)
	}
	if todo := h.get(chen, "/polls?todo=true").want(200); strings.Contains(string(todo.body), id) {
		t.Errorf("still to do: %s", todo.body)
	}
	h.get(chen, "/polls/"+id+"/ballots").want(425)
	h.clock.Advance(48 * time.Hour)
	h.must(h.deps.Polls.CloseDue(h.ctx))
	h.vote(h.token("yunxi", "李秀英"), id, 1, 30).want(410)
	if a := h.vote(chen, id, 1, 1).want(201); strings.TrimSpace(string(a.body)) != "{}" { // it was taken, whatever comes later
		t.Errorf("a late retry: %s", a.body)
	}

	var result struct {
		Electorate, Turnout int
		Passed              bool
		Quorum              struct {
			Needed int
			Met    bool
		}
		Options []struct {
			Text  string
			Votes int
		}
		By_channel []struct { //nolint:revive,staticcheck // as it is called
			Name    string
			Turnout int
		}
	}
	h.get(chen, "/polls/"+id+"/result").want(200).into(&result)
	if result.Electorate != 8 || result.Turnout != 5 || result.Options[0].Votes != 3 || result.Options[1].Votes != 2 || result.By_channel[0].Name != "mini" || result.By_channel[0].Turnout != 5 {
		t.Errorf("%+v", result)
	}
	var published struct{ Items []poll.PublishedBallot }
	h.get(chen, "/polls/"+id+"/ballots").want(200).into(&published)
	if len(published.Items) != 5 || !slices.ContainsFunc(published.Items, func(b poll.PublishedBallot) bool {
		return b.Receipt == drawn(1) && slices.Equal(b.Choices, []int{1}) && b.Voter == ""
	}) {
		t.Errorf("%+v", published)
	}
	first := h.get(chen, "/polls/"+id+"/ballots?limit=2").want(200)
	if second := h.get(chen, "/polls/"+id+"/ballots?limit=3&cursor="+first.text("next")).want(200); second.fields["next"] != nil || strings.Contains(string(second.body), drawn(1)) {
		t.Errorf("the pages: %s, %s", first.body, second.body)
	}
	file := h.get(chen, "/polls/"+id+"/export").want(200)
	again, err := poll.Recount(bytes.NewReader(file.body))
	if err != nil || len(again.Faults) > 0 || again.Ballots != 5 || again.Options[0].Votes != 3 {
		t.Errorf("recount: %+v, %v", again, err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(h.get(zhang, "/polls/"+id+"/export?format=xlsx").want(200).body))
	h.ok(err)
	rows, err := book.GetRows("选票")
	if err != nil || len(rows) != 6 || rows[0][0] != "票据号" {
		t.Errorf("the archive: %v %v", rows, err)
	}
	h.drawn(chen, "/polls/"+id+"/export")
	h.get(h.token("yunxi", "𠮷文斌"), "/polls/"+id+"/result").want(200)
	h.settle("shiqiao", "外村人")
	h.get(h.token("shiqiao", "外村人"), "/polls/"+id+"/result").want(404)
}

func (h *house) must(n int, err error) {
	h.t.Helper()
	if h.ok(err); n == 0 {
		h.t.Fatal("nothing was due")
	}
}

// A ballot leaves no trace of what was chosen: no kept answer, no line of a log.
func TestABallotLeavesNoTrace(t *testing.T) {
	h, zhang := assembly(t)
	id := h.openedPoll(zhang, nil)
	key := []string{"Idempotency-Key", "0123456789abcdef"}
	h.post(h.token("yunxi", "王小草"), "/polls/"+id+"/ballots", fields{"choices": []int{2}, "receipt": drawn(7)}, key...).want(201)
	h.post(h.token("yunxi", "刘芳"), "/polls/"+id+"/assisted", fields{"voter": fields{"name": "李秀英"}, "choices": []int{1}, "consent": "电话里说的"}, key...).want(201)
	h.post(h.token("yunxi", "陈勇"), "/polls/"+id+"/link", nil, key...).want(200)
	if n := h.rows(&model.KeptAnswer{}); n != 0 {
		t.Errorf("%d answers are kept", n)
	}
	h.post(h.token("yunxi", "王小草"), "/polls/"+id+"/ballots", fields{"choices": []int{1}, "receipt": drawn(8)}).want(409)
	for _, secret := range []string{drawn(7), drawn(8), "choices"} {
		if strings.Contains(h.logs.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// Who helps somebody never votes for them; a written proxy does.
func TestAHelperIsNoProxy(t *testing.T) {
	h, zhang := assembly(t)
	h.ok(h.people.AddKin(h.ctx, model.Console(), "yunxi", byName("李秀英"), byName("王小草"), "母女"))
	id := h.newPoll(zhang, fields{"secret": false})
	h.post(zhang, "/polls/"+id+"/notice", nil).want(200)
	li, wang := h.token("yunxi", "李秀英"), h.token("yunxi", "王小草")
	asked := h.post(wang, "/helpers", fields{"name": "李秀英", "scope": []string{"cases"}, "months": 1}).want(201).text("id")
	h.post(li, "/helpers/"+asked+"/agree", nil).want(200)
	h.post(zhang, "/polls/"+id+"/open", nil).want(200)
	elder := model.PublicID("yunxi", h.person("yunxi", "李秀英").ID)
	ballot := fields{"choices": []int{1}, "receipt": drawn(1), "on_behalf_of": elder}
	h.post(wang, "/polls/"+id+"/ballots", ballot).want(403)
	h.post(li, "/polls/"+id+"/proxies", fields{"holder": fields{"name": "陈勇"}}).want(403) // no kin
	h.post(li, "/polls/"+id+"/proxies", fields{"holder": fields{"name": "王小草"}}).want(201)
	if a := h.get(zhang, "/polls/"+id+"/proxies").want(200); !strings.Contains(string(a.body), `"voter":"李秀英"`) || !strings.Contains(string(a.body), `"holder":"王小草"`) {
		t.Errorf("%s", a.body)
	}
	h.post(wang, "/polls/"+id+"/ballots", ballot).want(201)
	h.vote(li, id, 2, 2).want(409)
	h.vote(wang, id, 2, 3).want(201)
	h.post(zhang, "/polls/"+id+"/close", fields{"reason": "都投了"}).want(200)
	var published struct{ Items []poll.PublishedBallot }
	h.get(wang, "/polls/"+id+"/ballots").want(200).into(&published)
	if len(published.Items) != 2 || published.Items[0].Voter != "李秀英" {
		t.Errorf("a roll-call's ballots: %+v", published)
	}
}

// A vote that a desk entered and the voter denies goes; the voter votes anew.
func TestADeniedVote(t *testing.T) {
	h, zhang := assembly(t)
	id := h.openedPoll(zhang, nil)
	liu, li := h.token("yunxi", "刘芳"), h.token("yunxi", "李秀英")
	h.post(liu, "/polls/"+id+"/assisted", fields{"voter": fields{"name": "李秀英"}, "choices": []int{1}, "consent": "电话里说的"}).want(201)
	h.vote(li, id, 2, 1).want(409)
	h.post(li, "/polls/"+id+"/void", fields{"reason": "我没说过"}).want(204)
	h.vote(li, id, 2, 1).want(201)

	sheet := fields{"number": "1", "voters": []fields{{"name": "王小草"}, {"name": "陈勇"}, {"name": "赵志强"}, {"name": "孙有田"}, {"name": "𠮷文斌"}},
		"ballots": [][]int{{1}, {2}, {}, {1}, {1}}}
	if a := h.post(liu, "/polls/"+id+"/sheets", sheet).want(200); a.fields["accepted"] != false {
		t.Errorf("one entry: %s", a.body)
	}
	h.post(liu, "/polls/"+id+"/sheets", sheet).want(409)
	if a := h.post(zhang, "/polls/"+id+"/sheets", sheet).want(200); a.fields["accepted"] != true {
		t.Errorf("two entries: %s", a.body)
	}
	h.vote(h.token("yunxi", "王小草"), id, 1, 9).want(409)
	h.post(zhang, "/polls/"+id+"/close", nil).want(200)
	if r := h.get(li, "/polls/"+id+"/result").want(200); r.fields["turnout"] != 6.0 || r.fields["spoilt"] != 1.0 {
		t.Errorf("%s", r.body)
	}
}

// 四议两公开 from the villagers' proposal to a resolution, by the API alone.
func TestAMatterGoesItsWay(t *testing.T) {
	h, zhang := assembly(t)
	zhao := h.token("yunxi", "赵志强")
	var names []string
	for i := range 9 {
		names = append(names, fmt.Sprintf("村民%c", 'A'+i))
	}
	h.settle("yunxi", names...)
	proposal := h.post(h.token("yunxi", "王小草"), "/proposals", fields{"title": "硬化三组道路", "text": "下雨就烂"}).want(201)
	pid := proposal.text("id")
	h.post(h.token("yunxi", "王小草"), "/proposals/"+pid+"/sign", nil).want(409)
	for _, name := range names {
		h.post(h.token("yunxi", name), "/proposals/"+pid+"/sign", nil).want(200)
	}
	if a := h.get(zhao, "/proposals").want(200); !strings.Contains(string(a.body), `"state":"submitted"`) || !strings.Contains(string(a.body), `"signers":10`) {
		t.Errorf("%s", a.body)
	}
	h.post(zhao, "/matters", fields{"title": "硬化三组道路", "study": "研究过"}).want(403) // the branch proposes
	mid := h.post(zhang, "/matters", fields{"kind": "public_works", "title": "硬化三组道路", "study": "3月1日支委会研究同意", "proposal_id": pid}).want(201).text("id")
	h.post(zhao, "/proposals/"+pid+"/answer", fields{"accept": true, "matter_id": mid, "text": "列为议题"}).want(200)
	h.post(zhao, "/matters/"+mid+"/advance", fields{"state": "reviewed", "record": "x"}).want(409) // none is skipped
	h.post(zhao, "/matters/"+mid+"/advance", fields{"state": "discussed", "record": "两委商议同意"}).want(200)
	h.post(h.token("yunxi", "陈勇"), "/matters/"+mid+"/remarks", fields{"text": "早该修了"}).want(201)
	if a := h.get(h.token("yunxi", "陈勇"), "/matters/"+mid+"/remarks").want(200); !strings.Contains(string(a.body), "早该修了") {
		t.Errorf("%s", a.body)
	}

	upload := func(token string) string {
		path, body, header := photo(t)
		return h.call(token, "POST", "/api/v1"+path, body, header...).want(201).text("id")
	}
	binding := fields{"matter": mid, "organ": "assembly_persons", "effect": "binding", "options": nil, "secret": false, "offline": "到村委会投纸票",
		"opens_at": h.clock.Now().AddDate(0, 0, 20), "closes_at": h.clock.Now().AddDate(0, 0, 22)}
	h.post(zhao, "/polls", fields{"title": "x", "organ": "assembly_persons", "effect": "binding", "matter": mid, "secret": false, "opens_at": h.clock.Now(), "closes_at": h.clock.Now().Add(time.Hour)}).want(422)
	charter := upload(zhao)
	binding["authorisation_upload_id"] = charter
	id := h.newPoll(zhao, binding)
	h.post(zhao, "/polls/"+id+"/notice", nil).want(409) // the Party members haven't reviewed it
	h.post(zhao, "/matters/"+mid+"/advance", fields{"state": "reviewed", "record": "党员大会审议同意", "upload_id": upload(zhao)}).want(200)
	h.post(zhao, "/polls/"+id+"/notice", nil).want(200)
	h.get(h.token("yunxi", "陈勇"), "/uploads/"+charter).want(200) // the village sees what it rests on
	if a := h.get(zhao, "/polls/"+id+"/roll?limit=5").want(200); len(a.fields["items"].([]any)) != 5 || a.fields["next"] == nil {
		t.Errorf("the roll: %s", a.body)
	}
	h.get(h.token("yunxi", "陈勇"), "/polls/"+id+"/roll").want(403)
	said := h.post(h.token("yunxi", "陈勇"), "/polls/"+id+"/objections", fields{"kind": "wrong", "about": fields{"name": "村民A"}, "text": "户口迁走了"}).want(201).text("id")
	h.post(zhao, "/polls/"+id+"/objections/"+said+"/decide", fields{"accept": true, "reason": "核实了"}).want(204)
	h.post(h.token("yunxi", "孙有田"), "/polls/"+id+"/verify-roll", nil).want(200)
	h.must(h.deps.Polls.TellDue(h.ctx))
	if a := h.get(zhao, "/polls/"+id+"/reach").want(200); a.fields["total"] != 16.0 {
		t.Errorf("reach: %s", a.body)
	}
	h.clock.Advance(20 * 24 * time.Hour)
	h.must(h.deps.Polls.OpenDue(h.ctx))
	for i, name := range append([]string{"张明", "赵志强", "刘芳", "孙有田", "王小草", "陈勇"}, names[1:]...) {
		h.tokens = map[string]string{} // a session doesn't last for so long
		h.vote(h.token("yunxi", name), id, 1, i).want(201)
	}
	h.vote(h.token("yunxi", "村民A"), id, 1, 99).want(403) // struck off
	h.clock.Advance(3 * 24 * time.Hour)
	h.must(h.deps.Polls.CloseDue(h.ctx))
	h.tokens = map[string]string{}
	var course struct {
		State string
		Steps []struct{ State, Subject string }
	}
	h.get(h.token("yunxi", "陈勇"), "/matters/"+mid).want(200).into(&course)
	if course.State != "resolved" || len(course.Steps) != 4 || !strings.HasPrefix(course.Steps[3].Subject, "poll/") {
		text, _ := json.Marshal(course)
		t.Errorf("%s", text)
	}
}
