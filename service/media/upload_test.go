package media_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"cunwu/model"
	"cunwu/service/media"
)

func wang() model.Actor {
	return model.Actor{VillageID: "yunxi", VillagerID: "wang", Name: "王建国", Account: "mini", OpenID: "oWang"}
}

func li() model.Actor {
	return model.Actor{VillageID: "yunxi", VillagerID: "li", Name: "李秀英", Account: "mini", OpenID: "oLi"}
}

func (a *album) upload(actor model.Actor, name string, body []byte) model.Media {
	a.t.Helper()
	m, err := a.media.Upload(a.ctx, actor, "yunxi", name, bytes.NewReader(body))
	a.must(err)
	return m
}

func (a *album) attach(actor model.Actor, subject string, ids ...string) error {
	return a.store.Tx(a.ctx, func(ctx context.Context) error { return a.media.Attach(ctx, actor, "yunxi", ids, subject) })
}

func (a *album) stream(id string, small bool) []byte {
	a.t.Helper()
	m, err := a.media.Of(a.ctx, "yunxi", id)
	a.must(err)
	s, err := a.media.Stream(a.ctx, m, small)
	a.must(err)
	defer func() { _ = s.Close() }()
	body, err := io.ReadAll(s)
	a.must(err)
	if int64(len(body)) != s.Size {
		a.t.Errorf("%d bytes, said to be %d", len(body), s.Size)
	}
	return body
}

func (a *album) sweep() media.Swept {
	a.t.Helper()
	n, err := a.media.SweepDue(a.ctx)
	a.must(err)
	return n
}

// files counts what is in the folder.
func (a *album) files() (n int) {
	a.t.Helper()
	err := filepath.WalkDir(a.dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		a.t.Fatal(err)
	}
	return n
}

func pdf() []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\nxref\n0 1\ntrailer<</Root 1 0 R>>\nstartxref\n44\n%%EOF\n")
}

// box is a box of an MP4 file.
func box(name string, inside ...byte) []byte {
	n := len(inside) + 8
	return append([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, append([]byte(name), inside...)...)
}

// recording is what a phone records as M4A, with tracks of these kinds.
func recording(brand string, tracks ...string) []byte {
	var moov []byte
	for _, kind := range tracks {
		hdlr := box("hdlr", append(make([]byte, 8), append([]byte(kind), make([]byte, 13)...)...)...)
		moov = append(moov, box("trak", box("mdia", hdlr...)...)...)
	}
	return bytes.Join([][]byte{box("ftyp", []byte(brand+"\x00\x00\x00\x00")...), box("mdat", 1, 2, 3), box("moov", moov...)}, nil)
}

func drawn(t *testing.T, width, height int, as string) []byte {
	t.Helper()
	picture := image.NewNRGBA(image.Rect(0, 0, width, height)) // transparent
	var out bytes.Buffer
	var err error
	switch as {
	case "png":
		err = png.Encode(&out, picture)
	case "gif":
		err = gif.Encode(&out, image.NewPaletted(picture.Bounds(), color.Palette{color.Black}), nil)
	default:
		err = jpeg.Encode(&out, picture, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWhatMayBeUploaded(t *testing.T) {
	a := newAlbum(t)
	for name, tt := range map[string]struct {
		body              []byte
		kind, contentType string
	}{
		"JPEG":                   {photo(t), model.InPicture, "image/jpeg"},
		"PNG":                    {drawn(t, 30, 20, "png"), model.InPicture, "image/png"},
		"AMR":                    {amr(), model.InVoice, "audio/amr"},
		"MP3":                    {[]byte("\xff\xfb\x90\x00mp3"), model.InVoice, "audio/mpeg"},
		"MP3 with a title":       {[]byte("ID3\x03\x00mp3"), model.InVoice, "audio/mpeg"},
		"AAC":                    {[]byte("\xff\xf1\x50\x80aac"), model.InVoice, "audio/aac"},
		"Ogg":                    {[]byte("OggS\x00ogg"), model.InVoice, "audio/ogg"},
		"M4A of an iPhone":       {recording("M4A ", "soun"), model.InVoice, "audio/mp4"},
		"M4A of another phone":   {recording("mp42", "soun"), model.InVoice, "audio/mp4"},
		"PDF":                    {pdf(), model.InDocument, "application/pdf"},
		"a photo named like PDF": {photo(t), model.InPicture, "image/jpeg"},
	} {
		t.Run(name, func(t *testing.T) {
			m := a.upload(wang(), "报告.pdf", tt.body)
			if m.Kind != tt.kind || m.ContentType != tt.contentType || m.Filename != "报告.pdf" || (m.ThumbSize > 0) != (tt.kind == model.InPicture) {
				t.Errorf("%+v", m)
			}
			if got := a.stream(m.ID, false); tt.kind != model.InPicture && !bytes.Equal(got, tt.body) {
				t.Error("it was changed")
			}
		})
	}
}

func TestWhatIsRefusedSaysWhy(t *testing.T) {
	a := newAlbum(t)
	for name, tt := range map[string]struct {
		body []byte
		says string
	}{
		"nothing":          {nil, "空的"},
		"a page":           {[]byte("<html><script>"), "收不了"},
		"a program":        {[]byte("MZ\x90\x00"), "收不了"},
		"an SVG":           {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), "收不了"},
		"a GIF":            {drawn(t, 10, 10, "gif"), "收不了"},
		"SILK":             {[]byte("#!SILK_V3"), "收不了"},
		"a video":          {recording("mp42", "soun", "vide"), "收不了"},
		"a video as M4A":   {recording("M4A ", "vide"), "收不了"},
		"an MP4 of boxes":  {bytes.Repeat(box("moov"), 9000), "收不了"},
		"half a photo":     {photo(t)[:90], "打不开"},
		"half a PDF":       {pdf()[:40], "打不开"},
		"a PDF in name":    {[]byte("%PDF-1.4 but really not"), "打不开"},
		"a locked PDF":     {bytes.Replace(pdf(), []byte("/Root"), []byte("/Encrypt 5 0 R/Root"), 1), "密码"},
		"a bomb":           {bomb(t, 9000, 5000), "尺寸"},
		"more than 10 MB":  {append(amr(), make([]byte, 10<<20)...), "10MB"},
		"much more":        {append(amr(), make([]byte, 30<<20)...), "10MB"},
		"a ZIP with a PDF": {append([]byte("PK\x03\x04"), pdf()...), "收不了"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := a.media.Upload(a.ctx, wang(), "yunxi", "a", bytes.NewReader(tt.body))
			if !model.IsCode(err, model.Invalid) || !strings.Contains(model.AsError(err).Message, tt.says) {
				t.Errorf("%v", err)
			}
		})
	}
	_, err := a.media.Upload(a.ctx, wang(), "yunxi", "a", iotest.TimeoutReader(bytes.NewReader(photo(t))))
	if !model.IsCode(err, model.Invalid) || !strings.Contains(model.AsError(err).Message, "没有传完") {
		t.Errorf("cut off: %v", err)
	}
	if n := a.files(); n != 0 {
		t.Errorf("%d files were kept", n)
	}
}

func TestAnUploadedPictureIsUprightWithoutItsPlaceAndHasASmallOne(t *testing.T) {
	a := newAlbum(t)
	m := a.upload(wang(), "a.jpg", photo(t))
	if body := a.stream(m.ID, false); bytes.Contains(body, []byte("GPS")) || bytes.Contains(body, []byte("Exif")) {
		t.Error("EXIF is still there")
	}
	for as, small := range map[string]image.Point{"jpg": {480, 240}, "png": {480, 240}} {
		m := a.upload(wang(), "a", drawn(t, 1000, 500, as))
		size, form, err := image.DecodeConfig(bytes.NewReader(a.stream(m.ID, true)))
		if err != nil || form != "jpeg" || size.Width != small.X || size.Height != small.Y {
			t.Errorf("%s: %s %d × %d, %v", as, form, size.Width, size.Height, err)
		}
	}
	little := a.upload(wang(), "a", drawn(t, 30, 20, "png"))
	picture, err := jpeg.Decode(bytes.NewReader(a.stream(little.ID, true)))
	a.must(err)
	if r, _, _, _ := picture.At(5, 5).RGBA(); picture.Bounds().Dx() != 30 || r < 0xf000 {
		t.Errorf("%v, %x: small stays small, and what is transparent is white", picture.Bounds(), r)
	}
	voice := a.upload(wang(), "a", amr())
	if got := a.stream(voice.ID, true); !bytes.Equal(got, amr()) {
		t.Error("a voice has no small picture: it is itself")
	}
}

func TestAFilesNameIsWrittenSafely(t *testing.T) {
	a := newAlbum(t)
	for name, want := range map[string]string{
		"../../etc/passwd": "passwd", `C:\家\照片.jpg`: "照片.jpg", "a\r\nSet-Cookie: x.jpg": "aSet-Cookie: x.jpg", "": "",
		"gpj.\u202eexe": "gpj.exe", "\xff坏.jpg": "坏.jpg", strings.Repeat("长", 200) + ".pdf": strings.Repeat("长", 76) + ".pdf",
	} {
		if m := a.upload(wang(), name, amr()); m.Filename != want {
			t.Errorf("%q became %q", name, m.Filename)
		}
	}
}

func TestWhoMayUpload(t *testing.T) {
	a := newAlbum(t)
	township := model.Actor{VillageID: "xishan", VillagerID: "zhou", Holds: []model.Held{{VillageID: "yunxi", Role: model.RoleTownship}}}
	stranger := model.Actor{VillageID: "yunxi", Account: "mini", OpenID: "oNew"}
	for name, tt := range map[string]struct {
		actor model.Actor
		code  model.Code
	}{
		"a villager":         {wang(), ""},
		"not bound yet":      {stranger, ""},
		"the township":       {township, ""},
		"of another village": {model.Actor{VillageID: "heping", VillagerID: "x"}, model.Forbidden},
		"nobody":             {model.Actor{}, model.Forbidden},
	} {
		_, err := a.media.Upload(a.ctx, tt.actor, "yunxi", "a", bytes.NewReader(amr()))
		if tt.code == "" && err != nil || tt.code != "" && !model.IsCode(err, tt.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestADayHasItsMeasure(t *testing.T) {
	a := newAlbum(t)
	a.must(a.store.DB(a.ctx).Model(&model.Rule{}).Where("name = ?", "upload.per_day").UpdateColumn("value", 5).Error)
	var kept atomic.Int64
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			_, err := a.media.Upload(a.ctx, wang(), "yunxi", "a", bytes.NewReader(amr()))
			switch {
			case err == nil:
				kept.Add(1)
			case !model.IsCode(err, model.TooMany):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if kept.Load() != 5 {
		t.Errorf("%d were taken of 5 allowed", kept.Load())
	}
	a.upload(li(), "another's measure is hers", amr())
	a.clock.Advance(24 * time.Hour)
	a.upload(wang(), "tomorrow", amr())
}

func TestAnUploadBelongsToItsUploaderThenToOneThing(t *testing.T) {
	a := newAlbum(t)
	one, two := a.upload(wang(), "1.jpg", photo(t)), a.upload(wang(), "2.jpg", photo(t))
	hers := a.upload(li(), "3.jpg", photo(t))
	if m, err := a.media.Of(a.ctx, "yunxi", one.ID); err != nil || m.Subject != "" || !media.Owned(wang(), m) || media.Owned(li(), m) {
		t.Errorf("%+v, %v", m, err)
	}
	if err := a.media.Attach(a.ctx, wang(), "yunxi", []string{one.ID}, "case/1"); err == nil {
		t.Error("attached outside of a transaction")
	}
	for name, tt := range map[string]struct {
		ids  []string
		code model.Code
	}{
		"another's with mine": {[]string{one.ID, hers.ID}, model.Unknown},
		"one that isn't":      {[]string{model.NewID()}, model.Unknown},
		"one twice":           {[]string{one.ID, one.ID}, model.Invalid},
		"too many":            {strings.Split(strings.Repeat("x,", 21), ","), model.Invalid},
	} {
		if err := a.attach(wang(), "case/1", tt.ids...); !model.IsCode(err, tt.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	a.must(a.attach(wang(), "case/1", one.ID, two.ID))
	a.must(a.attach(wang(), "case/1"))
	if err := a.attach(wang(), "case/2", two.ID); !model.IsCode(err, model.Conflict) {
		t.Errorf("twice: %v", err)
	}
	if m, err := a.media.Of(a.ctx, "yunxi", one.ID); err != nil || m.Subject != "case/1" || m.State != media.Kept {
		t.Errorf("%+v, %v", m, err)
	}
	if all, err := a.media.Belonging(a.ctx, "yunxi", "case/1"); err != nil || len(all) != 2 || all[0].ID != one.ID {
		t.Errorf("%v, %v", all, err)
	}
	if _, err := a.media.Of(a.ctx, "heping", one.ID); !model.IsCode(err, model.Unknown) {
		t.Errorf("another village: %v", err)
	}
}

func TestWhoUploadedBeforeBindingIsKnownAgain(t *testing.T) {
	a := newAlbum(t)
	before := model.Actor{VillageID: "yunxi", Account: "mini", OpenID: "oWang"}
	m := a.upload(before, "a.jpg", photo(t))
	a.must(a.attach(wang(), "case/1", m.ID))
}

func TestOneOfManyAttachesAFile(t *testing.T) {
	a := newAlbum(t)
	m := a.upload(wang(), "a.jpg", photo(t))
	var done atomic.Int64
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			err := a.attach(wang(), fmt.Sprint("case/", i), m.ID)
			if err == nil {
				done.Add(1)
			} else if !model.IsCode(err, model.Conflict) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if done.Load() != 1 {
		t.Errorf("attached %d times", done.Load())
	}
}

func TestWhatBelongsToNothingIsSwept(t *testing.T) {
	a := newAlbum(t)
	used, unused := a.upload(wang(), "1.jpg", photo(t)), a.upload(wang(), "2.jpg", photo(t))
	a.must(a.attach(wang(), "case/1", used.ID))
	a.clock.Advance(47 * time.Hour)
	if n := a.sweep(); n.Removed != 0 {
		t.Errorf("too early: %+v", n)
	}
	a.clock.Advance(2 * time.Hour)
	if n := a.sweep(); n.Removed != 1 || a.files() != 2 { // the picture and its small one
		t.Errorf("%+v, %d files", n, a.files())
	}
	if _, err := a.media.Of(a.ctx, "yunxi", unused.ID); !model.IsCode(err, model.Unknown) {
		t.Errorf("%v", err)
	}
	if err := a.attach(wang(), "case/2", unused.ID); !model.IsCode(err, model.Unknown) {
		t.Errorf("%v", err)
	}
	a.must(a.store.Tx(a.ctx, func(ctx context.Context) error { return a.media.Discard(ctx, "yunxi", used.ID) }))
	if f, err := a.media.Open(a.ctx, "yunxi", used.ID); f != nil || err != nil {
		t.Errorf("seen after it was discarded: %v, %v", f, err)
	}
	if n := a.sweep(); n.Removed != 1 || a.files() != 0 {
		t.Errorf("%+v, %d files", n, a.files())
	}
	a.clock.Advance(24 * time.Hour)
	a.sweep()
	var days int64
	a.must(a.store.DB(a.ctx).Model(&model.UploadDay{}).Count(&days).Error)
	if days != 0 {
		t.Errorf("%d days are still counted", days)
	}
}

// Sweepers and whoever attaches at the last moment: each file ends in one way.
func TestSweepingAndAttachingDontMeet(t *testing.T) {
	a := newAlbum(t)
	var ids []string
	for range 20 {
		ids = append(ids, a.upload(wang(), "a", amr()).ID)
	}
	a.clock.Advance(49 * time.Hour)
	var attached, removed atomic.Int64
	var all sync.WaitGroup
	all.Go(func() {
		for _, id := range ids {
			if a.attach(wang(), "case/1", id) == nil {
				attached.Add(1)
			}
		}
	})
	for range 2 {
		all.Go(func() {
			n, err := a.media.SweepDue(a.ctx)
			if err != nil {
				t.Error(err)
			}
			removed.Add(int64(n.Removed))
		})
	}
	all.Wait()
	if attached.Load()+removed.Load() != 20 || int64(a.files()) != attached.Load() {
		t.Errorf("%d attached, %d removed, %d files", attached.Load(), removed.Load(), a.files())
	}
}

// stuck is a storage that removes nothing.
type stuck struct{ media.Storage }

func (stuck) Remove(context.Context, string) error { return errors.New("the store is away") }

func TestAFileThatCantBeRemovedIsTriedAgain(t *testing.T) {
	a := newAlbum(t)
	whole := a.media
	a.media = media.New(a.store, a.held, stuck{media.NewFolder(a.dir)}, quiet())
	m := a.upload(wang(), "a", amr())
	a.clock.Advance(49 * time.Hour)
	if n := a.sweep(); n.Later != 1 {
		t.Fatalf("%+v", n)
	}
	if err := a.attach(wang(), "case/1", m.ID); !model.IsCode(err, model.Unknown) {
		t.Errorf("%v", err)
	}
	a.media = whole
	if n := a.sweep(); n.Removed+n.Later != 0 {
		t.Errorf("at once: %+v", n)
	}
	a.clock.Advance(time.Hour)
	if n := a.sweep(); n.Removed != 1 || a.files() != 0 {
		t.Errorf("%+v, %d files", n, a.files())
	}
}

func TestAVoiceDiscardedWhileItIsFetchedLeavesNothing(t *testing.T) {
	a := newAlbum(t)
	id := a.want(model.InVoice, amr())
	a.held.slow = func(string) {
		a.must(a.store.Tx(a.ctx, func(ctx context.Context) error { return a.media.Discard(ctx, "yunxi", id) }))
	}
	a.fetch()
	a.sweep()
	if n := a.files(); n != 0 {
		t.Errorf("%d files are left", n)
	}
}

func FuzzUpload(f *testing.F) {
	f.Add(recording("M4A ", "soun"))
	f.Add(pdf())
	f.Add([]byte("\x00\x00\x00\x01ftyp\x00\x00\x00\x00\x00\x00\x00\x09moov\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, body []byte) {
		a := newAlbum(t)
		m, err := a.media.Upload(a.ctx, wang(), "yunxi", "a", bytes.NewReader(body))
		if err == nil && m.Size == 0 || err != nil && !model.IsCode(err, model.Invalid) {
			t.Errorf("%+v, %v", m, err)
		}
	})
}
