package simulator

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
)

const (
	amrMagic = "#!AMR\n"
	// amrFrame is 20 ms at 12.2 kbit/s: a byte of header and 31 of sound.
	amrFrame = 32
)

// SampleVoice is a valid AMR recording of silence.
func SampleVoice(seconds int) []byte {
	silence := make([]byte, amrFrame)
	copy(silence, []byte{0x3c, 0x91, 0x17, 0x16, 0xbe, 0x66, 0x79, 0xe1, 0xe0, 0x01, 0xe7, 0xaf, 0xf0})
	return append([]byte(amrMagic), bytes.Repeat(silence, seconds*50)...)
}

// voiceSeconds is how long a voice lasts, as the bubble on a phone says; at least one.
func voiceSeconds(body []byte) int {
	if !bytes.HasPrefix(body, []byte(amrMagic)) {
		return max(1, len(body)/4000)
	}
	sizes := []int{13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1}
	frames := 0
	for at := len(amrMagic); at < len(body); frames++ {
		at += sizes[body[at]>>3&15]
	}
	return max(1, (frames+25)/50)
}

// SamplePicture is a photo of a village street at dusk whose lamp is out: a JPEG with EXIF that tells
// the place, the time and the phone, which the program must strip.
func SamplePicture() []byte {
	var plain bytes.Buffer
	_ = jpeg.Encode(&plain, street(), &jpeg.Options{Quality: 85})
	return withEXIF(plain.Bytes())
}

// SampleScreenshot is the same scene as a PNG.
func SampleScreenshot() []byte {
	var out bytes.Buffer
	_ = png.Encode(&out, street())
	return out.Bytes()
}

// street draws the picture.
func street() image.Image {
	const width, height, ground = 640, 480, 330
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.SetRGBA(x, y, scene(x, y, ground))
		}
	}
	fill(img, image.Rect(60, 210, 230, ground), color.RGBA{0xe9, 0xe2, 0xd3, 255})  // a white wall
	fill(img, image.Rect(95, 245, 130, 285), color.RGBA{0xf6, 0xc7, 0x5d, 255})     // a lit window
	fill(img, image.Rect(165, 250, 200, ground), color.RGBA{0x6a, 0x46, 0x30, 255}) // the door
	for y := 170; y < 212; y++ {                                                    // the roof
		inset := (212 - y) * 2
		fill(img, image.Rect(45+inset, y, 245-inset, y+1), color.RGBA{0x3d, 0x45, 0x55, 255})
	}
	fill(img, image.Rect(452, 120, 460, 400), color.RGBA{0x2a, 0x2d, 0x33, 255}) // the lamp post
	fill(img, image.Rect(395, 116, 460, 123), color.RGBA{0x2a, 0x2d, 0x33, 255})
	fill(img, image.Rect(385, 123, 425, 137), color.RGBA{0x4c, 0x50, 0x57, 255}) // and its dark lamp
	return img
}

// scene is the background: sky, hills, road.
func scene(x, y, ground int) color.RGBA {
	hill := float64(ground) - 70 - 35*math.Sin(float64(x)/95) - 18*math.Sin(float64(x)/37)
	switch {
	case y >= ground:
		middle := 320 + float64(y-ground)*0.15
		half := 70 + float64(y-ground)*1.3
		if math.Abs(float64(x)-middle) < half {
			return color.RGBA{0x6f, 0x6d, 0x72, 255}
		}
		return color.RGBA{0x4f, uint8(0x66 + (x*7+y*13)%11), 0x43, 255}
	case float64(y) > hill:
		return color.RGBA{0x39, 0x4b, 0x55, 255}
	}
	t := float64(y) / float64(ground)
	mix := func(top, bottom float64) uint8 { return uint8(top + (bottom-top)*t) }
	return color.RGBA{mix(0x2b, 0xf0), mix(0x3a, 0xa2), mix(0x67, 0x78), 255}
}

func fill(img *image.RGBA, area image.Rectangle, c color.RGBA) {
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			img.SetRGBA(x, y, c)
		}
	}
}

// withEXIF puts an EXIF block behind a JPEG's first marker.
func withEXIF(body []byte) []byte {
	block := append([]byte("Exif\x00\x00"), exif()...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(block)+2))...)
	return append(append(out, block...), body[2:]...)
}
