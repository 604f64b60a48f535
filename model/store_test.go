package model_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/model/modeltest"
)

func village(id string) *model.Village {
	return &model.Village{ID: id, Kind: model.UnitVillage, Name: id}
}

func TestInnerTransactionIsUndoneOnKnownErrors(t *testing.T) {
	store := modeltest.NewStore(t, modeltest.NewClock().Now)
	ctx := context.Background()
	var ran []string
	err := store.Tx(ctx, func(ctx context.Context) error {
		if err := store.DB(ctx).Create(village("a")).Error; err != nil {
			return err
		}
		store.AfterCommit(ctx, func() { ran = append(ran, "outer") })
		inner := store.Tx(ctx, func(ctx context.Context) error {
			store.AfterCommit(ctx, func() { ran = append(ran, "inner") })
			if err := store.DB(ctx).Create(village("b")).Error; err != nil {
				return err
			}
			return model.Errorf(model.Conflict, "不行")
		})
		if !model.IsCode(inner, model.Conflict) {
			t.Errorf("inner error is %v", inner)
		}
		return store.Tx(ctx, func(ctx context.Context) error { return store.DB(ctx).Create(village("c")).Error })
	})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	if err := store.DB(ctx).Model(&model.Village{}).Order("id").Pluck("id", &ids).Error; err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(ids, ","); got != "a,c" {
		t.Errorf("stored %s, want a,c", got)
	}
	if strings.Join(ran, ",") != "outer" {
		t.Errorf("hooks ran: %v", ran)
	}
}

func TestUnknownInnerErrorDoomsTheWhole(t *testing.T) {
	store := modeltest.NewStore(t, modeltest.NewClock().Now)
	ctx := context.Background()
	boom := errors.New("boom")
	err := store.Tx(ctx, func(ctx context.Context) error {
		_ = store.Tx(ctx, func(context.Context) error { return boom })
		return store.DB(ctx).Create(village("a")).Error
	})
	if !errors.Is(err, boom) {
		t.Fatalf("got %v, want boom", err)
	}
	var n int64
	if store.DB(ctx).Model(&model.Village{}).Count(&n); n != 0 {
		t.Errorf("%d rows stored by a doomed transaction", n)
	}
}

func TestNumbersAreUniqueUnderConcurrency(t *testing.T) {
	store := modeltest.NewStore(t, modeltest.NewClock().Now)
	ctx := context.Background()
	var mu sync.Mutex
	seen := map[int64]bool{}
	var wg sync.WaitGroup
	for range 60 {
		wg.Go(func() {
			err := store.Tx(ctx, func(ctx context.Context) error {
				n, err := store.NextNumber(ctx, "v", "case")
				mu.Lock()
				defer mu.Unlock()
				if err == nil && seen[n] {
					t.Errorf("number %d twice", n)
				}
				seen[n] = true
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestTimeKeepsMillisecondsAndNever(t *testing.T) {
	store := modeltest.NewStore(t, modeltest.NewClock().Now)
	ctx := context.Background()
	at := time.Date(2039, 1, 2, 3, 4, 5, 678_000_000, time.UTC)
	v := village("a")
	v.CreatedAt = model.At(at)
	if err := store.DB(ctx).Create(v).Error; err != nil {
		t.Fatal(err)
	}
	var got model.Village
	if err := store.DB(ctx).Take(&got, "created_at = ?", model.At(at)).Error; err != nil {
		t.Fatal(err)
	}
	if !got.CreatedAt.Equal(at) {
		t.Errorf("read %v, want %v", got.CreatedAt, at)
	}
	if err := store.DB(ctx).Create(village("b")).Error; err != nil {
		t.Fatal(err)
	}
	var never model.Village
	if err := store.DB(ctx).Take(&never, "id = ?", "b").Error; err != nil || !never.CreatedAt.IsZero() {
		t.Errorf("never reads as %v, %v", never.CreatedAt, err)
	}
}

func TestRareCharactersAndCaseAreTold(t *testing.T) {
	store := modeltest.NewStore(t, modeltest.NewClock().Now)
	ctx := context.Background()
	for _, name := range []string{"𠮷", "🐑", "oAbC", "oabc"} {
		g := &model.Kinship{VillageID: "v", PersonID: name, KinID: "x", Relation: "y"}
		if err := store.DB(ctx).Create(g).Error; err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryModelFitsItsTable(t *testing.T) {
	store := modeltest.NewStore(t, modeltest.NewClock().Now)
	ctx := context.Background()
	rows := []any{&model.Village{}, &model.Household{}, &model.Villager{}, &model.Kinship{}, &model.RoleGrant{}, &model.Identity{},
		&model.Binding{}, &model.Invitation{}, &model.Case{}, &model.CaseClock{}, &model.CaseEvent{}, &model.CaseSigner{}, &model.Media{},
		&model.Notice{}, &model.Window{}, &model.Subscription{}, &model.Dialogue{}, &model.Delivery{}, &model.RawDelivery{Body: []byte{}},
		&model.Rule{Name: "x"}, &model.Lease{}, &model.NumberBlock{}, &model.KeptAnswer{}, &model.AuditEntry{}, &model.AuditSeal{}, &model.Consent{}, &model.Erasure{},
		&model.ContentCheck{}, &model.CheckResult{}, &model.UploadDay{}}
	for _, row := range rows {
		if err := store.DB(ctx).Create(row).Error; err != nil {
			t.Errorf("%T: %v", row, err)
		}
		if err := store.DB(ctx).Take(row).Error; err != nil {
			t.Errorf("%T: %v", row, err)
		}
	}
}

func TestStringColumnsAreBinary(t *testing.T) {
	store := modeltest.NewStore(t, modeltest.NewClock().Now)
	if store.Dialect() != model.MySQL {
		return // SQLite compares bytes unless told otherwise
	}
	var wrong []string
	err := store.DB(context.Background()).Raw(`SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns
		WHERE table_schema = DATABASE() AND collation_name IS NOT NULL AND collation_name <> 'utf8mb4_bin' AND table_name NOT LIKE 'goose%'`).Scan(&wrong).Error
	if err != nil {
		t.Fatal(err)
	}
	if len(wrong) > 0 {
		t.Errorf("not utf8mb4_bin: %v", wrong)
	}
}
