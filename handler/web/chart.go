package web

import (
	"fmt"
	"strconv"
	"strings"
)

// Chart is bars over a row of labels, with a table behind for whoever can't see
// them. A missing value is shown as missing, never as nothing.
type Chart struct {
	Title  string
	Unit   string // 元, 件, 天 …
	Labels []string
	Series []Series // at most four
	Empty  string   // what a missing value is called, e.g. 未公开
}

// Series is one row of values.
type Series struct {
	Name   string
	Values []Value // one for each label
}

// Value is a number as drawn and as read. Missing: it isn't known.
type Value struct {
	N       float64
	Text    string
	Missing bool
}

// Bar is a drawn value.
type Bar struct {
	X, Y, W, H int
	Series     int
	Text       string
	Missing    bool
}

const (
	chartHeight = 180
	chartTop    = 12
	barWidth    = 18
	barGap      = 3
	groupGap    = 20
	labelRunes  = 6  // what a group's label takes in width, in characters
	labelSize   = 18 // of the type, as the stylesheet has it
)

// group is the width of one label's bars.
func (c Chart) group() int {
	longest := 0
	for _, label := range c.Labels {
		longest = max(longest, min(labelRunes, len([]rune(label))))
	}
	return max(len(c.Series)*(barWidth+barGap), longest*labelSize) + groupGap
}

// Width is of the whole drawing.
func (c Chart) Width() int { return max(320, len(c.Labels)*c.group()+groupGap) }

// Height is of the whole drawing.
func (c Chart) Height() int { return chartTop + chartHeight + 32 }

// Bottom is where the bars stand.
func (c Chart) Bottom() int { return chartTop + chartHeight }

// LabelX is the middle of a label.
func (c Chart) LabelX(i int) int { return groupGap + i*c.group() + (c.group()-groupGap)/2 }

// Short is a label as the drawing shows it.
func (c Chart) Short(label string) string {
	if runes := []rune(label); len(runes) > labelRunes {
		return string(runes[:labelRunes-1]) + "…"
	}
	return label
}

// Bars are all values, drawn.
func (c Chart) Bars() []Bar {
	top := 0.0
	for _, s := range c.Series {
		for _, v := range s.Values {
			top = max(top, v.N)
		}
	}
	var bars []Bar
	for n, s := range c.Series {
		for i, v := range s.Values {
			high := 0
			if top > 0 && v.N > 0 {
				high = max(1, int(v.N/top*chartHeight))
			}
			left := c.LabelX(i) - len(c.Series)*(barWidth+barGap)/2
			bars = append(bars, Bar{X: left + n*(barWidth+barGap), Y: c.Bottom() - high, W: barWidth, H: high, Series: n,
				Text: c.Labels[i] + " " + s.Name + " " + v.Text + c.Unit, Missing: v.Missing})
		}
	}
	return bars
}

// Cells are the rows of the table behind: a label with its values.
func (c Chart) Cells() [][]string {
	rows := make([][]string, len(c.Labels))
	for i, label := range c.Labels {
		rows[i] = []string{label}
		for _, s := range c.Series {
			text := s.Values[i].Text
			if s.Values[i].Missing {
				text = c.Empty
			}
			rows[i] = append(rows[i], text)
		}
	}
	return rows
}

// Says is the chart in a sentence, for a screen reader.
func (c Chart) Says() string {
	var names []string
	for _, s := range c.Series {
		names = append(names, s.Name)
	}
	return fmt.Sprintf("%s：%s，共%d项，数字见下面的表", c.Title, strings.Join(names, "、"), len(c.Labels))
}

// Count is a whole number as a value.
func Count(n int) Value { return Value{N: float64(n), Text: strconv.Itoa(n)} }

// Money is an amount of fen as a value.
func Money(fen int64) Value { return Value{N: float64(fen) / 100, Text: Yuan(fen)} }

func number(n int) string { return strconv.Itoa(n) }
