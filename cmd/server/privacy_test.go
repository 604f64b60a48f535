package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/wechat/simulator"
)

// personal are the ID numbers and phones of the roster.
func personal(t *testing.T) []string {
	t.Helper()
	found := regexp.MustCompile(`\d{17}[\dXx]|138\d{8}`).FindAllString(register(), -1)
	if len(found) < 30 {
		t.Fatalf("the roster has %d ID and phone numbers", len(found))
	}
	return found
}

// database opens the installation's database beside its servers.
func (i *installation) database() *model.Store {
	i.t.Helper()
	dialect, dsn, _ := strings.Cut(i.env["CUNWU_DATABASE_URL"], "://")
	store, err := model.Open(model.OpenOptions{Dialect: dialect, DSN: dsn})
	if err != nil {
		i.t.Fatal(err)
	}
	i.t.Cleanup(func() { _ = store.Close() })
	return store
}

// Whoever gets hold of the database, the logs at their most talkative, the spool
// and the media folder learns nobody's ID number and nobody's phone.
func TestNoFullNumberStandsAnywhere(t *testing.T) {
	i := newInstallation(t)
	i.env["CUNWU_LOG_LEVEL"] = "debug"
	i.found()
	said := i.command("roster", "import", "--village", "yunxi", i.file("roster.csv", register()))
	r := i.serve()
	for _, who := range []string{"王小草", "张明"} {
		i.follows("--village", who)
	}
	i.say("王小草", "我家门口的路灯坏了", "#1")
	i.arrives("张明", "#1")
	i.say("张明", "#1", "路灯坏了")
	i.say("张明", "#1 明天下午来修", "已发给王小草")
	i.arrives("王小草", "解决了吗")
	if _, err := i.sim.SendVoice(i.ctx, testApp, "王小草", simulator.SampleVoice(2), "amr"); err != nil {
		t.Fatal(err)
	}
	i.say("王小草", "#1 1", "打个分")
	// two of a name: the ID number is shown so that a cadre can tell them apart
	said += i.refused("invite", "--village", "yunxi", "--name", "周梅")
	if code := r.stop(); code != 0 {
		t.Errorf("stopped with code %d", code)
	}
	numbers := personal(t)
	look := func(where string, content []byte) {
		for _, number := range numbers {
			if bytes.Contains(content, []byte(number)) {
				t.Errorf("%s tells %s", where, number)
			}
		}
	}
	look("a command", []byte(said))
	if !strings.Contains(said, "***") {
		t.Errorf("no masked number was shown to tell two people apart:\n%s", said)
	}
	look("the log", []byte(r.out.String()))
	dump := i.dump()
	if !strings.Contains(dump, "路灯") || !strings.Contains(dump, "王小草") {
		t.Fatal("the dump isn't one")
	}
	look("the database", []byte(dump))
	// every file of the test: the database's own, with its journal, the spool, media
	files := 0
	err := filepath.WalkDir(filepath.Dir(t.TempDir()), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "roster.csv" {
			return err
		}
		files++
		content, err := os.ReadFile(path)
		look("the file "+path, append([]byte(path), content...))
		return err
	})
	if err != nil || files == 0 {
		t.Errorf("%d files were read, %v", files, err)
	}
}

// register is the demo's roster with real-looking numbers, and a second 周梅.
func register() string {
	second := resident{name: "周梅", born: "19700101"}
	lines := roster() + "\n周梅,女," + idNumber(second, 99) + ",19900001099,310,户主,第3组,本村,本村,群众"
	return strings.NewReplacer(",19900001", ",13812345").Replace(lines)
}

// dump is every value of every table.
func (i *installation) dump() string {
	i.t.Helper()
	store := i.database()
	tables, err := store.Tables(i.ctx)
	if err != nil || len(tables) < 20 {
		i.t.Fatal(tables, err)
	}
	var out strings.Builder
	for _, table := range tables {
		var rows []map[string]any
		if err := store.DB(i.ctx).Table(table).Find(&rows).Error; err != nil {
			i.t.Fatal(err)
		}
		for _, row := range rows {
			for column, value := range row {
				if raw, ok := value.([]byte); ok {
					value = string(raw)
				}
				fmt.Fprintln(&out, table, column, value)
			}
		}
	}
	return out.String()
}

func TestVerifyNamesTheBrokenLink(t *testing.T) {
	i := newInstallation(t)
	i.found()
	store := i.database()
	keys, err := model.NewKeyring([]byte("an installation's secret key 32b"))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := audit.NewChain(store, keys).SealDue(i.ctx); err != nil || n == 0 {
		t.Fatalf("%d entries sealed, %v", n, err)
	}
	said := i.command("verify", "audit", "--village", "yunxi")
	head := regexp.MustCompile(`yunxi:\d+:[0-9a-f]{64}`).FindString(said)
	if head == "" || !strings.Contains(said, "完好") {
		t.Fatalf("no head in:\n%s", said)
	}
	i.command("verify")
	i.command("verify", "audit", "--head", head)
	for _, bad := range []string{"yunxi:1", strings.Replace(head, "yunxi:", "yunxi:9", 1)} {
		i.refused("verify", "audit", "--head", bad)
	}
	if err := store.DB(i.ctx).Exec("UPDATE audit_entries SET actor_name = '别人' WHERE village_id = 'yunxi'").Error; err != nil {
		t.Fatal(err)
	}
	if said := i.refused("verify"); !strings.Contains(said, "yunxi：审计链断了：第1环的记录被改过") {
		t.Errorf("the broken link isn't named:\n%s", said)
	}
}

func TestTheSecretKeyIsChangedAndTheOldOneGoes(t *testing.T) {
	i := newInstallation(t)
	i.found()
	fresh := base64.StdEncoding.EncodeToString([]byte("another secret key of 32 bytes!!"))
	code := i.command("invite", "--village", "yunxi", "--name", "王小草")
	i.env["CUNWU_OLD_SECRET_KEYS"], i.env["CUNWU_SECRET_KEY"] = i.env["CUNWU_SECRET_KEY"], fresh
	if said := i.command("keys", "reseal"); !strings.Contains(said, "可以去掉") {
		t.Error(said)
	}
	if said := i.command("keys", "reseal"); !strings.Contains(said, "已改用新密钥：0行") {
		t.Error(said)
	}
	i.env["CUNWU_OLD_SECRET_KEYS"] = ""
	if said := i.command("roster", "import", "--village", "yunxi", i.file("roster.csv", roster())); !strings.Contains(said, "新增0人，更新0人") {
		t.Errorf("without the old key people are unknown: %s", said)
	}
	i.serve()
	if ex, err := i.sim.Follow(i.ctx, testApp, "王小草", "bind_"+code); err != nil || !strings.Contains(ex.Text, "绑定好了") {
		t.Errorf("a code from before the change: %v, %q", err, ex.Text)
	}
}
