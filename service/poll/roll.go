package poll

import (
	"context"
	"strings"
	"time"

	"cunwu/model"
)

// residentHere is what the roster says of who lives in the village.
const residentHere = "本村"

// rollSource is the part of a statement that finds who is on a poll's roll:
// persons of an age on the day of opening, by the organ.
type rollSource struct {
	from   string
	voter  string // the column that is the vote's holder
	away   string
	values []any
}

func (s *Service) rollSource(ctx context.Context, p model.Poll) (rollSource, error) {
	age, err := s.rule(ctx, "poll.age", p.OpensAt)
	if err != nil {
		return rollSource{}, err
	}
	born := p.OpensAt.In(model.Shanghai).AddDate(-int(age), 0, 0).Format(time.DateOnly)
	r := rollSource{voter: "v.id", away: "v.residence"}
	from := []string{"FROM villagers v LEFT JOIN households h ON h.village_id = v.village_id AND h.id = v.household_id"}
	if p.ByHousehold {
		from = append(from, "LEFT JOIN villagers d ON d.village_id = h.village_id AND d.id = h.head_id")
		r.voter, r.away = "h.id", "COALESCE(d.residence, v.residence)"
	}
	if standing(p.Organ) {
		from = append(from, "JOIN organ_members m ON m.village_id = v.village_id AND m.organ = ? AND m.villager_id = v.id AND m.ended_at = 0")
		r.values = append(r.values, p.Organ)
	}
	from = append(from, "WHERE v.village_id = ? AND v.state = ? AND v.born_on <> '' AND v.born_on <= ?")
	r.values = append(r.values, p.VillageID, model.VillagerLiving, born)
	if !standing(p.Organ) {
		from = append(from, "AND v.standing = ?")
		r.values = append(r.values, model.StandingRegistered)
	}
	if p.ByHousehold {
		from = append(from, "AND h.id IS NOT NULL")
	}
	if p.Organ == model.OrganGroup {
		from = append(from, "AND h.group_name = ?")
		r.values = append(r.values, p.GroupName)
	}
	r.from = strings.Join(from, " ")
	return r, nil
}

// countRoll says how many voters the roll would have now.
func (s *Service) countRoll(ctx context.Context, p model.Poll) (int, error) {
	r, err := s.rollSource(ctx, p)
	if err != nil {
		return 0, err
	}
	var n int
	err = s.store.DB(ctx).Raw("SELECT COUNT(DISTINCT "+r.voter+") "+r.from, r.values...).Scan(&n).Error
	return n, err
}

// writeRoll writes the roll as the village's list has it now.
func (s *Service) writeRoll(ctx context.Context, p model.Poll) error {
	r, err := s.rollSource(ctx, p)
	if err != nil {
		return err
	}
	return s.store.DB(ctx).Exec("INSERT INTO poll_voters (village_id, poll_id, person_id, voter_id, away, listed) SELECT v.village_id, ?, v.id, "+r.voter+
		", CASE WHEN "+r.away+" IN ('', ?) THEN 0 ELSE 1 END, 1 "+r.from, append([]any{p.ID, residentHere}, r.values...)...).Error
}

// electorate counts the voters on the roll as it stands.
func (s *Service) electorate(ctx context.Context, ref Ref) (int, error) {
	var n int64
	err := s.of(ctx, ref).Model(&model.PollVoter{}).Where("listed = ?", true).Distinct("voter_id").Count(&n).Error
	return int(n), err
}

// enlist puts somebody on the roll whom it lacked.
func (s *Service) enlist(ctx context.Context, p model.Poll, person model.Villager) error {
	row := model.PollVoter{VillageID: p.VillageID, PollID: p.ID, PersonID: person.ID, VoterID: person.ID, Listed: true,
		Away: person.Residence != "" && person.Residence != residentHere}
	if p.ByHousehold {
		if person.HouseholdID == "" {
			return model.Errorf(model.Invalid, "%s不在任何一户里，按户投票时不能列入", person.Name)
		}
		row.VoterID = person.HouseholdID
		var same model.PollVoter
		err := s.of(ctx, RefOf(p)).Where("voter_id = ?", row.VoterID).Limit(1).Find(&same).Error
		if err != nil {
			return err
		}
		if same.PersonID != "" {
			row.Away = same.Away
		}
	}
	// struck off before: listed again
	again := s.of(ctx, RefOf(p)).Model(&model.PollVoter{}).Where("person_id = ?", person.ID).UpdateColumn("listed", true)
	if again.Error != nil || again.RowsAffected > 0 {
		return again.Error
	}
	return s.store.DB(ctx).Create(&row).Error
}

// strike takes somebody off the roll.
func (s *Service) strike(ctx context.Context, ref Ref, personID string) error {
	return s.of(ctx, ref).Model(&model.PollVoter{}).Where("person_id = ?", personID).UpdateColumn("listed", false).Error
}

// onRoll is the actor's own entry; nil: not on the roll.
func (s *Service) onRoll(ctx context.Context, ref Ref, personID string) (*model.PollVoter, error) {
	var rows []model.PollVoter
	err := s.of(ctx, ref).Where("person_id = ? AND listed = ?", personID, true).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// Entry is a line of the roll as who keeps it sees it.
type Entry struct {
	PersonID    string
	Name        string
	HouseholdNo string
	Away        bool
	Listed      bool // false: struck off after an objection
}

// Roll shows the roll to who puts polls, checks them or sits at a desk; everybody
// else sees their own entry in Get. The next page begins after next.
func (s *Service) Roll(ctx context.Context, actor model.Actor, ref Ref, after string, limit int) (entries []Entry, next string, err error) {
	if !actor.May(model.VerbPoll, ref.VillageID) && !actor.May(model.VerbPollWatch, ref.VillageID) {
		if err := actor.Require(model.VerbPollDesk, ref.VillageID); err != nil {
			return nil, "", err
		}
	}
	if limit < 1 || limit > pageMax {
		limit = pageMax
	}
	err = s.store.DB(ctx).Raw(`SELECT v.person_id, p.name, COALESCE(h.number, '') AS household_no, v.away, v.listed FROM poll_voters v
		JOIN villagers p ON p.village_id = v.village_id AND p.id = v.person_id
		LEFT JOIN households h ON h.village_id = p.village_id AND h.id = p.household_id
		WHERE v.village_id = ? AND v.poll_id = ? AND v.person_id > ? ORDER BY v.person_id LIMIT ?`, ref.VillageID, ref.ID, after, limit+1).Scan(&entries).Error
	if len(entries) > limit {
		entries = entries[:limit]
		next = entries[limit-1].PersonID
	}
	return entries, next, err
}
