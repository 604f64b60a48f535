package site_test

import (
	"strings"
	"testing"

	"cunwu/handler/handlertest"
	"cunwu/model"
	"cunwu/service/mediation"
	"cunwu/service/poll"
)

// settled is 云溪村 with people and whoever serves it.
func settled(t *testing.T) *handlertest.House {
	t.Helper()
	h := handlertest.New(t)
	h.Settle("yunxi", "王小草", "孙有田", "李奶奶", "张明", "李强")
	h.Settle("shiqiao", "赵石")
	h.Grant("yunxi", "张明", model.RoleBranchSecretary)
	h.Grant("yunxi", "李强", model.RoleMediator)
	return h
}

// helps lets one villager do all for another.
func helps(h *handlertest.House, elder, helper string) model.Person {
	h.T.Helper()
	at := "/v/yunxi/me/helpers"
	h.SignIn("yunxi", helper).Get(at).Submit("请他同意", "name", elder, "scope", []string{"cases", "reading", "merit"}, "months", "6").Want(200, elder, "等答复")
	h.SignIn("yunxi", elder).Get(at).Want(200, helper).Submit("我同意").Want(200, "您同意了")
	return h.Person("yunxi", elder)
}

// A message from the first word to the stars.
func TestAskingAndFollowingACase(t *testing.T) {
	h := settled(t)
	me := h.SignIn("yunxi", "王小草")
	form := me.Get("/v/yunxi/ask").Want(200, "什么事", "保密")
	form.Submit("交上去", "text", "  ").Want(422, "请写上要说的话")
	form.Submit("交上去", "text", "张明贪污，路灯一直不修").Want(409, "还没有发给任何人", "张明贪污，路灯一直不修", "只给镇里看")
	page := form.Submit("交上去", "text", "村口的路灯坏了三天").Want(200, "编号 #1", "前答复", "村口的路灯坏了三天", "现在由张明办")
	at := strings.Split(page.Path, "?")[0]
	h.SignIn("yunxi", "孙有田").Get(at).Want(404)
	h.SignIn("shiqiao", "赵石").Get(at).Want(404)
	me.Get(strings.Replace(at, "yunxi", "shiqiao", 1)).Want(404)
	page.Submit("加上去", "text", "是东头那盏").Want(200, "补充的话加上了", "是东头那盏")
	me.Get(at).Submit("可以联名").Want(200, "可以联名")
	h.SignIn("yunxi", "孙有田").Get("/v/yunxi/cases").Submit("联名", "number", "1").Want(200, "#1 联名好了")
	boss := h.SignIn("yunxi", "张明")
	boss.Get(strings.Replace(at, "/v/", "/console/", 1)).Submit("发出答复", "text", "修好了").Want(200)
	me.Get(at).Want(200, "修好了", "解决了吗").Submit("没解决", "text", "还是不亮").Want(200, "没解决", "还是不亮")
	boss.Get(strings.Replace(at, "/v/", "/console/", 1)).Submit("发出答复", "text", "换了灯泡").Want(200)
	me.Get(at).Submit("解决了").Want(200, "打个分").Submit("打分", "stars", "5").Want(200, "您打了5星")
	me.Get("/v/yunxi/cases").Want(200, "#1 村口的路灯坏了三天", "已解决")
}

// Doubtful words are asked about; the numbers stand above everything.
func TestDangerIsAskedAbout(t *testing.T) {
	h := settled(t)
	me := h.SignIn("yunxi", "王小草")
	page := me.Get("/v/yunxi/ask").Submit("交上去", "text", "再不修路，我就不想活了").Want(200, "110", "120")
	if strings.Contains(page.Path, "danger=1") {
		page.Want(200, "是真的有危险吗").Submit("没有危险").Want(200, "没有惊动别人")
	}
}

// A helper asks for an elder and follows it; a stranger's elder is refused.
func TestHelpersActForElders(t *testing.T) {
	h := settled(t)
	elder := helps(h, "李奶奶", "王小草")
	me := h.SignIn("yunxi", "王小草")
	whose := model.PublicID("yunxi", elder.ID)
	me.Get("/v/yunxi/ask").Want(200, "替李奶奶").Submit("交上去", "for", whose, "text", "李奶奶家漏雨").Want(200, "编号 #1", "由王小草代办")
	me.Get("/v/yunxi/cases").Lacks("漏雨")
	me.Get("/v/yunxi/cases").Follow("李奶奶的").Want(200, "李奶奶的留言", "漏雨")
	me.Get("/v/yunxi/disputes?for="+whose).Want(200, "和李奶奶有关的调解")
	me.Get("/v/yunxi/merit?for="+whose).Want(200, "李奶奶家的")
	other := h.SignIn("yunxi", "孙有田")
	for _, path := range []string{"/v/yunxi/cases", "/v/yunxi/disputes", "/v/yunxi/merit"} {
		other.Get(path + "?for=" + whose).Want(403)
		other.Get(path + "?for=shiqiao-" + elder.ID).Want(403)
	}
	other.Get("/v/yunxi/ask").Submit("交上去", "for", whose, "text", "替她说").Want(403)
	h.SignIn("shiqiao", "赵石").Get("/v/yunxi/ask").Want(403, "别的村的页面", "石桥村")
	me.Get("/v/yunxi/me/helpers").Want(200, "李奶奶").Submit("不替他办了").Want(200, "代办停止了")
	me.Get("/v/yunxi/ask").Lacks("替李奶奶")
}

// A dispute is filed, answered and talked about; each sees their own.
func TestADispute(t *testing.T) {
	h := settled(t)
	me := h.SignIn("yunxi", "王小草")
	form := me.Get("/v/yunxi/disputes").Follow("申请调解").Want(200, "现在就拨 110", "可以直接起诉")
	form.Submit("申请调解", "kind", mediation.Matters()[0].Name, "other", "没有的人", "facts", "树影挡光", "wish", "剪枝").Want(404, "树影挡光", "剪枝", "没有“没有的人”")
	kind := mediation.Matters()[0].Name
	filed := form.Submit("申请调解", "kind", kind, "other", "孙有田", "facts", "他家的树挡了光", "wish", "剪一剪").Want(200, "编号 #1", "剪一剪", "可以直接起诉")
	other := h.SignIn("yunxi", "孙有田")
	h.SignIn("yunxi", "李奶奶").Get(filed.Path).Want(404)
	h.SignIn("shiqiao", "赵石").Get(filed.Path).Want(404)
	h.SignIn("yunxi", "李强").Get(strings.Replace(filed.Path, "/v/", "/console/", 1)).Submit("接手").Want(200)
	other.Get("/v/yunxi/disputes").Want(200, kind)
	other.Get(filed.Path).Want(200, "您愿意调解吗").Lacks("剪一剪").Submit("我愿意").Want(200, "您愿意", "人民调解员正在调解")
	me.Get(filed.Path).Submit("发出去", "text", "只要剪到墙头").Want(200, "只要剪到墙头")
	other.Get(filed.Path).Lacks("只要剪到墙头")
	me.Get(filed.Path).Submit("退出调解", "why", "和好了").Want(200, "您退出了调解", "向法院起诉")
	me.Get("/v/yunxi/legal").Want(200, "问公益律师")
	me.Get("/v/yunxi/legal?matter=x&person=y").Want(422)
}

// A roll call is voted here; what was chosen comes back, and the vote counts once.
func TestVotingByName(t *testing.T) {
	h := settled(t)
	me := h.SignIn("yunxi", "王小草")
	ref := openPoll(h, false)
	me.Get("/v/yunxi/vote").Want(200, "修不修路").Follow("修不修路").Want(200, "选一项", "记名投票")
	at := "/v/yunxi/vote/" + ref.ID
	me.Get(at).Submit("下一步").Want(422, "请先选一项")
	sure := me.Get(at).Submit("下一步", "choice", "2").Want(200, "选的是", "投出以后不能改")
	sure.Submit("确定").Want(200, "投好了")
	sure.Submit("确定").Want(200, "投好了") // the same ballot again
	me.Get(at).Want(200, "已经投过了").Submit("说出来", "remark", "早该修了").Want(200, "早该修了")
	h.SignIn("shiqiao", "赵石").Get(at).Want(404)
	secret := openPoll(h, true)
	page := me.Get("/v/yunxi/vote/"+secret.ID).Submit("去投票").Want(200, "选一项")
	if !strings.Contains(page.Path, "/ballot/") {
		t.Errorf("a secret vote is cast at %s", page.Path)
	}
}

func openPoll(h *handlertest.House, secret bool) poll.Ref {
	h.T.Helper()
	boss := h.Actor("yunxi", "张明")
	now := h.Clock.Now()
	p, err := h.Deps.Polls.Create(h.Ctx, boss, poll.NewPoll{VillageID: "yunxi", Title: "修不修路", Organ: model.OrganPersons, Secret: secret, OpensAt: now.AddDate(0, 0, 20), ClosesAt: now.AddDate(0, 0, 30)})
	h.OK(err)
	_, err = h.Deps.Polls.Notice(h.Ctx, boss, poll.RefOf(p))
	h.OK(err)
	h.Clock.Advance(p.OpensAt.Sub(now))
	h.OK(h.Deps.Polls.Open(h.Ctx, boss, poll.RefOf(p)))
	return poll.RefOf(p)
}

// One's own data: who one is, sessions, consents, corrections, export, erasure.
func TestMyOwnData(t *testing.T) {
	h := settled(t)
	me := h.SignIn("yunxi", "王小草")
	me.Get("/v/yunxi/me").Want(200, "王小草", "核实过本人", "等我投的票")
	form := me.Get("/v/yunxi/me/corrections")
	form.Submit("申请更正", "field", "phone", "value", "12", "evidence", "换号了").Want(422, "换号了")
	form.Submit("申请更正", "field", "residence", "value", "杭州", "evidence", "在外打工").Want(200, "编号 #1", "现居地")
	me.Get("/v/yunxi/me/consents").Want(200, "用微信给您发通知").Submit("我同意").Want(200, "记下了")
	me.Get("/v/yunxi/me/bind").Submit("绑定", "code", "00000000").Want(422, "绑定")
	export := me.Get("/v/yunxi/me/export")
	if export.Status != 200 || export.Header.Get("Content-Type") != "application/zip" {
		t.Errorf("the export was answered %d", export.Status)
	}
	me.Get("/v/yunxi/notices").Want(200)
	me.Get("/v/yunxi/me/receipts").Want(200, "票据号")
	me.Get("/v/yunxi/me/erasure").Submit("我要删除").Want(200, "确定删除", "还没有删").Submit("不删了").Want(200, "不删了")
	second := h.SignIn("yunxi", "王小草")
	second.Get("/v/yunxi/me/sessions").Want(200, "就是这里").Submit("全部退出").Want(200, "所有地方都退出了")
	if page := me.Get("/v/yunxi/me"); !strings.HasPrefix(page.Path, "/signin") {
		t.Errorf("still signed in at %s", page.Path)
	}
}

// A proposal is made, signed once by each, and talked about.
func TestProposals(t *testing.T) {
	h := settled(t)
	me := h.SignIn("yunxi", "王小草")
	form := me.Get("/v/yunxi/proposals")
	if back := form.Submit("提出来", "title", "装路灯", "text", "").Want(422); back.Value("title") != "装路灯" {
		t.Error("the title was lost")
	}
	form.Submit("提出来", "title", "换届选举", "text", "选我当主任").Want(422, "选举", "选我当主任")
	page := form.Submit("提出来", "title", "装路灯", "text", "晚上看不见").Want(200, "装路灯", "1人联名")
	page.Submit("我也联名").Want(409, "已经联过名")
	h.SignIn("shiqiao", "赵石").Get(page.Path).Want(404)
}
