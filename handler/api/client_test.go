package api_test

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"cunwu/handler/api"
)

// A client that a common generator makes of the document compiles, and works
// against the server. The generator and its modules are testdata/client's own.
func TestAGeneratedClient(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草")
	h.token("yunxi", "王小草")
	dir := t.TempDir()
	h.ok(os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "client"))))
	h.ok(os.MkdirAll(filepath.Join(dir, "client"), 0o750))
	_, document := h.document()
	h.ok(os.WriteFile(filepath.Join(dir, "openapi.json"), []byte(document), 0o600))
	run := func(name string, args ...string) (string, error) {
		command := exec.CommandContext(t.Context(), name, args...) //nolint:gosec // our own arguments
		command.Dir = dir
		command.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
		out, err := command.CombinedOutput()
		return string(out), err
	}
	if out, err := run("go", "mod", "download"); err != nil {
		t.Skipf("the generator's modules can't be had here: %v\n%s", err, out)
	}
	for _, args := range [][]string{
		{"tool", "oapi-codegen", "-generate", "types,client", "-package", "client", "-o", "client/client.go", "openapi.json"},
		{"vet", "./..."},
	} {
		if out, err := run("go", args...); err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, out)
		}
	}
	server := httptest.NewServer(h.engine)
	defer server.Close()
	out, err := run("go", "run", ".", server.URL+api.Prefix, "login-"+h.person("yunxi", "王小草").ID)
	if err != nil || out != "#1 submitted 路灯坏了 not_found" {
		t.Errorf("%v: %s", err, out)
	}
}
