package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cunwu/config"
	"cunwu/model"
)

// examined is an installation that is well as far as this machine can be: a test's
// database keeps no binary log, and a test's Redis need not persist.
func examined(t *testing.T) *installation {
	t.Helper()
	i := newInstallation(t)
	i.env["CUNWU_REDIS_URL"] = "embedded"
	i.env["CUNWU_BACKUP_DIR"] = t.TempDir()
	i.keepBackup(time.Now(), ".age")
	i.command("migrate")
	return i
}

func (i *installation) keepBackup(at time.Time, suffix string) {
	name := "cunwu-" + at.UTC().Format("20060102T150405Z") + ".tar" + suffix
	if err := os.WriteFile(filepath.Join(i.env["CUNWU_BACKUP_DIR"], name), []byte("x"), 0o600); err != nil {
		i.t.Fatal(err)
	}
}

// doctor returns the code and what was said.
func (i *installation) doctor() (int, string) {
	i.t.Helper()
	out := &screen{}
	code := run(i.ctx, []string{"doctor"}, i.world(out))
	return code, out.String()
}

// ills are the lines that ask for something, but what a test's MySQL is asked for.
func ills(said string) []string {
	var all []string
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "要处理") && !strings.Contains(line, "二进制日志") && !strings.Contains(line, "断电不丢") {
			all = append(all, line)
		}
	}
	return all
}

func TestDoctorOfAHealthyInstallation(t *testing.T) {
	i := examined(t)
	code, said := i.doctor()
	if have := ills(said); len(have) != 0 {
		t.Errorf("ills: %q", have)
	}
	sqlite := strings.HasPrefix(i.env["CUNWU_DATABASE_URL"], "sqlite")
	if sqlite && (code != 0 || !strings.Contains(said, "断电不丢：SQLite")) {
		t.Errorf("code %d\n%s", code, said)
	}
	for _, what := range []string{"设置", "数据库", "数据库表", "时钟", "动态码", "Redis", "微信", "证书", "数据文件夹", "备份", "节假日"} {
		if !strings.Contains(said, "好　　　"+what+"：") {
			t.Errorf("%s is not told as well\n%s", what, said)
		}
	}
	if strings.Contains(said, testSecret) {
		t.Error("a secret is shown")
	}
}

// Each fault is told alone, by what it is and what to do.
func TestDoctorTellsEachFault(t *testing.T) {
	for _, c := range []struct {
		name, says string
		make       func(t *testing.T, i *installation)
	}{
		{"a setting", "CUNWU_BASE_URL", func(_ *testing.T, i *installation) { i.env["CUNWU_BASE_URL"] = "cun" }},
		{"Redis away", "CUNWU_REDIS_URL", func(_ *testing.T, i *installation) { i.env["CUNWU_REDIS_URL"] = "redis://127.0.0.1:1/0" }},
		{"WeChat away", "能不能上网", func(_ *testing.T, i *installation) { i.env["CUNWU_WECHAT_API_URL"] = "http://127.0.0.1:1" }},
		{"a wrong AppSecret", "AppSecret 不对", func(_ *testing.T, i *installation) {
			i.env["CUNWU_OA_APP_SECRET"] = strings.Repeat("f", 32)
		}},
		{"no data folder", "chown", func(t *testing.T, i *installation) {
			i.env["CUNWU_DATA_DIR"] = filepath.Join(t.TempDir(), "nowhere")
		}},
		{"no proxy", "反向代理", func(_ *testing.T, i *installation) { i.env["CUNWU_BASE_URL"] = "https://127.0.0.1:1" }},
		{"a certificate nobody trusts", "不安全", func(t *testing.T, i *installation) {
			server := httptest.NewTLSServer(http.NotFoundHandler())
			t.Cleanup(server.Close)
			i.env["CUNWU_BASE_URL"] = server.URL
		}},
		{"backups unknown", "CUNWU_BACKUP_DIR", func(_ *testing.T, i *installation) { delete(i.env, "CUNWU_BACKUP_DIR") }},
		{"no backup", "一份也没有", func(t *testing.T, i *installation) { i.env["CUNWU_BACKUP_DIR"] = t.TempDir() }},
		{"an old backup", "小时前的，看", func(t *testing.T, i *installation) {
			i.env["CUNWU_BACKUP_DIR"] = t.TempDir()
			i.keepBackup(time.Now().Add(-30*time.Hour), ".age")
		}},
		{"a plain backup", "没有加密", func(_ *testing.T, i *installation) { i.keepBackup(time.Now().Add(time.Second), "") }},
		{"a township without a second factor", "1个任职的人还没设动态码", func(_ *testing.T, i *installation) { i.found() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := examined(t)
			c.make(t, i)
			code, said := i.doctor()
			if have := ills(said); code != 1 || len(have) != 1 || !strings.Contains(have[0], c.says) {
				t.Errorf("code %d, ills %q, want one with %q", code, have, c.says)
			}
		})
	}
}

func TestDoctorOfASchemaThatIsBehind(t *testing.T) {
	i := newInstallation(t)
	i.command("migrate")
	i.exec("DELETE FROM goose_db_version WHERE version_id > 5")
	if code, said := i.doctor(); code != 1 || !strings.Contains(said, "要处理　数据库表：比这个程序旧，请运行 server migrate") {
		t.Errorf("code %d\n%s", code, said)
	}
}

func TestDoctorOfADatabaseThatIsAway(t *testing.T) {
	i := examined(t)
	i.env["CUNWU_DATABASE_URL"] = "mysql://a:secret-word@tcp(127.0.0.1:1)/b"
	code, said := i.doctor()
	if have := ills(said); code != 1 || len(have) != 1 || !strings.Contains(have[0], "CUNWU_DATABASE_URL") || strings.Contains(said, "secret-word") {
		t.Errorf("code %d, %q", code, have)
	}
}

// judged collects what a look says.
func judged(look func(e *exam)) string {
	out := &screen{}
	look(&exam{out: out, cfg: config.Default()})
	return out.String()
}

func TestDoctorJudgesWhatIsMeasured(t *testing.T) {
	good := map[string]string{"innodb_flush_log_at_trx_commit": "1", "sync_binlog": "1", "log_bin": "1", "innodb_doublewrite": "1"}
	with := func(name, value string) func(*exam) {
		return func(e *exam) {
			have := maps.Clone(good)
			have[name] = value
			e.judgeMySQL(have)
		}
	}
	expires := func(in time.Duration) func(*exam) {
		return func(e *exam) { e.judgeCertificate(&x509.Certificate{NotAfter: time.Now().Add(in)}) }
	}
	for _, c := range []struct {
		look func(*exam)
		ill  bool
		says string
	}{
		{with("log_bin", "ON"), false, "每次提交都落盘"},
		{with("innodb_flush_log_at_trx_commit", "2"), true, "改成 1"},
		{with("innodb_doublewrite", "OFF"), true, "坏页"},
		{with("log_bin", "0"), true, "二进制日志"},
		{with("sync_binlog", "0"), true, "sync_binlog 是 0"},
		{expires(90 * 24 * time.Hour), false, "89天"},
		{expires(5*24*time.Hour + time.Hour), true, "还有5天到期"},
		{func(e *exam) { e.judgeClock(-2 * time.Minute) }, true, "自动对时"},
		{func(e *exam) { e.judgeClock(20 * time.Millisecond) }, false, "20 毫秒"},
		{func(e *exam) { e.judgeSpace("盘", "/d", 100<<20) }, true, "只剩 100 MB"},
		{func(e *exam) { e.judgeSpace("盘", "/d", 9<<30) }, false, "还剩 9 GB"},
	} {
		said := judged(c.look)
		if strings.Contains(said, "要处理") != c.ill || !strings.Contains(said, c.says) {
			t.Errorf("%q, want ill %v and %q", said, c.ill, c.says)
		}
	}
}

// What MySQL answers is read as it is, whatever this server's settings are.
func TestDoctorReadsTheDatabasesSettings(t *testing.T) {
	i := examined(t)
	cfg := &config.Config{DatabaseURL: i.env["CUNWU_DATABASE_URL"]}
	store, err := openStore(cfg, logger(os.Stderr, 8))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	if store.Dialect() == model.SQLite {
		said := judged(func(e *exam) { e.sqliteDurability(i.ctx, careless(t)) })
		if !strings.Contains(said, "要处理　断电不丢：SQLite 的 journal_mode 是 delete、synchronous 是 0") {
			t.Error(said)
		}
		return
	}
	var log bool
	if err := store.DB(i.ctx).Raw("SELECT @@GLOBAL.log_bin").Scan(&log).Error; err != nil {
		t.Fatal(err)
	}
	said := judged(func(e *exam) { e.store = store; e.durability(i.ctx) })
	if strings.Contains(said, "查不到") || strings.Contains(said, "二进制日志：没开") == log {
		t.Errorf("log_bin %v: %s", log, said)
	}
}

// careless is a SQLite database as it must not be.
func careless(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(t.TempDir(), "x.db")+"?_pragma=synchronous(off)&_pragma=journal_mode(delete)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestDoctorTrustsACertificateOfAKnownAuthority(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	ctx, cancel := context.WithTimeout(t.Context(), examPatience)
	defer cancel()
	said := judged(func(e *exam) {
		e.shownCertificate(ctx, server.Listener.Addr().String(), &tls.Config{RootCAs: roots, ServerName: "example.com", MinVersion: tls.VersionTLS12})
	})
	if !strings.HasPrefix(said, "好　　　证书：还有") {
		t.Error(said)
	}
}

// exec changes the database behind the program's back.
func (i *installation) exec(statement string) {
	i.t.Helper()
	store, err := openStore(&config.Config{DatabaseURL: i.env["CUNWU_DATABASE_URL"]}, logger(os.Stderr, 8))
	if err != nil {
		i.t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	if err := store.DB(i.ctx).Exec(statement).Error; err != nil {
		i.t.Fatal(err)
	}
}
