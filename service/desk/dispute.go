package desk

import (
	"context"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/mediation"
	"cunwu/service/membership"
)

// FileDispute asks for mediation, for the actor or for an elder whom they help (代办);
// the helper's files go with it.
func (s *Service) FileDispute(ctx context.Context, actor model.Actor, elder model.Person, in mediation.NewDispute) (mediation.Filed, error) {
	var filed mediation.Filed
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		party, err := s.party(ctx, actor, elder, membership.ScopeCases)
		if err != nil {
			return err
		}
		if party.HelpedBy == "" {
			filed, err = s.Disputes.File(ctx, party, in)
			return err
		}
		uploads := in.Uploads
		in.Media, in.Uploads = append(in.Media, uploads...), nil
		if filed, err = s.Disputes.File(ctx, party, in); err != nil {
			return err
		}
		return s.Media.Attach(ctx, actor, party.VillageID, uploads, mediation.Subject(mediation.RefOf(filed.Dispute)))
	})
	return filed, err
}

// ReadDispute reads a dispute as the actor, or as an elder whom they may read for.
func (s *Service) ReadDispute(ctx context.Context, actor model.Actor, elder model.Person, ref mediation.Ref) (mediation.View, error) {
	var view mediation.View
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		party, err := s.party(ctx, actor, elder, membership.ScopeReading)
		if err != nil {
			return err
		}
		view, err = s.Disputes.Get(ctx, party, ref)
		return err
	})
	return view, err
}

// SayInDispute says something in a dispute, for the actor or for an elder whom they
// help, whose words carry no files of the helper's.
func (s *Service) SayInDispute(ctx context.Context, actor model.Actor, elder model.Person, ref mediation.Ref, to string, w Words) (model.Dispute, error) {
	var d model.Dispute
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		party, err := s.party(ctx, actor, elder, membership.ScopeCases)
		if err != nil {
			return err
		}
		if party.HelpedBy != "" && len(w.Uploads) > 0 {
			return model.Errorf(model.Invalid, "代说时只能写文字；照片和录音请当事人自己发，或当面交给调解员")
		}
		d, err = s.Disputes.Say(ctx, party, ref, to, casework.Said{Text: w.Text}, w.Uploads...)
		return err
	})
	return d, err
}

// party is the actor, or the elder whom they help in this.
func (s *Service) party(ctx context.Context, actor model.Actor, elder model.Person, scope string) (model.Actor, error) {
	if elder.ID == "" || elder.Is(actor.Person()) {
		return actor, nil
	}
	return s.Members.MayHelp(ctx, actor, elder, scope)
}

// Consult asks the lawyer on duty, with one file at most.
func (s *Service) Consult(ctx context.Context, actor model.Actor, w Words) (model.Case, error) {
	if len(w.Uploads) > 1 {
		return model.Case{}, model.Errorf(model.Invalid, "一次只能带一个附件，其余的以后再补充")
	}
	var c model.Case
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		said, err := s.said(ctx, actor.VillageID, w)
		if err != nil {
			return err
		}
		if c, err = s.Disputes.Consult(ctx, actor, said[0]); err != nil {
			return err
		}
		return s.attach(ctx, actor, c, w)
	})
	return c, err
}
