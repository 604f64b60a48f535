package privacy_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/mediation"
	"cunwu/service/village"
)

// An export holds one's own disputes, as one may read them: not what the other side
// said to the mediator, and nothing of disputes that one mediates.
func TestExportHoldsOnesOwnDisputes(t *testing.T) {
	h := build(t)
	_, err := h.people.Grant(h.ctx, model.Console(), village.GrantRole{Unit: unit, Name: "张明", Role: model.RoleMediator})
	h.must(err)
	her, him, mediator := h.proven("o1", "王小草"), h.proven("o1", "李大山"), h.proven("o2", "张明")
	voiceID := ""
	h.must(h.store.Tx(h.ctx, func(ctx context.Context) error {
		voiceID, err = h.media.Want(ctx, her.Person(), unit, oa, "wx-dispute", model.InVoice)
		return err
	}))
	_, err = h.media.FetchDue(h.ctx)
	h.must(err)
	filed, err := h.disputes.File(h.ctx, her, mediation.NewDispute{Kind: "邻里", Other: village.Named{Name: "李大山"}, Facts: "<墙>挡了沟", Wish: "留沟", Media: []string{voiceID}})
	h.must(err)
	ref := mediation.RefOf(filed.Dispute)
	_, err = h.disputes.Accept(h.ctx, mediator, ref)
	h.must(err)
	_, err = h.disputes.Consent(h.ctx, him, ref, "chat")
	h.must(err)
	_, err = h.disputes.Say(h.ctx, him, ref, "", casework.Said{Text: "他的底线"})
	h.must(err)
	files := h.unzip(her)
	if !strings.Contains(files["index.html"], "您的调解案") || !strings.Contains(files["disputes/1.html"], "&lt;墙&gt;挡了沟") || !strings.Contains(files["index.html"], "人民调解法第二十七条") {
		t.Errorf("hers: %s", files["disputes/1.html"])
	}
	heard := false
	for name, content := range files {
		heard = heard || strings.HasPrefix(name, "disputes/1/") && content == voice
		if strings.Contains(content, "他的底线") {
			t.Errorf("%s tells what the other side said", name)
		}
	}
	if !heard {
		t.Error("her voice isn't there")
	}
	if !json.Valid([]byte(files["disputes/1.json"])) {
		t.Error("no JSON")
	}
	if his := h.unzip(him); !strings.Contains(his["disputes/1.html"], "他的底线") || strings.Contains(his["disputes/1.html"], "挡了沟") {
		t.Errorf("his: %s", his["disputes/1.html"])
	}
	for name := range h.unzip(mediator) {
		if strings.HasPrefix(name, "disputes/") {
			t.Errorf("the mediator's own data holds %s", name)
		}
	}
}
