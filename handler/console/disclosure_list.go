package console

import (
	"context"
	"slices"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/disclosure"
)

const (
	disclosuresShown = 20
	disclosuresSent  = 2000 // in one Excel file
)

// disclosureList is what is owed and prepared, or what was published or taken down.
type disclosureList struct {
	Show     string // owed, published, withdrawn
	Kind     string
	Write    bool // the actor prepares disclosures here
	Owed     []disclosure.Slot
	Pending  []disclosure.Prepared
	More     string // the next page of what is in preparation
	Found    []model.Disclosure
	Next     string
	Kinds    []string
	Official string // the village's public page
}

func disclosureKinds() []string {
	return []string{model.DiscloseFinance, model.DiscloseVillage, model.DiscloseParty, model.DiscloseLand, model.DiscloseDecision}
}

// owed are the lines of the calendar that nobody has published, the most pressing first.
func (s *console) owed(ctx context.Context, v *web.Visit) ([]disclosure.Slot, error) {
	slots, err := s.Public.Calendar(ctx, v.Actor, v.Village, s.Now().AddDate(-2, 0, 0), time.Time{})
	if err != nil {
		return nil, err
	}
	slots = slices.DeleteFunc(slots, func(slot disclosure.Slot) bool { return slot.State == disclosure.StatePublished })
	slices.Reverse(slots) // the calendar has the newest first
	return slots, nil
}

func (s *console) disclosures(ctx context.Context, v *web.Visit) error {
	list := disclosureList{Show: v.Query("show"), Kind: v.Query("kind"), Write: v.Actor.May(model.VerbDisclose, v.Village), Kinds: disclosureKinds()}
	if !slices.Contains(list.Kinds, list.Kind) {
		list.Kind = ""
	}
	var err error
	switch list.Show {
	case "published":
		list.Found, err = s.Public.List(ctx, v.Actor, disclosure.Query{VillageID: v.Village, Kind: list.Kind, After: v.Query("after"), Limit: disclosuresShown})
		if n := len(list.Found); n == disclosuresShown {
			list.Next = v.Here("after", list.Found[n-1].ID)
		}
	case "withdrawn":
		list.Found, err = s.Public.Withdrawn(ctx, v.Actor, v.Village, 100)
	default:
		list.Show = "owed"
		if list.Pending, err = s.Public.Pending(ctx, v.Actor, v.Village, v.Query("after"), disclosuresShown); err != nil {
			return err
		}
		if n := len(list.Pending); n == disclosuresShown {
			list.More = v.Here("after", list.Pending[n-1].Disclosure.ID)
		}
		list.Owed, err = s.owed(ctx, v)
		list.Owed = slices.DeleteFunc(list.Owed, func(slot disclosure.Slot) bool { return isPrepared(list.Pending, slot) })
	}
	if err != nil {
		return err
	}
	return v.Show("disclosures", "公开", list)
}

// disclosureSheet sends what was published as Excel.
func (s *console) disclosureSheet(ctx context.Context, v *web.Visit) error {
	q := disclosure.Query{VillageID: v.Village, Limit: 100}
	found, err := s.Public.List(ctx, v.Actor, q)
	if err != nil {
		return err
	}
	head := []string{"类别", "标题", "期数", "第几版", "公开时间", "贴公示栏", "至少贴到", "范围"}
	return v.SendSheet(ctx, web.Sheet{Name: "公开清单", Head: head, Each: func(row func(cells ...any) error) error {
		for sent := 0; ; {
			for _, d := range found {
				period := d.Period
				if len(period) == 32 {
					period = "" // of an event, an id
				}
				if err := row(disclosure.KindTitle(d.Kind), d.Title, period, d.Current, moment(d.PublishedAt.Time), moment(d.PostedAt.Time), moment(d.PostedUntil.Time), scopeWords(d.Scope)); err != nil {
					return err
				}
			}
			if sent += len(found); len(found) < q.Limit || sent >= disclosuresSent {
				return nil
			}
			q.After = found[len(found)-1].ID
			if found, err = s.Public.List(ctx, v.Actor, q); err != nil {
				return err
			}
		}
	}})
}

// dueDisclosures are what is to be written, signed, approved, published and posted.
func (s *console) dueDisclosures(ctx context.Context, v *web.Visit) ([]due, error) {
	writes := v.Actor.May(model.VerbDisclose, v.Village)
	if !writes && !v.Actor.May(model.VerbSignOff, v.Village) && !v.Actor.May(model.VerbApprove, v.Village) {
		return nil, nil
	}
	pending, err := s.Public.Pending(ctx, v.Actor, v.Village, "", disclosuresShown)
	if err != nil {
		return nil, err
	}
	home := "/console/" + v.Village + "/disclosures/"
	var dues []due
	for _, p := range pending {
		if d, wants := wanted(v, p); wants && len(dues) < dueMost {
			d.To = home + p.Disclosure.ID + "?version=-1"
			dues = append(dues, d)
		}
	}
	if !writes {
		return dues, nil
	}
	slots, err := s.owed(ctx, v)
	for _, slot := range slots {
		prepared := slices.ContainsFunc(pending, func(p disclosure.Prepared) bool {
			return p.Disclosure.Duty == slot.Duty && p.Disclosure.Period == slot.Period
		})
		if prepared || len(dues) >= dueMost || slot.State == disclosure.StateDue && slot.DueAt.After(s.Now().AddDate(0, 0, 20)) {
			continue
		}
		dues = append(dues, due{What: disclosure.KindTitle(slot.Kind), Title: "写“" + slot.Title + "”的公开", To: newDisclosure(v.Village, slot.Duty, slot.Period),
			By: slot.DueAt, Late: slot.State != disclosure.StateDue})
	}
	return dues, err
}

// isPrepared says whether somebody is at it already.
func isPrepared(pending []disclosure.Prepared, slot disclosure.Slot) bool {
	return slices.ContainsFunc(pending, func(p disclosure.Prepared) bool {
		return p.Disclosure.Duty == slot.Duty && p.Disclosure.Period == slot.Period
	})
}

// wanted says what a version in preparation wants of the actor.
func wanted(v *web.Visit, p disclosure.Prepared) (due, bool) {
	d := due{What: disclosure.KindTitle(p.Disclosure.Kind), More: p.Version.WrittenName + "写的，" + moment(p.Version.WrittenAt.Time)}
	party := p.Disclosure.Kind == model.DiscloseParty
	switch {
	case p.Ready() && v.Actor.May(model.VerbDisclose, v.Village):
		d.Title = "可以公开了：" + p.Version.Title
	case !p.Ready() && party && v.Actor.May(model.VerbApprove, v.Village) && p.Version.WrittenBy != v.Actor.VillagerID:
		d.Title = "等您审批：" + p.Version.Title
	case !p.Ready() && !party && v.Actor.May(model.VerbSignOff, v.Village):
		d.Title = "等您签字：" + p.Version.Title
	default:
		return d, false
	}
	return d, true
}
