package model_test

import (
	"context"
	"testing"

	"cunwu/model"
	"cunwu/model/modeltest"
)

func TestEveryModelOfPollsFitsItsTable(t *testing.T) {
	store := modeltest.NewStore(t, modeltest.NewClock().Now)
	ctx := context.Background()
	rows := []any{&model.Matter{}, &model.MatterStep{}, &model.Proposal{}, &model.ProposalSigner{}, &model.Remark{}, &model.OrganMember{},
		&model.Poll{}, &model.PollVoter{}, &model.PollObjection{}, &model.PollGate{}, &model.PollTurnout{}, &model.PollBallot{},
		&model.PollProxy{}, &model.PollAssist{}, &model.PollSheet{}, &model.PollLink{}, &model.PollRound{}}
	for _, row := range rows {
		if err := store.DB(ctx).Create(row).Error; err != nil {
			t.Errorf("%T: %v", row, err)
		}
		if err := store.DB(ctx).Take(row).Error; err != nil {
			t.Errorf("%T: %v", row, err)
		}
	}
}
