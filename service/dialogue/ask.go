package dialogue

import (
	"context"
	"fmt"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
)

const joinSilence = 10 * time.Minute // then the words joined the open case

// message takes words, a voice or a picture that is no command and no answer.
func (t *turn) message(ctx context.Context, heed help.Heed) (string, error) {
	if t.stack.find(inPrivate) != nil {
		return t.private(ctx)
	}
	if t.actor.VillageID == "" {
		return t.whichVillage(ctx)
	}
	if reply, done, err := t.questioned(ctx, heed); done || err != nil {
		return reply, err
	}
	if reply, done, err := t.claimTakes(ctx, heed); done || err != nil {
		return reply, err
	}
	if reply, done, err := t.mediationTakes(ctx, heed); done || err != nil {
		return reply, err
	}
	if t.in.Kind == model.InText && t.gathering() == nil {
		if reply, done, err := t.idle(ctx); done || err != nil {
			return reply, err
		}
	}
	if t.in.Kind != model.InText {
		if reply, done, err := t.claimed(ctx); done || err != nil {
			return reply, err
		}
		if reply, done, err := t.spoken(ctx); done || err != nil {
			return reply, err
		}
	}
	if f := t.gathering(); f != nil {
		return t.gather(ctx, f)
	}
	if t.serves() {
		return t.pick(ctx)
	}
	return t.say(ctx, heed)
}

// idle answers words that open nothing: courtesies, signs, answers to what is no
// longer asked. To a handler who asked back they are the answer.
func (t *turn) idle(ctx context.Context) (string, bool, error) {
	wordless, courtesy, answer := help.Wordless(t.text), help.Courtesy(t.text), answerWord(trimmed(t.text))
	if !wordless && !courtesy && !answer {
		return "", false, nil
	}
	asked, err := t.cases.AskedBack(ctx, t.actor)
	if err != nil || asked {
		return "", false, err
	}
	switch {
	case answer:
		return nothingAsked, true, nil
	case wordless:
		return wordlessReply, true, nil
	}
	return courtesyReply, true, nil
}

// gathering is the question at the top that takes further words with it.
func (t *turn) gathering() *frame {
	f := t.stack.top()
	if f != nil && (f.Kind == askJoin || f.Kind == askAccused || f.Kind == askPick || f.Kind == askSide) {
		return f
	}
	return nil
}

func (t *turn) gather(ctx context.Context, f *frame) (string, error) {
	said, err := t.said(ctx, t.as(f.Speaker).VillageID)
	if err != nil {
		return "", err
	}
	if f.Kind != askAccused && f.Kind != askSide {
		if reply, asked, err := t.askAccused(ctx, said, help.Heed{}); asked || err != nil {
			return reply, err
		}
	}
	f.Messages = append(f.Messages, said)
	return gatheredReply + f.Prompt, nil
}

// say gives the words to the branch, after asking what must be asked first.
func (t *turn) say(ctx context.Context, heed help.Heed) (string, error) {
	said, err := t.said(ctx, t.actor.VillageID)
	if err != nil {
		return "", err
	}
	if reply, asked, err := t.askAccused(ctx, said, heed); asked || err != nil {
		return reply, err
	}
	out, err := t.help.Say(ctx, t.actor, help.Message{Said: said, Heed: heed})
	if err != nil {
		return "", err
	}
	if out.Unsure {
		prompt := fmt.Sprintf(joinPrompt, out.Case.Number)
		return t.ask(frame{Kind: askJoin, Case: casework.RefOf(out.Case), Number: out.Case.Number, Messages: []casework.Said{said}, Prompt: prompt}, joinSilence), nil
	}
	return takenReply(out), nil
}

// joined answers 补充 or 新事.
func (t *turn) joined(ctx context.Context, f frame, n int) (string, error) {
	switch n {
	case 1:
		t.drop(askJoin)
		for _, said := range f.Messages {
			if _, err := t.cases.Add(ctx, t.as(f.Speaker), f.Case, said, ""); err != nil {
				return "", err
			}
		}
		return t.then(fmt.Sprintf(joinedReply, f.Number)), nil
	case 2:
		t.drop(askJoin)
		out, err := t.help.Open(ctx, t.as(f.Speaker), messageOf(f))
		return t.then(takenReply(out)), err
	}
	return f.Prompt, nil
}

func messageOf(f frame) help.Message {
	return help.Message{Said: f.Messages[0], More: f.Messages[1:]}
}

// as is the person whom the question was put to: phones are shared, and somebody
// unbound meanwhile still said what waits.
func (t *turn) as(person model.Person) model.Actor {
	for _, actor := range t.actors() {
		if actor.VillagerID == person.ID && (actor.Known() || actor.VillageID == person.VillageID) {
			return actor
		}
	}
	return model.Actor{VillageID: person.VillageID, VillagerID: person.ID, Account: t.in.Account, OpenID: t.in.OpenID}
}
