package api_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"cunwu/handler/api"
	"cunwu/model"
)

func (h *house) rows(row any) int64 {
	h.t.Helper()
	var n int64
	h.ok(h.store.DB(h.ctx).Model(row).Count(&n).Error)
	return n
}

// A phone that lost the answer sends again under the same key.
func TestARepeatedWriteHappensOnce(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草", "李小花")
	wang, li := h.token("yunxi", "王小草"), h.token("yunxi", "李小花")
	body := map[string]any{"text": "路灯坏了"}
	first := h.post(wang, "/cases", body, "Idempotency-Key", "k1").want(201)
	again := h.post(wang, "/cases", `{ "text" : "路灯坏了" }`, "Idempotency-Key", "k1").want(201)
	if string(first.body) != string(again.body) {
		t.Errorf("%s, then %s", first.body, again.body)
	}
	if a := h.post(wang, "/cases", map[string]any{"text": "水管坏了"}, "Idempotency-Key", "k1"); a.status != 422 || a.text("code") != "invalid" {
		t.Errorf("another body: %d %s", a.status, a.body)
	}
	if n := h.rows(&model.Case{}); n != 1 {
		t.Errorf("%d cases", n)
	}
	id := first.text("id")
	h.post(wang, "/cases/"+id+"/messages", map[string]any{"text": "补一句"}, "Idempotency-Key", "k1").want(200) // another route
	other := h.post(wang, "/cases", map[string]any{"text": "路灯坏了"}, "Idempotency-Key", "k2").want(201)
	h.post(wang, "/cases/"+other.text("id")+"/messages", map[string]any{"text": "补一句"}, "Idempotency-Key", "k1").want(422) // another case
	h.post(li, "/cases", body, "Idempotency-Key", "k1").want(201)                                                          // another person
	h.post(wang, "/cases", body, "Idempotency-Key", "a b").want(422)
}

func TestAtOnceItHappensOnce(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草")
	token := h.token("yunxi", "王小草")
	var all sync.WaitGroup
	answers := make([]string, 24)
	for i := range answers {
		all.Go(func() {
			answers[i] = string(h.post(token, "/cases", map[string]any{"text": "路灯坏了"}, "Idempotency-Key", "k").body)
		})
	}
	all.Wait()
	for _, a := range answers {
		if a != answers[0] || !strings.Contains(a, `"number":`) {
			t.Fatalf("%s and %s", answers[0], a)
		}
	}
	if n := h.rows(&model.Case{}); n != 1 {
		t.Errorf("%d cases", n)
	}
}

// What was refused is tried anew under the same key.
func TestARefusalIsNotKept(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草", "张明")
	h.grant("yunxi", "张明", model.RoleBranchSecretary)
	wang, zhang := h.token("yunxi", "王小草"), h.token("yunxi", "张明")
	id := h.ask(wang, "路灯坏了").text("id")
	verdict := map[string]any{"solved": true}
	h.post(wang, "/cases/"+id+"/verdict", verdict, "Idempotency-Key", "k").want(425)
	h.post(zhang, "/cases/"+id+"/reply", map[string]any{"text": "修好了"}).want(200)
	h.post(wang, "/cases/"+id+"/verdict", verdict, "Idempotency-Key", "k").want(200)
	h.post(wang, "/cases/"+id+"/verdict", verdict, "Idempotency-Key", "k").want(200)
}

// A route that leaves no trace keeps no answer, whatever key comes with it.
func TestUntracedRoutesKeepNothing(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草")
	token := h.token("yunxi", "王小草")
	tried := 0
	for _, l := range (&api.API{Deps: *h.deps}).Lines() {
		if !l.Untraced && l.Method != "GET" || l.Path == "/logout" || l.Path == "/sessions" {
			continue
		}
		tried++
		path, body := strings.ReplaceAll(l.Path, "{id}", "x"), any(nil)
		if l.Method == "POST" {
			body = map[string]any{"code": "login-x", "invite_code": "00000000"}
			if l.Path == "/login" {
				body = map[string]any{"code": "login-x"}
			}
			if l.Path == "/bindings" {
				body = map[string]any{"invite_code": "00000000"}
			}
		}
		h.call(token, l.Method, api.Prefix+path, body, "Idempotency-Key", fmt.Sprint("k", tried))
	}
	if n := h.rows(&model.KeptAnswer{}); n != 0 || tried < 10 {
		t.Errorf("%d answers are kept of %d routes", n, tried)
	}
}
