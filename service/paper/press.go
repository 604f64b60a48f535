// Package paper draws what a village hangs on its board and keeps in its files: a
// sheet is laid out once and drawn as a PDF or as a picture.
package paper

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/image/font/sfnt"

	"cunwu/model"
)

// places bounds how many sheets are drawn at once: each takes the font and a page
// of pixels into memory.
const places = 2

// Press draws sheets with one font.
type Press struct {
	font   string
	places chan struct{}
}

// New makes a press. font is a TrueType file (.ttf) with Chinese characters; empty:
// the press refuses everything, with the reason.
func New(font string) *Press {
	return &Press{font: font, places: make(chan struct{}, places)}
}

// Ready says, by an error (Away), whether there is a font to draw with.
func (p *Press) Ready() error {
	file, err := p.open()
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	_, err = newFace(file)
	return err
}

// PDF draws the sheet on as many A4 pages as it needs. Errors: Away (no font, or it
// lacks a character, which would be blank).
func (p *Press) PDF(ctx context.Context, s Sheet) ([]byte, error) {
	var out []byte
	err := p.draw(ctx, s, func(_ *face, rows []row) error {
		data, err := os.ReadFile(p.font)
		if err != nil {
			return unreadable(err)
		}
		out, err = drawPDF(data, rows)
		return err
	})
	return out, err
}

// PNG draws the sheet as one picture, as wide as an A4 page at 180 dots an inch and
// at most two pages high. Errors: Away as of PDF, Conflict (too long: it has to be a PDF).
func (p *Press) PNG(ctx context.Context, s Sheet) ([]byte, error) {
	var out []byte
	err := p.draw(ctx, s, func(f *face, rows []row) error {
		var err error
		out, err = drawPNG(f, rows)
		return err
	})
	return out, err
}

// Forms of a drawn sheet.
const (
	PDF = "pdf"
	PNG = "png"
)

// Draw draws the sheet as a PDF, or as a picture.
func (p *Press) Draw(ctx context.Context, s Sheet, form string) ([]byte, error) {
	switch form {
	case PDF:
		return p.PDF(ctx, s)
	case PNG:
		return p.PNG(ctx, s)
	}
	return nil, model.Errorf(model.Invalid, "只有PDF（pdf）和图片（png）两种")
}

// draw lays the sheet out and has it drawn, when there is a place.
func (p *Press) draw(ctx context.Context, s Sheet, with func(f *face, rows []row) error) error {
	file, err := p.open()
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case p.places <- struct{}{}:
		defer func() { <-p.places }()
	case <-ctx.Done():
		return ctx.Err()
	}
	f, err := newFace(file)
	if err != nil {
		return err
	}
	rows, err := layOut(f, s)
	if err != nil {
		return err
	}
	return with(f, rows)
}

func (p *Press) open() (*os.File, error) {
	if p == nil || p.font == "" {
		return nil, model.Errorf(model.Away, "服务器没有装中文字体，暂时不能出PDF和图片。请联系系统管理员")
	}
	file, err := os.Open(p.font)
	if err != nil {
		return nil, unreadable(err)
	}
	return file, nil
}

func unreadable(err error) error {
	return model.Errorf(model.Away, "服务器的中文字体打不开，暂时不能出PDF和图片。请联系系统管理员").Because(err)
}

// unfit is the refusal for a file that is no font that can be drawn with. What is
// read of the file while it is drawn may fail, too.
func unfit(err error) error {
	var lost *fs.PathError
	if errors.As(err, &lost) {
		return unreadable(err)
	}
	return model.Errorf(model.Away, "服务器的中文字体用不了（要TTF），暂时不能出PDF和图片。请联系系统管理员").Because(err)
}

// face measures text in the font.
type face struct {
	font  *sfnt.Font
	buf   sfnt.Buffer
	em    float64
	known map[rune]float64 // width in ems
}

func newFace(file *os.File) (*face, error) {
	font, err := sfnt.ParseReaderAt(file)
	if err != nil {
		return nil, unfit(err)
	}
	return &face{font: font, em: float64(font.UnitsPerEm()), known: map[rune]float64{}}, nil
}

// width is a text's width at a size of one.
func (f *face) width(text string) (float64, error) {
	total := 0.0
	for _, r := range text {
		w, err := f.advance(r)
		if err != nil {
			return 0, err
		}
		total += w
	}
	return total, nil
}

// advance is a character's width. One that the font lacks would be blank, and a
// paper with blanks in it says something else than what was meant.
func (f *face) advance(r rune) (float64, error) {
	if w, ok := f.known[r]; ok {
		return w, nil
	}
	glyph, err := f.font.GlyphIndex(&f.buf, r)
	if err != nil {
		return 0, unfit(err)
	}
	if glyph == 0 {
		return 0, model.Errorf(model.Away, "字体里没有“%c”字，印出来会缺字，不能出。请系统管理员换一个字更全的字体", r)
	}
	advance, err := f.font.GlyphAdvance(&f.buf, glyph, fixedEm(f.em), 0)
	if err != nil {
		return 0, unfit(err)
	}
	w := float64(advance) / 64 / f.em
	f.known[r] = w
	return w, nil
}

// plain is text without what is never seen: control characters and marks that
// choose between forms of a character.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r < ' ', r == 0x7f, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r == 0x2060, r == 0xfeff, r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef:
			return -1
		}
		return r
	}, text)
}
