package dialogue

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/mediation"
)

// disputed does what a line that begins with #N says of a dispute; done is false
// when the number is none of the sender's disputes.
func (t *turn) disputed(ctx context.Context, n numbered) (string, bool, error) {
	found, actors, err := t.disputeOf(ctx, n)
	if err != nil || len(found) == 0 {
		return "", false, err
	}
	if len(found) > 1 {
		return fmt.Sprintf(severalDisputes, n.Number, n.Number), true, nil
	}
	reply, err := t.inDispute(ctx, found[0], actors[0], n.Rest)
	return reply, true, err
}

func (t *turn) inDispute(ctx context.Context, m mediation.Mine, actor model.Actor, rest string) (string, error) {
	switch {
	case trimmed(normalise(rest)) == "":
		return t.showDispute(ctx, m, actor)
	case m.Part == model.PartApplicant || m.Part == model.PartRespondent:
		return t.partySays(ctx, m, actor, rest)
	}
	return t.mediatorSays(ctx, m, actor, rest)
}

func (t *turn) showDispute(ctx context.Context, m mediation.Mine, actor model.Actor) (string, error) {
	v, err := t.mediation.Get(ctx, actor, mediation.RefOf(m.Dispute))
	if err != nil {
		return "", err
	}
	t.shown[m.Dispute.ID] = t.now().Format("2006-01-02")
	return v.Text(), nil
}

// partySays: yes or no, leaving, more time, another mediator, or words for
// whoever mediates. A party never signs in chat.
func (t *turn) partySays(ctx context.Context, m mediation.Mine, actor model.Actor, rest string) (string, error) {
	ref, number := mediation.RefOf(m.Dispute), m.Dispute.Number
	verb, object := token(trimmed(normalise(rest)))
	var err error
	switch {
	case verb == "同意" && object == "":
		d, err := t.mediation.Consent(ctx, actor, ref, "chat")
		if err != nil {
			return "", err
		}
		if d.Asking != "" {
			return fmt.Sprintf(consentWaits, number), nil
		}
		return fmt.Sprintf(consentedReply, number) + "\n" + mediation.RightToSue, nil
	case verb == "不同意" && object == "":
		_, err = t.mediation.Refuse(ctx, actor, ref, "chat")
		return fmt.Sprintf(refusedReply, number) + "\n" + mediation.Remedies, err
	case verb == "撤回":
		d, err := t.mediation.Withdraw(ctx, actor, ref, object)
		if err == nil && d.State != model.DisputeClosed {
			return fmt.Sprintf(leftAlone, number), nil
		}
		return fmt.Sprintf(withdrawnDispute, number) + "\n" + mediation.Remedies, err
	case verb == "延期" && object == "":
		extended, err := t.mediation.AskExtension(ctx, actor, ref)
		if extended {
			return fmt.Sprintf(extendedDispute, number), err
		}
		return fmt.Sprintf(extensionWaits, number), err
	case verb == "换人" && object == "":
		d, err := t.mediation.Replace(ctx, actor, ref)
		return fmt.Sprintf(replacedReply, number, d.MediatorName), err
	case verb == "履行了" && object == "":
		_, err = t.mediation.Performance(ctx, actor, ref, 0, true, "")
		return fmt.Sprintf(performedReply, number), err
	case verb == "没履行":
		_, err = t.mediation.Performance(ctx, actor, ref, 0, false, object)
		return fmt.Sprintf(brokenReply, number), err
	case verb == "签名" || verb == "签字" || verb == "签":
		return fmt.Sprintf(noSigningHere, number), nil
	case verb == "律师" && object != "":
		_, err = t.mediation.Say(ctx, actor, ref, model.PartLawyer, casework.Said{Text: object})
		return fmt.Sprintf(saidToLawyer, number), err
	}
	_, err = t.mediation.Say(ctx, actor, ref, "", casework.Said{Text: rest})
	return fmt.Sprintf(saidToMediator, number), err
}

// mediatorSays does what whoever serves writes. Words go only to whom they are
// marked for; anything else is sent to nobody.
func (t *turn) mediatorSays(ctx context.Context, m mediation.Mine, actor model.Actor, rest string) (string, error) {
	ref, number := mediation.RefOf(m.Dispute), m.Dispute.Number
	verb, object := action(rest)
	var err error
	switch verb {
	case "接":
		_, err = t.mediation.Accept(ctx, actor, ref)
		return fmt.Sprintf(acceptedReply, number), err
	case "回避":
		_, err = t.mediation.Decline(ctx, actor, ref, object)
		return fmt.Sprintf(declinedReply, number), err
	case "甲", "乙", "双方":
		return t.tellSide(ctx, m, actor, rest, map[string]string{"甲": model.PartApplicant, "乙": model.PartRespondent, "双方": model.PartBoth}[verb], object)
	case "服务甲", "服务乙":
		side := model.PartApplicant
		if verb == "服务乙" {
			side = model.PartRespondent
		}
		_, err = t.mediation.Declare(ctx, actor, ref, side)
		return fmt.Sprintf(declaredReply, number), err
	case "对方同意", "对方不同意":
		_, err = t.mediation.RecordAnswer(ctx, actor, ref, mediation.Answer{Agreed: verb == "对方同意", How: "visit"})
		return fmt.Sprintf(answerRecorded, number), err
	case "请律师":
		_, err = t.mediation.Refer(ctx, actor, ref, model.TierLawyer, object)
		return fmt.Sprintf(lawyerAsked, number), err
	case "交镇里":
		_, err = t.mediation.Refer(ctx, actor, ref, model.TierTownship, object)
		return fmt.Sprintf(referredReply, number), err
	case "调解不成":
		_, err = t.mediation.Fail(ctx, actor, ref, object)
		return fmt.Sprintf(failedReply, number), err
	case "不受理":
		_, err = t.mediation.Reject(ctx, actor, ref, object)
		return fmt.Sprintf(rejectedDispute, number), err
	case "报告":
		_, err = t.mediation.Report(ctx, actor, ref, object)
		return fmt.Sprintf(reportedReply, number), err
	case "监护人":
		name, household := token(normalise(object))
		_, err = t.mediation.SetGuardian(ctx, actor, ref, name, household)
		return fmt.Sprintf(guardianReply, number), err
	case "开会":
		return t.planSession(ctx, ref, number, actor, object)
	case "记录":
		attended, record := token(object)
		_, err = t.mediation.RecordSession(ctx, actor, ref, mediation.Held{Attended: strings.Split(attended, "、"), Record: record})
		return fmt.Sprintf(sessionRecorded, number), err
	}
	return fmt.Sprintf(whomFor, number), nil
}

// tellSide says something to a side; a dispute that wasn't shown today needs
// confirming first: words to the wrong people can't be taken back.
func (t *turn) tellSide(ctx context.Context, m mediation.Mine, actor model.Actor, rest, side, text string) (string, error) {
	d := m.Dispute
	if text == "" {
		return fmt.Sprintf(whomFor, d.Number), nil
	}
	if t.shown[d.ID] != t.now().Format("2006-01-02") {
		prompt := fmt.Sprintf(sendPrompt, d.Number, d.Kind, clip(text, 60))
		return t.ask(frame{Kind: askSend, Speaker: actor.Person(), Case: mediation.RefOf(d), Number: d.Number, Text: rest, Prompt: prompt}, confirmLife), nil
	}
	_, err := t.mediation.Say(ctx, actor, mediation.RefOf(d), side, casework.Said{Text: text})
	verb, _ := action(rest)
	return fmt.Sprintf(saidToSide, verb, d.Number), err
}

func (t *turn) sendOrNot(ctx context.Context, f frame, n int) (string, error) {
	if n != 1 && n != 2 {
		return f.Prompt, nil
	}
	t.drop(askSend)
	if n == 2 {
		return t.then(notSent), nil
	}
	t.shown[f.Case.ID] = t.now().Format("2006-01-02")
	actor := t.as(f.Speaker)
	found, err := t.mediation.Numbered(ctx, actor, []string{f.Case.VillageID}, f.Number)
	if err != nil || len(found) == 0 {
		return fmt.Sprintf(noSuchCase, f.Number), err
	}
	reply, err := t.inDispute(ctx, found[0], actor, f.Text)
	return t.then(reply), err
}

var sessionForm = regexp.MustCompile(`^(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日?\s*(\d{1,2})[:点](\d{1,2})?分?\s*(\S.*)$`)

// planSession reads 9月3日 15:00 村委会; a day that is past is next year's.
func (t *turn) planSession(ctx context.Context, ref mediation.Ref, number int64, actor model.Actor, text string) (string, error) {
	m := sessionForm.FindStringSubmatch(normalise(text))
	if m == nil {
		return fmt.Sprintf(sessionHow, number), nil
	}
	var part [5]int
	for i := range part {
		part[i], _ = strconv.Atoi(m[i+1]) // digits, or nothing
	}
	year := part[0]
	if year == 0 {
		year = t.now().Year()
	}
	at := time.Date(year, time.Month(part[1]), part[2], part[3], part[4], 0, 0, model.Shanghai)
	if at.Day() != part[2] || int(at.Month()) != part[1] || part[3] > 23 || part[4] > 59 {
		return fmt.Sprintf(sessionHow, number), nil
	}
	if part[0] == 0 && at.Before(t.now().AddDate(0, -6, 0)) {
		at = at.AddDate(1, 0, 0)
	}
	_, err := t.mediation.PlanSession(ctx, actor, ref, at, m[6])
	return fmt.Sprintf(sessionPlanned, number, casework.When(at)), err
}
