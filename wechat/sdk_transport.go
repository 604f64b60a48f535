package wechat

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// UseForSDK readies the SDK's process-global HTTP client: calls go to baseURL
// instead of WeChat's constant address (those of a Client go to the client's
// own base), end after timeout (0: 3 s; the SDK by itself has none), and read bounded
// answers. Call it once at start, before any Client is used; the methods
// behind which the SDK stands refuse to run otherwise. Later calls change the
// settings. The error says what is wrong with baseURL.
func UseForSDK(baseURL string, timeout time.Duration) error {
	base, err := parseBase(baseURL)
	if err != nil {
		return err
	}
	if timeout <= 0 {
		timeout = callTimeout
	}
	// Only the first call writes the SDK's variable, which is not guarded.
	door, ok := util.DefaultHTTPClient.Transport.(*sdkTransport)
	if !ok {
		door = &sdkTransport{next: newTransport()}
	}
	door.settings.Store(&sdkSettings{base: base, timeout: timeout})
	if !ok {
		util.DefaultHTTPClient = &http.Client{
			Transport:     door,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	return nil
}

// sdkTransport carries the SDK's calls to the configured API base: that is
// also how the simulator is reached.
type sdkTransport struct {
	next     http.RoundTripper
	settings atomic.Pointer[sdkSettings]
	passes   atomic.Uint64
	inside   sync.Map // pass (string) to *sdkExchange
}

type sdkSettings struct {
	base    *url.URL
	timeout time.Duration
}

// sdkExchange is one of a Client's calls on its way through the SDK.
type sdkExchange struct {
	ctx   context.Context
	base  *url.URL
	token string
}

// exchangeKey finds an exchange in the context of calls that carry no token.
type exchangeKey struct{}

// admit gives a call its pass; dismiss ends it.
func (t *sdkTransport) admit(exchange *sdkExchange) pass {
	p := "pass-" + strconv.FormatUint(t.passes.Add(1), 10)
	t.inside.Store(p, exchange)
	return pass(p)
}

func (t *sdkTransport) dismiss(p pass) { t.inside.Delete(string(p)) }

// RoundTrip implements http.RoundTripper. Hosts other than WeChat's API are
// refused: the SDK has no other business.
func (t *sdkTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Scheme+"://"+request.URL.Host != DefaultBaseURL {
		return nil, fmt.Errorf("the SDK may not call %s", request.URL.Host)
	}
	settings := t.settings.Load()
	exchange, query := t.exchange(request)
	base := settings.base
	if exchange != nil {
		base = exchange.base
	}
	ctx, cancel := context.WithTimeout(request.Context(), settings.timeout)
	release := cancel
	if exchange != nil {
		stop := context.AfterFunc(exchange.ctx, cancel)
		release = func() { stop(); cancel() }
	}
	moved := request.Clone(ctx)
	moved.URL = &url.URL{Scheme: base.Scheme, Host: base.Host, Path: base.Path + request.URL.Path, RawQuery: query}
	moved.Host = ""
	response, err := t.next.RoundTrip(moved)
	if err != nil {
		release()
		return nil, err
	}
	response.Body = &boundedBody{io.LimitReader(response.Body, maxAnswer), response.Body, release}
	return response, nil
}

// exchange finds the Client's call that a request belongs to, and the query
// with the token in the place of the pass.
func (t *sdkTransport) exchange(request *http.Request) (*sdkExchange, string) {
	if exchange, ok := request.Context().Value(exchangeKey{}).(*sdkExchange); ok {
		return exchange, request.URL.RawQuery
	}
	query := request.URL.Query()
	found, ok := t.inside.Load(query.Get("access_token"))
	if !ok {
		return nil, request.URL.RawQuery
	}
	exchange := found.(*sdkExchange)
	query.Set("access_token", exchange.token)
	return exchange, query.Encode()
}

// boundedBody cuts an answer at its limit (the SDK then fails to parse it) and
// frees the call's timer when it is closed.
type boundedBody struct {
	io.Reader
	body    io.Closer
	release func()
}

// Close implements io.Closer.
func (b *boundedBody) Close() error {
	defer b.release()
	return b.body.Close()
}
