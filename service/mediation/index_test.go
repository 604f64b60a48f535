package mediation_test

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/mediation"
	"cunwu/service/village"
)

// Every statement of a dispute's life goes by an index: what it costs doesn't
// grow with what other villages keep. Villages and rules are read whole: they are
// few.
func TestEveryStatementUsesAnIndex(t *testing.T) {
	h := newHall(t)
	if h.store.Dialect() != model.SQLite {
		return // MySQL scans tables as small as these
	}
	var mu sync.Mutex
	statements := map[string]string{}
	keep := func(db *gorm.DB) {
		mu.Lock()
		defer mu.Unlock()
		if sql := db.Statement.SQL.String(); regexp.MustCompile(`^(SELECT|UPDATE|DELETE)`).MatchString(sql) {
			statements[sql] = db.Dialector.Explain(sql, db.Statement.Vars...)
		}
	}
	cb := h.store.DB(h.ctx).Callback()
	h.must(cb.Query().After("gorm:query").Register("test:keep", keep))
	h.must(cb.Row().After("gorm:row").Register("test:keep", keep))
	h.must(cb.Update().After("gorm:update").Register("test:keep", keep))
	h.must(cb.Delete().After("gorm:delete").Register("test:keep", keep))
	h.live()
	if len(statements) < 40 {
		t.Errorf("only %d statements were seen", len(statements))
	}
	few := regexp.MustCompile(`CONSTANT|^SCAN (rules|villages|c|u|SUBQUERY|\(subquery)`)
	for _, sql := range statements {
		var plan []struct{ Detail string }
		h.must(h.store.DB(h.ctx).Raw("EXPLAIN QUERY PLAN " + strings.ReplaceAll(sql, `"`, "'")).Scan(&plan).Error)
		for _, step := range plan {
			if strings.HasPrefix(step.Detail, "SCAN") && !few.MatchString(step.Detail) {
				t.Errorf("%s\n\t%s", step.Detail, sql)
			}
		}
	}
}

// live has everything happen once.
func (h *hall) live() {
	h.agreed()
	ref := h.counselled()
	_, err := h.mediation.Get(h.ctx, h.as("周丽"), ref)
	h.must(err)
	_, err = h.mediation.RecordSession(h.ctx, h.as("李调解"), ref, mediation.Held{Attended: []string{"王小草"}, Record: "谈过"})
	h.must(err)
	for _, who := range []string{"王小草", "李调解", "周丽"} {
		_, err = h.mediation.Open(h.ctx, h.as(who))
		h.must(err)
		found, next, err := h.mediation.List(h.ctx, h.as(who), "", 1)
		h.must(err)
		for next != "" {
			found, next, err = h.mediation.List(h.ctx, h.as(who), next, 1)
			h.must(err)
		}
		_, err = h.mediation.Numbered(h.ctx, h.as(who), []string{"yunxi"}, h.read(ref).Number)
		h.must(err)
		_ = found
	}
	h.must(h.store.Tx(h.ctx, func(ctx context.Context) error {
		return h.mediation.ExpectOpen(ctx, []model.Actor{h.as("王小草"), h.as("陈勇")})
	}))
	h.must(h.mediation.SetKinds(h.ctx, h.as("吴调解"), "yunxi", h.as("吴调解").VillagerID, []string{"邻里"}))
	_, err = h.mediation.Flags(h.ctx, h.as("周丽"), "yunxi")
	h.must(err)
	_, err = h.mediation.Figures(h.ctx, h.as("周丽"), "yunxi", h.clock.Now().AddDate(-1, 0, 0), h.clock.Now().Add(time.Hour))
	h.must(err)
	_, err = h.mediation.Funnel(h.ctx, h.as("周丽"), "yunxi", h.clock.Now().AddDate(-1, 0, 0), h.clock.Now().Add(time.Hour))
	h.must(err)
	for _, who := range []string{"周丽", "李调解"} {
		for _, ended := range []bool{true, false} {
			_, _, err = h.mediation.Hall(h.ctx, h.as(who), mediation.HallQuery{VillageID: "yunxi", Ended: ended, After: "f", Limit: 10})
			h.must(err)
		}
		_, err = h.mediation.Offered(h.ctx, h.as(who), "yunxi")
		h.must(err)
	}
	_, err = h.mediation.Duties(h.ctx, h.as("周丽"), "yunxi", "2026-01-01", "2026-02-01")
	h.must(err)
	_, err = h.mediation.KindsOf(h.ctx, "yunxi")
	h.must(err)
	_, err = h.people.End(h.ctx, model.Console(), village.EndRole{Unit: "yunxi", Name: "李调解", Role: model.RoleMediator})
	h.must(err)
	h.days(40)
}

func TestListIsPaged(t *testing.T) {
	h := newHall(t)
	var all []string
	for i := range 5 {
		ref := h.mediating()
		all = append([]string{ref.ID}, all...)
		if i%2 == 0 {
			_, err := h.mediation.Withdraw(h.ctx, h.as("陈勇"), ref, "")
			h.must(err)
		}
	}
	var got []string
	for after := ""; ; {
		page, next, err := h.mediation.List(h.ctx, h.as("王小草"), after, 2)
		h.must(err)
		for _, m := range page {
			got = append(got, m.Dispute.ID)
		}
		if after = next; next == "" {
			break
		}
	}
	if strings.Join(got, ",") != strings.Join(all, ",") {
		t.Errorf("pages give %d of %d, or in another order", len(got), len(all))
	}
}
