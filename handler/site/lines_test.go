package site_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"cunwu/model"
	"cunwu/service/poll"
)

// Without any script: the text of the ballots has the hash that the result tells,
// and every ballot stands on one of the pages.
func TestTheListIsWhole(t *testing.T) {
	h := newHouse(t)
	for i := 8; i < 130; i++ {
		h.person(fmt.Sprintf("村民%d", i))
	}
	ref := h.opened()
	for i := range h.voters {
		h.ok(h.polls.Cast(h.ctx, h.voters[i], poll.Ballot{Poll: ref, Choices: []int{1 + i%2}, Receipt: fmt.Sprintf("%032x", i*7)}))
	}
	h.counted(ref)
	path := "/v/yunxi/polls/" + ref.ID
	first := h.want(h.get(path), 200)
	lines := h.want(h.get(path+"/ballots.txt"), 200)
	sum := sha256.Sum256([]byte(lines.body))
	if !strings.Contains(first.body, hex.EncodeToString(sum[:])) || strings.Count(lines.body, "\n") != 130 {
		t.Errorf("%d lines, whose hash isn't on the page", strings.Count(lines.body, "\n"))
	}
	next := regexp.MustCompile(`href="([^"]+after=[^"]+)"`).FindStringSubmatch(first.body)
	if next == nil {
		t.Fatal("no second page")
	}
	second := h.want(h.get(strings.TrimSuffix(next[1], "#ballots")), 200, "接上页")
	receipts := regexp.MustCompile(`class="hash">([0-9a-f]{32})<`)
	if a, b := len(receipts.FindAllString(first.body, -1)), len(receipts.FindAllString(second.body, -1)); a != 100 || b != 30 {
		t.Errorf("%d and %d on the pages", a, b)
	}
}

// forge changes a ballot behind the program's back.
func (h *house) forge(ref poll.Ref) {
	h.t.Helper()
	h.ok(h.store.DB(h.ctx).Model(&model.PollBallot{}).Where("village_id = ? AND poll_id = ? AND receipt = ?", ref.VillageID, ref.ID, fmt.Sprintf("%032x", 2*99991)).
		UpdateColumn("choices", "2").Error)
}
