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
	if t.in.Kind == model.InText && t.gathering() == nil {
		switch {
		case help.Wordless(t.text):
			return wordlessReply, nil
		case help.Courtesy(t.text):
			return courtesyReply, nil
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

// gathering is the question at the top that takes further words with it.
func (t *turn) gathering() *frame {
	f := t.stack.top()
	if f != nil && (f.Kind == askJoin || f.Kind == askAccused || f.Kind == askPick) {
		return f
	}
	return nil
}

func (t *turn) gather(ctx context.Context, f *frame) (string, error) {
	said, err := t.said(ctx, t.actor.VillageID)
	if err != nil {
		return "", err
	}
	f.Messages = append(f.Messages, said)
	return t.afterVoice(gatheredReply + f.Prompt), nil
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
		return t.afterVoice(t.ask(frame{Kind: askJoin, Case: casework.RefOf(out.Case), Number: out.Case.Number, Messages: []casework.Said{said}, Prompt: prompt}, joinSilence)), nil
	}
	return t.afterVoice(takenReply(out)), nil
}

// afterVoice adds to the answer to a voice that nobody listens to at once.
func (t *turn) afterVoice(reply string) string {
	if t.in.Kind == model.InVoice {
		return reply + "\n" + notPolice
	}
	return reply
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

// as is the sender's person whom the question was put to; phones are shared.
func (t *turn) as(person model.Person) model.Actor {
	for _, actor := range t.actors() {
		if actor.Known() && actor.VillagerID == person.ID {
			return actor
		}
	}
	return t.actor
}
