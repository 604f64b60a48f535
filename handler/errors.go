package handler

import (
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"cunwu/handler/problem"
	"cunwu/model"
)

// Handle makes a route's handler of a function that returns its error.
func Handle(log *slog.Logger, fn func(c *gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := fn(c); err != nil {
			fail(c, log, err)
		}
	}
}

// fail answers with an error; its cause is in the log, under the request's id.
func fail(c *gin.Context, log *slog.Logger, err error) {
	p := problem.Of(err, requestID(c))
	if p.Cause() != nil {
		level := slog.LevelInfo
		if p.Status >= http.StatusInternalServerError {
			level = slog.LevelError
		}
		log.Log(c.Request.Context(), level, "a request failed", "request_id", p.RequestID, "route", routeOf(c), "code", p.Code, "error", p.Cause())
	}
	p.Send(c)
}

// say answers with a problem that has no cause.
func say(c *gin.Context, status int, code model.Code, detail string) {
	problem.New(model.Errorf(code, "%s", detail), status, requestID(c)).Send(c)
}
