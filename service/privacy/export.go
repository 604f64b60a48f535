package privacy

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/notice"
	"cunwu/service/village"
)

const (
	exportPage  = 100
	exportCases = 2000 // cases at most
	exportNotes = 5000 // notices at most
)

// Bundle is a person's data, ready to be written.
type Bundle struct {
	Filename string
	service  *Service
	person   model.Actor // reads as the person
	data     Data
	limit    int64 // bytes of files
}

// Data is what is known of a person besides cases and notices; data.json.
type Data struct {
	MadeAt    time.Time     `json:"made_at"`
	Village   string        `json:"village"`
	Name      string        `json:"name"`
	Gender    string        `json:"gender"`
	BornOn    string        `json:"born_on"`
	IDNumber  string        `json:"id_number"`
	Phone     string        `json:"phone"`
	Household string        `json:"household_no"`
	Group     string        `json:"group"`
	Relation  string        `json:"relation_to_head"`
	Residence string        `json:"residence"`
	Political string        `json:"political"`
	State     string        `json:"state"`
	Bindings  []BindingData `json:"bindings"`
	Roles     []RoleData    `json:"roles"`
	Consents  []ConsentData `json:"consents"`
	Factor    time.Time     `json:"second_factor_since,omitzero"`

	Helps       []HelpData       `json:"helps"`
	Corrections []CorrectionData `json:"corrections"`
}

// BindingData is a telephone that spoke for the person.
type BindingData struct {
	Account string    `json:"account"`
	OpenID  string    `json:"openid"`
	Proof   string    `json:"proof"`
	At      time.Time `json:"at"`
	Ended   time.Time `json:"ended,omitzero"`
}

// RoleData is a role that the person holds or held.
type RoleData struct {
	Role  string    `json:"role"`
	Title string    `json:"title"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until,omitzero"`
}

// ConsentData is a line of the consent ledger.
type ConsentData struct {
	Purpose  string    `json:"purpose"`
	Title    string    `json:"title"`
	Version  string    `json:"version"`
	Given    bool      `json:"given"`
	At       time.Time `json:"at"`
	Evidence string    `json:"evidence,omitempty"`
}

// Export gives a person everything that is kept of them (个人信息保护法 45), as a
// zip with pages that one can read and the same as JSON. of is zero for oneself.
// Refusals come from here; WriteTo fails only where something breaks.
func (s *Service) Export(ctx context.Context, actor model.Actor, of model.Person) (*Bundle, error) {
	person, err := s.owner(ctx, actor, of)
	if err != nil {
		return nil, err
	}
	mebibytes, err := s.store.Rule(ctx, "export.bytes", "", s.store.Now())
	if err != nil {
		return nil, err
	}
	b := &Bundle{service: s, limit: mebibytes << 20}
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		known, err := s.People.Personal(ctx, actor, person)
		if err != nil {
			return err
		}
		ledger, err := s.ledger(ctx, person.VillageID, person)
		if err != nil {
			return err
		}
		if b.person, err = s.People.ActorOf(ctx, person); err != nil {
			return err
		}
		if !actor.Operator {
			b.person.Account, b.person.OpenID = actor.Account, actor.OpenID
		}
		b.data = dataOf(known, ledger)
		if err := s.membership(ctx, b.person, &b.data); err != nil {
			return err
		}
		if b.data.Factor, err = s.factorSince(ctx, person); err != nil {
			return err
		}
		b.data.MadeAt = s.now().Time
		b.Filename = fmt.Sprintf("%s-%s.zip", person.VillageID, s.now().Format("20060102-1504"))
		return s.Audit.Note(ctx, actor, person.VillageID, "person.export", "villager/"+person.ID, "")
	})
	return b, err
}

func (s *Service) factorSince(ctx context.Context, person model.Person) (time.Time, error) {
	if s.Sessions == nil {
		return time.Time{}, nil
	}
	since, err := s.Sessions.SecondFactorSince(ctx, person)
	return since.Time, err
}

func dataOf(p village.Personal, ledger []model.Consent) Data {
	v := p.Villager
	d := Data{Village: p.Village.Name, Name: v.Name, Gender: v.Gender, BornOn: v.BornOn, IDNumber: p.IDNumber, Phone: p.Phone,
		Household: p.Household.Number, Group: p.Household.GroupName, Relation: v.Relation, Residence: v.Residence, Political: v.Political, State: v.State}
	for _, b := range p.Bindings {
		d.Bindings = append(d.Bindings, BindingData{Account: b.Account, OpenID: b.OpenID, Proof: b.Strength, At: b.BoundAt.Time, Ended: b.EndedAt.Time})
	}
	for _, r := range p.Roles {
		d.Roles = append(d.Roles, RoleData{Role: string(r.Role), Title: r.Role.Title(), From: r.GrantedAt.Time, Until: r.EndedAt.Time})
	}
	for _, c := range ledger {
		line := ConsentData{Purpose: c.Purpose, Title: c.Purpose, Version: c.Version, Given: c.Given, At: c.At.Time, Evidence: c.Evidence}
		if purpose, ok := purposeOf(c.Purpose); ok {
			line.Title = purpose.Title
		}
		d.Consents = append(d.Consents, line)
	}
	return d
}

// archive is a zip in the making.
type archive struct {
	ctx   context.Context
	zip   *zip.Writer
	b     *Bundle
	left  int64 // bytes of files that may still go in
	cases []caseLine
	more  bool // there was more than goes in

	disputes []caseLine
	scored   bool // there are points
	voted    bool // there are votes
}

// WriteTo writes the zip, one case at a time.
func (b *Bundle) WriteTo(ctx context.Context, w io.Writer) error {
	a := &archive{ctx: ctx, zip: zip.NewWriter(w), b: b, left: b.limit}
	for _, part := range []func() error{a.allCases, a.allDisputes, a.points, a.votes, a.notices, a.index} {
		if err := part(); err != nil {
			return err
		}
	}
	return a.zip.Close()
}

func (a *archive) create(name string) (io.Writer, error) {
	return a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.b.data.MadeAt})
}

func (a *archive) json(name string, v any) error {
	out, err := a.create(name)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

func (a *archive) page(name, template string, v any) error {
	out, err := a.create(name)
	if err != nil {
		return err
	}
	return pages().ExecuteTemplate(out, template, v)
}

func (a *archive) allCases() error {
	after := ""
	for {
		some, next, err := a.b.service.Cases.Asked(a.ctx, a.b.person, casework.Page{After: after, Limit: exportPage})
		if err != nil {
			return err
		}
		for _, c := range some {
			if len(a.cases) == exportCases {
				a.more = true
				return nil
			}
			if err := a.oneCase(c); err != nil {
				return err
			}
		}
		if after = next; after == "" {
			return nil
		}
	}
}

func (a *archive) oneCase(c model.Case) error {
	view, err := a.b.service.Cases.Get(a.ctx, a.b.person, casework.RefOf(c))
	if model.IsCode(err, model.Unknown) {
		return nil // gone meanwhile
	}
	if err != nil {
		return err
	}
	d := caseDataOf(view)
	for i, e := range view.Events {
		if e.MediaID == "" {
			continue
		}
		if d.Events[i].File, err = a.file(fmt.Sprintf("cases/%d", c.Number), c.VillageID, e.MediaID); err != nil {
			return err
		}
	}
	a.cases = append(a.cases, caseLine{Number: c.Number, State: d.State, At: d.At, Summary: d.Summary})
	if err := a.json(fmt.Sprintf("cases/%d.json", c.Number), d); err != nil {
		return err
	}
	return a.page(fmt.Sprintf("cases/%d.html", c.Number), "case", d)
}

// file copies a voice or picture into a folder of the zip and returns where it is,
// seen from beside the folder, or why it isn't.
func (a *archive) file(folder, villageID, id string) (fileData, error) {
	m, err := a.b.service.Media.Of(a.ctx, villageID, id)
	if model.IsCode(err, model.Unknown) {
		return fileData{Missing: wordsFileGone}, nil
	}
	if err != nil {
		return fileData{}, err
	}
	if m.Size > a.left {
		a.more = true
		return fileData{Missing: wordsFileTooMuch}, nil
	}
	in, err := a.b.service.Media.Stream(a.ctx, m, false)
	if model.AsError(err) != nil {
		return fileData{Missing: wordsFileGone}, nil //nolint:nilerr // one lost file doesn't cost the rest
	}
	if err != nil {
		return fileData{}, err
	}
	defer func() { _ = in.Close() }()
	name := id + extension(in.ContentType)
	out, err := a.zip.CreateHeader(&zip.FileHeader{Name: folder + "/" + name, Method: zip.Store, Modified: m.CreatedAt.Time})
	if err != nil {
		return fileData{}, err
	}
	n, err := io.Copy(out, io.LimitReader(in, a.left))
	a.left -= n
	return fileData{Path: path.Base(folder) + "/" + name, Type: in.ContentType}, err
}

func (a *archive) notices() error {
	all := []noteData{}
	after := ""
	for {
		some, next, err := a.b.service.Notices.Inbox(a.ctx, a.b.person, after, exportPage)
		if err != nil {
			return err
		}
		for _, n := range some {
			if n.Role != notice.RoleHandler { // what others wrote to an office isn't the holder's own
				all = append(all, noteData{At: n.At, Text: n.Text})
			}
		}
		if after = next; after == "" || len(all) >= exportNotes {
			a.more = a.more || after != ""
			break
		}
	}
	if err := a.json("notices.json", all); err != nil {
		return err
	}
	return a.page("notices.html", "notices", all)
}

func (a *archive) index() error {
	if err := a.json("data.json", a.b.data); err != nil {
		return err
	}
	answer, err := a.b.service.answer(a.ctx, model.Person{}, model.Erasure{})
	if err != nil {
		return err
	}
	return a.page("index.html", "index", map[string]any{"Data": a.b.data, "Cases": a.cases, "Disputes": a.disputes, "Points": a.scored, "Votes": a.voted, "More": a.more, "Held": answer.Held})
}
