package deploy_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
)

const rows = `
CREATE TABLE notices (id INT PRIMARY KEY, state VARCHAR(16) NOT NULL, text VARCHAR(99) NOT NULL);
INSERT INTO notices VALUES (1,'pending','待办'), (2,'sending','𠮷先生''s \n"引号"'), (3,'sent','已发'), (4,'held','扣着');
CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(99) NOT NULL, id_number BLOB NOT NULL);
INSERT INTO people VALUES (1, '𠮷', X'00FF270A5C1A');`

// place is a database and a data folder, as the scripts find them in the environment.
type place struct {
	url, data string
	query     func(t *testing.T, statements string) string
}

func TestBackupOfSQLite(t *testing.T) {
	needTools(t, "bash", "tar", "gzip", "sha256sum", "sqlite3")
	testBackup(t, func(t *testing.T) place {
		data := filepath.Join(t.TempDir(), "村 务") // the database lies inside, as one small server has it
		file := filepath.Join(data, "cunwu.db")
		return place{"sqlite://" + file, data, func(t *testing.T, statements string) string {
			t.Helper()
			if err := os.MkdirAll(data, 0o700); err != nil {
				t.Fatal(err)
			}
			return output(t, exec.CommandContext(t.Context(), "sqlite3", "-cmd", "PRAGMA journal_mode=WAL", file, statements))
		}}
	})
}

func TestBackupOfMySQL(t *testing.T) {
	needTools(t, "bash", "tar", "gzip", "sha256sum")
	dsn := os.Getenv("TEST_MYSQL_DSN")
	if dsn == "" {
		t.Skip("left out: TEST_MYSQL_DSN is not set (make test starts a database)")
	}
	if _, err := exec.LookPath("mariadb-dump"); err != nil {
		needTools(t, "mysqldump", "mysql")
	}
	testBackup(t, func(t *testing.T) place { return newMySQL(t, dsn) })
}

// newMySQL makes a database, and for it a user whose password is hard to quote.
func newMySQL(t *testing.T, dsn string) place {
	t.Helper()
	c, err := mysql.ParseDSN(strings.TrimSuffix(dsn, "/") + "/")
	if err != nil {
		t.Fatal(err)
	}
	c.MultiStatements = true
	name := fmt.Sprintf("backup_%d", time.Now().UnixNano())
	const password = `p@s:s/w'o"r\d#, ;)`
	admin := open(t, c)
	run(t, admin, fmt.Sprintf("CREATE DATABASE %s CHARACTER SET utf8mb4; CREATE USER %s@'127.0.0.1' IDENTIFIED BY %s; GRANT ALL ON %s.* TO %s@'127.0.0.1'",
		name, name, `'p@s:s/w\'o"r\\d#, ;)'`, name, name))
	t.Cleanup(func() {
		_, err := admin.ExecContext(context.Background(), fmt.Sprintf("DROP DATABASE %s; DROP USER %s@'127.0.0.1'", name, name))
		if err != nil {
			t.Error(err)
		}
	})
	c.User, c.Passwd, c.DBName = name, password, name
	url := fmt.Sprintf("mysql://%s:%s@tcp(%s)/%s?parseTime=true", c.User, c.Passwd, c.Addr, name)
	return place{url, filepath.Join(t.TempDir(), "data"), func(t *testing.T, statements string) string {
		t.Helper()
		db := open(t, c)
		defer db.Close()
		if !strings.HasPrefix(statements, "SELECT") {
			run(t, db, statements)
			return ""
		}
		return selectAll(t, db, statements)
	}}
}

// testBackup plays what an operator lives through, in a place to save and a place to restore into.
func testBackup(t *testing.T, newPlace func(*testing.T) place) {
	from, to := newPlace(t), newPlace(t)
	backups := filepath.Join(t.TempDir(), "backups")
	from.query(t, rows)
	write(t, filepath.Join(from.data, "spool", "0001"), "in the spool")
	write(t, filepath.Join(from.data, "uploads", "a b.jpg"), "a picture")
	archive := strings.TrimSpace(must(t, from, "backup.sh", backups))

	const all = "SELECT id, state, text FROM notices ORDER BY id"
	const people = "SELECT name, HEX(id_number) FROM people"
	report := must(t, to, "restore.sh", archive)
	if have := to.query(t, people); have != from.query(t, people) || !strings.Contains(have, "𠮷|00FF270A5C1A") {
		t.Errorf("people: %q", have)
	}
	held := strings.NewReplacer("pending", "held_restore", "sending", "held_restore", "|held|", "|held_restore|").Replace(from.query(t, all))
	if have := to.query(t, all); have != held || strings.Count(have, "held_restore") != 3 {
		t.Errorf("notices: %q, want %q", have, held)
	}
	if !strings.Contains(report, "扣住的通知：3 条") {
		t.Errorf("report: %s", report)
	}
	if read(t, filepath.Join(to.data, "spool", "0001")) != "in the spool" || read(t, filepath.Join(to.data, "uploads", "a b.jpg")) != "a picture" {
		t.Error("the data folder differs")
	}

	t.Run("encrypted, to be opened by the key only", func(t *testing.T) { testEncrypted(t, newPlace, from, people) })
	t.Run("a target with data is left alone", func(t *testing.T) {
		to.query(t, "DELETE FROM people")
		refused(t, to, "--force", "restore.sh", archive)
		if have := to.query(t, "SELECT COUNT(*) FROM people"); have != "0\n" {
			t.Errorf("people: %q", have)
		}
	})
	t.Run("force replaces it and puts files aside", func(t *testing.T) {
		write(t, filepath.Join(to.data, "uploads", "newer.jpg"), "newer")
		to.query(t, "CREATE TABLE newer (id INT); INSERT INTO newer VALUES (1)")
		must(t, to, "restore.sh", archive, "--force")
		if have := to.query(t, people); have != from.query(t, people) {
			t.Errorf("people: %q", have)
		}
		aside, err := filepath.Glob(filepath.Join(to.data, "before-restore-*", "uploads", "newer.jpg"))
		if err != nil || len(aside) != 1 {
			t.Errorf("aside: %v %v", aside, err)
		}
		if _, err := os.Stat(filepath.Join(to.data, "uploads", "newer.jpg")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("newer.jpg is still there: %v", err)
		}
	})
	t.Run("a damaged backup is refused", func(t *testing.T) {
		damaged := filepath.Join(t.TempDir(), "damaged.tar")
		write(t, damaged, strings.Replace(read(t, archive), "made=2", "made=3", 1))
		refused(t, newPlace(t), "校验和", "restore.sh", damaged)
		write(t, damaged, read(t, archive)[:700])
		refused(t, newPlace(t), "备份", "restore.sh", damaged)
	})
	t.Run("a backup of the other database is refused", func(t *testing.T) {
		other := newPlace(t)
		other.url = map[bool]string{true: "mysql://a:b@tcp(127.0.0.1:1)/c", false: "sqlite:///tmp/never.db"}[strings.HasPrefix(from.url, "sqlite")]
		refused(t, other, "这份备份不是", "restore.sh", archive)
	})
	t.Run("only the newest are kept", func(t *testing.T) {
		for _, day := range []string{"20200101", "20200102", "20200103"} {
			write(t, filepath.Join(backups, "cunwu-"+day+"T000000Z.tar"), "old")
		}
		time.Sleep(time.Second) // the names are to the second
		must(t, from, "backup.sh", backups, "--keep", "2")
		kept, err := filepath.Glob(filepath.Join(backups, "*"))
		if err != nil || len(kept) != 2 || strings.Contains(kept[0], "2020") {
			t.Errorf("kept %v %v", kept, err)
		}
	})
}

// script runs one of this folder's, with the place's settings from a secret file and a variable.
func script(t *testing.T, p place, name string, args ...string) (string, error) {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "url")
	write(t, secret, p.url+"\n")
	_ = read(t, name) + read(t, "settings.sh") // so that a cached result does not outlive a change of them
	cmd := exec.CommandContext(t.Context(), "bash", append([]string{name}, args...)...)
	cmd.Env = append(os.Environ(), "CUNWU_DATABASE_URL=", "CUNWU_DATABASE_URL_FILE="+secret, "CUNWU_DATA_DIR="+p.data)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func must(t *testing.T, p place, name string, args ...string) string {
	t.Helper()
	out, err := script(t, p, name, args...)
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return out
}

func refused(t *testing.T, p place, says, name string, args ...string) {
	t.Helper()
	out, err := script(t, p, name, args...)
	if err == nil || !strings.Contains(out, says) {
		t.Errorf("%s %v: want a refusal with %q, have %v\n%s", name, args, says, err, out)
	}
}

func needTools(t *testing.T, names ...string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("left out: the scripts are for Linux")
	}
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("left out: %s is not installed", name)
		}
	}
}

func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	return strings.TrimPrefix(string(out), "wal\n")
}

func open(t *testing.T, c *mysql.Config) *sql.DB {
	t.Helper()
	connector, err := mysql.NewConnector(c)
	if err != nil {
		t.Fatal(err)
	}
	return sql.OpenDB(connector)
}

func run(t *testing.T, db *sql.DB, statements string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statements); err != nil {
		t.Fatal(err)
	}
}

// selectAll prints rows as sqlite3 does.
func selectAll(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	found, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for found.Next() {
		values := make([]string, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		text.WriteString(strings.Join(values, "|") + "\n")
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
