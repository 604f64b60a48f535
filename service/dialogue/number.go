package dialogue

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
)

const (
	claimLife   = 10 * time.Minute // how long the next voice or picture answers the case just shown
	confirmLife = 30 * time.Minute // how long a digit may still send what waited for it
)

// match is a case that a number may mean, and the sender's person who knows it.
type match struct {
	view  casework.View
	actor model.Actor
	unit  model.Village
}

// numbered does what a line that begins with #N says.
func (t *turn) numbered(ctx context.Context, n numbered) (string, error) {
	if reply, done, err := t.disputed(ctx, n); done || err != nil {
		return reply, err
	}
	found, err := t.find(ctx, n)
	if err != nil {
		return "", err
	}
	switch len(found) {
	case 0:
		return fmt.Sprintf(noSuchCase, n.Number), nil
	case 1:
		return t.act(ctx, found[0], n.Rest)
	}
	f := frame{Kind: askCase, Text: n.Rest}
	lines := []string{fmt.Sprintf(severalCases, n.Number)}
	for i, m := range found {
		f.Options = append(f.Options, option{Case: casework.RefOf(m.view.Case), Number: n.Number, Actor: m.actor.Person()})
		lines = append(lines, fmt.Sprintf("回%d：%s %s", i+1, m.label(), casework.Shown(m.view.Case)))
	}
	f.Prompt = strings.Join(lines, "\n")
	return t.ask(f, 0), nil
}

// label is how this sender calls the case.
func (m match) label() string { return casework.Label(m.unit, m.view.Case.Number) }

// find looks for #N in every village that one of the sender's persons belongs to
// or serves; only cases that the person may know of count.
func (t *turn) find(ctx context.Context, n numbered) ([]match, error) {
	var villages []string
	for _, actor := range t.actors() {
		villages = append(villages, villagesOf(actor)...)
	}
	cases, err := t.cases.Numbered(ctx, villages, n.Number)
	if err != nil {
		return nil, err
	}
	var found []match
	for _, c := range cases {
		unit, err := t.people.Get(ctx, c.VillageID)
		if err != nil {
			return nil, err
		}
		if n.Village != "" && n.Village != unit.Name && n.Village != casework.ShortName(unit.Name) {
			continue
		}
		m, ok, err := t.seenBy(ctx, c, unit)
		if err != nil {
			return nil, err
		}
		if ok && len(found) < 9 {
			found = append(found, m)
		}
	}
	return found, nil
}

// seenBy finds which of the sender's persons may know of the case, the one
// speaking now first. Of a hidden case of one's own only that one may: phones are
// shared.
func (t *turn) seenBy(ctx context.Context, c model.Case, unit model.Village) (match, bool, error) {
	for _, actor := range t.actors() {
		if !slices.Contains(villagesOf(actor), c.VillageID) {
			continue
		}
		view, err := t.cases.See(ctx, actor, c)
		if model.AsError(err) != nil {
			continue
		}
		if err != nil {
			return match{}, false, err
		}
		if casework.Hidden(c) && view.Side == casework.SideAsker && actor.VillagerID != t.actor.VillagerID {
			continue
		}
		return match{view: view, actor: actor, unit: unit}, true, nil
	}
	return match{}, false, nil
}

func villagesOf(actor model.Actor) []string {
	villages := actor.Serves(model.VerbHandle)
	for _, v := range actor.Serves(model.VerbHear) {
		if !slices.Contains(villages, v) {
			villages = append(villages, v)
		}
	}
	if actor.VillageID != "" && !slices.Contains(villages, actor.VillageID) {
		villages = append(villages, actor.VillageID)
	}
	return villages
}

// act does with the case what the rest of the line says.
func (t *turn) act(ctx context.Context, m match, rest string) (string, error) {
	if rest == "" {
		return t.show(ctx, m)
	}
	switch m.view.Side {
	case casework.SideAsker:
		return t.askerSays(ctx, m, rest)
	case casework.SideHandler:
		return t.handlerSays(ctx, m, rest)
	case casework.SideListener:
		return t.listenerSays(ctx, m, rest)
	case casework.SideHelper:
		return t.helperSays(ctx, m, rest)
	}
	return signersOnlyRead, nil
}

// show tells the case's course; a handler's next voice or picture answers it.
func (t *turn) show(ctx context.Context, m match) (string, error) {
	view, err := t.cases.Get(ctx, m.actor, casework.RefOf(m.view.Case))
	if err != nil {
		return "", err
	}
	t.shown[view.Case.ID] = t.now().Format("2006-01-02")
	text := casework.Course(view)
	switch {
	case view.Side == casework.SideHandler && view.Case.Open():
		t.drop(inClaim)
		t.ask(frame{Kind: inClaim, Case: casework.RefOf(view.Case), Number: view.Case.Number, Speaker: m.actor.Person()}, claimLife)
		return text + "\n" + fmt.Sprintf(claimPrompt, view.Case.Number), nil
	case view.Side == casework.SideAsker && view.Case.Confidential && view.Case.Open():
		t.drop(inPrivate)
		t.ask(frame{Kind: inPrivate, Speaker: m.actor.Person(), Case: casework.RefOf(view.Case), Number: view.Case.Number}, 0)
		if view.Case.State == model.CaseReplied {
			text += "\n" + fmt.Sprintf(verdictPrompt, view.Case.Number, view.Case.Number)
		}
		return text + "\n" + privateAgain, nil
	case view.Side == casework.SideAsker && view.Case.State == model.CaseReplied:
		return text + "\n" + fmt.Sprintf(verdictPrompt, view.Case.Number, view.Case.Number), nil
	}
	return text, nil
}

// askerSays: a verdict, or further words to the own case.
func (t *turn) askerSays(ctx context.Context, m match, rest string) (string, error) {
	c := m.view.Case
	if n, words, ok := parseDigit(normalise(rest)); ok && (n == 1 || n == 2) {
		return t.judge(ctx, m.actor, casework.RefOf(c), n == 1, words)
	}
	switch trimmed(normalise(rest)) {
	case "联名":
		_, err := t.cases.OpenForSigners(ctx, m.actor, casework.RefOf(c))
		return fmt.Sprintf(openForSigners, c.Number, c.Number), err
	case "撤回":
		return t.withdraw(ctx, m.actor, c)
	case "换人":
		return t.swap(ctx, m.actor, c)
	}
	said := casework.Said{Text: rest}
	if !c.Confidential {
		if reply, asked, err := t.askAccused(ctx, said, help.Heed{}); asked || err != nil {
			return reply, err
		}
	}
	_, err := t.cases.Add(ctx, m.actor, casework.RefOf(c), said, "")
	return fmt.Sprintf(joinedReply, c.Number), err
}
