package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
)

// maxAnswer bounds a JSON answer, in bytes.
const maxAnswer = 1 << 20

// call is one request to the server API.
type call struct {
	method string // GET or POST
	path   string
	query  url.Values // without the access token
	body   []byte
	// contentType of body; JSON when empty.
	contentType string
	// visible: a person would see it twice if the call were made twice.
	visible bool
	// file: the answer may be a file of up to limit bytes.
	file  bool
	limit int64
}

// answer is what came back.
type answer struct {
	header http.Header
	body   []byte
}

// post makes a call with a JSON body.
func post(path string, value any) (call, error) {
	body, err := encodeJSON(value)
	return call{method: http.MethodPost, path: path, body: body}, err
}

// callJSON makes a call with an access token and reads the JSON answer into
// out (nil: only errcode matters).
func (c *Client) callJSON(ctx context.Context, what call, out any) error {
	return c.withToken(ctx, func(token string) error {
		got, err := c.do(ctx, what, token)
		if err != nil {
			return err
		}
		return c.read(what, got.body, out)
	})
}

// do makes one HTTP exchange. token may be empty for the calls that take the
// secret instead. Errors are classified; those that WeChat states by errcode
// are read's.
func (c *Client) do(ctx context.Context, what call, token string) (*answer, error) {
	if c.baseErr != nil {
		return nil, c.baseErr
	}
	var sent atomic.Bool
	// Once the head is written WeChat may act on it, whatever we hear.
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})
	request, err := http.NewRequestWithContext(ctx, what.method, c.address(what, token), bytes.NewReader(what.body))
	if err != nil {
		return nil, c.clean(transportError(what.path, err, false, what.visible))
	}
	if len(what.body) > 0 {
		request.Header.Set("Content-Type", what.contentType)
		if what.contentType == "" {
			request.Header.Set("Content-Type", "application/json; charset=utf-8")
		}
	}
	client := c.calls
	if what.file {
		client = c.files
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, c.clean(transportError(what.path, err, sent.Load(), what.visible))
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, statusError(what.path, response.StatusCode, what.visible)
	}
	body, failed := readAll(response.Body, what)
	if failed != nil {
		return nil, c.clean(failed)
	}
	return &answer{header: response.Header, body: body}, nil
}

// address is the URL of a call. It contains secrets: never log it.
func (c *Client) address(what call, token string) string {
	u := *c.base
	u.Path += what.path
	query := url.Values{}
	for key, values := range what.query {
		query[key] = values
	}
	if token != "" {
		query.Set("access_token", token)
	}
	u.RawQuery = query.Encode()
	return u.String()
}

// readAll reads an answer up to its limit.
func readAll(from io.Reader, what call) ([]byte, *APIError) {
	limit := what.limit
	if limit <= 0 {
		limit = maxAnswer
	}
	body, err := io.ReadAll(io.LimitReader(from, limit+1))
	if err != nil {
		return nil, transportError(what.path, err, true, what.visible)
	}
	if int64(len(body)) > limit {
		e := transportError(what.path, ErrTooLarge, true, what.visible)
		e.Message = fmt.Sprintf("the answer is longer than %d bytes", limit)
		if !what.visible {
			e.Class = ClassOurFault
		}
		return nil, e
	}
	return body, nil
}

// read checks an answer's errcode and reads the rest into out.
func (c *Client) read(what call, body []byte, out any) error {
	var status struct {
		Code    int    `json:"errcode"`
		Message string `json:"errmsg"`
	}
	err := json.Unmarshal(body, &status)
	if err == nil && status.Code == 0 && out != nil {
		err = json.Unmarshal(body, out)
	}
	if err != nil {
		// Without an errcode nobody knows whether WeChat did it.
		return c.clean(transportError(what.path, fmt.Errorf("the answer is not the JSON we know: %w", err), true, what.visible))
	}
	if status.Code != 0 {
		return c.clean(&APIError{
			Path: what.path, Code: status.Code, Message: status.Message,
			Status: http.StatusOK, Class: classOfCode(status.Code),
		})
	}
	return nil
}
