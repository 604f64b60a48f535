package api_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/danielgtaylor/huma/v2/validation"

	"cunwu/handler/api"
)

// Bad input gets a clear error in Chinese, which doesn't repeat what was sent.
func TestBadInput(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草")
	token := h.token("yunxi", "王小草")
	const secret = "SECRETWORD"
	long := strings.Repeat("长", 4001)
	for _, c := range []struct {
		method, path, body string
		status             int
		words              string
	}{
		{"POST", "/cases", `{"text":"x","` + secret + `":1}`, 422, "没有这一项"},
		{"POST", "/cases", `{"text":{"` + secret + `":1}}`, 422, "应为文字"},
		{"POST", "/cases", `{"text":"` + secret, 400, "看不懂"},
		{"POST", "/cases", `[]`, 422, "应为"},
		{"POST", "/cases", `null`, 422, ""},
		{"POST", "/cases", ``, 400, "没有收到内容"},
		{"POST", "/cases", `{"text":"` + long + `"}`, 422, "最多4000个字"},
		{"POST", "/cases", `{"text":"x","upload_ids":["1","2","3","4","5","6","7","8","9","10"]}`, 422, "最多9个"},
		{"POST", "/cases", `{"text":"x","upload_ids":["` + secret + `"]}`, 404, "没有找到"},
		{"POST", "/cases", `{"text":"  "}`, 422, "请写上要说的话"},
		{"POST", "/cases", `{"text":"？"}`, 422, "请写上要说的话"},
		{"POST", "/cases", `{"text":"x","confidential":"` + secret + `"}`, 422, "true 或 false"},
		{"POST", "/cases", `{"text":"x","on_behalf_of":"` + secret + `"}`, 404, "没有找到"},
		{"POST", "/cases/" + secret + "/reply", `{"text":"x"}`, 404, "没有找到"},
		{"POST", "/cases/yunxi-0192aaaaaaaaaaaaaaaaaaaaaaaaaaaa/reply", `{"text":"x"}`, 404, "没有找到"},
		{"POST", "/cases/yunxi-0192aaaaaaaaaaaaaaaaaaaaaaaaaaaa/verdict", `{"solved":true,"stars":6}`, 422, "不能大于5"},
		{"POST", "/cases/yunxi-0192aaaaaaaaaaaaaaaaaaaaaaaaaaaa/verdict", `{"stars":5}`, 422, "必须填写 solved"},
		{"POST", "/cases/yunxi-0192aaaaaaaaaaaaaaaaaaaaaaaaaaaa/topic", `{"topic":"` + secret + `"}`, 422, "只能是"},
		{"GET", "/cases?limit=0", "", 422, "不能小于1"},
		{"GET", "/cases?limit=101", "", 422, "不能大于100"},
		{"GET", "/cases?limit=" + secret, "", 422, "应为整数"},
		{"GET", "/cases?as=" + secret, "", 422, "只能是"},
		{"GET", "/cases?stat=open", "", 422, "没有这个参数"},
		{"GET", "/cases?cursor=" + secret, "", 422, "页码看不懂"},
		{"GET", "/notices?cursor=!", "", 422, "页码看不懂"},
		{"POST", "/me/speaker", `{}`, 422, "请选"},
		{"POST", "/me/speaker", `{"person_id":"yunxi-0192aaaaaaaaaaaaaaaaaaaaaaaaaaaa"}`, 404, "没有绑定这个人"},
		{"POST", "/bindings", `{}`, 422, "二选一"},
		{"POST", "/bindings", `{"phone_code":"x"}`, 422, "姓名"},
		{"POST", "/subscriptions", `{"grants":[{"template_id":"` + secret + `","accepted":true}]}`, 422, "没有这个订阅模板"},
		{"POST", "/helpers", `{"name":"王小草","scope":["votes"],"months":1}`, 422, "只能是"},
		{"PUT", "/cases", `{}`, 405, "不支持"},
		{"GET", "/nowhere", "", 404, "没有这个页面"},
	} {
		var body any
		if c.body != "" || c.method == "POST" {
			body = c.body
		}
		a := h.call(token, c.method, api.Prefix+c.path, body)
		detail, _ := a.fields["detail"].(string)
		if a.status != c.status || !strings.Contains(detail, c.words) || a.text("request_id") == "" || a.text("code") == "" || a.fields["status"] != float64(c.status) {
			t.Errorf("%s %s %.60s: %d %s", c.method, c.path, c.body, a.status, a.body)
		}
		if !strings.HasPrefix(a.header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s %s: %s", c.method, c.path, a.header.Get("Content-Type"))
		}
		if got := strings.ReplaceAll(string(a.body), "body."+secret, ""); strings.Contains(got, secret) && !strings.Contains(c.path, "topic") {
			t.Errorf("%s %s repeats what was sent: %s", c.method, c.path, a.body)
		}
	}
	if strings.Contains(h.logs.String(), secret) {
		t.Error("the log repeats what was sent")
	}
}

func TestBodiesAreBounded(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草")
	token := h.token("yunxi", "王小草")
	a := h.post(token, "/cases", `{"text":"`+strings.Repeat("a", 1<<20)+`"}`)
	if a.status != 413 || a.text("code") != "too_large" {
		t.Errorf("%d %.200s", a.status, a.body)
	}
	a = h.call(token, "POST", api.Prefix+"/cases", `{"text":"x"}`, "Content-Type", "text/xml")
	if a.status != 415 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// Whatever huma says, people read Chinese.
func TestNoMessageIsEnglish(t *testing.T) {
	known := map[string]string{
		validation.MsgUnexpectedProperty:                  "没有这一项",
		"expected length >= 8":                            "太短，至少8个字",
		"expected length <= 4000":                         "太长，最多4000个字",
		"expected array length <= 9":                      "太多，最多9个",
		"expected number >= 1":                            "不能小于1",
		"expected number <= 100":                          "不能大于100",
		`expected value to be one of "a, b"`:              "只能是：a, b",
		"expected number":                                 "应为数字",
		"expected number > 3":                             "格式不对",
		"required query parameter is missing":             "必须填写",
		"expected required property solved to be present": "必须填写 solved",
		"some words of a later version":                   "格式不对",
		validation.MsgExpectedRFC5322Email:                "格式不对",
		validation.MsgExpectedMatchAtLeastOneSchema:       "格式不对",
	}
	for message, want := range known {
		if got := api.InChinese(message); got != want {
			t.Errorf("%q: %q, want %q", message, got, want)
		}
		if !strings.ContainsFunc(api.InChinese(message), func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%q isn't translated", message)
		}
	}
}

func TestHeaders(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草")
	token := h.token("yunxi", "王小草")
	for _, a := range []answered{h.get(token, "/me"), h.get("", "/me"), h.get("", "/nowhere"), h.call("", "GET", "/openapi.json", nil), h.call("", "GET", "/healthz", nil)} {
		for header, part := range map[string]string{"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "frame-ancestors 'none'", "Referrer-Policy": "no-referrer",
			"Strict-Transport-Security": "max-age=31536000", "X-Request-ID": ""} {
			if got := a.header.Get(header); got == "" || !strings.Contains(got, part) {
				t.Errorf("%d: %s is %q", a.status, header, got)
			}
		}
	}
	if got := h.get(token, "/me").header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	// No other site's script may read an answer.
	asked := h.call(token, "OPTIONS", api.Prefix+"/me", nil, "Origin", "https://evil.example", "Access-Control-Request-Method", "GET")
	read := h.call(token, "GET", api.Prefix+"/me", nil, "Origin", "https://evil.example")
	for _, a := range []answered{asked, read} {
		if a.header.Get("Access-Control-Allow-Origin") != "" {
			t.Error("CORS is open")
		}
	}
}
