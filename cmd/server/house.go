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
	"cunwu/service/desk"
	"cunwu/service/dialogue"
	"cunwu/service/inbox"
	"cunwu/service/media"
	"cunwu/service/notice"
	"cunwu/service/once"
	"cunwu/service/privacy"
	"cunwu/service/session"
	"cunwu/service/throttle"
	"cunwu/wechat"
)

// house is the whole program, built by hand from the bottom up.
type house struct {
	*rooms
	cfg      *config.Config
	log      *slog.Logger
	redis    redis.UniversalClient
	weixin   *weixin
	signedIn *session.SQL // under embedded Redis, which forgets
	sessions *session.Service
	chain    *audit.Chain
	privacy  *privacy.Service
	once     *once.Service
	media    *media.Service
	dialogue *dialogue.Service
	desk     *desk.Service
	throttle *throttle.Service
	inbox    *inbox.Service
	sends    *tally
	standIn  string // see web.Deps
	closers  []func() error
}

// openStore opens the database that the settings name.
func openStore(cfg *config.Config, log *slog.Logger) (*model.Store, error) {
	where, err := cfg.Database()
	if err != nil {
		return nil, err
	}
	copied, err := cfg.DatabaseCopy()
	if err != nil {
		return nil, err
	}
	return model.Open(model.OpenOptions{Dialect: where.Driver, DSN: where.DSN, ReadDSN: copied.DSN, Logger: log})
}

func keyring(cfg *config.Config) (*model.Keyring, error) {
	return model.NewKeyring(cfg.SecretKey, cfg.OldSecretKeys...)
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
	files, err := h.storage()
	if err != nil {
		return err
	}
	h.media = media.New(store, h.weixin, files, h.log)
	notices := notice.New(store, h.weixin, notice.Options{
		Templates: h.weixin.templates, Files: h.file, Worker: replica(), Counter: h.sends.add, Logger: h.log,
	})
	h.rooms = buildRooms(h.cfg, store, keys, notices, outside{files: h.media, weixin: h.weixin, checked: h.checkedAt}, h.log)
	h.sessions = h.sessionRoom(keys)
	h.once = once.New(store)
	h.dialogue = dialogue.New(h.store, dialogue.Rooms{People: h.people, Cases: h.cases, Help: h.help, Notices: h.notices, Media: h.media, Checks: h.checks, Members: h.members, Public: h.public, Mediation: h.disputes, Merit: h.merit, Polls: h.polls, Sessions: h.sessions}, h.weixin.home)
	h.desk = desk.New(h.store, desk.Rooms{Cases: h.cases, Help: h.help, Dialogue: h.dialogue, Media: h.media,
		Members: h.members, Checks: h.checks, Public: h.public, Disputes: h.disputes, Merit: h.merit, Polls: h.polls})
	h.throttle = throttle.New(h.shared(), h.store.Now, h.log)
	h.chain = audit.NewChain(store, keys)
	h.privacy = h.privacyRoom(h.chain)
	return nil
}

// sessionRoom keeps sessions in Redis, or in SQL where Redis lives in this process
// only: a restart signs nobody out.
func (h *house) sessionRoom(keys *model.Keyring) *session.Service {
	options := session.Options{Home: h.weixin.home, Keys: keys, Logger: h.log}
	if where, err := h.cfg.Redis(); err == nil && where.Embedded {
		h.signedIn = session.NewSQL(h.store)
		return session.New(h.store, h.signedIn, h.weixin, h.people, options)
	}
	return session.New(h.store, session.NewRedis(h.redis), h.weixin, h.people, options)
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
	where.Options.ContextTimeoutEnabled, where.Options.DialerRetries = true, 1 // a deadline holds, and away is away
	h.redis = redis.NewUniversalClient(where.Options)
	h.closers = append(h.closers, h.redis.Close)
	return nil
}

// storage is where voices, pictures and other files are kept.
func (h *house) storage() (media.Storage, error) {
	where, err := h.cfg.Media()
	if err != nil {
		return nil, err
	}
	if where.Dir != "" {
		return media.NewFolder(where.Dir), nil
	}
	return media.NewBucket(media.BucketOptions{Endpoint: where.Endpoint, Region: where.Region, Name: where.Bucket, Prefix: where.Prefix,
		PathStyle: where.PathStyle, AccessKey: h.cfg.MediaAccessKey, SecretKey: h.cfg.MediaSecretKey})
}

// checkedAt is where WeChat fetches a file that it is to check.
func (h *house) checkedAt(token string) string { return h.cfg.BaseURL + "/checks/" + token }

// checked opens a file that WeChat is to check.
func (h *house) checked(ctx context.Context, token string) (*media.Stream, error) {
	villageID, mediaID, err := h.checks.File(ctx, token)
	if err != nil {
		return nil, err
	}
	kept, err := h.media.Of(ctx, villageID, mediaID)
	if err != nil {
		return nil, err
	}
	return h.media.Stream(ctx, kept, false)
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
