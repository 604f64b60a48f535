package dialogue

import (
	"context"
	"fmt"
	"strings"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
)

const recentCases = 5

// pick asks a handler what an unmarked message is about; until then nobody is
// told of it.
func (t *turn) pick(ctx context.Context) (string, error) {
	said, err := t.said(ctx, t.actor.VillageID)
	if err != nil {
		return "", err
	}
	var people []model.Person
	for _, actor := range t.handlers() {
		people = append(people, actor.Person())
	}
	recent, err := t.cases.Recent(ctx, people, recentCases)
	if err != nil {
		return "", err
	}
	f := frame{Kind: askPick, Messages: []casework.Said{said}}
	lines := []string{pickPrompt}
	for i, c := range recent {
		f.Options = append(f.Options, option{Case: casework.RefOf(c), Number: c.Number, Actor: c.Handler()})
		lines = append(lines, fmt.Sprintf("回%d：答复 #%d %s：%s", i+1, c.Number, askerName(c), casework.Shown(c)))
		t.shown[c.ID] = t.now().Format("2006-01-02")
	}
	f.Prompt = strings.Join(append(lines, pickOwn), "\n")
	return t.ask(f, 0), nil
}

// picked sends the message to the case that was picked, or takes it as the
// sender's own.
func (t *turn) picked(ctx context.Context, f frame, n int) (string, error) {
	if n > len(f.Options) {
		return f.Prompt, nil
	}
	t.drop(askPick)
	if n == 0 {
		for i, said := range f.Messages {
			reply, asked, err := t.askAccused(ctx, said, help.Heed{})
			if err != nil {
				return "", err
			}
			if asked {
				accused := t.stack.find(askAccused)
				accused.Messages = append(append(f.Messages[:i:i], said), f.Messages[i+1:]...)
				return reply, nil
			}
		}
		out, err := t.help.Open(ctx, t.as(f.Speaker), help.Message{Said: f.Messages[0], More: f.Messages[1:]})
		return t.then(takenReply(out)), err
	}
	o := f.Options[n-1]
	var echo string
	for _, said := range joinTexts(f.Messages) {
		if said.MediaID != "" && f.Speaker.VillageID != o.Case.VillageID {
			if err := t.media.Rehome(ctx, f.Speaker.VillageID, o.Case.VillageID, said.MediaID); err != nil {
				return "", err
			}
		}
		c, err := t.cases.Reply(ctx, t.as(o.Actor), o.Case, said)
		if err != nil {
			return "", err
		}
		echo = fmt.Sprintf(repliedReply, askerName(c), c.Number)
	}
	return t.then(echo), nil
}

// joinTexts makes one message of texts that follow each other.
func joinTexts(all []casework.Said) []casework.Said {
	var joined []casework.Said
	for _, said := range all {
		if n := len(joined); n > 0 && said.MediaID == "" && joined[n-1].MediaID == "" {
			joined[n-1].Text += "\n" + said.Text
			continue
		}
		joined = append(joined, said)
	}
	return joined
}

// claimed lets a voice or picture answer the case that was just shown.
func (t *turn) claimed(ctx context.Context) (string, bool, error) {
	f := t.stack.find(inClaim)
	if f == nil || t.in.Kind != model.InVoice && t.in.Kind != model.InPicture && t.in.Kind != model.InVideo {
		return "", false, nil
	}
	claim := *f
	said, err := t.said(ctx, claim.Case.VillageID)
	if err != nil {
		return "", true, err
	}
	t.drop(inClaim)
	c, err := t.cases.Reply(ctx, t.as(claim.Speaker), claim.Case, said)
	if err != nil {
		return "", true, err
	}
	return t.then(fmt.Sprintf(repliedReply, askerName(c), c.Number)), true, nil
}

// confirmed sends what was meant for a case that wasn't shown today.
func (t *turn) confirmed(ctx context.Context, f frame, n int) (string, error) {
	switch n {
	case 1:
		t.drop(askConfirm)
		m, found, err := t.match(ctx, f.Case, t.as(f.Speaker))
		if err != nil || !found {
			return fmt.Sprintf(noSuchCase, f.Number), err
		}
		return t.handle(ctx, m, f.Text)
	case 2:
		t.drop(askConfirm)
		return t.then(notSent), nil
	}
	return f.Prompt, nil
}
