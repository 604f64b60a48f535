package console

import (
	"bytes"
	"context"
	"io"
	"net/url"
	"slices"
	"strings"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/disclosure"
	"cunwu/service/media"
	"cunwu/service/village"
)

const sheetMost = 10 << 20 // bytes of an Excel file that is read

// disclosureForm is what one fills in to write, change or correct a disclosure.
type disclosureForm struct {
	Action   string
	Button   string
	Duties   []disclosure.Duty // to choose from; empty: it is fixed
	Fixed    string            // what it is, when that is fixed
	Duty     string
	Period   string
	Title    string
	Text     string
	Scope    string
	Readers  string // names
	Reason   string
	Corrects bool
	New      bool
	Files    []model.Media // that stay, or came with the form before
	Sheet    *model.Media  // likewise the accounts
	Preview  *disclosure.Preview
}

// newDisclosure is the address of the empty form for a line of the calendar.
func newDisclosure(villageID, duty, period string) string {
	return "/console/" + villageID + "/disclosures/new?" + url.Values{"duty": {duty}, "period": {period}}.Encode()
}

func (s *console) newForm(ctx context.Context, v *web.Visit, duty, period string) (disclosureForm, error) {
	f := disclosureForm{Action: "/console/" + v.Village + "/disclosures", Button: "存成草稿", New: true, Duty: duty, Period: period, Scope: model.ScopePublic}
	if err := v.Actor.Require(model.VerbDisclose, v.Village); err != nil {
		return f, err
	}
	if duty != "" && period != "" {
		slots, err := s.owed(ctx, v)
		if err != nil {
			return f, err
		}
		for _, slot := range slots {
			if slot.Duty == duty && slot.Period == period {
				f.Fixed, f.Title = slot.Title, slot.Title
				return f, nil
			}
		}
	}
	duties, err := s.Public.Catalogue(ctx, v.Village)
	f.Duties = slices.DeleteFunc(duties, func(d disclosure.Duty) bool { return !d.Active })
	return f, err
}

func (s *console) writeDisclosure(ctx context.Context, v *web.Visit) error {
	f, err := s.newForm(ctx, v, v.Query("duty"), v.Query("period"))
	if err != nil {
		return err
	}
	return v.Show("disclosure-form", "写一份公开", f)
}

func (s *console) createDisclosure(ctx context.Context, v *web.Visit) error {
	f, err := s.newForm(ctx, v, v.Text("duty"), v.Text("period"))
	if err != nil {
		return err
	}
	return s.saveDisclosure(ctx, v, f, "写一份公开", func(ctx context.Context, in disclosure.Draft) (model.Disclosure, error) {
		in.Duty, in.Period, in.Scope = f.Duty, f.Period, v.Text("scope")
		var err error
		if in.Scope == model.ScopeNamed {
			in.Readers, err = s.readers(ctx, v)
		}
		if err != nil {
			return model.Disclosure{}, err
		}
		return s.Public.Draft(ctx, v.Actor, in)
	})
}

// readers are the people that a restricted disclosure is for, by their names.
func (s *console) readers(ctx context.Context, v *web.Visit) ([]string, error) {
	var ids []string
	for _, name := range strings.FieldsFunc(v.Text("readers"), func(r rune) bool { return strings.ContainsRune("、，,；;\n\r\t ", r) }) {
		who, err := s.People.One(ctx, v.Village, village.Named{Name: name})
		if err != nil {
			return nil, err
		}
		ids = append(ids, who.ID)
	}
	return ids, nil
}

// oldForm is the form filled in with a version that exists.
func (s *console) oldForm(ctx context.Context, v *web.Visit, corrects bool) (disclosureForm, error) {
	number := -1
	f := disclosureForm{Action: disclosureAt(v) + "/edit", Button: "存好", Corrects: corrects}
	if corrects {
		number, f.Action, f.Button = 0, disclosureAt(v)+"/correct", "存成更正稿"
	}
	if err := v.Actor.Require(model.VerbDisclose, v.Village); err != nil {
		return f, err
	}
	view, err := s.Public.Get(ctx, v.Actor, disclosureRef(v), number)
	if err != nil {
		return f, err
	}
	files, err := s.Media.Belonging(ctx, v.Village, "disclosure/"+view.Disclosure.ID)
	if err != nil {
		return f, err
	}
	f.Fixed, f.Duty, f.Period = view.Disclosure.Title, view.Disclosure.Duty, view.Disclosure.Period
	f.Title, f.Text, f.Reason = view.Version.Title, view.Version.Text, view.Version.Reason
	for _, m := range files {
		if slices.Contains(view.Version.Media(), m.ID) {
			f.Files = append(f.Files, m)
		} else if view.Version.Finance && m.Kind == model.InSheet && (f.Sheet == nil || m.ID > f.Sheet.ID) {
			f.Sheet = &m
		}
	}
	return f, nil
}

func (s *console) editForm(ctx context.Context, v *web.Visit) error {
	f, err := s.oldForm(ctx, v, false)
	if err != nil {
		return err
	}
	return v.Show("disclosure-form", "改稿子", f)
}

func (s *console) editDisclosure(ctx context.Context, v *web.Visit) error {
	f, err := s.oldForm(ctx, v, false)
	if err != nil {
		return err
	}
	return s.saveDisclosure(ctx, v, f, "改稿子", func(ctx context.Context, in disclosure.Draft) (model.Disclosure, error) {
		return s.Public.Edit(ctx, v.Actor, disclosureRef(v), in)
	})
}

func (s *console) correctForm(ctx context.Context, v *web.Visit) error {
	f, err := s.oldForm(ctx, v, true)
	if err != nil {
		return err
	}
	return v.Show("disclosure-form", "更正", f)
}

func (s *console) correctDisclosure(ctx context.Context, v *web.Visit) error {
	f, err := s.oldForm(ctx, v, true)
	if err != nil {
		return err
	}
	return s.saveDisclosure(ctx, v, f, "更正", func(ctx context.Context, in disclosure.Draft) (model.Disclosure, error) {
		return s.Public.Correct(ctx, v.Actor, disclosureRef(v), in, v.Text("reason"))
	})
}

// saveDisclosure takes the form in. What was filled in and sent comes back with
// whatever is to be put right, and so it does when only the sheet was to be checked.
func (s *console) saveDisclosure(ctx context.Context, v *web.Visit, f disclosureForm, title string, save func(ctx context.Context, in disclosure.Draft) (model.Disclosure, error)) error {
	sheet, failed := s.filledIn(ctx, v, &f)
	if failed == nil && v.Text("do") == "check" {
		if f.Sheet == nil {
			failed = model.Errorf(model.Invalid, "请先选好收支明细表，再检查")
		} else {
			return v.Show("disclosure-form", title, f)
		}
	}
	if failed == nil {
		failed = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			in := disclosure.Draft{VillageID: v.Village, Title: f.Title, Text: f.Text}
			for _, m := range f.Files {
				in.MediaIDs = append(in.MediaIDs, m.ID)
			}
			if f.Sheet != nil {
				in.Finance, in.FinanceID = bytes.NewReader(sheet), f.Sheet.ID
			}
			d, err := save(ctx, in)
			return web.Then{To: "/console/" + v.Village + "/disclosures/" + d.ID + "?version=-1", Said: wordsSaved}, err
		})
	}
	if failed == nil {
		return nil
	}
	return v.Again(ctx, failed, "disclosure-form", title, f)
}

// filledIn reads the form, keeps its files, and reads the sheet.
func (s *console) filledIn(ctx context.Context, v *web.Visit, f *disclosureForm) (sheet []byte, err error) {
	f.Title, f.Text, f.Scope, f.Readers, f.Reason = v.Text("title"), v.Text("text"), v.Text("scope"), v.Text("readers"), v.Text("reason")
	had := f.Sheet
	f.Files, f.Sheet = nil, nil
	ids, failed := v.Upload(ctx, "files")
	for _, id := range ids {
		m, err := s.own(ctx, v, id)
		if err != nil {
			return nil, err
		}
		f.Files = append(f.Files, m)
	}
	if failed != nil {
		return nil, failed
	}
	ids, failed = v.Upload(ctx, "finance")
	if failed != nil || len(ids) == 0 {
		return nil, failed
	}
	last := ids[len(ids)-1] // a new one stands behind the one that was kept
	if had != nil && had.ID == last {
		f.Sheet = had
	} else {
		m, err := s.own(ctx, v, last)
		if err != nil {
			return nil, err
		}
		f.Sheet = &m
	}
	return s.readSheet(ctx, v, f)
}

// own is a file that the actor sent, or that stands in this disclosure already.
func (s *console) own(ctx context.Context, v *web.Visit, id string) (model.Media, error) {
	m, err := s.Media.Of(ctx, v.Village, id)
	if err != nil {
		return m, err
	}
	if !media.Owned(v.Actor, m) && (v.Param("id") == "" || m.Subject != "disclosure/"+v.Param("id")) {
		return m, model.Errorf(model.Unknown, "没有找到这个附件，请重新上传")
	}
	return m, nil
}

// readSheet reads the accounts and says what is wrong with them. A file that can't
// be read at all isn't kept in the form.
func (s *console) readSheet(ctx context.Context, v *web.Visit, f *disclosureForm) ([]byte, error) {
	m := *f.Sheet
	if m.Kind != model.InSheet {
		f.Sheet = nil
		return nil, model.Errorf(model.Invalid, "收支明细表要是 Excel 文件（.xlsx），请下载模板，填好再传")
	}
	stream, err := s.Media.Stream(ctx, m, false)
	if err != nil {
		return nil, err
	}
	defer func() { _ = stream.Close() }()
	content, err := io.ReadAll(io.LimitReader(stream, sheetMost))
	if err != nil {
		return nil, err
	}
	preview, err := s.Public.Preview(ctx, v.Actor, v.Village, f.Duty, f.Period, bytes.NewReader(content))
	if err != nil {
		return content, err
	}
	f.Preview = &preview
	if preview.Wrong != "" {
		f.Sheet = nil // it must come anew
		return content, model.Errorf(model.Invalid, "%s", preview.Wrong)
	}
	return content, nil
}
