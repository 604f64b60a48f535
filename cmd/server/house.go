package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/redis/go-redis/v9"

	"cunwu/config"
	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/dialogue"
	"cunwu/service/help"
	"cunwu/service/inbox"
	"cunwu/service/media"
	"cunwu/service/notice"
	"cunwu/service/village"
	"cunwu/wechat"
)

// rooms are the services that work on the database alone: what the bootstrap
// commands need.
type rooms struct {
	store   *model.Store
	people  *village.Service
	cases   *casework.Service
	notices *notice.Service
}

// house is the whole program, built by hand from the bottom up.
type house struct {
	rooms
	cfg      *config.Config
	log      *slog.Logger
	redis    redis.UniversalClient
	weixin   *weixin
	media    *media.Service
	dialogue *dialogue.Service
	inbox    *inbox.Service
	sends    *tally
	closers  []func() error
}

// openStore opens the database that the settings name.
func openStore(cfg *config.Config, log *slog.Logger) (*model.Store, error) {
	where, err := cfg.Database()
	if err != nil {
		return nil, err
	}
	return model.Open(model.OpenOptions{Dialect: where.Driver, DSN: where.DSN, Logger: log})
}

func keyring(cfg *config.Config) (*model.Keyring, error) {
	return model.NewKeyring(cfg.SecretKey, cfg.OldSecretKeys...)
}

// buildRooms builds what bootstrap commands need; notices wait in the outbox for
// the server.
func buildRooms(store *model.Store, keys *model.Keyring, notices *notice.Service) rooms {
	log := audit.New(store)
	r := rooms{store: store, notices: notices}
	r.people = village.New(store, keys, log, village.Hooks{
		RoleEnded: func(ctx context.Context, unit string, person model.Person) error {
			return r.cases.RoleEnded(ctx, unit, person)
		},
		RoleGranted: func(ctx context.Context, unit string) error { return r.cases.RoleGranted(ctx, unit) },
	})
	r.cases = casework.New(store, r.people, notices, log, help.Kind())
	return r
}

// build builds the house. Nothing runs yet.
func build(cfg *config.Config, log *slog.Logger) (*house, error) {
	h, err := buildDesk(cfg, log)
	if err != nil {
		return nil, err
	}
	h.inbox, err = inbox.New(h.store, h.dialogue.Turn, inbox.Options{
		Dir: filepath.Join(cfg.DataDir, "spool"), MaxBytes: cfg.SpoolLimit, Logger: log, Late: h.dialogue.Late, Expect: h.dialogue.Expect, Waiting: dialogue.Waiting,
	})
	if err != nil {
		return nil, errors.Join(err, h.close())
	}
	h.closers = append(h.closers, h.inbox.Close)
	return h, nil
}

// buildDesk builds the house without its inbox.
func buildDesk(cfg *config.Config, log *slog.Logger) (*house, error) {
	h := &house{cfg: cfg, log: log, sends: newTally()}
	if err := h.build(); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

func (h *house) build() error {
	store, err := openStore(h.cfg, h.log)
	if err != nil {
		return err
	}
	h.closers = append(h.closers, store.Close)
	keys, err := keyring(h.cfg)
	if err != nil {
		return err
	}
	if err := h.openRedis(); err != nil {
		return err
	}
	if h.weixin, err = newWeixin(h.cfg, h.redis, store.Now, h.log); err != nil {
		return err
	}
	h.media = media.New(store, h.weixin, h.mediaDir(), h.log)
	notices := notice.New(store, h.weixin, notice.Options{
		Templates: h.weixin.templates, Files: h.file, Worker: replica(), Counter: h.sends.add, Logger: h.log,
	})
	h.rooms = buildRooms(store, keys, notices)
	asked := help.New(h.store, h.cases, h.people)
	h.dialogue = dialogue.New(h.store, dialogue.Rooms{People: h.people, Cases: h.cases, Help: asked, Notices: h.notices, Media: h.media}, h.weixin.home)
	return nil
}

// openRedis connects to Redis, or starts one inside this process.
func (h *house) openRedis() error {
	where, err := h.cfg.Redis()
	if err != nil {
		return err
	}
	if where.Embedded {
		client, stop, err := embeddedRedis()
		if err != nil {
			return err
		}
		h.redis = client
		h.closers = append(h.closers, stop)
		return nil
	}
	where.Options.DialTimeout, where.Options.ReadTimeout, where.Options.WriteTimeout = 300*time.Millisecond, 300*time.Millisecond, 300*time.Millisecond
	h.redis = redis.NewUniversalClient(where.Options)
	h.closers = append(h.closers, h.redis.Close)
	return nil
}

// mediaDir is where voices and pictures are kept.
func (h *house) mediaDir() string {
	if h.cfg.MediaDir != "" {
		return h.cfg.MediaDir
	}
	return filepath.Join(h.cfg.DataDir, "media")
}

// file is a kept voice or picture, for a notice.
func (h *house) file(ctx context.Context, villageID, mediaID string) (*notice.File, error) {
	kept, err := h.media.Open(ctx, villageID, mediaID)
	if err != nil || kept == nil {
		return nil, err
	}
	return &notice.File{Kind: kept.Kind, ContentType: kept.ContentType, Filename: kept.Filename, Body: kept.Body}, nil
}

// close takes the house down, the last built first.
func (h *house) close() error {
	var all []error
	for i := len(h.closers) - 1; i >= 0; i-- {
		all = append(all, h.closers[i]())
	}
	h.closers = nil
	return errors.Join(all...)
}

// replica names this process among its like.
func replica() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s-%d-%s", host, os.Getpid(), model.NewID()[20:])
}

// codecs are the doors' keys, by app id.
func (h *house) codecs() (official, mini map[string]*wechat.Codec, err error) {
	official, mini = map[string]*wechat.Codec{}, map[string]*wechat.Codec{}
	for _, a := range h.cfg.Accounts {
		if official[a.AppID], err = wechat.NewCodec(account(a), h.store.Now); err != nil {
			return nil, nil, err
		}
	}
	if m := h.cfg.Mini; m.Enabled() && m.Token != "" {
		mini[m.AppID], err = wechat.NewCodec(wechat.Account{AppID: m.AppID, Secret: m.Secret, Token: m.Token, AESKey: m.AESKey}, h.store.Now)
	}
	return official, mini, err
}
