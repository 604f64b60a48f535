package paper

import (
	qr "github.com/piglig/go-qr"
)

// Sheet is what is drawn, from top to bottom. Sizes are in points.
type Sheet []Block

// Block is a part of a sheet.
type Block interface {
	rows(l *layout) ([]row, error)
}

// Ink is a colour.
type Ink int

// The inks.
const (
	Black Ink = iota
	Grey
	Red
	Pale // for what lies behind
)

// Align is where a line stands.
type Align int

// The places of a line.
const (
	Left Align = iota
	Centre
	Right
)

// textSize is the size of text that names none.
const textSize = 12

// Text is a paragraph, broken into lines where it must be.
type Text struct {
	Text  string
	Size  float64 // 0: 12
	Align Align
	Ink   Ink
}

func (t Text) rows(l *layout) ([]row, error) {
	size := t.Size
	if size == 0 {
		size = textSize
	}
	return l.text(t.Text, size, l.width, t.Align, t.Ink)
}

// Gap is empty room.
type Gap float64

func (g Gap) rows(*layout) ([]row, error) { return []row{{height: float64(g)}}, nil }

// Line is a line across the sheet.
type Line struct{ Ink Ink }

func (n Line) rows(l *layout) ([]row, error) {
	return []row{{height: 9, marks: []mark{{x: 0, y: 4, w: l.width, h: 1, ink: n.Ink}}}}, nil
}

// Bar is a share of a whole: what it is of, drawn as long as it is, and a note
// behind it.
type Bar struct {
	Label     string
	Part, All int
	Note      string
	Ink       Ink
}

const (
	barSize   = 14
	barHeight = 12
	barNote   = 150 // room for the note
)

func (b Bar) rows(l *layout) ([]row, error) {
	label, err := l.text(b.Label, barSize, l.width, Left, Black)
	if err != nil {
		return nil, err
	}
	note, err := l.text(b.Note, textSize, barNote-10, Left, Black)
	if err != nil {
		return nil, err
	}
	room := l.width - barNote
	drawn := row{height: barHeight + 10, marks: []mark{{x: 0, y: 2, w: room, h: barHeight, ink: Pale}}}
	if b.All > 0 && b.Part > 0 {
		drawn.marks = append(drawn.marks, mark{x: 0, y: 2, w: room * min(1, float64(b.Part)/float64(b.All)), h: barHeight, ink: b.Ink})
	}
	drawn.beside(room+10, -2, note)
	return []row{joined(append(label, drawn))}, nil
}

// Cells is a line of a table; each cell has its share of the width.
type Cells struct {
	Texts  []string
	Shares []float64 // as many as Texts, together 1
	Size   float64   // 0: 12
	Ink    Ink
}

func (c Cells) rows(l *layout) ([]row, error) {
	size := c.Size
	if size == 0 {
		size = textSize
	}
	var line row
	x := 0.0
	for i, text := range c.Texts {
		room := c.Shares[i] * l.width
		cell, err := l.text(text, size, room-8, Left, c.Ink)
		if err != nil {
			return nil, err
		}
		line.beside(x, 0, cell)
		x += room
	}
	return []row{line}, nil
}

// Code is a text as a QR code, with words beside it.
type Code struct {
	Text, Words string
}

const codeSize = 96

func (c Code) rows(l *layout) ([]row, error) {
	code, err := qr.EncodeText(c.Text, qr.Medium)
	if err != nil {
		return nil, err
	}
	words, err := l.text(c.Words, textSize, l.width-codeSize-16, Left, Black)
	if err != nil {
		return nil, err
	}
	line := row{height: codeSize + 4}
	dot := float64(codeSize) / float64(code.Size())
	for y := range code.Size() {
		for x := 0; x < code.Size(); x++ {
			from := x
			for x < code.Size() && code.Module(x, y) {
				x++
			}
			if x > from {
				line.marks = append(line.marks, mark{x: float64(from) * dot, y: float64(y) * dot, w: float64(x-from) * dot, h: dot, ink: Black})
			}
		}
	}
	line.beside(codeSize+16, 8, words)
	return []row{line}, nil
}
