package dialogue

import (
	"context"
	"fmt"
	"strings"

	"cunwu/model"
	"cunwu/service/casework"
)

// whichVillage asks a sender whom no village knows; the message waits.
func (t *turn) whichVillage(ctx context.Context) (string, error) {
	villages, err := t.people.All(ctx, t.in.Account)
	if err != nil {
		return "", err
	}
	if len(villages) == 0 {
		return noVillage, nil
	}
	if f := t.stack.find(askVillage); f != nil {
		if t.in.Kind == model.InText {
			if i := namedVillage(villages, t.text); i >= 0 {
				return t.addressed(ctx, *f, villages[i].ID)
			}
		}
		f.Incoming = append(f.Incoming, t.in)
		return gatheredReply + f.Prompt, nil
	}
	f := frame{Kind: askVillage, Incoming: []model.Incoming{t.in}}
	var lines []string
	for i, v := range villages {
		if i < 9 {
			f.Options = append(f.Options, option{Label: v.Name, ID: v.ID})
			lines = append(lines, fmt.Sprintf("回%d：%s", i+1, v.Name))
		}
	}
	f.Prompt = whichVillagePrompt + strings.Join(lines, "\n")
	return t.ask(f, 0), nil
}

func namedVillage(villages []model.Village, text string) int {
	for i, v := range villages {
		if text == v.Name || text == casework.ShortName(v.Name) {
			return i
		}
	}
	return -1
}

// addressed takes the messages that waited for the village's name.
func (t *turn) addressed(ctx context.Context, f frame, villageID string) (string, error) {
	if err := t.people.Address(ctx, t.sender, villageID); err != nil {
		return "", err
	}
	t.drop(askVillage)
	t.actor = t.sender.Actor
	var reply string
	for _, in := range f.Incoming {
		t.in, t.text = in, normalise(in.Text)
		var err error
		if reply, err = t.answer(ctx); err != nil {
			return "", err
		}
	}
	return reply, nil
}
