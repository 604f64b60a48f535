package poll

import (
	"slices"
	"strings"

	"cunwu/model"
)

// Kind is a sort of matter. Those that an organ must decide by law (村民委员会组织法
// 第二十八条, 农村集体经济组织法 第二十六条) name the organs that may.
type Kind struct {
	Code   string
	Title  string
	Organs []model.Organ
}

// KindAid is the list of who gets help: the village's business and nobody else's.
const KindAid = "aid_list"

// KindOther is everything that no law gives to an organ: for consultation.
const KindOther = "other"

// Kinds returns the sorts of matter.
func Kinds() []Kind {
	assembly := []model.Organ{model.OrganPersons, model.OrganHouseholds}
	village := append(slices.Clone(assembly), model.OrganRepresentatives, model.OrganGroup)
	collective := append(slices.Clone(village), model.OrganCollective)
	return []Kind{
		{"planning", "村庄规划", village},
		{"public_works", "公益事业和公共工程", village},
		{"paid_posts", "误工人员和补贴标准", village},
		{"levy", "筹资筹劳", village},
		{KindAid, "救助名单", village},
		{"collective_income", "集体收益的使用", collective},
		{"contracting", "土地和集体项目的承包", collective},
		{"homestead", "宅基地的使用", collective},
		{"land_compensation", "征地补偿费的使用和分配", collective},
		{"collective_property", "集体财产的处分", []model.Organ{model.OrganPersons, model.OrganHouseholds, model.OrganGroup, model.OrganCollective}},
		{"covenant", "自治章程和村规民约", assembly},
		{KindOther, "其他", nil},
	}
}

// kindOf finds a sort of matter by its code or title; what isn't known is other.
func kindOf(name string) Kind {
	all := Kinds()
	for _, k := range all {
		if name == k.Code || name == k.Title {
			return k
		}
	}
	return all[len(all)-1]
}

// OrganTitle is the organ as people call it.
func OrganTitle(o model.Organ) string {
	switch o {
	case model.OrganPersons:
		return "村民会议"
	case model.OrganHouseholds:
		return "村民会议（户代表）"
	case model.OrganRepresentatives:
		return "村民代表会议"
	case model.OrganGroup:
		return "村民小组会议"
	case model.OrganCollective:
		return "集体经济组织成员大会"
	case model.OrganConsultation:
		return "协商议事"
	}
	return ""
}

// standing says whether the organ has a roll of its own.
func standing(o model.Organ) bool {
	return o == model.OrganRepresentatives || o == model.OrganCollective
}

// electoral finds words of elections, recalls, by-elections and nominations:
// these are never decided here.
func electoral(texts ...string) bool {
	words := []string{"选举", "换届", "补选", "改选", "推选", "竞选", "罢免", "候选人", "提名", "election", "recall", "nominat"}
	all := strings.ToLower(strings.Join(texts, "\n"))
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(all, word) })
}

// against are options that say no or nothing: they are counted, never adopted.
func against(option string) bool {
	return slices.Contains([]string{"反对", "不同意", "不赞成", "不通过", "弃权"}, option)
}

func yesNoAbstain() []string { return []string{"同意", "反对", "弃权"} }
