package poll_test

import (
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/poll"
)

// binding is a poll that decides a matter, with everything that it needs.
func (h *house) binding(m model.Matter) poll.NewPoll {
	h.row(&model.Media{VillageID: yunxi, ID: "charter", State: "kept"})
	in := h.question()
	in.Organ, in.Effect, in.Matter = model.OrganPersons, model.EffectBinding, model.PublicID(m.VillageID, m.ID)
	in.AuthorisationID, in.Offline = "charter", "到村委会投纸票"
	in.OpensAt = h.clock.Now().AddDate(0, 0, 12)
	in.ClosesAt = in.OpensAt.AddDate(0, 0, 2)
	return in
}

func (h *house) proposed() model.Matter {
	h.t.Helper()
	m, err := h.Propose(h.ctx, h.actor("张明"), poll.NewMatter{VillageID: yunxi, Kind: "public_works", Title: "修村道", Text: "三公里", Study: "3月1日支部会议，一致同意提出"})
	h.ok(err)
	return m
}

func (h *house) step(m model.Matter, state model.MatterState, subject string) error {
	_, err := h.Advance(h.ctx, h.actor("张明"), poll.Step{Matter: poll.Ref{VillageID: yunxi, ID: m.ID}, State: state, Record: "记录", Subject: subject})
	return err
}

func TestFourDeliberationsTwoDisclosures(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 6)
	_, err := h.Propose(h.ctx, h.actor("张明"), poll.NewMatter{VillageID: yunxi, Kind: "public_works", Title: "修村道"})
	wantCode(t, err, model.Invalid, "研究的记录")
	_, err = h.Propose(h.ctx, h.actor("赵志强"), poll.NewMatter{VillageID: yunxi, Title: "修村道", Study: "记录"})
	wantCode(t, err, model.Forbidden) // the branch proposes
	m := h.proposed()
	for _, skipped := range []model.MatterState{model.MatterProposed, model.MatterReviewed, model.MatterResolved, model.MatterPublished, model.MatterExecuted} {
		wantCode(t, h.step(m, skipped, ""), model.Conflict, "不能跳")
	}
	in := h.binding(m)
	ref := h.draft(in)
	_, err = h.Notice(h.ctx, h.actor("赵志强"), ref)
	wantCode(t, err, model.Conflict, "党支部会提议") // not discussed, not reviewed
	h.ok(h.step(m, model.MatterDiscussed, ""))
	h.ok(h.step(m, model.MatterReviewed, ""))
	wantCode(t, h.step(m, model.MatterResolved, ""), model.Invalid, "会议记录")

	_, err = h.Notice(h.ctx, h.actor("赵志强"), ref)
	h.ok(err)
	h.clock.Set(in.OpensAt)
	h.due()
	wantCode(t, h.cast(ref, "村民1", 1), model.TooEarly) // nobody checked the roll
	wantCode(t, h.VerifyRoll(h.ctx, h.actor("赵志强"), ref), model.Forbidden)
	h.ok(h.VerifyRoll(h.ctx, h.actor("孙有田"), ref))
	h.due()
	for _, name := range []string{"村民1", "村民2", "村民3", "村民4", "村民5", "村民6"} {
		h.must(ref, name, 1)
	}
	wantCode(t, h.Close(h.ctx, h.actor("赵志强"), ref, "够了"), model.TooEarly)
	if r := h.over(ref); !r.Passed || r.Quorum.Needed != 6 || !r.Quorum.Met {
		t.Errorf("the result is %+v", r)
	}
	c, err := h.Matter(h.ctx, h.actor("村民1"), poll.Ref{VillageID: yunxi, ID: m.ID})
	h.ok(err)
	if c.Matter.State != model.MatterResolved || len(c.Steps) != 4 || c.Steps[3].Subject != "poll/"+ref.ID {
		t.Errorf("the matter's course is %+v", c)
	}
	wantCode(t, h.step(m, model.MatterPublished, ""), model.Invalid)
	wantCode(t, h.step(m, model.MatterPublished, "disclosure/d1"), model.Conflict, "没有发布")
	h.published["d1"], h.published["d2"] = true, true
	h.ok(h.step(m, model.MatterPublished, "disclosure/d1"))
	wantCode(t, h.step(m, model.MatterExecuted, "disclosure/d1"), model.Conflict, "两份")
	h.ok(h.step(m, model.MatterExecuted, "disclosure/d2"))
	if strings.Join(h.owed, " ") != "decision execution" {
		t.Errorf("owed: %v", h.owed)
	}
	wantCode(t, h.step(m, model.MatterExecuted, "disclosure/d2"), model.Conflict, "走完")
}

func TestWhatIsNeverPutToAPoll(t *testing.T) {
	h := newHouse(t)
	for _, title := range []string{"村委会换届选举", "罢免村主任", "补选一名委员", "提名候选人"} {
		in := h.question()
		in.Title = title
		_, err := h.Create(h.ctx, h.actor("赵志强"), in)
		wantCode(t, err, model.Invalid, "不能在网上投票")
	}
	in := h.question()
	in.Matter = "election"
	_, err := h.Create(h.ctx, h.actor("赵志强"), in)
	wantCode(t, err, model.Invalid, "不能在网上投票")
	_, err = h.Create(h.ctx, h.actor("刘芳"), h.question())
	wantCode(t, err, model.Forbidden)
}

func TestABindingPollNeedsItsGrounds(t *testing.T) {
	h := newHouse(t)
	m := h.proposed()
	h.ok(h.step(m, model.MatterDiscussed, ""))
	h.ok(h.step(m, model.MatterReviewed, ""))
	good := h.binding(m)
	for name, spoil := range map[string]func(*poll.NewPoll){
		"授权依据":  func(in *poll.NewPoll) { in.AuthorisationID = "nothing" },
		"纸票或电话": func(in *poll.NewPoll) { in.Offline = "" },
		"四议两公开": func(in *poll.NewPoll) { in.Matter = "public_works" },
		"不能由协商": func(in *poll.NewPoll) { in.Organ = model.OrganConsultation },
	} {
		in := good
		spoil(&in)
		_, err := h.Create(h.ctx, h.actor("赵志强"), in)
		wantCode(t, err, model.Invalid, name)
	}
	soon := good
	soon.OpensAt = h.clock.Now().AddDate(0, 0, 9)
	ref := h.draft(soon)
	_, err := h.Notice(h.ctx, h.actor("赵志强"), ref)
	wantCode(t, err, model.Invalid, "提前10天")
	soon.UrgentReason = "汛期抢修"
	_, err = h.Notice(h.ctx, h.actor("赵志强"), h.draft(soon))
	h.ok(err)
	_, err = h.Notice(h.ctx, h.actor("赵志强"), h.draft(good))
	h.ok(err)
}

func TestTenSignaturesBringATopicBeforeTheCommittees(t *testing.T) {
	h := newHouse(t)
	names := h.villagers("村民", 11)
	p, err := h.Suggest(h.ctx, h.actor("村民1"), poll.NewProposal{VillageID: yunxi, Title: "建老人食堂", Text: "给独居老人"})
	h.ok(err)
	ref := poll.Ref{VillageID: yunxi, ID: p.ID}
	_, err = h.Sign(h.ctx, h.actor("村民1"), ref)
	wantCode(t, err, model.Conflict, "已经联过名")
	_, err = h.Answer(h.ctx, h.actor("赵志强"), ref, false, "", "没钱")
	wantCode(t, err, model.Conflict)
	done := make(chan error)
	for _, name := range names[1:10] { // all at once: the tenth is found whoever comes last
		actor := h.actor(name)
		go func() {
			_, err := h.Sign(h.ctx, actor, ref)
			done <- err
		}()
	}
	for range 9 {
		h.ok(<-done)
	}
	h.due()
	if !h.heard("赵志强", "已有10人联名") {
		t.Error("the committee wasn't told")
	}
	all, _, err := h.Proposals(h.ctx, h.actor("村民11"), yunxi, "", 0)
	h.ok(err)
	if len(all) != 1 || all[0].Signers != 10 || all[0].Proposal.State != model.ProposalSubmitted {
		t.Fatalf("the proposals are %+v", all)
	}
	h.clock.Set(all[0].Proposal.DueAt.Add(time.Minute))
	n, err := h.ProposalsDue(h.ctx)
	h.ok(err)
	if again, err := h.ProposalsDue(h.ctx); n != 1 || again != 0 || err != nil {
		t.Errorf("overdue: %d, then %d, %v", n, again, err)
	}
	m := h.proposed()
	_, err = h.Answer(h.ctx, h.actor("赵志强"), ref, true, m.ID, "列为议题")
	h.ok(err)
	h.due()
	if !h.heard("村民9", "已列为议题") || h.heard("村民11", "已列为议题") {
		t.Error("the signers, and only they, hear the answer")
	}
}

func TestHiddenRemarksStayAndAreCounted(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 2)
	ref := h.opened(h.question())
	topic := poll.Topic{VillageID: yunxi, Kind: "poll", ID: ref.ID}
	good, err := h.Say(h.ctx, h.actor("村民1"), topic, "装在桥头好")
	h.ok(err)
	bad, err := h.Say(h.ctx, h.actor("村民2"), topic, "骂人的话")
	h.ok(err)
	wantCode(t, h.Hide(h.ctx, h.actor("村民1"), topic, bad.ID, "不好听"), model.Forbidden)
	h.ok(h.Hide(h.ctx, h.actor("赵志强"), topic, bad.ID, "辱骂他人"))
	d, err := h.Discussion(h.ctx, h.actor("村民1"), topic, "", 0)
	h.ok(err)
	if len(d.Remarks) != 1 || d.Remarks[0].ID != good.ID || d.Hidden != 1 {
		t.Errorf("the discussion is %+v", d)
	}
	var kept model.Remark
	h.ok(h.store.DB(h.ctx).Take(&kept, "id = ?", bad.ID).Error)
	h.refused = map[string]bool{"remark/" + good.ID: true} // the check is against it
	for name, want := range map[string]int{"村民1": 1, "村民2": 0} {
		if d, err = h.Discussion(h.ctx, h.actor(name), topic, "", 0); err != nil || len(d.Remarks) != want {
			t.Errorf("%s sees %+v, %v", name, d, err)
		}
	}
	if kept.Text != "骂人的话" || kept.HiddenReason != "辱骂他人" {
		t.Errorf("the hidden remark is %+v", kept)
	}
}
