package disclosure_test

import (
	"fmt"
	"strings"
	"testing"

	"cunwu/model"
	"cunwu/service/disclosure"
)

// A preview names every bad cell with what it says, beyond the ten that a refusal
// names, and keeps nothing.
func TestAPreviewNamesEveryBadCell(t *testing.T) {
	h := newHall(t)
	rows := [][]any{{"期初余额", "100"}, {"日期", "摘要", "类别", "收入", "支出"}}
	for n := range 15 {
		rows = append(rows, []any{"2026-02-10", fmt.Sprintf("第%d笔", n+1), "杂项", "", "一百"})
	}
	rows = append(rows, []any{"2026-03-01", "", "杂项", "5", ""}, []any{"期末余额", "100"})
	p, err := h.Preview(h.ctx, h.actor("王强"), yunxi, "finance", "2026-02", book(rows))
	h.must(err)
	if len(p.Bad) != 17 || p.More != 0 || p.Bad[0].At != "E3" || p.Bad[0].Text != "一百" || !strings.Contains(p.Bad[0].Why, "不是金额") {
		t.Errorf("%d bad cells, the first %+v", len(p.Bad), p.Bad[0])
	}
	if len(p.Rows) != 16 || p.Rows[0].Number != 3 || !p.Rows[0].Cells[4].Bad || p.Rows[0].Cells[1].Bad {
		t.Errorf("%d rows, the first %+v", len(p.Rows), p.Rows[0])
	}
	if p.Wrong == "" || len(p.Head) != 5 {
		t.Errorf("%q, head %v", p.Wrong, p.Head)
	}
}

func TestAPreviewOfGoodAccounts(t *testing.T) {
	h := newHall(t)
	p, err := h.Preview(h.ctx, h.actor("王强"), yunxi, "finance", "2026-02", month("2026-02", 1000_00, 500_00, 200_00).Finance)
	h.must(err)
	if p.Wrong != "" || len(p.Bad) > 0 || p.Closing != 1300_00 || len(p.Items) != 2 || len(p.Sums) != 2 || p.Sums[0] != (disclosure.Sum{Category: "经营收入", Income: true, Amount: 500_00, Items: 1}) {
		t.Errorf("%+v", p)
	}
	for _, c := range []struct {
		who, duty, period string
		code              model.Code
	}{{"孙正", "finance", "2026-02", model.Forbidden}, {"王强", "finance", "2026", model.Invalid}, {"王强", "none", "2026-02", model.Invalid}, {"王强", "decision", "", model.Invalid}} {
		if _, err := h.Preview(h.ctx, h.actor(c.who), yunxi, c.duty, c.period, month("2026-02", 0, 1, 1).Finance); !model.IsCode(err, c.code) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if _, err := h.Preview(h.ctx, h.actor("王强"), yunxi, "finance", "2026-02", strings.NewReader("no workbook")); !model.IsCode(err, model.Invalid) {
		t.Errorf("no workbook: %v", err)
	}
}

// What is in preparation: first versions and corrections, each with what it wants,
// for those who prepare, sign or approve.
func TestWhatIsInPreparation(t *testing.T) {
	h := newHall(t)
	first := h.draft(disclosure.Draft{Period: "2025-Q4"})
	old := h.published(disclosure.Draft{Period: "2025-Q3"})
	_, err := h.Correct(h.ctx, h.actor("王强"), refOf(old), disclosure.Draft{Text: "改过"}, "写错了")
	h.must(err)
	h.sign(first)
	found, err := h.Pending(h.ctx, h.actor("孙正"), yunxi, "", 10)
	h.must(err)
	if len(found) != 2 || found[0].Disclosure.ID != old.ID || found[0].Version.Version != 2 || found[0].Ready() || !found[1].Ready() || found[1].Version.Text != "" {
		t.Errorf("%+v", found)
	}
	rest, err := h.Pending(h.ctx, h.actor("孙正"), yunxi, found[0].Disclosure.ID, 10)
	if err != nil || len(rest) != 1 || rest[0].Disclosure.ID != first.ID {
		t.Errorf("the next page: %+v %v", rest, err)
	}
	h.publish(first)
	if found, err = h.Pending(h.ctx, h.actor("王强"), yunxi, "", 10); err != nil || len(found) != 1 {
		t.Errorf("after publishing: %+v %v", found, err)
	}
	if _, err := h.Pending(h.ctx, h.actor("郑平"), yunxi, "", 10); !model.IsCode(err, model.Forbidden) {
		t.Errorf("a villager: %v", err)
	}
}
