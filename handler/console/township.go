package console

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
	"cunwu/service/mediation"
	"cunwu/service/poll"
)

func (s *console) townshipRoutes() []web.Route {
	return []web.Route{
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/township", Do: s.township},
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/township/sheet", Do: s.townshipSheet, Sends: true},
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/figures", Do: s.figures},
	}
}

// villageRow is how one village stands beside the others.
type villageRow struct {
	Village  model.Village
	Cases    casework.Standing
	Answers  casework.Figures // of the last year
	Public   disclosure.Lateness
	Polls    poll.TookPart // of the last year
	Disputes mediation.Counted
}

// Behind says whether something of the village is late.
func (r villageRow) Behind() bool {
	return r.Cases.Late+r.Public.Late+r.Public.VeryLate > 0
}

type townshipPage struct {
	Township model.Village
	Rows     []villageRow
	Late     int // late cases of all
	Hidden   int // late disclosures of all
	Sheet    string
}

// townshipPage puts the villages that the actor supervises side by side, the worst
// first: late cases, then late disclosures, then whoever lets wait longest.
func (s *console) townshipPage(ctx context.Context, v *web.Visit) (townshipPage, error) {
	page := townshipPage{Sheet: below(v, "township", "sheet")}
	if err := v.Actor.Require(model.VerbCatalogue, v.Village); err != nil {
		return page, err
	}
	township, all, err := s.People.Under(ctx, v.Village)
	if err != nil {
		return page, err
	}
	page.Township = township
	all = slices.DeleteFunc(all, func(unit model.Village) bool { return !v.Actor.May(model.VerbCatalogue, unit.ID) })
	if page.Rows, err = s.villageRows(ctx, v.Actor, all); err != nil {
		return page, err
	}
	slices.SortStableFunc(page.Rows, func(a, b villageRow) int {
		return cmp.Or(cmp.Compare(b.Cases.Late, a.Cases.Late), cmp.Compare(b.Public.VeryLate, a.Public.VeryLate), cmp.Compare(b.Public.Late, a.Public.Late),
			cmp.Compare(b.Cases.Oldest, a.Cases.Oldest))
	})
	for _, row := range page.Rows {
		page.Late += row.Cases.Late
		page.Hidden += row.Public.Late + row.Public.VeryLate
	}
	return page, nil
}

func (s *console) villageRows(ctx context.Context, actor model.Actor, all []model.Village) ([]villageRow, error) {
	ids := make([]string, len(all))
	for i, unit := range all {
		ids[i] = unit.ID
	}
	now := s.Now()
	since := now.AddDate(-1, 0, 0)
	owed, err := s.Cases.Standings(ctx, ids)
	if err != nil {
		return nil, err
	}
	late, err := s.Public.Latenesses(ctx, ids)
	if err != nil {
		return nil, err
	}
	took, err := s.Polls.TookPart(ctx, ids, since)
	if err != nil {
		return nil, err
	}
	rows := make([]villageRow, len(all))
	for i, unit := range all {
		record, err := s.Cases.Figures(ctx, unit.ID, since, now)
		if err != nil {
			return nil, err
		}
		disputes, err := s.Disputes.Figures(ctx, actor, unit.ID, since, now)
		if err != nil {
			return nil, err
		}
		rows[i] = villageRow{Village: unit, Cases: owed[unit.ID], Answers: record.Figures, Public: late[unit.ID], Polls: took[unit.ID], Disputes: disputes[0].Open}
	}
	return rows, nil
}

func (s *console) township(ctx context.Context, v *web.Visit) error {
	page, err := s.townshipPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("township", page.Township.Name+"各村", page)
}

func (s *console) townshipSheet(ctx context.Context, v *web.Visit) error {
	page, err := s.townshipPage(ctx, v)
	if err != nil {
		return err
	}
	head := []string{"村", "等着答复", "其中过期", "等得最久（天）", "一年收到", "按时答复（百分比）", "答复中位数（天）", "公开逾期", "严重逾期", "在家的人投票率", "在外的人投票率", "没结束的调解"}
	return v.SendSheet(ctx, web.Sheet{Name: page.Township.Name + "各村", Head: head, Each: func(row func(cells ...any) error) error {
		for _, r := range page.Rows {
			if err := row(r.Village.Name, r.Cases.Awaiting, r.Cases.Late, days(r.Cases.Oldest), r.Answers.Received, percentage(r.Answers.Share), days(r.Answers.Median),
				r.Public.Late, r.Public.VeryLate, turnout(r.Polls.Here), turnout(r.Polls.Away), few(r.Disputes)); err != nil {
				return err
			}
		}
		return nil
	}})
}

// days are full days; nothing when there is nothing to tell.
func days(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return strconv.FormatFloat(d.Hours()/24, 'f', 1, 64)
}

// percentage is a percentage; nothing when there are too few.
func percentage(percent int) string {
	if percent < 0 {
		return ""
	}
	return count(percent) + "%"
}

// turnout is how many of a group took part; nothing when nobody was asked.
func turnout(one poll.Share) string {
	if one.Electorate == 0 {
		return ""
	}
	return count((one.Turnout*100+one.Electorate/2)/one.Electorate) + "%"
}

// few is a number that isn't told when it would tell of single people.
func few(c mediation.Counted) string {
	if c.Hidden {
		return "很少"
	}
	return count(c.N)
}
