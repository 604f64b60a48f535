package console_test

import (
	"bytes"
	"image"
	"image/png"
	"regexp"
	"strings"
	"testing"

	"cunwu/handler/handlertest"
	"cunwu/model"
	"cunwu/service/poll"
)

var pollAddress = regexp.MustCompile(`/console/yunxi/polls/([0-9a-f]{32})$`)

// voters settles eight people and who serves them.
func voters(t *testing.T) *handlertest.House {
	t.Helper()
	h := handlertest.New(t)
	h.Settle("yunxi", "王小草", "张明", "李委员", "赵监督", "孙一", "钱二", "周三", "吴四")
	h.Grant("yunxi", "张明", model.RoleBranchSecretary)
	h.Grant("yunxi", "李委员", model.RoleCommittee)
	h.Grant("yunxi", "赵监督", model.RoleSupervisor)
	return h
}

func at(h *handlertest.House, days int) string {
	return h.Clock.Now().In(model.Shanghai).AddDate(0, 0, days).Format("2006-01-02T15:04")
}

// draft goes through the three steps and returns the poll's address.
func draft(t *testing.T, b *handlertest.Browser, fields ...any) string {
	t.Helper()
	h := b.House
	form := b.Get("/console/yunxi/polls").Follow("发起投票").Want(200, "名册8人，至少5人参加才算数（过半数）", "参加的过半数同意才通过", "名册8户，至少6户参加才算数（三分之二以上）",
		"登记名单", "参加多少都行").Submit("由协商议事来定").Want(200, "第2步", "参加的过半数同意才通过")
	p := form.Submit("存成草稿", append([]any{"title", "路灯装在哪里", "text", "县里给了两盏灯", "options", "村口\n桥头\n学校", "opens", at(h, 1), "closes", at(h, 4)}, fields...)...)
	p.Want(200, "草稿存好了", "第3步", "路灯装在哪里", "桥头")
	if !pollAddress.MatchString(p.Path) {
		t.Fatalf("the draft stands at %s", p.Path)
	}
	return p.Path
}

// A poll from its draft to the result for the board, with papers of two people.
func TestAPollAtTheDesk(t *testing.T) {
	h := voters(t)
	boss, committee, watch := h.SignIn("yunxi", "张明"), h.SignIn("yunxi", "李委员"), h.SignIn("yunxi", "赵监督")
	poll := draft(t, boss)
	watch.Get(poll).Want(404)
	boss.Get(poll).Submit("发通知").Want(200, "通知发出去了", "名册8人", "已通知")
	watch.Get(poll+"/roll").Want(200, "王小草", "下载名册")
	watch.Get(poll).Submit("名册核对过了").Want(200, "名册核对过")
	_, err := h.Deps.Polls.TellDue(h.Ctx)
	h.OK(err)
	boss.Get(poll+"/reach").Want(200, "人还不知道", "王小草")
	boss.Get(poll).Submit("现在开始投票").Want(200, "投票开始了", "0票参加了", "谁也不知道各项有多少票")

	desk := boss.Get(poll + "/desk")
	desk.Submit("查一查", "name", "王小草").Want(200, "王小草还没有投，可以发票")
	desk.Submit("查一查", "name", "没有的人").Want(200, "请核对姓名和户号")
	boss.Get(poll+"/assist").Submit("录入这一票", "voter", "王小草", "choice", "2").Want(422, "本人是怎么同意的")
	again := boss.Get(poll+"/assist").Submit("录入这一票", "voter", "王小草", "choice", "2", "consent", "")
	again.Want(422)
	if again.Value("voter") != "王小草" {
		t.Error("what was typed is lost")
	}
	again.Submit("录入这一票", "consent", "电话里本人说的").Want(200, "录好了")
	desk.Submit("查一查", "name", "王小草").Want(200, "已经投过了（代办")
	watch.Get(poll+"/void").Submit("作废这张票", "voter", "王小草", "reason", "本人说没打过电话").Want(200, "作废了")

	sheet := []any{"number", "A1", "voters", "王小草\n孙一\n钱二\n周三\n吴四", "count_1", "3", "count_2", "1", "blank", "1"}
	boss.Get(poll+"/sheets").Submit("录入这张票单", sheet...).Want(200, "第一遍录好了", "录了一遍，等另一个人再录")
	boss.Get(poll+"/sheets").Submit("录入这张票单", sheet...).Want(409, "由另一个人")
	wrong := committee.Get(poll+"/sheets").Submit("录入这张票单", append(append([]any{}, sheet...), "count_1", "2", "count_3", "1")...)
	wrong.Want(200, "两遍都不算", "第一遍3票，第二遍2票", "两遍不一样，要重新录")
	wrong.Submit("录入这张票单", "count_1", "3", "count_3", "").Want(200, "第一遍录好了")
	boss.Get(poll+"/sheets").Submit("录入这张票单", sheet...).Want(200, "计入了", "已计入")
	boss.Get(poll).Want(200, "5票参加了", "63%").Lacks("3票同意")

	boss.Get(poll).Submit("延长", "extend_until", at(h, 90), "extend_reason", "下雨").Want(422, "最多晚")
	boss.Get(poll).Submit("延长", "extend_until", at(h, 5), "extend_reason", "下雨").Want(200, "延长过：下雨")
	boss.Get(poll + "/result").Want(425)
	boss.Get(poll).Submit("截止并计票", "close_reason", "都问过了").Want(200, "看结果").Follow("看结果").Want(200, "5票参加，名册8票", "村口", "住在", "拿走结果")
	for _, form := range []string{"json", "xlsx"} {
		if p := boss.Get(poll + "/export/" + form); p.Status != 200 || len(p.Body) < 100 {
			t.Errorf("%s: %d", form, p.Status)
		}
	}
	boss.Get(poll + "/export/doc").Want(404)
	boss.Get("/console/yunxi/polls?state=counted").Want(200, "路灯装在哪里")
	boss.Get("/console/yunxi/polls?state=draft").Want(200).Lacks("路灯装在哪里")
}

// What was filled in stands there again, and nobody puts a poll who may not.
func TestAPollThatMayNotBe(t *testing.T) {
	h := voters(t)
	boss := h.SignIn("yunxi", "张明")
	form := boss.Get("/console/yunxi/polls/new?organ=assembly_persons").Want(200, "名册8人", "要提前10天")
	bad := form.Submit("存成草稿", "title", "选举村委会主任", "opens", at(h, 1), "closes", at(h, 2)).Want(422, "不能在网上投票")
	if bad.Value("title") != "选举村委会主任" || bad.Value("opens") != at(h, 1) {
		t.Error("what was typed is lost")
	}
	bad.Submit("存成草稿", "title", "修路", "effect", "binding").Want(422, "四议两公开")
	if v := form.Submit("存成草稿", "title", "修路", "opens", "").Want(422, "什么时候开始").Value("title"); v != "修路" {
		t.Errorf("the title is %q", v)
	}
	form.Submit("存成草稿", "title", "修路", "opens", "明天").Want(422, "看不懂")
	h.SignIn("yunxi", "赵监督").Get("/console/yunxi/polls/new").Want(403)
	poll := draft(t, boss)
	h.SignIn("yunxi", "赵监督").Get(poll).Want(404)
	h.Settle("shiqiao", "石书记")
	h.Grant("shiqiao", "石书记", model.RoleBranchSecretary)
	other := h.SignIn("shiqiao", "石书记")
	other.Get(poll).Want(403)
	other.Get(strings.Replace(poll, "yunxi", "shiqiao", 1)).Want(404)
	boss.Get(poll).Submit("不办这次投票", "cancel_reason", "").Want(422)
	boss.Get(poll).Submit("不办这次投票", "cancel_reason", "先不办了").Want(200, "不办了", "先不办了")
}

// 四议两公开 as a path, with a meeting's resolution, and a villagers' proposal answered.
func TestAMatterOnItsWay(t *testing.T) {
	h := voters(t)
	boss := h.SignIn("yunxi", "张明")
	boss.Get("/console/yunxi/matters").Follow("党支部提议").Submit("提出议题", "title", "修村口的路", "study", "").Want(422, "党支部研究的记录")
	m := boss.Get("/console/yunxi/matters/new").Submit("提出议题", "title", "修村口的路", "kind", "public_works", "study", "3月1日支部会，同意").Want(200, "村两委会商议", "下一步")
	m = m.Submit("记上这一步", "record", "3月2日两委会，同意").Want(200, "党员大会审议")
	m = m.Submit("记上这一步", "record", "3月3日党员大会，同意").Want(200, "发起投票")
	m.Follow("发起投票").Want(200, "由谁来定").Submit("由村民会议来定").Want(200, "修村口的路")
	m.Submit("记上这一步", "record", "3月4日村民会议通过").Want(422, "有签名的会议记录", "3月4日村民会议通过") // a text area's text
	m = m.Submit("记上这一步", "record", "3月4日村民会议通过", "files", paperPhoto(h, "记录.png")).Want(200, "决议公开", "会议记录")
	m.Submit("记上这一步", "record", "贴了", "disclosure", "").Want(422, "先在村务公开里发布")
	m.Submit("终止", "reason", "资金没到").Want(200, "资金没到")

	h.Settle("yunxi", "郑五", "冯六", "陈七")
	p := suggested(h, "王小草", "村口种树", "孙一", "钱二", "周三", "吴四", "李委员", "赵监督", "郑五", "冯六", "陈七")
	boss.Get("/console/yunxi/proposals").Want(200, "村口种树", "等答复", "10人联名")
	boss.Get("/console/yunxi").Want(200, "村民联名够了")
	boss.Get("/console/yunxi/proposals/"+p).Submit("发出答复", "accept", "yes", "text", "种").Want(422, "成了哪个议题", "种")
	boss.Get("/console/yunxi/proposals/"+p).Submit("发出答复", "accept", "no", "text", "今年没有钱，明年再提").Want(200, "没有列为议题", "今年没有钱")
}

// suggested is a proposal with the signatures of these.
func suggested(h *handlertest.House, by, title string, signers ...string) string {
	h.T.Helper()
	p, err := h.Deps.Polls.Suggest(h.Ctx, h.Actor("yunxi", by), poll.NewProposal{VillageID: "yunxi", Title: title, Text: "请村里办"})
	h.OK(err)
	for _, name := range signers {
		_, err := h.Deps.Polls.Sign(h.Ctx, h.Actor("yunxi", name), poll.Ref{VillageID: "yunxi", ID: p.ID})
		h.OK(err)
	}
	return p.ID
}

// paperPhoto is a picture of something written.
func paperPhoto(h *handlertest.House, name string) handlertest.File {
	h.T.Helper()
	var body bytes.Buffer
	h.OK(png.Encode(&body, image.NewGray(image.Rect(0, 0, 8, 8))))
	return handlertest.File{Name: name, Body: body.Bytes()}
}
