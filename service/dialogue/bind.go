package dialogue

import (
	"context"
	"fmt"
	"strings"

	"cunwu/model"
	"cunwu/service/session"
	"cunwu/service/village"
)

// scanned answers a follow, or a scan of one of our QR codes.
func (t *turn) scanned(ctx context.Context) (string, error) {
	if code, ok := strings.CutPrefix(t.in.EventKey, "bind_"); ok {
		reply, err := t.bind(ctx, code)
		if err == nil && t.in.Kind == model.InFollow && t.stack.top() == nil {
			return reply + "\n" + t.how(), nil
		}
		return reply, err
	}
	if strings.HasPrefix(t.in.EventKey, session.ScenePrefix) {
		reply, err := t.scannedSignIn(ctx, t.in.EventKey)
		if err != nil || t.in.Kind != model.InFollow {
			return reply, err
		}
		welcome, err := t.welcome(ctx)
		return reply + "\n" + welcome, err
	}
	if t.in.Kind == model.InFollow {
		return t.welcome(ctx)
	}
	return t.how(), nil
}

func (t *turn) welcome(ctx context.Context) (string, error) {
	name := "村里"
	if t.actor.VillageID != "" {
		unit, err := t.people.Get(ctx, t.actor.VillageID)
		if err != nil {
			return "", err
		}
		name = unit.Name
	}
	return fmt.Sprintf(welcomeText, name), nil
}

// bind redeems an invitation code.
func (t *turn) bind(ctx context.Context, code string) (string, error) {
	code = strings.ReplaceAll(code, " ", "")
	if code == "" {
		return bindHow, nil
	}
	out, err := t.people.Redeem(ctx, t.in.Account, t.in.OpenID, code)
	if err != nil {
		return "", err
	}
	if out.Refused != "" {
		return out.Refused, nil
	}
	if len(out.Choices) == 0 {
		return t.bound(ctx, out)
	}
	f := frame{Kind: askMember, Text: code}
	lines := []string{memberPrompt}
	for i, v := range out.Choices {
		if i < 9 {
			f.Options = append(f.Options, option{ID: v.ID, Label: v.Name})
			lines = append(lines, fmt.Sprintf("回%d：%s", i+1, v.Name))
		}
	}
	f.Prompt = strings.Join(lines, "\n")
	return t.ask(f, 0), nil
}

// member answers who of the household the sender is.
func (t *turn) member(ctx context.Context, f frame, n int) (string, error) {
	if n < 1 || n > len(f.Options) {
		return f.Prompt, nil
	}
	t.drop(askMember)
	out, err := t.people.RedeemAs(ctx, t.in.Account, t.in.OpenID, f.Text, f.Options[n-1].ID)
	if err != nil {
		return "", err
	}
	if out.Refused != "" {
		return out.Refused, nil
	}
	reply, err := t.bound(ctx, out)
	return t.then(reply), err
}

// bound greets whoever was bound just now, and hands over what waited for them.
func (t *turn) bound(ctx context.Context, out village.Redeemed) (string, error) {
	var err error
	if t.sender, err = t.people.Sender(ctx, t.in.Account, t.in.OpenID, t.home(t.in.Account)); err != nil {
		return "", err
	}
	t.actor = t.sender.Actor
	return fmt.Sprintf(boundReply, out.Village.Name, out.Villager.Name), t.notices.Opened(ctx, t.in.Account, t.in.OpenID, t.lifeSign())
}

// how tells what can be done here: to cadres how to answer, to others how to ask.
func (t *turn) how() string {
	if t.serves() {
		return howToAnswer
	}
	return howToAsk
}

// speakAs changes which of the persons on this phone is speaking.
func (t *turn) speakAs(ctx context.Context, name string) (string, error) {
	if name == "" {
		return speakAsHow, nil
	}
	villager, err := t.people.SpeakAs(ctx, t.in.Account, t.in.OpenID, name)
	if err != nil {
		return "", err
	}
	t.actor = t.as(villager.Person())
	return t.then(fmt.Sprintf(speakAsReply, t.actor.Name)), nil
}

// switchVillage lists the villages that the sender's persons belong to.
func (t *turn) switchVillage(ctx context.Context) (string, error) {
	if len(t.sender.Persons) == 0 {
		if err := t.people.Address(ctx, t.sender, ""); err != nil {
			return "", err
		}
		return switchUnbound, nil
	}
	f := frame{Kind: askSwitch}
	lines := []string{switchPrompt}
	for _, k := range t.sender.Persons {
		if !offered(f.Options, k.Village.ID) && len(f.Options) < 9 {
			f.Options = append(f.Options, option{ID: k.Village.ID, Label: k.Village.Name})
			lines = append(lines, fmt.Sprintf("回%d：%s", len(f.Options), k.Village.Name))
		}
	}
	if len(f.Options) < 2 {
		return fmt.Sprintf(oneVillage, f.Options[0].Label), nil
	}
	f.Prompt = strings.Join(lines, "\n")
	return t.ask(f, 0), nil
}

func offered(options []option, id string) bool {
	for _, o := range options {
		if o.ID == id {
			return true
		}
	}
	return false
}

func (t *turn) switched(ctx context.Context, f frame, n int) (string, error) {
	if n < 1 || n > len(f.Options) {
		return f.Prompt, nil
	}
	t.drop(askSwitch)
	villager, err := t.people.SwitchVillage(ctx, t.in.Account, t.in.OpenID, f.Options[n-1].ID)
	if err != nil {
		return "", err
	}
	t.actor = t.as(villager.Person())
	return t.then(fmt.Sprintf(switchedReply, f.Options[n-1].Label, t.actor.Name)), nil
}
