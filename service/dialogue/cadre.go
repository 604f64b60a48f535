package dialogue

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"cunwu/model"
	"cunwu/service/village"
)

const callListed = 10

// cadre does the commands of grid workers and cadres that name a person:
// 邀请, 解绑, 当面, 已告. From anybody else they are words.
func (t *turn) cadre(ctx context.Context, first, rest string) (reply string, done bool, err error) {
	verb, known := map[string]model.Verb{"邀请": model.VerbInvite, "解绑": model.VerbBindOthers, "当面": model.VerbBindOthers, "已告": model.VerbCallList}[first]
	if !known || !t.actor.May(verb, t.actor.VillageID) {
		return "", false, nil
	}
	name, household := token(rest)
	who := village.Named{Name: name, HouseholdNo: household}
	switch first {
	case "邀请":
		code, expires, err := t.people.Invite(ctx, t.actor, village.NewInvitation{Unit: t.actor.VillageID, Name: name, HouseholdNo: household})
		return fmt.Sprintf(inviteReply, name, code, expires.Format("1月2日"), code), true, err
	case "解绑":
		n, err := t.people.Unbind(ctx, t.actor, t.actor.VillageID, who)
		return fmt.Sprintf(unboundReply, name, n), true, err
	case "当面":
		n, err := t.people.ConfirmInPerson(ctx, t.actor, t.actor.VillageID, who)
		return fmt.Sprintf(inPersonReply, name, n), true, err
	}
	reply, err = t.told(ctx, rest)
	return reply, true, err
}

// callList says who must be called because no message reaches them.
func (t *turn) callList(ctx context.Context) (string, error) {
	calls, err := t.notices.CallList(ctx, t.actor, t.actor.VillageID, callListed)
	if err != nil || len(calls) == 0 {
		return nobodyToCall, err
	}
	lines := []string{callHead}
	for i, c := range calls {
		lines = append(lines, fmt.Sprintf("%d. %s：%s", i+1, c.Name, clip(c.Text, 80)))
	}
	return strings.Join(append(lines, callTail), "\n"), nil
}

// told ticks the n-th of the call list.
func (t *turn) told(ctx context.Context, rest string) (string, error) {
	n, err := strconv.Atoi(rest)
	if err != nil {
		return callTail, nil //nolint:nilerr // not a number: told what to write
	}
	calls, err := t.notices.CallList(ctx, t.actor, t.actor.VillageID, callListed)
	if err != nil {
		return "", err
	}
	if n < 1 || n > len(calls) {
		return fmt.Sprintf(noSuchCall, n), nil
	}
	c := calls[n-1]
	return fmt.Sprintf(toldReply, c.Name), t.notices.Told(ctx, t.actor, c.VillageID, c.NoticeID)
}
