package console_test

import (
	"testing"
	"time"

	"cunwu/handler/handlertest"
	"cunwu/service/merit"
)

// TestDeskPagesInABrowser looks at the pages of polls, disputes and points.
func TestDeskPagesInABrowser(t *testing.T) {
	windows := map[*handlertest.Browser]*handlertest.Window{}
	look := func(b *handlertest.Browser, name, path string) {
		t.Helper()
		if windows[b] == nil {
			windows[b] = b.House.Window(b)
		}
		windows[b].Open(path)
		windows[b].Look("console-" + name)
	}
	h := voters(t)
	boss := h.SignIn("yunxi", "张明")
	poll := draft(t, boss)
	look(boss, "poll-organ", "/console/yunxi/polls/new")
	look(boss, "poll-new", "/console/yunxi/polls/new?organ=assembly_persons")
	look(boss, "poll-draft", poll)
	boss.Get(poll).Submit("发通知").Want(200)
	boss.Get(poll).Submit("现在开始投票").Want(200)
	look(boss, "poll-open", poll)
	look(boss, "poll-sheets", poll+"/sheets")
	boss.Get(poll+"/sheets").Submit("录入这张票单", "number", "A1", "voters", "王小草\n孙一\n钱二\n周三\n吴四", "count_1", "3", "count_2", "2").Want(200)
	h.SignIn("yunxi", "李委员").Get(poll+"/sheets").Submit("录入这张票单", "number", "A1", "voters", "王小草\n孙一\n钱二\n周三\n吴四", "count_1", "3", "count_2", "2").Want(200, "计入了")
	boss.Get(poll).Submit("截止并计票", "close_reason", "都问过了").Want(200)
	look(boss, "poll-result", poll+"/result")
	m := boss.Get("/console/yunxi/matters/new").Submit("提出议题", "title", "修村口的路", "kind", "public_works", "study", "3月1日支部会，同意").Want(200)
	look(boss, "matter", m.Path)
	look(boss, "polls", "/console/yunxi/polls")

	q, d := quarrel(t)
	mediator := q.SignIn("yunxi", "李调")
	at := "/console/yunxi/disputes/" + d.ID
	mediator.Get(at).Submit("接手").Want(200)
	mediator.Get(at).Submit("愿意调解", "how", "visit").Want(200)
	look(mediator, "dispute", at)
	look(mediator, "agreement", at+"/agreement")
	look(mediator, "dispute-figures", "/console/yunxi/disputes/figures")
	look(q.SignIn("yunxi", "吴律"), "dispute-people", "/console/yunxi/disputes/people")

	s := market(t)
	chief := s.SignIn("yunxi", "张明")
	chief.Get("/console/yunxi/merit/book/new").Submit("录入这一版", "resolution", "第1次村民代表会议决议", "adopted", s.Clock.Now().AddDate(0, 0, -1).Format("2006-01-02"), "deeds", deeds).Want(200)
	s.Clock.Advance(30 * time.Hour)
	c, err := s.Deps.Merit.Claim(s.Ctx, s.Actor("yunxi", "王小草"), merit.NewClaim{VillageID: "yunxi", Deed: 1, Text: "扫了村口"})
	s.OK(err)
	look(chief, "merit", "/console/yunxi/merit")
	look(chief, "book", "/console/yunxi/merit/book")
	look(s.SignIn("yunxi", "评甲"), "claim", "/console/yunxi/merit/claims/"+c.ID)
	keeper := s.SignIn("yunxi", "店长")
	keeper.Get("/console/yunxi/merit/goods").Submit("上架", "name", "毛巾", "price", "10", "stock", "5").Want(200)
	look(keeper, "goods", "/console/yunxi/merit/goods")
	look(keeper, "counter", "/console/yunxi/merit/counter")
}
