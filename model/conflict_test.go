package model_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/model/modeltest"
)

// Every transaction meets conflicts, and yet each happens once, hooks included.
func TestConflictsAreRepeatedUntilTheWorkIsDone(t *testing.T) {
	conflicts := modeltest.NewConflicts(t, 1)
	store := modeltest.NewStoreWith(t, modeltest.NewClock().Now, conflicts)
	ctx, hooks := context.Background(), 0
	for range 40 {
		err := store.Tx(ctx, func(ctx context.Context) error {
			store.AfterCommit(ctx, func() { hooks++ })
			if err := store.Later(ctx, model.Lease{Name: model.NewID()}); err != nil {
				return err
			}
			refused := store.Tx(ctx, func(ctx context.Context) error {
				if err := store.DB(ctx).Create(village(model.NewID())).Error; err != nil {
					return err
				}
				return model.Errorf(model.Conflict, "不行")
			})
			if !model.IsCode(refused, model.Conflict) {
				return refused
			}
			return store.DB(ctx).Create(village(model.NewID())).Error
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var villages, leases int64
	if err := errors.Join(store.DB(ctx).Model(&model.Village{}).Count(&villages).Error, store.DB(ctx).Model(&model.Lease{}).Count(&leases).Error); err != nil {
		t.Fatal(err)
	}
	if villages != 40 || leases != 40 || hooks != 40 || conflicts.Made() < 40 {
		t.Errorf("%d villages, %d leases, %d hooks of 40 transactions with %d conflicts", villages, leases, hooks, conflicts.Made())
	}
}

// lost fails the first statement of each kind as a deadlock does.
type lost struct{ statements int }

func (*lost) Name() string { return "lost" }

func (l *lost) Initialize(db *gorm.DB) error {
	return db.Callback().Create().Before("gorm:create").Register("lost", func(db *gorm.DB) {
		if l.statements++; l.statements == 1 {
			_ = db.AddError(&mysql.MySQLError{Number: 1213, Message: "Deadlock found"})
		}
	})
}

// Whoever swallows a conflict, or makes words for people of it, can't go on in a
// transaction that the server has rolled back already.
func TestASwallowedConflictDoomsTheTransaction(t *testing.T) {
	for name, made := range map[string]func(error) error{
		"swallowed":       func(error) error { return nil },
		"made into words": func(err error) error { return model.Errorf(model.Invalid, "没存上").Because(err) },
	} {
		store := modeltest.NewStoreWith(t, modeltest.NewClock().Now, &lost{})
		tries := 0
		err := store.Tx(context.Background(), func(ctx context.Context) error {
			tries++
			first := store.DB(ctx).Create(village("a")).Error
			second := store.DB(ctx).Create(village("b")).Error
			if tries == 1 && (first == nil || !errors.Is(second, first)) {
				t.Errorf("%s: after %v the next statement gives %v", name, first, second)
			}
			if first != nil {
				return made(first)
			}
			return second
		})
		var villages []string
		if list := store.DB(context.Background()).Model(&model.Village{}).Order("id").Pluck("id", &villages).Error; list != nil {
			t.Fatal(list)
		}
		if err != nil || tries != 2 || strings.Join(villages, "") != "ab" {
			t.Errorf("%s: %v after %d tries, %v stored", name, err, tries, villages)
		}
	}
}
