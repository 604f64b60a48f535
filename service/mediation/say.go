package mediation

import (
	"context"
	"strings"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
)

// Say says something in the dispute. A party speaks to whoever mediates; who
// mediates speaks to a side or to both (audience: model.PartApplicant,
// PartRespondent, PartBoth); a lawyer to the side that is served, and to no other,
// and that side to the lawyer alone (PartLawyer).
func (s *Service) Say(ctx context.Context, actor model.Actor, ref Ref, audience string, said casework.Said, uploads ...string) (model.Dispute, error) {
	if strings.TrimSpace(said.Text) == "" && said.MediaID == "" && len(uploads) == 0 {
		return model.Dispute{}, model.Errorf(model.Invalid, "请写上要说的话")
	}
	if len([]rune(said.Text)) > maxFacts {
		return model.Dispute{}, model.Errorf(model.Invalid, "一次最多%d个字，请分几次说", maxFacts)
	}
	return s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		to, err := s.audience(ctx, d, audience)
		if err != nil {
			return err
		}
		all := []model.DisputeWord{}
		if said.Text != "" || said.MediaID != "" {
			all = append(all, model.DisputeWord{Text: strings.TrimSpace(said.Text), MediaID: said.MediaID})
		}
		for _, id := range uploads {
			all = append(all, model.DisputeWord{MediaID: id})
		}
		for _, w := range all {
			w.Kind, w.ByPart, w.Audience = "word", d.part, to
			if err := s.keepWord(ctx, d, w); err != nil {
				return err
			}
		}
		if err := s.attach(ctx, d, uploads); err != nil {
			return err
		}
		if d.party() {
			if heed := help.HeedOf(said.Text); heed.Danger != help.NoDanger || heed.Domestic {
				if err := s.raise(ctx, d, heed); err != nil {
					return err
				}
			}
			if to == model.PartLawyer {
				return s.tellLawyer(ctx, d)
			}
			return s.tellLeader(ctx, d)
		}
		return s.tellSides(ctx, d, to)
	})
}

func (s *Service) audience(ctx context.Context, d *desk, audience string) (string, error) {
	switch {
	case !isOpen(d.State) && d.State != model.DisputeAgreed:
		return "", model.Errorf(model.Conflict, "#%d 已经结束", d.Number)
	case d.party() && audience == model.PartLawyer && d.LawyerSide != d.part:
		return "", model.Errorf(model.Forbidden, "#%d 现在没有为您服务的律师", d.Number)
	case d.party() && audience == model.PartLawyer:
		return model.PartLawyer, nil
	case d.party():
		return model.PartMediator, mayTalk(d)
	case d.part == model.PartLawyer && d.LawyerSide == "":
		return "", model.Errorf(model.Conflict, "请先声明为哪一方服务，回：#%d 服务甲 或 #%d 服务乙", d.Number, d.Number)
	case d.part == model.PartLawyer && audience != d.LawyerSide:
		return "", model.Errorf(model.Forbidden, "您为%s服务，只能对%s说（律师法第三十九条）", SideName(d.LawyerSide), SideName(d.LawyerSide))
	case d.part == model.PartLawyer:
		return audience, nil
	case audience != model.PartApplicant && audience != model.PartRespondent && audience != model.PartBoth:
		return "", model.Errorf(model.Invalid, "请写明对谁说：甲、乙或双方")
	}
	if err := s.mustLead(ctx, d); err != nil {
		return "", err
	}
	if audience != model.PartApplicant && d.State == model.DisputeConsent {
		return "", model.Errorf(model.TooEarly, "#%d 对方还没有同意参加，先等他（她）答复", d.Number)
	}
	return audience, nil
}

// mayTalk refuses a party that hasn't agreed to take part.
func mayTalk(d *desk) error {
	if d.takesPart() {
		return nil
	}
	return model.Errorf(model.TooEarly, "您还没有说愿不愿意参加调解。回“#%d 同意”或“#%d 不同意”", d.Number, d.Number)
}

// keepWord stores a word of the actor's. A voice or picture of the chat belongs
// to the dispute from now on.
func (s *Service) keepWord(ctx context.Context, d *desk, w model.DisputeWord) error {
	if w.MediaID != "" {
		err := s.store.DB(ctx).Model(&model.Media{}).Where("village_id = ? AND id = ? AND account <> ''", d.VillageID, w.MediaID).
			UpdateColumn("subject", Subject(RefOf(*d.Dispute))).Error
		if err != nil {
			return err
		}
	}
	w.VillageID, w.DisputeID, w.ID, w.At, w.ByID, w.ByName = d.VillageID, d.ID, model.NewID(), s.now(), d.actor.VillagerID, d.actor.Name
	if d.actor.HelpedBy != "" {
		w.ByName += "（代办人代说）"
	}
	return s.store.DB(ctx).Create(&w).Error
}
