package console

import (
	"fmt"
	"html/template"
	"strings"

	"cunwu/model"
	"cunwu/service/poll"
)

// Words about polls, matters and proposals stand in this file.

// pollWords are what the pages of polls and matters write in their own way.
func pollWords() template.FuncMap {
	return template.FuncMap{
		"pollState":   pollState,
		"organ":       poll.OrganTitle,
		"decides":     poll.Decides,
		"pollKind":    kindTitle,
		"byChannel":   poll.ShareTitle,
		"matterState": poll.MatterTitle,
		"options":     func(p model.Poll) []string { return p.OptionTexts() },
		"local":       local,
		"sheetState":  pollSheetState,
		"file":        func(village, id string) string { return "/console/" + village + "/files/" + id },
		"neg":         func(n int) int { return -n },
		"yes":         yes,
		"subject":     subjectLink,
	}
}

// yes is what stands in an address for what is so.
func yes(so bool) string {
	if so {
		return "1"
	}
	return ""
}

// local is a moment as a browser's field for date and time wants it.
func local(t model.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(model.Shanghai).Format("2006-01-02T15:04")
}

func pollStates() []choice {
	return []choice{{Value: "", Text: "全部"}, {Value: string(model.PollDraft), Text: "草稿"}, {Value: string(model.PollNoticed), Text: "已通知"}, {Value: string(model.PollOpen), Text: "正在投票"},
		{Value: string(model.PollCounted), Text: "有结果"}, {Value: string(model.PollCancelled), Text: "不办了"}}
}

func pollState(state model.PollState) string {
	for _, one := range pollStates()[1:] {
		if one.Value == string(state) {
			return one.Text
		}
	}
	return "正在计票"
}

func pollSheetState(state string) string {
	switch state {
	case poll.SheetEntered:
		return "录了一遍，等另一个人再录"
	case poll.SheetAccepted:
		return "两遍一样，已计入"
	}
	return "两遍不一样，要重新录"
}

func kindTitle(code string) string {
	for _, k := range poll.Kinds() {
		if k.Code == code {
			return k.Title
		}
	}
	return "其他"
}

// organs are who may decide, in the order of the law.
func organs() []model.Organ {
	return []model.Organ{model.OrganPersons, model.OrganHouseholds, model.OrganRepresentatives, model.OrganGroup, model.OrganCollective, model.OrganConsultation}
}

// organWords say when one takes which.
func organWords(o model.Organ) string {
	switch o {
	case model.OrganPersons:
		return "满18岁的村民一人一票。全村的大事用它。"
	case model.OrganHouseholds:
		return "每户一票，家里谁投都行。"
	case model.OrganRepresentatives:
		return "只由村民代表投，只能定村民会议授权的事。先登记村民代表。"
	case model.OrganGroup:
		return "只由一个村民小组的人投，定小组自己的事。"
	case model.OrganCollective:
		return "集体经济组织成员投，定集体财产的事。先登记集体成员。"
	}
	return "只听大家的意见，不作决定。"
}

// share is a share as people say it: 过半数, 三分之二以上.
func share(r poll.Rule) string {
	names := map[int64]string{1: "一", 2: "二", 3: "三", 4: "四", 5: "五", 6: "六", 7: "七", 8: "八", 9: "九", 10: "十"}
	switch {
	case r.Num == 1 && r.Den == 2 && r.Over:
		return "过半数"
	case r.Num == 1 && r.Den == 2:
		return "一半以上"
	case r.Over:
		return "超过" + names[r.Den] + "分之" + names[r.Num]
	}
	return names[r.Den] + "分之" + names[r.Num] + "以上"
}

// ruleWords say what must come together for something to pass.
func ruleWords(r poll.Rules, electorate int, byHousehold bool) []string {
	one := "人"
	if byHousehold {
		one = "户"
	}
	words := []string{fmt.Sprintf("名册%d%s，至少%d%s参加才算数（%s）。", electorate, one, r.Quorum.Needed(electorate), one, share(r.Quorum))}
	if electorate == 0 {
		words[0] = fmt.Sprintf("名册的%s参加才算数。", share(r.Quorum))
	}
	if r.Quorum.Num == 0 {
		words[0] = fmt.Sprintf("名册%d%s，参加多少都行。", electorate, one)
	}
	if r.Pass.OfAll && electorate == 0 {
		return append(words, fmt.Sprintf("名册上全部%s里%s同意才通过；没参加的也算在里面。", one, share(r.Pass)))
	}
	if r.Pass.OfAll {
		return append(words, fmt.Sprintf("全部%d%s里%s同意才通过，也就是至少%d票；没参加的也算在里面。", electorate, one, share(r.Pass), r.Pass.Needed(electorate)))
	}
	return append(words, fmt.Sprintf("参加的%s同意才通过；弃权的、写坏的也算参加。", share(r.Pass)))
}

// noticeWords say how early people must know.
func noticeWords(days int) string {
	if days == 0 {
		return "要先发通知，让大家核对名册。"
	}
	return fmt.Sprintf("作决定的，要提前%d天发通知；确实紧急的写明原因。", days)
}

// lines are a text area's lines, without empty ones.
func lines(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// subjectLink leads to what a step of a matter rests on; nil: to nothing.
func subjectLink(village, subject string) *choice {
	kind, id, _ := strings.Cut(subject, "/")
	switch kind {
	case "poll":
		return &choice{Text: "依据的投票", More: "/console/" + village + "/polls/" + id}
	case "disclosure":
		return &choice{Text: "依据的公开", More: "/console/" + village + "/disclosures/" + model.PublicID(village, id)}
	}
	return nil
}
