package main

import (
	"context"
	"net/http"
	"sync"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"cunwu/handler"
	"cunwu/model"
)

// router opens the doors.
func (h *house) router(extra map[string]http.Handler) (*gin.Engine, error) {
	official, mini, err := h.codecs()
	if err != nil {
		return nil, err
	}
	return handler.NewRouter(handler.Deps{
		Inbox: h.inbox, Official: official, Mini: mini, Now: h.store.Now, Logger: h.log, Extra: extra, Proxies: h.cfg.TrustedProxies,
		API: h.api(), Web: h.web(), Site: h.site(), Console: h.console(), Checked: handler.CheckedFile(h.checked, h.log), HTTPS: h.https(),
		Checks: []handler.Check{
			{Name: "spool", Needed: true, Look: func(context.Context) error { return h.inbox.CanSpool() }},
			{Name: "database", Needed: true, Look: h.store.Ping},
			{Name: "redis", Look: func(ctx context.Context) error { return h.redis.Ping(ctx).Err() }},
		},
		Gauges: []handler.Gauges{h.spoolFigures, h.outboxFigures, h.caseFigures, h.sends.figures},
	})
}

func gauge(name, help string, value float64) handler.Figure {
	return handler.Figure{Name: name, Help: help, Value: value}
}

func (h *house) spoolFigures(context.Context) ([]handler.Figure, error) {
	records, bytes := h.inbox.Depth()
	n := h.inbox.Counts()
	return []handler.Figure{
		gauge("cunwu_spool_records", "Deliveries that wait on disk for the database.", float64(records)),
		gauge("cunwu_spool_bytes", "Their size.", float64(bytes)),
		gauge("cunwu_inbox_handled_total", "Deliveries committed in time, new.", float64(n.Handled)),
		gauge("cunwu_inbox_repeated_total", "Re-deliveries answered with what is stored.", float64(n.Repeated)),
		gauge("cunwu_inbox_spooled_total", "Deliveries kept on disk first.", float64(n.Spooled)),
		gauge("cunwu_inbox_failed_total", "Deliveries whose turn failed; an operator must look.", float64(n.Failed)),
		gauge("cunwu_inbox_refused_total", "Deliveries that could be kept nowhere.", float64(n.Refused)),
	}, nil
}

func (h *house) outboxFigures(ctx context.Context) ([]handler.Figure, error) {
	n, err := h.notices.Stats(ctx)
	return []handler.Figure{
		gauge("cunwu_notices_pending", "Notices on their way.", float64(n.Pending)),
		gauge("cunwu_notices_held", "Notices that no channel is open for.", float64(n.Held)),
		gauge("cunwu_notices_dead", "Notices an operator must look at.", float64(n.Dead)),
		gauge("cunwu_notices_oldest_seconds", "Age of the oldest notice that is due.", n.OldestPending.Seconds()),
	}, err
}

func (h *house) caseFigures(ctx context.Context) ([]handler.Figure, error) {
	n, err := h.cases.Stats(ctx)
	return []handler.Figure{
		gauge("cunwu_cases_awaiting", "Cases that a village owes an answer to.", float64(n.Awaiting)),
		gauge("cunwu_cases_unassigned", "Of these, those that nobody can act on.", float64(n.Unassigned)),
		gauge("cunwu_cases_late", "Of these, those past a deadline.", float64(n.Late)),
		gauge("cunwu_cases_oldest_seconds", "Age of the oldest of them.", n.Oldest.Seconds()),
	}, err
}

// tally counts failed sends by class.
type tally struct {
	mu sync.Mutex
	by map[string]float64
}

// newTally starts each class at nought: an increase from nothing is none to Prometheus.
func newTally() *tally {
	t := &tally{by: map[string]float64{}}
	for _, class := range []model.SendClass{model.SendRetry, model.SendQuota, model.SendRecipient, model.SendFault, model.SendUnknown} {
		t.by[string(class)] = 0
	}
	return t
}

func (t *tally) add(class string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.by[class]++
}

func (t *tally) figures(context.Context) ([]handler.Figure, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []handler.Figure
	for class, n := range t.by {
		all = append(all, handler.Figure{Name: "cunwu_send_errors_total", Help: "Failed sends, by class.", Labels: prometheus.Labels{"class": class}, Value: n})
	}
	return all, nil
}
