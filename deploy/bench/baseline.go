package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"
)

// Names of the baselines.
const (
	baseOurCodec = "our-codec"
	baseSDKCodec = "sdk-codec"
	baseFloor    = "floor"
	baseUser     = "user"
	baseSkeleton = "skeleton"
	baseBareAPI  = "bare-api"
)

// serveBaseline is the process of one baseline; it says where it listens as our server does.
func serveBaseline(ctx context.Context, name string, out io.Writer) error {
	handler, err := baseline(ctx, name)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 90 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	slog.New(slog.NewJSONHandler(out, nil)).Info("listening", "address", listener.Addr().String())
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return server.Close()
	}
}

func baseline(ctx context.Context, name string) (http.Handler, error) {
	switch name {
	case baseOurCodec:
		return ourCodec()
	case baseSDKCodec:
		return sdkCodec(), nil
	case baseSkeleton:
		return newSkeleton(ctx)
	case baseFloor, baseUser, baseBareAPI:
		dsn := os.Getenv("BENCH_DSN")
		if dsn == "" {
			return nil, errors.New("BENCH_DSN names no database")
		}
		switch name {
		case baseUser:
			return newUser(dsn)
		case baseBareAPI:
			return newBareAPI(dsn)
		}
		return newFloor(ctx, dsn)
	}
	return nil, fmt.Errorf("no baseline %q", name)
}

// startBaseline starts a baseline of this program as its own process.
func (b *bench) startBaseline(ctx context.Context, name, dsn string) (*process, error) {
	return b.start(ctx, name, b.self, []string{"serve-baseline", name}, []string{"BENCH_DSN=" + dsn})
}
