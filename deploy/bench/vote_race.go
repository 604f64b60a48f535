package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"cunwu/model"
	"cunwu/service/poll"
	"cunwu/service/village"
)

const (
	raceRounds  = 100
	raceRetries = 1000 // of one ballot
	raceVoters  = 40
)

// races has everybody vote at once in ways that must come to one ballot each, over and over. It has no
// figure to compare: it fails when a vote is counted twice or lost.
func races(ctx context.Context, b *bench) ([]line, error) {
	h, err := b.newRaceHall(ctx)
	if err != nil {
		return nil, err
	}
	rounds := raceRounds
	if b.count == 1 { // -quick
		rounds = 3
	}
	for _, race := range []struct {
		name string
		run  func(ctx context.Context) (voted int, err error)
	}{
		{fmt.Sprintf("%d retries of one ballot", raceRetries), h.retries},
		{"30 different choices of one voter", h.choices},
		{"one voter by phone, link, proxy, a desk and a paper sheet", h.channels},
		{fmt.Sprintf("%d voters and three closes", raceVoters), h.closing},
	} {
		for round := range rounds {
			if err := h.open(ctx); err != nil {
				return nil, err
			}
			voted, err := race.run(ctx)
			if err == nil {
				err = h.counted(ctx, voted)
			}
			if err != nil {
				return nil, fmt.Errorf("%s, round %d: %w", race.name, round+1, err)
			}
		}
		fmt.Printf("#   %s: %d rounds, each vote once\n", race.name, rounds)
	}
	return nil, nil
}

// newRaceHall is a village with people who can vote by every channel.
func (b *bench) newRaceHall(ctx context.Context) (*hall, error) {
	h, err := b.newHall(ctx, raceVoters, 0)
	if err != nil {
		return nil, err
	}
	now := model.At(h.store.Now())
	for i, name := range raceNames() {
		id, house := voterID(1000+i), "house"+name
		if name == raceKin {
			house = "house" + raceElder
		} else if err := h.store.DB(ctx).Create(&model.Household{VillageID: villageCode, ID: house, Number: fmt.Sprint(900 + i), HeadID: id, CreatedAt: now}).Error; err != nil {
			return nil, err
		}
		err := errors.Join(
			h.store.DB(ctx).Create(&model.Villager{VillageID: villageCode, ID: id, HouseholdID: house, IDIndex: id, Name: name, BornOn: "1950-01-01",
				Standing: model.StandingRegistered, State: model.VillagerLiving, CreatedAt: now}).Error,
			h.store.DB(ctx).Create(&model.Binding{VillageID: villageCode, VillagerID: id, Account: appID, OpenID: id, Strength: model.BoundInPerson, BoundAt: now}).Error)
		if err != nil {
			return nil, err
		}
	}
	return h, nil
}

const (
	raceElder = "王老"  // who votes by every channel
	raceKin   = "王小"  // holds the proxy
	raceDesk  = "刘芳"  // enters what others say, and the sheet
	raceOther = "赵志强" // the sheet's second pair of eyes
)

func raceNames() []string {
	return []string{raceElder, raceKin, raceDesk, raceOther, "甲", "乙", "丙", "丁"}
}

// raceActor is one of raceNames at their own phone.
func raceActor(name string) model.Actor {
	for i, n := range raceNames() {
		if n == name {
			a := model.Actor{VillageID: villageCode, VillagerID: voterID(1000 + i), Name: name, Account: appID, OpenID: voterID(1000 + i)}
			if name == raceDesk || name == raceOther {
				a.Holds = []model.Held{{VillageID: villageCode, Role: model.RoleCommittee}}
			}
			return a
		}
	}
	return model.Actor{}
}

func raceVoter(i int) model.Actor {
	return model.Actor{VillageID: villageCode, VillagerID: voterID(i), Account: appID, OpenID: voterID(i)}
}

// taken counts what was taken; whoever is told no is told it in words.
func taken(n *atomic.Int64, vote func() error) error {
	for {
		switch err := vote(); {
		case err == nil:
			n.Add(1)
			return nil
		case model.IsCode(err, model.Conflict), model.IsCode(err, model.Gone):
			return nil
		case !model.Transient(err): // else too busy: a phone asks again
			return err
		}
	}
}

func (h *hall) retries(ctx context.Context) (int, error) {
	ballot, actor := poll.Ballot{Poll: h.ref, Choices: []int{2}, Receipt: receipt()}, raceVoter(0)
	var n atomic.Int64
	_, err := together(raceRetries, raceRetries, func(int) error {
		return taken(&n, func() error { return h.polls.Cast(ctx, actor, ballot) })
	})
	if err == nil && n.Load() != raceRetries {
		err = fmt.Errorf("%d of %d retries were told that the ballot is in", n.Load(), raceRetries)
	}
	return 1, err
}

func (h *hall) choices(ctx context.Context) (int, error) {
	var n atomic.Int64
	_, err := together(30, 30, func(i int) error {
		ballot := poll.Ballot{Poll: h.ref, Choices: []int{1 + i%2}, Receipt: receipt()}
		return taken(&n, func() error { return h.polls.Cast(ctx, raceVoter(0), ballot) })
	})
	return int(n.Load()), errors.Join(err, once(n.Load()))
}

func once(n int64) error {
	if n != 1 {
		return fmt.Errorf("%d were told that theirs was taken", n)
	}
	return nil
}

func (h *hall) channels(ctx context.Context) (int, error) {
	elder := raceActor(raceElder)
	if err := h.polls.GiveProxy(ctx, elder, poll.NewProxy{Poll: h.ref, Holder: village.Named{Name: raceKin}}); err != nil {
		return 0, err
	}
	address, _, err := h.polls.Link(ctx, elder, h.ref)
	if err != nil {
		return 0, err
	}
	sheet := poll.Sheet{Poll: h.ref, Number: "1", Ballots: [][]int{{1}, {2}, {1}, {2}, {1}}}
	for _, name := range []string{raceElder, "甲", "乙", "丙", "丁"} {
		sheet.Voters = append(sheet.Voters, village.Named{Name: name})
	}
	if _, err := h.polls.EnterSheet(ctx, raceActor(raceDesk), sheet); err != nil {
		return 0, err
	}
	var n, bySheet atomic.Int64
	ways := []func() error{
		func() error {
			return h.polls.Cast(ctx, elder, poll.Ballot{Poll: h.ref, Choices: []int{1}, Receipt: receipt()})
		},
		func() error {
			return h.polls.CastByLink(ctx, villageCode, address[len(address)-32:], poll.Ballot{Choices: []int{2}, Receipt: receipt()})
		},
		func() error {
			return h.polls.Cast(ctx, raceActor(raceKin), poll.Ballot{Poll: h.ref, Choices: []int{2}, Receipt: receipt(), OnBehalfOf: elder.VillagerID})
		},
		func() error {
			return h.polls.Assist(ctx, raceActor(raceDesk), poll.Assisted{Poll: h.ref, Voter: village.Named{Name: raceElder}, Choices: []int{1}, Consent: "电话"})
		},
		func() error {
			_, err := h.polls.EnterSheet(ctx, raceActor(raceOther), sheet)
			if err == nil {
				bySheet.Add(1)
			}
			return err
		},
	}
	_, err = together(len(ways), len(ways), func(i int) error { return taken(&n, ways[i]) })
	voted := 1
	if bySheet.Load() == 1 {
		voted = len(sheet.Voters)
	}
	return voted, errors.Join(err, once(n.Load()))
}

func (h *hall) closing(ctx context.Context) (int, error) {
	var n, closed atomic.Int64
	_, err := together(raceVoters+3, raceVoters+3, func(i int) error {
		if i%10 == 9 && i < 30 { // three closes, amid the votes
			return taken(&closed, func() error { return h.polls.Close(ctx, boss(), h.ref, "都投了") })
		}
		return taken(&n, func() error {
			return h.polls.Cast(ctx, raceVoter(i%raceVoters), poll.Ballot{Poll: h.ref, Choices: []int{1}, Receipt: receipt()})
		})
	})
	return int(n.Load()), err
}

// counted closes the poll and compares: what the voters were told, the ballots, who took part, the
// result, and what a recount of the published file finds.
func (h *hall) counted(ctx context.Context, voted int) error {
	if err := h.polls.Close(ctx, boss(), h.ref, "都投了"); err != nil && !model.IsCode(err, model.Conflict) {
		return err
	}
	if err := h.whole(ctx, voted); err != nil {
		return err
	}
	r, err := h.polls.Result(ctx, boss(), h.ref)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := h.polls.Export(ctx, boss(), h.ref, &file); err != nil {
		return err
	}
	again, err := poll.Recount(&file)
	if err == nil && (r.Turnout != voted || !r.Withheld && (len(again.Faults) > 0 || again.Ballots != voted)) {
		err = fmt.Errorf("%d voted, the result says %d, the recount %+v", voted, r.Turnout, again)
	}
	return err
}
