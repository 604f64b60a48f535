package merit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/notice"
)

// The states of a year's close.
const (
	closeTelling = "telling" // every household with points is being told
	closeWaiting = "waiting"
	closeClosing = "closing"
	closeDone    = "closed"
)

// AnnounceClose announces the end of a year: every household with points is told,
// and when the notice is over, what the rule book doesn't carry over expires. Not
// before the year's end, nor before the rule's days of notice.
// Errors: Invalid (year), Conflict (announced already).
func (s *Service) AnnounceClose(ctx context.Context, actor model.Actor, villageID string, year int) (model.MeritClose, error) {
	var row model.MeritClose
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if err := actor.Require(model.VerbMeritManage, villageID); err != nil {
			return err
		}
		now := s.store.Now()
		if year > now.Year() || year < now.Year()-1 {
			return model.Errorf(model.Invalid, "只能结转今年或去年的积分")
		}
		book, err := s.Book(ctx, villageID)
		if err != nil {
			return err
		}
		days, err := s.rule(ctx, "merit.close_notice")
		if err != nil {
			return err
		}
		ends := time.Date(year+1, 1, 1, 0, 0, 0, 0, model.Shanghai)
		row = model.MeritClose{VillageID: villageID, YearNo: year, State: closeTelling, Carry: book.Carry, AnnouncedAt: s.now(),
			AnnouncedBy: audit.ActorID(actor), ActAt: s.now(), EndsAt: model.At(ends)}
		if now.AddDate(0, 0, days).After(ends) {
			row.EndsAt = model.At(now.AddDate(0, 0, days)) // told late: later
		}
		if err := unique(s.store.DB(ctx).Create(&row).Error, fmt.Sprintf("%d年的结转已经公告过了", year)); err != nil {
			return err
		}
		return s.audit.Note(ctx, actor, villageID, "merit.close", fmt.Sprintf("merit/%d", year), "")
	})
	return row, err
}

// CloseDue takes each close that is due a step further, and says how many
// households were told or closed.
func (s *Service) CloseDue(ctx context.Context) (int, error) {
	total := 0
	for {
		var due []model.MeritClose
		err := s.store.DB(ctx).Where("state IN ? AND act_at <= ?", []string{closeTelling, closeWaiting, closeClosing}, s.now()).Limit(batch).Find(&due).Error
		if err != nil || len(due) == 0 {
			return total, err
		}
		for _, d := range due {
			n, err := s.closeStep(ctx, d.VillageID, d.YearNo)
			if total += n; err != nil {
				return total, err
			}
		}
	}
}

func (s *Service) closeStep(ctx context.Context, villageID string, year int) (n int, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		n = 0
		var c model.MeritClose
		err := s.store.Locked(ctx).Take(&c, "village_id = ? AND year_no = ?", villageID, year).Error
		if errors.Is(err, gorm.ErrRecordNotFound) || err == nil && c.ActAt.After(s.store.Now()) {
			return nil
		}
		if err != nil {
			return err
		}
		switch c.State {
		case closeTelling:
			n, err = s.tellSome(ctx, &c)
		case closeWaiting:
			c.State = closeClosing
		case closeClosing:
			n, err = s.expireSome(ctx, &c)
		}
		if err != nil {
			return err
		}
		return s.store.DB(ctx).Model(&c).Select("state", "told", "closed", "act_at", "expired").Updates(&c).Error
	})
	return n, err
}

// houses are the next household accounts with points.
func (s *Service) houses(ctx context.Context, villageID, after string) ([]model.MeritAccount, error) {
	if after == "" {
		after = model.MeritHouse + "/"
	}
	var rows []model.MeritAccount
	err := s.store.DB(ctx).Where("village_id = ? AND id > ? AND kind = ? AND balance > 0", villageID, after, model.MeritHouse).Order("id").Limit(batch).Find(&rows).Error
	return rows, err
}

func (s *Service) tellSome(ctx context.Context, c *model.MeritClose) (int, error) {
	rows, err := s.houses(ctx, c.VillageID, c.Told)
	if err != nil {
		return 0, err
	}
	for _, a := range rows {
		c.Told = a.ID
		head, err := s.head(ctx, c.VillageID, a.HouseholdID)
		if err != nil {
			return 0, err
		}
		if head == "" {
			continue
		}
		n := notice.Note{VillageID: c.VillageID, To: model.Person{VillageID: c.VillageID, ID: head}, Event: fmt.Sprintf("merit/close/%d", c.YearNo),
			Role: notice.RoleAsker, Text: closeText(*c, a.Balance)}
		if err := s.notices.Put(ctx, n); err != nil {
			return 0, err
		}
	}
	if len(rows) < batch {
		c.State, c.ActAt = closeWaiting, c.EndsAt
	}
	return len(rows), nil
}

func (s *Service) expireSome(ctx context.Context, c *model.MeritClose) (int, error) {
	rows, err := s.houses(ctx, c.VillageID, c.Closed)
	if err != nil {
		return 0, err
	}
	for _, a := range rows {
		c.Closed = a.ID
		points, err := s.expiring(ctx, *c, a)
		if err != nil {
			return 0, err
		}
		if points == 0 {
			continue
		}
		_, err = s.post(ctx, machine(), c.VillageID, posting{cause: model.MeritExpire, ref: fmt.Sprint(c.YearNo), once: fmt.Sprintf("close/%d/%s", c.YearNo, a.HouseholdID),
			text: fmt.Sprintf("%d年年底结转", c.YearNo), legs: move(a.ID, commonAccount(model.MeritPool, a.HouseholdID), points, "")})
		if err != nil {
			return 0, err
		}
		c.Expired += points
	}
	if len(rows) < batch {
		c.State, c.ActAt = closeDone, model.Time{}
	}
	return len(rows), nil
}

// expiring is how much of an account goes: the part that isn't carried over of
// what was there at the end, less what was spent of it since. What was earned
// since stays.
func (s *Service) expiring(ctx context.Context, c model.MeritClose, a model.MeritAccount) (int64, error) {
	if err := s.store.Locked(ctx).Select("balance").Take(&a, "village_id = ? AND id = ?", a.VillageID, a.ID).Error; err != nil {
		return 0, err
	}
	var at []int64
	err := s.store.DB(ctx).Model(&model.MeritEntry{}).Where("village_id = ? AND account_id = ? AND at < ?", a.VillageID, a.ID, c.EndsAt).
		Order("seq DESC").Limit(1).Pluck("balance", &at).Error
	if err != nil || len(at) == 0 {
		return 0, err
	}
	var since int64
	err = s.store.DB(ctx).Raw(`SELECT COALESCE(SUM(e.amount), 0) FROM merit_entries e JOIN merit_postings p ON p.village_id = e.village_id AND p.id = e.posting_id
		WHERE e.village_id = ? AND e.account_id = ? AND e.at >= ? AND p.cause <> ?`, a.VillageID, a.ID, c.EndsAt, model.MeritAward).Scan(&since).Error
	left := min(max(at[0]+since, 0), at[0], a.Balance)
	return left * int64(100-c.Carry) / 100, err
}
