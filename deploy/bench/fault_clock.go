package main

import (
	"context"
	"net/http"
	"time"
)

// clock delivers what WeChat signed at another time than ours.
func clock(ctx context.Context, r *ruin, f *finding) error {
	for i, one := range []struct {
		off    time.Duration
		status int
		metric string
	}{
		{6 * time.Minute, http.StatusOK, "cunwu_clock_apart_total"},
		{-6 * time.Minute, http.StatusOK, "cunwu_clock_apart_total"},
		{11 * time.Minute, http.StatusForbidden, "cunwu_deliveries_stale_total"},
		{-11 * time.Minute, http.StatusForbidden, "cunwu_deliveries_stale_total"},
	} {
		was, err := r.metric(ctx, one.metric)
		if err != nil {
			return err
		}
		openID := r.openIDs[i]
		w, err := dial(ctx, r.address)
		if err != nil {
			return err
		}
		a, err := w.exchange(r.platform.requestAt(time.Now().Add(one.off), openID, r.platform.text(openID, words)))
		w.close()
		if err != nil {
			return err
		}
		is, err := r.metric(ctx, one.metric)
		if err != nil {
			return err
		}
		f.must(a.status == one.status && is-was == 1, "signed %v from now: status %d, %s + %.0f", one.off, a.status, one.metric, is-was)
	}
	var cases int
	err := r.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM cases WHERE state <> 'closed'").Scan(&cases)
	f.must(cases == 2, "%d cases opened by them", cases)
	return err
}
