package privacy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"cunwu/model"
	"cunwu/service/merit"
)

// An export holds one's own claims, words as a reviewer, and stories; erasure takes
// the stories and says how long the rest stays.
func TestPointsAreExportedAndStoriesErased(t *testing.T) {
	h := build(t)
	her, him := h.proven("o1", "王小草"), h.proven("o1", "李大山")
	now := model.At(h.store.Now())
	claim := model.MeritClaim{VillageID: unit, ID: model.NewID(), Number: 7, Kind: model.ClaimOwn, State: model.ClaimPosted, Title: "打扫村道", Points: 5, PersonID: her.VillagerID,
		PersonName: "王小草", ClaimantID: her.VillagerID, ClaimantName: "王小草", HappenedOn: "2026-03-01", Text: "<扫>了村口", OnceKey: "x", OpenedAt: now}
	h.must(h.store.DB(h.ctx).Create(&claim).Error)
	h.must(h.store.DB(h.ctx).Create(&model.MeritReview{VillageID: unit, ClaimID: claim.ID, ReviewerID: him.VillagerID, ReviewerName: "李大山", State: model.ReviewRefused, Reason: "没看见", DecidedAt: now}).Error)
	writer := model.Actor{VillageID: unit, VillagerID: him.VillagerID, Holds: []model.Held{{VillageID: unit, Role: model.RoleCommittee}}}
	_, err := h.merit.WriteStory(h.ctx, writer, merit.NewStory{VillageID: unit, PersonID: her.VillagerID, Title: "扫街十年", Text: "风雨无阻"})
	h.must(err)

	hers, his := h.unzip(her), h.unzip(him)
	if page := hers["points.html"]; !strings.Contains(page, "&lt;扫&gt;了村口") || !strings.Contains(page, "风雨无阻") || strings.Contains(page, "没看见") || !strings.Contains(hers["index.html"], "points.html") {
		t.Errorf("hers: %s", page)
	}
	if page := his["points.html"]; !strings.Contains(page, "没看见") || strings.Contains(page, "村口") || !json.Valid([]byte(his["points.json"])) {
		t.Errorf("his: %s", page)
	}

	_, err = h.AskErasure(h.ctx, her, model.Person{})
	h.must(err)
	answer, err := h.ConfirmErasure(h.ctx, her, model.Person{})
	h.must(err)
	if text := answer.Text(); !strings.Contains(text, "先进事迹") || !strings.Contains(text, "积分申报的说明、照片和评议的理由：办结后10年") {
		t.Errorf("she reads %s", text)
	}
	var edition model.MeritStoryEdition
	h.must(h.store.DB(h.ctx).Take(&edition).Error)
	if edition.Title+edition.Text != "" {
		t.Errorf("the story is left: %+v", edition)
	}
}
