package console

import (
	"context"
	"slices"

	"cunwu/handler/web"
	"cunwu/model"
)

// seat is a village that one serves, with what one is there.
type seat struct {
	Village model.Village
	Titles  []string
}

// choose leads to the village that one serves, or lists them.
func (s *console) choose(ctx context.Context, v *web.Visit) error {
	var codes []string
	titles := map[string][]string{}
	for _, p := range v.Sender.Persons {
		for _, held := range p.Actor.Holds {
			if !slices.Contains(codes, held.VillageID) {
				codes = append(codes, held.VillageID)
			}
			if title := held.Role.Title(); !slices.Contains(titles[held.VillageID], title) {
				titles[held.VillageID] = append(titles[held.VillageID], title)
			}
		}
	}
	switch len(codes) {
	case 0:
		return model.Errorf(model.Forbidden, wordsNoRole)
	case 1:
		return v.Go("/console/"+codes[0], "")
	}
	var seats []seat
	for _, code := range codes {
		unit, err := s.People.Get(ctx, code)
		if err != nil {
			return err
		}
		seats = append(seats, seat{unit, titles[code]})
	}
	return v.Show("choose", "您在这些村有工作", seats)
}
