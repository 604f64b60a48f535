package poll_test

import (
	"regexp"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/poll"
)

// Every statement that a vote, a list or a worker makes goes by an index: its
// cost doesn't grow with other polls and villages. A poll's own rows are read
// whole when its roll is written and when it is counted.
func TestEveryStatementUsesAnIndex(t *testing.T) {
	h := newHouse(t)
	if h.store.Dialect() != model.SQLite || !plans {
		return // MySQL scans tables as small as these
	}
	var mu sync.Mutex
	statements := map[string]string{}
	keep := func(db *gorm.DB) {
		mu.Lock()
		defer mu.Unlock()
		if sql := db.Statement.SQL.String(); regexp.MustCompile(`^(SELECT|UPDATE|DELETE|INSERT INTO poll_voters)`).MatchString(sql) {
			statements[sql] = db.Dialector.Explain(sql, db.Statement.Vars...)
		}
	}
	h.villagers("村民", 8)
	h.person("王老", "301")
	h.person("王小", "301")
	cb := h.store.DB(h.ctx).Callback()
	h.ok(cb.Query().After("gorm:query").Register("test:keep", keep))
	h.ok(cb.Row().After("gorm:row").Register("test:keep", keep))
	h.ok(cb.Update().After("gorm:update").Register("test:keep", keep))
	h.ok(cb.Delete().After("gorm:delete").Register("test:keep", keep))
	h.ok(cb.Raw().After("gorm:raw").Register("test:keep", keep))

	for _, organ := range []model.Organ{model.OrganConsultation, model.OrganHouseholds, model.OrganGroup, model.OrganCollective} {
		in := h.question()
		in.Organ, in.GroupName, in.Secret = organ, "一组", organ == model.OrganConsultation
		if organ == model.OrganCollective {
			_, err := h.Enrol(h.ctx, h.actor("赵志强"), yunxi, organ, names("村民1", "王老", "王小"))
			h.ok(err)
		}
		ref := h.opened(in)
		h.due()
		h.must(ref, "村民1", 1)
		if organ == model.OrganConsultation {
			h.ok(h.GiveProxy(h.ctx, h.actor("王老"), poll.NewProxy{Poll: ref, Holder: named("王小")}))
			h.ok(h.Cast(h.ctx, h.actor("王小"), poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receipt(), OnBehalfOf: h.ids["王老"]}))
			_, _, err := h.Link(h.ctx, h.actor("村民2"), ref)
			h.ok(err)
			h.ok(h.Assist(h.ctx, h.actor("刘芳"), poll.Assisted{Poll: ref, Voter: named("村民2"), Choices: []int{1}, Consent: "电话"}))
			h.ok(h.Void(h.ctx, h.actor("孙有田"), ref, named("村民2"), "不认"))
			sheet := poll.Sheet{Poll: ref, Number: "1", Voters: names("村民4", "村民5", "村民6", "村民7", "村民8"), Ballots: [][]int{{1}, {1}, {1}, {1}, {1}}}
			for _, desk := range []string{"刘芳", "赵志强"} {
				_, err := h.EnterSheet(h.ctx, h.actor(desk), sheet)
				h.ok(err)
			}
			_, err = h.Sheets(h.ctx, h.actor("刘芳"), ref)
			h.ok(err)
			_, err = h.Proxies(h.ctx, h.actor("村民1"), ref)
			h.ok(err)
			_, err = h.Say(h.ctx, h.actor("村民1"), poll.Topic{VillageID: yunxi, Kind: "poll", ID: ref.ID}, "好")
			h.ok(err)
			_, err = h.Discussion(h.ctx, h.actor("村民1"), poll.Topic{VillageID: yunxi, Kind: "poll", ID: ref.ID}, "", 0)
			h.ok(err)
		}
		for _, todo := range []bool{true, false} {
			_, _, err := h.List(h.ctx, h.actor("村民1"), poll.Query{VillageID: yunxi, Todo: todo})
			h.ok(err)
			_, _, err = h.List(h.ctx, h.actor("村民1"), poll.Query{VillageID: yunxi, State: model.PollOpen, After: "f"})
			h.ok(err)
			_, err = h.Preview(h.ctx, h.actor("赵志强"), yunxi, organ, "一组", false)
			h.ok(err)
		}
		_, err := h.Extend(h.ctx, h.actor("赵志强"), ref, in.ClosesAt.AddDate(0, 0, 3), "下雨")
		h.ok(err)
		h.due()
		h.over(ref)
		if organ != model.OrganConsultation || h.whole(ref).Turnout >= 5 {
			_, _, err = h.Ballots(h.ctx, h.actor("村民1"), ref, "", 2)
			h.ok(err)
		}
	}
	suggested, err := h.Suggest(h.ctx, h.actor("村民1"), poll.NewProposal{VillageID: yunxi, Title: "食堂", Text: "给老人"})
	h.ok(err)
	_, err = h.Proposal(h.ctx, h.actor("村民1"), poll.Ref{VillageID: yunxi, ID: suggested.ID})
	h.ok(err)
	_, _, err = h.Proposals(h.ctx, h.actor("村民1"), yunxi, "", 0)
	h.ok(err)
	_, err = h.ProposalsDue(h.ctx)
	h.ok(err)
	_, _, err = h.Members(h.ctx, h.actor("村民1"), yunxi, model.OrganCollective, "", 0)
	h.ok(err)
	m := h.proposed()
	_, err = h.Matter(h.ctx, h.actor("村民1"), poll.Ref{VillageID: yunxi, ID: m.ID})
	h.ok(err)
	_, _, err = h.Matters(h.ctx, h.actor("村民1"), yunxi, "", 0)
	h.ok(err)

	for _, over := range []bool{false, true} {
		_, _, err = h.Posted(h.ctx, model.Actor{}, poll.PostedQuery{VillageID: yunxi, Over: over, After: "f"})
		h.ok(err)
	}

	if len(statements) < 60 {
		t.Errorf("only %d statements were seen", len(statements))
	}
	few := regexp.MustCompile(`CONSTANT|^SCAN (rules|villages|c|x|SUBQUERY|\(subquery)`)
	for _, sql := range statements {
		var plan []struct{ Detail string }
		h.ok(h.store.DB(h.ctx).Raw("EXPLAIN QUERY PLAN " + strings.ReplaceAll(sql, `"`, "'")).Scan(&plan).Error)
		for _, step := range plan {
			if strings.HasPrefix(step.Detail, "SCAN") && !few.MatchString(step.Detail) && !strings.Contains(sql, "FROM `identities` WHERE account") {
				t.Errorf("%s\n\t%s", step.Detail, sql)
			}
		}
	}
}
