package console

import (
	"context"
	"slices"
	"strings"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/poll"
	"cunwu/service/village"
)

// split tells a name from what follows it on a line.
func split(line string) (name, rest string) {
	fields := strings.Fields(strings.NewReplacer("，", " ", ",", " ", "、", " ").Replace(line))
	if len(fields) == 0 {
		return "", ""
	}
	return fields[0], strings.TrimSuffix(strings.Join(fields[1:], ""), "户")
}

type deskPage struct {
	Poll  model.Poll
	F     typed
	Asked bool
	Voted string // by which channel; empty: not yet
	Wrong string
	Watch bool
}

// pollDesk is where papers are handed out: has this person voted?
func (s *console) pollDesk(ctx context.Context, v *web.Visit) error {
	if err := v.Actor.Require(model.VerbPollDesk, v.Village); err != nil {
		return err
	}
	view, err := s.Polls.Get(ctx, v.Actor, pollRef(v))
	if err != nil {
		return err
	}
	page := deskPage{Poll: view.Poll, F: typed{"name": v.Query("name"), "house": v.Query("house")}, Watch: v.Actor.May(model.VerbPollWatch, v.Village)}
	if name := strings.TrimSpace(v.Query("name")); name != "" {
		page.Voted, err = s.Polls.HasVoted(ctx, v.Actor, pollRef(v), village.Named{Name: name, HouseholdNo: strings.TrimSpace(v.Query("house"))})
		if refused := model.AsError(err); refused != nil {
			page.Wrong = refused.Message
		} else if err != nil {
			return err
		}
		page.Asked = page.Wrong == ""
	}
	return v.Show("polldesk", "投票台："+view.Poll.Title, page)
}

// ballotPage is a form by which somebody else enters a vote.
type ballotPage struct {
	Poll    model.Poll
	Options []choice
	F       typed
	Files   []string
	Done    bool
}

func (s *console) ballotPage(ctx context.Context, v *web.Visit, fields ...string) (ballotPage, error) {
	page := ballotPage{F: typedIn(v, fields...)}
	view, err := s.Polls.Get(ctx, v.Actor, pollRef(v))
	if err != nil {
		return page, err
	}
	page.Poll = view.Poll
	for i, text := range view.Options {
		page.Options = append(page.Options, choice{Value: count(i + 1), Text: text, Chosen: slices.Contains(v.Texts("choice"), count(i+1))})
	}
	return page, nil
}

func (s *console) assistForm(ctx context.Context, v *web.Visit) error {
	if err := v.Actor.Require(model.VerbPollDesk, v.Village); err != nil {
		return err
	}
	page, err := s.ballotPage(ctx, v, "voter", "voter_house", "consent")
	if err != nil {
		return err
	}
	return v.Show("assist", "替没有手机的人录票", page)
}

// assist enters what somebody said by phone or at the door. It doesn't go by Do: no
// answer is kept that could join the voter with the choice; a second time is refused
// because the person has voted.
func (s *console) assist(ctx context.Context, v *web.Visit) error {
	files, err := v.Upload(ctx, "files")
	if err == nil {
		in := poll.Assisted{Poll: pollRef(v), Voter: named(v, "voter"), Choices: v.Numbers("choice"), Consent: v.Text("consent")}
		if len(files) > 0 {
			in.UploadID = files[0]
		}
		err = s.Polls.Assist(ctx, v.Actor, in)
	}
	if err == nil {
		return v.Go(below(v, "polls", pollRef(v).ID, "assist"), "录好了。本人会收到告知，不认可以在截止前作废")
	}
	page, failed := s.ballotPage(ctx, v, "voter", "voter_house", "consent")
	if failed != nil {
		return err
	}
	page.Files = files
	return v.Again(ctx, err, "assist", "替没有手机的人录票", page)
}

func (s *console) voidForm(ctx context.Context, v *web.Visit) error {
	if err := v.Actor.Require(model.VerbPollWatch, v.Village); err != nil {
		return err
	}
	page, err := s.ballotPage(ctx, v, "voter", "voter_house", "reason")
	if err != nil {
		return err
	}
	return v.Show("pollvoid", "代投的票本人不认", page)
}

// voidVote undoes an assisted vote that its voter denies.
func (s *console) voidVote(ctx context.Context, v *web.Visit) error {
	ref := pollRef(v)
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		who := named(v, "voter")
		if who.Name == "" {
			return web.Then{}, model.Errorf(model.Invalid, "请写明是谁的票")
		}
		return web.Then{To: below(v, "polls", ref.ID), Said: "这张代投的票作废了，本人可以重新投"}, s.Polls.Void(ctx, v.Actor, ref, who, v.Text("reason"))
	})
	if err == nil {
		return nil
	}
	page, failed := s.ballotPage(ctx, v, "voter", "voter_house", "reason")
	if failed != nil {
		return err
	}
	return v.Again(ctx, err, "pollvoid", "代投的票本人不认", page)
}

type proxiesPage struct {
	Poll  model.Poll
	All   []poll.Proxy
	Desk  bool
	F     typed
	Files []string
}

func (s *console) proxiesPage(ctx context.Context, v *web.Visit) (proxiesPage, error) {
	page := proxiesPage{Desk: v.Actor.May(model.VerbPollDesk, v.Village), F: typedIn(v, "voter", "voter_house", "holder", "holder_house")}
	view, err := s.Polls.Get(ctx, v.Actor, pollRef(v))
	if err != nil {
		return page, err
	}
	page.Poll = view.Poll
	page.All, err = s.Polls.Proxies(ctx, v.Actor, pollRef(v))
	return page, err
}

func (s *console) proxies(ctx context.Context, v *web.Visit) error {
	page, err := s.proxiesPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("proxies", "委托投票", page)
}

// giveProxy enters a written slip.
func (s *console) giveProxy(ctx context.Context, v *web.Visit) error {
	files, err := v.Upload(ctx, "files")
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			in := poll.NewProxy{Poll: pollRef(v), Voter: named(v, "voter"), Holder: named(v, "holder")}
			if in.Voter.Name == "" {
				return web.Then{}, model.Errorf(model.Invalid, "请写明委托人的姓名")
			}
			if len(files) > 0 {
				in.UploadID = files[0]
			}
			return web.Then{To: below(v, "polls", in.Poll.ID, "proxies"), Said: "登记好了，两个人都会收到告知"}, s.Polls.GiveProxy(ctx, v.Actor, in)
		})
	}
	return s.proxiesAgain(ctx, v, files, err)
}

func (s *console) proxiesAgain(ctx context.Context, v *web.Visit, files []string, err error) error {
	if err == nil {
		return nil
	}
	page, failed := s.proxiesPage(ctx, v)
	if failed != nil {
		return err
	}
	page.Files = files
	return v.Again(ctx, err, "proxies", "委托投票", page)
}

func (s *console) revokeProxy(ctx context.Context, v *web.Visit) error {
	ref := pollRef(v)
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		return web.Then{To: below(v, "polls", ref.ID, "proxies"), Said: "委托收回了"}, s.Polls.RevokeProxy(ctx, v.Actor, ref, v.Param("voter"))
	})
	return s.proxiesAgain(ctx, v, nil, err)
}
