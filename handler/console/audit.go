package console

import (
	"context"
	"net/http"
	"strings"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/audit"
)

const entriesShown = 50

func (s *console) auditRoutes() []web.Route {
	return []web.Route{
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/audit", Do: s.auditLog},
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/audit/sheet", Do: s.auditSheet, Sends: true},
		{Door: web.SignedIn, Method: http.MethodPost, Path: "/console/:village/audit/verify", Do: s.verifyAudit, Sends: true},
	}
}

// auditPage is who did and who read what.
type auditPage struct {
	Parts   []choice
	Who     string // only what this person did; their name
	Entries []entryRow
	Next    string
	Sheet   string
	Report  *audit.Report // of the chain, when it was asked
	F       typed
}

type entryRow struct {
	model.AuditEntry

	On   string // what it was done to
	More string // the page that shows what this person did; empty: nobody's
}

func (s *console) auditPage(ctx context.Context, v *web.Visit) (auditPage, error) {
	page := auditPage{Parts: choose(auditParts(), v.Query("part")), F: typedIn(v, "head"), Sheet: below(v, "audit", "sheet") + v.Here("after", "")[len(v.Path()):]}
	entries, next, err := s.Audit.List(ctx, v.Actor, soughtEntries(v))
	if err != nil {
		return page, err
	}
	if page.Entries, err = s.entryRows(ctx, v, entries); err != nil {
		return page, err
	}
	if next != "" {
		page.Next = v.Here("after", next)
	}
	if v.Query("who") != "" && len(entries) > 0 {
		page.Who = entries[0].ActorName
	}
	return page, nil
}

// soughtEntries are those that the address asks for.
func soughtEntries(v *web.Visit) audit.Sought {
	q := audit.Sought{VillageID: v.Village, ActorID: v.Query("who"), After: v.Query("after"), Limit: entriesShown}
	for _, part := range auditParts() {
		if part.Value == v.Query("part") {
			q.Verb = part.Value
		}
	}
	return q
}

func (s *console) entryRows(ctx context.Context, v *web.Visit, entries []model.AuditEntry) ([]entryRow, error) {
	var ids []string
	for _, e := range entries {
		if kind, id, _ := strings.Cut(e.Subject, "/"); kind == "villager" || kind == "voter" {
			ids = append(ids, id)
		}
	}
	names, err := s.People.Names(ctx, v.Village, ids...)
	rows := make([]entryRow, len(entries))
	for i, e := range entries {
		if e.ActorName == "" {
			e.ActorName = "没有绑定的人"
		}
		rows[i] = entryRow{AuditEntry: e, On: subjectWords(e.Subject, names)}
		if e.ActorID != "" {
			rows[i].More = v.Here("after", "", "who", e.ActorID)
		}
	}
	return rows, err
}

func (s *console) auditLog(ctx context.Context, v *web.Visit) error {
	page, err := s.auditPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("audit", "办事记录", page)
}

const auditSent = 20_000 // entries in one Excel file

func (s *console) auditSheet(ctx context.Context, v *web.Visit) error {
	q := soughtEntries(v)
	q.After, q.Limit = "", 100
	entries, next, err := s.Audit.List(ctx, v.Actor, q)
	if err != nil {
		return err
	}
	return v.SendSheet(ctx, web.Sheet{Name: "办事记录", Head: []string{"时间", "谁", "办了什么", "对谁、对什么"}, Each: func(row func(cells ...any) error) error {
		for sent := 0; ; {
			rows, err := s.entryRows(ctx, v, entries)
			if err != nil {
				return err
			}
			for _, e := range rows {
				if err := row(moment(e.At.Time), e.ActorName, didWords(e.AuditEntry), e.On); err != nil {
					return err
				}
			}
			if sent += len(rows); next == "" || sent >= auditSent {
				return nil
			}
			q.After = next
			if entries, next, err = s.Audit.List(ctx, v.Actor, q); err != nil {
				return err
			}
		}
	}})
}

// verifyAudit reads the whole chain; it changes nothing, but takes its time.
func (s *console) verifyAudit(ctx context.Context, v *web.Visit) error {
	page, err := s.auditPage(ctx, v)
	if err != nil {
		return err
	}
	var held audit.Head
	if page.F["head"] != "" {
		held, err = audit.ParseHead(page.F["head"])
	}
	var report audit.Report
	if err == nil {
		report, err = s.Chain.VerifyFor(ctx, v.Actor, v.Village, held)
	}
	if err != nil {
		return v.Again(ctx, err, "audit", "办事记录", page)
	}
	page.Report = &report
	return v.Show("audit", "办事记录", page)
}
