package privacy

import (
	"time"

	"cunwu/model"
)

// voteData is a line of what is kept of the person's votes and words in
// deliberation.
type voteData struct {
	At   time.Time `json:"at,omitzero"`
	Text string    `json:"text"`
}

// votes writes in what the person took part, and what they chose by name; what
// anybody chose in secret nobody knows.
func (a *archive) votes() error {
	if a.b.service.Polls == nil {
		return nil
	}
	person := a.b.person.Person()
	kept, more, err := a.b.service.Polls.Personal(a.ctx, model.Person{VillageID: person.VillageID, ID: person.ID})
	if err != nil || len(kept) == 0 {
		return err
	}
	a.more = a.more || more
	all := []voteData{}
	for _, k := range kept {
		line := voteData{Text: k.Text}
		if !k.At.IsZero() {
			line.At = k.At.Time
		}
		all = append(all, line)
	}
	a.voted = true
	if err := a.json("votes.json", all); err != nil {
		return err
	}
	return a.page("votes.html", "votes", all)
}
