package poll

import (
	"context"
	"slices"

	"cunwu/model"
)

// Rule is a share that must be reached, in integers: Num/Den of a whole, or more
// than that when Over is true (过半数 is over 1/2, 三分之二以上 is not over 2/3).
type Rule struct {
	Num   int64 `json:"num"`
	Den   int64 `json:"den"`
	Over  bool  `json:"over"`
	OfAll bool  `json:"of_all,omitempty"` // the whole is the roll, not those who took part
}

// Met says whether part of whole reaches the share.
func (r Rule) Met(part, whole int) bool {
	if r.Over {
		return r.Den*int64(part) > r.Num*int64(whole)
	}
	return r.Den*int64(part) >= r.Num*int64(whole)
}

// Needed is the least part of whole that reaches the share.
func (r Rule) Needed(whole int) int {
	least := r.Num * int64(whole) / r.Den
	if r.Over || least*r.Den < r.Num*int64(whole) {
		least++
	}
	return int(least)
}

// Rules are those of one poll, as they held on the day of its notice.
type Rules struct {
	Quorum Rule `json:"quorum"`
	Pass   Rule `json:"pass"`
}

// OptionResult is how an option did.
type OptionResult struct {
	Text    string `json:"text"`
	Votes   int    `json:"votes"`
	Adopted bool   `json:"adopted"`
}

// Outcome is what follows from the numbers alone.
type Outcome struct {
	QuorumNeeded int
	QuorumMet    bool
	PassNeeded   int // votes that an option needs
	Options      []OptionResult
	Passed       bool
}

// outcomeOf applies the rules. Who took part counts whatever was chosen, so that
// abstentions and spoilt papers stay in the denominator.
func outcomeOf(rules Rules, options []string, votes []int, electorate, turnout int) Outcome {
	whole := turnout
	if rules.Pass.OfAll {
		whole = electorate
	}
	out := Outcome{QuorumNeeded: rules.Quorum.Needed(electorate), QuorumMet: rules.Quorum.Met(turnout, electorate), PassNeeded: rules.Pass.Needed(whole)}
	for i, text := range options {
		adopted := out.QuorumMet && votes[i] > 0 && rules.Pass.Met(votes[i], whole) && !against(text)
		out.Options = append(out.Options, OptionResult{Text: text, Votes: votes[i], Adopted: adopted})
		out.Passed = out.Passed || adopted
	}
	return out
}

// rulesOf reads the rules that a poll keeps: of the day of its notice, or of
// today while it is a draft.
func (s *Service) rulesOf(ctx context.Context, p model.Poll) (Rules, error) {
	on := p.NoticedAt
	if on.IsZero() {
		on = s.now()
	}
	var rules Rules
	var over, all [2]int64
	for i, part := range []struct {
		name string
		rule *Rule
	}{{"quorum", &rules.Quorum}, {"pass", &rules.Pass}} {
		base := "poll." + string(p.Organ) + "." + part.name
		for name, into := range map[string]*int64{"num": &part.rule.Num, "den": &part.rule.Den, "over": &over[i], "of_all": &all[i]} {
			if name == "of_all" && part.name == "quorum" {
				continue
			}
			var err error
			if *into, err = s.rule(ctx, base+"."+name, on); err != nil {
				return rules, err
			}
		}
		part.rule.Over, part.rule.OfAll = over[i] == 1, all[i] == 1
	}
	return rules, nil
}

// Share is a part of the turnout. Electorate is 0 where it has none of its own.
type Share struct {
	Name       string `json:"name"`
	Electorate int    `json:"electorate,omitempty"`
	Turnout    int    `json:"turnout"`
}

// brokenOut leaves out what would tell of too few people: shares under least
// become one, and if that is too small still, or could be found by subtraction,
// the smallest others join it.
func brokenOut(shares []Share, least int) []Share {
	shares = slices.DeleteFunc(slices.Clone(shares), func(s Share) bool { return s.Turnout == 0 && s.Electorate == 0 })
	small := func(s Share) bool { return s.Turnout < least || s.Electorate > 0 && s.Electorate < least }
	slices.SortStableFunc(shares, func(a, b Share) int { return b.Turnout - a.Turnout })
	rest := Share{Name: shareRest}
	joined := 0
	kept := shares[:0:0]
	for _, s := range shares {
		if small(s) {
			rest.add(s)
			joined++
		} else {
			kept = append(kept, s)
		}
	}
	for joined > 0 && small(rest) && len(kept) > 0 {
		rest.add(kept[len(kept)-1])
		kept = kept[:len(kept)-1]
	}
	if joined > 0 {
		kept = append(kept, rest)
	}
	return kept
}

func (s *Share) add(other Share) {
	s.Turnout += other.Turnout
	s.Electorate += other.Electorate
}
