package dialogue

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"cunwu/model"
	"cunwu/service/village"
)

const (
	callListed = 10
	callText   = 150 // characters of what is to be told
)

// cadre does the commands of grid workers and cadres that name a person:
// 邀请, 解绑, 当面, 已告. From anybody else they are words.
func (t *turn) cadre(ctx context.Context, first, rest string) (reply string, done bool, err error) {
	verb, known := map[string]model.Verb{"邀请": model.VerbInvite, "解绑": model.VerbBindOthers, "当面": model.VerbBindOthers, "已告": model.VerbCallList}[first]
	if !known || !t.actor.May(verb, t.actor.VillageID) && (first != "已告" || len(t.actor.Serves(verb)) == 0) {
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

// callList says who must be called because no message reaches them, in every
// village that the sender serves.
func (t *turn) callList(ctx context.Context) (string, error) {
	villages := t.actor.Serves(model.VerbCallList)
	if len(villages) == 0 {
		return noDuty, nil
	}
	f := frame{Kind: inCalls}
	lines := []string{callHead}
	for _, villageID := range villages {
		calls, err := t.notices.CallList(ctx, t.actor, villageID, callListed)
		if err != nil {
			return "", err
		}
		for _, c := range calls {
			if len(f.Options) == callListed {
				break
			}
			name := c.Name
			if name == "" {
				name = unknownName
			}
			f.Options = append(f.Options, option{ID: model.PublicID(c.VillageID, c.NoticeID), Label: name})
			lines = append(lines, fmt.Sprintf("%d. %s：%s", len(f.Options), name, clip(c.Text, callText)))
		}
	}
	if len(f.Options) == 0 {
		return nobodyToCall, nil
	}
	t.drop(inCalls)
	t.ask(f, 0)
	return strings.Join(append(lines, callTail), "\n"), nil
}

// told ticks the n-th of the call list as it was shown.
func (t *turn) told(ctx context.Context, rest string) (string, error) {
	n, err := strconv.Atoi(rest)
	f := t.stack.find(inCalls)
	if err != nil || f == nil {
		return t.callList(ctx)
	}
	if n < 1 || n > len(f.Options) {
		return fmt.Sprintf(noSuchCall, n), nil
	}
	o := f.Options[n-1]
	villageID, noticeID, err := model.ParsePublicID(o.ID)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(toldReply, o.Label), t.notices.Told(ctx, t.actor, villageID, noticeID)
}
