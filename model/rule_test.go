package model_test

import (
	"context"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/model/modeltest"
)

func TestRuleOfTheDayAndRegion(t *testing.T) {
	clock := modeltest.NewClock()
	store := modeltest.NewStore(t, clock.Now)
	ctx := context.Background()
	rows := []model.Rule{
		{Name: "x", ValidFrom: "2020-01-01", ValidTo: "2025-12-31", Value: 1},
		{Name: "x", ValidFrom: "2026-01-01", Value: 2},
		{Name: "x", Region: "yunnan", ValidFrom: "2026-03-01", ValidTo: "2026-03-31", Value: 3},
	}
	if err := store.DB(ctx).Create(&rows).Error; err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		region, on string
		want       int64
	}{
		{"", "2025-12-31T23:59:59+08:00", 1},
		{"", "2025-12-31T16:00:00Z", 2}, // midnight in the village
		{"", "2026-01-01T00:00:00+08:00", 2},
		{"yunnan", "2026-02-28T12:00:00+08:00", 2},
		{"yunnan", "2026-03-31T12:00:00+08:00", 3},
		{"yunnan", "2026-04-01T12:00:00+08:00", 2},
		{"hunan", "2026-03-31T12:00:00+08:00", 2},
	}
	for _, c := range cases {
		on, err := time.Parse(time.RFC3339, c.on)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := store.Rule(ctx, "x", c.region, on); err != nil || got != c.want {
			t.Errorf("%s on %s: %d, %v; want %d", c.region, c.on, got, err, c.want)
		}
	}
	if _, err := store.Rule(ctx, "x", "", time.Date(2019, 12, 31, 0, 0, 0, 0, model.Shanghai)); err == nil {
		t.Error("a rule before its first day")
	}
	if _, err := store.Rule(ctx, "no.such", "", clock.Now()); err == nil {
		t.Error("a rule that doesn't exist")
	}
}

func TestRuleBookIsReadAnewAfterAMinute(t *testing.T) {
	clock := modeltest.NewClock()
	store := modeltest.NewStore(t, clock.Now)
	ctx := context.Background()
	first, err := store.Rule(ctx, "invitation.life", "", clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	next := model.Rule{Name: "invitation.life", ValidFrom: "2026-03-01", Value: first + 1}
	if err := store.DB(ctx).Create(&next).Error; err != nil {
		t.Fatal(err)
	}
	clock.Advance(time.Minute)
	if got, err := store.Rule(ctx, "invitation.life", "", clock.Now()); err != nil || got != first+1 {
		t.Errorf("%d, %v; want %d", got, err, first+1)
	}
}
