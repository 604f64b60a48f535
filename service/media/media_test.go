package media_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/media"
)

// holder is WeChat: it holds files, or fails as it is told.
type holder struct {
	mu    sync.Mutex
	files map[string][]byte
	fail  error
	asked int
}

func (h *holder) Fetch(_ context.Context, _, id string, _ int64) (string, []byte, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked++
	if h.fail != nil {
		return "", nil, h.fail
	}
	return "application/octet-stream", h.files[id], nil
}

type album struct {
	t     *testing.T
	ctx   context.Context
	clock *modeltest.Clock
	store *model.Store
	media *media.Service
	held  *holder
	dir   string
}

func newAlbum(t *testing.T) *album {
	a := &album{t: t, ctx: t.Context(), clock: modeltest.NewClock(), held: &holder{files: map[string][]byte{}}, dir: t.TempDir()}
	a.store = modeltest.NewStore(t, a.clock.Now)
	a.media = media.New(a.store, a.held, a.dir, slog.New(slog.DiscardHandler))
	return a
}

func (a *album) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

func (a *album) want(kind string, body []byte) string {
	a.t.Helper()
	var id string
	a.must(a.store.Tx(a.ctx, func(ctx context.Context) error {
		var err error
		id, err = a.media.Want(ctx, "yunxi", "wx1", "w-"+kind, kind)
		return err
	}))
	a.held.files["w-"+kind] = body
	return id
}

func (a *album) fetch() media.Fetched {
	a.t.Helper()
	n, err := a.media.FetchDue(a.ctx)
	a.must(err)
	return n
}

func amr() []byte { return append([]byte("#!AMR\n"), make([]byte, 320)...) }

// photo is a JPEG 40 × 20 that says in EXIF that it lies on its side, and where
// it was taken.
func photo(t *testing.T) []byte {
	var body bytes.Buffer
	if err := jpeg.Encode(&body, image.NewRGBA(image.Rect(0, 0, 40, 20)), nil); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x02" +
		"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00" + // orientation 6: turn right
		"\x01\x0e\x00\x02\x00\x00\x00\x0e\x00\x00\x00\x26" + "\x00\x00\x00\x00" + "GPS-of-a-house\x00"
	segment := append([]byte{0xff, 0xe1, byte((len(exif) + 2) >> 8), byte(len(exif) + 2)}, exif...)
	return append(append(append([]byte{}, body.Bytes()[:2]...), segment...), body.Bytes()[2:]...)
}

func TestAVoiceIsKept(t *testing.T) {
	a := newAlbum(t)
	id := a.want(model.InVoice, amr())
	if f, err := a.media.Open(a.ctx, "yunxi", id); err != nil || f != nil {
		t.Fatalf("before it is fetched: %v, %v", f, err)
	}
	if n := a.fetch(); n.Kept != 1 {
		t.Fatalf("%+v", n)
	}
	f, err := a.media.Open(a.ctx, "yunxi", id)
	if err != nil || f == nil || f.ContentType != "audio/amr" || !bytes.Equal(f.Body, amr()) {
		t.Fatalf("%+v, %v", f, err)
	}
	if other, err := a.media.Open(a.ctx, "heping", id); err != nil || other != nil {
		t.Error("another village opens it")
	}
}

func TestAPictureLosesItsPlaceAndStandsUpright(t *testing.T) {
	a := newAlbum(t)
	id := a.want(model.InPicture, photo(t))
	if n := a.fetch(); n.Kept != 1 {
		t.Fatalf("%+v", n)
	}
	f, err := a.media.Open(a.ctx, "yunxi", id)
	a.must(err)
	if bytes.Contains(f.Body, []byte("GPS")) || bytes.Contains(f.Body, []byte("Exif")) {
		t.Error("EXIF is still there")
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(f.Body))
	if err != nil || size.Width != 20 || size.Height != 40 {
		t.Errorf("%d × %d, %v", size.Width, size.Height, err)
	}
}

func TestWhatIsNotWhatItSaysIsRefused(t *testing.T) {
	var huge bytes.Buffer
	if err := png.Encode(&huge, image.NewGray(image.Rect(0, 0, 9000, 5000))); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		kind string
		body []byte
	}{
		"a page":         {model.InPicture, []byte("<html><script>")},
		"a program":      {model.InVoice, []byte("MZ\x90\x00")},
		"empty":          {model.InVoice, nil},
		"voice as photo": {model.InPicture, amr()},
		"cut JPEG":       {model.InPicture, photo(t)[:90]},
		"a bomb":         {model.InPicture, huge.Bytes()},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAlbum(t)
			id := a.want(tc.kind, tc.body)
			if n := a.fetch(); n.Lost != 1 {
				t.Fatalf("%+v", n)
			}
			var row model.Media
			a.must(a.store.DB(a.ctx).Take(&row, "id = ?", id).Error)
			if row.State != media.Lost || row.Error == "" {
				t.Errorf("%+v", row)
			}
		})
	}
}

func TestAFailureIsTriedAgainUntilWeChatLetsGo(t *testing.T) {
	a := newAlbum(t)
	a.want(model.InVoice, amr())
	a.held.fail = &model.SendError{Class: model.SendRetry}
	if n := a.fetch(); n.Later != 1 {
		t.Fatalf("%+v", n)
	}
	if n := a.fetch(); n.Later != 0 {
		t.Fatal("tried again at once")
	}
	a.clock.Advance(time.Hour)
	a.held.fail = nil
	if n := a.fetch(); n.Kept != 1 {
		t.Fatalf("%+v", n)
	}
	a.want(model.InVoice, amr())
	a.held.fail = &model.SendError{Class: model.SendRetry}
	a.fetch()
	a.clock.Advance(73 * time.Hour)
	if n := a.fetch(); n.Lost != 1 {
		t.Fatalf("after three days: %+v", n)
	}
}

func TestEachFileIsFetchedOnceByManyWorkers(t *testing.T) {
	a := newAlbum(t)
	for range 20 {
		a.want(model.InVoice, amr())
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			if _, err := a.media.FetchDue(a.ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if a.held.asked != 20 {
		t.Errorf("asked %d times for 20 files", a.held.asked)
	}
	var left int
	a.must(filepath.WalkDir(a.dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(d.Name(), "incoming-") {
			left++
		}
		return err
	}))
	if left > 0 {
		t.Errorf("%d unfinished files left", left)
	}
}

func FuzzInspectedPicture(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe0"))
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Add([]byte("RIFF0000WEBPVP8 "))
	f.Fuzz(func(t *testing.T, body []byte) {
		a := newAlbum(t)
		a.want(model.InPicture, body)
		if n := a.fetch(); n.Kept+n.Lost != 1 {
			t.Errorf("%+v", n)
		}
	})
}
