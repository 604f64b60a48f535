package wechat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestErrorClasses(t *testing.T) {
	table := map[Class][]int{
		ClassRetry:     {-1},
		ClassQuota:     {45011, 45009},
		ClassRecipient: {40003, 43004, 43101, 45015, 45047, 48002, 50005},
		ClassOurFault:  {40013, 40164, 48001, 48004, 40037, 47003, 41030, 99999, 1},
		ClassUserAgain: {40029, 40163},
		ClassToken:     {40001, 40014, 42001},
	}
	api := newTestAPI(t)
	code := 0
	api.handle("/cgi-bin/message/custom/send", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"errcode":%d,"errmsg":"said so rid: 1"}`, code)
	})
	c := api.client(nil)
	for class, codes := range table {
		for _, code = range codes {
			err := c.SendText(bg(), "oAbC", "x")
			var got *APIError
			if !errors.As(err, &got) || got.Class != class || got.Code != code || got.Message != "said so rid: 1" ||
				got.Path != "/cgi-bin/message/custom/send" {
				t.Errorf("%d: %+v", code, err)
			}
		}
	}
	code = 0
	if err := c.SendText(bg(), "oAbC", "x"); err != nil || ClassOf(err) != 0 {
		t.Error(err)
	}
	if ClassOf(errors.New("x")) != ClassOurFault || ClassOf(context.Canceled) != ClassRetry {
		t.Error("ClassOf of foreign errors")
	}
}

// TestOutcomes: what may have reached a person, and what surely didn't.
func TestOutcomes(t *testing.T) {
	api := newTestAPI(t)
	var behaviour atomic.Pointer[http.HandlerFunc]
	behave := func(b http.HandlerFunc) { behaviour.Store(&b) }
	for _, path := range []string{"/cgi-bin/message/custom/send", "/cgi-bin/user/info"} {
		api.handle(path, func(w http.ResponseWriter, r *http.Request) { (*behaviour.Load())(w, r) })
	}
	c := api.client(func(o *Options) { o.HTTP = &http.Client{Timeout: 200 * time.Millisecond} })
	if _, err := c.AccessToken(bg()); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string]func(http.ResponseWriter, *http.Request){
		"slow":     func(_ http.ResponseWriter, r *http.Request) { time.Sleep(400 * time.Millisecond) },
		"reset":    func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"5xx":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"not JSON": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte(`{"errcode":0`))
		},
		"too long": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, maxAnswer+1)) },
	} {
		behave(b)
		before := api.count()
		if err := c.SendText(bg(), "oAbC", "x"); ClassOf(err) != ClassUnknownOutcome {
			t.Errorf("%s send: %v", name, err)
		}
		if api.count() != before+1 {
			t.Errorf("%s: sent %d times", name, api.count()-before)
		}
		if _, err := c.UserInfo(bg(), "oAbC"); ClassOf(err) != ClassRetry && name != "too long" {
			t.Errorf("%s read: %v", name, err)
		}
	}
	behave(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	if err := c.SendText(bg(), "oAbC", "x"); ClassOf(err) != ClassOurFault {
		t.Errorf("404: %v", err)
	}
	behave(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.1:1/steal", http.StatusFound)
	})
	if err := c.SendText(bg(), "oAbC", "x"); ClassOf(err) != ClassOurFault {
		t.Errorf("redirect: %v", err)
	}
	// The token is held; nothing of the next send leaves this machine.
	api.Close()
	if err := c.SendText(bg(), "oAbC", "x"); ClassOf(err) != ClassRetry {
		t.Errorf("connection refused: %v", err)
	}
	c.base.Host = "no-such-host.invalid"
	if err := c.SendText(bg(), "oAbC", "x"); ClassOf(err) != ClassRetry {
		t.Errorf("no such host: %v", err)
	}
}

// TestTLSFailure: a handshake that fails comes before any request.
func TestTLSFailure(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	defer server.Close()
	c := NewClient(Options{BaseURL: server.URL, Account: Account{AppID: "wx1", Secret: testSecret}})
	what, _ := post(customPath, "x")
	what.visible = true
	if _, err := c.do(bg(), what, "T"); ClassOf(err) != ClassRetry {
		t.Error(err)
	}
}

// TestBusyPool: who times out waiting for a connection has sent nothing.
func TestBusyPool(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	transport := newTransport()
	transport.MaxConnsPerHost = 1
	c := NewClient(Options{BaseURL: server.URL, HTTP: &http.Client{Transport: transport}})
	what, _ := post(customPath, "x")
	what.visible = true
	ctx, cancel := context.WithCancel(bg())
	defer cancel()
	go func() { _, _ = c.do(ctx, what, "T") }()
	time.Sleep(50 * time.Millisecond)
	short, cancelShort := context.WithTimeout(bg(), 50*time.Millisecond)
	defer cancelShort()
	if _, err := c.do(short, what, "T"); ClassOf(err) != ClassRetry {
		t.Error(err)
	}
}

// TestOwnTimeout: the client that nobody configured gives up after 3 s.
func TestOwnTimeout(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes 3 s")
	}
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	c := NewClient(Options{BaseURL: server.URL})
	began := time.Now()
	_, err := c.do(bg(), call{method: http.MethodGet, path: "/x"}, "")
	if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took > 4*time.Second {
		t.Errorf("%v after %v", err, took)
	}
}

func TestBadBaseURL(t *testing.T) {
	for _, base := range []string{"://", "ftp://x", "http://", "api.weixin.qq.com", "http://x/?a=1"} {
		c := NewClient(Options{BaseURL: base, Logger: slog.New(slog.DiscardHandler)})
		if err := c.SendText(bg(), "o", "x"); ClassOf(err) != ClassOurFault || !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", base, err)
		}
		if UseForSDK(base, time.Second) == nil {
			t.Errorf("UseForSDK took %s", base)
		}
	}
}

// TestRedaction: no error and no log line holds the secret, a token or a code.
func TestRedaction(t *testing.T) {
	var log bytes.Buffer
	api := newTestAPI(t)
	down, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	down.Close()
	useSDK(t, api.URL)
	c := api.client(func(o *Options) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	var errs []error
	all := func() {
		_, err1 := c.Code2Session(bg(), "CODE-secret-1")
		_, err2 := c.OAuthUser(bg(), "CODE-secret-2")
		_, err3 := c.UserInfo(bg(), "oAbC")
		_, err4 := c.CreateQR(bg(), "s", time.Hour)
		_, err5 := c.JSConfig(bg(), "http://v/")
		_, err6 := c.PhoneNumber(bg(), "CODE-secret-3")
		_, err7 := c.FetchMedia(bg(), "m", 10)
		errs = append(errs, err1, err2, err3, err4, err5, err6, err7,
			c.SendText(bg(), "oAbC", "x"), c.SetMenu(bg(), []Button{{Name: "a"}}))
	}
	all() // 404 everywhere
	api.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"errcode":40001,"errmsg":"bad %s %s"}`, strings.ReplaceAll(r.URL.RawQuery, `"`, ""), testSecret)
	})
	all() // everything repeated back to us
	api.Server.Config.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	all()
	api.Close()
	c.base.Host = down.Addr().String()
	useSDK(t, "http://"+c.base.Host)
	all()
	for _, err := range errs {
		if err == nil {
			t.Error("a call succeeded")
			continue
		}
		for e := err; e != nil; e = errors.Unwrap(e) {
			for _, text := range []string{e.Error(), fmt.Sprintf("%+v", e)} {
				if strings.Contains(text, "app+secret") || strings.Contains(text, "app%2Bsecret") ||
					strings.Contains(text, "TOKEN-") || strings.Contains(text, "CODE-") {
					t.Errorf("%s", text)
				}
			}
		}
	}
	if strings.Contains(log.String(), "TOKEN-") || strings.Contains(log.String(), "secret") || !strings.Contains(log.String(), "renewed") {
		t.Error(log.String())
	}
}
