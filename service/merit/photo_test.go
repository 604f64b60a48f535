package merit_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/draw"

	"cunwu/model"
	"cunwu/service/merit"
)

// scene is a picture of some patches of light, different for every seed.
func scene(seed uint64) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 1))
	small := image.NewRGBA(image.Rect(0, 0, 6, 6))
	for i := range small.Pix {
		small.Pix[i] = uint8(r.IntN(256))
	}
	big := image.NewRGBA(image.Rect(0, 0, 320, 240))
	draw.CatmullRom.Scale(big, big.Bounds(), small, small.Bounds(), draw.Src, nil)
	return big
}

func asJPEG(t testing.TB, m image.Image, quality int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func scaled(m image.Image, w, h int) image.Image {
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.ApproxBiLinear.Scale(out, out.Bounds(), m, m.Bounds(), draw.Src, nil)
	return out
}

func brighter(m *image.RGBA) image.Image {
	out := image.NewRGBA(m.Bounds())
	for i, p := range m.Pix {
		out.Pix[i] = uint8(min(255, 30+int(p)*7/8))
	}
	return out
}

func TestPicturesAreKnownAgain(t *testing.T) {
	const scenes = 6
	var known []string
	for seed := range uint64(scenes) {
		m := scene(seed)
		first, _, err := merit.Fingerprint(asJPEG(t, m, 90))
		if err != nil {
			t.Fatal(err)
		}
		known = append(known, first)
		for name, again := range map[string][]byte{
			"poorer":   asJPEG(t, m, 30),
			"smaller":  asJPEG(t, scaled(m, 160, 120), 80),
			"larger":   asJPEG(t, scaled(m, 600, 450), 80),
			"brighter": asJPEG(t, brighter(m), 80),
		} {
			second, blank, err := merit.Fingerprint(again)
			if err != nil || blank || !merit.Alike(first, second) || !merit.ShareABand(first, second) {
				t.Errorf("picture %d isn't known again when %s: %s %s, %v", seed, name, first, second, err)
			}
		}
	}
	for i, f := range known {
		for j, g := range known {
			if i != j && merit.Alike(f, g) {
				t.Errorf("pictures %d and %d are taken for one", i, j)
			}
		}
	}
}

func TestAnEmptyPictureShowsNothing(t *testing.T) {
	grey := image.NewRGBA(image.Rect(0, 0, 100, 100))
	draw.Draw(grey, grey.Bounds(), image.NewUniform(color.Gray{Y: 90}), image.Point{}, draw.Src)
	var out bytes.Buffer
	if err := png.Encode(&out, grey); err != nil {
		t.Fatal(err)
	}
	if _, blank, err := merit.Fingerprint(out.Bytes()); err != nil || !blank {
		t.Error(blank, err)
	}
	for _, body := range [][]byte{nil, []byte("<html>"), out.Bytes()[:40]} {
		if _, _, err := merit.Fingerprint(body); err == nil {
			t.Error("what is no picture is read as one")
		}
	}
}

// withPhoto files a claim with one picture.
func (w *world) withPhoto(who string, body []byte) model.MeritClaim {
	w.t.Helper()
	id := model.NewID()
	w.photos[id] = body
	c, err := w.Claim(w.ctx, w.actor(who), merit.NewClaim{VillageID: yunxi, Deed: 1, MediaIDs: []string{id}})
	w.ok(err)
	return c
}

func TestAReusedPhotoIsMarked(t *testing.T) {
	w := newWorld(t)
	m := scene(7)
	first := w.withPhoto("李华", asJPEG(t, m, 90))
	other := w.withPhoto("张明", asJPEG(t, scene(8), 90))
	if n, err := w.CompareDue(w.ctx); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	again := w.withPhoto("陈勇", asJPEG(t, scaled(m, 300, 225), 60))
	voice := w.withPhoto("赵志强", nil)
	if n, err := w.CompareDue(w.ctx); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	for _, c := range []model.MeritClaim{first, other, voice} {
		if got := w.claim(c.ID).Flags; got != "" {
			t.Errorf("%s bears the marks %q", c.PersonName, got)
		}
	}
	if got := w.claim(again.ID).Flags; got != "photo" {
		t.Errorf("the reused picture's claim bears %q", got)
	}
	if words := w.told(w.asked(again)[0]); !strings.Contains(words, "很像") {
		t.Errorf("the reviewers aren't told: %s", words)
	}
	if n, _ := w.CompareDue(w.ctx); n != 0 {
		t.Error("compared again")
	}
}

func TestAPictureThatNeverArrives(t *testing.T) {
	w := newWorld(t)
	c, err := w.Claim(w.ctx, w.actor("李华"), merit.NewClaim{VillageID: yunxi, Deed: 1, MediaIDs: []string{model.NewID()}})
	w.ok(err)
	_, err = w.CompareDue(w.ctx)
	w.ok(err)
	w.clock.Advance(8 * 24 * time.Hour)
	n, err := w.CompareDue(w.ctx)
	w.ok(err)
	var e model.MeritEvidence
	w.ok(w.store.DB(w.ctx).Take(&e, "claim_id = ?", c.ID).Error)
	if n != 1 || e.State != "lost" {
		t.Errorf("%d, %s", n, e.State)
	}
}
