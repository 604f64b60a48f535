package disclosure

import (
	"context"
	"strings"
	"unicode/utf8"

	"cunwu/model"
)

const listMax = 100

// View is a disclosure as somebody may read it.
type View struct {
	Disclosure model.Disclosure
	Version    model.DisclosureVersion   // the one read; without its words when it is withdrawn
	Versions   []model.DisclosureVersion // all that were published, the newest first, without text
	Digest     string                    // of the version in preparation: SignOff and Approve want it
	Questions  []model.DisclosureQuestion
	Leaves     []model.LogEntry // of the published version, in the public log; empty until it is sealed
	Statement  *model.FinanceStatement
	Off        int64 // fen by which the opening balance differs from what the period before says now
	Gap        bool  // the period before isn't public, so the opening balance can't be checked
}

// Get reads a disclosure: the published version, or a given one. Whoever prepares
// or signs reads the version in preparation with number -1.
func (s *Service) Get(ctx context.Context, actor model.Actor, ref Ref, number int) (View, error) {
	var view View
	d, err := s.get(ctx, actor, ref)
	if err != nil {
		return view, err
	}
	view.Disclosure = d
	inside := insider(actor, d.VillageID) || actor.May(model.VerbApprove, d.VillageID)
	if number == 0 {
		number = d.Current
	}
	if (number < 0 || number == 0) && inside {
		number = d.Pending
	}
	if view.Version, err = s.version(ctx, d, number); err != nil {
		return view, err
	}
	if view.Version.PublishedAt.IsZero() && !inside {
		return view, errNone()
	}
	if err := s.published(ctx, actor, d, &view); err != nil {
		return view, err
	}
	switch {
	case d.State == model.DisclosureWithdrawn && !inside:
		view.Version.Text, view.Version.MediaIDs, view.Version.Finance = "", "", false
		return view, nil
	case view.Version.Finance:
		if err := s.viewAccounts(ctx, d, &view); err != nil {
			return view, err
		}
	}
	if number == d.Pending && number > 0 {
		view.Digest, err = s.digest(ctx, d, view.Version)
		return view, err
	}
	view.Leaves, err = s.leaves(ctx, d, view.Version.Version)
	return view, err
}

// published adds the versions and the answered questions.
func (s *Service) published(ctx context.Context, actor model.Actor, d model.Disclosure, view *View) error {
	err := s.store.DB(ctx).Omit("text").Where("village_id = ? AND disclosure_id = ? AND published_at > 0", d.VillageID, d.ID).
		Order("version DESC").Limit(listMax).Find(&view.Versions).Error
	if err != nil {
		return err
	}
	view.Questions, err = s.answered(ctx, actor, d, "", listMax)
	return err
}

func (s *Service) leaves(ctx context.Context, d model.Disclosure, version int) ([]model.LogEntry, error) {
	kind := logPublication
	if version > 1 {
		kind = logCorrection
	}
	return s.Log.EntriesOf(ctx, d.VillageID, kind, versionSubject(d, version))
}

func (s *Service) viewAccounts(ctx context.Context, d model.Disclosure, view *View) error {
	st, err := s.statement(ctx, d, view.Version.Version)
	if err != nil {
		return err
	}
	view.Statement = &st
	last, adjacent, err := s.lastClosing(ctx, d)
	view.Gap = !adjacent
	if adjacent {
		view.Off = st.Opening - last.Closing
	}
	return err
}

// Query asks for disclosures.
type Query struct {
	VillageID string
	Kind      string // empty: all
	Draft     bool   // those in preparation instead of the published ones
	After     string // id of the last one seen
	Limit     int
}

// List lists what the actor may read, the newest first.
func (s *Service) List(ctx context.Context, actor model.Actor, q Query) ([]model.Disclosure, error) {
	query, err := s.readable(ctx, actor, q.VillageID)
	if err != nil {
		return nil, err
	}
	state := model.DisclosurePublished
	if q.Draft {
		state = model.DisclosureDraft
	}
	query = query.Where("disclosures.state = ?", state)
	if q.Kind != "" {
		query = query.Where("disclosures.kind = ?", q.Kind)
	}
	if q.After != "" {
		last, err := s.get(ctx, actor, Ref{VillageID: q.VillageID, ID: q.After})
		if err != nil {
			return nil, err
		}
		query = query.Where("(disclosures.published_at < ? OR disclosures.published_at = ? AND disclosures.id < ?)", last.PublishedAt, last.PublishedAt, last.ID)
	}
	var found []model.Disclosure
	err = query.Order("disclosures.published_at DESC, disclosures.id DESC").Limit(bounded(q.Limit)).Find(&found).Error
	return found, err
}

// Withdrawn lists what was taken down, with its reason: the record stays.
func (s *Service) Withdrawn(ctx context.Context, actor model.Actor, villageID string, limit int) ([]model.Disclosure, error) {
	query, err := s.readable(ctx, actor, villageID)
	if err != nil {
		return nil, err
	}
	var found []model.Disclosure
	err = query.Where("disclosures.state = ?", model.DisclosureWithdrawn).Order("disclosures.published_at DESC, disclosures.id DESC").Limit(bounded(limit)).Find(&found).Error
	return found, err
}

func bounded(limit int) int {
	if limit <= 0 || limit > listMax {
		return listMax
	}
	return limit
}

// Short is a text's beginning, for chat and lists.
func Short(text string, n int) string {
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return clip(text, n)
}
