package dialogue

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/mediation"
)

// What 调解 may ask.
const (
	askMediation = "mediation"       // what is wanted: mediation, a lawyer's word, legal aid
	askSide      = "mediation_side"  // whether words are for the mediation or the village
	askSend      = "mediation_send"  // whether to send what a mediator wrote
	askLegal     = "legal_question"  // the next words are for the lawyer
	askAid       = "legal_aid"       // what the legal aid is for
	askAidPerson = "legal_aid_whose" // who asks for it
)

// mediate answers 调解: what can be done, what is going on; an application that
// was left is taken up again.
func (t *turn) mediate(ctx context.Context) (string, error) {
	switch {
	case t.mediation == nil:
		return notYet(keyMediation), nil
	case t.actor.VillageID == "":
		return t.whichVillage(ctx)
	case !t.actor.Known():
		return mediationNotBound, nil
	}
	if f := t.stack.top(); f != nil && f.Kind == askSide {
		return t.sided(ctx, *f, 1)
	}
	if f := t.stack.find(askDispute); f != nil {
		paused := *f
		t.drop(askDispute)
		return intakeBack + t.ask(paused, 0), nil
	}
	open, err := t.mediation.Open(ctx, t.actor)
	if err != nil {
		return "", err
	}
	lines := []string{mediationMenu}
	for i, m := range open {
		if i == 9 {
			break
		}
		lines = append(lines, fmt.Sprintf(mediationLine, m.Dispute.Number, m.Dispute.Kind))
	}
	return t.ask(frame{Kind: askMediation, Prompt: strings.Join(lines, "\n")}, 0), nil
}

// mediated answers a digit of the mediation's questions.
func (t *turn) mediated(ctx context.Context, f frame, n int) (string, error) {
	switch f.Kind {
	case askMediation:
		return t.mediationChosen(f, n)
	case askDispute:
		return t.intake(ctx, casework.Said{Text: t.in.Text})
	case askSide:
		return t.sided(ctx, f, n)
	case askSend:
		return t.sendOrNot(ctx, f, n)
	case askAid:
		if n < 1 || n > len(mediation.AidMatters()) {
			return f.Prompt, nil
		}
		t.drop(askAid)
		var lines []string
		for i, p := range mediation.AidPersons() {
			lines = append(lines, fmt.Sprintf("回%d：%s", i+1, p.Name))
		}
		return t.ask(frame{Kind: askAidPerson, Number: int64(n), Prompt: aidPersonPrompt + strings.Join(lines, "\n")}, 0), nil
	case askAidPerson:
		aid, err := mediation.Triage(int(f.Number), n)
		if err != nil {
			return f.Prompt, nil //nolint:nilerr // asked again
		}
		t.drop(askAidPerson)
		return t.then(strings.TrimSpace(aid.Why + "\n" + aid.Next)), nil
	case askLegal:
		return t.consult(ctx)
	}
	return nothingAsked, nil
}

func (t *turn) mediationChosen(f frame, n int) (string, error) {
	if n < 1 || n > 3 {
		return f.Prompt, nil
	}
	t.drop(askMediation)
	switch n {
	case 2:
		return t.ask(frame{Kind: askLegal, Prompt: legalPrompt}, 0), nil
	case 3:
		var lines []string
		for i, m := range mediation.AidMatters() {
			lines = append(lines, fmt.Sprintf("回%d：%s", i+1, m.Name))
		}
		return t.ask(frame{Kind: askAid, Prompt: aidPrompt + strings.Join(lines, "\n")}, 0), nil
	}
	return t.beginIntake()
}

// consult asks the lawyer on duty.
func (t *turn) consult(ctx context.Context) (string, error) {
	f := t.stack.find(askLegal)
	said, err := t.said(ctx, t.as(f.Speaker).VillageID)
	if err != nil {
		return "", err
	}
	c, err := t.mediation.Consult(ctx, t.as(f.Speaker), said)
	if err != nil {
		return "", err
	}
	t.drop(askLegal)
	if c.HandlerID == "" {
		return t.then(fmt.Sprintf(consultedNobody, c.Number)), nil
	}
	return t.then(fmt.Sprintf(consultedReply, c.Number, c.HandlerName, casework.When(c.DueAt.Time))), nil
}

// mediationTakes takes words, a voice or picture that belong to the mediation, or
// may: an application that is being written, a question to the lawyer, and any
// unmarked words of somebody who has a part in an open dispute.
func (t *turn) mediationTakes(ctx context.Context, heed help.Heed) (string, bool, error) {
	if t.mediation == nil || t.stack.find(inPrivate) != nil {
		return "", false, nil
	}
	if t.writing() != nil {
		reply, err := t.intakeTakes(ctx)
		return reply, true, err
	}
	if f := t.stack.top(); f != nil && f.Kind == askLegal && t.now().Sub(f.AskedAt) < intakePause {
		reply, err := t.consult(ctx)
		return reply, true, err
	}
	if !t.actor.Known() || t.gathering() != nil {
		return "", false, nil
	}
	open, err := t.mediation.Open(ctx, t.actor)
	if err != nil || len(open) == 0 {
		return "", false, err
	}
	return t.askWhichSide(ctx, open, heed)
}

// askWhichSide asks whether words are for the mediation or the village; until
// then nobody reads them (api.md).
func (t *turn) askWhichSide(ctx context.Context, open []mediation.Mine, heed help.Heed) (string, bool, error) {
	if t.in.Kind == model.InText && heed.Danger == help.NoDanger {
		if reply, done, err := t.idle(ctx); done || err != nil {
			return reply, done, err
		}
	}
	said, err := t.said(ctx, t.actor.VillageID)
	if err != nil {
		return "", true, err
	}
	f := frame{Kind: askSide, Messages: []casework.Said{said}, Heed: heed}
	lines := []string{sidePrompt}
	for _, m := range open {
		if len(f.Options) == 9 {
			break
		}
		if m.Part == model.PartApplicant || m.Part == model.PartRespondent {
			f.Options = append(f.Options, option{Case: mediation.RefOf(m.Dispute), Number: m.Dispute.Number})
			lines = append(lines, fmt.Sprintf(sideLine, len(f.Options), m.Dispute.Number, m.Dispute.Kind))
		}
	}
	if len(f.Options) == 0 {
		if t.serves() {
			return "", false, nil // who handles cases is asked anyhow
		}
		lines = append(lines, fmt.Sprintf(sideMediator, open[0].Dispute.Number))
	}
	f.Prompt = strings.Join(append(lines, sideVillage), "\n")
	silence := time.Duration(0)
	if heed.Danger != help.NoDanger {
		silence = dangerSilence
	}
	return t.ask(f, silence), true, nil
}

// sided gives the words to the mediation, or to the village.
func (t *turn) sided(ctx context.Context, f frame, n int) (string, error) {
	if n < 0 || n > len(f.Options) {
		return f.Prompt, nil
	}
	t.drop(askSide)
	actor := t.as(f.Speaker)
	if n > 0 {
		o := f.Options[n-1]
		for _, said := range f.Messages {
			if _, err := t.mediation.Say(ctx, actor, o.Case, "", said); err != nil {
				return "", err
			}
		}
		return t.then(fmt.Sprintf(saidToMediator, o.Number)), nil
	}
	for i, said := range f.Messages {
		reply, asked, err := t.askAccused(ctx, said, f.Heed)
		if err != nil {
			return "", err
		}
		if asked {
			accused := t.stack.find(askAccused)
			accused.Messages = append(append(f.Messages[:i:i], said), f.Messages[i+1:]...)
			return reply, nil
		}
	}
	m := messageOf(f)
	m.Heed = f.Heed
	out, err := t.help.Open(ctx, actor, m)
	if err != nil || f.Heed.Danger == help.NoDanger {
		return t.then(takenReply(out)), err
	}
	return t.alarm(ctx, out, f.Heed)
}

// sideSilent: words of danger that nobody assigned put up the red flag.
func (t *turn) sideSilent(ctx context.Context, f frame) error {
	for _, o := range f.Options {
		err := t.mediation.Danger(ctx, t.as(f.Speaker), o.Case, f.Heed)
		if err != nil && model.AsError(err) == nil {
			return err
		}
	}
	if len(f.Options) == 0 {
		return nil
	}
	for _, said := range f.Messages {
		if _, err := t.mediation.Say(ctx, t.as(f.Speaker), f.Options[0].Case, "", said); err != nil && model.AsError(err) == nil {
			return err
		}
	}
	return nil
}

// mediationDanger takes possible danger in words of an application or of a party:
// they go where the person says, and the numbers stand before the answer.
func (t *turn) mediationDanger(ctx context.Context, heed help.Heed) (string, bool, error) {
	if heed.Danger == help.PossibleDanger {
		return t.mediationTakes(ctx, heed)
	}
	return "", false, t.flagDisputes(ctx, heed)
}

// flagDisputes puts up the red flag of the party's open disputes.
func (t *turn) flagDisputes(ctx context.Context, heed help.Heed) error {
	if t.mediation == nil || !t.actor.Known() {
		return nil
	}
	open, err := t.mediation.Open(ctx, t.actor)
	if err != nil {
		return err
	}
	for _, m := range open {
		if m.Part != model.PartApplicant && m.Part != model.PartRespondent {
			continue
		}
		if err := t.mediation.Danger(ctx, t.actor, mediation.RefOf(m.Dispute), heed); err != nil {
			return err
		}
	}
	return nil
}
