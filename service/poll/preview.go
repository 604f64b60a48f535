package poll

import (
	"context"

	"cunwu/model"
)

// Preview is what a poll would need, as the rules and the village's list are today.
type Preview struct {
	Organ      model.Organ
	Rules      Rules
	Electorate int // voters that its roll would have
	Needed     int // least number of them who must take part; 0: no quorum
	OfAll      int // votes that pass when the whole roll counts; 0: those who take part count
	NoticeDays int // days of notice before a binding poll
}

// Preview tells what a poll of an organ would need; groupName is of OrganGroup. It
// is for whoever puts polls. Errors: Invalid (no such organ).
func (s *Service) Preview(ctx context.Context, actor model.Actor, villageID string, organ model.Organ, groupName string, byHousehold bool) (Preview, error) {
	out := Preview{Organ: organ}
	if err := actor.Require(model.VerbPoll, villageID); err != nil {
		return out, err
	}
	if OrganTitle(organ) == "" {
		return out, model.Errorf(model.Invalid, "没有这样的会议，请从名单里选")
	}
	p := model.Poll{VillageID: villageID, Organ: organ, GroupName: groupName, OpensAt: s.now(),
		ByHousehold: organ == model.OrganHouseholds || organ == model.OrganGroup && byHousehold}
	var err error
	if out.Rules, err = s.rulesOf(ctx, p); err != nil {
		return out, err
	}
	if out.Electorate, err = s.countRoll(ctx, p); err != nil {
		return out, err
	}
	out.Needed = out.Rules.Quorum.Needed(out.Electorate)
	if out.Rules.Pass.OfAll {
		out.OfAll = out.Rules.Pass.Needed(out.Electorate)
	}
	days, err := s.rule(ctx, "poll."+string(organ)+".notice", p.OpensAt)
	out.NoticeDays = int(days)
	return out, err
}

// RulesOf are the rules that a poll keeps, for whoever may read it.
func (s *Service) RulesOf(ctx context.Context, actor model.Actor, p model.Poll) (Rules, error) {
	if err := s.mayRead(actor, p); err != nil {
		return Rules{}, err
	}
	return s.rulesOf(ctx, p)
}
