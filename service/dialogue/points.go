package dialogue

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"cunwu/model"
	"cunwu/service/merit"
)

const pointLines = 10

// pointsSays does what follows 积分; anything else is a message like others.
func (t *turn) pointsSays(ctx context.Context, rest string) (reply string, done bool, err error) {
	if rest == "" {
		reply, err = t.points(ctx)
		return reply, true, err
	}
	if t.merit == nil || !t.actor.Known() {
		return "", false, nil
	}
	first, object := token(rest)
	if n, ok := meritNumber(first); ok {
		return t.claimSays(ctx, n, object)
	}
	switch first {
	case "报", "夸", "异议", "申诉", "撤回", "退", "收到", "见证":
		return t.pointsDo(ctx, first, object)
	}
	if object != "" {
		return "", false, nil
	}
	switch first {
	case "商店", "超市":
		reply, err = t.shop(ctx)
	case "明细":
		reply, err = t.entries(ctx)
	case "兑换":
		reply, err = t.redemptions(ctx)
	case "公示":
		reply, err = t.onNotice(ctx)
	case "待评":
		reply, err = t.toReview(ctx)
	case "异常":
		reply, err = t.exceptions(ctx)
	case "光荣榜":
		reply, err = t.ranking(ctx)
	case "上榜", "不上榜":
		reply, err = map[string]string{"上榜": honoured, "不上榜": notHonoured}[first], t.merit.Honour(ctx, t.actor, first == "上榜")
	default:
		return "", false, nil
	}
	return reply, true, err
}

// meritNumber reads a claim's number: 12, 12号.
func meritNumber(word string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSuffix(word, "号"), "#"), 10, 64)
	return n, err == nil && n > 0
}

// claimSays shows a claim, or takes a reviewer's word on it.
func (t *turn) claimSays(ctx context.Context, number int64, rest string) (string, bool, error) {
	verb, reason := token(rest)
	approve := verb == "同意"
	if !approve && verb != "不同意" {
		if rest != "" {
			return "", false, nil
		}
		reply, err := t.showClaim(ctx, number)
		return reply, true, err
	}
	actor := t.holding(model.VerbMeritReview)
	v, err := t.merit.Numbered(ctx, actor, actor.VillageID, number)
	if err != nil {
		return "", true, err
	}
	c, err := t.merit.Review(ctx, actor, refOf(v.MeritClaim), approve, reason)
	return fmt.Sprintf(reviewedReply, c.Number, verb), true, err
}

func refOf(c model.MeritClaim) merit.Ref { return merit.Ref{VillageID: c.VillageID, ID: c.ID} }

func (t *turn) showClaim(ctx context.Context, number int64) (string, error) {
	actor := t.holding(model.VerbMeritReview)
	v, err := t.merit.Numbered(ctx, actor, actor.VillageID, number)
	if err != nil {
		return "", err
	}
	lines := []string{fmt.Sprintf(claimLine, v.Number, v.PersonName, v.HappenedOn, v.Title, v.Points, merit.StateName(v.State))}
	if v.Text != "" {
		lines = append(lines, clip(v.Text, 300))
	}
	if len(v.Evidence) > 0 {
		lines = append(lines, fmt.Sprintf(claimEvidence, len(v.Evidence)))
	}
	if odd := merit.FlagWords(v.Flags); odd != "" {
		lines = append(lines, fmt.Sprintf(claimOdd, odd))
	}
	if v.Outcome != "" {
		lines = append(lines, v.Outcome)
	}
	if v.ToReview {
		lines = append(lines, fmt.Sprintf(claimReview, v.Number, v.Number))
	}
	return strings.Join(lines, "\n"), nil
}

// pointsDo are the words with an object: a number, a name.
func (t *turn) pointsDo(ctx context.Context, word, object string) (reply string, done bool, err error) {
	if word == "夸" {
		return t.praise(ctx, object)
	}
	first, reason := token(object)
	n, ok := meritNumber(first)
	if !ok {
		return fmt.Sprintf(pointsNumber, word), object == "", nil
	}
	switch word {
	case "报":
		reply, err = t.reportDeed(ctx, n)
	case "退", "收到", "见证":
		reply, err = t.redemptionDo(ctx, word, n)
	default:
		reply, err = t.claimDo(ctx, word, n, reason)
	}
	return reply, true, err
}

// reportDeed begins a claim by the deed's number in the rule book.
func (t *turn) reportDeed(ctx context.Context, number int64) (string, error) {
	book, err := t.merit.Book(ctx, t.actor.VillageID)
	if err != nil {
		return "", err
	}
	for _, d := range book.Deeds {
		if int64(d.Number) == number && d.Points > 0 {
			return t.beginClaim(frame{}, option{Number: number, Label: d.Name}), nil
		}
	}
	return fmt.Sprintf(noSuchDeed, number), nil
}

// praise begins a claim for a neighbour.
func (t *turn) praise(ctx context.Context, object string) (string, bool, error) {
	name, household := token(object)
	if name == "" {
		return praiseHow, true, nil
	}
	found, err := t.people.Find(ctx, t.actor.VillageID, name, household)
	if err != nil {
		return "", true, err
	}
	switch len(found) {
	case 0:
		return fmt.Sprintf(praiseNobody, name), true, nil
	case 1:
		reply, err := t.deedList(ctx, found[0].ID, true)
		return reply, true, err
	}
	return fmt.Sprintf(praiseWhich, len(found), name, name), true, nil
}

func (t *turn) claimDo(ctx context.Context, word string, n int64, reason string) (string, error) {
	v, err := t.merit.Numbered(ctx, t.actor, t.actor.VillageID, n)
	if err != nil {
		return "", err
	}
	switch word {
	case "撤回":
		_, err = t.merit.Withdraw(ctx, t.actor, refOf(v.MeritClaim))
		return fmt.Sprintf(claimWithdrawn, n), err
	case "异议":
		_, c, err := t.merit.Object(ctx, t.actor, refOf(v.MeritClaim), reason)
		return fmt.Sprintf(claimDisputed, c.Number), err
	}
	_, c, err := t.merit.Appeal(ctx, t.actor, refOf(v.MeritClaim), reason)
	return fmt.Sprintf(claimDisputed, c.Number), err
}

func (t *turn) redemptionDo(ctx context.Context, word string, n int64) (string, error) {
	r, err := t.merit.RedemptionNumbered(ctx, t.actor, t.actor.VillageID, n)
	if err != nil {
		return "", err
	}
	ref := merit.Ref{VillageID: r.VillageID, ID: r.ID}
	switch word {
	case "退":
		_, err = t.merit.Cancel(ctx, t.actor, ref)
		return fmt.Sprintf(redemptionBack, n, r.Points), err
	case "见证":
		_, err = t.merit.Witness(ctx, t.actor, ref)
		return fmt.Sprintf(redemptionSeen, n), err
	}
	r, err = t.merit.Confirm(ctx, t.actor, ref)
	return fmt.Sprintf(redemptionTaken, n, merit.RedemptionName(r.State)), err
}

func (t *turn) entries(ctx context.Context) (string, error) {
	found, err := t.merit.Entries(ctx, t.actor, 0, pointLines)
	if err != nil || len(found) == 0 {
		return noEntries, err
	}
	lines := []string{entriesHead}
	for _, e := range found {
		lines = append(lines, fmt.Sprintf(entryLine, e.At.Format("1月2日"), merit.CauseName(e.Cause), e.Text, e.Amount, e.After))
	}
	return strings.Join(lines, "\n"), nil
}

func (t *turn) redemptions(ctx context.Context) (string, error) {
	found, err := t.merit.Redemptions(ctx, t.actor, "", pointLines)
	if err != nil || len(found) == 0 {
		return noRedemptions, err
	}
	var lines []string
	for _, r := range found {
		line := fmt.Sprintf(redemptionLine, r.Number, r.GoodsName, r.Quantity, r.Points, merit.RedemptionName(r.State))
		if r.State == model.RedemptionReserved && r.Channel == model.RedeemByPhone {
			line += fmt.Sprintf(redemptionCode, r.Code)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), nil
}

func (t *turn) onNotice(ctx context.Context) (string, error) {
	found, err := t.merit.OnNotice(ctx, t.actor, t.actor.VillageID, "", pointLines)
	if err != nil || len(found) == 0 {
		return nothingNoticed, err
	}
	var lines []string
	for _, n := range found {
		lines = append(lines, fmt.Sprintf(noticedLine, n.Number, n.PersonName, n.Title, n.Points, n.Until.Format("1月2日")))
	}
	return strings.Join(append(lines, noticedTail), "\n"), nil
}

func (t *turn) toReview(ctx context.Context) (string, error) {
	actor := t.holding(model.VerbMeritReview)
	found, err := t.merit.ToReview(ctx, actor, actor.VillageID, pointLines)
	if err != nil || len(found) == 0 {
		return nothingToReview, err
	}
	var lines []string
	for _, c := range found {
		lines = append(lines, fmt.Sprintf(claimLine, c.Number, c.PersonName, c.HappenedOn, c.Title, c.Points, merit.StateName(c.State)))
	}
	return strings.Join(append(lines, reviewTail), "\n"), nil
}

// exceptions are last week's, in every village that the sender supervises.
func (t *turn) exceptions(ctx context.Context) (string, error) {
	var lines []string
	for _, villageID := range t.actor.Serves(model.VerbMeritJudge) {
		odd, err := t.merit.Exceptions(ctx, t.actor, villageID, "")
		if err != nil {
			return "", err
		}
		for _, o := range odd[:min(len(odd), 2*pointLines)] {
			lines = append(lines, o.Text)
		}
	}
	if len(lines) == 0 {
		return nothingOdd, nil
	}
	return strings.Join(lines, "\n"), nil
}

func (t *turn) ranking(ctx context.Context) (string, error) {
	found, err := t.merit.Ranking(ctx, t.actor, t.actor.VillageID, "", pointLines)
	if err != nil || len(found) == 0 {
		return rankingEmpty, err
	}
	lines := []string{rankingHead}
	for _, r := range found {
		lines = append(lines, fmt.Sprintf(rankingLine, r.Place, r.Head, r.Points))
	}
	return strings.Join(append(lines, rankingTail), "\n"), nil
}
