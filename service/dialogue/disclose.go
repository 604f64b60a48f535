package dialogue

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
	"cunwu/service/help"
)

const (
	disclosuresShown = 9
	disclosureText   = 400 // characters of a disclosure that a chat shows
	answersShown     = 2
	listLife         = 30 * time.Minute
	questionLife     = 10 * time.Minute // what is said within it is a question about what was shown
)

// disclosed lists what the village made public last, and what is missing.
func (t *turn) disclosed(ctx context.Context) (string, error) {
	if t.public == nil {
		return notYet(keyDisclosure), nil
	}
	if t.actor.VillageID == "" {
		return t.whichVillage(ctx)
	}
	found, err := t.public.List(ctx, t.actor, disclosure.Query{VillageID: t.actor.VillageID, Limit: disclosuresShown})
	if err != nil {
		return "", err
	}
	missing, err := t.missing(ctx)
	if err != nil {
		return "", err
	}
	t.drop(askQuestion)
	if len(found) == 0 {
		return nothingPublic + missing, nil
	}
	f := frame{Kind: askDisclosure}
	lines := []string{disclosuresHead}
	for i, d := range found {
		f.Options = append(f.Options, option{ID: model.PublicID(d.VillageID, d.ID), Label: d.Title})
		lines = append(lines, fmt.Sprintf(disclosureLine, i+1, d.Title, d.PublishedAt.Format("1月2日")))
	}
	f.Prompt = strings.Join(append(lines, disclosuresTail), "\n") + missing
	return t.ask(f, listLife), nil
}

// missing says what should be public and isn't.
func (t *turn) missing(ctx context.Context) (string, error) {
	now := t.now()
	slots, err := t.public.Calendar(ctx, t.actor, t.actor.VillageID, now.AddDate(-1, 0, 0), now)
	var late []string
	for _, slot := range slots {
		if slot.State == disclosure.StateLate || slot.State == disclosure.StateVeryLate {
			late = append(late, slot.Title)
		}
	}
	if err != nil || len(late) == 0 {
		return "", err
	}
	return "\n" + fmt.Sprintf(disclosuresLate, len(late), clip(strings.Join(late[:min(len(late), 3)], "、"), 60)), nil
}

// disclosurePicked shows one; the list stays, so that another number shows
// another one.
func (t *turn) disclosurePicked(ctx context.Context, f frame, n int) (string, error) {
	if n < 1 || n > len(f.Options) {
		return f.Prompt, nil
	}
	chosen := f.Options[n-1]
	ref, err := disclosureOf(chosen.ID)
	if err != nil {
		return "", err
	}
	view, err := t.public.Get(ctx, t.as(f.Speaker), ref, 0)
	if err != nil {
		return "", err
	}
	d, v := view.Disclosure, view.Version
	lines := []string{fmt.Sprintf(disclosureHead, v.Title, v.PublishedAt.Format("2006年1月2日"))}
	if v.Version > 1 {
		lines = append(lines, fmt.Sprintf(disclosureCorrected, v.Reason))
	}
	if d.State == model.DisclosureWithdrawn {
		return fmt.Sprintf(disclosureWithdrawn, d.Title, d.WithdrawnReason), nil
	}
	if st := view.Statement; st != nil {
		lines = append(lines, fmt.Sprintf(disclosureMoney, disclosure.Yuan(st.Opening), disclosure.Yuan(st.Income), disclosure.Yuan(st.Expense), disclosure.Yuan(st.Closing)))
	}
	if v.Text != "" {
		lines = append(lines, clip(v.Text, disclosureText))
	}
	for _, q := range view.Questions[:min(len(view.Questions), answersShown)] {
		lines = append(lines, fmt.Sprintf(disclosureAnswer, q.Nickname, clip(q.Question, 40), clip(q.Answer, 80)))
	}
	t.drop(askQuestion)
	t.ask(frame{Kind: askQuestion, Speaker: f.Speaker, Text: chosen.ID, Options: []option{{Label: d.Title}}}, questionLife)
	return strings.Join(append(lines, disclosureAsk), "\n"), nil
}

func disclosureOf(id string) (disclosure.Ref, error) {
	villageID, id, err := model.ParsePublicID(id)
	return disclosure.Ref{VillageID: villageID, ID: id}, err
}

// questioned takes words, a voice or a picture for a question about the
// disclosure that was just shown, unless something was asked since.
func (t *turn) questioned(ctx context.Context, heed help.Heed) (string, bool, error) {
	f := t.stack.find(askQuestion)
	if f == nil || t.public == nil || heed.Danger != help.NoDanger || t.now().After(f.DueAt) {
		return "", false, nil
	}
	if top := t.stack.top(); top != nil && top.Kind != askDisclosure && !top.AskedAt.Before(f.AskedAt) {
		return "", false, nil
	}
	switch t.in.Kind {
	case model.InText:
		if help.Wordless(t.text) || help.Courtesy(t.text) || answerWord(trimmed(t.text)) {
			return "", false, nil
		}
	case model.InVoice, model.InPicture:
	default:
		return "", false, nil
	}
	question := *f
	ref, err := disclosureOf(question.Text)
	if err != nil {
		return "", true, err
	}
	said, err := t.said(ctx, ref.VillageID)
	if err != nil {
		return "", true, err
	}
	t.drop(askQuestion)
	if reply, asked, err := t.askAccused(ctx, said, heed); asked || err != nil {
		return reply, true, err // whom it accuses must not see it first
	}
	c, err := t.public.Ask(ctx, t.as(question.Speaker), ref, said)
	if err != nil {
		return "", true, err
	}
	return fmt.Sprintf(questionTaken, question.Options[0].Label, c.Number, answeredBy(c)), true, nil
}

func answeredBy(c model.Case) string {
	if c.HandlerID == "" {
		return questionNobody
	}
	return fmt.Sprintf(questionBy, c.HandlerName, casework.When(c.DueAt.Time))
}

// keepHeads gives the sender the signed heads of the public log, or no longer.
func (t *turn) keepHeads(ctx context.Context, keep bool) (string, error) {
	if t.public == nil {
		return notYet(keyDisclosure), nil
	}
	if !t.actor.Known() {
		return notBound, nil
	}
	if !keep {
		return headsEnded, t.public.Unsubscribe(ctx, t.actor, t.actor.VillageID)
	}
	return headsKept, t.public.Subscribe(ctx, t.actor, t.actor.VillageID)
}
