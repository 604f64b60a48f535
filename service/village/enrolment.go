package village

import (
	"context"
	"maps"
	"slices"

	"cunwu/model"
)

// enrolment is a roster laid beside the village's list: what is there already
// and what has to be written.
type enrolment struct {
	village string
	file    *roster
	keys    *model.Keyring
	at      model.Time
	known   map[model.IDNumber]model.Villager
	byNo    map[string]model.Household // by number
	heads   map[string]model.Villager  // by id: heads of households whose head isn't in the file
	ids     map[model.IDNumber]string  // each person's id, the new ones' too
	houseID map[string]string          // likewise each household's, by number

	erased map[string]bool // by id: who had their phone erased
	held   int             // phones left out for that

	bad complaints

	newHouses, houses []model.Household // to insert, to update
	newPeople, people []model.Villager
	movers            []string // ids of those who change households
}

// enrolment reads what the village's list knows of the file's people and
// households.
func (s *Service) enrolment(ctx context.Context, villageID string, file *roster) (*enrolment, error) {
	e := &enrolment{village: villageID, file: file, keys: s.keys, at: s.now(),
		known: map[model.IDNumber]model.Villager{}, byNo: map[string]model.Household{}, heads: map[string]model.Villager{},
		ids: map[model.IDNumber]string{}, houseID: map[string]string{}, bad: maps.Clone(file.bad)}
	var err error
	if e.erased, err = s.erased(ctx, villageID); err != nil {
		return nil, err
	}
	numbers := slices.Sorted(maps.Keys(file.houses))
	for some := range slices.Chunk(numbers, batch) {
		var rows []model.Household
		err := s.store.DB(ctx).Where("village_id = ? AND number IN ?", villageID, some).Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			e.byNo[row.Number] = row
		}
	}
	of := make(map[string]model.IDNumber, len(file.lines)) // by index, under every key
	for id := range file.lines {
		for _, index := range s.keys.Indexes(model.IndexID, string(id)) {
			of[index] = id
		}
	}
	err = s.eachVillager(ctx, villageID, "id_index", slices.Collect(maps.Keys(of)), func(v model.Villager) { e.known[of[v.IDIndex]] = v })
	if err != nil {
		return nil, err
	}
	err = s.eachVillager(ctx, villageID, "id", e.absentHeads(), func(v model.Villager) { e.heads[v.ID] = v })
	return e, err
}

func (s *Service) eachVillager(ctx context.Context, villageID, column string, values []string, visit func(model.Villager)) error {
	for some := range slices.Chunk(values, batch) {
		var rows []model.Villager
		err := s.store.DB(ctx).Where("village_id = ? AND "+column+" IN ?", villageID, some).Find(&rows).Error
		if err != nil {
			return err
		}
		for _, row := range rows {
			visit(row)
		}
	}
	return nil
}

// erased are those who had their data erased (个人信息保护法 47): the village's file
// doesn't bring their phone back. They may give it themselves, as a correction.
func (s *Service) erased(ctx context.Context, villageID string) (map[string]bool, error) {
	var ids []string
	err := s.store.DB(ctx).Model(&model.Erasure{}).Where("village_id = ? AND state = ?", villageID, model.ErasureDone).Pluck("villager_id", &ids).Error
	erased := make(map[string]bool, len(ids))
	for _, id := range ids {
		erased[id] = true
	}
	return erased, err
}

func (e *enrolment) absentHeads() []string {
	var ids []string
	for number, house := range e.file.houses {
		if known := e.byNo[number]; house.headRow == 0 && known.HeadID != "" {
			ids = append(ids, known.HeadID)
		}
	}
	return ids
}

// plan decides what to write, or returns everything that is wrong.
func (e *enrolment) plan() error {
	e.checkHeads()
	if err := e.bad.err(); err != nil {
		return err
	}
	for _, p := range e.file.people {
		e.ids[p.id] = model.NewID()
		if v, ok := e.known[p.id]; ok {
			e.ids[p.id] = v.ID
		}
	}
	seen := map[string]bool{}
	for _, p := range e.file.people {
		if !seen[p.house] {
			seen[p.house] = true
			e.planHouse(e.file.houses[p.house])
		}
		e.planPerson(p)
	}
	return nil
}

// checkHeads complains of every household without a head: in the file, or on
// the village's list and still of that household.
func (e *enrolment) checkHeads() {
	inFile := map[string]rosterRow{}
	for _, p := range e.file.people {
		if v, ok := e.known[p.id]; ok && p.id != "" {
			inFile[v.ID] = p
		}
	}
	for number, house := range e.file.houses {
		if house.headRow > 0 {
			continue
		}
		known := e.byNo[number]
		head, ok := e.heads[known.HeadID]
		_, listed := inFile[head.ID] // as somebody else than the head, or elsewhere
		if !ok || head.HouseholdID != known.ID || head.State != model.VillagerLiving || listed {
			e.bad.add(house.firstRow, "户号%s没有户主，请在这一户写明谁是户主", short(number))
		}
	}
}

func (e *enrolment) planHouse(house *rosterHouse) {
	known, ok := e.byNo[house.number]
	row := known
	if !ok {
		row = model.Household{VillageID: e.village, ID: model.NewID(), Number: house.number, CreatedAt: e.at}
	}
	if house.group != "" {
		row.GroupName = house.group
	}
	if house.headRow > 0 {
		row.HeadID = e.ids[house.head]
	}
	e.houseID[house.number] = row.ID
	switch {
	case !ok:
		e.newHouses = append(e.newHouses, row)
	case row != known:
		e.houses = append(e.houses, row)
	}
}

func (e *enrolment) planPerson(p rosterRow) {
	v, ok := e.known[p.id]
	if !ok {
		v = model.Villager{VillageID: e.village, ID: e.ids[p.id], IDIndex: e.keys.Index(model.IndexID, string(p.id)),
			State: model.VillagerLiving, CreatedAt: e.at}
		v.IDSealed = e.keys.Seal(string(p.id), v.Owner())
	}
	before := v
	v.HouseholdID, v.Name, v.Gender, v.BornOn = e.houseID[p.house], p.name, p.gender, p.id.BornOn()
	v.Relation, v.Standing = p.relation, p.standing
	if p.residence != "" {
		v.Residence = p.residence
	}
	if p.political != "" {
		v.Political = p.political
	}
	switch {
	case p.phone == "":
	case e.erased[v.ID]:
		e.held++
	case !slices.Contains(e.keys.Indexes(model.IndexPhone, p.phone), v.PhoneIndex):
		v.PhoneIndex, v.PhoneSealed = e.keys.Index(model.IndexPhone, p.phone), e.keys.Seal(p.phone, v.Owner())
	}
	switch {
	case !ok:
		v.UpdatedAt = e.at
		e.newPeople = append(e.newPeople, v)
	case changed(before, v):
		v.UpdatedAt = e.at
		e.people = append(e.people, v)
		if before.HouseholdID != v.HouseholdID {
			e.movers = append(e.movers, v.ID)
		}
	}
}

// changed compares what an import may change; the phone by its index.
func changed(a, b model.Villager) bool {
	return a.HouseholdID != b.HouseholdID || a.Name != b.Name || a.Gender != b.Gender || a.BornOn != b.BornOn ||
		a.PhoneIndex != b.PhoneIndex || a.Relation != b.Relation || a.Standing != b.Standing ||
		a.Residence != b.Residence || a.Political != b.Political
}
