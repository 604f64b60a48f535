package site

import (
	"context"
	"strings"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/village"
)

// attached is a file as a page shows it.
type attached struct {
	Path, Name     string
	Voice, Picture bool
}

func attachedOf(m model.Media) *attached {
	return &attached{Path: "/v/" + m.VillageID + "/files/" + m.ID, Name: m.Filename, Voice: strings.HasPrefix(m.ContentType, "audio/"),
		Picture: strings.HasPrefix(m.ContentType, "image/")}
}

// belonging are the files of a subject, by id.
func (s *site) belonging(ctx context.Context, villageID, subject string) (map[string]*attached, error) {
	files, err := s.Media.Belonging(ctx, villageID, subject)
	all := map[string]*attached{}
	for _, m := range files {
		all[m.ID] = attachedOf(m)
	}
	return all, err
}

// openFile sends a file to whoever may see it.
func (s *site) openFile(ctx context.Context, v *web.Visit) error {
	found, err := s.Desk.See(ctx, v.Actor, v.Village, v.Param("id"), v.Query("small") != "")
	if err != nil {
		return err
	}
	return v.File(found)
}

// named is a villager as a form names one.
func named(v *web.Visit, name, household string) village.Named {
	return village.Named{Name: v.Text(name), HouseholdNo: v.Text(household)}
}
