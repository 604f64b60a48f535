package site

import (
	"context"
	"net/http"
	"strings"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/disclosure"
)

const (
	disclosuresShown = 20 // on a page
	foundShown       = 50 // of a search
)

func (s *site) disclosureRoutes() []web.Route {
	const get, post, at = http.MethodGet, http.MethodPost, "/v/:village/disclosures"
	return []web.Route{
		{Door: web.Public, Method: get, Path: at, Do: s.disclosures},
		{Door: web.Public, Method: get, Path: at + "/calendar", Do: s.calendar},
		{Door: web.Public, Method: get, Path: at + "/accounts", Do: s.accounts},
		{Door: web.Public, Method: get, Path: at + "/:id", Do: s.disclosure},
		{Door: web.Public, Method: get, Path: at + "/:id/diff", Do: s.difference},
		{Door: web.Public, Method: get, Path: at + "/:id/questions", Do: s.questions},
		{Door: web.SignedIn, Method: post, Path: at + "/:id/questions", Do: s.askAbout},
		{Door: web.Public, Method: get, Path: at + "/:id/files/:file", Do: s.attachment, Sends: true},
		{Door: web.Public, Method: get, Path: at + "/:id/accounts.csv", Do: s.exportCSV, Sends: true},
		{Door: web.Public, Method: get, Path: at + "/:id/accounts.xlsx", Do: s.exportWorkbook, Sends: true},
	}
}

// kindChoice is a kind of disclosure to choose.
type kindChoice struct {
	Kind, Title string
	Chosen      bool
}

func kindChoices(chosen string) []kindChoice {
	all := []kindChoice{{"", "全部", chosen == ""}}
	for _, kind := range []string{model.DiscloseFinance, model.DiscloseVillage, model.DiscloseParty, model.DiscloseLand, model.DiscloseDecision} {
		all = append(all, kindChoice{kind, disclosure.KindTitle(kind), chosen == kind})
	}
	return all
}

type disclosuresPage struct {
	Kinds     []kindChoice
	Words     string // looked for
	Withdrawn bool
	Found     []model.Disclosure
	More      bool // there are more than are shown
	Next      string
}

// disclosures lists what is public, what a search finds, or what was taken down.
func (s *site) disclosures(ctx context.Context, v *web.Visit) error {
	page := disclosuresPage{Kinds: kindChoices(v.Query("kind")), Words: strings.TrimSpace(v.Query("q")), Withdrawn: v.Query("state") == "withdrawn"}
	var err error
	switch {
	case page.Withdrawn:
		page.Found, err = s.Public.Withdrawn(ctx, v.Actor, v.Village, 0)
	case page.Words != "":
		page.Found, err = s.Public.Search(ctx, v.Actor, v.Village, page.Words, foundShown)
		page.More = len(page.Found) == foundShown
	default:
		page.Found, err = s.Public.List(ctx, v.Actor, disclosure.Query{VillageID: v.Village, Kind: v.Query("kind"), After: v.Query("after"), Limit: disclosuresShown + 1})
		if len(page.Found) > disclosuresShown {
			page.Found = page.Found[:disclosuresShown]
			page.Next = v.Here("after", page.Found[disclosuresShown-1].ID)
		}
	}
	if err != nil {
		return v.Again(ctx, err, "disclosures", "村里公开的内容", page)
	}
	return v.Show("disclosures", "村里公开的内容", page)
}
