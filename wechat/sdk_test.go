package wechat

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// useSDK readies the SDK; a client's calls go to the client's base anyway.
func useSDK(t *testing.T, base string) {
	t.Helper()
	if err := UseForSDK(base, 2*time.Second); err != nil {
		t.Fatal(err)
	}
}

// TestSDKLeaves: a caller's deadline holds although the SDK takes no context.
func TestSDKLeaves(t *testing.T) {
	api := newTestAPI(t)
	useSDK(t, api.URL)
	api.handle("POST /cgi-bin/menu/create", func(http.ResponseWriter, *http.Request) { time.Sleep(500 * time.Millisecond) })
	c := api.client(nil)
	_, _ = c.AccessToken(bg())
	ctx, cancel := context.WithTimeout(bg(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	err := c.SetMenu(ctx, []Button{{Name: "a"}})
	if took := time.Since(began); took > 300*time.Millisecond || ClassOf(err) != ClassRetry || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v after %v", err, took)
	}
}

func TestSDKTransport(t *testing.T) {
	api := newTestAPI(t)
	api.mux.HandleFunc("/base/cgi-bin/x", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 2*maxAnswer)) })
	useSDK(t, api.URL+"/base/")
	if body, err := util.HTTPGet(DefaultBaseURL + "/cgi-bin/x"); err != nil || len(body) != maxAnswer {
		t.Errorf("%d bytes, %v", len(body), err)
	}
	if _, err := util.HTTPGet("https://example.com/"); err == nil {
		t.Error("the SDK reached another host")
	}
	// Clients of other bases reach their own through the same SDK.
	other := newTestAPI(t)
	other.says("POST /cgi-bin/menu/create", `{"errcode":0,"errmsg":"ok"}`)
	if err := other.client(nil).SetMenu(bg(), []Button{{Name: "a"}}); err != nil || other.last().token != "TOKEN-1" {
		t.Errorf("%v, %+v", err, other.last())
	}
}
