package console

import (
	"context"
	"slices"
	"strings"

	"cunwu/handler/web"
	"cunwu/model"
)

// tab is a line of the navigation, for whoever may do one of these things.
type tab struct {
	Path  string // below the village
	Text  string
	Verbs []model.Verb // none: everybody who has a role
	count func(ctx context.Context, v *web.Visit) (int, error)
}

// tabs are the parts of the console.
func (s *console) tabs() []tab {
	return []tab{
		{Text: "今天"},
		{Path: "/cases", Text: "留言", Verbs: append(caseVerbs(), model.VerbHear), count: s.countCases},
		{Path: "/disclosures", Text: "公开", Verbs: []model.Verb{model.VerbDisclose, model.VerbSignOff, model.VerbApprove, model.VerbCatalogue}},
		{Path: "/polls", Text: "投票", Verbs: []model.Verb{model.VerbPoll, model.VerbPollDesk, model.VerbPollWatch}},
		{Path: "/matters", Text: "议事", Verbs: []model.Verb{model.VerbPoll, model.VerbMatter}},
		{Path: "/disputes", Text: "调解", Verbs: []model.Verb{model.VerbMediate, model.VerbCounsel, model.VerbSupervise, model.VerbDisputeCount}},
		{Path: "/merit", Text: "积分", Verbs: []model.Verb{model.VerbMeritManage, model.VerbMeritReview, model.VerbMeritStore, model.VerbMeritJudge}},
		{Path: "/roster", Text: "名册", Verbs: []model.Verb{model.VerbRoster, model.VerbImport, model.VerbCorrect, model.VerbBindOthers, model.VerbInvite}},
		{Path: "/notices", Text: "通知", Verbs: []model.Verb{model.VerbCallList}, count: s.countCalls},
		{Path: "/checks", Text: "审核", Verbs: []model.Verb{model.VerbReview}},
		{Path: "/settings", Text: "设置", Verbs: settingVerbs()},
		{Path: "/township", Text: "镇里", Verbs: []model.Verb{model.VerbCatalogue}},
	}
}

// nav leads to the parts that one's roles open.
func (s *console) nav(ctx context.Context, v *web.Visit) ([]web.Link, error) {
	if v.Village == "" || len(rolesIn(v.Actor, v.Village)) == 0 {
		return nil, nil
	}
	home := "/console/" + v.Village
	var links []web.Link
	for _, t := range s.tabs() {
		if !mayAny(v, t.Verbs) {
			continue
		}
		link := web.Link{To: home + t.Path, Text: t.Text, Here: v.Path() == home+t.Path || t.Path != "" && strings.HasPrefix(v.Path(), home+t.Path+"/")}
		if t.count != nil {
			var err error
			if link.Count, err = t.count(ctx, v); err != nil {
				return nil, err
			}
		}
		links = append(links, link)
	}
	return links, nil
}

// mayAny says whether the actor may do any of these things here.
func mayAny(v *web.Visit, verbs []model.Verb) bool {
	return len(verbs) == 0 || slices.ContainsFunc(verbs, func(verb model.Verb) bool { return v.Actor.May(verb, v.Village) })
}

// setting is a line of the page of settings.
type setting struct {
	Path, Text, More string
	Verbs            []model.Verb
}

// settings are the pages that few need, and seldom.
func settings() []setting {
	return []setting{
		{"/roles", "职务", "谁任什么职、从哪天起；任命和卸任", []model.Verb{model.VerbRoll}},
		{"/invite", "绑定邀请", "印每户一张的绑定条", []model.Verb{model.VerbInvite}},
		{"/catalogue", "公开目录和规则", "哪些事多久公开一次，依据哪一条", []model.Verb{model.VerbCatalogue, model.VerbDisclose, model.VerbSignOff}},
		{"/audit", "办事记录", "谁办了什么、看了什么，改不了", []model.Verb{model.VerbAudit}},
		{"/figures", "答复得怎么样", "一年里每月收到多少、按时答复多少，谁都能看", nil},
		{"/dead", "没送出去的消息", "看原因，再送一次", []model.Verb{model.VerbDeadLetters}},
	}
}

func settingVerbs() []model.Verb {
	var all []model.Verb
	for _, one := range settings() {
		all = append(all, one.Verbs...)
	}
	return all
}

// settingsPage leads to them.
func (s *console) settingsPage(_ context.Context, v *web.Visit) error {
	var open []setting
	for _, one := range settings() {
		if mayAny(v, one.Verbs) {
			open = append(open, one)
		}
	}
	return v.Show("settings", "设置", open)
}
