package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"gorm.io/gorm"

	"cunwu/model"
)

const (
	maxUpload     = 10 << 20 // as WeChat's own limit
	uploadsAtOnce = 8
	placePatience = 10 * time.Second
	nameRunes     = 80
)

// uploadLimits take photos, recordings, PDF and Excel workbooks.
func uploadLimits() limits {
	return limits{bytes: maxUpload, takes: func(t fileType) bool {
		return t.extension != "gif" && t.extension != "silk" && t.kind != model.InVideo
	}}
}

// Upload keeps a file of at most 10 MB that the actor uploads: a picture (JPEG,
// PNG, WebP), a recording (AMR, MP3, M4A, AAC, Ogg), a PDF or an Excel workbook
// without macros (.xlsx), by its content.
// filename is only what people call it. It is the actor's alone until Attach; what
// belongs to nothing after the days of rule upload.loose is removed. Errors:
// Forbidden, Invalid (says what to do), TooMany (rule upload.per_day, or too many
// at once), Away.
func (s *Service) Upload(ctx context.Context, actor model.Actor, villageID, filename string, r io.Reader) (model.Media, error) {
	if err := actor.Require(model.VerbUpload, villageID); err != nil {
		return model.Media{}, err
	}
	leave, err := s.enter(ctx)
	if err != nil {
		return model.Media{}, err
	}
	defer leave()
	owner := actor.Person().Recipient()
	if err := s.countUpload(ctx, villageID, owner); err != nil {
		return model.Media{}, err
	}
	body, err := readUpload(r)
	if err != nil {
		return model.Media{}, err
	}
	found, err := s.inspect(body, uploadLimits())
	if err != nil {
		return model.Media{}, refusal(err)
	}
	hours, err := s.store.Rule(ctx, "upload.loose", "", s.store.Now())
	if err != nil {
		return model.Media{}, err
	}
	now := s.store.Now()
	m := model.Media{VillageID: villageID, ID: model.NewID(), State: coming, Owner: owner, Filename: callIt(filename),
		CreatedAt: model.At(now), NextAt: model.At(now.Add(time.Duration(hours) * time.Hour))}
	describe(&m, found)
	return s.keep(ctx, m, found)
}

// keep writes the row first, so that no file is ever there that no row knows of:
// what isn't finished is swept.
func (s *Service) keep(ctx context.Context, m model.Media, f file) (model.Media, error) {
	err := s.store.Tx(ctx, func(ctx context.Context) error { return s.store.DB(ctx).Create(&m).Error })
	if err != nil {
		return model.Media{}, err
	}
	if err := s.put(ctx, m, f); err != nil {
		return model.Media{}, model.Errorf(model.Away, wordsStorage).Because(err)
	}
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		result := rowOf(s.store.DB(ctx), m).Where("state = ?", coming).UpdateColumn("state", loose)
		if result.Error == nil && result.RowsAffected == 0 {
			return model.Errorf(model.Conflict, wordsCut)
		}
		return result.Error
	})
	m.State = loose
	return m, err
}

func rowOf(db *gorm.DB, m model.Media) *gorm.DB {
	return db.Model(&model.Media{}).Where("village_id = ? AND id = ?", m.VillageID, m.ID)
}

// enter waits for a place in memory.
func (s *Service) enter(ctx context.Context) (leave func(), err error) {
	patience := time.NewTimer(placePatience)
	defer patience.Stop()
	select {
	case s.places <- struct{}{}:
		return func() { <-s.places }, nil
	case <-patience.C:
		return nil, model.Errorf(model.TooMany, wordsBusy)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// countUpload counts before anything is read: refused files cost work, too.
func (s *Service) countUpload(ctx context.Context, villageID, owner string) error {
	most, err := s.store.Rule(ctx, "upload.per_day", "", s.store.Now())
	if err != nil {
		return err
	}
	row := model.UploadDay{VillageID: villageID, Owner: owner, Day: s.store.Now().Format(time.DateOnly), Count: 1}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		for range 2 {
			result := s.store.DB(ctx).Model(&model.UploadDay{}).
				Where("village_id = ? AND owner = ? AND day = ? AND count < ?", row.VillageID, row.Owner, row.Day, most).
				UpdateColumn("count", gorm.Expr("count + 1"))
			if result.Error != nil || result.RowsAffected == 1 {
				return result.Error
			}
			err := s.first(ctx, row)
			if !model.IsCode(err, model.Conflict) {
				return err
			}
		}
		return model.Errorf(model.TooMany, wordsTooMany, most)
	})
}

// first inserts the day's row; Conflict: it is there.
func (s *Service) first(ctx context.Context, row model.UploadDay) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		err := s.store.DB(ctx).Create(&row).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return model.Errorf(model.Conflict, wordsTooMany, row.Count).Because(err)
		}
		return err
	})
}

func readUpload(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxUpload+1))
	switch {
	case err != nil:
		return nil, model.Errorf(model.Invalid, wordsCut).Because(err)
	case len(body) == 0:
		return nil, model.Errorf(model.Invalid, wordsEmpty)
	case len(body) > maxUpload:
		return nil, refusal(fmt.Errorf("%w: more than %d bytes", errTooBig, maxUpload))
	}
	return body, nil
}

// callIt is what a file is called, as far as it may be shown: one line, without
// folders, signs that turn the writing around, or an end.
func callIt(filename string) string {
	name := filename[strings.LastIndexAny(filename, `/\`)+1:]
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "")))
	if r := []rune(name); len(r) > nameRunes {
		end := []rune(filepath.Ext(name))
		end = end[:min(len(end), 10)]
		name = string(r[:nameRunes-len(end)]) + string(end)
	}
	return name
}
