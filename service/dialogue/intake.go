package dialogue

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/mediation"
	"cunwu/service/village"
)

const (
	askDispute = "dispute" // an application for mediation that is being written

	// intakePause is how long after the last word further ones still belong to
	// the application; later it waits until 调解 takes it up again.
	intakePause = 30 * time.Minute
)

// The steps of an application, in their order.
const (
	stepKind      = "kind"
	stepElsewhere = "elsewhere"
	stepOther     = "other"
	stepFacts     = "facts"
	stepWish      = "wish"
	stepSubmit    = "submit"
)

// application is what a frame keeps of it.
type application struct {
	Step string
	In   mediation.NewDispute
}

func (t *turn) beginIntake() (string, error) {
	return t.intakeAt(application{Step: stepKind}, "")
}

// writing is the application that words belong to now, or nil.
func (t *turn) writing() *frame {
	f := t.stack.top()
	if f == nil || f.Kind != askDispute || t.now().Sub(f.AskedAt) >= intakePause {
		return nil
	}
	return f
}

// intakeAt keeps the application and asks for what its step wants.
func (t *turn) intakeAt(a application, before string) (string, error) {
	data, err := json.Marshal(a)
	if err != nil {
		return "", err
	}
	speaker := t.actor.Person()
	if f := t.stack.find(askDispute); f != nil {
		speaker = f.Speaker
	}
	t.drop(askDispute)
	return before + t.ask(frame{Kind: askDispute, Speaker: speaker, Text: string(data), Prompt: intakePrompt(a)}, 0), nil
}

func intakePrompt(a application) string {
	var lines []string
	switch a.Step {
	case stepKind:
		for i, m := range mediation.Matters() {
			lines = append(lines, fmt.Sprintf("%d %s", i+1, m.Name))
		}
		return intakeKind + strings.Join(lines, "，")
	case stepElsewhere:
		for i, e := range mediation.Elsewheres() {
			lines = append(lines, fmt.Sprintf("回%d：%s", i+1, e.Choice))
		}
		return intakeElsewhere + strings.Join(lines, "\n")
	case stepOther:
		return intakeOther
	case stepFacts:
		return intakeFacts
	case stepWish:
		return intakeWish
	}
	return fmt.Sprintf(intakeSubmit, a.In.Kind, a.In.Other.Name, clip(a.In.Facts, 60), clip(a.In.Wish, 40))
}

func (t *turn) intakeTakes(ctx context.Context) (string, error) {
	said, err := t.said(ctx, t.as(t.stack.top().Speaker).VillageID)
	if err != nil {
		return "", err
	}
	return t.intake(ctx, said)
}

// intake takes one answer of the application.
func (t *turn) intake(ctx context.Context, said casework.Said) (string, error) {
	f := t.stack.find(askDispute)
	var a application
	if err := json.Unmarshal([]byte(f.Text), &a); err != nil {
		return "", err
	}
	text := trimmed(normalise(said.Text))
	if said.MediaID != "" && a.Step != stepFacts {
		return f.Prompt, nil
	}
	n, _, _ := parseDigits(text)
	switch a.Step {
	case stepKind:
		matter := matterNamed(text, n)
		if matter == "" {
			return f.Prompt, nil
		}
		a.In.Kind, a.Step = matter, stepElsewhere
	case stepElsewhere:
		where := mediation.Elsewheres()
		if n < 1 || n > len(where) {
			return f.Prompt, nil
		}
		if door := where[n-1].Door; door != "" {
			t.drop(askDispute)
			return t.then(door), nil
		}
		a.Step = stepOther
	case stepOther:
		return t.intakeOther(ctx, a, text)
	case stepFacts:
		return t.intakeFacts(a, said, text)
	case stepWish:
		a.In.Wish, a.Step = strings.TrimSpace(said.Text), stepSubmit
	case stepSubmit:
		return t.submit(ctx, *f, a, text, n)
	}
	return t.intakeAt(a, "")
}

func matterNamed(text string, n int) string {
	matters := mediation.Matters()
	if n >= 1 && n <= len(matters) {
		return matters[n-1].Name
	}
	for _, m := range matters {
		if text == m.Name || text == m.Name+"纠纷" {
			return m.Name
		}
	}
	return ""
}

// parseDigits reads a number of up to two digits.
func parseDigits(text string) (int, string, bool) {
	n := 0
	for _, r := range text {
		if r < '0' || r > '9' || n > 99 {
			return 0, "", false
		}
		n = 10*n + int(r-'0')
	}
	return n, "", text != ""
}

// intakeOther reads who the other party is: 姓名, 姓名 户号, or 外 姓名.
func (t *turn) intakeOther(ctx context.Context, a application, text string) (string, error) {
	first, rest := token(text)
	a.In.Outside = first == "外" && rest != ""
	if a.In.Outside {
		a.In.Other = village.Named{Name: rest}
	} else {
		a.In.Other = village.Named{Name: first, HouseholdNo: rest}
		found, err := t.people.Find(ctx, t.as(t.stack.find(askDispute).Speaker).VillageID, first, rest)
		switch {
		case err != nil:
			return "", err
		case len(found) == 0:
			return fmt.Sprintf(intakeNobody, clip(text, 20)), nil
		case len(found) > 1:
			return fmt.Sprintf(intakeSeveral, clip(first, 20), len(found), clip(first, 20)), nil
		}
	}
	a.Step = stepFacts
	return t.intakeAt(a, "")
}

// intakeFacts collects words, voices and pictures until 好了.
func (t *turn) intakeFacts(a application, said casework.Said, text string) (string, error) {
	empty := a.In.Facts == "" && len(a.In.Media) == 0
	switch {
	case text == "好了" || text == "完" || text == "说完了":
		if empty {
			return intakeFacts, nil
		}
		a.Step = stepWish
		return t.intakeAt(a, "")
	case said.MediaID != "":
		a.In.Media = append(a.In.Media, said.MediaID)
	default:
		a.In.Facts = strings.TrimSpace(a.In.Facts + "\n" + strings.TrimSpace(said.Text))
	}
	if _, err := t.intakeAt(a, ""); err != nil {
		return "", err
	}
	return intakeMore, nil
}

// submit files the application, or changes it once more.
func (t *turn) submit(ctx context.Context, f frame, a application, text string, n int) (string, error) {
	first, rest := token(text)
	switch {
	case n == 2:
		t.drop(askDispute)
		return t.then(intakeDropped), nil
	case first == "一起" && rest != "":
		a.In.Together = nil
		for name := range strings.FieldsSeq(strings.NewReplacer("、", " ", ",", " ", "，", " ").Replace(rest)) {
			a.In.Together = append(a.In.Together, village.Named{Name: name})
		}
		return t.intakeAt(a, fmt.Sprintf(intakeTogether, len(a.In.Together)))
	case first == "选" && rest != "":
		a.In.Mediator = rest
		return t.intakeAt(a, fmt.Sprintf(intakeMediator, clip(rest, 20)))
	case text == "私事":
		a.In.Private = true
	case n != 1:
		return f.Prompt, nil
	}
	out, err := t.mediation.File(ctx, t.as(f.Speaker), a.In)
	if err != nil {
		return "", err
	}
	t.drop(askDispute)
	d := out.Dispute
	lines := []string{fmt.Sprintf(filedNobody, d.Number)}
	switch {
	case d.MediatorName != "":
		lines[0] = fmt.Sprintf(filedReply, d.Number, d.MediatorName, casework.When(d.DueAt.Time))
	case d.OfficerName != "":
		lines[0] = fmt.Sprintf(filedTownship, d.Number, d.OfficerName)
	}
	if out.Heed.Danger != help.NoDanger || out.Heed.Domestic {
		lines = append([]string{emergencyNumbers}, lines...)
	}
	return t.then(strings.Join(append(append(lines, out.Hints...), mediation.RightToSue), "\n")), nil
}

// disputeOf is the dispute that #N means to one of the sender's persons. Of a
// party's only the person speaking now counts: phones are shared.
func (t *turn) disputeOf(ctx context.Context, n numbered) (found []mediation.Mine, actors []model.Actor, err error) {
	if t.mediation == nil {
		return nil, nil, nil
	}
	for _, actor := range t.actors() {
		if !actor.Known() {
			continue
		}
		villages := villagesOf(actor)
		if n.Village != "" {
			if villages, err = t.calledVillage(ctx, villages, n.Village); err != nil {
				return nil, nil, err
			}
		}
		mine, err := t.mediation.Numbered(ctx, actor, villages, n.Number)
		if err != nil {
			return nil, nil, err
		}
		for _, m := range mine {
			party := m.Part == model.PartApplicant || m.Part == model.PartRespondent
			if !party || actor.VillagerID == t.actor.VillagerID {
				found, actors = append(found, m), append(actors, actor)
			}
		}
	}
	return found, actors, nil
}

// calledVillage are those of the villages that bear the name.
func (t *turn) calledVillage(ctx context.Context, villages []string, name string) ([]string, error) {
	var called []string
	for _, id := range villages {
		unit, err := t.people.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		if name == unit.Name || name == casework.ShortName(unit.Name) {
			called = append(called, id)
		}
	}
	return called, nil
}
