// Package problem is how an error leaves by HTTP: as RFC 9457 has it, with words
// for the person and nothing of the cause.
package problem

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"cunwu/model"
)

// What people read when something goes wrong that is no *model.Error.
const (
	Broken   = "出了点问题，请稍后再试；如果一直这样，请把请求编号告诉村里"
	NoPage   = "没有这个页面"
	NoMethod = "这个地址不支持这样访问"
	away     = "系统正忙，请过一会儿再试"
	tooLarge = "发来的内容太大，请减少文字或换小一点的文件"
)

// Codes that only the doors know.
const (
	Internal model.Code = "internal"  // no *model.Error: its cause is in the log
	TooLarge model.Code = "too_large" // more bytes than the door takes
)

const retryAfter = 5 // seconds, when nothing better is known

// ContentType is what a problem is sent as.
const ContentType = "application/problem+json"

// Problem is an error as RFC 9457 has it. Type is left out: "about:blank".
type Problem struct {
	Title     string     `json:"title" doc:"HTTP 状态的名称"`
	Status    int        `json:"status" doc:"HTTP 状态"`
	Code      model.Code `json:"code" doc:"程序据以判断的代号，如 invalid、forbidden、conflict"`
	Detail    string     `json:"detail" doc:"给人看的话，说明该怎么办"`
	RequestID string     `json:"request_id" doc:"请求编号，报障时请提供"`
	Errors    []Field    `json:"errors,omitempty" doc:"哪一项没填对"`

	cause error
	wait  int // seconds
}

// Field says what is wrong with one field of what was sent; never its value.
type Field struct {
	Field  string `json:"field" doc:"哪一项，如 body.text"`
	Detail string `json:"detail" doc:"怎么不对"`
}

// Status is the one map of codes to HTTP.
func Status(code model.Code) int {
	switch code {
	case model.Invalid:
		return http.StatusUnprocessableEntity
	case model.SignedOut:
		return http.StatusUnauthorized
	case model.Forbidden:
		return http.StatusForbidden
	case model.Unknown:
		return http.StatusNotFound
	case model.Conflict, model.Unclear:
		return http.StatusConflict
	case model.Gone:
		return http.StatusGone
	case model.TooEarly:
		return http.StatusTooEarly
	case model.TooMany:
		return http.StatusTooManyRequests
	case model.Away:
		return http.StatusServiceUnavailable
	case TooLarge:
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusInternalServerError
}

// Of makes a problem of an error. What is no *model.Error says nothing of itself.
func Of(err error, requestID string) *Problem {
	var large *http.MaxBytesError
	known := model.AsError(err)
	switch {
	case errors.As(err, &large):
		known = model.Errorf(TooLarge, "%s", tooLarge)
	case known == nil && model.Transient(err):
		known = model.Errorf(model.Away, "%s", away).Because(err)
	case known == nil:
		known = model.Errorf(Internal, "%s", Broken).Because(err)
	}
	return New(known, Status(known.Code), requestID)
}

// New makes a problem of a known error under this status.
func New(known *model.Error, status int, requestID string) *Problem {
	p := &Problem{Title: http.StatusText(status), Status: status, Code: known.Code, Detail: known.Message, RequestID: requestID, cause: known.Cause}
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		p.wait = retryAfter
	}
	return p
}

// After has the client try again in so many seconds.
func (p *Problem) After(seconds int) *Problem {
	p.wait = seconds
	return p
}

// Cause is for the log only; nil when the words say all.
func (p *Problem) Cause() error { return p.cause }

// Error implements error.
func (p *Problem) Error() string { return string(p.Code) + ": " + p.Detail }

// GetStatus is how huma learns the status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders is how huma learns the headers.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.wait > 0 {
		h.Set("Retry-After", strconv.Itoa(p.wait))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	return h
}

// ContentType is how huma learns what the problem is sent as.
func (p *Problem) ContentType(string) string { return ContentType }

// Send answers a request with the problem and ends it.
func (p *Problem) Send(c *gin.Context) {
	for name, values := range p.GetHeaders() {
		c.Header(name, values[0])
	}
	c.Header("Content-Type", ContentType+"; charset=utf-8")
	c.AbortWithStatusJSON(p.Status, p)
}
