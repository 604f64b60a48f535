package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"gorm.io/gorm"

	"cunwu/model"
)

// File is a kept file, read whole.
type File struct {
	Kind        string
	ContentType string
	Filename    string
	Body        []byte
}

// Stream is a kept file that is read as it is sent; whoever has it closes it.
type Stream struct {
	io.ReadSeekCloser
	ContentType string
	Filename    string // what its owner calls it, or ours
	Size        int64
}

// Of returns what is known of a file: its owner, what it belongs to, its state.
// It says nothing on who may see it: until it belongs to something, its owner;
// then whoever may see that.
func (s *Service) Of(ctx context.Context, villageID, id string) (model.Media, error) {
	var m model.Media
	err := s.store.DB(ctx).Take(&m, "village_id = ? AND id = ?", villageID, id).Error
	if errors.Is(err, gorm.ErrRecordNotFound) || err == nil && m.State == going {
		return model.Media{}, errNoFile()
	}
	return m, err
}

// Open reads a kept file; nil when it isn't kept (yet).
func (s *Service) Open(ctx context.Context, villageID, mediaID string) (*File, error) {
	m, err := s.Of(ctx, villageID, mediaID)
	if model.IsCode(err, model.Unknown) || err == nil && !there(m) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	content, err := s.storage.Open(ctx, m.Path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = content.Close() }()
	body, err := io.ReadAll(io.LimitReader(content, maxBytes))
	if err != nil {
		return nil, err
	}
	return &File{Kind: m.Kind, ContentType: m.ContentType, Filename: filepath.Base(m.Path), Body: body}, nil
}

// Stream opens a file that Of returned; small is the picture of at most 480
// pixels, where there is one. It is read as long as ctx lasts. Errors: NotFound
// while it isn't here (yet), Away when the storage can't be reached.
func (s *Service) Stream(ctx context.Context, m model.Media, small bool) (*Stream, error) {
	if !there(m) {
		return nil, errNotHere(m)
	}
	out := &Stream{ContentType: m.ContentType, Filename: m.Filename, Size: m.Size}
	path := m.Path
	if small && m.ThumbSize > 0 {
		path, out.ContentType, out.Size = thumbPath(m.Path), thumbType, m.ThumbSize
	}
	if out.Filename == "" || out.ContentType != m.ContentType {
		out.Filename = filepath.Base(path)
	}
	content, err := s.storage.Open(ctx, path)
	if err != nil {
		return nil, model.Errorf(model.Away, wordsStorage).Because(err)
	}
	out.ReadSeekCloser = content
	return out, nil
}

func there(m model.Media) bool { return m.State == Kept || m.State == loose }

// place is where a file of this row will be.
func place(m model.Media, t fileType) string {
	return m.VillageID + "/" + m.CreatedAt.Format("2006-01") + "/" + m.ID + "." + t.extension
}

func thumbPath(path string) string {
	return strings.TrimSuffix(path, filepath.Ext(path)) + ".small.jpg"
}

// describe fills in what is known of a file once its content is.
func describe(m *model.Media, f file) {
	hash := sha256.Sum256(f.body)
	m.Kind, m.ContentType, m.Path = f.kind, f.contentType, place(*m, f.fileType)
	m.Size, m.ThumbSize, m.SHA256 = int64(len(f.body)), int64(len(f.thumb)), hex.EncodeToString(hash[:])
}

// put keeps a file and its small picture in the storage.
func (s *Service) put(ctx context.Context, m model.Media, f file) error {
	if f.thumb != nil {
		if err := s.storage.Put(ctx, thumbPath(m.Path), thumbType, f.thumb); err != nil {
			return fmt.Errorf("the small picture: %w", err)
		}
	}
	return s.storage.Put(ctx, m.Path, m.ContentType, f.body)
}
