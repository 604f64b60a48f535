package handler

import (
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"cunwu/model"
)

// What people read when something goes wrong that is no *model.Error.
const (
	wordsBroken = "出了点问题，请稍后再试；如果一直这样，请把请求编号告诉村里"
	wordsNoPage = "没有这个页面"
	wordsMethod = "这个地址不支持这样访问"
)

// problem is an error as RFC 9457 has it. Type is left out: "about:blank".
type problem struct {
	Title     string     `json:"title"`
	Status    int        `json:"status"`
	Code      model.Code `json:"code"`
	Detail    string     `json:"detail"`
	RequestID string     `json:"request_id"`
}

// internal is the code of what is no *model.Error.
const internal model.Code = "internal"

// statusOf is the one map of codes to HTTP.
func statusOf(code model.Code) int {
	switch code {
	case model.Invalid:
		return http.StatusUnprocessableEntity
	case model.SignedOut:
		return http.StatusUnauthorized
	case model.Forbidden:
		return http.StatusForbidden
	case model.Unknown:
		return http.StatusNotFound
	case model.Conflict:
		return http.StatusConflict
	case model.Gone:
		return http.StatusGone
	case model.TooEarly:
		return http.StatusTooEarly
	case model.TooMany:
		return http.StatusTooManyRequests
	case model.Away:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// Handle makes a route's handler of a function that returns its error: what
// stands in handler/api needs nothing of this package.
func Handle(log *slog.Logger, fn func(c *gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := fn(c); err != nil {
			fail(c, log, err)
		}
	}
}

// fail answers with an error. What is no *model.Error says nothing of itself:
// its cause is in the log, under the request's id.
func fail(c *gin.Context, log *slog.Logger, err error) {
	known := model.AsError(err)
	if known == nil {
		known = &model.Error{Code: internal, Message: wordsBroken, Cause: err}
	}
	status := statusOf(known.Code)
	if known.Cause != nil {
		level := slog.LevelInfo
		if status >= http.StatusInternalServerError {
			level = slog.LevelError
		}
		log.Log(c.Request.Context(), level, "a request failed", "request_id", requestID(c), "route", routeOf(c), "code", known.Code, "error", known.Cause)
	}
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		c.Header("Retry-After", "5")
	}
	sayProblem(c, status, known.Code, known.Message)
}

func sayProblem(c *gin.Context, status int, code model.Code, detail string) {
	c.Header("Content-Type", "application/problem+json; charset=utf-8")
	c.AbortWithStatusJSON(status, problem{Title: http.StatusText(status), Status: status, Code: code, Detail: detail, RequestID: requestID(c)})
}
