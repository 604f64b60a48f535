package dialogue

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/membership"
)

const requestsListed = 10

//nolint:gochecknoglobals // read-only
var (
	requestForm = regexp.MustCompile(`(?s)^#?(\p{Han}{0,12}?)(\d{1,9})(?:[\s,:]+(.+))?$`)
	houseForm   = regexp.MustCompile(`^(外|[0-9A-Za-z-]{1,32})$`)
)

// requested is what a line says of a request: 3, 云溪3, 3 302.
type requested struct {
	village string // as written; empty: not named
	number  int64
	rest    string
}

func parseRequest(rest string) (requested, bool) {
	m := requestForm.FindStringSubmatch(rest)
	if m == nil || counted.MatchString(m[3]) {
		return requested{}, false
	}
	n, err := strconv.ParseInt(m[2], 10, 64)
	return requested{village: m[1], number: n, rest: strings.TrimSpace(m[3])}, err == nil && n > 0
}

// confirms does what cadres say to the requests of people who want to be bound or
// to help: 待确认, 确认 N, 拒绝 N 原因. From anybody else, and in any other form,
// they are words.
func (t *turn) confirms(ctx context.Context, first, rest string) (reply string, done bool, err error) {
	served := t.bindsFor()
	if len(served) == 0 {
		return "", false, nil
	}
	if first == "待确认" {
		if rest != "" {
			return "", false, nil
		}
		reply, err = t.pendingRequests(ctx, served)
		return reply, true, err
	}
	r, ok := parseRequest(rest)
	if !ok || first == "确认" && r.rest != "" && !houseForm.MatchString(r.rest) {
		return "", false, nil
	}
	desk, reply, err := t.deskOf(ctx, served, first, r)
	if err != nil || reply != "" {
		return reply, true, err
	}
	if first == "拒绝" {
		_, err := t.members.Refuse(ctx, desk.actor, desk.villageID, r.number, r.rest)
		return fmt.Sprintf(requestRefused, r.number), true, err
	}
	out, err := t.members.Confirm(ctx, desk.actor, desk.villageID, r.number, r.rest)
	if out.Request.Helper != "" {
		return fmt.Sprintf(helpConfirmed, out.Person.Name, out.Request.Helper, out.Request.Scope.Words()), true, err
	}
	return fmt.Sprintf(requestConfirmed, out.Person.Name), true, err
}

// desk is a village in which one of the sender's persons may bind others.
type desk struct {
	actor     model.Actor
	villageID string
}

func (t *turn) bindsFor() []desk {
	var all []desk
	seen := map[string]bool{}
	for _, actor := range t.actors() {
		for _, villageID := range actor.Serves(model.VerbBindOthers) {
			if !seen[villageID] {
				seen[villageID] = true
				all = append(all, desk{actor, villageID})
			}
		}
	}
	return all
}

func villageIDs(desks []desk) []string {
	ids := make([]string, 0, len(desks))
	for _, d := range desks {
		ids = append(ids, d.villageID)
	}
	return ids
}

// deskOf finds the village whose request is meant; when none or several may be, it
// says so instead.
func (t *turn) deskOf(ctx context.Context, served []desk, first string, r requested) (found desk, reply string, err error) {
	asked, err := t.members.Asked(ctx, villageIDs(served), r.number)
	if err != nil {
		return desk{}, "", err
	}
	lines := []string{fmt.Sprintf(severalRequests, r.number)}
	for _, villageID := range asked {
		unit, err := t.people.Get(ctx, villageID)
		if err != nil {
			return desk{}, "", err
		}
		short := casework.ShortName(unit.Name)
		if r.village != "" && r.village != unit.Name && r.village != short {
			continue
		}
		for _, d := range served {
			if d.villageID == villageID {
				found = d
			}
		}
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s%d %s", first, short, r.number, r.rest)))
	}
	switch len(lines) {
	case 1:
		return desk{}, fmt.Sprintf(noSuchRequest, r.number), nil
	case 2:
		return found, "", nil
	}
	return desk{}, strings.Join(lines, "\n"), nil
}

func (t *turn) pendingRequests(ctx context.Context, served []desk) (string, error) {
	lines := []string{requestsHead}
	for _, d := range served {
		open, err := t.members.Pending(ctx, d.actor, d.villageID, 0, requestsListed)
		if err != nil {
			return "", err
		}
		prefix := ""
		if len(open) > 0 && len(served) > 1 {
			unit, err := t.people.Get(ctx, d.villageID)
			if err != nil {
				return "", err
			}
			prefix = casework.ShortName(unit.Name)
		}
		for _, r := range open {
			if len(lines) > requestsListed {
				break
			}
			lines = append(lines, fmt.Sprintf("%s%d %s", prefix, r.Number, requestLine(r)))
		}
	}
	if len(lines) == 1 {
		return noRequests, nil
	}
	return strings.Join(append(lines, requestsTail), "\n"), nil
}

func requestLine(r membership.Request) string {
	if r.Helper != "" {
		return fmt.Sprintf(helpLine, r.Helper, r.Elder, r.Scope.Words())
	}
	return fmt.Sprintf(bindLine, r.Name, r.Phone)
}
