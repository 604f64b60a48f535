package audit_test

import (
	"context"
	"testing"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
)

func TestNoteIsPartOfTheTransaction(t *testing.T) {
	clock := modeltest.NewClock()
	store := modeltest.NewStore(t, clock.Now)
	service := audit.New(store)
	ctx := context.Background()
	actors := []struct {
		actor model.Actor
		id    string
	}{
		{model.Actor{VillageID: "yunxi", VillagerID: "p1", Name: "张明", OpenID: "o1"}, "p1"},
		{model.Console(), "console"},
		{model.Actor{VillageID: "yunxi", OpenID: "o1"}, "o1"},
	}
	for _, a := range actors {
		undone := store.Tx(ctx, func(ctx context.Context) error {
			if err := service.Note(ctx, a.actor, "yunxi", "x.y", "villager/p2", "细节"); err != nil {
				return err
			}
			return model.Errorf(model.Conflict, "不行")
		})
		if !model.IsCode(undone, model.Conflict) {
			t.Fatal(undone)
		}
		err := store.Tx(ctx, func(ctx context.Context) error {
			return service.Note(ctx, a.actor, "yunxi", "x.z", "villager/p2", "细节")
		})
		if err != nil {
			t.Fatal(err)
		}
		var rows []model.AuditEntry
		if err := store.DB(ctx).Find(&rows, "actor_id = ?", a.id).Error; err != nil {
			t.Fatal(err)
		}
		if len(rows) != 1 || rows[0].Verb != "x.z" || rows[0].ActorName != a.actor.Name || !rows[0].At.Equal(clock.Now()) {
			t.Errorf("%s: %+v", a.id, rows)
		}
	}
}
