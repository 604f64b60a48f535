package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"time"

	"github.com/gin-gonic/gin"

	"cunwu/handler/problem"
	"cunwu/model"
)

// digest names the files' content, so that a phone may keep them for ever.
func digest(files embed.FS) (string, error) {
	all, err := files.ReadDir("static")
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, f := range all {
		content, err := files.ReadFile(path.Join("static", f.Name()))
		if err != nil {
			return "", err
		}
		_, _ = sum.Write(content)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

// static serves the style and the scripts.
func (f *Frame) static(c *gin.Context) {
	name := path.Base(c.Param("file"))
	content, err := staticFiles.ReadFile(path.Join("static", name))
	if err != nil {
		problem.New(model.Errorf(model.Unknown, "%s", problem.NoPage), http.StatusNotFound, c.Writer.Header().Get("X-Request-ID")).Send(c)
		return
	}
	if c.Param("version") == f.version {
		c.Header("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(c.Writer, c.Request, name, time.Time{}, bytes.NewReader(content))
}
