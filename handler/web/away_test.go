package web_test

import (
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"cunwu/handler/handlertest"
	"cunwu/service/session"
)

// What anybody may read doesn't wait for the place where sessions are kept; what is
// one's own does, and the browser stays signed in.
func TestPublicPagesWithoutRedis(t *testing.T) {
	server := miniredis.RunT(t)
	client := redis.NewClient(&redis.Options{Addr: server.Addr(), ContextTimeoutEnabled: true, DialTimeout: time.Second, MaxRetries: -1})
	t.Cleanup(func() { _ = client.Close() })
	h := handlertest.New(t, func(h *handlertest.House) {
		h.Deps.Sessions = session.New(h.Store, session.NewRedis(client), h.WeixinFor(), h.People, session.Options{Logger: h.Deps.Logger})
	})
	h.Settle("yunxi", "王小草")
	b := h.SignIn("yunxi", "王小草")
	b.Get("/v/yunxi").Want(200, "王小草")
	server.Close()
	b.Get("/v/yunxi").Want(200, "云溪村").Lacks("王小草")
	b.Get("/v/yunxi/me").Want(503, "请过一会儿再试")
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	for range 200 { // the client looks for it again once a second
		if b.Get("/v/yunxi/me").Status == 200 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.Get("/v/yunxi/me").Want(200, "王小草")
}
