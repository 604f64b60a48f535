package site_test

import (
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
	"cunwu/service/help"
	"cunwu/service/merit"
	"cunwu/service/poll"
)

// lived is a village that has lived a while: the addresses of its pages by name.
func lived(h *town) map[string]string {
	h.T.Helper()
	h.Clock.Set(time.Date(2026, 5, 20, 9, 0, 0, 0, model.Shanghai))
	photo := h.upload("公示栏.png", picture())
	book := h.publish(disclosure.Draft{Kind: model.DiscloseFinance, Period: "2026-04", Text: "四月的账", Finance: accountsBook("2026-04", 12_345_600, 60), MediaIDs: []string{photo}})
	d := h.publish(draftOf("2026-Q1"))
	again, err := h.Deps.Public.Correct(h.Ctx, h.writer, disclosure.Ref{VillageID: "yunxi", ID: d.ID}, disclosure.Draft{VillageID: "yunxi", Kind: model.DiscloseVillage, Period: "2026-Q1", Text: "一季度修路240米"}, "长度写错了")
	h.OK(err)
	h.stand(again)
	asked, err := h.Deps.Public.Ask(h.Ctx, h.Actor("yunxi", "王小草"), disclosure.Ref{VillageID: "yunxi", ID: d.ID}, casework.Said{Text: "钱从哪里来？"})
	h.OK(err)
	_, err = h.Deps.Cases.Reply(h.Ctx, h.writer, casework.RefOf(asked), casework.Said{Text: "镇里补助一半，村里出一半。"})
	h.OK(err)
	for range 6 {
		_, err = h.Deps.Cases.Open(h.Ctx, h.Actor("yunxi", "李秀英"), casework.NewCase{VillageID: "yunxi", Kind: help.KindName, Said: casework.Said{Text: "路灯坏了"}})
		h.OK(err)
	}
	story, err := h.Deps.Merit.WriteStory(h.Ctx, h.writer, merit.NewStory{VillageID: "yunxi", PersonID: h.Actor("yunxi", "李秀英").VillagerID, Title: "河里救人", Text: "那天夜里下着雨。"})
	h.OK(err)
	_, err = h.Deps.Merit.ConsentStory(h.Ctx, h.Actor("yunxi", "李秀英"), merit.Ref{VillageID: "yunxi", ID: story.ID}, 1)
	h.OK(err)
	m, err := h.Deps.Polls.Propose(h.Ctx, h.boss, poll.NewMatter{VillageID: "yunxi", Kind: "public_works", Title: "修村东水渠", Text: "两公里", Study: "支部会一致同意"})
	h.OK(err)
	done := h.opened(func(p *poll.NewPoll) { p.Title = "广场放什么电影" })
	for i, name := range []string{"赵志强", "孙有田", "张明", "李秀英", "王小草"} {
		h.OK(h.Deps.Polls.Cast(h.Ctx, h.bound(name), poll.Ballot{Poll: done, Choices: []int{1 + i%2}, Receipt: receiptOf(name)}))
	}
	h.OK(h.Deps.Polls.Close(h.Ctx, h.boss, done, ""))
	running := h.opened()
	h.Clock.Advance(30 * time.Minute)
	h.seal()
	const at = "/v/yunxi"
	return map[string]string{"home": at, "answers": at + "/answers", "disclosures": at + "/disclosures", "calendar": at + "/disclosures/calendar", "accounts": at + "/disclosures/accounts",
		"disclosure": at + "/disclosures/" + book.ID, "corrected": at + "/disclosures/" + d.ID, "difference": at + "/disclosures/" + d.ID + "/diff?from=1&to=2", "polls": at + "/polls",
		"poll": at + "/polls/" + running.ID, "result": at + "/polls/" + done.ID, "matters": at + "/matters", "matter": at + "/matters/" + m.ID, "honours": at + "/honours",
		"story": at + "/honours/" + story.ID, "log": at + "/log", "entry": at + "/log/1"}
}

// TestTheSiteInABrowser looks at every page of the site, at the width of a phone
// and of a desktop, as a villager who is signed in: what an elder couldn't read or
// hit fails it, and so does a page that is too heavy.
func TestTheSiteInABrowser(t *testing.T) {
	h := newTown(t)
	pages := lived(h)
	b := h.SignIn("yunxi", "王小草")
	w := h.Window(b)
	for name, path := range pages {
		b.Get(path).Want(200, "王小草", "我的")
		w.Open(path)
		w.Look("site-" + name)
	}
}
