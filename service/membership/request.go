package membership

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"cunwu/model"
)

const indexRequest = "bind request" // kind of the index by which the same request is known again

// request keeps whom nobody found, for somebody to confirm in person. The sender's
// row is locked, so that the number of open ones is sharp.
func (s *Service) request(ctx context.Context, sender model.Identity, villageID, name, phone string) (Bound, error) {
	said := sender.Account + "\x00" + sender.OpenID + "\x00" + name + "\x00" + phone
	known, err := s.sameRequest(ctx, villageID, s.keys.Indexes(indexRequest, said))
	if err != nil || known != nil {
		return pending(known), err
	}
	most, err := s.rule(ctx, "request.open_max")
	if err != nil {
		return Bound{}, err
	}
	var open int64
	err = s.store.DB(ctx).Model(&model.BindRequest{}).Where("account = ? AND openid = ? AND state = ? AND village_id = ?", sender.Account, sender.OpenID, model.RequestOpen, villageID).
		Count(&open).Error
	if err != nil {
		return Bound{}, err
	}
	if int(open) >= most {
		return Bound{State: StateRefused, VillageID: villageID,
			refusal: model.Errorf(model.TooMany, "您已经有%d个请求在等村里确认，请等一等，或当面找网格员", open)}, nil
	}
	row := model.BindRequest{VillageID: villageID, ID: model.NewID(), Account: sender.Account, OpenID: sender.OpenID,
		Once: s.keys.Index(indexRequest, said), State: model.RequestOpen, AskedAt: s.now()}
	if row.LapsesAt, err = s.daysOn(ctx, "request.life"); err != nil {
		return Bound{}, err
	}
	if row.Number, err = s.store.NextNumber(ctx, villageID, series); err != nil {
		return Bound{}, err
	}
	row.NameSealed, row.PhoneSealed = s.keys.Seal(name, row.Owner()), s.keys.Seal(phone, row.Owner())
	if err := s.store.DB(ctx).Create(&row).Error; err != nil {
		return Bound{}, err
	}
	return pending(&row), s.tellAttendants(ctx, villageID, "request/"+row.ID, requestText(row.Number, name, phone))
}

func (s *Service) sameRequest(ctx context.Context, villageID string, once []string) (*model.BindRequest, error) {
	var row model.BindRequest
	err := s.store.DB(ctx).Where("village_id = ? AND once IN ?", villageID, once).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil
	}
	return &row, err
}

func pending(row *model.BindRequest) Bound {
	if row == nil {
		return Bound{}
	}
	return Bound{State: StatePending, VillageID: row.VillageID, Number: row.Number}
}
