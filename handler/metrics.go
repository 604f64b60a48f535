package handler

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const gaugePatience = 2 * time.Second

// Gauges reads figures at the moment they are asked for, and ends with ctx.
type Gauges func(ctx context.Context) ([]Figure, error)

// Figure is one figure of a Gauges; a name that ends with _total is a counter's.
type Figure struct {
	Name   string
	Help   string
	Labels prometheus.Labels
	Value  float64
}

type metrics struct {
	gauges     []Gauges
	page       gin.HandlerFunc
	requests   *prometheus.HistogramVec
	deliveries *prometheus.CounterVec
	forged     prometheus.Counter
	stale      prometheus.Counter
	clockOff   prometheus.Counter
	unread     prometheus.Counter
}

func newMetrics(d Deps) *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	m := &metrics{gauges: d.Gauges,
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "cunwu_http_seconds", Help: "Time to answer, by route and status.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2, 5}}, []string{"route", "status"}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "cunwu_deliveries_total", Help: "WeChat deliveries, by kind and what became of them."}, []string{"kind", "outcome"}),
		forged:     counter("cunwu_deliveries_forged_total", "Deliveries that WeChat didn't sign."),
		stale:      counter("cunwu_deliveries_stale_total", "Deliveries signed more than 10 minutes from our time: replays, or a wrong clock."),
		clockOff:   counter("cunwu_clock_apart_total", "Deliveries signed more than 5 minutes from our time, and taken."),
		unread:     counter("cunwu_figures_unread_total", "Sets of figures that could not be read when they were asked for."),
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(m.requests, m.deliveries, m.forged, m.stale, m.clockOff, m.unread, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), m)
	m.page = gin.WrapH(promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	return m
}

// Describe implements prometheus.Collector; the figures aren't known beforehand.
func (m *metrics) Describe(chan<- *prometheus.Desc) {}

// Collect reads every gauge at once; one that can't be read in time is left out.
func (m *metrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), gaugePatience)
	defer cancel()
	var wait sync.WaitGroup
	for _, read := range m.gauges {
		wait.Go(func() {
			figures, err := read(ctx)
			if err != nil {
				m.unread.Inc()
				return
			}
			for _, f := range figures {
				out <- f.metric()
			}
		})
	}
	wait.Wait()
}

func (f Figure) metric() prometheus.Metric {
	kind := prometheus.GaugeValue
	if strings.HasSuffix(f.Name, "_total") {
		kind = prometheus.CounterValue
	}
	desc := prometheus.NewDesc(f.Name, f.Help, nil, f.Labels)
	metric, err := prometheus.NewConstMetric(desc, kind, f.Value)
	if err != nil {
		return prometheus.NewInvalidMetric(desc, err)
	}
	return metric
}

func (m *metrics) delivered(kind, outcome string) { m.deliveries.WithLabelValues(kind, outcome).Inc() }

// observe times a request under its route, never its path.
func (m *metrics) observe(c *gin.Context) {
	began := time.Now()
	c.Next()
	m.requests.WithLabelValues(routeOf(c), strconv.Itoa(c.Writer.Status())).Observe(time.Since(began).Seconds())
}

// routeOf is the route's template; a path may hold anything.
func routeOf(c *gin.Context) string {
	if route := c.FullPath(); route != "" {
		return route
	}
	return "none"
}
