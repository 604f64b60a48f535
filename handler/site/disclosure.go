package site

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
)

const (
	itemsShown     = 50
	questionsShown = 10
)

// disclosurePage is a disclosure as it stands, or stood.
type disclosurePage struct {
	disclosure.View
	Old       bool // it isn't the version that counts now
	Path      string
	Files     []file
	Board     file
	Sums      []disclosure.Sum
	Items     []model.FinanceItem
	NextItems string
	MayAsk    bool
	More      bool   // there are more questions
	Text      string // of a question that couldn't be taken
}

// file is an attachment.
type file struct {
	ID, Name, Path string
	Picture        bool
}

func refOf(v *web.Visit) disclosure.Ref { return disclosure.Ref{VillageID: v.Village, ID: idOf(v)} }

// versionOf is the version that the address asks for; 0 is the one that counts.
func versionOf(v *web.Visit) int { return max(0, wholeOf(v, "version")) }

// wholeOf is a whole number of the address; 0 when it is none.
func wholeOf(v *web.Visit, name string) int {
	n, err := strconv.Atoi(v.Query(name))
	if err != nil {
		return 0
	}
	return n
}

func (s *site) disclosure(ctx context.Context, v *web.Visit) error {
	page, err := s.disclosurePage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("disclosure", page.Version.Title, page)
}

func (s *site) disclosurePage(ctx context.Context, v *web.Visit) (disclosurePage, error) {
	var page disclosurePage
	var err error
	ref := refOf(v)
	if page.View, err = s.Public.Get(ctx, v.Actor, ref, versionOf(v)); err != nil {
		return page, err
	}
	d := page.Disclosure
	page.Path = "/v/" + v.Village + "/disclosures/" + d.ID
	page.Old = page.Version.Version != d.Current
	page.MayAsk = d.State == model.DisclosurePublished && v.Actor.May(model.VerbAsk, v.Village)
	if page.More = len(page.Questions) > questionsShown; page.More {
		page.Questions = page.Questions[:questionsShown]
	}
	if page.Files, err = s.files(ctx, v, page.Path, page.Version.Media()); err != nil {
		return page, err
	}
	if board, err := s.files(ctx, v, page.Path, nonEmpty(d.BoardMediaID)); err != nil || len(board) > 0 && d.State == model.DisclosurePublished {
		if err != nil {
			return page, err
		}
		page.Board = board[0]
	}
	if page.Statement == nil {
		return page, nil
	}
	return page, s.fillAccounts(ctx, v, &page)
}

func nonEmpty(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}

func (s *site) fillAccounts(ctx context.Context, v *web.Visit, page *disclosurePage) error {
	var err error
	ref, number := refOf(v), page.Version.Version
	if page.Sums, err = s.Public.ByCategory(ctx, v.Actor, ref, number); err != nil {
		return err
	}
	page.Items, err = s.Public.Items(ctx, v.Actor, ref, number, wholeOf(v, "item"), itemsShown+1)
	if len(page.Items) > itemsShown {
		page.Items = page.Items[:itemsShown]
		page.NextItems = v.Here("item", strconv.Itoa(page.Items[itemsShown-1].Seq)) + "#items"
	}
	return err
}

// files are those that are here still.
func (s *site) files(ctx context.Context, v *web.Visit, path string, ids []string) ([]file, error) {
	var all []file
	for i, id := range ids {
		m, err := s.Media.Of(ctx, v.Village, id)
		if model.IsCode(err, model.Unknown) {
			continue
		}
		if err != nil {
			return nil, err
		}
		name := m.Filename
		if name == "" {
			name = fmt.Sprintf("附件%d", i+1)
		}
		all = append(all, file{ID: id, Name: name, Path: path + "/files/" + id, Picture: m.Kind == model.InPicture})
	}
	return all, nil
}

// attachment sends a file of a disclosure: a picture to be looked at, anything else
// to be kept.
func (s *site) attachment(ctx context.Context, v *web.Visit) error {
	m, err := s.Media.Of(ctx, v.Village, v.Param("file"))
	if err != nil {
		return err
	}
	if m.Subject != "disclosure/"+idOf(v) {
		return model.Errorf(model.Unknown, wordsNoFile)
	}
	found, err := s.Desk.See(ctx, v.Actor, v.Village, m.ID, v.Query("small") != "")
	if err != nil {
		return err
	}
	if m.Kind == model.InPicture {
		return v.File(found)
	}
	defer func() { _ = found.Close() }()
	return v.Send(ctx, found.ContentType, found.Filename, func(to io.Writer) error {
		_, err := io.Copy(to, found)
		return err
	})
}

func (s *site) exportCSV(ctx context.Context, v *web.Visit) error {
	return s.export(ctx, v, "csv", "text/csv; charset=utf-8")
}

func (s *site) exportWorkbook(ctx context.Context, v *web.Visit) error {
	return s.export(ctx, v, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
}

func (s *site) export(ctx context.Context, v *web.Visit, format, contentType string) error {
	view, err := s.Public.Get(ctx, v.Actor, refOf(v), versionOf(v))
	if err != nil {
		return err
	}
	if view.Statement == nil {
		return model.Errorf(model.Unknown, wordsNoAccounts)
	}
	return v.Send(ctx, contentType, view.Version.Title+"."+format, func(to io.Writer) error {
		return s.Public.Export(ctx, v.Actor, refOf(v), view.Version.Version, format, to)
	})
}

// askAbout opens a case with a clock; its answer stands under the disclosure.
func (s *site) askAbout(ctx context.Context, v *web.Visit) error {
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		c, err := s.Public.Ask(ctx, v.Actor, refOf(v), casework.Said{Text: v.Text("text")})
		if err != nil {
			return web.Then{}, err
		}
		return web.Then{To: "/v/" + v.Village + "/disclosures/" + idOf(v),
			Said: fmt.Sprintf(wordsAsked, c.Number, c.DueAt.In(model.Shanghai).Format("1月2日"))}, nil
	})
	if model.AsError(err) == nil {
		return err
	}
	page, wrong := s.disclosurePage(ctx, v)
	if wrong != nil {
		return wrong
	}
	page.Text = v.Text("text")
	return v.Again(ctx, err, "disclosure", page.Version.Title, page)
}

type questionsPage struct {
	Disclosure model.Disclosure
	Questions  []model.DisclosureQuestion
	Next       string
}

// questions are all that were answered, by pages.
func (s *site) questions(ctx context.Context, v *web.Visit) error {
	view, err := s.Public.Get(ctx, v.Actor, refOf(v), 0)
	if err != nil {
		return err
	}
	page := questionsPage{Disclosure: view.Disclosure}
	if page.Questions, err = s.Public.Questions(ctx, v.Actor, refOf(v), v.Query("after"), 2*questionsShown+1); err != nil {
		return err
	}
	if len(page.Questions) > 2*questionsShown {
		page.Questions = page.Questions[:2*questionsShown]
		page.Next = v.Here("after", page.Questions[2*questionsShown-1].CaseID)
	}
	return v.Show("questions", "乡亲们问的", page)
}
