package poll

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/notice"
	"cunwu/service/village"
)

// NewProxy is a written authorisation (委托书) of one poll.
type NewProxy struct {
	Poll     Ref
	Voter    village.Named // nobody named: the actor gives it
	Holder   village.Named
	UploadID string // photo of the slip; needed when somebody else enters it
}

// GiveProxy lets the holder vote for the voter: of one household or near
// relatives, and no more of them a holder than the rule allows. The slots of the
// unique index count them.
func (s *Service) GiveProxy(ctx context.Context, actor model.Actor, in NewProxy) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		voter, err := s.proxyVoter(ctx, actor, in)
		if err != nil {
			return err
		}
		holder, err := s.villager(ctx, in.Poll.VillageID, in.Holder)
		if err != nil {
			return err
		}
		held, err := s.entry(ctx, in.Poll, holder.ID)
		if err != nil {
			return err
		}
		kin, err := s.People.Kin(ctx, in.Poll.VillageID, voter.PersonID)
		switch {
		case err != nil:
			return err
		case holder.ID == voter.PersonID:
			return model.Errorf(model.Invalid, "不能委托给自己")
		case held.VoterID == "":
			return model.Errorf(model.Invalid, "%s不在这次投票的名册上，不能受托", holder.Name)
		case !kin[holder.ID]:
			return model.Errorf(model.Forbidden, "只能委托同一户的人或近亲属；%s没有登记为近亲属", holder.Name)
		}
		row := model.PollProxy{VillageID: in.Poll.VillageID, PollID: in.Poll.ID, VoterID: voter.VoterID, HolderID: holder.ID,
			UploadID: in.UploadID, ByID: actor.VillagerID, CreatedAt: s.now()}
		if err := s.slot(ctx, voter.Poll, row, holder.Name); err != nil {
			return err
		}
		if err := s.attach(ctx, actor, row.VillageID, row.UploadID, in.Poll.papers()); err != nil {
			return err
		}
		if err := s.Audit.Note(ctx, actor, row.VillageID, "poll.proxy", in.Poll.subject(), "voter/"+row.VoterID+" holder/"+row.HolderID); err != nil {
			return err
		}
		name, err := s.nameOf(ctx, row.VillageID, voter.PersonID)
		if err != nil {
			return err
		}
		return s.Notices.Put(ctx,
			notice.Note{VillageID: row.VillageID, To: holder.Person(), Event: in.Poll.event("proxy/" + row.VoterID), Role: notice.RoleOther, Text: proxyHolderText(voter.Poll, name)},
			notice.Note{VillageID: row.VillageID, To: model.Person{VillageID: row.VillageID, ID: voter.PersonID}, Event: in.Poll.event("proxy"), Role: notice.RoleAsker, Text: proxyGivenText(voter.Poll, holder.Name)})
	})
}

// proxyVoter is the entry of who gives a proxy: the actor themself by a proved
// phone, or whom a desk enters from the slip.
func (s *Service) proxyVoter(ctx context.Context, actor model.Actor, in NewProxy) (entry, error) {
	id := actor.VillagerID
	if in.Voter.Name != "" {
		voter, err := s.villager(ctx, in.Poll.VillageID, in.Voter)
		if err != nil {
			return entry{}, err
		}
		id = voter.ID
	}
	e, err := s.entryFor(ctx, in.Poll, id, actor)
	if err != nil {
		return e, err
	}
	if err := citizen(actor, e.VillageID); err != nil {
		return e, err
	}
	if id != actor.VillagerID {
		if err := actor.Require(model.VerbPollDesk, e.VillageID); err != nil {
			return e, err
		}
		if in.UploadID == "" {
			return e, model.Errorf(model.Invalid, "请拍下委托书一起上传")
		}
	}
	switch {
	case e.VoterID == "":
		return e, model.Errorf(model.Forbidden, "委托人不在这次投票的名册上")
	case e.ByHousehold:
		return e, model.Errorf(model.Invalid, "这次是每户一票，家里任何一位成年人都能投，不用委托")
	case e.VotedBy != "":
		return e, errVoted
	case e.State != model.PollNoticed && e.State != model.PollOpen:
		return e, model.Errorf(model.Gone, "现在不能委托：投票还没有通知，或者已经截止")
	}
	if id == actor.VillagerID {
		if err := e.phoneMay(false); err != nil {
			return e, err
		}
	}
	if e.State == model.PollOpen {
		err = s.throughGate(ctx, e.Poll, e.VoterID)
	}
	return e, err
}

// slot inserts the proxy at the holder's first free place.
func (s *Service) slot(ctx context.Context, p model.Poll, row model.PollProxy, holder string) error {
	most, err := s.rule(ctx, "poll.proxy_max", p.NoticedAt)
	if err != nil {
		return err
	}
	for row.Slot = 1; row.Slot <= int(most); row.Slot++ {
		err := s.store.Tx(ctx, func(ctx context.Context) error {
			err := s.store.DB(ctx).Create(&row).Error
			if errors.Is(err, gorm.ErrDuplicatedKey) {
				return model.Errorf(model.Conflict, "这张票已经委托过了，要换人请先收回")
			}
			return err
		})
		if !model.IsCode(err, model.Conflict) {
			return err
		}
		var given int64
		counted := s.of(ctx, Ref{row.VillageID, row.PollID}).Model(&model.PollProxy{}).Where("voter_id = ?", row.VoterID).Count(&given).Error
		if counted != nil || given > 0 {
			return errors.Join(counted, err)
		}
	}
	return model.Errorf(model.Conflict, "%s已经受%d个人委托，不能再多了", holder, most)
}

// RevokeProxy takes a proxy back that wasn't used: the voter themself, or a desk
// for them.
func (s *Service) RevokeProxy(ctx context.Context, actor model.Actor, ref Ref, voterID string) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		e, err := s.entry(ctx, ref, voterID)
		if err != nil {
			return err
		}
		if err := citizen(actor, e.VillageID); err != nil {
			return err
		}
		if voterID != actor.VillagerID {
			if err := actor.Require(model.VerbPollDesk, e.VillageID); err != nil {
				return err
			}
		}
		if e.VotedBy != "" {
			return errVoted
		}
		gone := s.of(ctx, ref).Where("voter_id = ?", voterID).Delete(&model.PollProxy{})
		if gone.Error == nil && gone.RowsAffected == 0 {
			return model.Errorf(model.Unknown, "没有委托过，不用收回")
		}
		if gone.Error != nil {
			return gone.Error
		}
		return s.Audit.Note(ctx, actor, e.VillageID, "poll.proxy_revoke", ref.subject(), "voter/"+voterID)
	})
}

// holdsProxy refuses whoever votes for somebody without their proxy.
func (s *Service) holdsProxy(ctx context.Context, e entry, holderID string) error {
	var n int64
	err := s.of(ctx, RefOf(e.Poll)).Model(&model.PollProxy{}).Where("voter_id = ? AND holder_id = ?", e.VoterID, holderID).Count(&n).Error
	if err == nil && n == 0 {
		return model.Errorf(model.Forbidden, "没有这个人的委托书，不能代投。请先在村委会登记委托")
	}
	return err
}

// Proxy is a line of the public list of proxies.
type Proxy struct{ VoterID, Voter, HolderID, Holder string }

// Proxies lists who votes for whom, to everybody of the village; 1,000 at most.
func (s *Service) Proxies(ctx context.Context, actor model.Actor, ref Ref) ([]Proxy, error) {
	if err := s.maySee(ctx, actor, ref); err != nil {
		return nil, err
	}
	var rows []Proxy
	err := s.store.DB(ctx).Raw(`SELECT x.voter_id, a.name AS voter, x.holder_id, b.name AS holder FROM poll_proxies x
		JOIN villagers a ON a.village_id = x.village_id AND a.id = x.voter_id
		JOIN villagers b ON b.village_id = x.village_id AND b.id = x.holder_id
		WHERE x.village_id = ? AND x.poll_id = ? ORDER BY x.voter_id LIMIT 1000`, ref.VillageID, ref.ID).Scan(&rows).Error
	return rows, err
}
