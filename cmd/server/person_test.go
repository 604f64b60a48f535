package main

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Somebody without WeChat comes in person: the operator exports their data into a
// file, and erases it after the second word.
func TestTheOperatorServesWhoeverComesInPerson(t *testing.T) {
	i := newInstallation(t)
	i.found()
	path := filepath.Join(t.TempDir(), "她的.zip")
	if said := i.command("person", "export", "--village", "yunxi", "--name", "王小草", path); !strings.Contains(said, "只交给本人") {
		t.Error(said)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v %v", info, err)
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	page, err := archive.Open("index.html")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(page)
	if err != nil || !strings.Contains(string(text), "王小草的个人信息") {
		t.Errorf("%v, %s", err, text)
	}
	if said := i.refused("person", "export", "--village", "yunxi", "--name", "王小草", path); !strings.Contains(said, "换一个文件名") {
		t.Error(said)
	}
	i.refused("person", "erase", "--village", "yunxi", "--name", "没有这个人")
	if said := i.refused("person", "erase", "--village", "yunxi", "--name", "王小草", "--confirm"); !strings.Contains(said, "请先申请") {
		t.Error(said)
	}
	if said := i.command("person", "erase", "--village", "yunxi", "--name", "王小草"); !strings.Contains(said, "确认后马上删除") {
		t.Error(said)
	}
	if said := i.command("person", "erase", "--village", "yunxi", "--name", "王小草", "--confirm"); !strings.Contains(said, "已经删除") {
		t.Error(said)
	}
	if said := i.command("roster", "import", "--village", "yunxi", i.file("roster.csv", roster())); !strings.Contains(said, "有1人要求删除过") {
		t.Errorf("the import doesn't say whose phone it left out: %s", said)
	}
}
