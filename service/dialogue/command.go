package dialogue

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cunwu/model"
	"cunwu/service/casework"
)

// Menu keys (api.md).
const (
	keyHelp       = "HELP"
	keyDisclosure = "DISCLOSURE"
	keyVote       = "VOTE"
	keyMediation  = "MEDIATION"
	keyMerit      = "MERIT"
	keyMe         = "ME"
)

// clicked answers a tap on the menu.
func (t *turn) clicked(ctx context.Context) (string, error) {
	switch t.in.EventKey {
	case keyHelp:
		return t.how(), nil
	case keyMe:
		return t.me(ctx)
	case keyVote:
		return t.votes(ctx)
	case keyMediation:
		return t.mediate(ctx)
	case keyDisclosure:
		return t.disclosed(ctx)
	case keyMerit:
		return t.points(ctx)
	}
	return unknownMenu, nil
}

// command does what a command says; commands are whole words.
func (t *turn) command(ctx context.Context) (reply string, done bool, err error) {
	text := trimmed(t.text)
	first, rest := token(text)
	switch {
	case text == "取消":
		return t.cancel(), true, nil
	case (text == "完" || text == "完了") && t.stack.find(inPrivate) != nil:
		return t.closePrivate(), true, nil
	case text == "全部退出": // whoever is being robbed says so wherever they are
		reply, err = t.signOut(ctx)
		return reply, true, err
	case first == "保密" && t.stack.find(inPrivate) == nil:
		reply, err = t.openPrivate(ctx, rest)
		return reply, true, err
	}
	if t.stack.find(inPrivate) != nil {
		return "", false, nil // what is said there isn't read as a command
	}
	switch first {
	case "绑定":
		reply, err = t.bind(ctx, rest)
	case "我是":
		if rest != "" && !isPerson(t.sender.Persons, rest) {
			return "", false, nil
		}
		reply, err = t.speakAs(ctx, rest)
	case "撤回", "换人":
		if _, numbered := parseNumber(rest); rest != "" && !numbered {
			return "", false, nil
		}
		do := t.withdraw
		if first == "换人" {
			do = t.swap
		}
		reply, err = t.ownCase(ctx, rest, first, do)
	case "附议":
		reply, err = t.sign(ctx, rest)
	case "待确认", "确认", "拒绝":
		return t.confirms(ctx, first, rest)
	case "同意代办", "不同意代办", "取消代办":
		return t.helping(ctx, first, rest)
	case "积分":
		return t.pointsSays(ctx, rest)
	case "兑换":
		return t.served(ctx, rest)
	default:
		return t.plainCommand(ctx, first, rest)
	}
	return reply, true, err
}

// plainCommand are the commands without an object, and those of cadres.
func (t *turn) plainCommand(ctx context.Context, first, rest string) (reply string, done bool, err error) {
	if rest != "" {
		return t.cadre(ctx, first, rest)
	}
	switch first {
	case "帮助", "菜单", "?", "怎么用":
		reply = t.how()
	case "我", "我的":
		reply, err = t.me(ctx)
	case "换村":
		reply, err = t.switchVillage(ctx)
	case "登录", "登陆":
		reply, err = t.signInCode(ctx)
	case "待办":
		reply, err = t.due(ctx)
	case "公开":
		reply, err = t.disclosed(ctx)
	case "订阅账本", "退订账本":
		reply, err = t.keepHeads(ctx, first == "订阅账本")
	case "投票":
		reply, err = t.votes(ctx)
	case "投票异议":
		reply, err = t.denyVote(ctx)
	case "调解":
		reply, err = t.mediate(ctx)
	case "未通知":
		reply, err = t.callList(ctx)
	default:
		return "", false, nil
	}
	return reply, true, err
}

// cancel leaves any dialogue; words that waited are not sent.
func (t *turn) cancel() string {
	waiting := false
	for _, f := range t.stack {
		waiting = waiting || len(f.Messages) > 0 || len(f.Incoming) > 0
	}
	t.stack = nil
	if waiting {
		return canceledWords
	}
	return canceled
}

// me says who the sender is to the village, and what is open.
func (t *turn) me(ctx context.Context) (string, error) {
	if !t.actor.Known() {
		return notBound, nil
	}
	var lines []string
	for _, known := range t.sender.Persons {
		mark := ""
		if known.Villager.ID == t.actor.VillagerID && len(t.sender.Persons) > 1 {
			mark = "（现在）"
		}
		lines = append(lines, fmt.Sprintf("%s %s%s%s", known.Village.Name, known.Villager.Name, titles(known.Actor), mark))
	}
	open, err := t.cases.AskedBy(ctx, t.actor, true, 10)
	if err != nil {
		return "", err
	}
	for _, c := range open {
		lines = append(lines, fmt.Sprintf("#%d %s（%s）", c.Number, casework.Shown(c), casework.StateName(c)))
	}
	return strings.Join(append(lines, meTail(len(t.sender.Persons), len(open))), "\n"), nil
}

func titles(actor model.Actor) string {
	var names []string
	for _, role := range model.Roles() {
		for _, h := range actor.Holds {
			if h.Role == role {
				names = append(names, role.Title())
				break
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "（" + strings.Join(names, "、") + "）"
}

// ownCase finds which of the sender's own cases a command means: the one named,
// or the only open one.
func (t *turn) ownCase(ctx context.Context, rest, word string, do func(context.Context, model.Actor, model.Case) (string, error)) (string, error) {
	if n, ok := parseNumber(rest); ok {
		found, err := t.find(ctx, n)
		if err != nil {
			return "", err
		}
		found = slices.DeleteFunc(found, func(m match) bool { return m.view.Side != casework.SideAsker })
		switch len(found) {
		case 0:
			return fmt.Sprintf(notYours, n.Number), nil
		case 1:
			return do(ctx, found[0].actor, found[0].view.Case)
		}
		lines := []string{whichOwn}
		for _, m := range found {
			lines = append(lines, word+" "+m.label()+"："+casework.Shown(m.view.Case))
		}
		return strings.Join(lines, "\n"), nil
	}
	open, err := t.cases.AskedBy(ctx, t.actor, true, 9)
	if err != nil {
		return "", err
	}
	switch len(open) {
	case 0:
		return noOpenCase, nil
	case 1:
		if word == "换人" {
			return do(ctx, t.actor, open[0])
		}
	}
	lines := []string{whichOwn}
	for _, c := range open {
		lines = append(lines, fmt.Sprintf("%s #%d：%s", word, c.Number, casework.Shown(c)))
	}
	return strings.Join(lines, "\n"), nil
}

func (t *turn) withdraw(ctx context.Context, actor model.Actor, c model.Case) (string, error) {
	_, err := t.cases.Withdraw(ctx, actor, casework.RefOf(c))
	return fmt.Sprintf(withdrawnReply, c.Number), err
}

func (t *turn) swap(ctx context.Context, actor model.Actor, c model.Case) (string, error) {
	c, err := t.cases.Swap(ctx, actor, casework.RefOf(c))
	return fmt.Sprintf(swappedReply, c.Number, c.HandlerName), err
}

// sign joins a group appeal.
func (t *turn) sign(ctx context.Context, rest string) (string, error) {
	n, ok := parseNumber(rest)
	if !ok {
		return signHow, nil
	}
	if !t.actor.Known() {
		return notBound, nil
	}
	signer, err := t.signer(ctx, n)
	if err != nil {
		return "", err
	}
	ref, found, err := t.cases.Exists(ctx, signer.VillageID, n.Number)
	if err != nil {
		return "", err
	}
	if !found {
		return fmt.Sprintf(noSuchCase, n.Number), nil
	}
	joined, err := t.cases.Sign(ctx, signer, ref)
	if model.IsCode(err, model.Unknown) {
		return fmt.Sprintf(noSuchCase, n.Number), nil
	}
	if err != nil {
		return "", err
	}
	if joined {
		return fmt.Sprintf(signedReply, n.Number), nil
	}
	return fmt.Sprintf(signAsked, n.Number), nil
}

// signer is the sender's person in the village that the number names; the one
// speaking now when it names none.
func (t *turn) signer(ctx context.Context, n numbered) (model.Actor, error) {
	for _, actor := range t.actors() {
		if n.Village == "" || !actor.Known() {
			continue
		}
		unit, err := t.people.Get(ctx, actor.VillageID)
		if err != nil {
			return model.Actor{}, err
		}
		if n.Village == unit.Name || n.Village == casework.ShortName(unit.Name) {
			return actor, nil
		}
	}
	return t.actor, nil
}

// trimmed is a line without the stops behind it.
func trimmed(text string) string { return strings.TrimRight(text, " 。.!~,") }
