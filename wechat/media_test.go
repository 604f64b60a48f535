package wechat

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestMedia(t *testing.T) {
	api := newTestAPI(t)
	big := bytes.Repeat([]byte{0xFF}, 100<<10)
	api.handle("GET /cgi-bin/media/get", func(w http.ResponseWriter, r *http.Request) {
		switch id := r.URL.Query().Get("media_id"); id {
		case "voice":
			w.Header().Set("Content-Type", "voice/amr")
			w.Header().Set("Content-Disposition", `attachment; filename="a.amr"`)
			_, _ = w.Write([]byte("#!AMR\n"))
		case "big":
			_, _ = w.Write(big)
		case "video":
			_, _ = fmt.Fprintf(w, `{"video_url":"%s/video?k=1"}`, api.URL)
		case "outside":
			_, _ = fmt.Fprint(w, `{"video_url":"http://169.254.169.254/latest"}`)
		case "gone":
			w.Header().Set("Content-Type", "image/jpeg")
			_, _ = fmt.Fprint(w, `{"errcode":40007,"errmsg":"invalid media_id"}`)
		}
	})
	api.mux.HandleFunc("GET /video", func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, "mp4"+r.URL.RawQuery)
	})
	c := api.client(nil)
	if m, err := c.FetchMedia(bg(), "voice", 100); err != nil || m.ContentType != "voice/amr" || m.Filename != "a.amr" || string(m.Body) != "#!AMR\n" {
		t.Errorf("%+v, %v", m, err)
	}
	if m, err := c.FetchMedia(bg(), "big", int64(len(big))); err != nil || len(m.Body) != len(big) {
		t.Error(err)
	}
	for id, limit := range map[string]int64{"big": int64(len(big)) - 1, "voice": 5} {
		if _, err := c.FetchMedia(bg(), id, limit); !errors.Is(err, ErrTooLarge) || ClassOf(err) != ClassOurFault {
			t.Errorf("%s: %v", id, err)
		}
	}
	if m, err := c.FetchMedia(bg(), "video", 100); err != nil || string(m.Body) != "mp4k=1" {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := c.FetchMedia(bg(), "outside", 100); ClassOf(err) != ClassOurFault {
		t.Error(err)
	}
	var gone *APIError
	if _, err := c.FetchMedia(bg(), "gone", 3); !errors.As(err, &gone) || gone.Code != 40007 {
		t.Error(err)
	}
	api.revoke()
	if _, err := c.FetchMedia(bg(), "voice", 100); err != nil {
		t.Errorf("after a lost token: %v", err)
	}
	if _, err := c.FetchMedia(bg(), "", 100); !errors.Is(err, ErrInvalid) {
		t.Error(err)
	}
}

func TestUpload(t *testing.T) {
	api := newTestAPI(t)
	api.mux.HandleFunc("POST /cgi-bin/media/upload", func(w http.ResponseWriter, r *http.Request) {
		file, header, err := r.FormFile("media")
		if err != nil {
			t.Error(err)
			return
		}
		body, _ := io.ReadAll(file)
		_, _ = fmt.Fprintf(w, `{"type":"image","media_id":"%s-%s-%s","created_at":1}`, r.URL.Query().Get("type"), header.Filename, body)
	})
	c := api.client(nil)
	if id, err := c.UploadMedia(bg(), "image", "a.png", []byte("PNG")); id != "image-a.png-PNG" || err != nil {
		t.Error(id, err)
	}
	if _, err := c.UploadMedia(bg(), "news", "a", []byte("x")); !errors.Is(err, ErrInvalid) {
		t.Error(err)
	}
}

func TestWXACode(t *testing.T) {
	api := newTestAPI(t)
	answer := "\xff\xd8JPEG"
	api.handle("POST /wxa/getwxacodeunlimit", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/jpeg")
		_, _ = io.WriteString(w, answer)
	})
	c := api.client(nil)
	if m, err := c.WXACode(bg(), "bind_12345678", "pages/bind"); err != nil || string(m.Body) != answer || m.ContentType != "image/jpeg" {
		t.Errorf("%+v, %v", m, err)
	}
	equalJSON(t, api.last().body, `{"scene":"bind_12345678","page":"pages/bind","check_path":false}`)
	answer = `{"errcode":41030,"errmsg":"invalid page"}`
	if _, err := c.WXACode(bg(), "a", ""); ClassOf(err) != ClassOurFault {
		t.Error(err)
	}
	for _, scene := range []string{"", strings.Repeat("a", 33), "村", "a%b", "a b"} {
		if _, err := c.WXACode(bg(), scene, ""); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v", scene, err)
		}
	}
}
