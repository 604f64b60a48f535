package village

import (
	"fmt"
	"slices"
	"strings"

	"cunwu/model"
)

// badRowsMax is how many bad rows are listed; the rest is a number.
const badRowsMax = 100

// BadRow is a row of a roster that can't be imported, and why.
type BadRow struct {
	Row    int // as the spreadsheet counts, the header being row 1
	Reason string
}

func (r BadRow) String() string { return fmt.Sprintf("第%d行：%s", r.Row, r.Reason) }

// BadRoster refuses a roster, with its bad rows in order. It is a model.Error of
// code Invalid; the message sums up what Listing lists.
type BadRoster struct {
	Rows []BadRow // the first hundred
	More int      // how many bad rows are not listed

	err *model.Error
}

func (b *BadRoster) Error() string { return b.err.Message }

func (b *BadRoster) Unwrap() error { return b.err }

// Listing is a line for every bad row listed, and one for the rest.
func (b *BadRoster) Listing() string {
	lines := make([]string, 0, len(b.Rows)+1)
	for _, row := range b.Rows {
		lines = append(lines, row.String())
	}
	if b.More > 0 {
		lines = append(lines, fmt.Sprintf("还有%d行", b.More))
	}
	return strings.Join(lines, "\n")
}

// complaints collects what is wrong with a roster, by row.
type complaints map[int][]string

func (c complaints) add(row int, format string, args ...any) {
	c[row] = append(c[row], fmt.Sprintf(format, args...))
}

// err is nil when there is nothing to complain about.
func (c complaints) err() error {
	if len(c) == 0 {
		return nil
	}
	numbers := make([]int, 0, len(c))
	for row := range c {
		numbers = append(numbers, row)
	}
	slices.Sort(numbers)
	listed := numbers[:min(len(numbers), badRowsMax)]
	bad := &BadRoster{More: len(numbers) - len(listed)}
	for _, row := range listed {
		bad.Rows = append(bad.Rows, BadRow{Row: row, Reason: strings.Join(c[row], "；")})
	}
	rest := ""
	if bad.More > 0 {
		rest = fmt.Sprintf("，列出了前%d行，还有%d行", len(bad.Rows), bad.More)
	}
	bad.err = model.Errorf(model.Invalid, "名册有%d行要改%s；这次什么都没有导入，改好后请再导入一次", len(numbers), rest)
	return bad
}
