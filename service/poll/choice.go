package poll

import (
	"slices"
	"strconv"
	"strings"

	"cunwu/model"
)

// cleanChoices checks what was chosen and writes it in order: "1,3".
func cleanChoices(choices []int, p model.Poll) (string, error) {
	options := len(p.OptionTexts())
	chosen := slices.Sorted(slices.Values(choices))
	switch {
	case len(chosen) == 0:
		return "", model.Errorf(model.Invalid, "请至少选一项")
	case len(chosen) > p.MaxChoices:
		return "", model.Errorf(model.Invalid, "最多选%d项，您选了%d项", p.MaxChoices, len(chosen))
	case chosen[0] < 1 || chosen[len(chosen)-1] > options:
		return "", model.Errorf(model.Invalid, "选项的序号应为1到%d", options)
	case len(slices.Compact(slices.Clone(chosen))) < len(chosen):
		return "", model.Errorf(model.Invalid, "同一项选了两次，请重选")
	}
	return joinChoices(chosen), nil
}

// paperChoices is cleanChoices for paper, on which nothing, or too much, is a
// blank or spoilt ballot: it counts as taking part.
func paperChoices(choices []int, p model.Poll) string {
	text, err := cleanChoices(choices, p)
	if err != nil {
		return ""
	}
	return text
}

func joinChoices(chosen []int) string {
	parts := make([]string, len(chosen))
	for i, n := range chosen {
		parts[i] = strconv.Itoa(n)
	}
	return strings.Join(parts, ",")
}
