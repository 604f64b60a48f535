package disclosure

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm/clause"

	"cunwu/model"
)

// Duty is a line of a village's catalogue: what is due how often.
type Duty struct {
	ID     string
	Kind   string
	Title  string
	Months int // 1, 3, 12; 0: on the event
	// DueDays are counted from the end of the period, or from the event.
	DueDays int
	Since   time.Time // the period that contains it is the first one owed
	Law     string    // the law and its article; empty: the township's own line
	Active  bool
}

// standard are the lines that the law gives; how often, and by which article,
// stands in the rules "disclosure.every.ID".
func standard() []Duty {
	return []Duty{
		{ID: "party", Kind: model.DiscloseParty, Title: "党务公开"},
		{ID: "village", Kind: model.DiscloseVillage, Title: "村务公开"},
		{ID: "finance", Kind: model.DiscloseFinance, Title: "财务公开"},
		{ID: "land", Kind: model.DiscloseLand, Title: "土地公开"},
		{ID: "asset", Kind: model.DiscloseLand, Title: "集体资产公开"},
		{ID: "decision", Kind: model.DiscloseDecision, Title: "决定事项公开"},
		{ID: "execution", Kind: model.DiscloseDecision, Title: "决定实施情况公开"},
	}
}

// KindTitle is a kind's name as people say it.
func KindTitle(kind string) string {
	switch kind {
	case model.DiscloseParty:
		return "党务"
	case model.DiscloseVillage:
		return "村务"
	case model.DiscloseFinance:
		return "财务"
	case model.DiscloseLand:
		return "土地和资产"
	case model.DiscloseDecision:
		return "决定和实施"
	}
	return kind
}

func isKind(kind string) bool { return KindTitle(kind) != kind }

const catalogueMax = 60 // lines of a village's catalogue

// Catalogue is what the village must disclose: the law's lines as the rules have
// them today, with what the township changed and added. Everybody may read it.
func (s *Service) Catalogue(ctx context.Context, villageID string) ([]Duty, error) {
	unit, err := s.People.Get(ctx, villageID)
	if err != nil {
		return nil, err
	}
	var changed []model.DisclosureDuty
	err = s.store.DB(ctx).Where("village_id = ?", villageID).Order("id").Limit(catalogueMax).Find(&changed).Error
	if err != nil {
		return nil, err
	}
	var duties []Duty
	for _, d := range standard() {
		var law []model.Rule
		today := s.now().Format(time.DateOnly)
		err := s.store.DB(ctx).Where("name = ? AND region = '' AND valid_from <= ? AND (valid_to = '' OR valid_to >= ?)", "disclosure.every."+d.ID, today, today).
			Order("valid_from DESC").Limit(1).Find(&law).Error
		if err != nil {
			return nil, err
		}
		if len(law) == 0 {
			continue // the law asks for it no longer
		}
		d.Months, d.Law, d.Active, d.Since = int(law[0].Value), law[0].Law+" "+law[0].Article, true, unit.CreatedAt.Time
		due := "disclosure.due"
		if d.Months == 0 {
			due = "disclosure.due_event"
		}
		if d.DueDays, err = s.rule(ctx, due); err != nil {
			return nil, err
		}
		duties = append(duties, d)
	}
	for _, c := range changed {
		at := slices.IndexFunc(duties, func(d Duty) bool { return d.ID == c.ID })
		if at < 0 {
			duties = append(duties, Duty{ID: c.ID, Kind: c.Kind})
			at = len(duties) - 1
		}
		d := &duties[at]
		d.Title, d.Months, d.DueDays, d.Active = c.Title, c.Months, c.DueDays, c.Active
		d.Since = parseDay(c.Since, unit.CreatedAt.Time)
	}
	return duties, nil
}

// Duty is one active line of the catalogue.
func (s *Service) duty(ctx context.Context, villageID, id string) (Duty, error) {
	duties, err := s.Catalogue(ctx, villageID)
	if err != nil {
		return Duty{}, err
	}
	for _, d := range duties {
		if d.ID == id && d.Active {
			return d, nil
		}
	}
	return Duty{}, model.Errorf(model.Invalid, "公开目录里没有“%s”这一项，请从目录里选", id)
}

//nolint:gochecknoglobals // read-only
var (
	dutyID    = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	eventName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,48}$`)
)

// SetDuty changes a line of the village's catalogue, or adds one of its own
// (id: letters, digits and _). The township may make the law's lines more
// frequent, never rarer, and can't strike them.
func (s *Service) SetDuty(ctx context.Context, actor model.Actor, villageID string, d Duty) error {
	if err := actor.Require(model.VerbCatalogue, villageID); err != nil {
		return err
	}
	d.Title = strings.TrimSpace(d.Title)
	switch {
	case !dutyID.MatchString(d.ID):
		return model.Errorf(model.Invalid, "目录项的代号只能用小写字母、数字和下划线，最多32个")
	case d.Title == "" || utf8.RuneCountInString(d.Title) > 20:
		return model.Errorf(model.Invalid, "请写目录项的名称，不超过20个字")
	case !isKind(d.Kind):
		return model.Errorf(model.Invalid, "类别应是党务、村务、财务、土地资产、决定实施之一")
	case d.Months != 0 && d.Months != 1 && d.Months != 3 && d.Months != 12:
		return model.Errorf(model.Invalid, "多久公开一次应是每月、每季、每年或随时")
	case d.DueDays < 1 || d.DueDays > 90:
		return model.Errorf(model.Invalid, "公开期限应在1到90天之间")
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		duties, err := s.Catalogue(ctx, villageID)
		if err != nil {
			return err
		}
		if err := s.lawful(ctx, duties, d); err != nil {
			return err
		}
		row := model.DisclosureDuty{VillageID: villageID, ID: d.ID, Kind: d.Kind, Title: d.Title, Months: d.Months, DueDays: d.DueDays,
			Active: d.Active, UpdatedAt: s.now(), UpdatedBy: actor.VillagerID}
		if !d.Since.IsZero() {
			row.Since = d.Since.In(model.Shanghai).Format(time.DateOnly)
		}
		again := clause.OnConflict{Columns: []clause.Column{{Name: "village_id"}, {Name: "id"}},
			DoUpdates: clause.AssignmentColumns([]string{"kind", "title", "months", "due_days", "since", "active", "updated_at", "updated_by"})}
		if err := s.store.DB(ctx).Clauses(again).Create(&row).Error; err != nil {
			return err
		}
		return s.Audit.Note(ctx, actor, villageID, string(model.VerbCatalogue), "duty/"+d.ID, d.Title)
	})
}

// lawful refuses what would fall short of the law.
func (s *Service) lawful(ctx context.Context, duties []Duty, d Duty) error {
	at := slices.IndexFunc(duties, func(old Duty) bool { return old.ID == d.ID })
	switch {
	case at < 0 && len(duties) >= catalogueMax:
		return model.Errorf(model.Invalid, "目录最多%d项", catalogueMax)
	case at < 0 || duties[at].Law == "":
		return nil
	}
	months, err := s.store.Rule(ctx, "disclosure.every."+d.ID, "", s.store.Now())
	switch {
	case err != nil:
		return err
	case !d.Active:
		return model.Errorf(model.Invalid, "“%s”是法律规定必须公开的，不能停", duties[at].Title)
	case d.Kind != duties[at].Kind:
		return model.Errorf(model.Invalid, "“%s”的类别不能改", duties[at].Title)
	case months != 0 && (d.Months == 0 || int64(d.Months) > months), months == 0 && d.Months != 0:
		return model.Errorf(model.Invalid, "“%s”可以公开得更勤，不能比法律规定的更少", duties[at].Title)
	}
	return nil
}

func parseDay(day string, otherwise time.Time) time.Time {
	if t, err := time.ParseInLocation(time.DateOnly, day, model.Shanghai); err == nil {
		return t
	}
	return otherwise
}
