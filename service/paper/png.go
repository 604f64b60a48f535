package paper

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"cunwu/model"
)

const (
	scale    = 2.5 // dots a point
	pagesMax = 2   // of a picture
)

// colour is the ink on white paper.
func (i Ink) colour() color.RGBA {
	switch i {
	case Grey:
		return color.RGBA{R: 0x59, G: 0x59, B: 0x59, A: 0xff}
	case Red:
		return color.RGBA{R: 0xb3, G: 0x1b, B: 0x1b, A: 0xff}
	case Pale:
		return color.RGBA{R: 0xe6, G: 0xe6, B: 0xe6, A: 0xff}
	}
	return color.RGBA{A: 0xff}
}

// drawPNG draws the rows under one another.
func drawPNG(f *face, rows []row) ([]byte, error) {
	height := 2 * margin
	for _, r := range rows {
		height += r.height
	}
	if height > pagesMax*pageHeight {
		return nil, model.Errorf(model.Conflict, "内容太多，一张图片放不下，请下载PDF")
	}
	picture := image.NewRGBA(image.Rect(0, 0, dots(pageWidth), dots(max(height, pageHeight))))
	draw.Draw(picture, picture.Bounds(), image.White, image.Point{}, draw.Src)
	faces := map[float64]font.Face{}
	top := margin
	for _, r := range rows {
		for _, m := range r.marks {
			if err := m.onPNG(picture, f, faces, top); err != nil {
				return nil, err
			}
		}
		top += r.height
	}
	var closed error
	for _, face := range faces {
		closed = errors.Join(closed, face.Close())
	}
	var out bytes.Buffer
	err := errors.Join(closed, png.Encode(&out, picture))
	return out.Bytes(), err
}

func (m mark) onPNG(to *image.RGBA, f *face, faces map[float64]font.Face, top float64) error {
	ink := image.NewUniform(m.ink.colour())
	x, y := margin+m.x, top+m.y
	if m.text == "" {
		draw.Draw(to, image.Rect(dots(x), dots(y), dots(x+m.w), dots(y+m.h)), ink, image.Point{}, draw.Src)
		return nil
	}
	if faces[m.size] == nil {
		made, err := opentype.NewFace(f.font, &opentype.FaceOptions{Size: m.size * scale, DPI: 72})
		if err != nil {
			return unfit(err)
		}
		faces[m.size] = made
	}
	drawer := font.Drawer{Dst: to, Src: ink, Face: faces[m.size], Dot: fixed.Point26_6{X: fixed.Int26_6(x * scale * 64), Y: fixed.Int26_6(y * scale * 64)}}
	drawer.DrawString(m.text)
	return nil
}

func dots(points float64) int { return int(math.Round(points * scale)) }
