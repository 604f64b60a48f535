package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"cunwu/model"
)

func TestOnlyPublicPagesOfNobodyMayBeStale(t *testing.T) {
	for _, c := range []struct {
		method, path, header string
		stale                bool
	}{
		{http.MethodGet, "/v/yunxi", "", true},
		{http.MethodGet, "/api/v1/disclosures?village=yunxi", "", true},
		{http.MethodGet, "/v/yunxi", "Cookie", false},
		{http.MethodGet, "/api/v1/disclosures", "Authorization", false},
		{http.MethodGet, "/v/yunxi/ballot/secret", "", false},
		{http.MethodPost, "/v/yunxi/ballot/secret", "", false},
		{http.MethodPost, "/api/v1/disclosures", "", false},
		{http.MethodGet, "/api/v1/me", "", false},
		{http.MethodGet, "/console", "", false},
		{http.MethodPost, "/wechat/oa/wx1", "", false},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		if c.header != "" {
			r.Header.Set(c.header, "x")
		}
		asked := false
		stale(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if asked = true; model.MayBeStale(r.Context()) != c.stale {
				t.Errorf("%s %s with %q: %v", c.method, c.path, c.header, !c.stale)
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
		if !asked {
			t.Errorf("%s wasn't asked", c.path)
		}
	}
}
