package site

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"time"

	"github.com/gin-gonic/gin"
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
func (s *site) static(c *gin.Context) {
	name := path.Base(c.Param("file"))
	content, err := staticFiles.ReadFile(path.Join("static", name))
	if err != nil {
		s.fail(c, unknown())
		return
	}
	if c.Param("version") == s.version {
		c.Header("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(c.Writer, c.Request, name, time.Time{}, bytes.NewReader(content))
}
