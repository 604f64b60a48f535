package merit_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/merit"
)

// After ten years a claim's words, names and pictures go; the ledger stays whole.
func TestWordsGoAndFiguresStay(t *testing.T) {
	w := newWorld(t)
	files := w.withMedia()
	m, err := files.Upload(w.ctx, w.actor("李华"), yunxi, "a.jpg", strings.NewReader(string(asJPEG(t, scene(1), 90))))
	w.ok(err)
	c, err := w.Claim(w.ctx, w.actor("李华"), merit.NewClaim{VillageID: yunxi, Deed: 1, Text: "扫了村口", UploadIDs: []string{m.ID}})
	w.ok(err)
	_, err = w.CompareDue(w.ctx)
	w.ok(err)
	w.approved(c)
	refused := w.files("陈勇", 2, "")
	for _, name := range w.asked(refused)[:2] {
		_, err := w.Review(w.ctx, w.actor(name), ref(refused), false, "没有看到")
		w.ok(err)
	}
	w.clock.Advance(14 * 24 * time.Hour)
	_, err = w.PostDue(w.ctx)
	w.ok(err)
	r := w.redeems("李华", w.goods("盐", 3, 2), 1)
	_, err = w.ServeByCode(w.ctx, w.actor("冯守"), yunxi, r.Code)
	w.ok(err)
	open := w.files("李华", 2, "")
	kept, more, err := w.Personal(w.ctx, w.villager("李华").Person())
	w.ok(err)
	if len(kept) != 3 || more || !strings.Contains(kept[0].Text, "扫了村口") || len(kept[0].Files) != 1 {
		t.Errorf("李华 reads %+v", kept)
	}

	w.clock.Set(w.clock.Now().AddDate(10, 0, -15))
	if n, err := w.RetainDue(w.ctx); err != nil || n != 0 {
		t.Fatalf("%d went too early, %v", n, err)
	}
	w.clock.Advance(30 * 24 * time.Hour)
	if n, err := w.RetainDue(w.ctx); err != nil || n != 3 {
		t.Fatalf("%d went, %v", n, err)
	}
	if n, err := w.RetainDue(w.ctx); err != nil || n != 0 {
		t.Fatalf("%d went again, %v", n, err)
	}
	for _, id := range []string{c.ID, refused.ID} {
		if c := w.claim(id); c.Text+c.Outcome+c.PersonName+c.ClaimantName != "" || c.Points == 0 {
			t.Errorf("%+v", c)
		}
	}
	if w.claim(open.ID).Text == "" {
		t.Error("what isn't over has lost its words")
	}
	var reviews []model.MeritReview
	w.ok(w.store.DB(w.ctx).Find(&reviews, "reason <> '' AND claim_id <> ?", open.ID).Error)
	for _, table := range []any{&model.MeritEvidence{}, &model.MeritBand{}} {
		var n int64
		w.ok(w.store.DB(w.ctx).Model(table).Count(&n).Error)
		if n != 0 || len(reviews) != 0 {
			t.Errorf("%d rows of %T, %d reasons are left", n, table, len(reviews))
		}
	}
	if _, err := files.Of(w.ctx, yunxi, m.ID); !model.IsCode(err, model.Unknown) {
		t.Errorf("the picture: %v", err)
	}
	if w.balance("李华") != 2 {
		t.Errorf("a balance of %d", w.balance("李华"))
	}
	w.sound()
}

func TestSheetsThatWereNeverBookedGo(t *testing.T) {
	w := newWorld(t)
	_, err := w.EnterSheet(w.ctx, w.actor("冯守"), merit.NewSheet{VillageID: yunxi, Sheet: "A1", HeldOn: w.today(), Lines: []merit.SheetLine{{HouseholdNo: "301", Goods: "盐", Quantity: 1}}})
	w.ok(err)
	w.clock.Advance(181 * 24 * time.Hour)
	if n, err := w.RetainDue(w.ctx); err != nil || n != 1 {
		t.Errorf("%d went, %v", n, err)
	}
}

// Whoever is forgotten takes along what stood on their consent.
func TestForgettingTakesTheStories(t *testing.T) {
	w := newWorld(t)
	hers, err := w.WriteStory(w.ctx, w.actor("张明"), merit.NewStory{VillageID: yunxi, PersonID: w.villager("李华").ID, Title: "扫街十年", Text: "天天扫"})
	w.ok(err)
	_, err = w.ConsentStory(w.ctx, w.actor("李华"), merit.Ref{VillageID: yunxi, ID: hers.ID}, 1)
	w.ok(err)
	w.ok(w.store.Tx(w.ctx, func(ctx context.Context) error { return w.Forget(ctx, w.villager("李华").Person()) }))
	var left int64
	w.ok(w.store.DB(w.ctx).Model(&model.MeritStoryEdition{}).Where("title <> '' OR text <> ''").Count(&left).Error)
	if shown, err := w.Stories(w.ctx, yunxi, "", "", 10); err != nil || len(shown) != 0 || left != 0 {
		t.Errorf("%d are shown, %d editions left, %v", len(shown), left, err)
	}
}
