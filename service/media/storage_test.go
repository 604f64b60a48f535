package media_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/rclone/gofakes3"
	"github.com/rclone/gofakes3/s3mem"

	"cunwu/model"
	"cunwu/service/media"
)

// s3 is an S3 server in this process that takes signed requests only, and can be
// told to fail.
type s3 struct {
	options media.BucketOptions
	mu      sync.Mutex
	seen    []*http.Request
	down    bool
}

func newS3(t *testing.T) *s3 {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket(t.Context(), "yunxi"); err != nil {
		t.Fatal(err)
	}
	store := gofakes3.New(backend, gofakes3.WithV4Auth(map[string]string{"AKIDofVillage": "secret-of-the-store"})).Server()
	s := &s3{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.seen = append(s.seen, r)
		down := s.down
		s.mu.Unlock()
		if down {
			http.Error(w, "<Error><Code>AccessDenied</Code></Error>", http.StatusForbidden)
			return
		}
		store.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.options = media.BucketOptions{Endpoint: server.URL, Region: "us-east-1", Name: "yunxi", Prefix: "cunwu/files", PathStyle: true, AccessKey: "AKIDofVillage", SecretKey: "secret-of-the-store"}
	return s
}

func (s *s3) bucket(t *testing.T) media.Storage {
	t.Helper()
	b, err := media.NewBucket(s.options)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Both storages keep the same promises.
func TestStoragesKeepFiles(t *testing.T) {
	for name, storage := range map[string]media.Storage{"folder": media.NewFolder(t.TempDir() + "/new/media"), "bucket": newS3(t).bucket(t)} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			const path = "yunxi/2026-03/a.jpg"
			read := func() string {
				f, err := storage.Open(ctx, path)
				if err != nil {
					return err.Error()
				}
				defer func() { _ = f.Close() }()
				if _, err := f.Seek(2, io.SeekStart); err != nil { // a phone asks for the rest of a recording
					t.Error(err)
				}
				rest, err := io.ReadAll(f)
				if err != nil {
					t.Error(err)
				}
				return string(rest)
			}
			if _, err := storage.Open(ctx, path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("before: %v", err)
			}
			if err := storage.Remove(ctx, path); err != nil {
				t.Errorf("what isn't there: %v", err)
			}
			for _, body := range []string{"first", "second, longer"} {
				if err := storage.Put(ctx, path, "image/jpeg", []byte(body)); err != nil {
					t.Fatal(err)
				}
				if got := read(); got != body[2:] {
					t.Errorf("%q", got)
				}
			}
			if err := storage.Put(ctx, "yunxi/2026-04/big.pdf", "application/pdf", bytes.Repeat([]byte("0123456789abcdef"), 10<<16)); err != nil {
				t.Error(err)
			}
			if err := storage.Remove(ctx, path); err != nil {
				t.Error(err)
			}
			if _, err := storage.Open(ctx, path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("after: %v", err)
			}
			for _, out := range []string{"../a.jpg", "/etc/passwd", "a/../../b"} {
				if err := storage.Put(ctx, out, "image/jpeg", []byte("x")); err == nil {
					t.Errorf("wrote %s", out)
				}
				if _, err := storage.Open(ctx, out); err == nil {
					t.Errorf("opened %s", out)
				}
				if err := storage.Remove(ctx, out); err == nil {
					t.Errorf("removed %s", out)
				}
			}
		})
	}
}

func TestABucketIsAskedOnlyWithTheRightKey(t *testing.T) {
	s := newS3(t)
	if err := s.bucket(t).Put(t.Context(), "yunxi/a.jpg", "image/jpeg", []byte("x")); err != nil {
		t.Fatal(err)
	}
	put := s.seen[len(s.seen)-1]
	if !strings.HasPrefix(put.URL.Path, "/yunxi/cunwu/files/yunxi/a.jpg") || !strings.Contains(put.Header.Get("Authorization"), "content-md5") {
		t.Errorf("%s %v", put.URL.Path, put.Header)
	}
	if put.Header.Get("X-Amz-Trailer") != "" || put.Header.Get("X-Amz-Content-Sha256") != "UNSIGNED-PAYLOAD" {
		t.Errorf("COS and OSS know no trailers and no streamed signatures: %v", put.Header)
	}
	s.options.SecretKey = "another"
	wrong := s.bucket(t)
	if err := wrong.Put(t.Context(), "yunxi/b.jpg", "image/jpeg", []byte("x")); err == nil || strings.Contains(err.Error(), "another") {
		t.Errorf("with a wrong key: %v", err)
	}
	if _, err := wrong.Open(t.Context(), "yunxi/a.jpg"); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("with a wrong key: %v", err)
	}
	for _, endpoint := range []string{"", "minio:9000", "ftp://x"} {
		s.options.Endpoint = endpoint
		if _, err := media.NewBucket(s.options); err == nil {
			t.Errorf("%q is taken", endpoint)
		}
	}
}

func TestFilesOfAVillageInABucket(t *testing.T) {
	a, s := newAlbum(t), newS3(t)
	a.media = media.New(a.store, a.held, s.bucket(t), quiet())
	id := a.want(model.InPicture, photo(t))
	if n := a.fetch(); n.Kept != 1 {
		t.Fatalf("%+v", n)
	}
	if f, err := a.media.Open(a.ctx, "yunxi", id); err != nil || f.ContentType != "image/jpeg" || len(f.Body) == 0 {
		t.Errorf("%+v, %v", f, err)
	}
	up := a.upload(wang(), "现场.jpg", photo(t))
	if got := a.stream(up.ID, true); len(got) != int(up.ThumbSize) {
		t.Errorf("the small picture has %d bytes of %d", len(got), up.ThumbSize)
	}
	s.mu.Lock()
	s.down = true
	s.mu.Unlock()
	if _, err := a.media.Upload(a.ctx, wang(), "yunxi", "b.jpg", bytes.NewReader(photo(t))); !model.IsCode(err, model.Away) {
		t.Errorf("while the store is away: %v", err)
	}
	m, err := a.media.Of(a.ctx, "yunxi", up.ID)
	a.must(err)
	if _, err := a.media.Stream(a.ctx, m, false); !model.IsCode(err, model.Away) {
		t.Errorf("while the store is away: %v", err)
	}
	a.want(model.InVoice, amr())
	if n := a.fetch(); n.Later != 1 {
		t.Errorf("a voice that can't be kept is tried again: %+v", n)
	}
}
