package model

import (
	"errors"
	"fmt"
)

// Code says what sort of mistake an Error is; the HTTP door maps it to a status.
type Code string

// The codes that exist. A new one needs a line in the HTTP door's map.
const (
	Invalid   Code = "invalid"   // what was sent can't be read or breaks a rule of form
	Unknown   Code = "not_found" // no such thing, or not one that this actor may know of
	Forbidden Code = "forbidden" // the actor may not do this
	Conflict  Code = "conflict"  // somebody was first, or the state has moved on
	Unclear   Code = "unclear"   // it may mean two things, and the actor must say which
	Gone      Code = "gone"      // the time for it is over
	TooEarly  Code = "too_early" // the time for it has not come
	TooMany   Code = "too_many"  // tried too often
	Away      Code = "away"      // a part that is needed is not reachable now
	SignedOut Code = "signed_out"
)

// Error is the one error that people read. Message is Chinese, short, and says
// what to do; Cause is for the log only and never leaves the program.
type Error struct {
	Code    Code
	Message string
	Cause   error
}

// Errorf makes an Error whose message is formatted for the person who reads it.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Cause }

// Because keeps the cause for the log.
func (e *Error) Because(cause error) *Error {
	return &Error{Code: e.Code, Message: e.Message, Cause: cause}
}

// AsError finds the Error in err, or nil when err is of another kind.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// IsCode says whether err is an Error of this code.
func IsCode(err error, code Code) bool {
	e := AsError(err)
	return e != nil && e.Code == code
}

// Allowed turns the refusal of a use case into a plain no; what else went wrong
// stays an error.
func Allowed(err error) (bool, error) {
	switch {
	case err == nil:
		return true, nil
	case AsError(err) != nil:
		return false, nil //nolint:nilerr // a refusal is the answer
	}
	return false, err
}
