package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cunwu/model"
	"cunwu/service/poll"
)

const (
	ballotsFew  = 1_000
	ballotsMany = 1_000_000
	fillRows    = 2_000 // a statement that fills
)

// voteFlat compares a vote in a poll that holds a thousand times the ballots with itself.
func voteFlat(ctx context.Context, b *bench) ([]line, error) {
	many := ballotsMany
	if b.count == 1 { // -quick
		many = ballotsMany / 10
	}
	each := min(b.messages, 2000)
	full, err := b.newHall(ctx, each*b.count, many)
	if err != nil {
		return nil, err
	}
	empty, err := b.newHall(ctx, each*b.count, ballotsFew)
	if err != nil {
		return nil, err
	}
	round := func(h *hall) side {
		first := 0 // nobody votes twice
		return func(ctx context.Context) (sample, error) {
			from := first
			first += each
			return together(b.senders, each, func(i int) error {
				id := voterID(from + i)
				actor := model.Actor{VillageID: villageCode, VillagerID: id, Account: appID, OpenID: id}
				return h.polls.Cast(ctx, actor, poll.Ballot{Poll: h.ref, Choices: []int{1}, Receipt: receipt()})
			})
		}
	}
	p, err := inTurn(ctx, b.count, round(full), round(empty))
	if err != nil {
		return nil, err
	}
	for h, before := range map[*hall]int{full: many, empty: ballotsFew} {
		if err := h.whole(ctx, before+each*b.count); err != nil {
			return nil, err
		}
	}
	return []line{p.faster(fmt.Sprintf("vote in a poll of %d ballots", many), fmt.Sprintf("the same with %d ballots", ballotsFew), 0.9)}, nil
}

func voterID(i int) string { return fmt.Sprintf("%032x", i) }

// newHall is a village with voters and one open poll, in which so many others have voted.
func (b *bench) newHall(ctx context.Context, voters, before int) (*hall, error) {
	dsn, db, err := b.database(ctx, "hall")
	if err != nil {
		return nil, err
	}
	h, err := b.openHall(dsn, db)
	if err != nil {
		return nil, err
	}
	if _, err := h.store.Migrate(ctx); err != nil {
		return nil, err
	}
	now := model.At(h.store.Now())
	if err := h.store.DB(ctx).Create(&model.Village{ID: villageCode, Kind: model.UnitVillage, Name: "云溪村", CreatedAt: now}).Error; err != nil {
		return nil, err
	}
	for from := 0; from < voters; from += 500 {
		var people []model.Villager
		var bindings []model.Binding
		for i := from; i < min(from+500, voters); i++ {
			id := voterID(i)
			people = append(people, model.Villager{VillageID: villageCode, ID: id, IDIndex: id, Name: "村民", BornOn: "1970-01-01", Standing: model.StandingRegistered, State: model.VillagerLiving, CreatedAt: now})
			bindings = append(bindings, model.Binding{VillageID: villageCode, VillagerID: id, Account: appID, OpenID: id, Strength: model.BoundInPerson, BoundAt: now})
		}
		if err := errors.Join(h.store.DB(ctx).Create(&people).Error, h.store.DB(ctx).Create(&bindings).Error); err != nil {
			return nil, err
		}
	}
	if err := h.open(ctx); err != nil {
		return nil, err
	}
	return h, h.fill(ctx, before)
}

// fill writes ballots of voters who aren't among ours.
func (h *hall) fill(ctx context.Context, n int) error {
	for from := 0; from < n; from += fillRows {
		var ballots, turnouts []string
		for i := from; i < min(from+fillRows, n); i++ {
			ballots = append(ballots, fmt.Sprintf("('%s','%s','%s','1','')", h.ref.VillageID, h.ref.ID, receipt()))
			turnouts = append(turnouts, fmt.Sprintf("('%s','%s','v%031d','v%031d','mini',FALSE,'')", h.ref.VillageID, h.ref.ID, i, i))
		}
		for into, rows := range map[string][]string{
			"poll_ballots (village_id, poll_id, receipt, choices, voter_id)":                  ballots,
			"poll_turnouts (village_id, poll_id, voter_id, person_id, channel, away, via_id)": turnouts,
		} {
			if _, err := h.db.ExecContext(ctx, "INSERT INTO "+into+" VALUES "+strings.Join(rows, ",")); err != nil {
				return err
			}
		}
	}
	return nil
}
