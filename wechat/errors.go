package wechat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Class is what a caller does about a failed API call.
type Class int

const (
	// ClassRetry: nothing happened yet; the same call may be made again, with
	// back-off.
	ClassRetry Class = iota + 1
	// ClassToken: the access token was refused even after one refresh.
	ClassToken
	// ClassQuota: wait for the next window (minute or day).
	ClassQuota
	// ClassRecipient: this channel is closed for this person: next channel.
	ClassRecipient
	// ClassOurFault: settings, rights or content are wrong: stop, alert the
	// operator. Every code that isn't known stands here.
	ClassOurFault
	// ClassUserAgain: the person starts again (a login code works once, for
	// five minutes).
	ClassUserAgain
	// ClassUnknownOutcome: a message may have reached the person, or not.
	// Sending again may show it twice.
	ClassUnknownOutcome
)

// String names the class in logs and metrics.
func (c Class) String() string {
	switch c {
	case ClassRetry:
		return "retry"
	case ClassToken:
		return "token"
	case ClassQuota:
		return "quota"
	case ClassRecipient:
		return "recipient"
	case ClassOurFault:
		return "our_fault"
	case ClassUserAgain:
		return "user_again"
	case ClassUnknownOutcome:
		return "unknown_outcome"
	}
	return "none"
}

// What this package refuses by itself; test with errors.Is.
var (
	// ErrSnapshotUser: the page was opened in snapshot mode (快照页), where
	// WeChat invents an openid. Ask the person to tap 「使用完整服务」.
	ErrSnapshotUser = errors.New("wechat: a snapshot user with a virtual openid")
	// ErrTooLarge: an answer is longer than the caller allows.
	ErrTooLarge = errors.New("wechat: the answer is too large")
	// ErrInvalid: an argument breaks one of the platform's rules; no call was
	// made.
	ErrInvalid = errors.New("wechat: invalid argument")
)

// APIError is a call to WeChat that failed. Its text holds no token, secret or
// login code.
type APIError struct {
	Path    string // of the API, e.g. /cgi-bin/message/custom/send
	Code    int    // errcode; 0 when WeChat gave none
	Message string // errmsg, or what went wrong on the way
	Status  int    // HTTP status; 0 when there was no answer
	Class   Class
	Cause   error // what lies below, for errors.Is; may be nil
}

// Error tells the API's path, errcode, class and WeChat's words.
func (e *APIError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "wechat %s: ", e.Path)
	if e.Code != 0 {
		fmt.Fprintf(&b, "errcode %d: ", e.Code)
	}
	if e.Status != 0 && e.Status != http.StatusOK {
		fmt.Fprintf(&b, "HTTP %d: ", e.Status)
	}
	fmt.Fprintf(&b, "%s (%s)", e.Message, e.Class)
	return b.String()
}

// Unwrap gives errors.Is and errors.As the cause.
func (e *APIError) Unwrap() error { return e.Cause }

// ClassOf returns the class of an error of this package: 0 for nil, and
// ClassOurFault for an error that carries none, as for an unknown errcode.
func ClassOf(err error) Class {
	var api *APIError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &api):
		return api.Class
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return ClassRetry
	}
	return ClassOurFault
}

// classOfCode is the table of wechat.md paragraph 2 and the codes beside it
// that WeChat documents for the calls made here.
func classOfCode(code int) Class {
	switch code {
	case -1: // system busy: refused before anything was done
		return ClassRetry
	case 40001, 40014, 42001:
		return ClassToken
	case 45009, 45011,
		45028: // mass sending, four a month
		return ClassQuota
	case 40003, 43004, 43101, 45015, 45047, 48002, 50005,
		40226, // a high-risk user, kept from logging in
		43019: // the account has blacklisted the person
		return ClassRecipient
	case 40029, 40163,
		42003: // an OAuth code older than five minutes
		return ClassUserAgain
	}
	return ClassOurFault
}

// invalid makes the error of an argument that no call may be made with.
func invalid(path, format string, args ...any) error {
	return &APIError{Path: path, Message: fmt.Sprintf(format, args...), Class: ClassOurFault, Cause: ErrInvalid}
}

// transportError makes the error of a call that got no usable answer. sent
// says whether the request may have reached WeChat, visible whether a person
// would see it twice if it were made again.
func transportError(path string, err error, sent, visible bool) *APIError {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // its text has the URL, the URL has the token
	}
	class := ClassRetry
	if sent && visible {
		class = ClassUnknownOutcome
	}
	return &APIError{Path: path, Message: err.Error(), Class: class, Cause: err}
}

// statusError makes the error of an HTTP status that isn't 200.
func statusError(path string, status int, visible bool) *APIError {
	e := &APIError{Path: path, Status: status, Message: http.StatusText(status), Class: ClassOurFault}
	switch {
	case status == http.StatusTooManyRequests:
		e.Class = ClassQuota
	case status >= http.StatusInternalServerError && visible:
		e.Class = ClassUnknownOutcome
	case status >= http.StatusInternalServerError:
		e.Class = ClassRetry
	}
	return e
}
