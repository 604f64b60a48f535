package model_test

import (
	"context"
	"slices"
	"testing"

	"gorm.io/gorm/clause"
	"pgregory.net/rapid"

	"cunwu/model"
	"cunwu/model/modeltest"
)

func kin(id string) model.Kinship {
	return model.Kinship{VillageID: "v", PersonID: id, KinID: "x", Relation: "y"}
}

func kept(t testing.TB, store *model.Store) []string {
	t.Helper()
	var ids []string
	if err := store.DB(context.Background()).Model(&model.Kinship{}).Order("person_id").Pluck("person_id", &ids).Error; err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestRowsForLaterAreThereWhenTheyAreLookedFor(t *testing.T) {
	store := modeltest.NewStore(t, modeltest.NewClock().Now)
	err := store.Tx(t.Context(), func(ctx context.Context) error {
		for _, id := range []string{"a", "b"} {
			if err := store.Later(ctx, kin(id)); err != nil {
				return err
			}
		}
		var n int64
		if err := store.DB(ctx).Model(&model.Kinship{}).Count(&n).Error; err != nil || n != 2 {
			t.Errorf("a query finds %d, %v", n, err)
		}
		if err := store.Later(ctx, kin("c")); err != nil {
			return err
		}
		if err := store.DB(ctx).Raw("SELECT COUNT(*) FROM kinships").Scan(&n).Error; err != nil || n != 3 {
			t.Errorf("a raw query finds %d, %v", n, err)
		}
		if err := store.Later(ctx, kin("d")); err != nil {
			return err
		}
		return store.DB(ctx).Where("person_id = ?", "d").Delete(&model.Kinship{}).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := kept(t, store); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("kept %v", got)
	}
}

func TestUpsertsForLater(t *testing.T) {
	store := modeltest.NewStore(t, modeltest.NewClock().Now)
	upsert := clause.OnConflict{Columns: []clause.Column{{Name: "account"}, {Name: "openid"}}, DoUpdates: clause.AssignmentColumns([]string{"message_left"})}
	for _, left := range []int{5, 4} {
		err := store.Tx(t.Context(), func(ctx context.Context) error {
			for _, openid := range []string{"a", "b", "a"} {
				if err := store.LaterUpsert(ctx, model.Window{Account: "w", OpenID: openid, MessageLeft: left}, upsert); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var lefts []int
	if err := store.DB(t.Context()).Model(&model.Window{}).Pluck("message_left", &lefts).Error; err != nil || !slices.Equal(lefts, []int{4, 4}) {
		t.Errorf("%v, %v", lefts, err)
	}
}

// TestTransactionsMatchAModel runs random nests of inserts, rows for later,
// reads and inner transactions that fail or don't, and compares with a list.
func TestTransactionsMatchAModel(t *testing.T) {
	store := modeltest.NewStore(t, modeltest.NewClock().Now)
	rapid.Check(t, func(r *rapid.T) {
		if err := store.DB(t.Context()).Where("1 = 1").Delete(&model.Kinship{}).Error; err != nil {
			r.Fatal(err)
		}
		next := 0
		var want []string
		var run func(ctx context.Context, depth int) error
		run = func(ctx context.Context, depth int) error {
			for range rapid.IntRange(1, 4).Draw(r, "steps") {
				next++
				id := string(rune('A'+next/26)) + string(rune('a'+next%26))
				switch rapid.IntRange(0, 4).Draw(r, "step") {
				case 0:
					row := kin(id)
					if err := store.DB(ctx).Create(&row).Error; err != nil {
						return err
					}
					want = append(want, id)
				case 1:
					if err := store.Later(ctx, kin(id)); err != nil {
						return err
					}
					want = append(want, id)
				case 2:
					var n int64
					if err := store.DB(ctx).Model(&model.Kinship{}).Count(&n).Error; err != nil {
						return err
					}
					if int(n) != len(want) {
						r.Fatalf("a read finds %d rows, want %d", n, len(want))
					}
				case 3:
					if err := store.DB(ctx).Create(&model.Lease{Name: id}).Error; err != nil { // another table
						return err
					}
				case 4:
					if depth == 3 {
						continue
					}
					before := slices.Clone(want)
					fails := rapid.Bool().Draw(r, "fails")
					err := store.Tx(ctx, func(ctx context.Context) error {
						if err := run(ctx, depth+1); err != nil {
							return err
						}
						if fails {
							return model.Errorf(model.Conflict, "不行")
						}
						return nil
					})
					if model.AsError(err) == nil && err != nil {
						return err
					}
					if fails {
						want = before
					}
				}
			}
			return nil
		}
		if err := store.Tx(t.Context(), func(ctx context.Context) error { return run(ctx, 0) }); err != nil {
			r.Fatal(err)
		}
		slices.Sort(want)
		if got := kept(t, store); !slices.Equal(got, want) {
			r.Fatalf("kept %v, want %v", got, want)
		}
		if err := store.DB(t.Context()).Where("1 = 1").Delete(&model.Lease{}).Error; err != nil {
			r.Fatal(err)
		}
	})
}

func TestOnceAndExpected(t *testing.T) {
	store := modeltest.NewStore(t, modeltest.NewClock().Now)
	err := store.Tx(t.Context(), func(ctx context.Context) error {
		loads := 0
		load := func() (int, error) { loads++; return loads, nil }
		for range 3 {
			if n, err := model.Once(ctx, "k", []string{"kinships"}, load); n != 1 || err != nil {
				t.Errorf("%d, %v", n, err)
			}
		}
		model.Expect(ctx, "e", "value", "leases")
		row := kin("a")
		if err := store.DB(ctx).Create(&row).Error; err != nil {
			return err
		}
		if n, _ := model.Once(ctx, "k", []string{"kinships"}, load); n != 2 {
			t.Errorf("after a change of its table: load %d", n)
		}
		if v, ok := model.Expected[string](ctx, "e"); !ok || v != "value" {
			t.Errorf("expected %q, %v", v, ok)
		}
		if _, ok := model.Expected[string](ctx, "e"); ok {
			t.Error("expected twice")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
