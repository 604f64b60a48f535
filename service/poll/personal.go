package poll

import (
	"context"
	"fmt"

	"cunwu/model"
)

const personalMax = 2000 // of each kind

// Kept is something that is kept of a person. At is zero where no time is kept.
type Kept struct {
	At   model.Time
	Text string // for the person to read
}

// Personal is all that the village's deliberation keeps of a person: in which
// polls they took part and by which channel, what they chose in those by name (of
// a secret one nobody knows), whom they authorised, what they said and signed.
// more says that it was too much.
func (s *Service) Personal(ctx context.Context, who model.Person) (kept []Kept, more bool, err error) {
	for _, part := range []func(context.Context, model.Person) ([]Kept, error){s.keptVotes, s.keptProxies, s.keptObjections, s.keptWords, s.keptProposals} {
		some, err := part(ctx, who)
		if err != nil {
			return nil, false, err
		}
		kept = append(kept, some...)
		more = more || len(some) == personalMax
	}
	return kept, more, nil
}

func (s *Service) keptVotes(ctx context.Context, who model.Person) ([]Kept, error) {
	var rows []struct {
		model.Poll `gorm:"embedded"`
		VotedBy    string
		Chosen     string
	}
	err := s.store.DB(ctx).Raw(`SELECT p.title, p.secret, p.options, p.by_household, COALESCE(t.channel, '') AS voted_by, COALESCE(b.choices, '') AS chosen
		FROM polls p JOIN poll_voters v ON v.village_id = p.village_id AND v.poll_id = p.id AND v.person_id = ?
		LEFT JOIN poll_turnouts t ON t.village_id = p.village_id AND t.poll_id = p.id AND t.voter_id = v.voter_id
		LEFT JOIN poll_ballots b ON p.secret = ? AND b.village_id = p.village_id AND b.poll_id = p.id AND b.voter_id = v.voter_id
		WHERE p.village_id = ? ORDER BY p.id DESC LIMIT ?`, who.ID, false, who.VillageID, personalMax).Scan(&rows).Error
	var kept []Kept
	for _, r := range rows {
		text := fmt.Sprintf("%s：在名册上，没有投票", titled(r.Poll))
		if r.VotedBy != "" {
			text = fmt.Sprintf("%s：投了票（%s）", titled(r.Poll), ShareTitle(r.VotedBy))
		}
		switch {
		case r.VotedBy == "":
		case r.Secret:
			text += "；不记名，选了什么没有和姓名存在一起"
		default:
			text += "；记名，选了" + chosenTexts(r.Poll, r.Chosen)
		}
		kept = append(kept, Kept{Text: text})
	}
	return kept, err
}

// chosenTexts names what a ballot chose.
func chosenTexts(p model.Poll, choices string) string {
	options, text := p.OptionTexts(), ""
	for _, n := range (model.PollBallot{Choices: choices}).Chosen() {
		if n <= len(options) {
			text += "“" + options[n-1] + "”"
		}
	}
	if text == "" {
		return "空白"
	}
	return text
}

func (s *Service) keptProxies(ctx context.Context, who model.Person) ([]Kept, error) {
	var rows []struct {
		model.Poll   `gorm:"embedded"`
		Voter, Other string
		GivenAt      model.Time
	}
	err := s.store.DB(ctx).Raw(`SELECT p.title, x.voter_id AS voter, o.name AS other, x.created_at AS given_at FROM poll_proxies x
		JOIN polls p ON p.village_id = x.village_id AND p.id = x.poll_id
		JOIN villagers o ON o.village_id = x.village_id AND o.id = CASE WHEN x.voter_id = ? THEN x.holder_id ELSE x.voter_id END
		WHERE x.village_id = ? AND (x.voter_id = ? OR x.holder_id = ?) ORDER BY x.poll_id DESC LIMIT ?`, who.ID, who.VillageID, who.ID, who.ID, personalMax).Scan(&rows).Error
	var kept []Kept
	for _, r := range rows {
		how := "委托给了"
		if r.Voter != who.ID {
			how = "受托于"
		}
		kept = append(kept, Kept{At: r.GivenAt, Text: titled(r.Poll) + "：" + how + r.Other})
	}
	return kept, err
}

func (s *Service) keptObjections(ctx context.Context, who model.Person) ([]Kept, error) {
	var rows []model.PollObjection
	err := s.store.DB(ctx).Where("village_id = ? AND by_id = ?", who.VillageID, who.ID).Order("poll_id DESC, id").Limit(personalMax).Find(&rows).Error
	var kept []Kept
	for _, o := range rows {
		kept = append(kept, Kept{At: o.CreatedAt, Text: "对名册的意见：" + o.Text})
	}
	return kept, err
}

func (s *Service) keptWords(ctx context.Context, who model.Person) ([]Kept, error) {
	var rows []model.Remark
	err := s.store.DB(ctx).Where("village_id = ? AND by_id = ?", who.VillageID, who.ID).Order("topic_id DESC, id").Limit(personalMax).Find(&rows).Error
	var kept []Kept
	for _, r := range rows {
		kept = append(kept, Kept{At: r.CreatedAt, Text: "说过的意见：" + r.Text})
	}
	return kept, err
}

func (s *Service) keptProposals(ctx context.Context, who model.Person) ([]Kept, error) {
	var rows []struct {
		Title, Text, ByID string
		SignedAt          model.Time
	}
	err := s.store.DB(ctx).Raw(`SELECT p.title, p.text, p.by_id, s.signed_at FROM proposals p
		JOIN proposal_signers s ON s.village_id = p.village_id AND s.proposal_id = p.id AND s.villager_id = ?
		WHERE p.village_id = ? ORDER BY p.id DESC LIMIT ?`, who.ID, who.VillageID, personalMax).Scan(&rows).Error
	var kept []Kept
	for _, r := range rows {
		text := "联名的提议：《" + r.Title + "》"
		if r.ByID == who.ID {
			text = "提出的提议：《" + r.Title + "》" + r.Text
		}
		kept = append(kept, Kept{At: r.SignedAt, Text: text})
	}
	return kept, err
}
