package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// bareMain says that it listens, which it doesn't, and does nothing.
const bareMain = `
func main() {
	println(%q)
	for {
		time.Sleep(time.Hour)
	}
}
`

// buildBare builds a program that imports what the server imports and uses none of it. It stands in an
// overlay: only inside our module can it import our packages.
func (b *bench) buildBare(ctx context.Context) (string, error) {
	const bare = "cunwu/deploy/bench/bare"
	text, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}\n{{join .Imports \"\\n\"}}", "cunwu/deploy/bench", "cunwu/cmd/server").Output()
	if err != nil {
		return "", err
	}
	here, _, _ := strings.Cut(string(text), "\n")
	_, imports, found := strings.Cut(string(text), "cmd/server\n")
	if !found {
		return "", fmt.Errorf("go list says no imports of the server: %.200s", text)
	}
	var main strings.Builder
	main.WriteString("package main\n\nimport \"time\"\n")
	for path := range strings.FieldsSeq(imports) {
		fmt.Fprintf(&main, "import _ %q\n", path)
	}
	fmt.Fprintf(&main, bareMain, `{"msg":"listening"}`)
	source, overlay, program := filepath.Join(b.dir, "bare.go"), filepath.Join(b.dir, "bare.json"), filepath.Join(b.dir, "bare")
	if err := os.WriteFile(source, []byte(main.String()), 0o600); err != nil {
		return "", err
	}
	if text, err = json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(here, "bare", "main.go"): source}}); err != nil {
		return "", err
	}
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		return "", err
	}
	build := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "-o", program, bare) //nolint:gosec // our own arguments
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", bare, err, said)
	}
	return program, nil
}
