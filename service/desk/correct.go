package desk

import (
	"context"

	"cunwu/model"
	"cunwu/service/membership"
)

// Correct asks to have the actor's own entry on the roll put right, with the
// picture that shows it.
func (s *Service) Correct(ctx context.Context, actor model.Actor, in membership.NewCorrection) (membership.CorrectionView, error) {
	var view membership.CorrectionView
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		if view, err = s.Members.RequestCorrection(ctx, actor, in); err != nil || in.MediaID == "" {
			return err
		}
		villageID, caseID, err := model.ParsePublicID(view.CaseID)
		if err != nil {
			return err
		}
		return s.attach(ctx, actor, model.Case{VillageID: villageID, ID: caseID}, Words{Uploads: []string{in.MediaID}})
	})
	return view, err
}
