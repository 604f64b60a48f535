package console

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/disclosure"
)

const itemsShown = 50

func (s *console) disclosureRoutes() []web.Route {
	const get, post, all, one = http.MethodGet, http.MethodPost, "/console/:village/disclosures", "/console/:village/disclosures/:id"
	return []web.Route{
		{Door: web.SignedIn, Method: get, Path: all, Do: s.disclosures},
		{Door: web.SignedIn, Method: post, Path: all, Do: s.createDisclosure, Sends: true},
		{Door: web.SignedIn, Method: get, Path: all + "/new", Do: s.writeDisclosure},
		{Door: web.SignedIn, Method: get, Path: all + "/template", Do: s.accountsTemplate, Sends: true},
		{Door: web.SignedIn, Method: get, Path: all + "/sheet", Do: s.disclosureSheet, Sends: true},
		{Door: web.SignedIn, Method: get, Path: one, Do: s.oneDisclosure},
		{Door: web.SignedIn, Method: get, Path: one + "/items", Do: s.items},
		{Door: web.SignedIn, Method: post, Path: one + "/items/:seq", Do: s.addVouchers, Sends: true},
		{Door: web.SignedIn, Method: get, Path: one + "/accounts", Do: s.accountsSheet, Sends: true},
		{Door: web.SignedIn, Method: get, Path: one + "/edit", Do: s.editForm},
		{Door: web.SignedIn, Method: post, Path: one + "/edit", Do: s.editDisclosure, Sends: true},
		{Door: web.SignedIn, Method: get, Path: one + "/correct", Do: s.correctForm},
		{Door: web.SignedIn, Method: post, Path: one + "/correct", Do: s.correctDisclosure, Sends: true},
		{Door: web.SignedIn, Method: post, Path: one + "/sign", Do: s.disclosureMove(wordsSigned, "-1", func(ctx context.Context, v *web.Visit) (model.Disclosure, error) {
			return s.Public.SignOff(ctx, v.Actor, disclosureRef(v), v.Text("digest"))
		})},
		{Door: web.SignedIn, Method: post, Path: one + "/approve", Do: s.disclosureMove(wordsApproved, "-1", func(ctx context.Context, v *web.Visit) (model.Disclosure, error) {
			checks := disclosure.Checks{Secrecy: v.Ticked("secrecy"), Need: v.Ticked("need"), Accuracy: v.Ticked("accuracy")}
			return s.Public.Approve(ctx, v.Actor, disclosureRef(v), v.Text("digest"), checks)
		})},
		{Door: web.SignedIn, Method: post, Path: one + "/publish", Do: s.disclosureMove(wordsPublished, "", func(ctx context.Context, v *web.Visit) (model.Disclosure, error) {
			return s.Public.Publish(ctx, v.Actor, disclosureRef(v), v.Ticked("everyone"))
		})},
		{Door: web.SignedIn, Method: post, Path: one + "/withdraw", Do: s.disclosureMove(wordsWithdrawn, "", func(ctx context.Context, v *web.Visit) (model.Disclosure, error) {
			return s.Public.Withdraw(ctx, v.Actor, disclosureRef(v), v.Text("reason"))
		})},
		{Door: web.SignedIn, Method: post, Path: one + "/post", Do: s.postDisclosure, Sends: true},
		{Door: web.SignedIn, Method: get, Path: one + "/reach", Do: s.disclosureReached},
		{Door: web.SignedIn, Method: get, Path: one + "/reach/sheet", Do: s.disclosureReachSheet, Sends: true},
	}
}

func disclosureRef(v *web.Visit) disclosure.Ref {
	return disclosure.Ref{VillageID: v.Village, ID: v.Param("id")}
}

func disclosureAt(v *web.Visit) string {
	return "/console/" + v.Village + "/disclosures/" + v.Param("id")
}

// disclosurePage is one version of a disclosure with what its reader may do.
type disclosurePage struct {
	disclosure.View
	Number  int  // as the address asks for it: -1 is the one in preparation
	Pending bool // it is the one in preparation
	Ready   bool // and can be published
	Files   []model.Media
	Chart   *web.Chart // the accounts by category
	Open    string     // the form that comes back
	Reason  string     // what was filled in there
	On      string     // likewise
	Kept    []string   // files of that form
	Today   string
	May     disclosureMay
}

// disclosureMay is what the reader may do; the service decides all the same.
type disclosureMay struct{ Write, Sign, Approve, Reach bool }

// Party says whether a second person of the Party approves it, and nobody signs.
func (p disclosurePage) Party() bool { return p.Disclosure.Kind == model.DiscloseParty }

func (s *console) disclosurePage(ctx context.Context, v *web.Visit, number int) (disclosurePage, error) {
	may := func(verb model.Verb) bool { return v.Actor.May(verb, v.Village) }
	p := disclosurePage{Number: number, Today: s.Now().In(model.Shanghai).Format(time.DateOnly),
		May: disclosureMay{may(model.VerbDisclose), may(model.VerbSignOff), may(model.VerbApprove), may(model.VerbReach)}}
	var err error
	if p.View, err = s.Public.Get(ctx, v.Actor, disclosureRef(v), number); err != nil {
		return p, err
	}
	d := p.Disclosure
	p.Pending = d.Pending > 0 && p.Version.Version == d.Pending
	p.Ready = p.Pending && disclosure.Prepared{Disclosure: d, Version: p.Version}.Ready()
	shown := p.Version.Media()
	if d.BoardMediaID != "" {
		shown = append(shown, d.BoardMediaID)
	}
	files, err := s.Media.Belonging(ctx, v.Village, "disclosure/"+d.ID)
	if err != nil {
		return p, err
	}
	for _, m := range files {
		if slices.Contains(shown, m.ID) && m.ID != d.BoardMediaID {
			p.Files = append(p.Files, m)
		}
	}
	if p.Statement == nil {
		return p, nil
	}
	sums, err := s.Public.ByCategory(ctx, v.Actor, disclosureRef(v), p.Version.Version)
	p.Chart = categories(sums)
	return p, err
}

// categories draws what came in and went out for what.
func categories(sums []disclosure.Sum) *web.Chart {
	chart := &web.Chart{Title: "各类收支", Unit: "元", Series: []web.Series{{Name: "收入"}, {Name: "支出"}}}
	for _, sum := range sums {
		i := slices.Index(chart.Labels, sum.Category)
		if i < 0 {
			i = len(chart.Labels)
			chart.Labels = append(chart.Labels, sum.Category)
			for n := range chart.Series {
				chart.Series[n].Values = append(chart.Series[n].Values, web.Money(0))
			}
		}
		side := 1
		if sum.Income {
			side = 0
		}
		chart.Series[side].Values[i] = web.Money(sum.Amount)
	}
	return chart
}

func versionOf(v *web.Visit) int {
	n, err := strconv.Atoi(v.Query("version"))
	if err != nil || n < -1 {
		return 0
	}
	return n
}

func (s *console) oneDisclosure(ctx context.Context, v *web.Visit) error {
	page, err := s.disclosurePage(ctx, v, versionOf(v))
	if err != nil {
		return err
	}
	return v.Show("disclosure", page.Version.Title, page)
}

// disclosureMove is a form of the page; version is what it leads to, and shows
// again when it can't be done.
func (s *console) disclosureMove(said, version string, move func(ctx context.Context, v *web.Visit) (model.Disclosure, error)) func(ctx context.Context, v *web.Visit) error {
	return func(ctx context.Context, v *web.Visit) error {
		failed := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			to := disclosureAt(v)
			if version != "" {
				to += "?version=" + version
			}
			_, err := move(ctx, v)
			return web.Then{To: to, Said: said}, err
		})
		return s.disclosureAgain(ctx, v, failed, nil)
	}
}

func (s *console) disclosureAgain(ctx context.Context, v *web.Visit, failed error, kept []string) error {
	if model.AsError(failed) == nil {
		return failed
	}
	number, _ := strconv.Atoi(v.Text("version"))
	page, err := s.disclosurePage(ctx, v, number)
	if err != nil {
		return failed
	}
	page.Open, page.Reason, page.On, page.Kept = lastPart(v.Path()), v.Text("reason"), v.Text("on"), kept
	return v.Again(ctx, failed, "disclosure", page.Version.Title, page)
}

// postDisclosure records that it hangs on the board, with the photo that shows it.
func (s *console) postDisclosure(ctx context.Context, v *web.Visit) error {
	files, failed := v.Upload(ctx, "files")
	var on time.Time
	if failed == nil {
		on, failed = v.Day("on", "哪天贴的")
	}
	if failed == nil && len(files) != 1 {
		failed = model.Errorf(model.Invalid, "请附上一张公示栏的照片")
	}
	if failed == nil {
		failed = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			_, err := s.Public.Post(ctx, v.Actor, disclosureRef(v), files[0], on)
			return web.Then{To: disclosureAt(v), Said: wordsPosted}, err
		})
	}
	return s.disclosureAgain(ctx, v, failed, files)
}

// accountsTemplate is the Excel file that villages fill in.
func (s *console) accountsTemplate(ctx context.Context, v *web.Visit) error {
	return v.Send(ctx, typeWorkbook, "收支明细表模板.xlsx", disclosure.Template)
}

const typeWorkbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// accountsSheet sends a version's accounts as Excel.
func (s *console) accountsSheet(ctx context.Context, v *web.Visit) error {
	if _, err := s.Public.Get(ctx, v.Actor, disclosureRef(v), versionOf(v)); err != nil {
		return err
	}
	return v.Send(ctx, typeWorkbook, "收支明细.xlsx", func(to io.Writer) error {
		return s.Public.Export(ctx, v.Actor, disclosureRef(v), versionOf(v), "xlsx", to)
	})
}
