package deploy_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"cunwu/config"
)

// at walks a decoded manifest by keys, and by [0] into a list.
func at(t *testing.T, in any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			in = in.(map[string]any)[step]
		case int:
			list, ok := in.([]any)
			if !ok || len(list) <= step {
				t.Fatalf("%v: no list", path)
			}
			in = list[step]
		}
		if in == nil {
			t.Fatalf("%v: %v is missing", path, step)
		}
	}
	return in
}

// manifests are all objects of a YAML file or of the folder's, by kind and name.
func manifests(t *testing.T, pattern string) map[string]any {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v %v", pattern, files, err)
	}
	all := map[string]any{}
	for _, file := range files {
		decoder := yaml.NewDecoder(strings.NewReader(read(t, file)))
		for {
			var object map[string]any
			err := decoder.Decode(&object)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			name := at(t, object, "kind").(string) + "/" + at(t, object, "metadata", "name").(string)
			if all[name] != nil || at(t, object, "apiVersion") == "" {
				t.Errorf("%s: %s stands there twice", file, name)
			}
			all[name] = object
		}
	}
	return all
}

func TestKubernetesRunsItWithoutPrivileges(t *testing.T) {
	all := manifests(t, "kubernetes/*.yaml")
	for _, name := range []string{"StatefulSet/cunwu", "Job/cunwu-migrate"} {
		pod := at(t, all[name], "spec", "template", "spec")
		own := at(t, pod, "containers", 0, "securityContext")
		for _, c := range []struct{ have, want any }{
			{at(t, pod, "securityContext", "runAsNonRoot"), true},
			{at(t, pod, "securityContext", "seccompProfile", "type"), "RuntimeDefault"},
			{at(t, own, "readOnlyRootFilesystem"), true},
			{at(t, own, "allowPrivilegeEscalation"), false},
			{at(t, own, "capabilities", "drop", 0), "ALL"},
			{at(t, pod, "automountServiceAccountToken"), false},
		} {
			if c.have != c.want {
				t.Errorf("%s: have %v, want %v", name, c.have, c.want)
			}
		}
		at(t, pod, "containers", 0, "resources", "limits", "memory")
	}
}

func TestKubernetesKeepsItServing(t *testing.T) {
	all := manifests(t, "kubernetes/*.yaml")
	server := at(t, all["StatefulSet/cunwu"], "spec", "template", "spec", "containers", 0)
	labels := at(t, all["StatefulSet/cunwu"], "spec", "template", "metadata", "labels", "app")
	for _, c := range []struct{ have, want any }{
		{at(t, server, "livenessProbe", "httpGet", "path"), "/healthz"},
		{at(t, server, "readinessProbe", "httpGet", "path"), "/readyz"},
		{at(t, server, "args", 1), "--no-migrate"},
		{at(t, all["Job/cunwu-migrate"], "spec", "template", "spec", "containers", 0, "args", 0), "migrate"},
		{at(t, all["Service/cunwu"], "spec", "selector", "app"), labels},
		{at(t, all["PodDisruptionBudget/cunwu"], "spec", "selector", "matchLabels", "app"), labels},
		{at(t, all["HorizontalPodAutoscaler/cunwu"], "spec", "scaleTargetRef", "kind"), "StatefulSet"},
		{at(t, all["NetworkPolicy/cunwu"], "spec", "policyTypes", 1), "Egress"},
		{at(t, all["StatefulSet/cunwu"], "spec", "volumeClaimTemplates", 0, "metadata", "name"), "data"},
	} {
		if c.have != c.want {
			t.Errorf("have %v, want %v", c.have, c.want)
		}
	}
}

// Every variable is a setting, and every secret file is in the secret.
func TestKubernetesNamesOnlySettings(t *testing.T) {
	known := map[string]bool{}
	for _, s := range config.Describe() {
		known[s.Variable], known[s.Variable+"_FILE"] = true, s.Secret
	}
	secrets := at(t, manifests(t, "kubernetes/*.yaml")["Secret/cunwu"], "stringData").(map[string]any)
	for _, file := range []string{"kubernetes/settings.yaml", "kubernetes/server.yaml", "kubernetes/migrate.yaml"} {
		text := read(t, file)
		for _, name := range regexp.MustCompile(`\bCUNWU_[A-Z_]+\b`).FindAllString(text, -1) {
			if !known[name] {
				t.Errorf("%s: %s is no setting", file, name)
			}
		}
		for _, path := range regexp.MustCompile(`value: /secrets/(\w+)`).FindAllStringSubmatch(text, -1) {
			if secrets[path[1]] == nil {
				t.Errorf("%s: no secret %s", file, path[1])
			}
		}
	}
}

func TestComposeRunsItWithoutPrivileges(t *testing.T) {
	var compose map[string]any
	if err := yaml.NewDecoder(bytes.NewBufferString(read(t, "compose.yaml"))).Decode(&compose); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"app", "migrate", "backup"} {
		service := at(t, compose, "services", name)
		if at(t, service, "user") != "10001:10001" || at(t, service, "read_only") != true || at(t, service, "cap_drop", 0) != "ALL" {
			t.Errorf("%s has privileges", name)
		}
	}
	for _, secret := range at(t, compose, "services", "app", "secrets").([]any) {
		at(t, compose, "secrets", secret.(string), "file")
	}
}

// systemd reads the unit without a complaint but that the program isn't installed here.
func TestSystemdReadsTheUnit(t *testing.T) {
	needTools(t, "systemd-analyze")
	unit := filepath.Join(t.TempDir(), "cunwu.service")
	write(t, unit, strings.ReplaceAll(read(t, "cunwu.service"), "/usr/local/bin/cunwu", "/bin/true"))
	if err := os.Chmod(unit, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "systemd-analyze", "verify", "--man=no", unit).CombinedOutput()
	if strings.Contains(string(out), "cunwu.service:") || strings.Contains(string(out), "Unknown") {
		t.Errorf("verify: %v\n%s", err, out)
	}
	said, err := exec.CommandContext(t.Context(), "systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", unit).CombinedOutput()
	if err != nil {
		t.Errorf("its exposure is above 2.0: %v\n%s", err, said)
	}
}

// The alerts fire when they must, by Prometheus's own tool.
func TestAlertsFire(t *testing.T) {
	needTools(t, "promtool")
	_ = read(t, "prometheus/alerts.yaml") + read(t, "prometheus/alerts_test.yaml") // for the test cache
	for _, args := range [][]string{{"check", "rules", "prometheus/alerts.yaml"}, {"test", "rules", "prometheus/alerts_test.yaml"}} {
		out, err := exec.CommandContext(t.Context(), "promtool", args...).CombinedOutput()
		if err != nil {
			t.Errorf("promtool %v: %v\n%s", args, err, out)
		}
	}
}
