package village

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"cunwu/model"
)

// batch is how many rows one statement writes or looks up.
const batch = 200

// importWithin bounds an import's transaction.
const importWithin = 5 * time.Minute

// Imported counts what an import changed.
type Imported struct {
	Households int // households that are new
	Villagers  int // people who are new
	Updated    int // people who were on the list and whose entry is different now
	Withheld   int // phones left out: their owners had them erased
}

// Import reads a roster (.xlsx, or .csv in UTF-8 or GB18030) into the village's
// list, all of it or nothing. Whoever is on the list already, by ID number, is
// updated; blank phone, group, residence and political cells leave what was
// known, as does the phone of somebody who had theirs erased; nobody is ever dropped, and nobody's state changes. What is wrong comes
// back as a *BadRoster.
func (s *Service) Import(ctx context.Context, actor model.Actor, villageID, filename string, r io.Reader) (Imported, error) {
	return s.ImportTelling(ctx, actor, villageID, filename, r, func(Progress) {})
}

// Progress is how far an import is. Nothing of it stands on the list before the
// last stage is over.
type Progress struct {
	Stage       Stage
	Done, Total int // people written, in StageWrite
}

// Stage is a part of an import.
type Stage int

// The stages of an import, in their order.
const (
	StageRead  Stage = iota + 1 // the file
	StageCheck                  // it is laid beside the list
	StageWrite
)

// ImportTelling is Import which tells how far it is.
func (s *Service) ImportTelling(ctx context.Context, actor model.Actor, villageID, filename string, r io.Reader, tell func(Progress)) (Imported, error) {
	tell(Progress{Stage: StageRead})
	file, err := s.rosterFor(ctx, actor, villageID, filename, r)
	if err != nil {
		return Imported{}, err
	}
	var done Imported
	err = s.store.TxWithin(ctx, importWithin, func(ctx context.Context) error {
		var err error
		done, err = s.enrol(ctx, actor, villageID, file, tell)
		return err
	})
	if err != nil {
		return Imported{}, err
	}
	return done, nil
}

// rosterFor reads a roster that the actor may import into the village's list.
func (s *Service) rosterFor(ctx context.Context, actor model.Actor, villageID, filename string, r io.Reader) (*roster, error) {
	unit, err := s.Get(ctx, villageID)
	if err != nil {
		return nil, err
	}
	if err := actor.Require(model.VerbImport, unit.ID); err != nil {
		return nil, err
	}
	if unit.Kind != model.UnitVillage {
		return nil, model.Errorf(model.Invalid, "“%s”不是村，没有名册；镇里的人请直接授予角色", unit.Name)
	}
	return readRoster(filename, r, s.store.Now())
}

func (s *Service) enrol(ctx context.Context, actor model.Actor, villageID string, file *roster, tell func(Progress)) (Imported, error) {
	tell(Progress{Stage: StageCheck})
	if _, err := s.lockUnit(ctx, villageID); err != nil {
		return Imported{}, err
	}
	e, err := s.enrolment(ctx, villageID, file)
	if err != nil {
		return Imported{}, err
	}
	if err := e.plan(); err != nil {
		return Imported{}, err
	}
	if err := s.write(ctx, e, tell); err != nil {
		return Imported{}, err
	}
	done := e.counts()
	detail := fmt.Sprintf("新增%d户%d人，更新%d人", done.Households, done.Villagers, done.Updated)
	return done, s.audit.Note(ctx, actor, villageID, string(model.VerbImport), "unit/"+villageID, detail)
}

func (e *enrolment) counts() Imported {
	return Imported{Households: len(e.newHouses), Villagers: len(e.newPeople), Updated: len(e.people), Withheld: e.held}
}

// write stores what was planned. New rows are plain inserts, so that a person
// whom somebody else has put on the list meanwhile is refused, not overwritten.
func (s *Service) write(ctx context.Context, e *enrolment, tell func(Progress)) error {
	p := Progress{Stage: StageWrite, Total: len(e.newPeople) + len(e.people)}
	tell(p)
	wrote := func(n int) {
		p.Done += n
		tell(p)
	}
	quietly := func(int) {}
	err := insert(s.store.DB(ctx), e.newHouses, quietly)
	if err == nil {
		err = insert(s.store.DB(ctx), e.newPeople, wrote)
	}
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return model.Errorf(model.Conflict, "名册刚被别人改过，请再导入一次").Because(err)
	}
	if err != nil {
		return err
	}
	key := []clause.Column{{Name: "village_id"}, {Name: "id"}}
	update := func(columns ...string) *gorm.DB {
		return s.store.DB(ctx).Clauses(clause.OnConflict{Columns: key, DoUpdates: clause.AssignmentColumns(columns)})
	}
	if err := insert(update("group_name", "head_id"), e.houses, quietly); err != nil {
		return err
	}
	people := update("household_id", "name", "gender", "born_on", "phone_index", "phone_sealed", "relation", "standing", "residence", "political", "updated_at")
	if err := insert(people, e.people, wrote); err != nil {
		return err
	}
	return s.unhead(ctx, e.village, e.movers)
}

// insert writes rows in batches.
func insert[T any](db *gorm.DB, rows []T, wrote func(n int)) error {
	for some := range slices.Chunk(rows, batch) {
		if err := db.Session(&gorm.Session{}).Create(&some).Error; err != nil {
			return err
		}
		wrote(len(some))
	}
	return nil
}

// unhead takes the head from households whose head lives in another one now:
// nobody stands for two.
func (s *Service) unhead(ctx context.Context, villageID string, movers []string) error {
	for some := range slices.Chunk(movers, batch) {
		err := s.store.DB(ctx).Model(&model.Household{}).Where(`village_id = ? AND head_id IN ? AND NOT EXISTS
			(SELECT 1 FROM villagers v WHERE v.village_id = households.village_id AND v.id = households.head_id
			AND v.household_id = households.id)`, villageID, some).UpdateColumn("head_id", "").Error
		if err != nil {
			return err
		}
	}
	return nil
}
