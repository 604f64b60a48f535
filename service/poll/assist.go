package poll

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"unicode/utf8"

	"cunwu/model"
	"cunwu/service/notice"
	"cunwu/service/village"
)

const (
	assistLive   = "live"
	assistVoided = "voided"
)

// Assisted is a vote that somebody without a phone of their own says by phone or
// at the door, and a desk enters.
type Assisted struct {
	Poll     Ref
	Voter    village.Named
	Choices  []int
	Consent  string // how the voter agreed
	UploadID string // recording or signed slip, if any
}

// Assist enters a vote for a voter who agreed. The voter is told at once, and may
// object until the close.
func (s *Service) Assist(ctx context.Context, actor model.Actor, in Assisted) error {
	consent := strings.TrimSpace(in.Consent)
	if consent == "" || utf8.RuneCountInString(consent) > reasonMax {
		return model.Errorf(model.Invalid, "请写明本人是怎么同意的，不超过%d个字，例如：3月5日电话里本人说的", reasonMax)
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		e, err := s.deskEntry(ctx, actor, in.Poll, in.Voter)
		if err != nil {
			return err
		}
		if e.PersonID == actor.VillagerID {
			return model.Errorf(model.Forbidden, "自己的票请用自己的手机投，或投纸票")
		}
		choices, err := cleanChoices(in.Choices, e.Poll)
		if err != nil {
			return err
		}
		receipt, err := random()
		if err != nil {
			return err
		}
		if err := s.put(ctx, e, vote{person: e.PersonID, via: actor.VillagerID, channel: model.ByPhone, receipt: receipt, choices: choices}); err != nil {
			return err
		}
		id, err := random()
		if err != nil {
			return err
		}
		a := model.PollAssist{VillageID: e.VillageID, PollID: e.ID, VoterID: e.VoterID, ID: id, AssistantID: actor.VillagerID,
			Consent: consent, UploadID: in.UploadID, State: assistLive}
		a.ReceiptSealed = s.keys.Seal(receipt, sealOwner(in.Poll, e.VoterID))
		if err := s.store.DB(ctx).Create(&a).Error; err != nil {
			return err
		}
		if err := s.attach(ctx, actor, e.VillageID, in.UploadID, in.Poll.papers()); err != nil {
			return err
		}
		if err := s.Audit.Note(ctx, actor, e.VillageID, "poll.assist", in.Poll.subject(), "voter/"+e.VoterID); err != nil {
			return err
		}
		return s.Notices.Append(ctx, notice.Note{VillageID: e.VillageID, To: model.Person{VillageID: e.VillageID, ID: e.PersonID},
			Event: in.Poll.event("assisted"), Role: notice.RoleAsker, Urgent: true, Text: assistedText(e.Poll, actor.Name)})
	})
}

// deskEntry is the roll's entry of a person whom a desk names.
func (s *Service) deskEntry(ctx context.Context, actor model.Actor, ref Ref, who village.Named) (entry, error) {
	if err := actor.Require(model.VerbPollDesk, ref.VillageID); err != nil {
		return entry{}, err
	}
	person, err := s.villager(ctx, ref.VillageID, who)
	if err != nil {
		return entry{}, err
	}
	e, err := s.entry(ctx, ref, person.ID)
	if err == nil && e.VoterID == "" {
		err = model.Errorf(model.Forbidden, "%s不在这次投票的名册上", person.Name)
	}
	return e, err
}

// HasVoted says by which channel somebody's vote was cast, for a desk that is
// about to hand out a paper; empty: not yet.
func (s *Service) HasVoted(ctx context.Context, actor model.Actor, ref Ref, who village.Named) (string, error) {
	e, err := s.deskEntry(ctx, actor, ref, who)
	return e.VotedBy, err
}

// Void undoes an assisted vote before the close, because the voter (or one of the
// household) says it wasn't theirs; a supervisor may enter that for them. Then
// they may vote again by any channel.
func (s *Service) Void(ctx context.Context, actor model.Actor, ref Ref, voter village.Named, reason string) error {
	reason, err := needReason(reason)
	if err != nil {
		return err
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		id := actor.VillagerID
		if voter.Name != "" {
			person, err := s.villager(ctx, ref.VillageID, voter)
			if err != nil {
				return err
			}
			id = person.ID
		}
		e, err := s.entry(ctx, ref, id)
		if err != nil {
			return err
		}
		if err := citizen(actor, e.VillageID); err != nil {
			return err
		}
		if id != actor.VillagerID {
			if err := actor.Require(model.VerbPollWatch, e.VillageID); err != nil {
				return err
			}
		}
		if err := s.throughGate(ctx, e.Poll, e.VoterID); err != nil {
			return err
		}
		if err := s.void(ctx, e, reason); err != nil {
			return err
		}
		if err := s.Audit.Note(ctx, actor, e.VillageID, "poll.void", ref.subject(), "voter/"+e.VoterID); err != nil {
			return err
		}
		return s.tellManagers(ctx, e.Poll, "void/"+e.VoterID, voidedText(e.Poll))
	})
}

func (s *Service) void(ctx context.Context, e entry, reason string) error {
	ref := RefOf(e.Poll)
	var a model.PollAssist
	err := s.of(ctx, ref).Where("voter_id = ? AND state = ?", e.VoterID, assistLive).Limit(1).Find(&a).Error
	if err != nil {
		return err
	}
	if a.ID == "" {
		return model.Errorf(model.Unknown, "没有找到别人代投的票，不用作废")
	}
	receipt, err := s.keys.Open(a.ReceiptSealed, sealOwner(ref, e.VoterID))
	if err != nil {
		return err
	}
	gone := s.of(ctx, ref).Where("receipt = ?", receipt).Delete(&model.PollBallot{})
	if gone.Error == nil && gone.RowsAffected != 1 {
		return errors.New("an assisted ballot isn't there")
	}
	return errors.Join(gone.Error,
		s.of(ctx, ref).Where("voter_id = ?", e.VoterID).Delete(&model.PollTurnout{}).Error,
		s.of(ctx, ref).Model(&model.PollAssist{}).Where("voter_id = ? AND id = ?", e.VoterID, a.ID).
			UpdateColumns(map[string]any{"state": assistVoided, "reason": reason, "receipt_sealed": model.Secret{}}).Error)
}

func sealOwner(ref Ref, voterID string) string {
	return "poll/" + ref.VillageID + "/" + ref.ID + "/" + voterID
}

// NewReceipt draws a receipt for a voter whose own phone doesn't: in chat.
func NewReceipt() (string, error) { return random() }

// random is what tells nothing: 32 hex digits.
func random() (string, error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	return hex.EncodeToString(b[:]), nil
}
