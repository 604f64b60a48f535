package handler

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const gaugePatience = 2 * time.Second

// Gauges reads figures at the moment they are asked for; names may carry labels:
// cunwu_send_errors_total{class="retry"}.
type Gauges func(ctx context.Context) ([]Figure, error)

// Figure is one figure of a Gauges.
type Figure struct {
	Name   string
	Help   string
	Labels prometheus.Labels
	Value  float64
}

type metrics struct {
	registry   *prometheus.Registry
	gauges     []Gauges
	requests   *prometheus.HistogramVec
	deliveries *prometheus.CounterVec
	forged     prometheus.Counter
	clockOff   prometheus.Counter
}

func newMetrics(d Deps) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), gauges: d.Gauges,
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "cunwu_http_seconds", Help: "Time to answer, by route and status.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2, 5}}, []string{"route", "status"}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "cunwu_deliveries_total", Help: "WeChat deliveries, by kind and what became of them."}, []string{"kind", "outcome"}),
		forged:     prometheus.NewCounter(prometheus.CounterOpts{Name: "cunwu_deliveries_forged_total", Help: "Deliveries with a wrong signature, account or time."}),
		clockOff:   prometheus.NewCounter(prometheus.CounterOpts{Name: "cunwu_clock_apart_total", Help: "Deliveries whose time was more than 5 minutes from ours."}),
	}
	m.registry.MustRegister(m.requests, m.deliveries, m.forged, m.clockOff, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), m)
	return m
}

// Describe implements prometheus.Collector; the figures aren't known beforehand.
func (m *metrics) Describe(chan<- *prometheus.Desc) {}

// Collect reads every gauge; one that can't be read in time is left out.
func (m *metrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), gaugePatience)
	defer cancel()
	for _, read := range m.gauges {
		figures, err := read(ctx)
		if err != nil {
			continue
		}
		for _, f := range figures {
			out <- prometheus.MustNewConstMetric(prometheus.NewDesc(f.Name, f.Help, nil, f.Labels), prometheus.GaugeValue, f.Value)
		}
	}
}

func (m *metrics) serve(c *gin.Context) {
	promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}).ServeHTTP(c.Writer, c.Request)
}

func (m *metrics) delivered(kind, outcome string) { m.deliveries.WithLabelValues(kind, outcome).Inc() }

// observe times a request under its route, never its path.
func (m *metrics) observe(c *gin.Context) {
	began := time.Now()
	c.Next()
	m.requests.WithLabelValues(routeOf(c), strconv.Itoa(c.Writer.Status())).Observe(time.Since(began).Seconds())
}

func routeOf(c *gin.Context) string {
	if route := c.FullPath(); route != "" {
		return route
	}
	return http.StatusText(http.StatusNotFound)
}
