package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every metric that an alert or a panel names is on /metrics, and so is every class
// of failed sends that one picks.
func TestWhatIsWatchedIsMeasured(t *testing.T) {
	i := newInstallation(t)
	i.found()
	r := i.serve()
	i.follows("--village", "王小草")
	_, page := i.get(r, "/metrics")
	have := map[string]bool{}
	for _, line := range regexp.MustCompile(`(?m)^(cunwu_\w+)`).FindAllString(page, -1) {
		have[line] = true
	}
	for _, file := range []string{"prometheus/alerts.yaml", "grafana/cunwu.json"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "deploy", filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		named := regexp.MustCompile(`\bcunwu_\w+`).FindAllString(string(text), -1)
		if len(named) < 10 {
			t.Errorf("%s names %d metrics only", file, len(named))
		}
		for _, name := range named {
			if !have[name] {
				t.Errorf("%s: %s is not on /metrics", file, name)
			}
		}
		for _, class := range regexp.MustCompile(`class=\\?"(\w+)`).FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(page, `cunwu_send_errors_total{class="`+class[1]+`"}`) {
				t.Errorf("%s: no sends of class %s", file, class[1])
			}
		}
	}
	if !strings.Contains(page, `cunwu_http_seconds_bucket{route="/wechat/`) {
		t.Error("no route that the alerts pick")
	}
}

// A ledger that was changed by hand is found.
func TestVerifyMeritFindsAChangedBalance(t *testing.T) {
	i := newInstallation(t)
	i.found()
	forged := "INSERT INTO merit_accounts (village_id, id, kind, household_id, balance, entries, honoured, created_at, updated_at) VALUES ('yunxi', 'house/h', 'house', 'h', -50, 1, FALSE, 0, 0)"
	i.command("verify", "merit")
	i.exec(forged)
	said := i.refused("verify", "merit")
	for _, want := range []string{"余额是 -50 分，流水加起来是 0 分", "该有 1 笔流水，实有 0 笔", "余额是负的", "有1个村的积分账对不上"} {
		if !strings.Contains(said, want) {
			t.Errorf("%s lacks %q", said, want)
		}
	}
}
