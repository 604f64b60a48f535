package paper

import (
	"strings"

	"golang.org/x/image/math/fixed"
)

// An A4 page, in points.
const (
	pageWidth  = 595.28
	pageHeight = 841.89
	margin     = 50.0
)

const (
	leading = 1.6  // of a line, in sizes
	ascent  = 1.15 // of a line's baseline under its top
)

// mark is one thing drawn in a row: a text, whose y is its baseline, or a box.
type mark struct {
	x, y, w, h float64
	text       string
	size       float64
	ink        Ink
}

// row is what stands on one page together; its marks lie relative to its top.
type row struct {
	height float64
	marks  []mark
}

// beside puts rows into this one, from x and y on.
func (r *row) beside(x, y float64, rows []row) {
	for _, other := range rows {
		for _, m := range other.marks {
			m.x, m.y = m.x+x, m.y+y
			r.marks = append(r.marks, m)
		}
		y += other.height
	}
	r.height = max(r.height, y)
}

// joined are rows that stay together.
func joined(rows []row) row {
	var all row
	all.beside(0, 0, rows)
	return all
}

// layout puts blocks into rows of a width.
type layout struct {
	face  *face
	width float64
}

func layOut(f *face, s Sheet) ([]row, error) {
	l := &layout{face: f, width: pageWidth - 2*margin}
	var all []row
	for _, block := range s {
		rows, err := block.rows(l)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// text breaks a text into lines, a row each.
func (l *layout) text(text string, size, room float64, align Align, ink Ink) ([]row, error) {
	var rows []row
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		lines, err := l.broken(plain(paragraph), room/size)
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			width, err := l.face.width(line)
			if err != nil {
				return nil, err
			}
			x := 0.0
			switch align {
			case Centre:
				x = (room - width*size) / 2
			case Right:
				x = room - width*size
			}
			one := row{height: size * leading}
			if line != "" {
				one.marks = []mark{{x: x, y: size * ascent, text: line, size: size, ink: ink}}
			}
			rows = append(rows, one)
		}
	}
	return rows, nil
}

// broken breaks a paragraph into lines no wider than room: between any two
// characters but inside a number or a Latin word that fits a line of its own, and
// no line begins with a mark that closes something.
func (l *layout) broken(text string, room float64) ([]string, error) {
	var lines []string
	runes := []rune(text)
	for len(runes) > 0 {
		fits, width := 0, 0.0
		for fits < len(runes) {
			w, err := l.face.advance(runes[fits])
			if err != nil {
				return nil, err
			}
			if width += w; width > room && fits > 0 {
				break
			}
			fits++
		}
		cut := fits
		for cut < len(runes) && cut > 1 && (inWord(runes[cut-1], runes[cut]) || strings.ContainsRune(closing, runes[cut])) {
			cut--
		}
		if cut <= 1 && fits < len(runes) {
			cut = fits // a word longer than a line
		}
		lines = append(lines, strings.TrimRight(string(runes[:cut]), " "))
		runes = runes[cut:]
	}
	if lines == nil {
		lines = []string{""}
	}
	return lines, nil
}

const closing = "，。、；：！？）》」』】”’…%％)],.;:!?"

func inWord(a, b rune) bool { return wordly(a) && wordly(b) }

func wordly(r rune) bool {
	return r < 0x80 && (r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '/' || r == '.' || r == '_')
}

func fixedEm(em float64) fixed.Int26_6 { return fixed.Int26_6(em * 64) }
