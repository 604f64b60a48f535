package privacy

import (
	"context"
	"time"

	"cunwu/model"
)

// HelpData is somebody who acts or acted for an elder (代办): the person is one of
// the two.
type HelpData struct {
	Elder   string    `json:"elder"`
	Helper  string    `json:"helper"`
	Scope   string    `json:"scope"`
	State   string    `json:"state"`
	AskedAt time.Time `json:"asked_at"`
	Until   time.Time `json:"until"`
}

// CorrectionData is a correction of the roll that the person asked for; its words
// stand in the case of that number.
type CorrectionData struct {
	Field     string    `json:"field"`
	Title     string    `json:"title"`
	State     string    `json:"state"`
	Number    int64     `json:"case_number"`
	AskedAt   time.Time `json:"asked_at"`
	DecidedAt time.Time `json:"decided_at,omitzero"`
}

// membership adds what the membership room keeps.
func (s *Service) membership(ctx context.Context, person model.Actor, d *Data) error {
	if s.Members == nil {
		return nil
	}
	kept, err := s.Members.KeptOf(ctx, person)
	for _, h := range kept.Helps {
		d.Helps = append(d.Helps, HelpData{Elder: h.ElderName, Helper: h.HelperName, Scope: h.Scope.Words(), State: h.State, AskedAt: h.AskedAt.Time, Until: h.Until.Time})
	}
	for _, c := range kept.Corrections {
		d.Corrections = append(d.Corrections, CorrectionData{Field: string(c.Field), Title: c.FieldTitle, State: c.State, Number: c.CaseNumber, AskedAt: c.AskedAt.Time, DecidedAt: c.DecidedAt.Time})
	}
	return err
}
