package poll_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cunwu/model"
	"cunwu/service/poll"
)

// naive is the law, said as plainly as it can be, in fractions.
type naive struct {
	quorum, pass         *big.Rat
	quorumOver, passOver bool
	ofAll                bool
}

func law(organ model.Organ) naive {
	half, third := big.NewRat(1, 2), big.NewRat(2, 3)
	switch organ {
	case model.OrganPersons:
		return naive{quorum: half, quorumOver: true, pass: half, passOver: true}
	case model.OrganHouseholds, model.OrganRepresentatives, model.OrganGroup:
		return naive{quorum: third, pass: half, passOver: true}
	case model.OrganCollective:
		return naive{quorum: third, pass: third, ofAll: true}
	}
	return naive{quorum: new(big.Rat), pass: half, passOver: true}
}

func reaches(part, whole int, share *big.Rat, over bool) bool {
	if whole == 0 {
		return !over
	}
	c := big.NewRat(int64(part), int64(whole)).Cmp(share)
	return c > 0 || c == 0 && !over
}

// For random rolls, votes and ways of voting the result is the naive model's, in
// every number; ballots, turnout and recount agree.
func TestTheResultIsTheNaiveModels(t *testing.T) {
	h := newHouse(t)
	organs := []model.Organ{model.OrganPersons, model.OrganHouseholds, model.OrganRepresentatives, model.OrganGroup, model.OrganCollective, model.OrganConsultation}
	var people []string
	for i := range 18 { // twelve households of one to three
		name := fmt.Sprint("村民", i+1)
		h.person(name, fmt.Sprint("5", i*2/3))
		if i%4 == 0 {
			h.set(name, "residence", "深圳")
		}
		people = append(people, name)
	}
	_, err := h.Enrol(h.ctx, h.actor("赵志强"), yunxi, model.OrganRepresentatives, names(people[:9]...))
	h.ok(err)
	_, err = h.Enrol(h.ctx, h.actor("赵志强"), yunxi, model.OrganCollective, names(people[:15]...))
	h.ok(err)
	households := map[string]string{}
	var villagers []model.Villager
	h.ok(h.store.DB(h.ctx).Find(&villagers).Error)
	for _, v := range villagers {
		households[v.Name] = v.HouseholdID
	}
	everybody := append(slices.Clone(people), "张明", "赵志强", "刘芳", "孙有田")

	rapid.Check(t, func(rt *rapid.T) {
		in := h.question()
		in.Organ, in.GroupName = rapid.SampledFrom(organs).Draw(rt, "organ"), "一组"
		in.Secret = rapid.Bool().Draw(rt, "secret")
		in.ByHousehold = rapid.Bool().Draw(rt, "households")
		if rapid.Bool().Draw(rt, "choice") {
			in.Options, in.MaxChoices = []string{"甲", "乙", "丙", "弃权"}, rapid.IntRange(1, 3).Draw(rt, "most")
		}
		byHousehold := in.Organ == model.OrganHouseholds || in.Organ == model.OrganGroup && in.ByHousehold
		ref := h.opened(in)
		options := 3
		if in.Options != nil {
			options = 4
		}
		roll := everybody
		switch in.Organ {
		case model.OrganRepresentatives:
			roll = people[:9]
		case model.OrganCollective:
			roll = people[:15]
		}
		voterOf := func(name string) string {
			if byHousehold {
				return households[name]
			}
			return name
		}
		electorate := map[string]bool{}
		for _, name := range roll {
			electorate[voterOf(name)] = true
		}
		took := map[string][]int{}
		leaning := rapid.IntRange(1, options).Draw(rt, "leaning")
		for _, name := range rapid.Permutation(everybody).Draw(rt, "order") {
			if rapid.IntRange(0, 9).Draw(rt, "takes part") < 3 {
				continue
			}
			var choices []int
			for range rapid.IntRange(1, max(in.MaxChoices, 1)).Draw(rt, "how many") {
				n := leaning
				if rapid.Bool().Draw(rt, "otherwise") {
					n = rapid.IntRange(1, options).Draw(rt, "choice")
				}
				if !slices.Contains(choices, n) {
					choices = append(choices, n)
				}
			}
			err := h.cast(ref, name, choices...)
			switch _, again := took[voterOf(name)]; {
			case !slices.Contains(roll, name):
				if !model.IsCode(err, model.Forbidden) {
					rt.Fatalf("%s isn't on the roll: %v", name, err)
				}
			case again:
				if !model.IsCode(err, model.Conflict) {
					rt.Fatalf("%s votes again: %v", name, err)
				}
			default:
				if err != nil {
					rt.Fatalf("%s: %v", name, err)
				}
				took[voterOf(name)] = choices
			}
		}
		v, err := h.Get(h.ctx, h.actor("赵志强"), ref)
		h.ok(err)
		before := h.clock.Now()
		h.clock.Set(v.Poll.ClosesAt.Time)
		_, err = h.CloseDue(h.ctx)
		h.ok(err)
		h.clock.Set(before.Add(time.Second))
		r := h.whole(ref)

		want, votes, passed := law(in.Organ), make([]int, options), false
		for _, choices := range took {
			for _, n := range choices {
				votes[n-1]++
			}
		}
		met := reaches(len(took), len(electorate), want.quorum, want.quorumOver)
		whole := len(took)
		if want.ofAll {
			whole = len(electorate)
		}
		for i, o := range r.Options {
			adoptable := o.Text != "反对" && o.Text != "弃权"
			adopted := met && adoptable && votes[i] > 0 && reaches(votes[i], whole, want.pass, want.passOver)
			passed = passed || adopted
			if !r.Withheld && (o.Votes != votes[i] || o.Adopted != adopted) {
				rt.Errorf("%s has %+v, want %d votes, adopted %v", o.Text, o, votes[i], adopted)
			}
		}
		if r.Electorate != len(electorate) || r.Turnout != len(took) || r.Quorum.Met != met || r.Passed != passed {
			rt.Errorf("the result is %+v, want %d of %d, quorum %v, passed %v", r, len(took), len(electorate), met, passed)
		}
		if r.Withheld != (in.Secret && len(took) > 0 && len(took) < 5) {
			rt.Errorf("withheld: %v with %d voters", r.Withheld, len(took))
		}
		for _, shares := range [][]poll.Share{r.ByChannel, r.ByResidence} {
			sum := 0
			for _, s := range shares {
				sum += s.Turnout
				if s.Turnout < 5 && len(shares) > 1 {
					rt.Errorf("a subgroup of %d stands alone in %+v", s.Turnout, shares)
				}
			}
			if sum != r.Turnout {
				rt.Errorf("the shares %+v aren't the turnout %d", shares, r.Turnout)
			}
		}
	})
}

// Needed is the least part that Met accepts.
func TestNeededIsTheLeastThatMeets(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		den := rapid.Int64Range(1, 12).Draw(rt, "den")
		r := poll.Rule{Num: rapid.Int64Range(0, den).Draw(rt, "num"), Den: den, Over: rapid.Bool().Draw(rt, "over")}
		whole := rapid.IntRange(0, 100_000).Draw(rt, "whole")
		n := r.Needed(whole)
		if !r.Met(n, whole) || n > 0 && r.Met(n-1, whole) {
			rt.Errorf("%+v of %d needs %d", r, whole, n)
		}
	})
}

func TestTheTwoTwoThirdsRules(t *testing.T) {
	for _, c := range []struct {
		rule        poll.Rule
		part, whole int
		want        bool
	}{
		{poll.Rule{Num: 2, Den: 3}, 200, 300, true}, {poll.Rule{Num: 2, Den: 3}, 199, 300, false}, // 三分之二以上 includes two thirds
		{poll.Rule{Num: 2, Den: 3}, 67, 100, true}, {poll.Rule{Num: 2, Den: 3}, 66, 100, false},
		{poll.Rule{Num: 1, Den: 2, Over: true}, 50, 100, false}, {poll.Rule{Num: 1, Den: 2, Over: true}, 51, 100, true}, // 过半数 is more than half
		{poll.Rule{Num: 1, Den: 2, Over: true}, 51, 101, true}, {poll.Rule{Num: 1, Den: 2, Over: true}, 50, 101, false},
	} {
		if got := c.rule.Met(c.part, c.whole); got != c.want {
			t.Errorf("%d of %d by %+v: %v", c.part, c.whole, c.rule, got)
		}
	}
}
