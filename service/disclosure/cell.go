package disclosure

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"cunwu/model"
)

// amountMax is the largest amount that a cell may hold, in fen: 100,000,000,000
// yuan; thousands of them still fit an int64.
const amountMax = 10_000_000_000_000

//nolint:gochecknoglobals // read-only
var (
	numberText = regexp.MustCompile(`^-?\d{1,18}(\.\d{1,20})?([eE][+-]?\d{1,2})?$`)
	bracketed  = regexp.MustCompile(`[（(【\[].*?[）)】\]]`)
	dateText   = regexp.MustCompile(`^(?:(\d{4})[年./\-])?(\d{1,2})[月./\-](\d{1,2})日?(?:[ T].*)?$`)
	plainDate  = regexp.MustCompile(`^\d{8}$`)
)

// halfWidth makes full-width digits and signs half-width.
func halfWidth(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '　' || r == '\u00a0':
			return ' '
		}
		return r
	}, text)
}

// parseAmount reads an amount of yuan as fen, as people write them: 1,234.50,
// ￥300, １００元. The reason says what is wrong with it.
func parseAmount(text string) (fen int64, reason string) {
	plain := strings.NewReplacer(",", "", "，", "", " ", "", "¥", "", "￥", "", "元", "").Replace(halfWidth(text))
	if !numberText.MatchString(plain) {
		return 0, fmt.Sprintf("“%s”不是金额", clip(text, 20))
	}
	value, ok := new(big.Rat).SetString(plain)
	if !ok {
		return 0, fmt.Sprintf("“%s”不是金额", clip(text, 20))
	}
	cents := value.Mul(value, big.NewRat(100, 1))
	if !cents.IsInt() {
		cents = asTyped(plain)
	}
	switch {
	case cents == nil || !cents.IsInt():
		return 0, fmt.Sprintf("“%s”小于一分，金额最多两位小数", clip(text, 20))
	case !cents.Num().IsInt64() || cents.Num().Int64() > amountMax || cents.Num().Int64() < -amountMax:
		return 0, fmt.Sprintf("“%s”太大，请核对", clip(text, 24))
	}
	return cents.Num().Int64(), ""
}

// asTyped undoes what Excel's binary numbers add: 1234.5599999999999 was typed
// as 1234.56. Excel keeps 15 digits.
func asTyped(plain string) *big.Rat {
	if len(strings.TrimLeft(strings.NewReplacer(".", "", "-", "").Replace(plain), "0")) < 15 {
		return nil
	}
	f, err := strconv.ParseFloat(plain, 64)
	if err != nil {
		return nil
	}
	value, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', 15, 64))
	if !ok {
		return nil
	}
	return value.Mul(value, big.NewRat(100, 1))
}

// parseDate reads a day as people and Excel write it, the year from the period
// when it isn't written.
func parseDate(text string, from time.Time) (day time.Time, ok bool) {
	text = strings.TrimSpace(halfWidth(text))
	if m := dateText.FindStringSubmatch(strings.ReplaceAll(text, " ", "")); m != nil {
		year := from.Year()
		if m[1] != "" {
			year, _ = strconv.Atoi(m[1])
		}
		month, _ := strconv.Atoi(m[2])
		d, _ := strconv.Atoi(m[3])
		day = time.Date(year, time.Month(month), d, 0, 0, 0, 0, model.Shanghai)
		return day, int(day.Month()) == month && day.Day() == d
	}
	if plainDate.MatchString(text) {
		day, err := time.ParseInLocation("20060102", text, model.Shanghai)
		return day, err == nil
	}
	serial, err := strconv.ParseFloat(text, 64)
	if err != nil || serial < 20_000 || serial > 80_000 {
		return time.Time{}, false
	}
	t, err := excelize.ExcelDateToTime(serial, false)
	if err != nil {
		return time.Time{}, false
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, model.Shanghai), true
}

// label is a cell's text as a column's or balance's name: no spaces, brackets,
// colons.
func label(text string) string {
	text = bracketed.ReplaceAllString(halfWidth(text), "")
	return strings.Trim(strings.Join(strings.Fields(text), ""), ":")
}

// Yuan says fen as people do: 1234.50.
func Yuan(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	return fmt.Sprintf("%s%d.%02d", sign, fen/100, fen%100)
}

func clip(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return text
}
