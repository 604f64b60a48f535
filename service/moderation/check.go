package moderation

import (
	"context"
	crand "crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
)

const (
	batch    = 16
	parallel = 4
	lease    = time.Minute
	perCall  = 20 * time.Second
	patience = time.Hour       // WeChat checks nothing once its author has been away for two hours
	mediaIn  = 5 * time.Second // how long to wait for a file that is still on its way
	errorMax = 200
)

// Checked counts what a round did.
type Checked struct{ Passed, ToPerson, Asked, Later int }

func (n *Checked) add(m Checked) {
	n.Passed += m.Passed
	n.ToPerson += m.ToPerson
	n.Asked += m.Asked
	n.Later += m.Later
}

// CheckDue asks WeChat about what waits, and takes in what it has found. Replicas
// may run it at once: each check is claimed by a lease.
func (s *Service) CheckDue(ctx context.Context) (Checked, error) {
	total, err := s.takeResults(ctx)
	for err == nil && ctx.Err() == nil {
		var due []model.ContentCheck
		now := s.now()
		err = s.store.DB(ctx).Where("state = ? AND next_at <= ? AND lease_until <= ?", model.CheckWaiting, now, now).
			Order("next_at").Limit(batch).Find(&due).Error
		if err != nil || len(due) == 0 {
			break
		}
		var n Checked
		n, err = s.askAll(ctx, due)
		total.add(n)
		if len(due) < batch {
			break
		}
	}
	return total, err
}

func (s *Service) askAll(ctx context.Context, due []model.ContentCheck) (Checked, error) {
	counts, errs := make([]Checked, len(due)), make([]error, len(due))
	places := make(chan struct{}, parallel)
	var all sync.WaitGroup
	for i, c := range due {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			errs[i] = s.ask(ctx, c, &counts[i])
		})
	}
	all.Wait()
	var total Checked
	for _, n := range counts {
		total.add(n)
	}
	return total, errors.Join(errs...)
}

// ask asks WeChat about one text or file.
func (s *Service) ask(ctx context.Context, c model.ContentCheck, n *Checked) error {
	mine, err := s.claim(ctx, &c)
	if err != nil || !mine {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, perCall)
	defer cancel()
	if c.Kind == model.CheckMedia {
		return s.askFile(ctx, limited, c, n)
	}
	advice, err := s.weixin.CheckText(limited, c.Account, c.OpenID, Scene(c.Scene), c.Text)
	if err != nil {
		return s.failed(ctx, c, err, n)
	}
	return s.advised(ctx, c, advice, n)
}

// askFile has WeChat fetch a file, once it is here.
func (s *Service) askFile(ctx, limited context.Context, c model.ContentCheck, n *Checked) error {
	var m model.Media
	err := s.store.DB(ctx).Select("state", "kind", "content_type").Where("village_id = ? AND id = ?", c.VillageID, c.MediaID).Limit(1).Find(&m).Error
	if err != nil {
		return err
	}
	if m.State == mediaWanted && s.store.Now().Before(c.CreatedAt.Add(patience)) {
		n.Later++
		return s.settle(ctx, c, change{"next_at": model.At(s.store.Now().Add(mediaIn))})
	}
	kind, can := fileKind(m)
	if !can || s.link == nil {
		return s.toPerson(ctx, c, "", "", wordsFile, n)
	}
	trace, err := s.weixin.CheckFile(limited, c.Account, c.OpenID, Scene(c.Scene), kind, s.link(c.Token))
	if err != nil {
		return s.failed(ctx, c, err, n)
	}
	n.Asked++
	return s.settle(ctx, c, change{"state": model.CheckAsked, "trace_id": trace, "next_at": model.At(s.store.Now().Add(resultIn))})
}

// mediaWanted is the state of a file that WeChat still holds (service/media).
const mediaWanted = "wanted"

// fileKind says what WeChat checks: pictures, and sound but not AMR and SILK.
func fileKind(m model.Media) (FileKind, bool) {
	switch m.ContentType {
	case "image/jpeg", "image/png":
		return Picture, true
	case "audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg":
		return Sound, true
	}
	return 0, false
}

// claim takes the check for a minute; one changed row means it is ours. The token
// by which WeChat may fetch a file is stored before WeChat is told.
func (s *Service) claim(ctx context.Context, c *model.ContentCheck) (mine bool, err error) {
	until, token := model.At(s.store.Now().Add(lease)), ""
	if c.Kind == model.CheckMedia {
		token = newToken()
	}
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		result := claimed(s.store.DB(ctx), *c).
			UpdateColumns(map[string]any{"lease_until": until, "attempts": c.Attempts + 1, "token": token})
		mine = result.RowsAffected == 1
		return result.Error
	})
	c.LeaseUntil, c.Attempts, c.Token = until, c.Attempts+1, token
	return mine, err
}

// claimed is the row as long as the claim holds: the end of a lease is its fence.
func claimed(db *gorm.DB, c model.ContentCheck) *gorm.DB {
	return db.Model(&model.ContentCheck{}).
		Where("village_id = ? AND id = ? AND state = ? AND lease_until = ?", c.VillageID, c.ID, c.State, c.LeaseUntil)
}

func newToken() string {
	var b [32]byte
	_, _ = crand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// failed tries again later, or leaves it to a person: when WeChat will never say,
// and when it takes too long.
func (s *Service) failed(ctx context.Context, c model.ContentCheck, cause error, n *Checked) error {
	class := model.SendRetry
	var send *model.SendError
	if errors.As(cause, &send) {
		class = send.Class
	}
	if class == model.SendRecipient || class == model.SendFault || s.store.Now().After(c.CreatedAt.Add(patience)) {
		s.log.ErrorContext(ctx, "WeChat can't check a content", "village", c.VillageID, "check", c.ID, "error", cause)
		return s.toPerson(ctx, c, "", "", fmt.Sprintf(wordsFailed, codeOf(send)), n)
	}
	n.Later++
	wait := min(time.Duration(1<<min(c.Attempts, 10))*5*time.Second, 10*time.Minute)
	if class == model.SendQuota {
		wait = max(wait, time.Minute)
	}
	return s.settle(ctx, c, change{"next_at": model.At(s.store.Now().Add(wait/2 + rand.N(wait)))})
}

func codeOf(e *model.SendError) int {
	if e == nil {
		return 0
	}
	return e.Code
}
