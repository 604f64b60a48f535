package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"cunwu/handler/problem"
)

const problemRef = "#/components/schemas/Problem"

// problemResponse is how any route may end.
func problemResponse() *huma.Response {
	return &huma.Response{Description: "没办成", Content: map[string]*huma.MediaType{problem.ContentType: {Schema: &huma.Schema{Ref: problemRef}}}}
}

// describe makes the document and its page of what serves; huma's own form of
// errors, which nobody ever gets, isn't in it.
func (a *API) describe(doc *huma.OpenAPI) error {
	schemas := doc.Components.Schemas
	schemas.Schema(reflect.TypeFor[problem.Problem](), true, "Problem")
	delete(schemas.Map(), "ErrorModel")
	delete(schemas.Map(), "ErrorDetail")
	for _, r := range a.routes() {
		if r.marks.has(upload) { // only now: huma would take what it knows of for JSON
			operationOf(doc.Paths[r.path], r.method).RequestBody = fileBody()
		}
		if answer := operationOf(doc.Paths[r.path], r.method).Responses["200"]; r.marks.has(sends) && answer != nil {
			answer.Content = fileContent(r.path)
		}
	}
	var err error
	if a.document, err = json.Marshal(doc); err != nil {
		return err
	}
	a.page, err = render(doc, a.routes())
	return err
}

// fileContent is what a route that sends a file may send.
func fileContent(path string) map[string]*huma.MediaType {
	types := []string{"application/octet-stream"}
	switch path {
	case "/me/export":
		types = []string{"application/zip"}
	case "/disclosures/chart":
		types = []string{"image/svg+xml"}
	case "/disclosures/template":
		types = []string{typeWorkbook}
	case "/disclosures/{id}/export":
		types = []string{typeWorkbook, "text/csv"}
	case "/polls/{id}/export":
		types = []string{"application/json", typeWorkbook, typePDF, typePNG}
	case "/merit/ranking/board", "/merit/certificate":
		types = []string{typePDF, typePNG}
	case "/disputes/{id}/paper":
		types = []string{typePDF}
	}
	content := map[string]*huma.MediaType{}
	for _, t := range types {
		content[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	return content
}

// Document describes the routes as JSON (OpenAPI 3.1), without anything that serves them.
func Document() ([]byte, error) {
	gin.SetMode(gin.ReleaseMode) // else gin prints its routes
	a, err := Mount(gin.New(), Deps{})
	if err != nil {
		return nil, err
	}
	return a.document, nil
}

func (a *API) serveDocument(c *gin.Context) {
	c.Data(http.StatusOK, "application/openapi+json", a.document)
}

func (a *API) servePage(c *gin.Context) {
	c.Data(http.StatusOK, "text/html; charset=utf-8", a.page)
}

// tag is the chapter that a path stands in.
func tag(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch first {
	case "login", "logout", "sessions", "bindings":
		return "登录和绑定"
	case "me":
		return "我的"
	case "helpers", "requests":
		return "代办和确认"
	case "cases":
		return "留言"
	case "disputes", "mediators":
		return "调解"
	case "legal":
		return "法律咨询"
	case "polls", "matters", "proposals", "organs":
		return "议事和投票"
	case "merit":
		return "积分"
	case "uploads":
		return "文件"
	case "notices", "subscriptions":
		return "通知"
	case "disclosures":
		return "公开"
	case "log":
		return "公开账本"
	case "checks":
		return "内容检查"
	}
	return "其他"
}
