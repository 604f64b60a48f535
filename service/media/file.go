package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"

	"gorm.io/gorm"

	"cunwu/model"
)

// File is a kept voice, picture or video.
type File struct {
	Kind        string
	ContentType string
	Filename    string
	Body        []byte
}

// Open reads a kept file; nil when it isn't kept (yet).
func (s *Service) Open(ctx context.Context, villageID, mediaID string) (*File, error) {
	var m model.Media
	err := s.store.DB(ctx).Take(&m, "village_id = ? AND id = ?", villageID, mediaID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) || err == nil && m.State != Kept {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(s.dir) // what the row says can't lead out of the folder
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	body, err := root.ReadFile(m.Path)
	if err != nil {
		return nil, err
	}
	return &File{Kind: m.Kind, ContentType: m.ContentType, Filename: filepath.Base(m.Path), Body: body}, nil
}

// write keeps a file: whole and on disk, or not at all.
func (s *Service) write(m model.Media, body []byte, t fileType) (path, sum string, err error) {
	path = filepath.Join(m.VillageID, m.CreatedAt.Format("2006-01"), m.ID+"."+t.extension)
	full := filepath.Join(s.dir, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
		return "", "", err
	}
	file, err := os.CreateTemp(filepath.Dir(full), "incoming-*")
	if err != nil {
		return "", "", err
	}
	_, err = file.Write(body)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), full)
	}
	if err != nil {
		return "", "", errors.Join(err, os.Remove(file.Name()))
	}
	hash := sha256.Sum256(body)
	return path, hex.EncodeToString(hash[:]), syncDir(filepath.Dir(full))
}

// syncDir makes the new name last.
func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // our own folder
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
