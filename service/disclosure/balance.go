package disclosure

import (
	"fmt"
	"slices"
)

func isOpening(text string) bool {
	return slices.Contains([]string{"期初余额", "上期结余", "上月结余", "期初结余", "上期余额", "上月余额"}, label(text))
}

func isClosing(text string) bool {
	return slices.Contains([]string{"期末余额", "本期结余", "本月结余", "期末结余", "本期余额", "本月余额"}, label(text))
}

func isTotal(text string) bool {
	return slices.Contains([]string{"合计", "本期合计", "本月合计", "总计"}, label(text))
}

// balance finds the opening and the closing balance, wherever they stand: the
// first amount to the right of their names.
func (r *reading) balance() {
	for row, cells := range r.cells {
		for column, text := range cells {
			var into *int64
			var seen *bool
			switch {
			case isOpening(text):
				into, seen = &r.accounts.Opening, &r.opening
			case isClosing(text):
				into, seen = &r.accounts.Closing, &r.closing
			default:
				continue
			}
			if *seen {
				r.wrong(row, column, fmt.Sprintf("“%s”写了两次", label(text)))
				continue
			}
			*seen = true
			r.balanceCell(row, column, into, isOpening(text))
		}
	}
}

func (r *reading) balanceCell(row, column int, into *int64, opening bool) {
	for at := column + 1; at < len(r.cells[row]); at++ {
		text := r.cells[row][at]
		if text == "" || isOpening(text) || isClosing(text) {
			continue
		}
		fen, reason := parseAmount(text)
		switch {
		case reason != "":
			r.wrong(row, at, reason)
		case opening && r.formula(row, at):
			r.wrong(row, at, "是公式，请改成数字（复制后选择“粘贴为数值”）")
		default:
			*into = fen
		}
		return
	}
	r.wrong(row, column, "右边没有写金额")
}
