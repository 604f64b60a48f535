package audit_test

import (
	"context"
	"fmt"
	"testing"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
)

// The log is read a page at a time, the newest first, by whoever may; that somebody
// confided in the branch is for the township only.
func TestListingTheLog(t *testing.T) {
	store := modeltest.NewStore(t, modeltest.NewClock().Now)
	service := audit.New(store)
	ctx := context.Background()
	as := func(id string, role model.Role) model.Actor {
		return model.Actor{VillageID: "yunxi", VillagerID: id, Name: id, Holds: []model.Held{{VillageID: "yunxi", Role: role}}}
	}
	note := func(village, verb, subject string) {
		t.Helper()
		if err := store.Tx(ctx, func(ctx context.Context) error {
			return service.Note(ctx, as("writer", model.RoleCommittee), village, verb, subject, "")
		}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5 {
		note("yunxi", "poll.open", fmt.Sprintf("poll/%d", i))
	}
	secrets := [][2]string{{"case.read", "x"}, {"data.read", "case/1"}, {"data.read", "cases"}, {"dispute.report", "y"}, {"help.use", "helper/1"}}
	for _, s := range secrets {
		note("yunxi", s[0], s[1])
	}
	note("yunxi", "casework.looks.like.it", "z")
	note("shiqiao", "poll.open", "poll/far")

	all := func(actor model.Actor, q audit.Sought) (subjects []string) {
		t.Helper()
		q.VillageID = "yunxi"
		for {
			page, next, err := service.List(ctx, actor, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page {
				if e.Subject != "audit" { // the readers themselves
					subjects = append(subjects, e.Subject)
				}
			}
			if q.After = next; next == "" {
				return subjects
			}
		}
	}
	supervisor, officer := as("s", model.RoleSupervisor), as("o", model.RoleTownship)
	if got, want := fmt.Sprint(all(supervisor, audit.Sought{Limit: 2})), "[z poll/4 poll/3 poll/2 poll/1 poll/0]"; got != want {
		t.Errorf("a supervisor reads %s, want %s", got, want)
	}
	if got := all(officer, audit.Sought{Limit: 3}); len(got) != 6+len(secrets) {
		t.Errorf("the township reads %v", got)
	}
	if got := all(officer, audit.Sought{Verb: "case."}); len(got) != 1 {
		t.Errorf("of cases there are %v", got)
	}
	if got := all(supervisor, audit.Sought{Verb: "case."}); len(got) != 0 {
		t.Errorf("a supervisor reads %v of cases", got)
	}
	if got := all(supervisor, audit.Sought{ActorID: "s"}); len(got) != 0 {
		t.Errorf("of the supervisor there are %v", got)
	}
	var read int64
	if err := store.DB(ctx).Model(&model.AuditEntry{}).Where("verb = 'data.read' AND subject = 'audit' AND actor_id = 's'").Count(&read).Error; err != nil || read < 3 {
		t.Errorf("%d looks at the log are in it, %v", read, err)
	}
	for _, stranger := range []model.Actor{as("c", model.RoleCommittee), {VillageID: "yunxi", VillagerID: "v"}} {
		if _, _, err := service.List(ctx, stranger, audit.Sought{VillageID: "yunxi"}); !model.IsCode(err, model.Forbidden) {
			t.Errorf("%s reads the log: %v", stranger.VillagerID, err)
		}
	}
	if _, _, err := service.List(ctx, supervisor, audit.Sought{VillageID: "shiqiao"}); !model.IsCode(err, model.Forbidden) {
		t.Errorf("another village's log: %v", err)
	}
}
