package dialogue

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
)

const claimLife = 10 * time.Minute // how long the next voice or picture answers the case just shown

// match is a case that a number may mean, and the sender's person who knows it.
type match struct {
	view  casework.View
	actor model.Actor
	unit  model.Village
}

// numbered does what a line that begins with #N says.
func (t *turn) numbered(ctx context.Context, n numbered) (string, error) {
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
	var found []match
	for _, actor := range t.actors() {
		for _, villageID := range villagesOf(actor) {
			unit, err := t.people.Get(ctx, villageID)
			if err != nil {
				return nil, err
			}
			if n.Village != "" && n.Village != unit.Name && n.Village != casework.ShortName(unit.Name) {
				continue
			}
			view, err := t.cases.ByNumber(ctx, actor, villageID, n.Number)
			if model.AsError(err) != nil {
				continue
			}
			if err != nil {
				return nil, err
			}
			if !known(found, view.Case.ID) && len(found) < 9 {
				found = append(found, match{view: view, actor: actor, unit: unit})
			}
		}
	}
	return found, nil
}

func known(found []match, caseID string) bool {
	for _, m := range found {
		if m.view.Case.ID == caseID {
			return true
		}
	}
	return false
}

func villagesOf(actor model.Actor) []string {
	villages := actor.Serves(model.VerbHandle)
	for _, v := range actor.Serves(model.VerbHear) {
		if !contains(villages, v) {
			villages = append(villages, v)
		}
	}
	if actor.VillageID != "" && !contains(villages, actor.VillageID) {
		villages = append(villages, actor.VillageID)
	}
	return villages
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
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
	if d := digitForm.FindStringSubmatch(normalise(rest)); d != nil && (d[1] == "1" || d[1] == "2") {
		return t.judge(ctx, m.actor, casework.RefOf(c), d[1] == "1", strings.TrimSpace(d[2]))
	}
	switch rest {
	case "联名":
		_, err := t.cases.OpenForSigners(ctx, m.actor, casework.RefOf(c))
		return fmt.Sprintf(openForSigners, c.Number, c.Number), err
	case "撤回":
		return t.withdraw(ctx, m.actor, c)
	case "换人":
		return t.swap(ctx, m.actor, c)
	}
	_, err := t.cases.Add(ctx, m.actor, casework.RefOf(c), casework.Said{Text: rest}, "")
	return fmt.Sprintf(joinedReply, c.Number), err
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
		return t.ask(f, 0), nil
	}
	return t.handle(ctx, m, rest)
}

// listenerSays enters a verdict that was spoken: 代录 1 or 代录 2.
func (t *turn) listenerSays(ctx context.Context, m match, rest string) (string, error) {
	verb, object := token(normalise(rest))
	if verb != "代录" || object != "1" && object != "2" {
		return fmt.Sprintf(listenerHow, m.view.Case.Number, m.view.Case.Number), nil
	}
	_, err := t.cases.EnterSpoken(ctx, m.actor, casework.RefOf(m.view.Case), object == "1")
	return fmt.Sprintf(enteredReply, m.view.Case.Number), err
}

// harmless words go to the asker as nothing but a sign that somebody has seen it.
func harmless(rest string) bool {
	switch rest {
	case "收到", "好的", "知道了", "已收到":
		return true
	}
	return strings.HasPrefix(rest, "代录 ")
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
	verb, object := token(rest)
	var err error
	switch {
	case harmless(rest) && verb != "代录":
		_, err = t.cases.Contact(ctx, m.actor, ref)
		return fmt.Sprintf(contactReply, c.Number, askerName(c)), err
	case verb == "代录":
		return t.listenerSays(ctx, m, rest)
	case verb == "问" && object != "":
		_, err = t.cases.AskBack(ctx, m.actor, ref, casework.Said{Text: object})
		return fmt.Sprintf(askedReply, c.Number, askerName(c)), err
	case verb == "延期":
		c, err = t.cases.Extend(ctx, m.actor, ref, object)
		return fmt.Sprintf(extendedReply, c.Number, askerName(c), casework.When(c.DueAt.Time)), err
	case verb == "不受理":
		_, err = t.cases.Reject(ctx, m.actor, ref, object)
		return fmt.Sprintf(rejectedReply, c.Number, askerName(c)), err
	case verb == "类别" && object != "":
		_, err = t.cases.SetTopic(ctx, m.actor, ref, object)
		return fmt.Sprintf(topicReply, c.Number, object), err
	case rest == "办结":
		_, err = t.cases.Finish(ctx, m.actor, ref)
		return fmt.Sprintf(finishedReply, c.Number, askerName(c)), err
	case verb == "转" && object != "":
		if reply, done, err := t.transfer(ctx, m, object); done || err != nil {
			return reply, err
		}
	}
	return t.reply(ctx, m.actor, c, casework.Said{Text: rest})
}

// transfer needs a role holder's exact name; anything else was an answer.
func (t *turn) transfer(ctx context.Context, m match, name string) (string, bool, error) {
	can, err := t.cases.CanTake(ctx, m.view.Case, name)
	if err != nil || !can {
		return "", false, err
	}
	c, err := t.cases.Transfer(ctx, m.actor, casework.RefOf(m.view.Case), name)
	return fmt.Sprintf(transferredReply, c.Number, name), true, err
}

func (t *turn) reply(ctx context.Context, actor model.Actor, c model.Case, said casework.Said) (string, error) {
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
	case c.AskerName == "":
		return "提问的乡亲"
	}
	return c.AskerName
}
