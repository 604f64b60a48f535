package handler_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"cunwu/handler"
	"cunwu/model"
)

func TestReadyWhileDeliveriesCanBeKept(t *testing.T) {
	away, down := errors.New("away"), map[string]bool{}
	var checks []handler.Check
	for name, needed := range map[string]bool{"spool": true, "database": true, "redis": false} {
		checks = append(checks, handler.Check{Name: name, Needed: needed, Look: func(context.Context) error {
			if down[name] {
				return away
			}
			return nil
		}})
	}
	for _, c := range []struct {
		down string
		code int
	}{{"", 200}, {"redis", 200}, {"database redis", 200}, {"spool", 200}, {"spool database", 503}} {
		h := newHouse(t, func(d *handler.Deps) { d.Checks = checks })
		clear(down)
		for _, name := range strings.Fields(c.down) {
			down[name] = true
		}
		w := h.do(http.MethodGet, "/readyz", nil)
		var found map[string]string
		if err := json.Unmarshal(w.Body.Bytes(), &found); err != nil || w.Code != c.code {
			t.Errorf("%q away: %d %q", c.down, w.Code, w.Body)
		}
		for _, check := range checks {
			if (found[check.Name] == "away") != down[check.Name] {
				t.Errorf("%q away: %v", c.down, found)
			}
		}
	}
}

func TestAliveAndUnknown(t *testing.T) {
	h := newHouse(t, nil)
	if w := h.do(http.MethodGet, "/healthz", nil); w.Code != http.StatusOK {
		t.Errorf("%d", w.Code)
	}
	for _, c := range []struct {
		method, path string
		code         int
	}{{http.MethodGet, "/nowhere", 404}, {http.MethodGet, "/healthz/", 404}, {http.MethodDelete, "/healthz", 405}} {
		w := h.do(c.method, c.path, nil)
		if w.Code != c.code || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: %d %s", c.path, w.Code, w.Header().Get("Content-Type"))
		}
	}
}

func TestFiguresThatCannotBeReadAreLeftOut(t *testing.T) {
	h := newHouse(t, func(d *handler.Deps) {
		d.Gauges = []handler.Gauges{
			func(context.Context) ([]handler.Figure, error) {
				return []handler.Figure{{Name: "cunwu_x", Help: "x", Labels: prometheus.Labels{"class": "retry"}, Value: 3}, {Name: "cunwu_y_total", Value: 2}}, nil
			},
			func(ctx context.Context) ([]handler.Figure, error) {
				if _, ok := ctx.Deadline(); !ok {
					t.Error("no deadline")
				}
				return []handler.Figure{{Name: "cunwu_z"}}, errors.New("the database is away")
			},
		}
	})
	h.metric(`cunwu_x{class="retry"} 3`)
	h.metric("# TYPE cunwu_y_total counter\ncunwu_y_total 2")
	page := h.do(http.MethodGet, "/metrics", nil).Body.String()
	if strings.Contains(page, "cunwu_z") || !strings.Contains(page, "cunwu_figures_unread_total") || strings.Contains(page, "cunwu_figures_unread_total 0") {
		t.Error("figures that can't be read are shown, or not counted")
	}
}

func TestTheLogKnowsNobody(t *testing.T) {
	h := newHouse(t, nil)
	w := h.push(h.text(1), h.clock.Now())
	h.do(http.MethodGet, "/nowhere/oSecret?token=oSecret", nil)
	for _, word := range []string{"oSecret", secret, "msg_signature", "收到"} {
		if strings.Contains(h.logs.String(), word) {
			t.Errorf("the log says %q: %s", word, h.logs)
		}
	}
	id := w.Header().Get("X-Request-ID")
	if !strings.Contains(h.logs.String(), `"route":"/wechat/oa/:appid","status":200`) || !strings.Contains(h.logs.String(), id) {
		t.Errorf("the log is %s", h.logs)
	}
}

func TestARequestsIDIsTakenOnlyWhenSane(t *testing.T) {
	h := newHouse(t, nil)
	for id, kept := range map[string]bool{"abcdef-0123": true, "short": false, "has space in it": false, strings.Repeat("a", 65): false, "": false} {
		got := h.do(http.MethodGet, "/healthz", nil, "X-Request-ID", id).Header().Get("X-Request-ID")
		if (got == id) != kept || got == "" {
			t.Errorf("%q became %q", id, got)
		}
	}
}

func TestPanicsAreAnsweredAndLogged(t *testing.T) {
	pages := http.NewServeMux()
	pages.HandleFunc("/simulator/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/simulator/boom" {
			panic("boom")
		}
		_, _ = fmt.Fprint(w, r.URL.Path)
	})
	h := newHouse(t, func(d *handler.Deps) { d.Extra = map[string]http.Handler{"/simulator": pages} })
	if w := h.do(http.MethodPost, "/simulator/phones/1", nil); w.Body.String() != "/simulator/phones/1" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	w := h.do(http.MethodGet, "/simulator/boom", nil)
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "boom") {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	if id := w.Header().Get("X-Request-ID"); !strings.Contains(h.logs.String(), `"a request panicked","request_id":"`+id) {
		t.Errorf("logged: %s", h.logs)
	}
}

func TestErrorsAreProblems(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	out := &logs{}
	log := slog.New(slog.NewJSONHandler(out, nil))
	cause := errors.New("dial tcp: refused")
	for _, c := range []struct {
		err    error
		status int
		code   string
		detail string
	}{
		{model.Errorf(model.Invalid, "选项不对"), 422, "invalid", "选项不对"},
		{model.Errorf(model.SignedOut, "请重新登录"), 401, "signed_out", "请重新登录"},
		{model.Errorf(model.Forbidden, "没有权限"), 403, "forbidden", "没有权限"},
		{model.Errorf(model.Unknown, "没有找到"), 404, "not_found", "没有找到"},
		{model.Errorf(model.Conflict, "已投过票"), 409, "conflict", "已投过票"},
		{model.Errorf(model.Gone, "已截止"), 410, "gone", "已截止"},
		{model.Errorf(model.TooEarly, "还没开始"), 425, "too_early", "还没开始"},
		{model.Errorf(model.TooMany, "太频繁"), 429, "too_many", "太频繁"},
		{fmt.Errorf("wrapped: %w", model.Errorf(model.Away, "请稍后").Because(cause)), 503, "away", "请稍后"},
		{cause, 500, "internal", "出了点问题，请稍后再试；如果一直这样，请把请求编号告诉村里"},
	} {
		engine := gin.New()
		engine.GET("/x", handler.Handle(log, func(*gin.Context) error { return c.err }))
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/x", nil))
		var got struct {
			Status       int
			Code, Detail string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != c.status || got.Status != c.status || got.Code != c.code || got.Detail != c.detail {
			t.Errorf("%v: %d %s", c.err, w.Code, w.Body)
		}
		if retry := w.Header().Get("Retry-After"); (retry != "") != (c.status == 503 || c.status == 429) {
			t.Errorf("%v: Retry-After %q", c.err, retry)
		}
		if strings.Contains(w.Body.String(), "dial tcp") {
			t.Errorf("the cause left the program: %s", w.Body)
		}
	}
	if n := strings.Count(out.String(), "dial tcp"); n != 2 {
		t.Errorf("the cause is logged %d times", n)
	}
}

func TestFiguresStayAmongMachinesNearby(t *testing.T) {
	h := newHouse(t, func(d *handler.Deps) { d.Proxies = []string{"127.0.0.1"} })
	for address, status := range map[string]int{"": http.StatusOK, "10.0.0.7": http.StatusOK, "203.0.113.9": http.StatusNotFound} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
		r.RemoteAddr = "127.0.0.1:40000"
		if address != "" {
			r.Header.Set("X-Forwarded-For", address)
		}
		w := httptest.NewRecorder()
		h.engine.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("%q: %d, want %d", address, w.Code, status)
		}
	}
}
