package handler

import (
	"context"
	"log/slog"
	"net/http"
	"path"
	"time"

	"cunwu/model"
	"cunwu/service/media"
)

// CheckedFile gives WeChat the file that it is to check, by the token at the end
// of the address. The token is a secret between WeChat and us, and worth nothing
// once WeChat has answered.
func CheckedFile(open func(ctx context.Context, token string) (*media.Stream, error), log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		file, err := open(r.Context(), path.Base(r.URL.Path))
		if model.IsCode(err, model.Unknown) {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		if err != nil {
			log.ErrorContext(r.Context(), "WeChat can't be given a file to check", "error", err)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		defer func() { _ = file.Close() }()
		w.Header().Set("Content-Type", file.ContentType)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		http.ServeContent(w, r, "", time.Time{}, file)
	})
}
