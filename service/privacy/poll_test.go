package privacy_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/poll"
)

// An export says in what somebody took part, and of a roll-call what they chose;
// of a secret poll it can't.
func TestVotesAreExportedWithoutSecrets(t *testing.T) {
	h := build(t)
	her, him := h.proven("o1", "王小草"), h.proven("o1", "李大山")
	now := h.store.Now()
	put := func(title string, secret bool) poll.Ref {
		p := model.Poll{VillageID: unit, ID: model.NewID(), Title: title, Organ: model.OrganConsultation, Secret: secret, Options: "村口\n桥头", MaxChoices: 1,
			State: model.PollOpen, OpensAt: model.At(now), ClosesAt: model.At(now.Add(time.Hour)), CreatedAt: model.At(now)}
		h.must(h.store.DB(h.ctx).Create(&p).Error)
		for _, who := range []model.Actor{her, him} {
			h.must(h.store.DB(h.ctx).Create(&model.PollVoter{VillageID: unit, PollID: p.ID, PersonID: who.VillagerID, VoterID: who.VillagerID, Listed: true}).Error)
		}
		return poll.RefOf(p)
	}
	for i, secret := range []bool{false, true} {
		ref := put([]string{"记名的一件", "不记名的一件"}[i], secret)
		voter := ""
		if !secret {
			voter = her.VillagerID
		}
		h.must(h.store.DB(h.ctx).Create(&model.PollTurnout{VillageID: unit, PollID: ref.ID, VoterID: her.VillagerID, PersonID: her.VillagerID, Channel: model.ByMini}).Error)
		h.must(h.store.DB(h.ctx).Create(&model.PollBallot{VillageID: unit, PollID: ref.ID, Receipt: strings.Repeat("ab", 16), Choices: "2", VoterID: voter}).Error)
		_, err := h.polls.Say(h.ctx, her, poll.Topic{VillageID: unit, Kind: "poll", ID: ref.ID}, "桥头<更>黑")
		h.must(err)
	}
	_, err := h.polls.Suggest(h.ctx, her, poll.NewProposal{VillageID: unit, Title: "修晒谷场", Text: "大家都用"})
	h.must(err)

	hers, his := h.unzip(her), h.unzip(him)
	page := hers["votes.html"]
	for _, words := range []string{"《记名的一件》：投了票（小程序）；记名，选了“桥头”", "《不记名的一件》：投了票（小程序）；不记名，选了什么没有和姓名存在一起", "桥头&lt;更&gt;黑", "修晒谷场"} {
		if !strings.Contains(page, words) {
			t.Errorf("hers lacks %q:\n%s", words, page)
		}
	}
	if strings.Contains(page, "abab") || !strings.Contains(hers["index.html"], "votes.html") || !json.Valid([]byte(hers["votes.json"])) {
		t.Errorf("hers: %s", page)
	}
	if page := his["votes.html"]; !strings.Contains(page, "《记名的一件》：在名册上，没有投票") || strings.Contains(page, "选了“") || strings.Contains(page, "更") {
		t.Errorf("his: %s", page)
	}
}
