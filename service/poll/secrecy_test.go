package poll_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"cunwu/model"
	"cunwu/service/poll"
)

// Whoever holds a full dump of the database at the close, of every column of
// every table, finds nothing that leads from a voter to a choice: a receipt
// stands in its ballot and nowhere else, and a ballot holds no voter, no time and
// no order.
func TestADumpAtTheCloseJoinsNobodyToAChoice(t *testing.T) {
	h := newHouse(t)
	people := h.villagers("村民", 24)
	h.person("王老", "301")
	h.person("王小", "301")
	in := h.question()
	in.Secret = true
	ref := h.opened(in)
	var receipts []string // in the order of voting
	for i, name := range people[:12] {
		b := poll.Ballot{Poll: ref, Choices: []int{1 + i%3}, Receipt: receipt()}
		receipts = append(receipts, b.Receipt)
		h.ok(h.Cast(h.ctx, h.actor(name), b))
		h.ok(h.Cast(h.ctx, h.actor(name), b))
	}
	address, _, err := h.Link(h.ctx, h.actor(people[12]), ref)
	h.ok(err)
	h.ok(h.CastByLink(h.ctx, yunxi, address[len(address)-32:], poll.Ballot{Choices: []int{2}, Receipt: receipt()}))
	h.ok(h.GiveProxy(h.ctx, h.actor("王老"), poll.NewProxy{Poll: ref, Holder: named("王小")}))
	h.ok(h.Cast(h.ctx, h.actor("王小"), poll.Ballot{Poll: ref, Choices: []int{3}, Receipt: receipt(), OnBehalfOf: h.ids["王老"]}))
	h.ok(h.Assist(h.ctx, h.actor("刘芳"), poll.Assisted{Poll: ref, Voter: named(people[13]), Choices: []int{1}, Consent: "电话"}))
	sheet := poll.Sheet{Poll: ref, Number: "1", Voters: names(people[14:20]...), Ballots: [][]int{{1}, {2}, {3}, {1}, {2}, nil}}
	for _, desk := range []string{"刘芳", "赵志强"} {
		_, err := h.EnterSheet(h.ctx, h.actor(desk), sheet)
		h.ok(err)
	}
	unfinished := poll.Sheet{Poll: ref, Number: "2", Voters: names(people[20:24]...), Ballots: [][]int{{1}, {1}, {1}, {1}}}
	unfinished.Voters, unfinished.Ballots = append(unfinished.Voters, named("王小")), append(unfinished.Ballots, []int{1})
	_, err = h.EnterSheet(h.ctx, h.actor("刘芳"), unfinished)
	h.ok(err)
	h.over(ref)
	h.whole(ref)

	dump := h.dump()
	all := map[string]bool{}
	for _, row := range dump["poll_ballots"] {
		all[row["receipt"]] = true
		for column, value := range row {
			if column != "village_id" && column != "poll_id" && column != "receipt" && column != "choices" && value != "" {
				t.Errorf("a ballot has %s %q", column, value)
			}
		}
	}
	if len(all) != 21 {
		t.Errorf("%d ballots", len(all))
	}
	for table, rows := range dump {
		for _, row := range rows {
			for column, value := range row {
				for r := range all {
					if table != "poll_ballots" && strings.Contains(value, r) {
						t.Errorf("%s.%s holds a receipt", table, column)
					}
				}
				if sealed := strings.HasSuffix(column, "_sealed") && strings.HasPrefix(table, "poll_"); sealed && value != "" {
					t.Errorf("%s.%s is still sealed", table, column)
				}
				if column == "choices" && table != "poll_ballots" {
					t.Errorf("%s has choices", table)
				}
			}
		}
	}
	for _, row := range dump["poll_turnouts"] {
		for column := range row {
			if !slices.Contains([]string{"village_id", "poll_id", "voter_id", "person_id", "channel", "away", "via_id"}, column) {
				t.Errorf("the turnout has %s", column)
			}
		}
	}
	if h.store.Dialect() == model.SQLite {
		var stored []string
		h.ok(h.store.DB(h.ctx).Raw("SELECT receipt FROM poll_ballots ORDER BY rowid").Scan(&stored).Error)
		stored = slices.DeleteFunc(stored, func(r string) bool { return !slices.Contains(receipts, r) })
		if slices.Equal(stored, receipts) {
			t.Error("the rows' numbers tell the order of voting")
		}
	}
	for _, row := range dump["audit_entries"] {
		if strings.HasPrefix(row["verb"], "poll.cast") {
			t.Errorf("a vote is in the audit log: %v", row)
		}
	}
}

// dump reads every column of every table as text.
func (h *house) dump() map[string][]map[string]string {
	h.t.Helper()
	var tables []string
	list := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if h.store.Dialect() == model.MySQL {
		list = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
	}
	h.ok(h.store.DB(h.ctx).Raw(list).Scan(&tables).Error)
	dump := map[string][]map[string]string{}
	for _, table := range tables {
		if strings.HasPrefix(table, "sqlite_") {
			continue
		}
		var rows []map[string]any
		h.ok(h.store.DB(h.ctx).Raw("SELECT * FROM " + table).Scan(&rows).Error)
		for _, row := range rows {
			text := map[string]string{}
			for column, value := range row {
				switch v := value.(type) {
				case nil:
					text[column] = ""
				case []byte:
					text[column] = string(v)
				default:
					text[column] = fmt.Sprint(v)
				}
			}
			dump[table] = append(dump[table], text)
		}
	}
	if len(dump["villagers"]) == 0 || len(dump["poll_turnouts"]) == 0 {
		h.t.Fatal("the dump is empty")
	}
	return dump
}

// Before the close, too, the database alone leads nobody to a choice: what would
// is sealed.
func TestBeforeTheCloseWhatLeadsToABallotIsSealed(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 3)
	in := h.question()
	in.Secret = true
	ref := h.opened(in)
	h.ok(h.Assist(h.ctx, h.actor("刘芳"), poll.Assisted{Poll: ref, Voter: named("村民1"), Choices: []int{1}, Consent: "电话"}))
	dump := h.dump()
	r := dump["poll_ballots"][0]["receipt"]
	for table, rows := range dump {
		for _, row := range rows {
			for column, value := range row {
				if table != "poll_ballots" && strings.Contains(value, r) {
					t.Errorf("%s.%s holds the receipt", table, column)
				}
			}
		}
	}
}

func TestEverybodyFindsTheirBallotAndRecounts(t *testing.T) {
	h := newHouse(t)
	people := h.villagers("村民", 9)
	in := h.question()
	in.Secret, in.Options, in.MaxChoices = true, []string{"桥头", "村口", "学校"}, 2
	ref := h.opened(in)
	mine := map[string][]int{}
	for i, name := range people {
		b := poll.Ballot{Poll: ref, Choices: []int{1 + i%3}, Receipt: receipt()}
		if i > 5 {
			b.Choices = []int{1, 2}
		}
		mine[b.Receipt] = b.Choices
		h.ok(h.Cast(h.ctx, h.actor(name), b))
	}
	h.over(ref)
	after, found, last := "", 0, ""
	for {
		page, next, err := h.Ballots(h.ctx, h.actor("村民1"), ref, after, 4)
		h.ok(err)
		for _, b := range page {
			found++
			if !slices.Equal(mine[b.Receipt], b.Choices) || b.Voter != "" || b.Receipt <= last {
				t.Errorf("the list has %+v", b)
			}
			last = b.Receipt
		}
		if after = next; after == "" {
			break
		}
	}
	if found != len(mine) {
		t.Errorf("%d of %d ballots are listed", found, len(mine))
	}
	var file bytes.Buffer
	h.ok(h.Export(h.ctx, h.actor("村民1"), ref, &file))
	honest := file.String()
	if again, err := poll.Recount(strings.NewReader(honest)); err != nil || len(again.Faults) > 0 || again.Ballots != 9 {
		t.Fatalf("the recount finds %+v, %v", again, err)
	}
	for name, change := range map[string][2]string{
		"a choice":     {`"choices":[3]`, `"choices":[2]`},
		"votes":        {`"votes":5`, `"votes":6`},
		"the turnout":  {`"turnout":9`, `"turnout":8`},
		"the outcome":  {`"passed":true`, `"passed":false`},
		"a bad option": {`"choices":[3]`, `"choices":[4]`},
		"two for one":  {`"choices":[3]`, `"choices":[3,3]`},
		"the rule":     {`"num":1,"den":2,"over":true`, `"num":2,"den":3,"over":true`},
		"the quorum":   {`"needed":0`, `"needed":1`},
		"a receipt":    {last, "f" + last[1:31] + "z"},
		"hash":         {`"ballots_hash":"`, `"ballots_hash":"0`},
	} {
		forged := strings.Replace(honest, change[0], change[1], 1)
		if forged == honest {
			t.Errorf("%s: nothing changed", name)
		}
		if again, err := poll.Recount(strings.NewReader(forged)); err == nil && len(again.Faults) == 0 {
			t.Errorf("%s was changed, and the recount agrees", name)
		}
	}
	if _, err := poll.Recount(strings.NewReader("{}")); !model.IsCode(err, model.Invalid) {
		t.Errorf("an empty file: %v", err)
	}
	// result, list and turnout stand in the public log
	_, err := h.log.SealDue(h.ctx)
	h.ok(err)
	report, err := h.log.VerifyLog(h.ctx, yunxi, "", h.LogSource())
	h.ok(err)
	if !report.OK() || report.Checked != 3 {
		t.Errorf("the log says %+v", report)
	}
	h.ok(h.store.DB(h.ctx).Model(&model.PollBallot{}).Where("receipt = ?", last).UpdateColumn("choices", "2,3").Error)
	if report, err = h.log.VerifyLog(h.ctx, yunxi, "", h.LogSource()); err != nil || report.OK() {
		t.Errorf("a ballot was changed afterwards, and the log agrees: %+v, %v", report, err)
	}
}
