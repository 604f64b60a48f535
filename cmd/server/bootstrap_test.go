package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestRosterIsImportedAllOrNothing(t *testing.T) {
	i := newInstallation(t)
	i.command("migrate")
	i.command("village", "create", "--code", "yunxi", "--name", "云溪村")
	bad := strings.Replace(roster(), ",本村,深圳,", ",火星,深圳,", 1)
	said := i.refused("roster", "import", "--village", "yunxi", i.file("bad.csv", bad))
	if !strings.Contains(said, "第4行") {
		t.Errorf("the bad row isn't named:\n%s", said)
	}
	if said := i.refused("role", "grant", "--village", "yunxi", "--name", "张明", "--role", "branch_secretary"); !strings.Contains(said, "张明") {
		t.Errorf("half a roster was imported:\n%s", said)
	}
	if said := i.command("roster", "import", "--village", "yunxi", i.file("roster.csv", roster())); !strings.Contains(said, fmt.Sprintf("新增%d人", strings.Count(strings.TrimSpace(roster()), "\n"))) {
		t.Error(said)
	}
}

func TestRoleEndMovesCases(t *testing.T) {
	i := newInstallation(t)
	i.found()
	i.command("role", "grant", "--village", "yunxi", "--name", "赵志强", "--role", "committee_member")
	i.serve()
	i.follows("--village", "王小草")
	i.say("王小草", "路灯坏了", "由张明办理")
	i.command("role", "end", "--village", "yunxi", "--name", "张明", "--role", "branch_secretary")
	i.arrives("王小草", "改由赵志强办理")
	i.say("王小草", "#1", "张明不再任职，改由赵志强办理")
}

func TestNoCommandGuesses(t *testing.T) {
	i := newInstallation(t)
	for _, args := range [][]string{{"nonsense"}, {"village", "create"}, {"role", "grant", "--role", "king", "--village", "nowhere", "--name", "谁"}} {
		i.refused(args...)
	}
	if said := i.command("version"); !strings.HasPrefix(said, "cunwu") {
		t.Error(said)
	}
	if said := i.command("settings"); !strings.Contains(said, "CUNWU_DATABASE_URL") {
		t.Error(said)
	}
}
