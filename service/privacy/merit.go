package privacy

import (
	"time"

	"cunwu/model"
)

// pointData is a line of what is kept of the person's merit points.
type pointData struct {
	At    time.Time  `json:"at"`
	Text  string     `json:"text"`
	Files []fileData `json:"files,omitempty"`
}

// points writes the person's claims with their pictures, what they redeemed, their
// words as a reviewer and the stories about them.
func (a *archive) points() error {
	if a.b.service.Merit == nil {
		return nil
	}
	person := a.b.person.Person()
	kept, more, err := a.b.service.Merit.Personal(a.ctx, model.Person{VillageID: person.VillageID, ID: person.ID})
	if err != nil || len(kept) == 0 {
		return err
	}
	a.more = a.more || more
	all := []pointData{}
	for _, k := range kept {
		line := pointData{At: k.At.Time, Text: k.Text}
		for _, id := range k.Files {
			file, err := a.file("points", person.VillageID, id)
			if err != nil {
				return err
			}
			line.Files = append(line.Files, file)
		}
		all = append(all, line)
	}
	a.scored = true
	if err := a.json("points.json", all); err != nil {
		return err
	}
	return a.page("points.html", "points", all)
}
