package dialogue

import (
	"context"
	"fmt"
	"strings"

	"cunwu/model"
	"cunwu/service/casework"
)

const dueShown = 12

// due lists what the sender must act on.
func (t *turn) due(ctx context.Context) (string, error) {
	var people []model.Person
	for _, actor := range t.deciders() {
		people = append(people, actor.Person())
	}
	if len(people) == 0 {
		return noDuty, nil
	}
	due, err := t.cases.Due(ctx, people, dueShown+1)
	if err != nil || len(due) == 0 {
		return nothingDue, err
	}
	more := len(due) > dueShown
	due = due[:min(len(due), dueShown)]
	several := t.servesSeveral()
	lines := []string{fmt.Sprintf(dueHead, len(due))}
	for _, c := range due {
		label := fmt.Sprintf("#%d", c.Number)
		if several {
			unit, err := t.people.Get(ctx, c.VillageID)
			if err != nil {
				return "", err
			}
			label = casework.Label(unit, c.Number)
		}
		lines = append(lines, fmt.Sprintf("%s %s：%s（%s）", label, askerName(c), casework.Shown(c), casework.DueWords(c, t.now())))
		t.shown[c.ID] = t.now().Format("2006-01-02")
	}
	if more {
		lines = append(lines, dueMore)
	}
	return strings.Join(append(lines, dueTail), "\n"), nil
}

func (t *turn) servesSeveral() bool {
	villages := map[string]bool{}
	for _, known := range t.sender.Persons {
		for _, v := range known.Actor.Serves(model.VerbHandle) {
			if v != known.Village.ID || known.Village.Kind == model.UnitVillage { // a township has no cases of its own
				villages[v] = true
			}
		}
	}
	return len(villages) > 1
}
