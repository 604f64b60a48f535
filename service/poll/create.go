package poll

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cunwu/model"
)

const (
	titleMax   = 60 // characters
	textMax    = 5000
	optionMax  = 60
	optionsMax = 20
	reasonMax  = 80
	longest    = 90 * 24 * time.Hour
)

// NewPoll describes a poll.
type NewPoll struct {
	VillageID       string
	Title, Text     string
	Matter          string // public id of a matter on its way, or the code of a Kind
	Organ           model.Organ
	GroupName       string // of OrganGroup
	ByHousehold     bool   // of OrganGroup: one vote a household
	Secret          bool
	VillageOnly     bool     // nobody outside the village reads the result
	Options         []string // none: 同意, 反对, 弃权
	MaxChoices      int      // 0: 1
	OpensAt         time.Time
	ClosesAt        time.Time
	Effect          string // empty: advisory
	AuthorisationID string // binding: upload of the charter or resolution that allows it
	Offline         string // binding: where one votes on paper or by phone
	UrgentReason    string // why the notice is shorter than the law's
}

// Create keeps a draft and says how many voters its roll would have today.
// Nobody else sees it before the notice.
func (s *Service) Create(ctx context.Context, actor model.Actor, in NewPoll) (model.Poll, error) {
	p, err := in.poll(s.now())
	if err != nil {
		return p, err
	}
	if err := actor.Require(model.VerbPoll, in.VillageID); err != nil {
		return p, err
	}
	p.CreatedBy = actor.VillagerID
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		if err := s.ofMatter(ctx, in.Matter, &p); err != nil {
			return err
		}
		p.VillageOnly = p.VillageOnly || p.Kind == KindAid
		if err := s.attach(ctx, actor, p.VillageID, p.AuthorisationID, RefOf(p).subject()); err != nil {
			return err
		}
		if err := s.mayBind(ctx, p); err != nil {
			return err
		}
		var err error
		if p.Electorate, err = s.countRoll(ctx, p); err != nil {
			return err
		}
		if err := s.store.DB(ctx).Create(&p).Error; err != nil {
			return err
		}
		return s.Audit.Note(ctx, actor, p.VillageID, "poll.create", RefOf(p).subject(), string(p.Organ))
	})
	return p, err
}

// poll checks the form and makes the row.
func (in NewPoll) poll(now model.Time) (model.Poll, error) {
	p := model.Poll{VillageID: in.VillageID, ID: model.NewID(), Title: strings.TrimSpace(in.Title), Text: strings.TrimSpace(in.Text),
		Organ: in.Organ, GroupName: strings.TrimSpace(in.GroupName), Secret: in.Secret, VillageOnly: in.VillageOnly, MaxChoices: max(in.MaxChoices, 1), Effect: in.Effect,
		AuthorisationID: in.AuthorisationID, Offline: strings.TrimSpace(in.Offline), UrgentReason: strings.TrimSpace(in.UrgentReason),
		State: model.PollDraft, OpensAt: model.At(in.OpensAt), ClosesAt: model.At(in.ClosesAt), CreatedAt: now}
	p.Kind = kindOf(strings.TrimSpace(in.Matter)).Code
	p.ByHousehold = p.Organ == model.OrganHouseholds || p.Organ == model.OrganGroup && in.ByHousehold
	if p.Effect == "" {
		p.Effect = model.EffectAdvisory
	}
	options, err := cleanOptions(in.Options)
	if err != nil {
		return p, err
	}
	p.Options = strings.Join(options, "\n")
	switch {
	case electoral(append(options, in.Matter, p.Title, p.Text)...):
		return p, model.Errorf(model.Invalid, "选举、罢免、补选、提名不能在网上投票，请依法到现场办理")
	case p.Title == "" || utf8.RuneCountInString(p.Title) > titleMax:
		return p, model.Errorf(model.Invalid, "请写标题，不超过%d个字", titleMax)
	case utf8.RuneCountInString(p.Text) > textMax:
		return p, model.Errorf(model.Invalid, "说明太长，请不要超过%d个字，详细材料可以作附件", textMax)
	case OrganTitle(p.Organ) == "":
		return p, model.Errorf(model.Invalid, "请选由谁来定：村民会议、户代表、村民代表会议、村民小组、集体成员，或协商")
	case p.Organ == model.OrganGroup && (p.GroupName == "" || utf8.RuneCountInString(p.GroupName) > titleMax):
		return p, model.Errorf(model.Invalid, "请写明是哪个村民小组")
	case p.MaxChoices > len(options):
		return p, model.Errorf(model.Invalid, "最多可选数不能比选项还多")
	case p.Effect != model.EffectAdvisory && p.Effect != model.EffectBinding:
		return p, model.Errorf(model.Invalid, "效力应为 advisory（征求意见）或 binding（作出决定）")
	case utf8.RuneCountInString(p.Offline) > reasonMax || utf8.RuneCountInString(p.UrgentReason) > reasonMax || len(p.AuthorisationID) > 32:
		return p, model.Errorf(model.Invalid, "线下投票办法和紧急原因各不超过%d个字", reasonMax)
	}
	return p, checkTimes(p, now)
}

func checkTimes(p model.Poll, now model.Time) error {
	switch {
	case p.OpensAt.IsZero() || p.ClosesAt.IsZero():
		return model.Errorf(model.Invalid, "请写明什么时候开始、什么时候截止")
	case !p.ClosesAt.After(p.OpensAt.Time):
		return model.Errorf(model.Invalid, "截止时间要晚于开始时间")
	case !p.ClosesAt.After(now.Time):
		return model.Errorf(model.Invalid, "截止时间已经过了，请改晚一些")
	case p.ClosesAt.Sub(p.OpensAt.Time) > longest || p.OpensAt.Sub(now.Time) > longest:
		return model.Errorf(model.Invalid, "投票不能超过90天，也不能提前90天以上安排")
	}
	return nil
}

func cleanOptions(options []string) ([]string, error) {
	if len(options) == 0 {
		return yesNoAbstain(), nil
	}
	if len(options) < 2 || len(options) > optionsMax {
		return nil, model.Errorf(model.Invalid, "选项应有2到%d个", optionsMax)
	}
	var clean []string
	for _, o := range options {
		o = strings.Join(strings.Fields(o), " ")
		if o == "" || utf8.RuneCountInString(o) > optionMax {
			return nil, model.Errorf(model.Invalid, "每个选项都要写，不超过%d个字", optionMax)
		}
		if slices.Contains(clean, o) {
			return nil, model.Errorf(model.Invalid, "选项“%s”写了两次，请改一个", o)
		}
		clean = append(clean, o)
	}
	return clean, nil
}

// ofMatter joins the poll with the matter that it decides, if one is named.
func (s *Service) ofMatter(ctx context.Context, name string, p *model.Poll) error {
	villageID, id, err := model.ParsePublicID(name)
	if err != nil {
		return nil //nolint:nilerr // a sort of matter, not a matter
	}
	m, err := s.matter(s.store.DB(ctx), Ref{villageID, id})
	if err != nil {
		return err
	}
	if m.VillageID != p.VillageID || !m.EndedAt.IsZero() {
		return model.Errorf(model.Conflict, "这个议题不是本村的，或者已经终止，请换一个")
	}
	p.MatterID, p.Kind = m.ID, m.Kind
	return nil
}

// mayBind refuses a binding poll that lacks what makes it lawful.
func (s *Service) mayBind(ctx context.Context, p model.Poll) error {
	if p.Effect != model.EffectBinding {
		return nil
	}
	kept := model.Media{}
	err := s.store.DB(ctx).Select("id").Where("village_id = ? AND id = ? AND state = ?", p.VillageID, p.AuthorisationID, "kept").Limit(1).Find(&kept).Error
	switch k := kindOf(p.Kind); {
	case err != nil:
		return err
	case !slices.Contains(k.Organs, p.Organ):
		return model.Errorf(model.Invalid, "“%s”不能由%s作决定，请换一个，或改为征求意见（advisory）", k.Title, OrganTitle(p.Organ))
	case p.MatterID == "":
		return model.Errorf(model.Invalid, "作决定的投票要先走“四议两公开”：请先由党支部提出议题，再用议题编号发起")
	case kept.ID == "":
		return model.Errorf(model.Invalid, "作决定的投票要上传授权依据（自治章程或村民会议的决议）")
	case p.Offline == "":
		return model.Errorf(model.Invalid, "作决定的投票要写明不用手机的人到哪里、怎么投（纸票或电话）")
	}
	return nil
}
