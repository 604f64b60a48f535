package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"cunwu/config"
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
	if !s.NoMigrate {
		go h.migrateWhenThere(ctx)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return errors.Join(err, h.close())
	}
	return h.serve(ctx, listener, nil, func() {
		h.log.Info("listening", "address", listener.Addr().String(), "version", version())
		if w.ready != nil {
			w.ready(listener.Addr().String())
		}
	})
}

// migrateWhenThere migrates as soon as the database is there: deliveries wait in
// the spool until then.
func (h *house) migrateWhenThere(ctx context.Context) {
	for {
		_, err := h.store.Migrate(ctx)
		if err == nil {
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
	server := &http.Server{Handler: engine, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 90 * time.Second, MaxHeaderBytes: 32 << 10}
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
