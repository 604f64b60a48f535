package console

import (
	"context"
	"strings"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/poll"
)

const mattersOffered = 100

// organCard is who may decide, with what that needs, in words.
type organCard struct {
	Organ             model.Organ
	Words, Rule, Note string
	Rules             []string
	Empty             bool // nobody is on its roll
	Members           string
}

// newPollPage is the form, after it was chosen who decides.
type newPollPage struct {
	Preview     poll.Preview
	Rules       []string
	Note        string
	Group       string
	Households  bool
	Kinds       []choice
	Matters     []choice // that have come so far that an organ may decide them
	F           typed
	Files       []string
	Binding     bool
	Secret      bool
	VillageOnly bool
}

// newPoll asks first who decides, for that brings the rules, and then the rest.
func (s *console) newPoll(ctx context.Context, v *web.Visit) error {
	if err := v.Actor.Require(model.VerbPoll, v.Village); err != nil {
		return err
	}
	if v.Query("organ") == "" {
		return s.chooseOrgan(ctx, v)
	}
	page, err := s.newPollPage(ctx, v, model.Organ(v.Query("organ")), v.Query("group"), v.Query("households") != "")
	if err != nil {
		return err
	}
	if page.Group == "" && page.Preview.Organ == model.OrganGroup {
		return s.chooseOrgan(ctx, v)
	}
	now := s.Now().In(model.Shanghai)
	opens := time.Date(now.Year(), now.Month(), now.Day()+1+page.Preview.NoticeDays, 8, 0, 0, 0, model.Shanghai)
	page.F = typed{"opens": local(model.At(opens)), "closes": local(model.At(opens.AddDate(0, 0, 3).Add(12 * time.Hour))), "most": "1", "matter": v.Query("matter")}
	if page.Secret = true; page.F["matter"] == "" {
		page.F["matter"] = poll.KindOther
	}
	if from := v.Query("from"); from != "" {
		if err := s.copyPoll(ctx, v, strings.TrimPrefix(from, v.Village+"-"), &page); err != nil {
			return err
		}
	}
	page.Matters, page.Kinds = choose(page.Matters, page.F["matter"]), choose(page.Kinds, page.F["matter"])
	return v.Show("pollnew", "发起投票", page)
}

func (s *console) chooseOrgan(ctx context.Context, v *web.Visit) error {
	var cards []organCard
	for _, o := range organs() {
		card := organCard{Organ: o, Words: organWords(o)}
		if o == model.OrganRepresentatives || o == model.OrganCollective {
			card.Members = below(v, "organs", string(o))
		}
		p, err := s.Polls.Preview(ctx, v.Actor, v.Village, o, "", o == model.OrganHouseholds)
		if err != nil {
			return err
		}
		card.Note = noticeWords(p.NoticeDays)
		if o == model.OrganGroup {
			card.Rule = "小组里" + share(p.Rules.Quorum) + "的人参加才算数，参加的" + share(p.Rules.Pass) + "同意才通过。"
		} else {
			card.Rules, card.Empty = ruleWords(p.Rules, p.Electorate, o == model.OrganHouseholds), p.Electorate == 0
		}
		cards = append(cards, card)
	}
	return v.Show("pollorgan", "发起投票：由谁来定", struct {
		Cards  []organCard
		Matter string
	}{cards, v.Query("matter")})
}

func (s *console) newPollPage(ctx context.Context, v *web.Visit, organ model.Organ, group string, households bool) (newPollPage, error) {
	page := newPollPage{Group: group, Households: households}
	var err error
	if page.Preview, err = s.Polls.Preview(ctx, v.Actor, v.Village, organ, group, households); err != nil {
		return page, err
	}
	byHousehold := organ == model.OrganHouseholds || organ == model.OrganGroup && households
	page.Rules, page.Note = ruleWords(page.Preview.Rules, page.Preview.Electorate, byHousehold), noticeWords(page.Preview.NoticeDays)
	for _, k := range poll.Kinds() {
		page.Kinds = append(page.Kinds, choice{Value: k.Code, Text: k.Title})
	}
	matters, _, err := s.Polls.Matters(ctx, v.Actor, v.Village, "", mattersOffered)
	for _, m := range matters {
		if m.EndedAt.IsZero() && m.State == model.MatterReviewed {
			page.Matters = append(page.Matters, choice{Value: model.PublicID(v.Village, m.ID), Text: m.Title})
		}
	}
	return page, err
}

// copyPoll fills the form in as another poll was.
func (s *console) copyPoll(ctx context.Context, v *web.Visit, id string, page *newPollPage) error {
	from, err := s.Polls.Get(ctx, v.Actor, poll.Ref{VillageID: v.Village, ID: id})
	if err != nil {
		return err
	}
	p := from.Poll
	page.F["title"], page.F["text"], page.F["options"], page.F["offline"] = p.Title, p.Text, p.Options, p.Offline
	page.F["most"], page.F["matter"], page.F["urgent"] = count(p.MaxChoices), p.Kind, p.UrgentReason
	if p.MatterID != "" {
		page.F["matter"] = model.PublicID(v.Village, p.MatterID)
	}
	if p.State == model.PollDraft {
		page.F["opens"], page.F["closes"] = local(p.OpensAt), local(p.ClosesAt)
	}
	page.Secret, page.VillageOnly, page.Binding = p.Secret, p.VillageOnly, p.Effect == model.EffectBinding
	return nil
}

// createPoll keeps a draft; nobody else sees it before its notice.
func (s *console) createPoll(ctx context.Context, v *web.Visit) error {
	files, err := v.Upload(ctx, "files")
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			in, err := pollOf(v, files)
			if err != nil {
				return web.Then{}, err
			}
			p, err := s.Polls.Create(ctx, v.Actor, in)
			return web.Then{To: below(v, "polls", p.ID), Said: "草稿存好了，现在只有村里办事的人看得到。请再看一遍，再发通知"}, err
		})
	}
	if err == nil {
		return nil
	}
	page, failed := s.newPollPage(ctx, v, model.Organ(v.Text("organ")), v.Text("group"), v.Ticked("households"))
	if failed != nil {
		return err
	}
	page.F = typedIn(v, "title", "text", "matter", "options", "most", "opens", "closes", "offline", "urgent")
	page.Files, page.Secret, page.VillageOnly, page.Binding = files, v.Text("secret") == "yes", v.Ticked("village_only"), v.Text("effect") == model.EffectBinding
	page.Matters, page.Kinds = choose(page.Matters, page.F["matter"]), choose(page.Kinds, page.F["matter"])
	return v.Again(ctx, err, "pollnew", "发起投票", page)
}

func pollOf(v *web.Visit, files []string) (poll.NewPoll, error) {
	in := poll.NewPoll{VillageID: v.Village, Title: v.Text("title"), Text: v.Text("text"), Matter: v.Text("matter"), Organ: model.Organ(v.Text("organ")),
		GroupName: v.Text("group"), ByHousehold: v.Ticked("households"), Secret: v.Text("secret") == "yes", VillageOnly: v.Ticked("village_only"),
		Options: lines(v.Text("options")), Effect: v.Text("effect"), Offline: v.Text("offline"), UrgentReason: v.Text("urgent")}
	if in.Effect == model.EffectBinding && len(files) > 0 {
		in.AuthorisationID = files[0]
	}
	var err error
	if in.MaxChoices, err = v.Number("most", "最多选几项"); err != nil {
		return in, err
	}
	if in.OpensAt, err = v.Moment("opens", "开始时间"); err != nil {
		return in, err
	}
	in.ClosesAt, err = v.Moment("closes", "截止时间")
	return in, err
}
