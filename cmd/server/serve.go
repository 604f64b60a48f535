package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"cunwu/config"
	"cunwu/model"
)

type serveCommand struct {
	NoMigrate bool `help:"不自动升级数据库表（由 server migrate 另外做）"`
}

// Run serves until the process is told to stop, then stops in reverse order.
func (s serveCommand) Run(ctx context.Context, all *commands, w world) error {
	cfg, err := all.settings(w, config.NeedAll)
	if err != nil {
		return err
	}
	h, err := build(cfg, logger(w.out, cfg.LogLevel))
	if err != nil {
		return err
	}
	ctx, refuse := context.WithCancelCause(ctx)
	defer refuse(nil)
	if !s.NoMigrate {
		go h.migrateWhenThere(ctx, refuse)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return errors.Join(err, h.close())
	}
	err = h.serve(ctx, listener, nil, func() {
		h.log.Info("listening", "address", listener.Addr().String(), "version", version())
		if w.ready != nil {
			w.ready(listener.Addr().String())
		}
	})
	if refused := context.Cause(ctx); errors.Is(refused, model.ErrNewerSchema) {
		err = errors.Join(refused, err)
	}
	return err
}

// migrateWhenThere migrates as soon as the database is there: deliveries wait in
// the spool until then. A database that this program can't work with ends it, so
// that the balancer turns to the newer ones.
func (h *house) migrateWhenThere(ctx context.Context, refuse context.CancelCauseFunc) {
	for {
		_, err := h.store.Migrate(ctx)
		if err == nil {
			return
		}
		if errors.Is(err, model.ErrNewerSchema) {
			refuse(err)
			return
		}
		h.log.Error("the schema can't be brought up yet", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(5 * time.Second):
		}
	}
}

// serve answers HTTP and does the background work until ctx ends; then what is
// in flight is finished: first the doors, then the workers, then the rest.
func (h *house) serve(ctx context.Context, listener net.Listener, extra map[string]http.Handler, ready func()) error {
	engine, err := h.router(extra)
	if err != nil {
		return errors.Join(err, listener.Close(), h.close())
	}
	server := &http.Server{Handler: stale(engine), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 90 * time.Second, MaxHeaderBytes: 32 << 10}
	work := start(h.jobs(), h.log)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	ready()
	var served error
	select {
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.Background(), h.cfg.ShutdownGrace)
		defer cancel()
		served = server.Shutdown(grace)
	case served = <-failed:
	}
	work.stopped()
	return errors.Join(served, h.close())
}

// stale lets public pages be read from a copy of the database, where they are asked
// for by nobody in particular: whoever is signed in, or came by a link of their own,
// reads what they have just written.
func stale(next http.Handler) http.Handler {
	public := []string{"/v/", "/api/v1/disclosures", "/api/v1/log/", "/api/v1/merit/postings"}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := func(prefix string) bool { return strings.HasPrefix(r.URL.Path, prefix) }
		if r.Method == http.MethodGet && r.Header.Get("Authorization") == "" && r.Header.Get("Cookie") == "" &&
			slices.ContainsFunc(public, page) && !strings.Contains(r.URL.Path, "/ballot/") {
			r = r.WithContext(model.Stale(r.Context()))
		}
		next.ServeHTTP(w, r)
	})
}

// version is the program's version, from the build.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	text := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			text += " " + s.Value
		}
	}
	return fmt.Sprintf("cunwu %s (%s)", text, info.GoVersion)
}
