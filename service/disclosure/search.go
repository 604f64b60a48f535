package disclosure

import (
	"context"
	"strings"
	"unicode"

	"cunwu/model"
)

const (
	termsMax = 20_000 // of one disclosure
	queryMax = 40     // characters of a query
)

// index keeps the terms of the published version: every two neighbouring
// characters, so that any word or name is found without a dictionary, on every
// database alike.
func (s *Service) index(ctx context.Context, d model.Disclosure, v model.DisclosureVersion) error {
	gone := s.store.DB(ctx).Where("village_id = ? AND disclosure_id = ?", d.VillageID, d.ID).Delete(&model.DisclosureTerm{})
	if gone.Error != nil {
		return gone.Error
	}
	texts := []string{v.Title, v.Text}
	if v.Finance {
		var items []model.FinanceItem
		err := s.store.DB(ctx).Select("purpose", "party", "category").Where("village_id = ? AND disclosure_id = ? AND version = ?", d.VillageID, d.ID, v.Version).Find(&items).Error
		if err != nil {
			return err
		}
		for _, i := range items {
			texts = append(texts, i.Purpose, i.Party, i.Category)
		}
	}
	seen := map[string]bool{}
	var rows []model.DisclosureTerm
	for _, text := range texts {
		for _, term := range terms(text) {
			if !seen[term] && len(rows) < termsMax {
				seen[term] = true
				rows = append(rows, model.DisclosureTerm{VillageID: d.VillageID, Term: term, DisclosureID: d.ID})
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return s.store.DB(ctx).CreateInBatches(rows, itemBatch).Error
}

// terms are the pairs of neighbouring letters and digits of a text, and the last
// one of each run alone, so that a single character is found as a beginning.
func terms(text string) []string {
	var found []string
	for _, run := range runs(text) {
		for i := range run {
			found = append(found, string(run[i:min(i+2, len(run))]))
		}
	}
	return found
}

// runs are a text's stretches of letters and digits, in lower case.
func runs(text string) [][]rune {
	words := strings.FieldsFunc(strings.ToLower(halfWidth(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	all := make([][]rune, len(words))
	for i, word := range words {
		all[i] = []rune(word)
	}
	return all
}

// Search finds what the actor may read by words or names, the newest first.
func (s *Service) Search(ctx context.Context, actor model.Actor, villageID, words string, limit int) ([]model.Disclosure, error) {
	if len([]rune(words)) > queryMax {
		return nil, model.Errorf(model.Invalid, "查找的话太长，请只写一两个词")
	}
	pairs, single := wanted(words)
	if len(pairs)+len(single) == 0 {
		return nil, model.Errorf(model.Invalid, "请写要查的词，例如：修路")
	}
	query, err := s.readable(ctx, actor, villageID)
	if err != nil {
		return nil, err
	}
	query = query.Where("disclosures.state = ?", model.DisclosurePublished)
	if len(pairs) > 0 {
		ids := s.store.DB(ctx).Model(&model.DisclosureTerm{}).Select("disclosure_id").Where("village_id = ? AND term IN ?", villageID, pairs).
			Group("disclosure_id").Having("COUNT(*) = ?", len(pairs))
		query = query.Where("disclosures.id IN (?)", ids)
	}
	for _, one := range single {
		// every term that begins with the character; U+10FFFF follows them all
		ids := s.store.DB(ctx).Model(&model.DisclosureTerm{}).Select("disclosure_id").Where("village_id = ? AND term >= ? AND term <= ?", villageID, one, one+"\U0010FFFF")
		query = query.Where("disclosures.id IN (?)", ids)
	}
	var found []model.Disclosure
	err = query.Order("disclosures.published_at DESC, disclosures.id DESC").Limit(bounded(limit)).Find(&found).Error
	return found, err
}

// wanted are the different pairs that all must be there, and the characters
// that stand alone.
func wanted(words string) (pairs, single []string) {
	seen := map[string]bool{}
	for _, run := range runs(words) {
		if len(run) == 1 && !seen[string(run)] {
			seen[string(run)] = true
			single = append(single, string(run))
		}
		for i := 0; i+2 <= len(run); i++ {
			if pair := string(run[i : i+2]); !seen[pair] {
				seen[pair] = true
				pairs = append(pairs, pair)
			}
		}
	}
	return pairs, single
}
