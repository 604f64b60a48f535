package site_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cunwu/handler/handlertest"
	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/merit"
	"cunwu/service/poll"
)

func (h *town) opened(change ...func(*poll.NewPoll)) poll.Ref {
	h.T.Helper()
	now := h.Clock.Now()
	in := poll.NewPoll{VillageID: "yunxi", Title: "路灯装在<哪里>", Text: "县里给了两盏灯", Organ: model.OrganConsultation, Secret: true, Options: []string{"村口", "桥头"}, OpensAt: now, ClosesAt: now.Add(time.Hour)}
	for _, c := range change {
		c(&in)
	}
	p, err := h.Deps.Polls.Create(h.Ctx, h.writer, in)
	h.OK(err)
	ref := poll.RefOf(p)
	_, err = h.Deps.Polls.Notice(h.Ctx, h.writer, ref)
	h.OK(err)
	h.OK(h.Deps.Polls.Open(h.Ctx, h.writer, ref))
	return ref
}

// Somebody comes by the site, votes on a one-time page, and reads the result.
func TestAVoteFromTheSite(t *testing.T) {
	h := newTown(t)
	ref := h.opened()
	path := "/v/yunxi/polls/" + ref.ID
	stranger := h.Browser()
	list := stranger.Get("/v/yunxi/polls").Want(200, "正在投票", "已有0票参加", "名册5票")
	list.Follow("路灯装在").Want(200, "不记名投票", "村口", "桥头", "登录以后投票", "谁也不知道各项有多少票").Lacks("去投票</button>", "ballots")
	h.SignIn("shiqiao", "陈勇").Get(path).Want(200, "登录以后才能投票").Lacks("去投票</button>")

	me := h.SignIn("yunxi", "王小草")
	page := me.Get("/v/yunxi").Want(200, "路灯装在<哪里>").Follow("路灯装在").Want(200, "怎么投")
	ballot := page.Submit("去投票").Want(200, "选一项", "村口")
	if !strings.HasPrefix(ballot.Path, "/v/yunxi/ballot/") {
		t.Fatalf("it leads to %s", ballot.Path)
	}
	ballot.Lacks(`<nav`)
	token := strings.TrimPrefix(ballot.Path, "/v/yunxi/ballot/")
	var kept int64
	h.OK(h.Store.DB(h.Ctx).Raw("SELECT COUNT(*) FROM kept_answers WHERE answer LIKE ?", "%"+token+"%").Scan(&kept).Error)
	if kept > 0 || strings.Contains(h.Logs.String(), token) {
		t.Error("the address of a ballot is kept")
	}
	ballot.Submit("选好了", "choice", "2").Want(200, "您选的是").Submit("确定").Want(200, "投好了")
	me.Get(path).Want(200, "已经投过了").Lacks("去投票</button>")
	page.Submit("去投票").Want(409, "已经投过")
	for _, name := range []string{"赵志强", "孙有田", "张明", "李秀英"} {
		h.OK(h.Deps.Polls.Cast(h.Ctx, h.bound(name), poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receiptOf(name)}))
	}
	h.OK(h.Deps.Polls.Close(h.Ctx, h.boss, ref, ""))
	stranger.Get("/v/yunxi/polls").Want(200, "投过的", "多数人同意", "5票参加（100%）").Follow("路灯装在").Want(200, "各项票数", "自己核对", "住在村里", "住在哪里的人参加了")
	stranger.Get("/v/shiqiao/polls/" + ref.ID).Want(404)
	stranger.Get("/v/shiqiao/polls").Want(200).Lacks("路灯装在")
}

// bound is somebody at their own phone.
func (h *town) bound(name string) model.Actor {
	h.T.Helper()
	h.SignIn("yunxi", name)
	p := h.Person("yunxi", name)
	p.Account, p.OpenID = handlertest.Official, "o"+p.ID
	actor, err := h.People.ActorOf(h.Ctx, p)
	h.OK(err)
	return actor
}

func receiptOf(name string) string { return fmt.Sprintf("%032x", []byte(name)[:6]) }

// What is the village's own is shown to its people, with names where the vote was
// a roll call.
func TestAPollOfTheVillageAlone(t *testing.T) {
	h := newTown(t)
	ref := h.opened(func(p *poll.NewPoll) { p.VillageOnly, p.Secret, p.Title = true, false, "自家的事" })
	h.OK(h.Deps.Polls.Cast(h.Ctx, h.bound("李秀英"), poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receiptOf("李秀英")}))
	stranger, me := h.Browser(), h.SignIn("yunxi", "王小草")
	check := func() {
		t.Helper()
		stranger.Get("/v/yunxi/polls").Want(200).Lacks("自家的事")
		for _, file := range []string{"", "/ballots.json", "/ballots.txt"} {
			stranger.Get("/v/yunxi/polls/" + ref.ID + file).Want(404)
		}
		h.SignIn("shiqiao", "陈勇").Get("/v/yunxi/polls/" + ref.ID).Want(404)
	}
	check()
	me.Get("/v/yunxi/polls").Want(200, "自家的事", "只给本村看")
	h.OK(h.Deps.Polls.Close(h.Ctx, h.boss, ref, ""))
	check()
	me.Get("/v/yunxi/polls/"+ref.ID).Want(200, "各项票数", "李秀英").Lacks("ballots.json")
}

// Matters are for the village's people, step by step.
func TestAMatterOnItsWay(t *testing.T) {
	h := newTown(t)
	m, err := h.Deps.Polls.Propose(h.Ctx, h.boss, poll.NewMatter{VillageID: "yunxi", Kind: "public_works", Title: "修村东水渠", Text: "两公里", Study: "支部会一致同意"})
	h.OK(err)
	path := "/v/yunxi/matters/" + m.ID
	if page := h.Browser().Get(path).Want(200, "登录"); !strings.HasPrefix(page.Path, "/signin") {
		t.Errorf("a stranger is at %s", page.Path)
	}
	h.SignIn("yunxi", "王小草").Get("/v/yunxi/matters").Want(200, "四议两公开", "修村东水渠").Follow("修村东水渠").Want(200, "支部会一致同意", "党支部会提议 走过了", "村两委会商议 还没到")
	other := h.SignIn("shiqiao", "陈勇")
	for _, p := range []string{"/v/yunxi/matters", path} {
		other.Get(p).Want(403, "只给本村的人看")
	}
	other.Get("/v/shiqiao/matters/" + m.ID).Want(404)
	h.OK(h.Deps.Polls.EndMatter(h.Ctx, h.boss, poll.Ref{VillageID: "yunxi", ID: m.ID}, "县里统一修"))
	h.SignIn("yunxi", "王小草").Get(path).Want(200, "终止了", "县里统一修")
}

// Stories are shown once their person consented; the roll stays in the village.
func TestHonoursAndStories(t *testing.T) {
	h := newTown(t)
	hero := h.Actor("yunxi", "李秀英")
	story, err := h.Deps.Merit.WriteStory(h.Ctx, h.writer, merit.NewStory{VillageID: "yunxi", PersonID: hero.VillagerID, Title: "河里救人", Text: "那天<夜里>"})
	h.OK(err)
	path, stranger := "/v/yunxi/honours/"+story.ID, h.Browser()
	stranger.Get("/v/yunxi/honours").Want(200, "光荣榜只给本村的人看", "还没有写出来的事迹")
	stranger.Get(path).Want(404)
	_, err = h.Deps.Merit.ConsentStory(h.Ctx, hero, merit.Ref{VillageID: "yunxi", ID: story.ID}, 1)
	h.OK(err)
	stranger.Get("/v/yunxi").Want(200, "河里救人")
	page := stranger.Get("/v/yunxi/honours").Want(200, "河里救人").Follow("河里救人").Want(200, "那天<夜里>", "本人2026年3月4日看过").Lacks("<夜里>")
	stranger.Get("/v/shiqiao/honours/" + story.ID).Want(404)
	stranger.Get("/v/yunxi/honours").Submit("查找", "q", "没有").Want(200, "没有查到")
	stranger.Get("/v/yunxi/honours").Submit("查找", "q", strings.Repeat("长", 40)).Want(422, "要找的话不超过")
	h.SignIn("yunxi", "王小草").Get("/v/yunxi/honours?when=2026").Want(200, "还没有人上榜")
	h.SignIn("shiqiao", "陈勇").Get("/v/yunxi/honours").Want(200, "光荣榜只给本村的人看")
	_, err = h.Deps.Merit.WithdrawStory(h.Ctx, hero, merit.Ref{VillageID: "yunxi", ID: story.ID})
	h.OK(err)
	stranger.Get(page.Path).Want(404)
}

// A kept head is held against the log: it grew, it was changed, it is another's.
func TestTheLogAndAKeptHead(t *testing.T) {
	h := newTown(t)
	stranger := h.Browser()
	stranger.Get("/v/yunxi/log").Want(200, "这本账还没有内容")
	h.Clock.Set(time.Date(2026, 4, 6, 9, 0, 0, 0, model.Shanghai))
	h.publish(draftOf("2026-Q1"))
	h.seal()
	head, err := h.Deps.Ledger.Head(h.Ctx, "yunxi")
	h.OK(err)
	h.publish(draftOf("2025-Q4"))
	h.seal()
	page := stranger.Get("/v/yunxi/log").Want(200, "cunwu/yunxi", "3条", "村里的公钥", "第2条 公开")
	page.Submit("核对", "head", head.Note).Want(200, "对得上：您手里的是前2条，一条也没有改过；现在一共3条")
	page.Submit("核对", "head", "抄<错>了").Want(422, "这不是公开账本的签名首页", "抄<错>了")
	page.Submit("核对", "head", strings.Replace(head.Note, "cunwu/yunxi", "cunwu/shiqiao", 1)).Want(422, "不是这个村的")
	forged := strings.Replace(head.Note, head.Note[len("cunwu/yunxi\n2\n"):len("cunwu/yunxi\n2\n")+4], "AAAA", 1)
	page.Submit("核对", "head", forged).Want(200, "对不上")
	page.Follow("第2条").Want(200, "账本现在共3条").Follow("看内容").Want(200, "四季度")
	stranger.Get("/v/yunxi/log/99").Want(404)
	stranger.Get("/v/yunxi/log/x").Want(404)
	stranger.Get("/v/yunxi/log?before=2").Want(200, "第1条").Lacks("第2条")
}

// The figures: who waits counts, and is seen on the first page.
func TestWhoWaitsIsSeen(t *testing.T) {
	h := newTown(t)
	for range 5 {
		_, err := h.Deps.Cases.Open(h.Ctx, h.Actor("yunxi", "王小草"), casework.NewCase{VillageID: "yunxi", Kind: help.KindName, Said: casework.Said{Text: "路灯坏了，王小草家门口"}})
		h.OK(err)
	}
	h.Clock.Advance(40 * 24 * time.Hour)
	home := h.Browser().Get("/v/yunxi").Want(200, "还有5件事等着村里答复，其中5件已经过了期限，等得最久的等了40天", "云溪村")
	home.Follow("每个月的数字").Want(200, "5件过了期限", "0%", "一半以上的事还没有答复", "2026年3月").Lacks("王小草", "路灯")
	for _, tab := range []string{"公开", "投票", "首页"} {
		home = home.Follow(tab).Want(200)
	}
}
