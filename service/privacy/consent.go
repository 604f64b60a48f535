package privacy

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"cunwu/model"
	"cunwu/service/audit"
)

const (
	ledgerMax   = 1000
	evidenceMax = 200
)

// Standing is how a person stands to a purpose now.
type Standing struct {
	Purpose
	Given    bool      // to the text of today
	Outdated bool      // given to an older text: to be asked again
	At       time.Time // of the last word; zero: never asked
}

// Consent enters that the actor agrees to a purpose (个人信息保护法 13, 14) under
// the version of the text that they were shown, or withdraws it (15). An older
// version is refused, so that nobody agrees to what they didn't read. evidence
// says how it was given when somebody else enters it.
func (s *Service) Consent(ctx context.Context, actor model.Actor, of model.Person, purpose, version string, given bool, evidence string) error {
	person, err := s.speaker(actor, of)
	if err != nil {
		return err
	}
	p, ok := purposeOf(purpose)
	evidence = strings.TrimSpace(evidence)
	switch {
	case !ok:
		return model.Errorf(model.Unknown, "没有这一项同意，请刷新再看")
	case given && version != p.Version:
		return model.Errorf(model.Conflict, "这一项的说明已经更新，请看过新的再选")
	case utf8.RuneCountInString(evidence) > evidenceMax:
		return model.Errorf(model.Invalid, "说明太长，请写在%d个字以内", evidenceMax)
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		row := model.Consent{VillageID: actor.VillageID, Person: person.Recipient(), ID: model.NewID(), Purpose: p.Name, Version: p.Version,
			Given: given, At: s.now(), ByID: audit.ActorID(actor), Evidence: evidence}
		if person.VillageID != "" {
			row.VillageID = person.VillageID
		}
		if err := s.store.DB(ctx).Create(&row).Error; err != nil {
			return err
		}
		verb := "consent.give"
		if !given {
			verb = "consent.withdraw"
		}
		return s.Audit.Note(ctx, actor, row.VillageID, verb, "consent/"+row.ID, p.Name+" "+p.Version)
	})
}

// speaker is whose consent it is: the actor's own, bound or not, or that of
// somebody who stands before the operator.
func (s *Service) speaker(actor model.Actor, of model.Person) (model.Person, error) {
	if of.Zero() || of.Is(actor.Person()) {
		person := actor.Person()
		if person.Zero() || actor.VillageID == "" || actor.HelpedBy != "" {
			return person, model.Errorf(model.Forbidden, "同意要由本人来选，请用本人的微信进入")
		}
		return person, nil
	}
	return of, actor.Require(model.VerbPersonal, of.VillageID)
}

// Consents is how the actor (or of, for the operator) stands to every purpose.
func (s *Service) Consents(ctx context.Context, actor model.Actor, of model.Person) ([]Standing, error) {
	person, err := s.speaker(actor, of)
	if err != nil {
		return nil, err
	}
	village := person.VillageID
	if village == "" {
		village = actor.VillageID
	}
	ledger, err := s.ledger(ctx, village, person)
	if err != nil {
		return nil, err
	}
	last := map[string]model.Consent{}
	for _, line := range ledger {
		last[line.Purpose] = line
	}
	all := make([]Standing, 0, len(Purposes()))
	for _, p := range Purposes() {
		line := last[p.Name]
		all = append(all, Standing{Purpose: p, Given: line.Given && line.Version == p.Version, Outdated: line.Given && line.Version != p.Version, At: line.At.Time})
	}
	return all, nil
}

// ledger is a person's lines, the oldest first; of very many the newest.
func (s *Service) ledger(ctx context.Context, villageID string, person model.Person) ([]model.Consent, error) {
	var newest []model.Consent
	err := s.store.DB(ctx).Where("village_id = ? AND person = ?", villageID, person.Recipient()).Order("id DESC").Limit(ledgerMax).Find(&newest).Error
	for i, j := 0, len(newest)-1; i < j; i, j = i+1, j-1 {
		newest[i], newest[j] = newest[j], newest[i]
	}
	return newest, err
}
