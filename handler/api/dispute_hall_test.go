package api_test

import (
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
