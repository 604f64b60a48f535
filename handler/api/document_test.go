package api_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/gin-gonic/gin"

	"cunwu/handler/api"
)

// document is what a client reads of /openapi.json.
type document struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		Summary, OperationID string
		Security             []map[string][]string
		Parameters           []struct{ Name, In string }
		RequestBody          *struct{ Content map[string]any }
		Responses            map[string]struct{ Content map[string]any }
	}
	Components struct{ Schemas map[string]any }
}

func (h *house) document() (d document, text string) {
	h.t.Helper()
	a := h.call("", "GET", "/openapi.json", nil).want(200)
	a.into(&d)
	return d, string(a.body)
}

// The document lists exactly the routes that exist under /api/v1, and nothing that
// nobody gets.
func TestTheDocumentIsWhatServes(t *testing.T) {
	h := newHouse(t)
	d, text := h.document()
	if d.OpenAPI != "3.1.0" || strings.Contains(text, "ErrorModel") || strings.Contains(text, "$schema") {
		t.Errorf("OpenAPI %s, or huma's own words", d.OpenAPI)
	}
	var served, told []string
	parameter := regexp.MustCompile(`:(\w+)`)
	for _, r := range h.engine.(*gin.Engine).Routes() {
		if path, ok := strings.CutPrefix(r.Path, api.Prefix); ok {
			served = append(served, strings.ToLower(r.Method)+" "+parameter.ReplaceAllString(path, "{$1}"))
		}
	}
	public := map[string]bool{}
	for _, l := range (&api.API{Deps: *h.deps}).Lines() {
		public[strings.ToLower(l.Method)+" "+l.Path] = l.Door == api.Public
	}
	ids := map[string]bool{}
	for path, methods := range d.Paths {
		for method, op := range methods {
			name := method + " " + path
			told = append(told, name)
			if op.Summary == "" || ids[op.OperationID] {
				t.Errorf("%s: summary %q, id %q", name, op.Summary, op.OperationID)
			}
			ids[op.OperationID] = true
			if (len(op.Security) == 0) != public[name] {
				t.Errorf("%s: security %v", name, op.Security)
			}
			if op.Responses["default"].Content["application/problem+json"] == nil {
				t.Errorf("%s doesn't say how it fails", name)
			}
		}
	}
	slices.Sort(served)
	slices.Sort(told)
	if !slices.Equal(served, told) || len(served) < 50 {
		t.Errorf("served %d %v\ntold %d %v", len(served), served, len(told), told)
	}
	if d.Components.Schemas["Problem"] == nil || d.Components.Schemas["Case"] == nil {
		t.Error("schemas are missing")
	}
	if content := d.Paths["/uploads"]["post"].RequestBody.Content; content["multipart/form-data"] == nil || len(content) != 1 {
		t.Errorf("an upload is %v", content)
	}
}

// What is printed without a house is what a house serves.
func TestTheDocumentNeedsNoHouse(t *testing.T) {
	_, served := newHouse(t).document()
	if printed, err := api.Document(); err != nil || string(printed) != served {
		t.Errorf("%d bytes printed, %d served: %v", len(printed), len(served), err)
	}
}

// Every schema that is referred to is there.
func TestTheDocumentIsWhole(t *testing.T) {
	d, text := newHouse(t).document()
	for _, ref := range regexp.MustCompile(`"\$ref":"#/components/schemas/([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if d.Components.Schemas[ref[1]] == nil {
			t.Errorf("%s is nowhere", ref[1])
		}
	}
	if !json.Valid([]byte(text)) {
		t.Error("no JSON")
	}
}

// The page for people shows every route, in Chinese, and needs nothing from
// anywhere else and no script.
func TestThePageForPeople(t *testing.T) {
	h := newHouse(t)
	a := h.call("", "GET", "/openapi", nil).want(200)
	page := string(a.body)
	for _, l := range (&api.API{Deps: *h.deps}).Lines() {
		if !strings.Contains(page, "<code>"+l.Path+"</code>") || !strings.Contains(page, l.Summary) {
			t.Errorf("%s %s isn't on the page", l.Method, l.Path)
		}
	}
	for _, bad := range []string{"<script", "http://", "https://", "<link", "@import", "<img"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page contains %q", bad)
		}
	}
	for _, good := range []string{`name="viewport"`, `lang="zh-CN"`, "upload_ids", "最多4000字", "不用登录"} {
		if !strings.Contains(page, good) {
			t.Errorf("the page lacks %q", good)
		}
	}
	if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("CSP %q", csp)
	}
}

// What stands in the table is for people, too.
func TestSummariesAreChinese(t *testing.T) {
	for _, l := range (&api.API{Deps: *newHouse(t).deps}).Lines() {
		if !strings.ContainsFunc(l.Summary, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s %s: %q", l.Method, l.Path, l.Summary)
		}
	}
}
