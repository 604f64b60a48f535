package site

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/desk"
	"cunwu/service/help"
	"cunwu/service/mediation"
	"cunwu/service/membership"
)

// newDisputePage asks for mediation.
type newDisputePage struct {
	filled
	For        forWhom
	Kinds      []mediation.Matter
	Elsewheres []mediation.Elsewhere
	Mediators  []model.Villager
	Rights     string
}

func (s *site) disputeFormPage(ctx context.Context, v *web.Visit) (newDisputePage, error) {
	page := newDisputePage{filled: filledIn(v, "kind", "other", "household", "outside", "facts", "wish", "mediator", "elsewhere", "private", "together"),
		Kinds: mediation.Matters(), Elsewheres: mediation.Elsewheres(), Rights: mediation.RightToSue}
	var err error
	if page.For, err = s.whom(ctx, v, membership.ScopeCases); err != nil {
		return page, err
	}
	page.Mediators, err = s.Disputes.Mediators(ctx, v.Village)
	return page, err
}

func (s *site) newDispute(ctx context.Context, v *web.Visit) error {
	page, err := s.disputeFormPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("new dispute", wordsNewDispute, page)
}

func (s *site) fileDispute(ctx context.Context, v *web.Visit) error {
	elder, err := chosen(v)
	var files []string
	if err == nil {
		files, err = v.Upload(ctx, "files")
	}
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			filed, err := s.Desk.FileDispute(ctx, v.Actor, elder, disputeOf(v, files))
			return web.Then{To: withFor(mine(v, "/disputes/"+filed.Dispute.ID), v.Text("for")), Said: disputeWords(filed)}, err
		})
	}
	if model.AsError(err) == nil {
		return err
	}
	page, wrong := s.disputeFormPage(ctx, v)
	if wrong != nil {
		return wrong
	}
	page.Files = files
	return v.Again(ctx, err, "new dispute", wordsNewDispute, page)
}

func disputeOf(v *web.Visit, files []string) mediation.NewDispute {
	in := mediation.NewDispute{Kind: v.Text("kind"), Other: named(v, "other", "household"), Outside: v.Ticked("outside"), Facts: v.Text("facts"), Wish: v.Text("wish"),
		Uploads: files, Mediator: v.Text("mediator"), Elsewhere: v.Text("elsewhere"), Private: v.Ticked("private")}
	for line := range strings.SplitSeq(v.Text("together"), "\n") {
		name, household, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name != "" {
			one := named(v, "", "")
			one.Name, one.HouseholdNo = name, strings.TrimSpace(household)
			in.Together = append(in.Together, one)
		}
	}
	return in
}

func disputeWords(f mediation.Filed) string {
	said := fmt.Sprintf("交上去了，编号 #%d。调解员接手以后会告诉您", f.Dispute.Number)
	for _, hint := range f.Hints {
		said += "。" + strings.TrimSuffix(hint, "。")
	}
	if f.Heed.Danger != help.NoDanger || f.Heed.Domestic {
		said = wordsNumbers + said
	}
	return said
}

// legalPage is the lawyer on duty and whether legal aid is likely.
type legalPage struct {
	filled
	Known          bool   // who reads may ask the lawyer
	Today          string // the lawyer on duty
	Matters        []mediation.AidMatter
	Persons        []mediation.AidPerson
	Matter, Person string // as they were answered
	Aid            *mediation.Aid
}

func (s *site) legalPage(ctx context.Context, v *web.Visit) (legalPage, error) {
	page := legalPage{filled: filledIn(v, "text"), Matters: mediation.AidMatters(), Persons: mediation.AidPersons(), Matter: v.Query("matter"), Person: v.Query("person")}
	duty, err := s.Disputes.OnDuty(ctx, v.Village)
	if err != nil {
		return page, err
	}
	page.Today, page.Known = duty.LawyerName, v.Actor.Known() && v.Actor.VillageID == v.Village
	if page.Matter == "" && page.Person == "" {
		return page, nil
	}
	matter := slices.IndexFunc(page.Matters, func(m mediation.AidMatter) bool { return m.Name == page.Matter })
	person := slices.IndexFunc(page.Persons, func(p mediation.AidPerson) bool { return p.Name == page.Person })
	aid, err := mediation.Triage(matter+1, person+1)
	page.Aid = &aid
	return page, err
}

// legal answers the triage; nothing of it is kept.
func (s *site) legal(ctx context.Context, v *web.Visit) error {
	page, err := s.legalPage(ctx, v)
	if model.AsError(err) != nil {
		page.Aid = nil
		return v.Again(ctx, err, "legal", wordsLegal, page)
	}
	if err != nil {
		return err
	}
	return v.Show("legal", wordsLegal, page)
}

// consult asks the lawyer on duty; the answer comes as that of any other case.
func (s *site) consult(ctx context.Context, v *web.Visit) error {
	_, err := personFor(v, "")
	var files []string
	if err == nil {
		files, err = v.Upload(ctx, "files")
	}
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			c, err := s.Desk.Consult(ctx, v.Actor, desk.Words{Text: v.Text("text"), Uploads: files})
			return web.Then{To: mine(v, "/cases/"+c.ID), Said: fmt.Sprintf("问出去了，编号 #%d。律师%s前答复", c.Number, dueWords(c.DueAt))}, err
		})
	}
	if model.AsError(err) == nil {
		return err
	}
	page, wrong := s.legalPage(ctx, v)
	if wrong != nil {
		return wrong
	}
	page.Files = files
	return v.Again(ctx, err, "legal", wordsLegal, page)
}
