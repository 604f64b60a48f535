package api_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"strings"
	"testing"

	"cunwu/model"
)

// form is a multipart form with these parts, "file" among them perhaps.
func form(t *testing.T, parts ...[2]string) (body string, header []string) {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for _, p := range parts {
		part, err := w.CreateFormFile(p[0], "a.png")
		if err == nil {
			_, err = io.WriteString(part, p[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String(), []string{"Content-Type", w.FormDataContentType()}
}

func TestFilesAreSeenByWhomTheyConcern(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草", "李小花", "张明")
	h.grant("yunxi", "张明", model.RoleBranchSecretary)
	wang, li, zhang := h.token("yunxi", "王小草"), h.token("yunxi", "李小花"), h.token("yunxi", "张明")
	path, body, header := photo(t)
	up := h.call(wang, "POST", "/api/v1"+path, body, header...).want(201)
	id := up.text("id")
	if up.text("content_type") == "" || up.text("kind") == "" {
		t.Errorf("%s", up.body)
	}
	h.get(wang, "/uploads/"+id).want(200)
	h.get(zhang, "/uploads/"+id).want(404) // it belongs to nothing yet
	h.post(li, "/cases", map[string]any{"text": "别人的照片", "upload_ids": []string{id}}).want(404)
	if n := h.rows(&model.Case{}); n != 0 {
		t.Error("a case was opened with somebody else's file")
	}
	caseID := h.post(wang, "/cases", map[string]any{"text": "路灯坏了", "upload_ids": []string{id}}).want(201).text("id")
	h.post(wang, "/cases", map[string]any{"text": "再用一次", "upload_ids": []string{id}}).want(409)
	for token, status := range map[string]int{wang: 200, zhang: 200, li: 404} {
		a := h.get(token, "/uploads/"+id)
		if a.status != status {
			t.Errorf("%d, want %d", a.status, status)
		}
		if status == 200 && (!strings.HasPrefix(a.header.Get("Content-Type"), "image/") || !strings.Contains(a.header.Get("Content-Security-Policy"), "sandbox") || len(a.body) == 0) {
			t.Errorf("%v", a.header)
		}
	}
	part := h.call(zhang, "GET", "/api/v1/uploads/"+id, nil, "Range", "bytes=0-3")
	if part.status != 206 || len(part.body) != 4 {
		t.Errorf("a part: %d, %d bytes", part.status, len(part.body))
	}
	if view := string(h.get(zhang, "/cases/"+caseID).want(200).body); !strings.Contains(view, `"upload_id":"`+id+`"`) {
		t.Errorf("%s", view)
	}
	path, body, header = photo(t)
	answer := h.call(zhang, "POST", "/api/v1"+path, body, header...).want(201).text("id")
	h.post(zhang, "/cases/"+caseID+"/reply", map[string]any{"text": "修好了，看照片", "upload_ids": []string{answer}}).want(200)
	h.get(wang, "/uploads/"+answer).want(200)
	h.get(li, "/uploads/"+answer).want(404)
}

func TestUploadsThatAreRefused(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草")
	token := h.token("yunxi", "王小草")
	_, good, _ := photo(t)
	_ = good
	for name, c := range map[string]struct {
		parts  [][2]string
		header []string
		status int
		words  string
	}{
		"no form":       {nil, []string{"Content-Type", "image/png"}, 422, "没有收到文件"},
		"no file":       {[][2]string{{"other", "x"}}, nil, 422, "没有收到文件"},
		"empty":         {[][2]string{{"file", ""}}, nil, 422, "空的"},
		"no picture":    {[][2]string{{"file", "MZ this is a program"}}, nil, 422, "这种文件收不了"},
		"more than 10M": {[][2]string{{"file", strings.Repeat("x", 10<<20+1)}}, nil, 413, "太大"},
		"much more":     {[][2]string{{"other", strings.Repeat("x", 11<<20)}, {"file", "x"}}, nil, 413, "太大"},
	} {
		body, header := form(t, c.parts...)
		if c.header != nil {
			header = c.header
		}
		a := h.call(token, "POST", "/api/v1/uploads", body, header...)
		if a.status != c.status || !strings.Contains(a.text("detail"), c.words) {
			t.Errorf("%s: %d %.300s", name, a.status, a.body)
		}
	}
	if a := h.call("", "POST", "/api/v1/uploads", strings.Repeat("x", 1<<20), "Content-Type", "multipart/form-data; boundary=x"); a.status != 401 {
		t.Errorf("without a session: %d", a.status)
	}
}
