package dialogue

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/merit"
	"cunwu/service/notice"
)

const (
	askDeed  = "deed"  // which deed was done
	askClaim = "merit" // what was done: words, pictures and voices until 1
	askGoods = "goods" // which goods

	deedsShown = 9
	claimLasts = 30 * time.Minute // since the last word; then the claim is filed as it is
)

// points answers 积分: the account, and what gives points.
func (t *turn) points(ctx context.Context) (string, error) {
	if t.merit == nil {
		return notYet(keyMerit), nil
	}
	if !t.actor.Known() {
		return notBound, nil
	}
	account, err := t.merit.Account(ctx, t.actor)
	if err != nil {
		return "", err
	}
	lines := []string{fmt.Sprintf(pointsHead, account.Balance)}
	if account.Reserved > 0 {
		lines[0] += fmt.Sprintf(pointsReserved, account.Reserved)
	}
	for _, m := range account.Members {
		lines = append(lines, fmt.Sprintf(pointsMember, m.Name, m.Points))
	}
	deeds, err := t.deedList(ctx, "", false)
	if model.IsCode(err, model.Unknown) {
		return strings.Join(append(lines, noMeritBook), "\n"), nil
	}
	return strings.Join(append(lines, deeds, pointsTail), "\n"), err
}

// deedList asks which deed was done; praised is whom a neighbour praises, by id.
func (t *turn) deedList(ctx context.Context, praised string, praise bool) (string, error) {
	book, err := t.merit.Book(ctx, t.actor.VillageID)
	if err != nil {
		return "", err
	}
	f := frame{Kind: askDeed, Text: praised}
	lines := []string{deedsHead}
	for _, d := range book.Deeds {
		mine := d.Who == model.DeedSelf || d.Who == model.DeedAnybody
		if praise {
			mine = d.Who == model.DeedPraise || d.Who == model.DeedAnybody
		}
		if !mine {
			continue
		}
		if len(f.Options) == deedsShown {
			lines = append(lines, deedsMore)
			break
		}
		f.Options = append(f.Options, option{ID: fmt.Sprint(d.Number), Number: int64(d.Number), Label: d.Name})
		lines = append(lines, fmt.Sprintf(deedLine, len(f.Options), d.Name, d.Points))
	}
	if len(f.Options) == 0 {
		return noDeeds, nil
	}
	f.Prompt = strings.Join(lines, "\n")
	return t.ask(f, claimLasts), nil
}

// merited answers a digit to one of the questions about points.
func (t *turn) merited(ctx context.Context, f frame, n int) (string, error) {
	switch f.Kind {
	case askClaim:
		return t.claimDone(ctx, f, n)
	case askGoods:
		return t.goodsPicked(ctx, f, n)
	}
	if n < 1 || n > len(f.Options) {
		return f.Prompt, nil
	}
	t.drop(askDeed)
	return t.beginClaim(f, f.Options[n-1]), nil
}

// beginClaim asks what was done.
func (t *turn) beginClaim(f frame, deed option) string {
	return t.ask(frame{Kind: askClaim, Speaker: f.Speaker, Number: deed.Number, Text: f.Text, Options: []option{{Label: deed.Label}},
		Prompt: fmt.Sprintf(claimAsk, deed.Label)}, claimLasts)
}

// claimTakes keeps words, a voice or a picture for the claim that is being made.
func (t *turn) claimTakes(ctx context.Context, heed help.Heed) (string, bool, error) {
	f := t.stack.top()
	if f == nil || f.Kind != askClaim || t.merit == nil || heed.Danger != help.NoDanger {
		return "", false, nil
	}
	switch t.in.Kind {
	case model.InText, model.InVoice, model.InPicture:
	default:
		return "", false, nil
	}
	said, err := t.said(ctx, t.as(f.Speaker).VillageID)
	if err != nil {
		return "", true, err
	}
	if reply, asked, err := t.askAccused(ctx, said, heed); asked || err != nil {
		return reply, true, err
	}
	f = t.stack.find(askClaim)
	f.Messages = append(f.Messages, said)
	f.DueAt = t.now().Add(claimLasts)
	return gatheredReply + claimMore, true, nil
}

// claimDone files the claim, or drops it.
func (t *turn) claimDone(ctx context.Context, f frame, n int) (string, error) {
	switch n {
	case 1:
		c, err := t.fileClaim(ctx, f)
		if model.IsCode(err, model.Invalid) {
			return model.AsError(err).Message + "\n" + f.Prompt, nil // what was said so far stays
		}
		t.drop(askClaim)
		if refused := model.AsError(err); refused != nil {
			return refused.Message, nil //nolint:nilerr // a refusal is an answer, and the question is over
		}
		return t.then(fmt.Sprintf(claimTaken, c.Number, c.Title, c.Points)), err
	case 2:
		t.drop(askClaim)
		return t.then(claimDropped), nil
	}
	return f.Prompt, nil
}

func (t *turn) fileClaim(ctx context.Context, f frame) (model.MeritClaim, error) {
	actor := t.as(f.Speaker)
	in := merit.NewClaim{VillageID: actor.VillageID, Deed: int(f.Number), PersonID: f.Text}
	var words []string
	for _, said := range f.Messages {
		if said.MediaID != "" {
			in.MediaIDs = append(in.MediaIDs, said.MediaID)
			continue
		}
		words = append(words, said.Text)
	}
	in.Text = strings.Join(words, "\n")
	var c model.MeritClaim
	err := t.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		c, err = t.merit.Claim(ctx, actor, in)
		return err
	})
	return c, err
}

// claimSilent files what was said when nobody goes on; what can't be filed is
// told.
func (t *turn) claimSilent(ctx context.Context, f frame) error {
	if len(f.Messages) == 0 || t.merit == nil {
		return nil
	}
	c, err := t.fileClaim(ctx, f)
	text := fmt.Sprintf(claimTaken, c.Number, c.Title, c.Points)
	if refused := model.AsError(err); refused != nil {
		text, err = fmt.Sprintf(claimNotFiled, f.Options[0].Label, refused.Message), nil
	}
	if err != nil {
		return err
	}
	return t.notices.Put(ctx, notice.Note{VillageID: f.Speaker.VillageID, To: t.as(f.Speaker).Person(), Event: "claim/" + model.NewID(), Role: notice.RoleAsker, Text: text})
}

// shop lists what the store gives.
func (t *turn) shop(ctx context.Context) (string, error) {
	goods, err := t.merit.Goods(ctx, t.actor, t.actor.VillageID, "", 100)
	if err != nil {
		return "", err
	}
	f := frame{Kind: askGoods}
	lines := []string{shopHead}
	for _, g := range goods {
		if g.Stock > 0 && len(f.Options) < deedsShown {
			f.Options = append(f.Options, option{ID: g.ID, Label: g.Name})
			lines = append(lines, fmt.Sprintf(shopLine, len(f.Options), g.Name, g.Price, g.Stock))
		}
	}
	if len(f.Options) == 0 {
		return shopEmpty, nil
	}
	f.Prompt = strings.Join(append(lines, shopTail), "\n")
	return t.ask(f, claimLasts), nil
}

// goodsPicked reserves one piece.
func (t *turn) goodsPicked(ctx context.Context, f frame, n int) (string, error) {
	if n < 1 || n > len(f.Options) {
		return f.Prompt, nil
	}
	t.drop(askGoods)
	actor := t.as(f.Speaker)
	r, err := t.merit.Redeem(ctx, actor, merit.NewRedemption{VillageID: actor.VillageID, GoodsID: f.Options[n-1].ID, Quantity: 1})
	if err != nil {
		return "", err
	}
	return t.then(fmt.Sprintf(reservedReply, r.GoodsName, r.Code, r.Points, casework.When(r.ExpiresAt.Time), r.Number)), nil
}

// served is the keeper's 兑换 CODE.
func (t *turn) served(ctx context.Context, code string) (string, bool, error) {
	code = strings.ReplaceAll(code, " ", "")
	digits := code != "" && strings.Trim(code, "0123456789") == ""
	for _, actor := range t.actors() {
		if t.merit == nil || !digits || len(actor.Serves(model.VerbMeritStore)) == 0 {
			continue
		}
		r, err := t.merit.ServeByCode(ctx, actor, actor.Serves(model.VerbMeritStore)[0], code)
		return fmt.Sprintf(servedReply, r.GoodsName, r.Quantity, r.Points), true, err
	}
	return "", false, nil
}

// holding is the sender's person who may do this in the own village, the one
// speaking now when nobody may.
func (t *turn) holding(verb model.Verb) model.Actor {
	all := t.actors()
	i := slices.IndexFunc(all, func(a model.Actor) bool { return a.May(verb, a.VillageID) && a.Known() })
	return all[max(i, 0)]
}
