// Package media keeps the files that people send: voices and pictures of the
// chat, which WeChat holds for three days and which are fetched in the
// background, and what is uploaded in the mini-program.
package media

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"cunwu/model"
)

// The states of a row of model.Media.
const (
	Wanted = "wanted" // WeChat holds it
	Kept   = "kept"
	Lost   = "lost"   // Error says why
	coming = "coming" // being uploaded
	loose  = "loose"  // uploaded, belongs to nothing yet
	going  = "going"  // to be removed
)

const (
	maxBytes = 20 << 20           // WeChat's own limit for a video is 10 MB
	held     = 3 * 24 * time.Hour // how long WeChat keeps it
	lease    = time.Minute
	perFetch = 40 * time.Second
	batch    = 16
	parallel = 4
)

// Fetcher is WeChat, as far as files need it; a failure is a *model.SendError.
type Fetcher interface {
	Fetch(ctx context.Context, account, wechatID string, limit int64) (contentType string, body []byte, err error)
}

// Service keeps files in one storage, which replicas must share.
type Service struct {
	store   *model.Store
	fetcher Fetcher
	storage Storage
	log     *slog.Logger
	woken   chan struct{}
	drawing sync.Mutex    // pictures are made anew one at a time, for the sake of the memory
	places  chan struct{} // uploads that are held in memory at once
}

// New makes the service.
func New(store *model.Store, fetcher Fetcher, storage Storage, log *slog.Logger) *Service {
	return &Service{store: store, fetcher: fetcher, storage: storage, log: log,
		woken: make(chan struct{}, 1), places: make(chan struct{}, uploadsAtOnce)}
}

// Want notes, in the caller's transaction, a file that owner sent in chat and
// WeChat holds. kind is model.InVoice, InPicture or InVideo. The id names it from
// then on.
func (s *Service) Want(ctx context.Context, owner model.Person, villageID, account, wechatID, kind string) (string, error) {
	if !model.InTx(ctx) {
		return "", errNoTx
	}
	now := model.At(s.store.Now())
	row := model.Media{VillageID: villageID, ID: model.NewID(), Account: account, WeChatID: wechatID, Kind: kind, State: Wanted,
		Owner: owner.Recipient(), CreatedAt: now, NextAt: now}
	if err := s.store.DB(ctx).Create(&row).Error; err != nil {
		return "", err
	}
	s.store.AfterCommit(ctx, s.wake)
	return row.ID, nil
}

var errNoTx = errors.New("media: it is to happen inside the transaction of what the file belongs to")

// Rehome gives a file to another village: its sender serves several, and has only
// now said which one it is for.
func (s *Service) Rehome(ctx context.Context, from, to, id string) error {
	return s.store.DB(ctx).Model(&model.Media{}).Where("village_id = ? AND id = ?", from, id).UpdateColumn("village_id", to).Error
}

// Wait tells that something is wanted.
func (s *Service) Wait() <-chan struct{} { return s.woken }

func (s *Service) wake() {
	select {
	case s.woken <- struct{}{}:
	default: // it is awake already
	}
}
