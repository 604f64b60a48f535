package api

import (
	"bytes"
	_ "embed"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed page.html
var pageText string

// chapter is the routes of one tag on the page.
type chapter struct {
	Title  string
	Anchor string
	Routes []routeOnPage
}

type routeOnPage struct {
	Method, Path, Summary, Description string
	Open                               bool
	Parameters, Body, Answer           []fieldOnPage
	Status                             string
}

type fieldOnPage struct {
	Name, Type, Doc string
	Required        bool
}

// render writes the page for people.
func render(doc *huma.OpenAPI, routes []route) ([]byte, error) {
	page, err := template.New("openapi").Parse(pageText)
	if err != nil {
		return nil, err
	}
	var chapters []chapter
	for _, r := range routes {
		title := tag(r.path)
		if len(chapters) == 0 || chapters[len(chapters)-1].Title != title {
			chapters = append(chapters, chapter{Title: title, Anchor: "c" + strconv.Itoa(len(chapters))})
		}
		last := &chapters[len(chapters)-1]
		last.Routes = append(last.Routes, onPage(doc, r))
	}
	var out bytes.Buffer
	err = page.Execute(&out, map[string]any{"Info": doc.Info, "Prefix": Prefix, "Chapters": chapters})
	return out.Bytes(), err
}

func onPage(doc *huma.OpenAPI, r route) routeOnPage {
	p := routeOnPage{Method: r.method, Path: r.path, Summary: r.summary, Open: r.door == Public}
	op := operationOf(doc.Paths[r.path], r.method)
	if op == nil {
		return p
	}
	p.Description = op.Description
	for _, param := range op.Parameters {
		p.Parameters = append(p.Parameters, fieldOnPage{Name: param.Name, Type: typeWords(param.Schema), Doc: param.Description, Required: param.Required})
	}
	if op.RequestBody != nil {
		p.Body = fieldsOf(doc, op.RequestBody.Content)
	}
	for _, status := range []string{"200", "201", "202", "204"} {
		if answer := op.Responses[status]; answer != nil {
			p.Status, p.Answer = status, fieldsOf(doc, answer.Content)
			break
		}
	}
	return p
}

func operationOf(item *huma.PathItem, method string) *huma.Operation {
	if item == nil {
		return nil
	}
	return map[string]*huma.Operation{get: item.Get, post: item.Post, put: item.Put, del: item.Delete}[method]
}

func fieldsOf(doc *huma.OpenAPI, content map[string]*huma.MediaType) []fieldOnPage {
	for _, media := range content {
		return fieldsIn(doc, media.Schema, "", 0)
	}
	return nil
}

// fieldsIn lists a schema's fields, those of fields one step deeper too.
func fieldsIn(doc *huma.OpenAPI, s *huma.Schema, prefix string, depth int) []fieldOnPage {
	s = resolved(doc, s)
	if s == nil || depth > 2 {
		return nil
	}
	var fields []fieldOnPage
	for _, name := range sortedNames(s) {
		inner := resolved(doc, s.Properties[name])
		fields = append(fields, fieldOnPage{Name: prefix + name, Type: typeWords(inner), Doc: s.Properties[name].Description, Required: slices.Contains(s.Required, name)})
		below := prefix + name + "."
		if inner != nil && inner.Items != nil {
			inner, below = resolved(doc, inner.Items), prefix+name+"[]."
		}
		if inner != nil && len(inner.Properties) > 0 {
			fields = append(fields, fieldsIn(doc, inner, below, depth+1)...)
		}
	}
	return fields
}

func sortedNames(s *huma.Schema) []string {
	var names []string
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func resolved(doc *huma.OpenAPI, s *huma.Schema) *huma.Schema {
	if s != nil && s.Ref != "" {
		return doc.Components.Schemas.SchemaFromRef(s.Ref)
	}
	return s
}

func typeWords(s *huma.Schema) string {
	if s == nil {
		return ""
	}
	words := map[string]string{huma.TypeString: "文字", huma.TypeInteger: "整数", huma.TypeNumber: "数字", huma.TypeBoolean: "真假", huma.TypeArray: "列表", huma.TypeObject: "对象"}[s.Type]
	switch {
	case s.Format == "date-time":
		words = "时间"
	case s.Format == "binary":
		words = "文件"
	}
	var bounds []string
	if s.MaxLength != nil {
		bounds = append(bounds, "最多"+strconv.Itoa(*s.MaxLength)+"字")
	}
	if s.MaxItems != nil {
		bounds = append(bounds, "最多"+strconv.Itoa(*s.MaxItems)+"个")
	}
	for _, one := range s.Enum {
		if text, ok := one.(string); ok {
			bounds = append(bounds, text)
		}
	}
	if len(bounds) > 0 {
		words += "（" + strings.Join(bounds, "、") + "）"
	}
	return words
}
