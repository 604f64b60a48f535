package wechat

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/silenceper/wechat/v2/credential"
)

const (
	// DefaultBaseURL is WeChat's own server API.
	DefaultBaseURL = "https://api.weixin.qq.com"
	// defaultWebURL is where WeChat's OAuth page stands.
	defaultWebURL = "https://open.weixin.qq.com"
	// callTimeout bounds one API call, mediaTimeout one transfer of a file.
	callTimeout  = 3 * time.Second
	mediaTimeout = 30 * time.Second
)

// Options are what a client needs. Only Account is required.
type Options struct {
	// BaseURL is where all API calls go (DefaultBaseURL); a path is kept.
	BaseURL string
	// WebURL is where people are sent to sign in by OAuth: WeChat's own page
	// with WeChat's own API, else BaseURL.
	WebURL  string
	Account Account
	// Redis is shared by all replicas, so that one refreshes the access token
	// for all; nil means there is only this process.
	Redis redis.UniversalClient
	// HTTP makes the calls; nil is a client of its own with a bounded pool.
	// One without a time-out gets 3 s, and 30 s for files. Redirects are never
	// followed.
	HTTP *http.Client
	// Now is the clock for the access token's age (time.Now).
	Now func() time.Time
	// Logger hears of refreshed tokens and of Redis going away
	// (slog.Default).
	Logger *slog.Logger
}

// Client calls the server API of one account. All methods are safe for
// concurrent use; their errors are *APIError, classified, and hold no secret.
type Client struct {
	account *Account // a pointer, so that no %v of what holds a Client shows it
	base    *url.URL // nil: the base URL was unusable, baseErr says why
	baseErr error
	webURL  string
	calls   *http.Client
	files   *http.Client
	now     func() time.Time
	logger  *slog.Logger
	tokens  *tokenSource
	tickets credential.JsTicketHandle
	cache   *sdkCache
}

// NewClient makes the client of one account. It makes no call. An unusable
// base URL is reported by the first call.
func NewClient(options Options) *Client {
	if options.BaseURL == "" {
		options.BaseURL = DefaultBaseURL
	}
	options.BaseURL = strings.TrimRight(options.BaseURL, "/")
	if options.WebURL == "" {
		options.WebURL = webURL(options.BaseURL)
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	c := &Client{
		account: &options.Account,
		webURL:  strings.TrimRight(options.WebURL, "/"),
		now:     options.Now,
		logger:  options.Logger.With("wechat_appid", options.Account.AppID),
	}
	c.base, c.baseErr = parseBase(options.BaseURL)
	c.calls, c.files = httpClients(options.HTTP)
	shared := newSharedStore(options.Redis, c.logger)
	c.tokens = newTokenSource(c, shared)
	c.cache = newSDKCache(c.account.AppID, shared, c.now)
	c.tickets = credential.NewDefaultJsTicket(c.account.AppID, credential.CacheKeyOfficialAccountPrefix, c.cache)
	return c
}

// String shows the client without its secrets, so that no %v leaks them.
func (c *Client) String() string { return "WeChat client of " + c.account.String() }

// AccessToken returns a token that is valid now, refreshing it when it is near
// its end. Many callers in many replicas cause one refresh. Errors are those
// of the stable_token API.
func (c *Client) AccessToken(ctx context.Context) (string, error) {
	return c.tokens.get(ctx)
}

// withToken runs one call with an access token. If WeChat refuses the token,
// exactly that token is dropped, and the call made once more with the next.
func (c *Client) withToken(ctx context.Context, call func(token string) error) error {
	token, err := c.tokens.get(ctx)
	if err != nil {
		return err
	}
	err = call(token)
	if ClassOf(err) != ClassToken {
		return err
	}
	c.tokens.reject(token)
	token, errToken := c.tokens.get(ctx)
	if errToken != nil {
		return errToken
	}
	return call(token)
}

// parseBase checks a base URL once.
func parseBase(base string) (*url.URL, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, invalid(base, "the API base URL can't be parsed")
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" {
		return nil, invalid(u.Host, "the API base URL must be http(s)://host[/path]")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}

// webURL is the OAuth page's place that belongs to an API base.
func webURL(base string) string {
	if base == DefaultBaseURL {
		return defaultWebURL
	}
	return base
}

// httpClients makes the client for calls and the one for files of one pool.
func httpClients(given *http.Client) (calls, files *http.Client) {
	calls, files = &http.Client{Timeout: callTimeout, Transport: newTransport()}, &http.Client{Timeout: mediaTimeout}
	files.Transport = calls.Transport
	if given != nil {
		a, b := *given, *given
		if given.Timeout == 0 {
			a.Timeout, b.Timeout = callTimeout, mediaTimeout
		}
		calls, files = &a, &b
	}
	// A redirect would carry the access token to another address.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	calls.CheckRedirect, files.CheckRedirect = stay, stay
	return calls, files
}

// newTransport is a pool bounded in connections: when WeChat is slow, callers
// wait here and time out before their request is written, which is safe.
func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    2 * time.Second,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    32,
		MaxConnsPerHost:        64,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
	}
}
