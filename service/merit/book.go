package merit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cunwu/model"
	"cunwu/service/audit"
)

const (
	deedsMax  = 200
	pointsMax = 10_000 // of one deed
	nameMax   = 64
)

// label is what points are called unless the village decided otherwise.
const label = "功德积分"

// NewBook is a version of the rule book as an assembly adopted it.
type NewBook struct {
	VillageID   string
	Label       string // empty: 功德积分
	AdoptedOn   string // 2026-03-01
	Resolution  string // 2026年第1次村民代表会议决议
	MediaID     string // its minutes, uploaded
	ValidFrom   string // the first day; empty: tomorrow
	Carry       int    // percent of a balance that outlives the year: 100 keeps all
	OpenFigures bool
	Deeds       []model.MeritDeed // Number, Name, Points, Cap, CapPeriod, Evidence, Who
}

// Book is a version with its deeds, by number.
type Book struct {
	model.MeritBook
	Deeds []model.MeritDeed
}

// AdoptBook enters a rule book that an assembly adopted. It holds from a day that
// has not come yet, so that no deed is judged by a rule that nobody knew; older
// versions stay.
func (s *Service) AdoptBook(ctx context.Context, actor model.Actor, in NewBook) (Book, error) {
	if err := actor.Require(model.VerbMeritManage, in.VillageID); err != nil {
		return Book{}, err
	}
	if err := s.checkBook(&in); err != nil {
		return Book{}, err
	}
	var b Book
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var last int
		err := s.store.DB(ctx).Model(&model.MeritBook{}).Where("village_id = ?", in.VillageID).Select("COALESCE(MAX(version), 0)").Scan(&last).Error
		if err != nil {
			return err
		}
		b = Book{MeritBook: model.MeritBook{VillageID: in.VillageID, Version: last + 1, Label: in.Label, AdoptedOn: in.AdoptedOn,
			Resolution: in.Resolution, MediaID: in.MediaID, ValidFrom: in.ValidFrom, Carry: in.Carry, OpenFigures: in.OpenFigures,
			CreatedAt: s.now(), CreatedBy: audit.ActorID(actor)}, Deeds: slices.Clone(in.Deeds)}
		for i := range b.Deeds {
			b.Deeds[i].VillageID, b.Deeds[i].Version = in.VillageID, b.Version
		}
		if err := unique(s.store.DB(ctx).Create(&b.MeritBook).Error, "刚有人录入了另一版积分办法，请核对后再试"); err != nil {
			return err
		}
		if err := s.store.DB(ctx).CreateInBatches(&b.Deeds, 50).Error; err != nil {
			return err
		}
		if in.MediaID != "" {
			if err := s.o.Attach(ctx, actor, in.VillageID, []string{in.MediaID}, fmt.Sprintf("merit-book/%d", b.Version)); err != nil {
				return err
			}
		}
		return s.audit.Note(ctx, actor, in.VillageID, "merit.book", "merit/book", in.Resolution)
	})
	return b, err
}

func (s *Service) checkBook(in *NewBook) error {
	if in.Label = strings.TrimSpace(in.Label); in.Label == "" {
		in.Label = label
	}
	if in.ValidFrom == "" {
		in.ValidFrom = s.store.Now().AddDate(0, 0, 1).Format(time.DateOnly)
	}
	in.Resolution = strings.TrimSpace(in.Resolution)
	switch {
	case strings.Contains(in.Label, "银行"):
		return model.Errorf(model.Invalid, "积分名称不能用“银行”二字（商业银行法第十一条），请换一个，例如 %s", label)
	case utf8.RuneCountInString(in.Label) > 12:
		return model.Errorf(model.Invalid, "积分名称不超过12个字")
	case in.Resolution == "" || len(in.Resolution) > 255:
		return model.Errorf(model.Invalid, "请写明由哪次会议的哪个决议通过，例如 2026年第1次村民代表会议决议")
	case !isDay(in.AdoptedOn) || in.AdoptedOn > s.today():
		return model.Errorf(model.Invalid, "请写明决议通过的日期，例如 2026-03-01")
	case !isDay(in.ValidFrom) || in.ValidFrom <= s.today():
		return model.Errorf(model.Invalid, "积分办法从明天或以后的日期起施行，不能追溯以前的事")
	case in.Carry < 0 || in.Carry > 100:
		return model.Errorf(model.Invalid, "年底结转比例应为0到100")
	case len(in.Deeds) == 0 || len(in.Deeds) > deedsMax:
		return model.Errorf(model.Invalid, "积分事项应有1到%d项", deedsMax)
	}
	seen := map[int]bool{}
	for i := range in.Deeds {
		if err := checkDeed(&in.Deeds[i], seen); err != nil {
			return err
		}
	}
	return nil
}

func checkDeed(d *model.MeritDeed, seen map[int]bool) error {
	d.Name = strings.TrimSpace(d.Name)
	if d.Points < 0 {
		d.Who, d.Cap, d.CapPeriod = model.DeedDuty, 0, ""
	}
	switch {
	case d.Number < 1 || seen[d.Number]:
		return model.Errorf(model.Invalid, "第%d项的编号重复或不是正整数", d.Number)
	case d.Name == "" || utf8.RuneCountInString(d.Name) > nameMax:
		return model.Errorf(model.Invalid, "第%d项请写明做了什么，不超过%d个字", d.Number, nameMax)
	case d.Points == 0 || d.Points > pointsMax || d.Points < -pointsMax:
		return model.Errorf(model.Invalid, "第%d项的分值应为1到%d（扣分写负数）", d.Number, pointsMax)
	case d.Cap < 0 || d.Cap > 0 && d.Cap < d.Points:
		return model.Errorf(model.Invalid, "第%d项的上限不能少于一次的分值", d.Number)
	case d.Cap > 0 && !slices.Contains([]string{"day", "week", "month", "quarter", "year"}, d.CapPeriod):
		return model.Errorf(model.Invalid, "第%d项请写明上限按 day、week、month、quarter 还是 year 算", d.Number)
	case !slices.Contains([]string{model.EvidenceNone, model.EvidenceWords, model.EvidencePicture}, d.Evidence):
		return model.Errorf(model.Invalid, "第%d项的证明应为 none、words 或 picture", d.Number)
	case d.Points > 0 && !slices.Contains([]string{model.DeedSelf, model.DeedPraise, model.DeedAnybody}, d.Who):
		return model.Errorf(model.Invalid, "第%d项由谁申报应为 self、praise 或 anybody", d.Number)
	}
	seen[d.Number] = true
	if d.Cap == 0 {
		d.CapPeriod = ""
	}
	return nil
}

func isDay(text string) bool {
	_, err := time.ParseInLocation(time.DateOnly, text, model.Shanghai)
	return err == nil
}

// BookOn is the rule book that held on a day (2006-01-02).
func (s *Service) BookOn(ctx context.Context, villageID, day string) (Book, error) {
	var b Book
	found := s.store.DB(ctx).Where("village_id = ? AND valid_from <= ?", villageID, day).Order("version DESC").Limit(1).Find(&b.MeritBook)
	if found.Error != nil {
		return b, found.Error
	}
	if found.RowsAffected == 0 {
		return b, model.Errorf(model.Unknown, "村里那天还没有积分办法，要先由村民会议或村民代表会议通过")
	}
	err := s.store.DB(ctx).Where("village_id = ? AND version = ?", villageID, b.Version).Order("number").Find(&b.Deeds).Error
	return b, err
}

// Book is the rule book that holds today.
func (s *Service) Book(ctx context.Context, villageID string) (Book, error) {
	return s.BookOn(ctx, villageID, s.today())
}

func (b Book) deed(number int) (model.MeritDeed, error) {
	i := slices.IndexFunc(b.Deeds, func(d model.MeritDeed) bool { return d.Number == number })
	if i < 0 {
		return model.MeritDeed{}, model.Errorf(model.Unknown, "积分办法里没有第%d项，请核对编号", number)
	}
	return b.Deeds[i], nil
}
