package village

import (
	"context"
	"io"
	"slices"

	"cunwu/model"
)

// previewMax is how many people of a kind a preview names; the rest is a number.
const previewMax = 200

// Preview is what an import would do.
type Preview struct {
	Imported

	People  int // in the file
	New     []Planned
	Changed []Planned
}

// Planned is somebody whose line an import would write.
type Planned struct {
	Row         int // as the spreadsheet counts
	Name        string
	HouseholdNo string
	Changes     []Change // of somebody who is on the list
}

// Change is an entry that would be another one. Of a phone only its end is told.
type Change struct{ Field, From, To string }

// Preview reads a roster as Import does, and writes nothing. What is wrong comes
// back as a *BadRoster.
func (s *Service) Preview(ctx context.Context, actor model.Actor, villageID, filename string, r io.Reader) (Preview, error) {
	file, err := s.rosterFor(ctx, actor, villageID, filename, r)
	if err != nil {
		return Preview{}, err
	}
	e, err := s.enrolment(ctx, villageID, file)
	if err != nil {
		return Preview{}, err
	}
	if err := e.plan(); err != nil {
		return Preview{}, err
	}
	p := Preview{Imported: e.counts(), People: len(file.people)}
	written := map[string]bool{}
	for _, v := range slices.Concat(e.newPeople, e.people) {
		written[v.ID] = true
	}
	houses, err := s.housesBefore(ctx, e)
	if err != nil {
		return Preview{}, err
	}
	for _, row := range file.people {
		before, known := e.known[row.id]
		line := Planned{Row: row.row, Name: row.name, HouseholdNo: row.house}
		switch {
		case !written[e.ids[row.id]]:
		case !known && len(p.New) < previewMax:
			p.New = append(p.New, line)
		case known && len(p.Changed) < previewMax:
			if line.Changes, err = s.changes(before, row, houses[before.HouseholdID], e.erased[before.ID]); err != nil {
				return Preview{}, err
			}
			p.Changed = append(p.Changed, line)
		}
	}
	return p, nil
}

// housesBefore are the numbers of the households that people would leave, by id.
func (s *Service) housesBefore(ctx context.Context, e *enrolment) (map[string]string, error) {
	numbers := map[string]string{}
	var ids []string
	for _, v := range e.known {
		ids = append(ids, v.HouseholdID)
	}
	slices.Sort(ids)
	for some := range slices.Chunk(slices.Compact(ids), batch) {
		var rows []model.Household
		if err := s.store.DB(ctx).Where("village_id = ? AND id IN ?", e.village, some).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, row := range rows {
			numbers[row.ID] = row.Number
		}
	}
	return numbers, nil
}

func (s *Service) changes(before model.Villager, row rosterRow, house string, erased bool) ([]Change, error) {
	var all []Change
	add := func(field, from, to string) {
		if from != to && to != "" {
			all = append(all, Change{field, from, to})
		}
	}
	add("姓名", before.Name, row.name)
	add("性别", before.Gender, row.gender)
	add("户号", house, row.house)
	add("与户主关系", before.Relation, row.relation)
	add("户籍", registered(before.Standing), registered(row.standing))
	add("现居地", before.Residence, row.residence)
	add("政治面貌", before.Political, row.political)
	if row.phone == "" || erased {
		return all, nil
	}
	phone, err := s.keys.Open(before.PhoneSealed, before.Owner())
	if err == nil && phone != row.phone {
		from := ""
		if phone != "" {
			from = model.MaskPhone(phone)
		}
		all = append(all, Change{"手机号", from, model.MaskPhone(row.phone)})
	}
	return all, err
}

func registered(standing string) string {
	switch standing {
	case model.StandingRegistered:
		return "本村"
	case model.StandingOutside:
		return "外村"
	}
	return "不在名册"
}
