package dialogue

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
)

const starsLife = 24 * time.Hour // how long a lone digit may still be the stars

// waiting is a case whose answer has arrived and whose verdict is asked.
type waiting struct {
	c       model.Case
	actor   model.Actor
	shownAt time.Time
}

// digit answers the last question that was shown to the sender; when two could
// be meant, it asks which. Words beside it go with a verdict or stars only: to
// anything else the line is a message, and done is false.
func (t *turn) digit(ctx context.Context, n int, words string) (reply string, done bool, err error) {
	asked, err := t.verdictsAsked(ctx)
	if err != nil {
		return "", false, err
	}
	top := t.stack.top()
	if top == nil && t.stack.find(inPrivate) != nil {
		return "", false, nil
	}
	if top != nil && (top.Kind == askVerdict || !newer(asked, top.AskedAt)) {
		if words != "" && top.Kind != askStars {
			return "", false, nil
		}
		reply, err = t.answered(ctx, *top, n, words)
		return reply, true, err
	}
	if len(asked) == 0 {
		return t.unasked(ctx, words)
	}
	switch {
	case n != 1 && n != 2 && words != "":
		return "", false, nil
	case len(asked) == 1 && top == nil && n != 1 && n != 2:
		return fmt.Sprintf(verdictPrompt, asked[0].c.Number, asked[0].c.Number), true, nil
	case len(asked) == 1 && top == nil:
		reply, err = t.judge(ctx, asked[0].actor, casework.RefOf(asked[0].c), n == 1, words)
		return reply, true, err
	}
	return t.whichVerdict(asked, top, n, words), true, nil
}

// unasked: a digit that answers nothing, unless a handler asked back, or there
// are words with it.
func (t *turn) unasked(ctx context.Context, words string) (string, bool, error) {
	asked, err := t.cases.AskedBack(ctx, t.actor)
	return nothingAsked, !asked && words == "", err
}

// newer says whether a verdict was asked for after at.
func newer(asked []waiting, at time.Time) bool {
	for _, w := range asked {
		if w.shownAt.After(at) {
			return true
		}
	}
	return false
}

// verdictsAsked are the cases whose answer was delivered to this sender and
// whose verdict is still open.
func (t *turn) verdictsAsked(ctx context.Context) ([]waiting, error) {
	var all []waiting
	seen := map[string]bool{}
	for _, actor := range t.actors() {
		cases, err := t.cases.AwaitingVerdict(ctx, actor)
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			at, err := t.cases.AnswerShownAt(ctx, c)
			if err != nil {
				return nil, err
			}
			if !at.IsZero() && !seen[c.ID] {
				seen[c.ID] = true
				all = append(all, waiting{c: c, actor: actor, shownAt: at})
			}
		}
	}
	return all, nil
}

func (t *turn) whichVerdict(asked []waiting, top *frame, n int, words string) string {
	f := frame{Kind: askVerdict, Text: strings.TrimSpace(fmt.Sprintf("%d %s", n, words))}
	lines := []string{fmt.Sprintf(whichVerdictPrompt, n)}
	for i, w := range asked {
		f.Options = append(f.Options, option{Case: casework.RefOf(w.c), Number: w.c.Number, Actor: w.actor.Person()})
		lines = append(lines, fmt.Sprintf("回%d：#%d（%s）解决没有", i+1, w.c.Number, casework.Shown(w.c)))
	}
	if top != nil {
		f.Options = append(f.Options, option{Label: top.Kind})
		lines = append(lines, fmt.Sprintf("回%d：%s", len(f.Options), clip(strings.ReplaceAll(top.Prompt, "\n", " "), 60)))
	}
	f.Prompt = strings.Join(lines, "\n")
	return t.ask(f, 0)
}

// whichChosen applies the earlier digit to what it was meant for.
func (t *turn) whichChosen(ctx context.Context, f frame, n int) (string, error) {
	if n < 1 || n > len(f.Options) {
		return f.Prompt, nil
	}
	t.drop(askVerdict)
	digit, words, ok := parseDigit(f.Text)
	if !ok {
		return nothingAsked, nil
	}
	o := f.Options[n-1]
	if o.Label != "" {
		if below := t.stack.find(o.Label); below != nil {
			return t.answered(ctx, *below, digit, words)
		}
		return nothingAsked, nil
	}
	if digit != 1 && digit != 2 {
		return fmt.Sprintf(verdictPrompt, o.Number, o.Number), nil
	}
	return t.judge(ctx, t.as(o.Actor), o.Case, digit == 1, words)
}

// answered hands a digit to the question it answers.
func (t *turn) answered(ctx context.Context, f frame, n int, words string) (string, error) {
	switch f.Kind {
	case askVillage:
		if n < 1 || n > len(f.Options) {
			return f.Prompt, nil
		}
		return t.addressed(ctx, f, f.Options[n-1].ID)
	case askJoin:
		return t.joined(ctx, f, n)
	case askAccused:
		return t.chose(ctx, f, n)
	case askDanger:
		return t.sure(ctx, f, n)
	case askPick:
		return t.picked(ctx, f, n)
	case askConfirm:
		return t.confirmed(ctx, f, n)
	case askVerdict:
		return t.whichChosen(ctx, f, n)
	case askStars:
		return t.starred(ctx, f, n, words)
	case askMember:
		return t.member(ctx, f, n)
	case askSwitch:
		return t.switched(ctx, f, n)
	case askCase:
		return t.chosenCase(ctx, f, n)
	case askMediation, askDispute, askSide, askSend, askLegal, askAid, askAidPerson:
		return t.mediated(ctx, f, n)
	case askDeed, askClaim, askGoods:
		return t.merited(ctx, f, n)
	case askPoll:
		return t.pollPicked(ctx, f, n)
	case askDisclosure:
		return t.disclosurePicked(ctx, f, n)
	case askBallot:
		return t.chosen(f, n), nil
	case askCast:
		return t.handedIn(ctx, f, n)
	case askDeny:
		return t.denied(ctx, f, n)
	}
	return nothingAsked, nil
}

// judge gives the asker's word; after "solved" the stars are asked for.
func (t *turn) judge(ctx context.Context, actor model.Actor, ref casework.Ref, solved bool, words string) (string, error) {
	accusing, accuses, err := t.askAccused(ctx, casework.Said{Text: words}, help.Heed{})
	if err != nil {
		return "", err
	}
	if accuses {
		words = ""
	}
	over := ""
	c, err := t.cases.Verdict(ctx, actor, ref, solved, words)
	if err != nil {
		return "", err
	}
	if f := t.stack.find(inPrivate); f != nil && f.Case == ref && !c.Open() {
		t.drop(inPrivate)
		over = "\n" + privateOver
	}
	if accuses {
		return fmt.Sprintf(verdictTaken, c.Number) + "\n" + accusing, nil
	}
	if !solved {
		return t.then(fmt.Sprintf(reopenedReply, c.Number, c.HandlerName)), nil
	}
	f := frame{Kind: askStars, Speaker: actor.Person(), Case: ref, Number: c.Number, Prompt: fmt.Sprintf(starsPrompt, c.Number)}
	return t.ask(f, starsLife) + over, nil
}

func (t *turn) starred(ctx context.Context, f frame, n int, words string) (string, error) {
	if n < 1 || n > 5 {
		return f.Prompt, nil
	}
	t.drop(askStars)
	_, err := t.cases.Stars(ctx, t.as(f.Speaker), f.Case, n, words)
	return t.then(fmt.Sprintf(starredReply, n)), err
}

// spoken takes a voice that follows a question for the verdict as the verdict:
// somebody other than the handler hears and enters it.
func (t *turn) spoken(ctx context.Context) (string, bool, error) {
	if t.in.Kind != model.InVoice || t.stack.top() != nil {
		return "", false, nil
	}
	asked, err := t.verdictsAsked(ctx)
	if err != nil || len(asked) != 1 || t.now().Sub(asked[0].shownAt) > 24*time.Hour {
		return "", false, err
	}
	w := asked[0]
	said, err := t.said(ctx, w.c.VillageID)
	if err != nil {
		return "", true, err
	}
	_, err = t.cases.Spoken(ctx, w.actor, casework.RefOf(w.c), said.MediaID)
	return fmt.Sprintf(spokenReply, w.c.Number), true, err
}
