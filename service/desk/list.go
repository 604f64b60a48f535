package desk

import (
	"context"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/membership"
)

// CasesFor is a page of what an elder asked, for whoever helps them with cases or
// with reading. Errors: Forbidden (nobody allowed it).
func (s *Service) CasesFor(ctx context.Context, actor model.Actor, elder model.Person, p casework.Page) (cases []model.Case, next string, err error) {
	if elder.Is(actor.Person()) {
		return s.Cases.Asked(ctx, actor, p)
	}
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		_, err := s.Members.MayHelp(ctx, actor, elder, membership.ScopeReading)
		if model.IsCode(err, model.Forbidden) {
			_, err = s.Members.MayHelp(ctx, actor, elder, membership.ScopeCases) // who files may follow what becomes of it
		}
		if err != nil {
			return err
		}
		cases, next, err = s.Cases.AskedFor(ctx, actor, elder, p)
		return err
	})
	return cases, next, err
}
