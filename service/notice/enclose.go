package notice

import (
	"context"
	"strings"
	"time"

	"cunwu/model"
)

// States of a media row (service/media keeps them).
const (
	mediaKept   = "kept"
	mediaWanted = "wanted"
	mediaLost   = "lost"
)

const (
	mediaPatience = 10 * time.Second // a text waits that long for its voice
	lateSuffix    = "/late"          // event of a voice that comes after its text has gone
	mediaSuffix   = "/media"         // event of a voice that comes right after its text
	mediaLook     = 5 * time.Second
	mediaLookMax  = 5 * time.Minute
)

// enclosed is how the voice or picture of a notice stands.
type enclosed struct {
	state string // empty: there is none
	kind  string // voice | picture | video
}

// enclose looks for the notice's voice or picture, and says how long to wait for
// it. A text doesn't wait long; what comes late follows as a notice of its own.
func (s *Service) enclose(ctx context.Context, j *job) (pause, error) {
	n := j.n
	if n.MediaID == "" {
		return pause{}, nil
	}
	var rows []model.Media
	err := s.store.DB(ctx).Select("state", "kind").Where("village_id = ? AND id = ?", n.VillageID, n.MediaID).Limit(1).Find(&rows).Error
	if err != nil {
		return pause{}, err
	}
	j.enclosed = enclosed{state: mediaLost}
	if len(rows) == 1 {
		j.enclosed = enclosed{state: rows[0].State, kind: rows[0].Kind}
	}
	now := s.store.Now()
	age := now.Sub(n.CreatedAt.Time)
	alone := n.Text == ""
	switch {
	case j.enclosed.state == mediaWanted && (alone || strings.HasSuffix(n.Event, lateSuffix)):
		return pause{at: now.Add(min(max(age/4, mediaLook), mediaLookMax))}, nil
	case j.enclosed.state == mediaWanted && age < mediaPatience:
		return pause{at: now.Add(time.Second), others: true}, nil
	case j.enclosed.state == mediaKept && alone:
		return s.load(ctx, j)
	}
	return pause{}, nil
}

// load reads the file that is to be sent now.
func (s *Service) load(ctx context.Context, j *job) (pause, error) {
	file, err := s.o.Files(ctx, j.n.VillageID, j.n.MediaID)
	if err != nil && j.n.Attempts+1 < retriesMax {
		s.log.ErrorContext(ctx, "a kept file can't be read", "village", j.n.VillageID, "media", j.n.MediaID, "error", err)
		return pause{at: s.store.Now().Add(backOff(j.n.Attempts)), counted: true}, nil
	}
	if file == nil {
		j.enclosed.state = mediaLost
		return pause{}, nil
	}
	j.file = file
	return pause{}, nil
}

// follow is the notice that brings the voice or picture after its text: right
// after it, or when it has been fetched.
func (s *Service) follow(j *job, number string) *model.Notice {
	n := j.n
	if n.Text == "" || j.enclosed.state != mediaKept && j.enclosed.state != mediaWanted {
		return nil
	}
	now := s.store.Now()
	f := &model.Notice{VillageID: n.VillageID, ID: model.NewID(), Recipient: n.Recipient, Role: n.Role, CaseID: n.CaseID,
		Urgent: n.Urgent, Private: n.Private, MediaID: n.MediaID, State: model.NoticePending, CreatedAt: model.At(now)}
	if j.enclosed.state == mediaKept {
		f.Event = n.Event + mediaSuffix
		f.NextAt = model.At(n.NextAt.Add(-time.Millisecond)) // before whatever else is due
	} else {
		f.Event = n.Event + lateSuffix
		f.Text = arrived(number, j.enclosed.kind)
		f.NextAt = model.At(now.Add(mediaLook))
	}
	if !n.CallAfter.IsZero() {
		f.CallAfter = model.At(now.Add(n.CallAfter.Sub(n.CreatedAt.Time)))
	}
	return f
}
