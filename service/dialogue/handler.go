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

// chosenCase goes on with the case that an ambiguous number meant.
func (t *turn) chosenCase(ctx context.Context, f frame, n int) (string, error) {
	if n < 1 || n > len(f.Options) {
		return f.Prompt, nil
	}
	t.drop(askCase)
	o := f.Options[n-1]
	t.shown[o.Case.ID] = t.now().Format("2006-01-02")
	m, found, err := t.match(ctx, o.Case, t.as(o.Actor))
	if err != nil || !found {
		return fmt.Sprintf(noSuchCase, o.Number), err
	}
	return t.act(ctx, m, f.Text)
}

func (t *turn) match(ctx context.Context, ref casework.Ref, actor model.Actor) (match, bool, error) {
	view, err := t.cases.Get(ctx, actor, ref)
	if model.AsError(err) != nil {
		return match{}, false, nil //nolint:nilerr // nobody's case is an answer too
	}
	if err != nil {
		return match{}, false, err
	}
	unit, err := t.people.Get(ctx, ref.VillageID)
	return match{view: view, actor: actor, unit: unit}, err == nil, err
}

// handlerSays: an answer, unless the whole first word is another action. A case
// that wasn't shown to the handler today needs confirming first.
func (t *turn) handlerSays(ctx context.Context, m match, rest string) (string, error) {
	shown, err := t.shownToday(ctx, m)
	if err != nil {
		return "", err
	}
	if !shown && !harmless(rest) {
		f := frame{Kind: askConfirm, Speaker: m.actor.Person(), Case: casework.RefOf(m.view.Case), Number: m.view.Case.Number, Text: rest}
		f.Prompt = fmt.Sprintf(confirmPrompt, m.view.Case.Number, casework.Shown(m.view.Case), clip(rest, 60), askerName(m.view.Case))
		return t.ask(f, confirmLife), nil
	}
	return t.handle(ctx, m, rest)
}

// listenerSays enters a verdict that was spoken: 代录 1 or 代录 2.
func (t *turn) listenerSays(ctx context.Context, m match, rest string) (string, error) {
	verb, object := token(normalise(rest))
	if verb == "代录" && object == "新事" {
		c, err := t.cases.SpokenIsNew(ctx, m.actor, casework.RefOf(m.view.Case))
		return fmt.Sprintf(spokenNewReply, c.Number), err
	}
	if verb != "代录" || object != "1" && object != "2" {
		return fmt.Sprintf(listenerHow, m.view.Case.Number, m.view.Case.Number), nil
	}
	_, err := t.cases.EnterSpoken(ctx, m.actor, casework.RefOf(m.view.Case), object == "1")
	return fmt.Sprintf(enteredReply, m.view.Case.Number), err
}

// action splits a handler's line into its first word and the rest; a colon after
// the word is as good as a space (问：哪一盏).
func action(rest string) (verb, object string) {
	verb, object = token(rest)
	for _, colon := range []string{"：", ":"} {
		if v, o, ok := strings.Cut(rest, colon); ok && (v == "问" || v == "转" || v == "延期" || v == "不受理" || v == "采纳" || v == "不采纳" || v == "类别") {
			return v, strings.TrimSpace(o)
		}
	}
	return trimmed(verb), object
}

// harmless words go to the asker as nothing but a sign that somebody has seen it.
func harmless(rest string) bool {
	return help.Courtesy(rest) && !help.Wordless(rest) || strings.HasPrefix(rest, "代录 ")
}

// shownToday says whether the case's number was shown to the handler today: by a
// notice that arrived, or in this dialogue.
func (t *turn) shownToday(ctx context.Context, m match) (bool, error) {
	now := t.now()
	if t.shown[m.view.Case.ID] == now.Format("2006-01-02") {
		return true, nil
	}
	y, mo, d := now.Date()
	return t.notices.ShownSince(ctx, m.actor.Person(), m.view.Case.VillageID, m.view.Case.ID, time.Date(y, mo, d, 0, 0, 0, 0, model.Shanghai))
}

// handle does a handler's action; the echo names who receives it.
func (t *turn) handle(ctx context.Context, m match, rest string) (string, error) {
	ref, c := casework.RefOf(m.view.Case), m.view.Case
	verb, object := action(rest)
	var err error
	switch {
	case harmless(rest) && verb != "代录":
		first, err := t.cases.Contact(ctx, m.actor, ref)
		if err == nil && !first {
			return fmt.Sprintf(contactedBefore, c.Number, casework.DueWords(c, t.now())), nil
		}
		return fmt.Sprintf(contactReply, c.Number, askerName(c)), err
	case verb == "代录":
		return t.listenerSays(ctx, m, rest)
	case verb == "问" && object != "":
		_, err = t.cases.AskBack(ctx, m.actor, ref, casework.Said{Text: object})
		return fmt.Sprintf(askedReply, c.Number, askerName(c)), err
	case verb == "延期":
		c, err = t.cases.Extend(ctx, m.actor, ref, object)
		return fmt.Sprintf(extendedReply, c.Number, askerName(c), casework.When(c.DueAt.Time)), err
	case verb == "采纳" || verb == "不采纳":
		_, err = t.cases.Decide(ctx, m.actor, ref, verb == "采纳", object)
		return fmt.Sprintf(decidedReply, c.Number, askerName(c), verb), err
	case verb == "不受理":
		_, err = t.cases.Reject(ctx, m.actor, ref, object)
		return fmt.Sprintf(rejectedReply, c.Number, askerName(c)), err
	case verb == "类别" && object != "":
		_, err = t.cases.SetTopic(ctx, m.actor, ref, object)
		return fmt.Sprintf(topicReply, c.Number, object), err
	case trimmed(rest) == "办结":
		_, err = t.cases.Finish(ctx, m.actor, ref)
		return fmt.Sprintf(finishedReply, c.Number, askerName(c)), err
	case verb == "转" && object != "":
		if reply, done, err := t.transfer(ctx, m, object); done || err != nil {
			return reply, err
		}
	}
	return t.answerCase(ctx, m.actor, c, casework.Said{Text: rest})
}

// transfer needs a role holder's exact name; anything else was an answer.
func (t *turn) transfer(ctx context.Context, m match, name string) (string, bool, error) {
	name = trimmed(normalise(name))
	can, err := t.cases.CanTake(ctx, m.view.Case, name)
	if err != nil {
		return "", false, err
	}
	if !can {
		return t.cannotTake(ctx, m, name)
	}
	c, err := t.cases.Transfer(ctx, m.actor, casework.RefOf(m.view.Case), name)
	return fmt.Sprintf(transferredReply, c.Number, name), true, err
}

// cannotTake tells that somebody holds a role, but none that handles cases; a
// name that nobody in office bears was part of an answer.
func (t *turn) cannotTake(ctx context.Context, m match, name string) (string, bool, error) {
	found, err := t.people.Find(ctx, m.view.Case.VillageID, name, "")
	if err != nil {
		return "", false, err
	}
	for _, v := range found {
		actor, err := t.people.ActorOf(ctx, v.Person())
		if err != nil {
			return "", false, err
		}
		if len(actor.Holds) > 0 {
			return fmt.Sprintf(cannotTakeReply, name), true, nil
		}
	}
	return "", false, nil
}

func (t *turn) answerCase(ctx context.Context, actor model.Actor, c model.Case, said casework.Said) (string, error) {
	c, err := t.cases.Reply(ctx, actor, casework.RefOf(c), said)
	if err != nil {
		return "", err
	}
	echo := fmt.Sprintf(repliedReply, askerName(c), c.Number)
	if c.Spoken && said.MediaID == "" {
		echo += "\n" + fmt.Sprintf(speakPlease, c.Number)
	}
	return t.then(echo), nil
}

func askerName(c model.Case) string {
	switch {
	case c.Confidential:
		return "留言的人"
	case c.Neutral:
		return "对方"
	case c.AskerName == "":
		return "提问的乡亲"
	}
	return c.AskerName
}
