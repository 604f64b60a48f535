package merit

import (
	"context"
	"strings"

	"cunwu/model"
	"cunwu/service/casework"
)

// Object says that a claim on public notice is wrong. It stops the claim and
// becomes a case of the supervision committee.
// Errors: Unknown, Conflict (not on notice, or disputed already), Invalid.
func (s *Service) Object(ctx context.Context, actor model.Actor, ref Ref, reason string) (model.MeritClaim, model.Case, error) {
	return s.dispute(ctx, actor, ref, reason, func(ctx context.Context, c *model.MeritClaim) error {
		switch {
		case c.Kind == model.ClaimDeduct && !s.concerns(ctx, actor, c):
			return errNoClaim() // deductions are private
		case c.State != model.ClaimNoticed:
			return model.Errorf(model.Conflict, "积分%d号不在公示中，现在不能提异议", c.Number)
		}
		return nil
	})
}

// Appeal asks the supervision committee to look again at a claim that was
// refused, or posted, once and within the rule's days. Only whom it is about, the
// household and whoever filed it may.
func (s *Service) Appeal(ctx context.Context, actor model.Actor, ref Ref, reason string) (model.MeritClaim, model.Case, error) {
	return s.dispute(ctx, actor, ref, reason, func(ctx context.Context, c *model.MeritClaim) error {
		if !s.concerns(ctx, actor, c) {
			return errNoClaim()
		}
		days, err := s.rule(ctx, "merit.appeal")
		if err != nil {
			return err
		}
		at := c.DecidedAt
		if c.State == model.ClaimPosted {
			at = c.PostedAt
		}
		switch {
		case c.State != model.ClaimRefused && c.State != model.ClaimPosted:
			return model.Errorf(model.Conflict, "积分%d号%s，现在不用申诉", c.Number, StateName(c.State))
		case c.CaseID != "":
			return model.Errorf(model.Conflict, "积分%d号已经由村务监督委员会看过了。还有意见请直接留言，可以找镇里", c.Number)
		case s.store.Now().After(at.AddDate(0, 0, days)):
			return model.Errorf(model.Gone, "过了%d天，不能再申诉了。有意见请直接留言", days)
		}
		return nil
	})
}

// concerns says whether the claim is the actor's own business.
func (s *Service) concerns(ctx context.Context, actor model.Actor, c *model.MeritClaim) bool {
	if !actor.Known() || actor.VillageID != c.VillageID {
		return false
	}
	if actor.VillagerID == c.PersonID || actor.VillagerID == c.ClaimantID {
		return true
	}
	house, err := s.household(ctx, c.VillageID, actor.VillagerID)
	return err == nil && house == c.HouseholdID
}

func (s *Service) dispute(ctx context.Context, actor model.Actor, ref Ref, reason string, may func(context.Context, *model.MeritClaim) error) (model.MeritClaim, model.Case, error) {
	var opened model.Case
	c, err := s.hand(ctx, ref, func(ctx context.Context, c *model.MeritClaim) error {
		if err := member(actor, c.VillageID); err != nil {
			return err
		}
		if reason = strings.TrimSpace(reason); reason == "" {
			return model.Errorf(model.Invalid, "请写上理由，例如：积分 %d 异议 那天没有人去扫街", c.Number)
		}
		if err := may(ctx, c); err != nil {
			return err
		}
		var err error
		opened, err = s.cases.Open(ctx, actor, casework.NewCase{VillageID: c.VillageID, Kind: KindName, Accused: others(actor, c),
			Said: casework.Said{Text: disputeText(*c, reason)}})
		if err != nil {
			return err
		}
		c.Resume, c.State, c.CaseID, c.ActAt = c.State, model.ClaimDisputed, opened.ID, model.Time{}
		if err := s.write(ctx, c, "resume", "state", "case_id", "act_at"); err != nil {
			return err
		}
		return s.tellBoth(ctx, *c, "disputed", disputedText(*c))
	})
	return c, opened, err
}

// others are the parties besides the actor: they and their kin don't decide.
func others(actor model.Actor, c *model.MeritClaim) []string {
	var ids []string
	for _, id := range []string{c.PersonID, c.ClaimantID} {
		if id != actor.VillagerID {
			ids = append(ids, id)
		}
	}
	return ids
}

// judge does what the supervisors decided: upheld, whoever objected or appealed
// is right. It runs in the transaction that answers the case.
func (s *Service) judge(ctx context.Context, actor model.Actor, of model.Case, upheld bool) error {
	return s.ofCase(ctx, of, func(ctx context.Context, c *model.MeritClaim) error {
		if err := s.impartial(ctx, actor, c); err != nil {
			return err
		}
		switch {
		case !upheld:
			return s.resume(ctx, c)
		case c.Resume == model.ClaimNoticed:
			if err := s.bury(ctx, c, model.ClaimRefused, objectionUpheld); err != nil {
				return err
			}
			return s.tellBoth(ctx, *c, "judged", refusedText(*c))
		case c.Resume == model.ClaimRefused:
			return s.revive(ctx, c)
		}
		return s.undo(ctx, actor, c, appealUpheld)
	})
}

// disputeClosed ends a dispute whose case was closed without a decision
// (withdrawn, not accepted): the claim stands where it stood.
func (s *Service) disputeClosed(ctx context.Context, of model.Case) error {
	return s.ofCase(ctx, of, s.resume)
}

// ofCase runs fn on the disputed claim of a case, if the dispute is still open.
func (s *Service) ofCase(ctx context.Context, of model.Case, fn func(ctx context.Context, c *model.MeritClaim) error) error {
	var disputed []model.MeritClaim
	err := s.store.Locked(ctx).Where("village_id = ? AND state = ? AND case_id = ?", of.VillageID, model.ClaimDisputed, of.ID).Limit(1).Find(&disputed).Error
	if err != nil || len(disputed) == 0 {
		return err
	}
	return fn(ctx, &disputed[0])
}

// resume lets the claim go on where it stood; its notice lasts at least as long
// as it was to last.
func (s *Service) resume(ctx context.Context, c *model.MeritClaim) error {
	c.State, c.Resume = c.Resume, ""
	if c.State == model.ClaimNoticed {
		c.ActAt = c.NoticeUntil
		if c.ActAt.Before(s.store.Now()) {
			c.ActAt = s.now()
		}
	} else {
		var err error
		if c.ActAt, err = s.wordsUntil(ctx); err != nil {
			return err
		}
	}
	if err := s.write(ctx, c, "state", "resume", "act_at"); err != nil {
		return err
	}
	return s.tellBoth(ctx, *c, "judged", standsText(*c))
}

// revive puts a claim that was wrongly refused on public notice, if its cap still
// has room.
func (s *Service) revive(ctx context.Context, c *model.MeritClaim) error {
	book, err := s.BookOn(ctx, c.VillageID, c.HappenedOn)
	if err != nil {
		return err
	}
	deed, err := book.deed(c.Deed)
	if err != nil {
		return err
	}
	if err := s.takeCap(ctx, *c, deed); err != nil {
		return err
	}
	c.Resume, c.OnceKey = "", aliveKey(*c)
	words := "同一件事后来又报了一次，请先处理那一件"
	if err := unique(s.write(ctx, c, "resume", "once_key"), words); err != nil {
		return err
	}
	return s.approve(ctx, c)
}

// undo takes a posted claim back.
func (s *Service) undo(ctx context.Context, actor model.Actor, c *model.MeritClaim, why string) error {
	if c.PostingID != "" {
		if _, err := s.reverse(ctx, actor, c.VillageID, c.PostingID, why); err != nil {
			return err
		}
		if c.Points > 0 {
			if err := s.honour(ctx, c.VillageID, c.AccountID, c.PostedAt.Time, -c.Points); err != nil {
				return err
			}
		}
	}
	if err := s.bury(ctx, c, model.ClaimReversed, why); err != nil {
		return err
	}
	return s.tellBoth(ctx, *c, "reversed", reversedText(*c))
}

// Reverse corrects a posted claim: its posting is taken back by another one. Two
// people stand behind every award, so the supervision committee does it.
// Errors: Unknown, Conflict (not posted, reversed already, spent already).
func (s *Service) Reverse(ctx context.Context, actor model.Actor, ref Ref, reason string) (model.MeritClaim, error) {
	return s.hand(ctx, ref, func(ctx context.Context, c *model.MeritClaim) error {
		if err := actor.Require(model.VerbMeritJudge, c.VillageID); err != nil {
			return err
		}
		if err := s.impartial(ctx, actor, c); err != nil {
			return err
		}
		switch {
		case strings.TrimSpace(reason) == "":
			return model.Errorf(model.Invalid, "更正要写原因")
		case c.State != model.ClaimPosted:
			return model.Errorf(model.Conflict, "积分%d号%s，不能冲正", c.Number, StateName(c.State))
		}
		return s.undo(ctx, actor, c, reason)
	})
}

// reverse writes the opposite of a posting.
func (s *Service) reverse(ctx context.Context, actor model.Actor, villageID, postingID, why string) (model.MeritPosting, error) {
	var entries []model.MeritEntry
	err := s.store.DB(ctx).Where("village_id = ? AND posting_id = ?", villageID, postingID).Find(&entries).Error
	if err != nil {
		return model.MeritPosting{}, err
	}
	p := posting{cause: model.MeritReverse, ref: postingID, once: "reverse/" + postingID, reverses: postingID, text: why}
	for _, e := range entries {
		p.legs = append(p.legs, leg{account: e.AccountID, person: e.PersonID, amount: -e.Amount})
	}
	row, err := s.post(ctx, actor, villageID, p)
	if model.IsCode(err, model.Conflict) {
		return row, model.Errorf(model.Conflict, "这户的积分已经用掉，余额不够冲正。请先和这户说清楚，等有积分再冲").Because(err)
	}
	if err != nil {
		return row, err
	}
	return row, s.audit.Note(ctx, actor, villageID, "merit.reverse", logSubject(postingID), "")
}
