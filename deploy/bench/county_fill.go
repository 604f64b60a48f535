package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"cunwu/model"
)

// historyTables are those that a village's three years fill, and its people.
func historyTables() []string {
	return []string{"households", "villagers", "role_grants", "identities", "bindings", "cases", "case_events", "disclosures", "disclosure_versions",
		"polls", "poll_voters", "poll_turnouts", "poll_ballots", "merit_accounts", "merit_postings", "merit_entries"}
}

// What a village of a thousand people does in a year.
const (
	casesAYear       = 100
	disclosuresAYear = 48
	pollsAYear       = 2
	postingsAYear    = 1000
)

// past makes up three years, the same each time.
type past struct {
	dice   *rand.Rand
	people []model.Villager
	openid map[string]string // by villager
	end    time.Time
}

func (p *past) somebody() model.Villager { return p.people[p.dice.IntN(len(p.people))] }
func (p *past) sometime() model.Time {
	return model.At(p.end.Add(-time.Duration(p.dice.Int64N(int64(countyYears * 365 * 24 * time.Hour)))))
}
func (p *past) id() string { return fmt.Sprintf("%016x%016x", p.dice.Uint64(), p.dice.Uint64()) }

// remember writes the village's three years.
func (p *parish) remember(ctx context.Context) error {
	made := &past{dice: rand.New(rand.NewPCG(1949, 10)), openid: map[string]string{}, end: time.Now().Add(-24 * time.Hour)} //nolint:gosec // dice
	db := p.hall.store.DB(ctx)
	if err := db.Where("village_id = ?", villageCode).Order("id").Find(&made.people).Error; err != nil {
		return err
	}
	var bound []model.Binding
	if err := db.Where("village_id = ?", villageCode).Find(&bound).Error; err != nil {
		return err
	}
	for _, b := range bound {
		made.openid[b.VillagerID] = b.OpenID
	}
	for _, write := range []func(ctx context.Context, made *past, thousands float64) error{p.pastCases, p.pastDisclosures, p.pastPolls, p.pastPoints} {
		if err := write(ctx, made, float64(p.people)/1000*countyYears); err != nil {
			return err
		}
	}
	return nil
}

// put inserts rows, so many a statement.
func put[T any](ctx context.Context, p *parish, rows []T) error {
	return p.hall.store.DB(ctx).CreateInBatches(&rows, 500).Error
}

func (p *parish) pastCases(ctx context.Context, made *past, times float64) error {
	var cases []model.Case
	var events []model.CaseEvent
	for i := range int(casesAYear * times) {
		who, at := made.somebody(), made.sometime()
		c := model.Case{VillageID: villageCode, ID: made.id(), Number: int64(1_000_000 + i), Kind: "help", Topic: model.TopicHelp, State: "closed",
			AskerVillage: villageCode, AskerID: who.ID, AskerAccount: appID, AskerOpenID: made.openid[who.ID], AskerName: who.Name, Summary: words,
			HandlerVillage: villageCode, HandlerID: made.people[0].ID, OpenedAt: at, SaidAt: at, ClosedAt: at, ClosedHow: "solved", Stars: 5}
		cases = append(cases, c)
		for _, kind := range []string{"said", "replied", "closed"} {
			events = append(events, model.CaseEvent{VillageID: villageCode, CaseID: c.ID, ID: made.id(), At: at, ByID: who.ID, ByName: who.Name, Kind: kind, Text: words})
		}
	}
	if err := put(ctx, p, cases); err != nil {
		return err
	}
	return put(ctx, p, events)
}

func (p *parish) pastDisclosures(ctx context.Context, made *past, _ float64) error {
	var all []model.Disclosure
	var versions []model.DisclosureVersion
	for i := range disclosuresAYear * countyYears {
		at, title := made.sometime(), fmt.Sprintf("第%d期村务公开", i+1)
		d := model.Disclosure{VillageID: villageCode, ID: made.id(), Kind: "village", Duty: "other", Period: fmt.Sprintf("p%d", i), Title: title, Scope: "public",
			State: "published", Current: 1, CreatedAt: at, PublishedAt: at}
		all = append(all, d)
		versions = append(versions, model.DisclosureVersion{VillageID: villageCode, DisclosureID: d.ID, Version: 1, Title: title, Text: words, WrittenAt: at, PublishedAt: at})
	}
	if err := put(ctx, p, all); err != nil {
		return err
	}
	return put(ctx, p, versions)
}

func (p *parish) pastPolls(ctx context.Context, made *past, _ float64) error {
	for i := range pollsAYear * countyYears {
		at := made.sometime()
		one := model.Poll{VillageID: villageCode, ID: made.id(), Title: fmt.Sprintf("第%d次表决", i+1), Organ: model.OrganConsultation, Secret: true, Options: "同意\n不同意", MaxChoices: 1,
			State: model.PollCounted, OpensAt: at, ClosesAt: at, ClosedAt: at, Electorate: len(made.people), Turnout: len(made.people), Result: "{}", CreatedAt: at}
		var voters []model.PollVoter
		var turnouts []model.PollTurnout
		var ballots []model.PollBallot
		for _, who := range made.people {
			voters = append(voters, model.PollVoter{VillageID: villageCode, PollID: one.ID, PersonID: who.ID, VoterID: who.ID})
			turnouts = append(turnouts, model.PollTurnout{VillageID: villageCode, PollID: one.ID, VoterID: who.ID, PersonID: who.ID, Channel: "mini"})
			ballots = append(ballots, model.PollBallot{VillageID: villageCode, PollID: one.ID, Receipt: made.id(), Choices: "1"})
		}
		for _, err := range []error{put(ctx, p, []model.Poll{one}), put(ctx, p, voters), put(ctx, p, turnouts), put(ctx, p, ballots)} {
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *parish) pastPoints(ctx context.Context, made *past, times float64) error {
	var houses []model.Household
	if err := p.hall.store.DB(ctx).Where("village_id = ?", villageCode).Order("id").Find(&houses).Error; err != nil {
		return err
	}
	accounts := make([]model.MeritAccount, len(houses))
	for i, h := range houses {
		accounts[i] = model.MeritAccount{VillageID: villageCode, ID: "house/" + h.ID, Kind: model.MeritHouse, HouseholdID: h.ID, CreatedAt: model.At(made.end)}
	}
	var postings []model.MeritPosting
	var entries []model.MeritEntry
	for range int(postingsAYear * times) {
		a := &accounts[made.dice.IntN(len(accounts))]
		a.Entries++
		a.Balance++
		id, at := made.id(), made.sometime()
		postings = append(postings, model.MeritPosting{VillageID: villageCode, ID: id, Cause: "award", OnceKey: id, At: at})
		entries = append(entries, model.MeritEntry{VillageID: villageCode, AccountID: a.ID, Seq: a.Entries, PostingID: id, Amount: 1, Balance: a.Balance, At: at})
	}
	if err := put(ctx, p, accounts); err != nil {
		return err
	}
	if err := put(ctx, p, postings); err != nil {
		return err
	}
	return put(ctx, p, entries)
}
