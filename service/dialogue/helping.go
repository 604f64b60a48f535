package dialogue

import (
	"context"
	"fmt"
	"strings"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/membership"
)

// helped is a help as one of the persons on this telephone is concerned by it.
type helped struct {
	membership.Help
	actor model.Actor
}

// helping does 同意代办, 不同意代办 and 取消代办, with the number or without when
// there is only one. In any other form they are words.
func (t *turn) helping(ctx context.Context, first, rest string) (reply string, done bool, err error) {
	r, numbered := parseRequest(rest)
	if rest != "" && (!numbered || r.rest != "") || !t.actor.Known() {
		return "", false, nil
	}
	all, err := t.helps(ctx, first, r.number)
	if err != nil {
		return "", true, err
	}
	switch len(all) {
	case 0:
		return noSuchHelp, true, nil
	case 1:
		reply, err = t.answerHelp(ctx, first, all[0])
		return reply, true, err
	}
	lines := []string{whichHelp}
	for _, h := range all {
		lines = append(lines, fmt.Sprintf("%s %d：%s", first, h.Number, fmt.Sprintf(helpLine, h.HelperName, h.ElderName, h.Scope.Words())))
	}
	return strings.Join(lines, "\n"), true, nil
}

// helps are those that the word may mean: to be agreed to by the elders on this
// telephone; to be ended by elder, helper or cadre.
func (t *turn) helps(ctx context.Context, first string, number int64) ([]helped, error) {
	var all []helped
	seen := map[string]bool{}
	keep := func(actor model.Actor, some []membership.Help) {
		for _, h := range some {
			if (number == 0 || h.Number == number) && !seen[h.ID] && (first == "取消代办" || h.State == model.RequestOpen) {
				seen[h.ID] = true
				all = append(all, helped{h, actor})
			}
		}
	}
	for _, actor := range t.actors() {
		mine, others, err := t.members.Helpers(ctx, actor)
		if err != nil {
			return nil, err
		}
		keep(actor, mine)
		if first == "取消代办" {
			keep(actor, others)
		}
	}
	if first != "取消代办" || number == 0 || len(all) > 0 {
		return all, nil
	}
	for _, d := range t.bindsFor() {
		some, err := t.members.Helped(ctx, []string{d.villageID}, number)
		if err != nil {
			return nil, err
		}
		keep(d.actor, some)
	}
	return all, nil
}

func (t *turn) answerHelp(ctx context.Context, first string, h helped) (string, error) {
	ref := membership.HelpRef{VillageID: h.VillageID, Number: h.Number}
	switch first {
	case "同意代办":
		out, err := t.members.Agree(ctx, h.actor, ref)
		return fmt.Sprintf(helpAgreed, h.HelperName, h.Scope.Words(), casework.When(out.Until.Time), h.Number), err
	case "不同意代办":
		_, err := t.members.Disagree(ctx, h.actor, ref)
		return fmt.Sprintf(helpRefused, h.HelperName), err
	}
	_, err := t.members.EndHelp(ctx, h.actor, ref)
	return fmt.Sprintf(helpEnded, h.HelperName, h.ElderName), err
}

// helperSays adds a helper's words to the elder's case.
func (t *turn) helperSays(ctx context.Context, m match, rest string) (string, error) {
	_, err := t.cases.Add(ctx, m.actor, casework.RefOf(m.view.Case), casework.Said{Text: rest}, "")
	if model.IsCode(err, model.Unknown) {
		return helperOnlyReads, nil
	}
	return fmt.Sprintf(joinedReply, m.view.Case.Number), err
}

// deciders are those of the sender's persons who act on cases of some kind.
func (t *turn) deciders() []model.Actor {
	var found []model.Actor
	for _, known := range t.sender.Persons {
		if len(known.Actor.Serves(model.VerbHandle))+len(known.Actor.Serves(model.VerbCorrect))+len(known.Actor.Serves(model.VerbMediate))+len(known.Actor.Serves(model.VerbCounsel))+len(known.Actor.Serves(model.VerbMeritJudge)) > 0 {
			found = append(found, known.Actor)
		}
	}
	return found
}
