package model_test

import (
	"context"
	"testing"

	"cunwu/model"
	"cunwu/model/modeltest"
)

// Only a read that asks for it, outside of transactions and without a lock, goes to
// the copy; while the copy is away, the database answers from the second on. The
// copy here is another database, so that one sees who answered.
func TestOnlyStaleReadsGoToTheCopy(t *testing.T) {
	dialect, dsn := modeltest.NewDatabase(t)
	if dialect != model.MySQL {
		t.Log("left out: a copy needs MySQL (the test command gives it)")
		return
	}
	_, copyDSN := modeltest.NewDatabase(t)
	open := func(dsn, read string) *model.Store {
		store, err := model.Open(model.OpenOptions{Dialect: dialect, DSN: dsn, ReadDSN: read, Pool: 4})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		return store
	}
	store, ctx := open(dsn, copyDSN), context.Background()
	answers := func(store *model.Store, ctx context.Context) string {
		var names []string
		err := store.DB(ctx).Model(&model.Village{}).Pluck("id", &names).Error
		if err != nil || len(names) != 1 {
			return "nobody"
		}
		return names[0]
	}
	for id, where := range map[string]*model.Store{"itself": store, "copy": open(copyDSN, "")} {
		if err := where.DB(model.Stale(ctx)).Create(village(id)).Error; err != nil { // a write goes to the database whatever it is marked as
			t.Fatal(err)
		}
	}
	if got := answers(store, ctx) + ", " + answers(store, model.Stale(ctx)); got != "itself, copy" {
		t.Error(got)
	}
	err := store.Tx(model.Stale(ctx), func(ctx context.Context) error {
		if got := answers(store, ctx); got != "itself" {
			t.Errorf("in a transaction %s answers", got)
		}
		return nil
	})
	var locked model.Village
	if err != nil || store.Locked(model.Stale(ctx)).Take(&locked).Error != nil || locked.ID != "itself" {
		t.Errorf("a locked read: %s, %v", locked.ID, err)
	}

	lame := open(dsn, "nobody:x@tcp(127.0.0.1:1)/x")
	if got := answers(lame, model.Stale(ctx)) + ", " + answers(lame, model.Stale(ctx)); got != "nobody, itself" {
		t.Errorf("with the copy away: %s", got)
	}
}
