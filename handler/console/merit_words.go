package console

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"cunwu/model"
	"cunwu/service/merit"
)

// Words about merit points stand in this file.

func meritWords() template.FuncMap {
	return template.FuncMap{
		"claimState":      merit.StateName,
		"claimTitle":      claimTitle,
		"odd":             merit.FlagWords,
		"redemptionState": merit.RedemptionName,
		"reviewState":     reviewState,
		"claimKind":       claimKind,
		"capWords":        capWords,
		"evidenceWords":   func(e string) string { return said(evidences(), e) },
		"whoWords":        func(w string) string { return said(claimants(), w) },
		"sheetWords":      sheetWords,
		"closeWords":      closeWords,
		"storyWords":      storyWords,
		"oddKind":         oddKind,
		"fours":           fours,
	}
}

// fours writes a number in fours, as it is read aloud and typed.
func fours(number string) string {
	var parts []string
	for i := 0; i < len(number); i += 4 {
		parts = append(parts, number[i:min(i+4, len(number))])
	}
	return strings.Join(parts, " ")
}

// pairs are codes with their words.
type pairs [][2]string

func said(all pairs, code string) string {
	for _, p := range all {
		if p[0] == code {
			return p[1]
		}
	}
	return ""
}

func meant(all pairs, words string) (string, bool) {
	for _, p := range all {
		if p[1] == words || p[0] == words {
			return p[0], true
		}
	}
	return "", false
}

func evidences() pairs {
	return pairs{{model.EvidenceNone, "不用"}, {model.EvidenceWords, "文字"}, {model.EvidencePicture, "照片"}}
}

func claimants() pairs {
	return pairs{{model.DeedSelf, "本人"}, {model.DeedPraise, "别人"}, {model.DeedAnybody, "都行"}, {model.DeedDuty, "村里"}}
}

func periods() pairs {
	return pairs{{"day", "天"}, {"week", "周"}, {"month", "月"}, {"quarter", "季"}, {"year", "年"}}
}

func capWords(d model.MeritDeed) string {
	if d.Cap == 0 {
		return "不限"
	}
	return fmt.Sprintf("每%s%d分", said(periods(), d.CapPeriod), d.Cap)
}

func reviewState(state string) string {
	return said(pairs{{model.ReviewAsked, "还没评"}, {model.ReviewApproved, "同意"}, {model.ReviewRefused, "不同意"}, {model.ReviewOver, "不用评了"}}, state)
}

func claimKind(kind string) string {
	return said(pairs{{model.ClaimOwn, "自己报的"}, {model.ClaimBehalf, "代报的"}, {model.ClaimPraise, "夸乡亲"}, {model.ClaimDeduct, "扣分"}}, kind)
}

func sheetWords(state string) string {
	return said(pairs{{model.SheetEntered, "录了一遍，等另一户的人再录"}, {model.SheetDiffers, "两遍不一样"}, {model.SheetPosted, "入账了"}}, state)
}

func closeWords(state string) string {
	return said(pairs{{"telling", "正在通知各户"}, {"waiting", "通知完了，等到期"}, {"closing", "正在结转"}, {"closed", "结转完了"}}, state)
}

func storyWords(state string) string {
	return said(pairs{{model.StoryDraft, "等本人同意"}, {model.StoryShown, "公开了"}, {model.StoryWithdrawn, "撤下了"}}, state)
}

func oddKind(kind string) string {
	return said(pairs{{"photo", "照片"}, {"reviewer", "评议"}, {"family", "同一户"}, {"hour", "集中申报"}, {"keeper", "兑换"}, {"household", "分户"}}, kind)
}

const deedColumns = 7

// deedLines writes a rule book's deeds as the form has them: a deed a line, its
// columns as Excel copies them.
func deedLines(deeds []model.MeritDeed) string {
	var out strings.Builder
	for _, d := range deeds {
		fmt.Fprintf(&out, "%d\t%s\t%d\t%d\t%s\t%s\t%s\n", d.Number, d.Name, d.Points, d.Cap, said(periods(), d.CapPeriod), said(evidences(), d.Evidence), said(claimants(), d.Who))
	}
	return out.String()
}

// deedsIn reads them.
func deedsIn(text string) ([]model.MeritDeed, error) {
	var deeds []model.MeritDeed
	n := 0
	for line := range strings.Lines(strings.NewReplacer("|", "\t", "｜", "\t").Replace(text)) {
		n++
		if strings.TrimSpace(line) == "" {
			continue
		}
		cells := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		for len(cells) < deedColumns {
			cells = append(cells, "")
		}
		d, wrong := deedIn(cells)
		if wrong != "" {
			return nil, model.Errorf(model.Invalid, "积分事项第%d行：%s", n, wrong)
		}
		deeds = append(deeds, d)
	}
	return deeds, nil
}

func deedIn(cells []string) (d model.MeritDeed, wrong string) {
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	var err error
	if d.Number, err = strconv.Atoi(cells[0]); err != nil {
		return d, "第1格要写编号，例如 1"
	}
	d.Name = cells[1]
	if d.Points, err = strconv.ParseInt(strings.TrimSuffix(cells[2], "分"), 10, 64); err != nil {
		return d, "第3格要写分值，例如 5；扣分写 -5"
	}
	if cells[3] != "" && cells[3] != "不限" {
		if d.Cap, err = strconv.ParseInt(strings.TrimSuffix(cells[3], "分"), 10, 64); err != nil {
			return d, "第4格写一户最多几分，不限写0"
		}
	}
	var ok bool
	if d.CapPeriod, ok = meant(periods(), strings.TrimPrefix(cells[4], "每")); !ok && d.Cap > 0 {
		return d, "第5格写上限按天、周、月、季还是年算"
	}
	if d.Evidence, ok = meant(evidences(), cells[5]); !ok && cells[5] != "" {
		return d, "第6格写要什么证明：不用、文字或照片"
	}
	if cells[5] == "" {
		d.Evidence = model.EvidenceNone
	}
	if d.Who, ok = meant(claimants(), cells[6]); !ok && cells[6] != "" {
		return d, "第7格写谁来报：本人、别人或都行"
	}
	if cells[6] == "" && d.Points > 0 {
		d.Who = model.DeedAnybody
	}
	return d, ""
}
