package web

import (
	"mime"
	"net/http"
	"time"

	"cunwu/service/media"
)

// File sends a stored file, or the part that is asked for, as a page shows it. No
// script in it runs.
func (v *Visit) File(found *media.Stream) error {
	_ = http.NewResponseController(v.c.Writer).SetWriteDeadline(time.Now().Add(lasting)) // a test's recorder has none
	h := v.c.Writer.Header()
	h.Set("Content-Type", found.ContentType)
	h.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": found.Filename}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	http.ServeContent(v.c.Writer, v.c.Request, "", time.Time{}, found)
	return found.Close()
}
