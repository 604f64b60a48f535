package merit

import (
	"bytes"
	"encoding/hex"
	"errors"
	"image"
	_ "image/jpeg" // kept pictures are JPEG or PNG
	_ "image/png"  // likewise
	"math/bits"
)

const (
	maxPixels   = 40 << 20
	samples     = 120 // points looked at in each direction
	alikeAcross = 7   // bits of 64 that may differ; eight bytes share one then
	alikeDown   = 10
	blankSpread = 6 // a picture whose grey values lie closer together shows nothing
)

// fingerprint is a picture's difference hash: 8 bytes that say where it gets
// lighter from left to right, 8 from top to bottom. Size, quality and brightness
// hardly change it.
type fingerprint [16]byte

func (f fingerprint) String() string { return hex.EncodeToString(f[:]) }

func parseFingerprint(text string) (f fingerprint, ok bool) {
	b, err := hex.DecodeString(text)
	return fingerprint(append(b, make([]byte, 16)...)[:16]), err == nil && len(b) == 16
}

// alike says whether two pictures look the same.
func (f fingerprint) alike(g fingerprint) bool {
	across, down := 0, 0
	for i := range 8 {
		across += bits.OnesCount8(f[i] ^ g[i])
		down += bits.OnesCount8(f[i+8] ^ g[i+8])
	}
	return across <= alikeAcross && down <= alikeDown
}

// bands are the first eight bytes with their places: of two pictures that are
// alike at least one is equal.
func (f fingerprint) bands() []int {
	all := make([]int, 8)
	for i := range all {
		all[i] = i<<8 | int(f[i])
	}
	return all
}

// fingerprintOf reads a picture; blank says that it shows nothing.
func fingerprintOf(body []byte) (f fingerprint, blank bool, err error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return f, false, err
	}
	if size.Width < 9 || size.Height < 9 || size.Width > maxPixels/size.Height {
		return f, false, errors.New("a picture too small or too large")
	}
	picture, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return f, false, err
	}
	across, down := grid(picture, 9, 8), grid(picture, 8, 9)
	for y := range 8 {
		for x := range 8 {
			if across[y*9+x] < across[y*9+x+1] {
				f[y] |= 1 << x
			}
			if down[y*8+x] < down[(y+1)*8+x] {
				f[y+8] |= 1 << x
			}
		}
	}
	return f, spread(across) < blankSpread, nil
}

// grid is the picture's mean grey (0–255) in w × h cells.
func grid(picture image.Image, w, h int) []float64 {
	b := picture.Bounds()
	sum, n := make([]float64, w*h), make([]float64, w*h)
	stepX, stepY := max(1, b.Dx()/samples), max(1, b.Dy()/samples)
	for y := b.Min.Y; y < b.Max.Y; y += stepY {
		for x := b.Min.X; x < b.Max.X; x += stepX {
			r, g, bl, _ := picture.At(x, y).RGBA()
			cell := (y-b.Min.Y)*h/b.Dy()*w + (x-b.Min.X)*w/b.Dx()
			sum[cell] += (0.299*float64(r) + 0.587*float64(g) + 0.114*float64(bl)) / 257
			n[cell]++
		}
	}
	for i := range sum {
		sum[i] /= max(n[i], 1)
	}
	return sum
}

func spread(cells []float64) float64 {
	low, high := cells[0], cells[0]
	for _, c := range cells {
		low, high = min(low, c), max(high, c)
	}
	return high - low
}
