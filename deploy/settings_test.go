package deploy_test

import (
	"os"
	"regexp"
	"testing"

	"cunwu/config"
)

// Every setting stands in env.example once, with its default, and nothing else does.
func TestEnvExampleNamesEverySetting(t *testing.T) {
	text, err := os.ReadFile("env.example")
	if err != nil {
		t.Fatal(err)
	}
	example := map[string]string{}
	for _, line := range regexp.MustCompile(`(?m)^#?(CUNWU_\w+)=(.*)$`).FindAllStringSubmatch(string(text), -1) {
		if _, twice := example[line[1]]; twice {
			t.Errorf("%s stands there twice", line[1])
		}
		example[line[1]] = line[2]
	}
	for _, s := range config.Describe() {
		value, ok := example[s.Variable]
		if !ok {
			t.Errorf("%s is missing", s.Variable)
		}
		if s.Default != "" && value != s.Default {
			t.Errorf("%s is %q, its default %q", s.Variable, value, s.Default)
		}
		delete(example, s.Variable)
	}
	for name := range example {
		t.Errorf("%s is no setting", name)
	}
}

// What the files for running it set must be settings too.
func TestDeploymentsNameOnlySettings(t *testing.T) {
	known := map[string]bool{}
	for _, s := range config.Describe() {
		known[s.Variable] = true
		known[s.Variable+"_FILE"] = s.Secret
	}
	for _, file := range []string{"compose.yaml", "Containerfile", "cunwu.service", "settings.sh", "backup.sh", "restore.sh", "verify-backup.sh"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(`\bCUNWU_[A-Z_]+\b`).FindAllString(string(text), -1) {
			if !known[name] {
				t.Errorf("%s: %s is no setting", file, name)
			}
		}
	}
}
