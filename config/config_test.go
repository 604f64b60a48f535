package config_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cunwu/config"
)

const aesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

func key(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// good is an environment with nothing wrong; a test changes what it is about.
func good(changes map[string]string) func(string) string {
	env := map[string]string{
		"CUNWU_BASE_URL":      "https://cun.example.cn/",
		"CUNWU_DATABASE_URL":  "mysql://cunwu:p@ss/wo,rd@tcp(db:3306)/cunwu",
		"CUNWU_REDIS_URL":     "redis://:redis-pass@redis:6379/2",
		"CUNWU_SECRET_KEY":    key("now"),
		"CUNWU_OA_APP_ID":     "wx0123456789abcdef",
		"CUNWU_OA_APP_SECRET": "oa-app-secret",
		"CUNWU_OA_TOKEN":      "oaToken1",
		"CUNWU_OA_AES_KEY":    aesKey,
	}
	maps.Copy(env, changes)
	return func(name string) string { return env[name] }
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func problemsOf(t *testing.T, err error) map[string]string {
	t.Helper()
	var list *config.Error
	if !errors.As(err, &list) {
		t.Fatalf("want *config.Error, have %T %v", err, err)
	}
	byName := map[string]string{}
	for _, p := range list.Problems {
		if _, twice := byName[p.Variable]; twice {
			t.Errorf("%s is reported twice", p.Variable)
		}
		byName[p.Variable] = p.Message
	}
	return byName
}

func TestDefaults(t *testing.T) {
	c, err := config.Load("", good(nil))
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != ":8080" || c.WeChatAPIURL != "https://api.weixin.qq.com" || c.DataDir != "/var/lib/cunwu" ||
		c.SpoolLimit != 256<<20 || c.ShutdownGrace != 20*time.Second || c.LogLevel != slog.LevelInfo {
		t.Errorf("defaults: %v", c)
	}
	if c.BaseURL != "https://cun.example.cn" {
		t.Errorf("the closing slash stays: %q", c.BaseURL)
	}
	if len(c.SecretKey) != 32 || len(c.Accounts) != 1 || c.Accounts[0].AESKey != aesKey || c.Mini.Enabled() {
		t.Errorf("read: %v", c)
	}
}

// What the tags say must be readable: Default ignores the parser's errors.
func TestEveryDefaultParses(t *testing.T) {
	env := map[string]string{}
	for _, s := range config.Describe() {
		if s.Meaning == "" {
			t.Errorf("%s has no meaning", s.Variable)
		}
		env[s.Variable] = s.Default
	}
	_, err := config.Load("", good(env))
	for variable, message := range problemsOf(t, err) {
		if env[variable] != "" {
			t.Errorf("%s=%s: %s", variable, env[variable], message)
		}
	}
}

func TestOneThingWrong(t *testing.T) {
	same := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))
	short := base64.StdEncoding.EncodeToString([]byte("too short"))
	for _, tt := range []struct{ variable, value, says string }{
		{"CUNWU_ADDR", "8080", ":8080"},
		{"CUNWU_ADDR", ":99999", ":8080"},
		{"CUNWU_ADDR", ":http", ":8080"},
		{"CUNWU_BASE_URL", "", "没有设置"},
		{"CUNWU_BASE_URL", "cun.example.cn", "https://"},
		{"CUNWU_BASE_URL", "http://cun.example.cn", "https://"},
		{"CUNWU_BASE_URL", "https://cun.example.cn/path", "域名"},
		{"CUNWU_TRUSTED_PROXIES", "127.0.0.1,nginx", "网段"},
		{"CUNWU_SHUTDOWN_GRACE", "20", "单位"},
		{"CUNWU_SHUTDOWN_GRACE", "1h", "之间"},
		{"CUNWU_DATABASE_URL", "", "没有设置"},
		{"CUNWU_DATABASE_URL", "postgres://u:p@h/db", "mysql://"},
		{"CUNWU_DATABASE_URL", "mysql://u:p@h:3306/db", "tcp("},
		{"CUNWU_DATABASE_URL", "mysql://u:p@tcp(h:3306)", "tcp("},
		{"CUNWU_DATABASE_URL", "mysql://u:p@tcp(h:3306)/", "tcp("},
		{"CUNWU_DATABASE_URL", "mysql://tcp(h:3306)/db", "tcp("},
		{"CUNWU_DATABASE_URL", "sqlite://relative.db", "绝对路径"},
		{"CUNWU_DATABASE_URL", "sqlite:///a.db?mode=ro", "绝对路径"},
		{"CUNWU_DATABASE_URL", "sqlite:///folder/", "绝对路径"},
		{"CUNWU_REDIS_URL", "", "没有设置"},
		{"CUNWU_REDIS_URL", "localhost:6379", "redis://"},
		{"CUNWU_REDIS_URL", "redis://h:6379/zero", "redis://"},
		{"CUNWU_REDIS_URL", "redis://h:6379?x=1", "redis://"},
		{"CUNWU_REDIS_URL", "redis://a:1,rediss://b:1", "集群"},
		{"CUNWU_REDIS_URL", "redis://a:1/1,redis://b:1/1", "集群"},
		{"CUNWU_DATABASE_READ_URL", "sqlite:///copy.db", "mysql://"},
		{"CUNWU_DATABASE_READ_URL", "mysql://root@db/cunwu", "tcp("},
		{"CUNWU_REDIS_URL", "redis://a:1?master=", "哨兵"},
		{"CUNWU_REDIS_URL", "redis://a:1?master=m,redis://b:1", "哨兵"},
		{"CUNWU_REDIS_URL", "redis://a:1?master=m&auth=all", "redis://"},
		{"CUNWU_SECRET_KEY", "", "openssl rand -base64 32"},
		{"CUNWU_SECRET_KEY", "不是", "base64"},
		{"CUNWU_SECRET_KEY", short, "9 字节"},
		{"CUNWU_SECRET_KEY", same, "都一样"},
		{"CUNWU_OLD_SECRET_KEYS", key("a") + "," + short, "9 字节"},
		{"CUNWU_OLD_SECRET_KEYS", key("now"), "相同"},
		{"CUNWU_OLD_SECRET_KEYS", key("a") + "," + key("a"), "相同"},
		{"CUNWU_DATA_DIR", "data", "绝对路径"},
		{"CUNWU_DATA_DIR", "/etc/passwd", "不是文件夹"},
		{"CUNWU_MEDIA_URL", "/var/media", "file:///"},
		{"CUNWU_MEDIA_URL", "file://media", "file:///"},
		{"CUNWU_MEDIA_URL", "s3://bucket", "endpoint"},
		{"CUNWU_MEDIA_URL", "s3://Bucket?endpoint=https://s3.example.cn", "桶名"},
		{"CUNWU_MEDIA_URL", "s3://ak:hunter2@bucket?endpoint=https://s3.example.cn", "桶名"},
		{"CUNWU_MEDIA_URL", "s3://bucket?endpoint=http://s3.example.cn", "https://"},
		{"CUNWU_MEDIA_URL", "s3://bucket?endpoint=https://s3.example.cn&acl=public", "prefix"},
		{"CUNWU_MEDIA_URL", "s3://bucket?endpoint=https://s3.example.cn&style=x", "style"},
		{"CUNWU_SPOOL_LIMIT", "lots", "256MB"},
		{"CUNWU_SPOOL_LIMIT", "-1MB", "256MB"},
		{"CUNWU_SPOOL_LIMIT", "99999999999GB", "256MB"},
		{"CUNWU_SPOOL_LIMIT", "1KB", "1MB"},
		{"CUNWU_WECHAT_API_URL", "http://api.weixin.qq.com", "https://"},
		{"CUNWU_NOTICE_INTERVAL", "0s", "之间"},
		{"CUNWU_SWEEP_INTERVAL", "1h", "之间"},
		{"CUNWU_LOG_LEVEL", "loud", "debug"},
		{"CUNWU_OA_APP_ID", "", "没有设置"},
		{"CUNWU_OA_APP_ID", "../etc", "wx"},
		{"CUNWU_OA_APP_SECRET", "", "没有设置"},
		{"CUNWU_OA_TOKEN", "有空格", "字母或数字"},
		{"CUNWU_OA_AES_KEY", aesKey + "A", "43"},
		{"CUNWU_OA_AES_KEY", "", "没有设置"},
	} {
		t.Run(tt.variable+"="+tt.value, func(t *testing.T) {
			_, err := config.Load("", good(map[string]string{tt.variable: tt.value}))
			have := problemsOf(t, err)
			if len(have) != 1 || !strings.Contains(have[tt.variable], tt.says) {
				t.Errorf("want only %s with %q, have %v", tt.variable, tt.says, have)
			}
		})
	}
}

func TestEverythingWrongAtOnce(t *testing.T) {
	wrong := map[string]string{
		"CUNWU_ADDR": "x", "CUNWU_BASE_URL": "x", "CUNWU_TRUSTED_PROXIES": "x", "CUNWU_SHUTDOWN_GRACE": "x",
		"CUNWU_DATABASE_URL": "mysql://root:hunter2@h/db", "CUNWU_REDIS_URL": "redis://:hunter2@h:port", "CUNWU_SECRET_KEY": "hunter2!",
		"CUNWU_OLD_SECRET_KEYS": "hunter2!", "CUNWU_DATA_DIR": "x", "CUNWU_SPOOL_LIMIT": "x",
		"CUNWU_WECHAT_API_URL": "x", "CUNWU_NOTICE_INTERVAL": "x", "CUNWU_SWEEP_INTERVAL": "x", "CUNWU_LOG_LEVEL": "x",
		"CUNWU_OA_APP_ID": "x", "CUNWU_OA_APP_SECRET": "hunter2 x", "CUNWU_OA_TOKEN": "hunter2!", "CUNWU_OA_AES_KEY": "hunter2",
		"CUNWU_MINI_APP_ID": "x", "CUNWU_MINI_APP_SECRET": "hunter2 x", "CUNWU_MINI_TOKEN": "!", "CUNWU_MINI_AES_KEY": "hunter2",
	}
	_, err := config.Load("", good(wrong))
	have := problemsOf(t, err)
	for variable := range wrong {
		if have[variable] == "" {
			t.Errorf("%s is not reported", variable)
		}
		delete(have, variable)
	}
	if len(have) != 0 {
		t.Errorf("more than was wrong: %v", have)
	}
	text := err.Error()
	if !strings.Contains(text, "22 处") || strings.Contains(text, "hunter2") {
		t.Errorf("count missing or a secret shown:\n%s", text)
	}
}

func TestNothingSet(t *testing.T) {
	_, err := config.Load("", func(string) string { return "" })
	have := problemsOf(t, err)
	for _, variable := range []string{"CUNWU_BASE_URL", "CUNWU_DATABASE_URL", "CUNWU_REDIS_URL", "CUNWU_SECRET_KEY", "CUNWU_OA_APP_ID"} {
		if !strings.Contains(have[variable], "没有设置") {
			t.Errorf("%s: %q", variable, have[variable])
		}
	}
	if len(have) != 5 {
		t.Errorf("have %v", have)
	}
}

// A bootstrap command neither needs nor reads what it doesn't use, not even a secret's file.
func TestOnlyWhatIsNeeded(t *testing.T) {
	env := map[string]string{
		"CUNWU_DATABASE_URL": "sqlite:///var/lib/cunwu/cunwu.db", "CUNWU_OA_AES_KEY_FILE": "/not/mounted", "CUNWU_REDIS_URL": "wrong",
	}
	getenv := func(name string) string { return env[name] }
	c, err := config.Load("", getenv, config.NeedDatabase)
	if err != nil {
		t.Fatal(err)
	}
	if c.RedisURL != "" || len(c.Accounts) != 0 {
		t.Errorf("read too much: %v", c)
	}
	_, err = config.Load("", getenv, config.NeedDatabase|config.NeedSecretKey)
	if have := problemsOf(t, err); len(have) != 1 || have["CUNWU_SECRET_KEY"] == "" {
		t.Errorf("have %v", have)
	}
	_, err = config.Load("", getenv, config.NeedDatabase, config.NeedWeChat)
	if have := problemsOf(t, err); !strings.Contains(have["CUNWU_OA_AES_KEY"], "CUNWU_OA_AES_KEY_FILE") {
		t.Errorf("have %v", have)
	}
}

func TestSecretFiles(t *testing.T) {
	path := file(t, "key", "\xef\xbb\xbf"+key("file")+"\r\n")
	c, err := config.Load("", good(map[string]string{"CUNWU_SECRET_KEY": "", "CUNWU_SECRET_KEY_FILE": path,
		"CUNWU_OLD_SECRET_KEYS_FILE": file(t, "old", key("a")+"\n"+key("b")+"\n")}))
	if err != nil {
		t.Fatal(err)
	}
	if base64.StdEncoding.EncodeToString(c.SecretKey) != key("file") || len(c.OldSecretKeys) != 2 {
		t.Error("the files were not read")
	}
	for name, env := range map[string]map[string]string{
		"both":    {"CUNWU_SECRET_KEY_FILE": path},
		"missing": {"CUNWU_SECRET_KEY": "", "CUNWU_SECRET_KEY_FILE": path + "x"},
		"empty":   {"CUNWU_SECRET_KEY": "", "CUNWU_SECRET_KEY_FILE": file(t, "empty", "\n")},
	} {
		_, err := config.Load("", good(env))
		if have := problemsOf(t, err); len(have) != 1 || !strings.Contains(have["CUNWU_SECRET_KEY"], "CUNWU_SECRET_KEY_FILE") {
			t.Errorf("%s: %v", name, have)
		}
	}
}

func TestDatabase(t *testing.T) {
	for url, want := range map[string]config.Database{
		"mysql://user:pass@tcp(host:3306)/db":           {Driver: "mysql", DSN: "user:pass@tcp(host:3306)/db"},
		"mysql://u:p@:/x,y@tcp([::1]:3306)/db?tls=true": {Driver: "mysql", DSN: "u:p@:/x,y@tcp([::1]:3306)/db?tls=true"},
		"mysql://u@unix(/run/mysqld/mysqld.sock)/db":    {Driver: "mysql", DSN: "u@unix(/run/mysqld/mysqld.sock)/db"},
		"sqlite:///path":                                   {Driver: "sqlite", DSN: "/path"},
		"sqlite:////var/lib/村务/cunwu.db":                   {Driver: "sqlite", DSN: "/var/lib/村务/cunwu.db"},
		"mysql://cunwu:p%40ss@tcp(db.example.cn:3306)/村务库": {Driver: "mysql", DSN: "cunwu:p%40ss@tcp(db.example.cn:3306)/村务库"},
	} {
		have, err := (&config.Config{DatabaseURL: url}).Database()
		if err != nil || have != want {
			t.Errorf("%s: %v %v", url, have, err)
		}
	}
}

func TestRedis(t *testing.T) {
	r, err := (&config.Config{RedisURL: "embedded"}).Redis()
	if err != nil || !r.Embedded || r.Options != nil {
		t.Errorf("%v %v", r, err)
	}
	r, err = (&config.Config{RedisURL: "rediss://user:p%40ss@cache.example.cn/3"}).Redis()
	if err != nil || r.Options.Addrs[0] != "cache.example.cn:6379" || r.Options.DB != 3 || r.Options.Password != "p@ss" || r.Options.TLSConfig == nil {
		t.Errorf("%v %v", r, err)
	}
	r, err = (&config.Config{RedisURL: "redis://:p@a:7000, redis://:p@b:7001,redis://:p@c:7002"}).Redis()
	if err != nil || len(r.Options.Addrs) != 3 || r.Options.Password != "p" || r.Options.MasterName != "" {
		t.Errorf("%v %v", r, err)
	}
	r, err = (&config.Config{RedisURL: "redis://:p@a:26379/2?master=m, redis://:p@b:26379/2?master=m"}).Redis()
	if err != nil || len(r.Options.Addrs) != 2 || r.Options.MasterName != "m" || r.Options.DB != 2 || r.Options.Password != "p" || r.Options.SentinelPassword != "" {
		t.Errorf("%v %v", r, err)
	}
	r, err = (&config.Config{RedisURL: "redis://u:p@a:26379?master=m&auth=sentinel"}).Redis()
	if err != nil || r.Options.SentinelPassword != "p" || r.Options.SentinelUsername != "u" {
		t.Errorf("%v %v", r, err)
	}
}

// However it is printed, and as part of whatever, a Config shows no secret.
func TestSecretsAreNotShown(t *testing.T) {
	c, err := config.Load("", good(map[string]string{
		"CUNWU_OLD_SECRET_KEYS": key("old"),
		"CUNWU_MINI_APP_ID":     "wx2222222222222222", "CUNWU_MINI_APP_SECRET": "mini-app-secret", "CUNWU_MINI_TOKEN": "miniToken1", "CUNWU_MINI_AES_KEY": aesKey,
	}))
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&logged, nil))
	log.Info("a", "config", c, "value", *c, "accounts", c.Accounts, "mini", c.Mini)
	slog.New(slog.NewTextHandler(&logged, nil)).Info("b", "config", c, "accounts", c.Accounts, "mini", c.Mini)
	wrapped, err := json.Marshal(map[string]any{"c": c, "a": c.Accounts, "m": &c.Mini})
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join([]string{
		c.String(), logged.String(), string(wrapped),
		fmt.Sprintf("%v %+v %#v %s", c, c, c, c), fmt.Sprintf("%v %+v %#v", *c, *c, *c),
		fmt.Sprintf("%+v %#v %+v %#v", c.Accounts, c.Accounts, c.Mini, c.Mini),
	}, "\n")
	for _, secret := range []string{"p@ss", "wo,rd", "redis-pass", key("now"), key("old"), "oa-app-secret", "oaToken1", aesKey, "mini-app-secret", "miniToken1", fmt.Sprint(c.SecretKey)} {
		if strings.Contains(all, secret) {
			t.Errorf("%q is shown", secret)
		}
	}
	for _, shown := range []string{"wx0123456789abcdef", "tcp(db:3306)/cunwu", "redis:6379/2", "https://cun.example.cn"} {
		if !strings.Contains(c.String(), shown) {
			t.Errorf("%q is not shown in %s", shown, c)
		}
	}
}

func TestUnknownVariables(t *testing.T) {
	have := config.UnknownVariables([]string{"PATH=/bin", "CUNWU_ADDR=:1", "CUNWU_SECRET_KEY_FILE=/x", "CUNWU_REDIS_ULR=redis://:hunter2@x", "CUNWU_ADDR_FILE=/x", "CUNWU_OA_TOKEN=x"})
	if len(have) != 2 || !strings.HasPrefix(have[0], "没有 CUNWU_ADDR_FILE ") || !strings.HasPrefix(have[1], "没有 CUNWU_REDIS_ULR ") || strings.Contains(have[1], "hunter2") {
		t.Errorf("have %v", have)
	}
}

func TestValidateByHand(t *testing.T) {
	c := config.Default()
	c.DatabaseURL = "sqlite:///tmp/x.db"
	if err := c.Validate(config.NeedDatabase); err != nil {
		t.Error(err)
	}
	if have := problemsOf(t, c.Validate()); have["CUNWU_REDIS_URL"] == "" {
		t.Errorf("have %v", have)
	}
}
