package site

import (
	"context"
	"net/http"
	"strconv"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/publiclog"
)

const entriesShown = 30

func (s *site) logRoutes() []web.Route {
	const get, at = http.MethodGet, "/v/:village/log"
	return []web.Route{
		{Door: web.Public, Method: get, Path: at, Do: s.log},
		{Door: web.Public, Method: http.MethodPost, Path: at, Do: s.compare},
		{Door: web.Public, Method: get, Path: at + "/:n", Do: s.entry},
	}
}

// logPage is the public log: its signed head, its lines, and what comes of a head
// that somebody kept.
type logPage struct {
	Empty    bool
	Head     model.LogHead
	Key      string
	Entries  []entryLine
	Next     string
	Kept     string // the head that was typed in
	Compared *publiclog.Compared
}

// entryLine is a line of the log with the page of what it stands for.
type entryLine struct {
	model.LogEntry
	Words, To string
}

func lineOf(e model.LogEntry) entryLine {
	return entryLine{e, entryWords(e.Kind), pageOfSubject(e.VillageID, e.Subject)}
}

func (s *site) log(ctx context.Context, v *web.Visit) error {
	page, err := s.logPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("log", "公开账本", page)
}

func (s *site) logPage(ctx context.Context, v *web.Visit) (logPage, error) {
	var page logPage
	var err error
	page.Head, err = s.Ledger.Head(ctx, v.Village)
	if model.IsCode(err, model.Unknown) {
		page.Empty = true
		return page, nil
	}
	if err != nil {
		return page, err
	}
	if page.Key, err = s.Ledger.Verifier(ctx, v.Village); err != nil {
		return page, err
	}
	found, err := s.Ledger.Entries(ctx, v.Village, int64(wholeOf(v, "before")), entriesShown)
	for _, e := range found {
		page.Entries = append(page.Entries, lineOf(e))
	}
	if len(found) == entriesShown && found[entriesShown-1].Idx > 0 {
		page.Next = v.Here("before", strconv.FormatInt(found[entriesShown-1].Idx, 10)) + "#entries"
	}
	return page, err
}

// compare says what comes of a head that somebody kept. It changes nothing: it is a
// POST because a head is long.
func (s *site) compare(ctx context.Context, v *web.Visit) error {
	page, err := s.logPage(ctx, v)
	if err != nil {
		return err
	}
	page.Kept = v.Text("head")
	compared, err := s.Ledger.Compare(ctx, v.Village, page.Kept)
	if err != nil {
		return v.Again(ctx, err, "log", "公开账本", page)
	}
	page.Compared = &compared
	return v.Show("log", "公开账本", page)
}

// entryPage is a line of the log with the proof that it stands there.
type entryPage struct {
	entryLine
	Record string
	Proof  publiclog.Proof
	Hashes []string
}

func (s *site) entry(ctx context.Context, v *web.Visit) error {
	n, err := strconv.ParseInt(v.Param("n"), 10, 64)
	if err != nil {
		return model.Errorf(model.Unknown, wordsNoEntry)
	}
	e, err := s.Ledger.Entry(ctx, v.Village, n)
	if err != nil {
		return err
	}
	page := entryPage{entryLine: lineOf(e), Record: string(publiclog.Record(e))}
	if page.Proof, err = s.Ledger.Prove(ctx, v.Village, n, 0); err != nil {
		return err
	}
	for _, h := range page.Proof.Hashes {
		page.Hashes = append(page.Hashes, h.String())
	}
	return v.Show("entry", "公开账本第"+v.Param("n")+"条", page)
}
