// Package desk is what people do with their cases in the mini-program and on
// pages: as in chat, with all that a form can carry at once. Each use case is one
// transaction over the rooms that it touches.
package desk

import (
	"context"
	"strings"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/dialogue"
	"cunwu/service/disclosure"
	"cunwu/service/help"
	"cunwu/service/media"
	"cunwu/service/mediation"
	"cunwu/service/membership"
	"cunwu/service/merit"
	"cunwu/service/moderation"
	"cunwu/service/poll"
)

// Rooms are the rooms that the desk calls.
type Rooms struct {
	Cases    *casework.Service
	Help     *help.Service
	Dialogue *dialogue.Service
	Media    *media.Service
	Members  *membership.Service
	Checks   *moderation.Service
	Disputes *mediation.Service
	Polls    *poll.Service
	Merit    *merit.Service
	Public   *disclosure.Service
}

// Service is the desk.
type Service struct {
	Rooms
	store *model.Store
}

// New makes the service.
func New(store *model.Store, rooms Rooms) *Service { return &Service{Rooms: rooms, store: store} }

// Words are what somebody says in a form: text, files that they uploaded (ids in
// the case's village), or both.
type Words struct {
	Text    string
	Uploads []string
}

// said is the words as a case keeps them: a line for the text with the first
// file, and one for each further file.
func (s *Service) said(ctx context.Context, villageID string, w Words) ([]casework.Said, error) {
	w.Text = strings.TrimSpace(w.Text)
	if help.Wordless(w.Text) && len(w.Uploads) == 0 {
		return nil, model.Errorf(model.Invalid, "请写上要说的话，或者传照片、录音")
	}
	lines := []casework.Said{{Text: w.Text}}
	for i, id := range w.Uploads {
		m, err := s.Media.Of(ctx, villageID, id)
		if err != nil {
			return nil, err
		}
		voice := m.Kind == model.InVoice
		if i == 0 {
			lines[0].MediaID, lines[0].Voice = id, voice
			continue
		}
		lines = append(lines, casework.Said{MediaID: id, Voice: voice})
	}
	return lines, nil
}

// attach gives the files to the case.
func (s *Service) attach(ctx context.Context, actor model.Actor, c model.Case, w Words) error {
	return s.Media.Attach(ctx, actor, c.VillageID, w.Uploads, casework.Subject(casework.RefOf(c)))
}
