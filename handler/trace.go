package handler

import (
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"

	"cunwu/handler/problem"
	"cunwu/model"
)

const requestIDKey = "request_id"

var saneID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// identify gives every request an id; a balancer's is kept when it is sane.
func identify(c *gin.Context) {
	id := c.GetHeader("X-Request-ID")
	if !saneID.MatchString(id) {
		id = model.NewID()
	}
	c.Set(requestIDKey, id)
	c.Header("X-Request-ID", id)
	c.Next()
}

func requestID(c *gin.Context) string { return c.GetString(requestIDKey) }

// logged writes a line a request: the route, never the query, a person or words.
func logged(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		began := time.Now()
		c.Next()
		log.Info("request", "request_id", requestID(c), "method", c.Request.Method, "route", routeOf(c),
			"status", c.Writer.Status(), "ms", time.Since(began).Milliseconds())
	}
}

// recovered turns a panic into a 500 that says nothing. http.ErrAbortHandler is
// net/http's own way to cut a connection.
func recovered(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // never wrapped
					panic(p)
				}
				log.Error("a request panicked", "request_id", requestID(c), "route", routeOf(c), "panic", p, "stack", string(debug.Stack()))
				say(c, http.StatusInternalServerError, problem.Internal, problem.Broken)
			}
		}()
		c.Next()
	}
}
