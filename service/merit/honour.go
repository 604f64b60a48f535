package merit

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/paper"
)

const (
	boardMost  = 40 // households on the board's roll
	placesSaid = 10 // a certificate names a place that isn't beyond
)

// RankingBoard is the honour roll of a period to hang on the village's board, as a
// PDF or a picture: the households that want to stand on it, at most 40. It is for
// who may read the roll. Errors: Forbidden, Invalid (period), Unknown (nobody
// stands on it), Away (no font).
func (s *Service) RankingBoard(ctx context.Context, actor model.Actor, villageID, when, form string) ([]byte, error) {
	if strings.TrimSpace(when) == "" {
		when = periodOf(s.store.Now(), "month")
	}
	p, err := parsePeriod(when)
	if err != nil {
		return nil, err
	}
	rows, err := s.Ranking(ctx, actor, villageID, p.name, boardMost)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.Unknown, "%s的光荣榜上还没有人。愿意上榜的户回“积分 上榜”", p.words)
	}
	village, points, err := s.named(ctx, villageID)
	if err != nil {
		return nil, err
	}
	sheet := paper.Sheet{
		paper.Text{Text: village, Size: 18, Align: paper.Centre, Ink: paper.Red},
		paper.Text{Text: points + "光荣榜", Size: 34, Align: paper.Centre, Ink: paper.Red},
		paper.Text{Text: p.words, Size: 16, Align: paper.Centre, Ink: paper.Grey},
		paper.Line{Ink: paper.Red}, paper.Gap(8),
		rollLine(paper.Grey, "名次", "户主", "户号", "得分"), paper.Line{Ink: paper.Pale},
	}
	for _, r := range rows {
		ink := paper.Black
		if r.Place <= 3 {
			ink = paper.Red
		}
		sheet = append(sheet, rollLine(ink, strconv.Itoa(r.Place), r.Head, r.HouseholdNo, strconv.FormatInt(r.Points, 10)))
	}
	return s.press.Draw(ctx, append(sheet, paper.Gap(8), paper.Line{Ink: paper.Pale}, paper.Text{Text: rollFoot, Ink: paper.Grey},
		paper.Text{Text: s.store.Now().In(model.Shanghai).Format("2006年1月2日"), Align: paper.Right, Ink: paper.Grey}), form)
}

func rollLine(ink paper.Ink, texts ...string) paper.Cells {
	return paper.Cells{Texts: texts, Shares: []float64{0.15, 0.4, 0.25, 0.2}, Size: 16, Ink: ink}
}

// Certificate is the certificate of a household on the honour roll of a period that
// is over. household is its number; empty: the actor's own. Others than its own
// people need VerbMeritManage. Errors: Forbidden, Invalid (period), Unknown (no such
// household, or it doesn't stand on the roll), TooEarly (the period isn't over), Away
// (no font).
func (s *Service) Certificate(ctx context.Context, actor model.Actor, villageID, household, when, form string) ([]byte, error) {
	p, err := parsePeriod(when)
	if err != nil {
		return nil, err
	}
	house, err := s.certified(ctx, actor, villageID, household)
	if err != nil {
		return nil, err
	}
	if now := s.store.Now(); now.Before(p.ends) {
		return nil, model.Errorf(model.TooEarly, "%s还没有过完，%s以后再来取荣誉证书", p.words, p.ends.AddDate(0, 0, -1).Format("1月2日"))
	}
	r, err := s.stands(ctx, house, p)
	if err != nil {
		return nil, err
	}
	village, points, err := s.named(ctx, villageID)
	if err != nil {
		return nil, err
	}
	return s.press.Draw(ctx, paper.Sheet{
		paper.Gap(60),
		paper.Text{Text: "荣誉证书", Size: 48, Align: paper.Centre, Ink: paper.Red},
		paper.Gap(40),
		paper.Text{Text: fmt.Sprintf("%s一家（%s号户）：", r.Head, r.HouseholdNo), Size: 20},
		paper.Gap(8),
		paper.Text{Text: certificateText(p.words, points, r), Size: 20},
		paper.Gap(60),
		paper.Text{Text: village + "村民委员会（盖章）", Size: 18, Align: paper.Right},
		paper.Text{Text: s.store.Now().In(model.Shanghai).Format("2006年1月2日"), Size: 18, Align: paper.Right},
		paper.Gap(120), paper.Line{Ink: paper.Red},
		paper.Text{Text: rollFoot, Size: 10, Ink: paper.Grey},
	}, form)
}

// certified is the household that a certificate is for, if the actor may have it.
func (s *Service) certified(ctx context.Context, actor model.Actor, villageID, number string) (model.Household, error) {
	var house model.Household
	own := ""
	if actor.Known() && actor.VillageID == villageID {
		v, err := s.villager(ctx, villageID, actor.VillagerID)
		if err != nil {
			return house, err
		}
		own = v.HouseholdID
	}
	of := func(db *gorm.DB) *gorm.DB { return db.Where("id = ?", own) }
	if number = strings.TrimSpace(number); number != "" {
		of = func(db *gorm.DB) *gorm.DB { return db.Where("number = ?", number) }
	}
	found := of(s.store.DB(ctx).Where("village_id = ?", villageID)).Limit(1).Find(&house)
	switch {
	case found.Error != nil:
		return house, found.Error
	case house.ID != "" && house.ID == own:
		return house, nil
	case number == "":
		return house, model.Errorf(model.Forbidden, "荣誉证书发给本村的户。请先绑定，或请村委会按户号打印")
	case !actor.May(model.VerbMeritManage, villageID):
		return house, model.Errorf(model.Forbidden, "只能取自己家的荣誉证书，别家的由村委会打印")
	case house.ID == "":
		return house, model.Errorf(model.Unknown, "没有%s号户，请核对户号", number)
	}
	return house, nil
}

// stands is how the household stands on the roll of a period.
func (s *Service) stands(ctx context.Context, house model.Household, p period) (Ranked, error) {
	var r Ranked
	err := s.store.DB(ctx).Raw(`SELECT t.total AS points, COALESCE(v.name, '') AS head FROM merit_sums t
		JOIN merit_accounts a ON a.village_id = t.village_id AND a.id = t.account_id AND a.honoured = ?
		LEFT JOIN villagers v ON v.village_id = t.village_id AND v.id = ?
		WHERE t.village_id = ? AND t.name = ? AND t.period = ? AND t.account_id = ? AND t.total > 0`,
		true, house.HeadID, house.VillageID, earned, p.name, houseAccount(house.ID)).Scan(&r).Error
	if err != nil {
		return r, err
	}
	if r.Points == 0 {
		return r, model.Errorf(model.Unknown, "%s号户不在%s的光荣榜上。愿意上榜请回“积分 上榜”", house.Number, p.words)
	}
	var before int64
	err = s.store.DB(ctx).Raw(`SELECT COUNT(*) FROM merit_sums t
		JOIN merit_accounts a ON a.village_id = t.village_id AND a.id = t.account_id AND a.honoured = ?
		WHERE t.village_id = ? AND t.name = ? AND t.period = ? AND t.total > ?`, true, house.VillageID, earned, p.name, r.Points).Scan(&before).Error
	r.Place, r.HouseholdNo = int(before)+1, house.Number
	return r, err
}

// named is what the village is called, and its points.
func (s *Service) named(ctx context.Context, villageID string) (village, points string, err error) {
	unit, err := s.people.Get(ctx, villageID)
	if err != nil {
		return "", "", err
	}
	book, err := s.Book(ctx, villageID)
	if err != nil && !model.IsCode(err, model.Unknown) {
		return "", "", err
	}
	if book.Label == "" {
		return unit.Name, label, nil
	}
	return unit.Name, book.Label, nil
}
