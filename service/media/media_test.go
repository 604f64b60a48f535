package media_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
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
	slow  func(id string)
}

func (h *holder) Fetch(_ context.Context, _, id string, _ int64) (string, []byte, error) {
	if h.slow != nil {
		h.slow(id)
	}
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
	a.media = media.New(a.store, a.held, media.NewFolder(a.dir), slog.New(slog.DiscardHandler))
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
		id, err = a.media.Want(ctx, model.Person{Account: "wx1", OpenID: "oA"}, "yunxi", "wx1", "w-"+kind, kind)
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

// bomb is a PNG that says to be of this size.
func bomb(t *testing.T, width, height uint32) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	body := out.Bytes()
	binary.BigEndian.PutUint32(body[16:], width)
	binary.BigEndian.PutUint32(body[20:], height)
	binary.BigEndian.PutUint32(body[29:], crc32.ChecksumIEEE(body[12:29]))
	return body
}

func TestWhatIsNotWhatItSaysIsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		kind string
		body []byte
	}{
		"a page":         {model.InPicture, []byte("<html><script>")},
		"a program":      {model.InVoice, []byte("MZ\x90\x00")},
		"empty":          {model.InVoice, nil},
		"voice as photo": {model.InPicture, amr()},
		"cut JPEG":       {model.InPicture, photo(t)[:90]},
		"a bomb":         {model.InPicture, bomb(t, 9000, 5000)},
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

// broken is a photo whose EXIF can't be read.
func broken(t *testing.T) []byte {
	return bytes.Replace(photo(t), []byte("MM\x00\x2a\x00\x00\x00\x08"), []byte("MM\x00\x2a\xff\xff\xff\x08"), 1)
}

func TestOddPicturesAreKeptAndAnimationsCostOneFrame(t *testing.T) {
	frame := image.NewPaletted(image.Rect(0, 0, 2000, 2000), color.Palette{color.Black, color.White})
	var film bytes.Buffer
	all := &gif.GIF{}
	for range 60 { // 240 MB as frames in memory
		all.Image, all.Delay = append(all.Image, frame), append(all.Delay, 1)
	}
	if err := gif.EncodeAll(&film, all); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string][]byte{"broken EXIF": broken(t), "a film": film.Bytes()} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			a := newAlbum(t)
			id := a.want(model.InPicture, body)
			runtime.ReadMemStats(&before)
			if n := a.fetch(); n.Kept != 1 {
				t.Fatalf("%+v", n)
			}
			runtime.ReadMemStats(&after)
			if used := after.TotalAlloc - before.TotalAlloc; used > 200<<20 {
				t.Errorf("it took %d MB", used>>20)
			}
			f, err := a.media.Open(a.ctx, "yunxi", id)
			a.must(err)
			if _, err := jpeg.Decode(bytes.NewReader(f.Body)); err != nil || f.ContentType != "image/jpeg" {
				t.Errorf("%s: %v", f.ContentType, err)
			}
		})
	}
}

func TestASlowFileKeepsNoOtherWaiting(t *testing.T) {
	a := newAlbum(t)
	slow := a.want(model.InVoice, amr())
	a.clock.Advance(time.Second)
	quick := a.want(model.InPicture, photo(t))
	release := make(chan struct{})
	a.held.slow = func(id string) {
		if id == "w-voice" {
			<-release
		}
	}
	done := make(chan media.Fetched)
	go func() {
		n, _ := a.media.FetchDue(a.ctx)
		done <- n
	}()
	for f, _ := a.media.Open(a.ctx, "yunxi", quick); f == nil; f, _ = a.media.Open(a.ctx, "yunxi", quick) {
		if a.ctx.Err() != nil {
			t.Fatal("the quick one waits for the slow one")
		}
	}
	if f, _ := a.media.Open(a.ctx, "yunxi", slow); f != nil {
		t.Error("the slow one is kept already")
	}
	close(release)
	if n := <-done; n.Kept != 2 {
		t.Errorf("%+v", n)
	}
}

func TestAClaimWhoseHolderDiedRunsOut(t *testing.T) {
	a := newAlbum(t)
	id := a.want(model.InVoice, amr())
	a.must(a.store.DB(a.ctx).Model(&model.Media{}).Where("id = ?", id).
		UpdateColumn("lease_until", model.At(a.clock.Now().Add(time.Minute))).Error)
	if n := a.fetch(); n.Kept != 0 {
		t.Error("taken under another's claim")
	}
	a.clock.Advance(2 * time.Minute)
	if n := a.fetch(); n.Kept != 1 {
		t.Errorf("%+v", n)
	}
}

func TestARowCantLeadOutOfTheFolder(t *testing.T) {
	a := newAlbum(t)
	id := a.want(model.InVoice, amr())
	a.fetch()
	secret := filepath.Join(filepath.Dir(a.dir), "secret")
	a.must(os.WriteFile(secret, []byte("secret"), 0o600))
	a.must(a.store.DB(a.ctx).Model(&model.Media{}).Where("id = ?", id).UpdateColumn("path", "../secret").Error)
	if f, err := a.media.Open(a.ctx, "yunxi", id); err == nil || f != nil {
		t.Errorf("read %v", f)
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

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
