package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// testEncrypted saves to a public key and restores by its private one.
func testEncrypted(t *testing.T, newPlace func(*testing.T) place, from place, people string) {
	needTools(t, "age", "age-keygen")
	dir := t.TempDir()
	key, public := newKey(t, dir, "ours")
	other, _ := newKey(t, dir, "other")
	archive := strings.TrimSpace(must(t, from, "backup.sh", filepath.Join(dir, "backups"), "--encrypt-to", public, "--keep", "3"))
	if !strings.HasSuffix(archive, ".tar.age") || strings.Contains(read(t, archive), "MANIFEST") {
		t.Errorf("%s is not encrypted", archive)
	}
	to := newPlace(t)
	refused(t, to, "--key", "restore.sh", archive)
	refused(t, to, "不是完整的备份", "restore.sh", archive, "--key", other)
	cut := filepath.Join(dir, "cut.tar.age")
	write(t, cut, read(t, archive)[:len(read(t, archive))-20])
	refused(t, to, "不是完整的备份", "restore.sh", cut, "--key", key)
	must(t, to, "restore.sh", archive, "--key", key)
	if have := to.query(t, people); have != from.query(t, people) {
		t.Errorf("people: %q", have)
	}
	refused(t, from, "是私钥", "backup.sh", filepath.Join(dir, "backups"), "--encrypt-to", key)
}

func newKey(t *testing.T, dir, name string) (key, public string) {
	t.Helper()
	key, public = filepath.Join(dir, name+".key"), filepath.Join(dir, name+".pub")
	said := output(t, exec.CommandContext(t.Context(), "age-keygen", "-o", key))
	_, recipient, ok := strings.Cut(said, "Public key: ")
	if !ok {
		t.Fatalf("age-keygen: %s", said)
	}
	write(t, public, recipient)
	return key, public
}

// TestVerifyBackup restores what the program itself wrote, on a database of its own,
// and finds what was tampered with.
func TestVerifyBackup(t *testing.T) {
	needTools(t, "bash", "tar", "gzip", "sha256sum", "sqlite3", "go", "age", "age-keygen")
	dir := t.TempDir()
	server := filepath.Join(dir, "cunwu")
	output(t, exec.CommandContext(t.Context(), "go", "build", "-o", server, "../cmd/server"))
	t.Setenv("CUNWU_SECRET_KEY", "YW4gaW5zdGFsbGF0aW9uJ3Mgc2VjcmV0IGtleSAzMmI=")
	key, public := newKey(t, dir, "ours")
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(data, "cunwu.db")
	from := place{url: "sqlite://" + file, data: data}
	t.Setenv("CUNWU_DATABASE_URL_FILE", "")
	program := func(args ...string) {
		cmd := exec.CommandContext(t.Context(), server, args...)
		cmd.Env = append(os.Environ(), "CUNWU_DATABASE_URL="+from.url)
		output(t, cmd)
	}
	program("migrate")
	program("village", "create", "--code", "yunxi", "--name", "云溪村")
	backups := filepath.Join(dir, "backups")
	must(t, from, "backup.sh", backups, "--encrypt-to", public)
	if said := must(t, from, "verify-backup.sh", backups, "--key", key, "--server", server); !strings.Contains(said, "核对无误") {
		t.Error(said)
	}
	output(t, exec.CommandContext(t.Context(), "sqlite3", file, "INSERT INTO merit_accounts VALUES ('yunxi','house/1','house','1',50,0,0,0,0)"))
	forged := strings.TrimSpace(must(t, from, "backup.sh", filepath.Join(dir, "forged"), "--encrypt-to", public))
	refused(t, from, "余额是 50 分，流水加起来是 0 分", "verify-backup.sh", forged, "--key", key, "--server", server)
}
