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
		"INSERT INTO deliveries (account, delivery_key, openid, kind, sent_at, received_at, state, reply, payload) VALUES (?, ?, ?, 'text', ?, ?, 'handled', ?, '')",
		"INSERT INTO windows (account, openid, message_at, message_left, action_at, action_left) VALUES (?, ?, ?, 5, 0, 0) ON DUPLICATE KEY UPDATE message_at = VALUES(message_at), message_left = 5",
		"INSERT INTO cases (village_id, id, number, kind, topic, state, confidential, urgent, neutral, flagged, joinable, asker_village, asker_id, asker_account, asker_openid, asker_name, accused_ids, summary, tier, handler_village, handler_id, handler_name, opened_at, said_at, contact_due, contacted_at, asked_back_at, spoken, due_at, act_at, reminded_at, extended_at, replied_at, reply_id, reopened, swapped_at, solved_by_cadre, solved_by_asker, stars, stars_text, closed_at, closed_how, rules_on) VALUES (?, ?, ?, 'help', '求助', 'submitted', 0, 0, 0, '', 0, ?, ?, ?, ?, ?, '', ?, 0, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?, 0, 0, 0, '', 0, 0, 0, 0, 0, '', 0, '', ?)",
		"INSERT INTO case_clocks (village_id, case_id, seq, tier, holder_id, started_at, contact_due, contacted_at, due_at, ended_at, ended_how) VALUES (?, ?, 1, 0, ?, ?, ?, 0, ?, 0, '')",
		"INSERT INTO case_events (village_id, case_id, id, at, by_village, by_id, by_name, kind, text, media_id) VALUES (?, ?, ?, ?, ?, ?, ?, 'said', ?, '')",
		"INSERT INTO notices (village_id, id, event, recipient, role, case_id, question, urgent, private, text, media_id, state, channel, sent_to, attempts, unknowns, err_code, created_at, next_at, lease_until, fence, sent_at, call_after, read_at) VALUES (?, ?, ?, ?, 'handler', ?, '', 0, 0, ?, '', 'pending', '', '', 0, 0, 0, ?, ?, 0, 0, 0, ?, 0)",
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
