package village

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/audit"
)

// InvitationLife is how long the QR code on a slip works, the longest that WeChat
// gives; how long the code itself does is the rule invitation.life.
const InvitationLife = 30 * 24 * time.Hour

const (
	codeTries = 8
	codeSpace = 100_000_000 // 8 digits
)

// NewInvitation says for whom a code is: a person by name (and household), or
// with a household alone any one of its members.
type NewInvitation struct {
	Unit        string
	Name        string
	HouseholdNo string
	ID          string // see Named
}

// SceneOf is the scene of the QR code that carries an invitation code.
func SceneOf(code string) string { return "bind_" + code }

// Invite makes a one-time invitation code of 8 digits. It is kept sealed under its
// blind index, and nobody is shown it again.
func (s *Service) Invite(ctx context.Context, actor model.Actor, in NewInvitation) (code string, expires time.Time, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		if _, err := s.Get(ctx, in.Unit); err != nil {
			return err
		}
		if err := actor.Require(model.VerbInvite, in.Unit); err != nil {
			return err
		}
		invitation, err := s.invitee(ctx, in)
		if err != nil {
			return err
		}
		life, err := s.store.Rule(ctx, "invitation.life", "", s.store.Now())
		if err != nil {
			return err
		}
		invitation.CreatedAt, invitation.CreatedBy = s.now(), audit.ActorID(actor)
		invitation.ExpiresAt = model.At(s.store.Now().AddDate(0, 0, int(life)))
		expires = invitation.ExpiresAt.Time
		if code, err = s.issue(ctx, invitation); err != nil {
			return err
		}
		return s.audit.Note(ctx, actor, in.Unit, string(model.VerbInvite), subjectOf(invitation), "")
	})
	if err != nil {
		return "", time.Time{}, err
	}
	return code, expires, nil
}

func subjectOf(i model.Invitation) string {
	if i.VillagerID != "" {
		return "villager/" + i.VillagerID
	}
	return "household/" + i.HouseholdID
}

func (s *Service) invitee(ctx context.Context, in NewInvitation) (model.Invitation, error) {
	i := model.Invitation{VillageID: in.Unit}
	number := cleanDigits(in.HouseholdNo)
	switch {
	case in.ID != "", cleanName(in.Name) != "":
		person, err := s.one(ctx, in.Unit, Named{Name: in.Name, HouseholdNo: number, ID: in.ID})
		i.VillagerID = person.ID
		return i, err
	case number == "":
		return i, model.Errorf(model.Invalid, "请写明姓名或户号")
	}
	var house model.Household
	err := s.store.DB(ctx).Where("village_id = ? AND number = ?", in.Unit, number).Take(&house).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return i, model.Errorf(model.Unknown, "名册里没有户号%s，请核对", number)
	}
	if err != nil {
		return i, err
	}
	i.HouseholdID = house.ID
	members, err := s.members(ctx, in.Unit, house.ID)
	if err == nil && len(members) == 0 {
		err = model.Errorf(model.Conflict, "户号%s现在没有人，请核对", number)
	}
	return i, err
}

// members returns the living members of a household.
func (s *Service) members(ctx context.Context, villageID, householdID string) ([]model.Villager, error) {
	var people []model.Villager
	err := s.store.DB(ctx).Where("village_id = ? AND household_id = ? AND state = ?", villageID, householdID, model.VillagerLiving).
		Order("id").Limit(bearersMax).Find(&people).Error
	return people, err
}

// issue stores the invitation under a code that nobody has.
func (s *Service) issue(ctx context.Context, invitation model.Invitation) (string, error) {
	for range codeTries {
		number, err := rand.Int(rand.Reader, big.NewInt(codeSpace))
		if err != nil {
			return "", err
		}
		code := fmt.Sprintf("%08d", number.Int64())
		invitation.CodeIndex, invitation.CodeSealed = s.keys.Index(model.IndexInvitation, code), s.keys.Seal(code, invitation.Owner())
		err = s.store.Tx(ctx, func(ctx context.Context) error {
			var taken int64 // under an older key, which the unique index doesn't see
			err := s.store.DB(ctx).Model(&model.Invitation{}).Where("code_index IN ?", s.codeIndexes(code)).Count(&taken).Error
			if err == nil && taken == 0 {
				err = s.store.DB(ctx).Create(&invitation).Error
			}
			if taken > 0 || errors.Is(err, gorm.ErrDuplicatedKey) {
				return model.Errorf(model.Conflict, "这个邀请码已经有了")
			}
			return err
		})
		if !model.IsCode(err, model.Conflict) {
			return code, err
		}
	}
	return "", model.Errorf(model.Away, "邀请码暂时发不出来，请再试一次")
}

func (s *Service) codeIndexes(code string) []string {
	return s.keys.Indexes(model.IndexInvitation, code)
}
