package api_test

import (
	"bytes"
	"strings"

	"cunwu/handler/handlertest"
)

// drawn gets a sheet as a PDF and as a picture. Where there is no font, it is said.
func (h *house) drawn(token, path string) {
	h.t.Helper()
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	for format, begins := range map[string]string{"pdf": "%PDF-", "png": "\x89PNG"} {
		a := h.get(token, path+separator+"format="+format)
		if handlertest.Font() == "" {
			a.want(503).has("没有装中文字体")
			continue
		}
		if a.want(200); !bytes.HasPrefix(a.body, []byte(begins)) || !strings.Contains(a.header.Get("Content-Type"), format) {
			h.t.Errorf("%s as %s is %s: %.20q", path, format, a.header.Get("Content-Type"), a.body)
		}
	}
}
