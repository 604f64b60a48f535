// Package media keeps the voices and pictures that people send: WeChat holds
// them for three days, so they are fetched in the background and kept here.
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
	Wanted = "wanted"
	Kept   = "kept"
	Lost   = "lost" // Error says why
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

// Service keeps files below one folder, which replicas must share.
type Service struct {
	store   *model.Store
	fetcher Fetcher
	dir     string
	log     *slog.Logger
	woken   chan struct{}
	drawing sync.Mutex
}

// New makes the service; files are kept below dir.
func New(store *model.Store, fetcher Fetcher, dir string, log *slog.Logger) *Service {
	return &Service{store: store, fetcher: fetcher, dir: dir, log: log, woken: make(chan struct{}, 1)}
}

// Want notes, in the caller's transaction, a file that WeChat holds. kind is
// model.InVoice, InPicture or InVideo. The id names it from then on.
func (s *Service) Want(ctx context.Context, villageID, account, wechatID, kind string) (string, error) {
	if !model.InTx(ctx) {
		return "", errors.New("a file is wanted inside the transaction of what it belongs to")
	}
	now := model.At(s.store.Now())
	row := model.Media{VillageID: villageID, ID: model.NewID(), Account: account, WeChatID: wechatID, Kind: kind, State: Wanted, CreatedAt: now, NextAt: now}
	if err := s.store.DB(ctx).Create(&row).Error; err != nil {
		return "", err
	}
	s.store.AfterCommit(ctx, s.wake)
	return row.ID, nil
}

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
