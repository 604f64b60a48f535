package notice

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"cunwu/model"
)

// pause says until when a notice waits, and why.
type pause struct {
	at      time.Time
	code    int
	counted bool // as an attempt
	unknown bool // as an unknown outcome
	others  bool // what comes after it for the recipient waits too, so that it stays in order
}

func (w pause) forLater() bool { return !w.at.IsZero() }

// later makes the notice due again at w.at.
func (s *Service) later(ctx context.Context, j *job, w pause) (*ending, error) {
	n := j.n
	columns := map[string]any{"state": model.NoticePending, "next_at": model.At(w.at), "err_code": w.code}
	end := ending{stop: w.others, Sent: Sent{Retried: 1}}
	if w.counted {
		columns["attempts"] = n.Attempts + 1
	}
	if w.unknown {
		columns["unknowns"] = n.Unknowns + 1
		end.Unknown = 1
	}
	err := s.insist(ctx, func(ctx context.Context) error {
		if err := s.settle(ctx, n, columns); err != nil || !w.others {
			return err
		}
		return s.store.DB(ctx).Model(&model.Notice{}).
			Where("recipient = ? AND state = ? AND urgent = ? AND next_at <= ? AND id <> ?", n.Recipient, model.NoticePending, n.Urgent, model.At(w.at), n.ID).
			UpdateColumn("next_at", model.At(w.at.Add(time.Millisecond))).Error
	})
	return &end, err
}

// hold leaves the notice in the inbox, for the call list and the next sign of
// life. One that came just now, unseen by this attempt, is answered at once: the
// windows are locked, so that no sign slips by between the look and the write.
func (s *Service) hold(ctx context.Context, j *job) (*ending, error) {
	end := &ending{}
	err := s.insist(ctx, func(ctx context.Context) error {
		*end = ending{Sent: Sent{Held: 1}}
		identities, err := s.identities(ctx, j.n.Recipient)
		if err != nil {
			return err
		}
		if err := s.lockWindows(ctx, identities); err != nil {
			return err
		}
		open, err := s.openRoute(ctx, j)
		if err != nil {
			return err
		}
		if open && !j.orphan {
			*end = ending{Sent: Sent{Retried: 1}}
			return s.settle(ctx, j.n, map[string]any{"state": model.NoticePending, "next_at": model.At(s.store.Now())})
		}
		if err := s.settle(ctx, j.n, map[string]any{"state": model.NoticeHeld}); err != nil {
			return err
		}
		rest, err := s.holdListed(ctx, j)
		end.Held += rest
		end.stop = rest > 0
		return err
	})
	return end, err
}

// holdListed holds what else is listed for the recipient: where a text finds no
// channel, nothing does.
func (s *Service) holdListed(ctx context.Context, j *job) (int, error) {
	if j.n.Text == "" || j.orphan {
		return 0, nil
	}
	ids := map[string][]string{}
	for _, c := range j.rest {
		if c.State == model.NoticePending {
			ids[c.VillageID] = append(ids[c.VillageID], c.ID)
		}
	}
	held := 0
	for village, of := range ids {
		result := s.store.DB(ctx).Model(&model.Notice{}).Where("village_id = ? AND id IN ? AND state = ?", village, of, model.NoticePending).
			UpdateColumn("state", model.NoticeHeld)
		if result.Error != nil {
			return held, result.Error
		}
		held += int(result.RowsAffected)
	}
	return held, nil
}

func (s *Service) openRoute(ctx context.Context, j *job) (bool, error) {
	routes, _, err := s.routes(ctx, j.n, s.store.Now())
	for i := range routes {
		if !j.tried[routes[i].key()] {
			return true, err
		}
	}
	return false, err
}

// die gives the notice up; an operator sees it among the dead letters.
func (s *Service) die(ctx context.Context, j *job, failure *model.SendError) (*ending, error) {
	s.log.ErrorContext(ctx, "a notice is given up", "village", j.n.VillageID, "notice", j.n.ID, "class", failure.Class,
		"errcode", failure.Code, "cause", failure.Cause)
	err := s.insist(ctx, func(ctx context.Context) error {
		return s.settle(ctx, j.n, map[string]any{"state": model.NoticeDead, "err_code": failure.Code, "attempts": j.n.Attempts + 1})
	})
	return &ending{Sent: Sent{Dead: 1}}, err
}

// delivered writes that the letter went out, with what follows from it: the voice
// that comes after the text, and the rest that the last open slot announced.
func (s *Service) delivered(ctx context.Context, j *job, r *route, l letter) (*ending, error) {
	end := &ending{}
	err := s.insist(ctx, func(ctx context.Context) error {
		*end = ending{Sent: Sent{Sent: 1}}
		columns := map[string]any{"state": model.NoticeSent, "channel": r.channel, "sent_to": r.to.OpenID, "err_code": 0,
			"sent_at": model.At(s.store.Now())}
		if l.unknown {
			columns["unknowns"], end.Unknown = j.n.Unknowns+1, 1
		}
		last := false
		if l.rest > 0 {
			var err error
			if last, err = s.windowUnchanged(ctx, r.to); err != nil {
				return err
			}
		}
		if l.announced {
			*end = ending{Sent: Sent{Held: 1}}
			columns = map[string]any{"state": model.NoticeHeld, "channel": model.ChannelDigest}
			if !last {
				columns = map[string]any{"state": model.NoticePending}
			}
		}
		if err := s.settle(ctx, j.n, columns); err != nil {
			return err
		}
		if l.follow != nil {
			if err := s.putFollow(ctx, l.follow, last, end); err != nil {
				return err
			}
		}
		if last {
			return s.holdRest(ctx, j, r.to, end)
		}
		return nil
	})
	if err != nil && !errors.Is(err, errLost) {
		return nil, errors.Join(errLost, err) // it went out: never give it back as if it had not
	}
	return end, err
}

// windowUnchanged locks the identity's window and says whether it is the one
// that the message went through; a sign of life since then opened another.
func (s *Service) windowUnchanged(ctx context.Context, i *identity) (bool, error) {
	if err := s.lockWindows(ctx, []identity{*i}); err != nil {
		return false, err
	}
	var same int64
	err := s.sameWindow(s.store.DB(ctx), i).Count(&same).Error
	return same == 1, err
}

func (s *Service) putFollow(ctx context.Context, follow *model.Notice, held bool, end *ending) error {
	row := *follow
	if held {
		row.State, row.Channel = model.NoticeHeld, model.ChannelDigest
	}
	if err := s.store.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return err
	}
	if !held && row.Text == "" {
		end.follow = &claimable{VillageID: row.VillageID, ID: row.ID, Recipient: row.Recipient, State: row.State}
	}
	return nil
}

// holdRest holds what is due for all persons of an identity whose last slot has
// just announced it.
func (s *Service) holdRest(ctx context.Context, j *job, i *identity, end *ending) error {
	recipients, err := s.recipients(ctx, i, j.n.Recipient)
	if err != nil {
		return err
	}
	result := dueFor(s.store.DB(ctx), recipients, s.store.Now()).Where("urgent = ?", false).
		UpdateColumns(map[string]any{"state": model.NoticeHeld, "channel": model.ChannelDigest})
	end.Held += int(result.RowsAffected)
	return result.Error
}

func dueFor(db *gorm.DB, recipients []string, now time.Time) *gorm.DB {
	return db.Model(&model.Notice{}).Where("recipient IN ? AND state = ? AND next_at <= ?", recipients, model.NoticePending, model.At(now))
}
