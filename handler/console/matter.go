package console

import (
	"context"
	"slices"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/disclosure"
	"cunwu/service/poll"
)

const disclosuresOffered = 50

func (s *console) matterRoutes() []web.Route {
	return []web.Route{
		read("/matters", s.matters),
		read("/matters/new", s.newMatter), sends(write("/matters", s.propose)),
		read("/matters/:id", s.matter),
		sends(write("/matters/:id/advance", s.advance)),
		write("/matters/:id/end", s.endMatter),
		read("/matters/:id/remarks", s.remarks("matter")), write("/matters/:id/remarks/:remark", s.hideRemark("matter")),
		read("/proposals", s.proposals), read("/proposals/:id", s.proposal), write("/proposals/:id", s.answerProposal),
		read("/proposals/:id/remarks", s.remarks("proposal")), write("/proposals/:id/remarks/:remark", s.hideRemark("proposal")),
	}
}

// stage is one of the six states of a matter, as its path shows it.
type stage struct {
	State  model.MatterState
	Step   *model.MatterStep // nil: not reached
	Coming bool              // the next one
}

// stages are the path of a matter.
func stages(m model.Matter, steps []model.MatterStep) []stage {
	all := model.MatterStates()
	at := slices.Index(all, m.State)
	var path []stage
	for i, state := range all {
		one := stage{State: state, Coming: i == at+1 && m.EndedAt.IsZero()}
		for j := range steps {
			if steps[j].State == state {
				one.Step = &steps[j]
			}
		}
		path = append(path, one)
	}
	return path
}

type mattersPage struct {
	Matters []matterLine
	Next    string
	Propose bool
	Waiting int // proposals that await an answer
}

type matterLine struct {
	Matter model.Matter
	At     int // how many of the six states are reached
}

func (s *console) matters(ctx context.Context, v *web.Visit) error {
	found, next, err := s.Polls.Matters(ctx, v.Actor, v.Village, v.Query("after"), listed)
	if err != nil {
		return err
	}
	page := mattersPage{Propose: v.Actor.May(model.VerbMatter, v.Village)}
	for _, m := range found {
		page.Matters = append(page.Matters, matterLine{m, slices.Index(model.MatterStates(), m.State) + 1})
	}
	if next != "" {
		page.Next = v.Here("after", next)
	}
	proposals, _, err := s.Polls.Proposals(ctx, v.Actor, v.Village, "", listed)
	for _, p := range proposals {
		if p.Proposal.State == model.ProposalSubmitted {
			page.Waiting++
		}
	}
	if err != nil {
		return err
	}
	return v.Show("matters", "议事：四议两公开", page)
}

type newMatterPage struct {
	Kinds    []choice
	Proposal *poll.Signed
	F        typed
	Files    []string
}

func (s *console) newMatterPage(ctx context.Context, v *web.Visit, proposal string) (newMatterPage, error) {
	page := newMatterPage{F: typedIn(v, "title", "text", "kind", "study")}
	if err := v.Actor.Require(model.VerbMatter, v.Village); err != nil {
		return page, err
	}
	if proposal != "" {
		from, err := s.Polls.Proposal(ctx, v.Actor, poll.Ref{VillageID: v.Village, ID: proposal})
		if err != nil {
			return page, err
		}
		page.Proposal = &from
	}
	for _, k := range poll.Kinds() {
		page.Kinds = append(page.Kinds, choice{Value: k.Code, Text: k.Title, Chosen: k.Code == page.F["kind"]})
	}
	return page, nil
}

// newMatter is the form by which the branch proposes.
func (s *console) newMatter(ctx context.Context, v *web.Visit) error {
	page, err := s.newMatterPage(ctx, v, v.Query("proposal"))
	if err != nil {
		return err
	}
	if page.Proposal != nil {
		page.F["title"], page.F["text"] = page.Proposal.Proposal.Title, page.Proposal.Proposal.Text
	}
	return v.Show("matternew", "党支部提议", page)
}

func (s *console) propose(ctx context.Context, v *web.Visit) error {
	files, err := v.Upload(ctx, "files")
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			in := poll.NewMatter{VillageID: v.Village, Kind: v.Text("kind"), Title: v.Text("title"), Text: v.Text("text"), Study: v.Text("study"), ProposalID: v.Text("proposal")}
			if len(files) > 0 {
				in.UploadID = files[0]
			}
			m, err := s.Polls.Propose(ctx, v.Actor, in)
			return web.Then{To: below(v, "matters", m.ID), Said: "提好了，下一步是两委商议"}, err
		})
	}
	if err == nil {
		return nil
	}
	page, failed := s.newMatterPage(ctx, v, v.Text("proposal"))
	if failed != nil {
		return err
	}
	page.Files = files
	return v.Again(ctx, err, "matternew", "党支部提议", page)
}

type matterPage struct {
	Course      poll.Course
	Path        []stage
	Next        model.MatterState // empty: over
	Disclosures []choice          // that may be its publication
	May         bool
	F           typed
	Files       []string
}

func (s *console) matterPage(ctx context.Context, v *web.Visit) (matterPage, error) {
	page := matterPage{May: v.Actor.May(model.VerbPoll, v.Village), F: typedIn(v, "record", "reason", "disclosure")}
	var err error
	if page.Course, err = s.Polls.Matter(ctx, v.Actor, pollRef(v)); err != nil {
		return page, err
	}
	page.Path = stages(page.Course.Matter, page.Course.Steps)
	for _, one := range page.Path {
		if one.Coming {
			page.Next = one.State
		}
	}
	if page.May && (page.Next == model.MatterPublished || page.Next == model.MatterExecuted) {
		found, err := s.Public.List(ctx, v.Actor, disclosure.Query{VillageID: v.Village, Limit: disclosuresOffered})
		if err != nil {
			return page, err
		}
		for _, d := range found {
			if d.State == model.DisclosurePublished {
				page.Disclosures = append(page.Disclosures, choice{Value: d.ID, Text: d.Title, Chosen: d.ID == page.F["disclosure"]})
			}
		}
	}
	return page, nil
}

func (s *console) matter(ctx context.Context, v *web.Visit) error {
	page, err := s.matterPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("matter", page.Course.Matter.Title, page)
}

func (s *console) matterAgain(ctx context.Context, v *web.Visit, files []string, err error) error {
	if err == nil {
		return nil
	}
	page, failed := s.matterPage(ctx, v)
	if failed != nil {
		return err
	}
	page.Files = files
	return v.Again(ctx, err, "matter", page.Course.Matter.Title, page)
}

// advance takes a matter a step on, with what the step needs.
func (s *console) advance(ctx context.Context, v *web.Visit) error {
	files, err := v.Upload(ctx, "files")
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			in := poll.Step{Matter: pollRef(v), State: model.MatterState(v.Text("state")), Record: v.Text("record")}
			if len(files) > 0 {
				in.UploadID = files[0]
			}
			if id := v.Text("disclosure"); id != "" {
				in.Subject = "disclosure/" + id
			}
			m, err := s.Polls.Advance(ctx, v.Actor, in)
			return web.Then{To: below(v, "matters", m.ID), Said: "记下了：" + poll.MatterTitle(m.State)}, err
		})
	}
	return s.matterAgain(ctx, v, files, err)
}

func (s *console) endMatter(ctx context.Context, v *web.Visit) error {
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		return web.Then{To: below(v, "matters", pollRef(v).ID), Said: "这个议题不办了"}, s.Polls.EndMatter(ctx, v.Actor, pollRef(v), v.Text("reason"))
	})
	return s.matterAgain(ctx, v, nil, err)
}
