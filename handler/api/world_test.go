package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cunwu/handler/api"
	"cunwu/handler/handlertest"
	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/village"
)

const mini = handlertest.Mini

// house is the county, with who is signed in to its API.
type house struct {
	*handlertest.House
	t      testing.TB
	ctx    context.Context
	clock  *modeltest.Clock
	store  *model.Store
	people *village.Service
	deps   *api.Deps
	engine http.Handler
	logs   *handlertest.Logs
	tokens map[string]string
}

func newHouse(t testing.TB, change ...func(*house)) *house {
	t.Helper()
	h := &house{t: t, tokens: map[string]string{}}
	h.House = handlertest.New(t, func(w *handlertest.House) {
		h.House, h.ctx, h.clock, h.store, h.people, h.deps, h.logs = w, w.Ctx, w.Clock, w.Store, w.People, &w.Deps, w.Logs
		for _, c := range change {
			c(h)
		}
	})
	h.engine = h.Engine
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	h.OK(err)
}

func (h *house) settle(unit string, names ...string) {
	h.t.Helper()
	h.Settle(unit, names...)
}

func (h *house) person(unit, name string) model.Person {
	h.t.Helper()
	return h.Person(unit, name)
}

func (h *house) actor(unit, name string) model.Actor {
	h.t.Helper()
	return h.Actor(unit, name)
}

func (h *house) grant(unit, name string, role model.Role) {
	h.t.Helper()
	h.Grant(unit, name, role)
}

// answered is what the server said.
type answered struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
	fields map[string]any
}

func (a answered) text(field string) string {
	text, _ := a.fields[field].(string)
	return text
}

func (a answered) want(status int) answered {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("answered %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

func (a answered) into(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		a.t.Fatalf("%s: %v", a.body, err)
	}
}

// call sends a request of whoever holds the token.
func (h *house) call(token, method, path string, body any, header ...string) answered {
	h.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	case io.Reader:
		reader = b
	default:
		text, err := json.Marshal(b)
		h.ok(err)
		reader = bytes.NewReader(text)
	}
	r := httptest.NewRequestWithContext(h.ctx, method, path, reader)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return h.serve(r)
}

func (h *house) serve(r *http.Request) answered {
	w := httptest.NewRecorder()
	h.engine.ServeHTTP(w, r)
	a := answered{t: h.t, status: w.Code, header: w.Header(), body: w.Body.Bytes()}
	_ = json.Unmarshal(a.body, &a.fields)
	return a
}

func (h *house) get(token, path string) answered { return h.call(token, "GET", api.Prefix+path, nil) }

func (h *house) post(token, path string, body any, header ...string) answered {
	return h.call(token, "POST", api.Prefix+path, body, header...)
}

// enter signs somebody in who isn't bound.
func (h *house) enter(openid string) string {
	h.t.Helper()
	return h.post("", "/login", map[string]any{"code": "login-" + openid}).want(200).text("token")
}

// token signs a villager in, bound by phone, once.
func (h *house) token(unit, name string) string {
	h.t.Helper()
	key := unit + name
	if h.tokens[key] == "" {
		p := h.person(unit, name)
		token := h.enter(p.ID)
		bound, err := h.people.BindByPhone(h.ctx, mini, "o"+p.ID, []string{unit}, name, h.phoneOf(p))
		h.ok(err)
		if !bound.Found {
			h.t.Fatalf("%s of %s isn't found by phone", name, unit)
		}
		h.tokens[key] = token
	}
	return h.tokens[key]
}

// phoneOf finds a person's number among those that settle gave.
func (h *house) phoneOf(p model.Person) string {
	h.t.Helper()
	var house model.Household
	err := h.store.DB(h.ctx).Where("village_id = ? AND id = (SELECT household_id FROM villagers WHERE village_id = ? AND id = ?)", p.VillageID, p.VillageID, p.ID).Take(&house).Error
	h.ok(err)
	var n int
	_, err = fmt.Sscan(house.Number, &n)
	h.ok(err)
	return handlertest.Phone(n)
}

// ask files a case.
func (h *house) ask(token, text string) answered {
	h.t.Helper()
	return h.post(token, "/cases", map[string]any{"text": text}).want(201)
}
