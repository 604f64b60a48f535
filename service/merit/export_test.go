package merit

import (
	"context"

	"cunwu/model"
)

// Award posts points without a claim; negative ones are taken away.
func (s *Service) Award(ctx context.Context, villageID, household, person string, points int64, once string) (model.MeritPosting, error) {
	pool, house := commonAccount(model.MeritPool, household), houseAccount(household)
	p := posting{cause: model.MeritAward, ref: once, once: once, legs: move(pool, house, points, person)}
	if points < 0 {
		p.cause, p.legs = model.MeritDeduct, move(house, pool, -points, person)
	}
	return s.post(ctx, machine(), villageID, p)
}

// ReversePosting takes a posting back.
func (s *Service) ReversePosting(ctx context.Context, villageID, id string) error {
	_, err := s.reverse(ctx, machine(), villageID, id, "测试")
	return err
}

// PostUnbalanced tries what no ledger may hold.
func (s *Service) PostUnbalanced(ctx context.Context, villageID, household string) error {
	_, err := s.post(ctx, machine(), villageID, posting{cause: model.MeritAward, once: "bad", legs: []leg{
		{account: houseAccount(household), amount: 5}, {account: commonAccount(model.MeritPool, household), amount: -4}}})
	return err
}

// Fingerprint is a picture's hash.
func Fingerprint(body []byte) (string, bool, error) {
	f, blank, err := fingerprintOf(body)
	return f.String(), blank, err
}

// Alike says whether two hashes are of pictures that look the same.
func Alike(a, b string) bool {
	f, _ := parseFingerprint(a)
	g, _ := parseFingerprint(b)
	return f.alike(g)
}

// ShareABand says whether the index would bring the two together.
func ShareABand(a, b string) bool {
	f, _ := parseFingerprint(a)
	g, _ := parseFingerprint(b)
	for i, band := range f.bands() {
		if g.bands()[i] == band {
			return true
		}
	}
	return false
}
