package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"cunwu/model"
)

// floor makes the rows that a villager's new matter leaves behind durable, by bare database/sql: one
// prepared INSERT each, one transaction, nothing read, decided or decrypted.
type floor struct {
	db      *sql.DB
	inserts []*sql.Stmt
	number  atomic.Int64
}

// floorInserts are the rows of one turn: what a general log of the server shows as written.
func floorInserts() []string {
	return []string{
		"INSERT INTO deliveries VALUES (?, ?, ?, 'text', ?, ?, 'handled', ?, '')",
		"INSERT INTO windows VALUES (?, ?, ?, 5, 0, 0) ON DUPLICATE KEY UPDATE message_at = VALUES(message_at), message_left = 5",
		"INSERT INTO cases VALUES (?, ?, ?, 'help', '求助', 'submitted', 0, 0, 0, '', 0, ?, ?, ?, ?, ?, '', ?, 0, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?, 0, 0, 0, '', 0, 0, 0, 0, 0, '', 0, '', ?)",
		"INSERT INTO case_clocks VALUES (?, ?, 1, 0, ?, ?, ?, 0, ?, 0, '')",
		"INSERT INTO case_events VALUES (?, ?, ?, ?, ?, ?, ?, 'said', ?, '')",
		"INSERT INTO notices VALUES (?, ?, ?, ?, 'handler', ?, '', 0, 0, ?, '', 'pending', '', '', 0, 0, 0, ?, ?, 0, 0, 0, ?, 0)",
	}
}

func newFloor(ctx context.Context, dsn string) (http.Handler, error) {
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(64)
	db.SetMaxIdleConns(64)
	f := &floor{db: db}
	for _, text := range floorInserts() {
		statement, err := db.PrepareContext(ctx, text) //nolint:sqlclosecheck // closed with the pool
		if err != nil {
			return nil, fmt.Errorf("%s: %w", text, err)
		}
		f.inserts = append(f.inserts, statement)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+callbackPath, f.serve)
	mux.HandleFunc("GET /alone", f.alone)
	return mux, nil
}

// serve is one transaction a request, behind plain net/http.
func (f *floor) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = f.keep(r.Context(), r.URL.Query().Get("openid"))
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(body) // as long as an answer of ours
}

// keep is the transaction.
func (f *floor) keep(ctx context.Context, openID string) error {
	now := time.Now().UnixMilli()
	number := f.number.Add(1)
	caseID, villager := model.NewID(), model.NewID()
	values := [][]any{
		{appID, "m:" + model.NewID(), openID, now, now, fixedReply},
		{appID, openID, now},
		{villageCode, caseID, number, villageCode, villager, appID, openID, "张春梅", words, villageCode, villager, secretary, now, now, now + 86_400_000,
			now + 432_000_000, now + 72_000_000, "2026-11-11"},
		{villageCode, caseID, villager, now, now + 86_400_000, now + 432_000_000},
		{villageCode, caseID, model.NewID(), now, villageCode, villager, "张春梅", words},
		{villageCode, model.NewID(), "case/" + caseID + "/opened", "person/" + villageCode + "/" + villager, caseID, words + words, now, now, now + 7_200_000},
	}
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for i, insert := range f.inserts {
		if _, err := tx.StmtContext(ctx, insert).ExecContext(ctx, values[i]...); err != nil { //nolint:sqlclosecheck // ends with the transaction
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

// alone runs n transactions from so many callers within this process, without HTTP, and answers how
// many nanoseconds it took.
func (f *floor) alone(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.ParseInt(r.URL.Query().Get("n"), 10, 64)
	callers, _ := strconv.Atoi(r.URL.Query().Get("callers"))
	var next atomic.Int64
	failed := make([]error, callers)
	var wait sync.WaitGroup
	began := time.Now()
	for i := range callers {
		wait.Go(func() {
			for at := next.Add(1); at <= n && failed[i] == nil; at = next.Add(1) {
				failed[i] = f.keep(r.Context(), "oBench"+strconv.FormatInt(at, 10))
			}
		})
	}
	wait.Wait()
	if err := errors.Join(failed...); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprint(w, time.Since(began).Nanoseconds())
}
