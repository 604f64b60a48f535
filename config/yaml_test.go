package config_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cunwu/config"
)

func TestYAML(t *testing.T) {
	path := file(t, "cunwu.yaml", `
addr: "127.0.0.1:9000"
base_url: https://from-file.example.cn
log_level: debug
redis_url: [redis://a:6379, redis://b:6379]
trusted_proxies: ["127.0.0.1", "10.0.0.0/8"]
accounts:
  - app_id: wx1111111111111111
    app_secret_file: `+file(t, "secret", "second\n")+`
    token: second1
    aes_key: `+aesKey+`
    name: 云溪村
    default_village: yunxi
    template_id: T1
    subscribe_template_ids: [S1, S2]
mini:
  app_id: wx2222222222222222
  app_secret: mini-secret
`)
	c, err := config.Load(path, good(map[string]string{"CUNWU_REDIS_URL": ""}))
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:9000" || c.LogLevel != slog.LevelDebug || c.BaseURL != "https://cun.example.cn" {
		t.Errorf("the environment goes over the file, the file over defaults: %v", c)
	}
	if len(c.Accounts) != 2 || c.Accounts[1].Secret != "second" || c.Accounts[1].DefaultVillage != "yunxi" || len(c.Accounts[1].SubscribeTemplateIDs) != 2 {
		t.Errorf("accounts: %v", c)
	}
	r, err := c.Redis()
	if err != nil || len(r.Options.Addrs) != 2 || !c.Mini.Enabled() || len(c.TrustedProxies) != 2 {
		t.Errorf("%v %v", r, err)
	}
}

func TestYAMLWrong(t *testing.T) {
	for name, tt := range map[string]struct {
		yaml string
		want []string // each "variable: says"
	}{
		"unknown keys": {"addrs: x\nlog_levl: debug\naccounts:\n  - app_idd: x\nmini: {tokn: x}", []string{
			"addrs（配置文件）: 拼写", "log_levl（配置文件）: 拼写", "accounts[0].app_idd（配置文件）: 拼写", "mini.tokn（配置文件）: 拼写",
			"accounts[0].app_id（配置文件）: 没有设置", "accounts[0].token（配置文件）: 没有设置"}},
		"bare number":     {"mini:\n  token: 0123", []string{"mini.token（配置文件）: 引号"}},
		"wrong value":     {"shutdown_grace: 1h\nspool_limit: huge", []string{"shutdown_grace（配置文件）: 之间", "spool_limit（配置文件）: 256MB"}},
		"syntax":          {"addr: 'x\nsecret_key: hunter2", []string{"--config: YAML"}},
		"not a mapping":   {"- a\n- b", []string{"--config: YAML"}},
		"accounts a map":  {"accounts: {app_id: x}", []string{"accounts: 列表"}},
		"account a word":  {"accounts: [wx1]", []string{"accounts[0]: 几行"}},
		"mini a word":     {"mini: wx1", []string{"mini: 几行"}},
		"the same twice":  {"accounts:\n  - {app_id: wx0123456789abcdef, app_secret: s, token: abc, aes_key: " + aesKey + "}", []string{"accounts[0].app_id（配置文件）: 重复"}},
		"mini half set":   {"mini: {app_id: wx22222, app_secret: s, token: abc}", []string{"mini.aes_key（配置文件）: 没有设置"}},
		"value and file":  {"old_secret_keys: a\nold_secret_keys_file: b", []string{"old_secret_keys（配置文件）: 只能"}},
		"duplicate key":   {"addr: ':1'\naddr: ':2'", []string{"--config: YAML"}},
		"file of nothing": {"addr_file: x", []string{"addr_file（配置文件）: 拼写"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := config.Load(file(t, "c.yaml", tt.yaml), good(nil))
			have := problemsOf(t, err)
			for _, want := range tt.want {
				variable, says, _ := strings.Cut(want, ": ")
				if !strings.Contains(have[variable], says) {
					t.Errorf("want %s, have %v", want, have)
				}
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("shows a secret: %v", err)
			}
		})
	}
	_, err := config.Load("/not/there.yaml", good(nil))
	if have := problemsOf(t, err); len(have) != 1 || !strings.Contains(have["--config"], "/not/there.yaml") {
		t.Errorf("have %v", have)
	}
	if _, err := config.Load(file(t, "empty.yaml", "# nothing\nmini:\naccounts:\n"), good(nil)); err != nil {
		t.Error(err)
	}
}

// Whatever the file holds, Load answers with settings or with problems.
func FuzzYAML(f *testing.F) {
	f.Add("addr: ':1'\naccounts:\n  - {app_id: wx1, token: [a, b]}\nmini: {aes_key_file: /x}")
	f.Add("a: &a [*a]\n? b\n: - |\n  c")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "c.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if c, err := config.Load(path, good(nil)); (c == nil) == (err == nil) {
			t.Errorf("%v %v", c, err)
		}
	})
}
