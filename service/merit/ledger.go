package merit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/audit"
)

// stripes is how many rows share what the pool, the store and the reserve hold,
// so that a village's postings don't wait for one row. A household always meets
// the same stripe, so what was set aside is found where it was put.
const stripes = 16

// leg is one side of a posting.
type leg struct {
	account string
	person  string
	amount  int64
}

// posting is a transaction of the ledger before it is written.
type posting struct {
	cause    string
	ref      string
	once     string
	reverses string
	text     string
	legs     []leg
}

func houseAccount(householdID string) string { return model.MeritHouse + "/" + householdID }

// commonAccount is the stripe of the pool, store or reserve that a household
// deals with.
func commonAccount(kind, householdID string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(householdID))
	return fmt.Sprintf("%s/%02d", kind, h.Sum32()%stripes)
}

// move is a posting of points from one account to another.
func move(from, to string, amount int64, person string) []leg {
	legs := []leg{{account: from, amount: -amount}, {account: to, amount: amount}}
	for i := range legs {
		if strings.HasPrefix(legs[i].account, model.MeritHouse+"/") {
			legs[i].person = person
		}
	}
	return legs
}

// post writes a posting inside the caller's transaction: all of it, once, with no
// account below zero, or nothing.
func (s *Service) post(ctx context.Context, actor model.Actor, villageID string, p posting) (model.MeritPosting, error) {
	row := model.MeritPosting{VillageID: villageID, ID: model.NewID(), Cause: p.cause, Ref: p.ref, OnceKey: p.once, Reverses: p.reverses,
		At: s.now(), ByID: audit.ActorID(actor), ByName: actor.Name, Text: clip(p.text, 80)}
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if err := p.check(); err != nil {
			return err
		}
		if err := unique(s.store.DB(ctx).Create(&row).Error, "这一笔已经记过账了"); err != nil {
			return err
		}
		legs := slices.SortedFunc(slices.Values(p.legs), func(a, b leg) int { return cmp.Compare(a.account, b.account) }) // one order of locks for all
		entries := make([]model.MeritEntry, 0, len(legs))
		for _, l := range legs {
			e, err := s.apply(ctx, row, l)
			if err != nil {
				return err
			}
			entries = append(entries, e)
		}
		if err := s.store.DB(ctx).Create(&entries).Error; err != nil {
			return err
		}
		return s.log.Append(ctx, villageID, logKind, logSubject(row.ID), leaf(row, entries))
	})
	return row, err
}

// check refuses what no ledger may hold. It is never somebody's mistake in
// filling a form, so it dooms the transaction.
func (p posting) check() error {
	sum, seen := int64(0), map[string]bool{}
	for _, l := range p.legs {
		if l.amount == 0 || seen[l.account] {
			return fmt.Errorf("merit: a posting with an empty or doubled side: %+v", p.legs)
		}
		seen[l.account] = true
		sum += l.amount
	}
	if sum != 0 || len(p.legs) < 2 || p.once == "" {
		return fmt.Errorf("merit: a posting that doesn't sum to zero or has no key: %+v", p)
	}
	return nil
}

// apply moves one account's balance, unless it would fall below zero, and returns
// the entry. The row stays locked until the transaction ends, so that the entry's
// number and balance are the account's own.
func (s *Service) apply(ctx context.Context, p model.MeritPosting, l leg) (model.MeritEntry, error) {
	moved, err := s.moveBalance(ctx, p, l)
	if err == nil && !moved {
		if err = s.openAccount(ctx, p.VillageID, l.account); err == nil {
			moved, err = s.moveBalance(ctx, p, l)
		}
	}
	if err != nil {
		return model.MeritEntry{}, err
	}
	if !moved {
		return model.MeritEntry{}, model.Errorf(model.Conflict, "积分不够，请先查看余额")
	}
	var a model.MeritAccount
	if err := s.store.DB(ctx).Select("balance", "entries").Take(&a, "village_id = ? AND id = ?", p.VillageID, l.account).Error; err != nil {
		return model.MeritEntry{}, err
	}
	if l.person != "" {
		err = s.credit(ctx, p.VillageID, l)
	}
	return model.MeritEntry{VillageID: p.VillageID, AccountID: l.account, Seq: a.Entries, PostingID: p.ID, PersonID: l.person,
		Amount: l.amount, Balance: a.Balance, At: p.At}, err
}

func (s *Service) moveBalance(ctx context.Context, p model.MeritPosting, l leg) (bool, error) {
	moved := s.store.DB(ctx).Model(&model.MeritAccount{}).
		Where("village_id = ? AND id = ? AND (kind = ? OR balance + ? >= 0)", p.VillageID, l.account, model.MeritPool, l.amount).
		UpdateColumns(map[string]any{"balance": gorm.Expr("balance + ?", l.amount), "entries": gorm.Expr("entries + 1"), "updated_at": p.At})
	return moved.RowsAffected == 1, moved.Error
}

// openAccount makes sure that the account exists.
func (s *Service) openAccount(ctx context.Context, villageID, id string) error {
	kind, name, _ := strings.Cut(id, "/")
	row := model.MeritAccount{VillageID: villageID, ID: id, Kind: kind, CreatedAt: s.now(), UpdatedAt: s.now()}
	if kind == model.MeritHouse {
		row.HouseholdID = name
	}
	return s.insertOnce(ctx, &row)
}

// credit keeps what a person brought to the household.
func (s *Service) credit(ctx context.Context, villageID string, l leg) error {
	add := func() (bool, error) {
		done := s.store.DB(ctx).Model(&model.MeritMember{}).Where("village_id = ? AND account_id = ? AND person_id = ?", villageID, l.account, l.person).
			UpdateColumns(map[string]any{"points": gorm.Expr("points + ?", l.amount), "entries": gorm.Expr("entries + 1")})
		return done.RowsAffected == 1, done.Error
	}
	done, err := add()
	if done || err != nil {
		return err
	}
	if err := s.insertOnce(ctx, &model.MeritMember{VillageID: villageID, AccountID: l.account, PersonID: l.person}); err != nil {
		return err
	}
	_, err = add()
	return err
}

// insertOnce inserts a row that somebody else may insert at the same time.
func (s *Service) insertOnce(ctx context.Context, row any) error {
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		return unique(s.store.DB(ctx).Create(row).Error, "已经有了")
	})
	if model.IsCode(err, model.Conflict) {
		return nil
	}
	return err
}

// unique turns a duplicate key into words.
func unique(err error, words string) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return model.Errorf(model.Conflict, "%s", words).Because(err)
	}
	return err
}
