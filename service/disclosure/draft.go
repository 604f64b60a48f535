package disclosure

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cunwu/model"
)

const (
	titleMax   = 60     // characters
	textMax    = 20_000 // characters
	reasonMax  = 200
	mediaMax   = 20
	readersMax = 200
)

// Draft is what is to be made public.
type Draft struct {
	VillageID string
	Kind      string
	Duty      string // the catalogue's line; empty: the kind's own
	Period    string // 2026-03, 2026-Q1, 2026; of an event its id, or empty
	Title     string // empty: period and duty
	Text      string
	MediaIDs  []string  // uploads of the actor
	Finance   io.Reader // the accounts as an Excel file; needed for the duty finance
	FinanceID string    // the upload that Finance was read from; it goes with the disclosure, but isn't shown
	Scope     string    // party disclosures only; empty: public
	Readers   []string  // villager ids, for the scope named
}

// prepared is a draft that was read and found in order.
type prepared struct {
	Draft
	duty     Duty
	accounts *Accounts
}

// prepare checks the draft and reads its Excel file, outside of a transaction.
func (s *Service) prepare(ctx context.Context, actor model.Actor, in Draft) (prepared, error) {
	p := prepared{Draft: in}
	if err := actor.Require(model.VerbDisclose, in.VillageID); err != nil {
		return p, err
	}
	if p.Duty == "" {
		p.Duty = in.Kind
	}
	var err error
	if p.duty, err = s.duty(ctx, in.VillageID, p.Duty); err != nil {
		return p, err
	}
	if in.Kind != "" && in.Kind != p.duty.Kind {
		return p, model.Errorf(model.Invalid, "“%s”属于%s公开，请核对类别", p.duty.Title, KindTitle(p.duty.Kind))
	}
	p.Kind = p.duty.Kind
	if err := p.check(s.store.Now()); err != nil {
		return p, err
	}
	if in.Finance != nil {
		window, _ := parseSpan(p.Period, p.duty.Months)
		if p.accounts, err = ReadAccounts(in.Finance, window.from, window.upTo); err != nil {
			return p, err
		}
	}
	if p.accounts == nil && p.Duty == "finance" {
		return p, model.Errorf(model.Invalid, "财务公开要附上收支明细表，请下载模板填好后上传")
	}
	return p, nil
}

// check reads the fields.
func (p *prepared) check(now time.Time) error {
	p.Title, p.Text = strings.TrimSpace(p.Title), strings.TrimSpace(p.Text)
	if p.duty.Months > 0 {
		window, ok := parseSpan(p.Period, p.duty.Months)
		if !ok {
			return model.Errorf(model.Invalid, "“%s”的期数写得不对，应像 %s 这样", p.duty.Title, spanOf(now, p.duty.Months).name)
		}
		if window.from.After(now) {
			return model.Errorf(model.Invalid, "%s还没有到，不能公开", window.words(p.duty.Months))
		}
		if p.Title == "" {
			p.Title = window.words(p.duty.Months) + p.duty.Title
		}
		if p.Finance != nil && window.upTo.After(now) {
			return model.Errorf(model.Invalid, "%s还没有过完，账还没结，过完再公开", window.words(p.duty.Months))
		}
	} else if p.Period == "" {
		p.Period = model.NewID() // an event that nobody announced
	}
	if p.Scope == "" {
		p.Scope = model.ScopePublic
	}
	switch {
	case p.Title == "" || utf8.RuneCountInString(p.Title) > titleMax:
		return model.Errorf(model.Invalid, "请写标题，不超过%d个字", titleMax)
	case p.duty.Months == 0 && !eventName.MatchString(p.Period):
		return model.Errorf(model.Invalid, "事项的编号不对，请从目录里选，或者留空")
	case p.duty.Months == 0 && p.Finance != nil:
		return model.Errorf(model.Invalid, "只有按期公开的才能附收支明细表，请改为附件")
	case p.Text == "" && len(p.MediaIDs) == 0 && p.Finance == nil:
		return model.Errorf(model.Invalid, "公开的内容是空的，请写正文、附图片或收支表")
	case utf8.RuneCountInString(p.Text) > textMax:
		return model.Errorf(model.Invalid, "正文超过%d字，请精简或作为附件上传", textMax)
	case len(p.MediaIDs) > mediaMax:
		return model.Errorf(model.Invalid, "附件最多%d个", mediaMax)
	case p.Scope != model.ScopePublic && p.Kind != model.DiscloseParty:
		return model.Errorf(model.Invalid, "只有党务公开可以限定范围，别的都要对全体村民公开")
	case !slices.Contains([]string{model.ScopePublic, model.ScopeParty, model.ScopeOrganisation, model.ScopeNamed}, p.Scope):
		return model.Errorf(model.Invalid, "公开范围应是：全体、党员、党组织、指定的人")
	case (p.Scope == model.ScopeNamed) != (len(p.Readers) > 0) || len(p.Readers) > readersMax:
		return model.Errorf(model.Invalid, "范围是“指定的人”时请写明是哪些人，最多%d人", readersMax)
	}
	return nil
}

// Draft begins a disclosure. It isn't public before it is signed off (a party
// one: approved) and published.
func (s *Service) Draft(ctx context.Context, actor model.Actor, in Draft) (model.Disclosure, error) {
	p, err := s.prepare(ctx, actor, in)
	if err != nil {
		return model.Disclosure{}, err
	}
	d := model.Disclosure{VillageID: p.VillageID, ID: model.NewID(), Kind: p.Kind, Duty: p.Duty, Period: p.Period, Title: p.Title,
		Scope: p.Scope, State: model.DisclosureDraft, Pending: 1, CreatedAt: s.now(), CreatedBy: actor.VillagerID}
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		if err := s.free(ctx, d); err != nil {
			return err
		}
		if err := s.store.DB(ctx).Create(&d).Error; err != nil {
			return err
		}
		if err := s.writeVersion(ctx, actor, d, p, ""); err != nil {
			return err
		}
		if err := s.writeReaders(ctx, d, p.Readers); err != nil {
			return err
		}
		return s.Audit.Note(ctx, actor, d.VillageID, "disclosure.draft", subject(d), "")
	})
	return d, err
}

// free refuses a period that is published already; who comes later is told so at
// publishing anyway.
func (s *Service) free(ctx context.Context, d model.Disclosure) error {
	var taken []model.DisclosureSlot
	err := s.store.DB(ctx).Where("village_id = ? AND duty = ? AND period = ? AND disclosure_id <> ''", d.VillageID, d.Duty, d.Period).Limit(1).Find(&taken).Error
	if err == nil && len(taken) > 0 {
		return errTaken(taken[0])
	}
	return err
}

func errTaken(slot model.DisclosureSlot) error {
	return model.Errorf(model.Conflict, "“%s”已经公开了。要改，请在那一份上更正", slot.Title)
}

// Edit changes the version in preparation; signatures under it are void.
func (s *Service) Edit(ctx context.Context, actor model.Actor, ref Ref, in Draft) (model.Disclosure, error) {
	p, err := s.again(ctx, actor, ref, in)
	if err != nil {
		return model.Disclosure{}, err
	}
	return s.mine(ctx, actor, ref, func(ctx context.Context, d *model.Disclosure) ([]string, error) {
		old, err := s.pendingVersion(ctx, *d)
		if err != nil {
			return nil, err
		}
		if d.Current == 0 {
			d.Title = p.Title
		}
		return []string{"title"}, s.writeVersion(ctx, actor, *d, p, old.Reason)
	})
}

// Correct begins a new version of what is published; the reason is shown.
func (s *Service) Correct(ctx context.Context, actor model.Actor, ref Ref, in Draft, reason string) (model.Disclosure, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" || utf8.RuneCountInString(reason) > reasonMax {
		return model.Disclosure{}, model.Errorf(model.Invalid, "请写明为什么更正，不超过%d个字", reasonMax)
	}
	p, err := s.again(ctx, actor, ref, in)
	if err != nil {
		return model.Disclosure{}, err
	}
	return s.mine(ctx, actor, ref, func(ctx context.Context, d *model.Disclosure) ([]string, error) {
		switch {
		case d.State != model.DisclosurePublished:
			return nil, model.Errorf(model.Conflict, "“%s”还没有公开或已经撤下，不能更正", d.Title)
		case d.Pending != 0:
			return nil, model.Errorf(model.Conflict, "“%s”已经有一份更正稿，请接着改那一份", d.Title)
		}
		d.Pending = d.Current + 1
		if err := s.Audit.Note(ctx, actor, d.VillageID, "disclosure.correct", subject(*d), ""); err != nil {
			return nil, err
		}
		return []string{"pending"}, s.writeVersion(ctx, actor, *d, p, reason)
	})
}

// again prepares another version: its place in the catalogue stays.
func (s *Service) again(ctx context.Context, actor model.Actor, ref Ref, in Draft) (prepared, error) {
	d, err := s.get(ctx, actor, ref)
	if err != nil {
		return prepared{}, err
	}
	in.VillageID, in.Kind, in.Duty, in.Period, in.Scope = d.VillageID, d.Kind, d.Duty, d.Period, d.Scope
	in.Readers = nil
	if in.Title == "" {
		in.Title = d.Title
	}
	if d.Scope == model.ScopeNamed {
		err = s.store.DB(ctx).Model(&model.DisclosureReader{}).Where("village_id = ? AND disclosure_id = ?", d.VillageID, d.ID).Limit(readersMax).Pluck("villager_id", &in.Readers).Error
		if err != nil {
			return prepared{}, err
		}
	}
	return s.prepare(ctx, actor, in)
}
