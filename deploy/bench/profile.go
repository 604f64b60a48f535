package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// profilerSource is built into the server for a run with -profile, by an overlay: the program itself
// has no such door.
const profilerSource = `package main

import (
	"net/http"
	_ "net/http/pprof"
	"os"
)

func init() {
	if address := os.Getenv("BENCH_PPROF"); address != "" {
		go http.ListenAndServe(address, nil)
	}
}
`

// profiled writes the overlay.
func profiled(ctx context.Context, dir string) (string, error) {
	where, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", "cunwu/cmd/server").Output()
	if err != nil {
		return "", err
	}
	source := filepath.Join(dir, "profiler.go")
	added := filepath.Join(strings.TrimSpace(string(where)), "bench_profiler.go")
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{added: source}})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(source, []byte(profilerSource), 0o600); err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o600)
}

// record takes CPU profiles of the server at address until stop is called.
func (b *bench) record(ctx context.Context, address, name string) (stop func() error) {
	if b.profile == "" {
		return func() error { return nil }
	}
	done := make(chan error, 1)
	go func() { done <- fetchProfile(ctx, address, filepath.Join(b.profile, name+".pprof")) }()
	return func() error { return <-done }
}

const profileSeconds = 4

func fetchProfile(ctx context.Context, address, path string) error {
	ctx, cancel := context.WithTimeout(ctx, (profileSeconds+10)*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", address, profileSeconds), nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	file, err := os.Create(path) //nolint:gosec // the operator's folder
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	_, err = io.Copy(file, answer.Body)
	return err
}
