package console_test

import (
	"regexp"
	"strings"
	"testing"

	"cunwu/handler/handlertest"
	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/merit"
)

func said(text string) casework.Said { return casework.Said{Text: text} }

// market is a village with a rule book that holds, reviewers and a keeper.
func market(t *testing.T) *handlertest.House {
	t.Helper()
	h := handlertest.New(t)
	h.Settle("yunxi", "王小草", "孙一", "张明", "评甲", "评乙", "评丙", "店长", "店员", "赵监督", "见证")
	h.Grant("yunxi", "张明", model.RoleBranchSecretary)
	for _, name := range []string{"评甲", "评乙", "评丙"} {
		h.Grant("yunxi", name, model.RolePointReviewer)
	}
	h.Grant("yunxi", "店长", model.RoleStoreKeeper)
	h.Grant("yunxi", "店员", model.RoleStoreKeeper)
	h.Grant("yunxi", "赵监督", model.RoleSupervisor)
	for _, name := range []string{"王小草", "孙一", "见证"} {
		h.SignIn("yunxi", name)
	}
	return h
}

const deeds = "1 | 打扫公共卫生 | 50 | 200 | 月 | 文字 | 都行\n2 | 乱倒垃圾 | -5"

// The rule book from its resolution, claims reviewed, goods handed over.
func TestPointsAtTheDesk(t *testing.T) {
	h := market(t)
	boss := h.SignIn("yunxi", "张明")
	boss.Get("/console/yunxi/merit").Want(200, "还没有积分办法")
	form := boss.Get("/console/yunxi/merit/book").Follow("录入新的一版")
	yesterday := h.Clock.Now().In(model.Shanghai).AddDate(0, 0, -1).Format("2006-01-02")
	bad := form.Submit("录入这一版", "resolution", "第1次村民代表会议决议", "adopted", yesterday, "deeds", "1 | 打扫 | 五分").Want(422, "第1行：第3格要写分值")
	if bad.Value("deeds") != "1 | 打扫 | 五分" || bad.Value("resolution") != "第1次村民代表会议决议" {
		t.Error("what was typed is lost")
	}
	bad.Submit("录入这一版", "deeds", deeds).Want(200, "第1版录好了", "打扫公共卫生", "每月200分", "村里")
	h.Clock.Advance(30 * 3600e9)
	again := boss.Get("/console/yunxi/merit/book/new")
	if !strings.HasPrefix(again.Value("deeds"), "1\t打扫公共卫生\t50\t200\t月\t文字\t都行") {
		t.Errorf("the last book isn't in the form: %q", again.Value("deeds"))
	}
	c, err := h.Deps.Merit.Claim(h.Ctx, h.Actor("yunxi", "王小草"), merit.NewClaim{VillageID: "yunxi", Deed: 1, Text: "扫了村口"})
	h.OK(err)
	at := "/console/yunxi/merit/claims/" + c.ID
	first := h.SignIn("yunxi", "评甲")
	first.Get("/console/yunxi").Want(200, "打扫公共卫生").Submit("同意").Want(200, "谢谢您的评议")
	second := h.SignIn("yunxi", "评乙")
	second.Get("/console/yunxi/merit/reviews").Want(200, "王小草", "扫了村口").Follow("打扫公共卫生").Submit("不同意").Want(422)
	second.Get(at).Submit("同意").Want(200, "正在公示")
	boss.Get("/console/yunxi/merit/noticed").Want(200, "王小草", "打扫公共卫生")
	h.SignIn("yunxi", "店长").Get("/console/yunxi/merit/reviews").Want(403)
	_, _, err = h.Deps.Merit.Object(h.Ctx, h.Actor("yunxi", "孙一"), merit.Ref{VillageID: "yunxi", ID: c.ID}, "没看见他扫")
	h.OK(err)
	watch := h.SignIn("yunxi", "赵监督")
	watch.Get("/console/yunxi/merit/disputed").Want(200, "打扫公共卫生").Follow("打扫公共卫生").Want(200, "去处理异议或申诉")
	watch.Get("/console/yunxi/merit/exceptions").Want(200, "没有看着不对的地方")
	boss.Get("/console/yunxi/merit/exceptions").Want(403)
	boss.Get("/console/yunxi/merit/ranking").Want(200, "榜上还没有人")
	boss.Get("/console/yunxi/merit/ranking/pdf").Want(404)
	boss.Get("/console/yunxi/merit/close").Want(200, "年底结转100%").Submit("公告结转").Want(200, "公告了", "正在通知各户")
	boss.Get("/console/yunxi/merit/close").Submit("公告结转").Want(409, "已经公告过了")
}

// Goods, the counter, cards for those without a phone, paper sheets of two people.
func TestTheStore(t *testing.T) {
	h := market(t)
	keeper, other, boss := h.SignIn("yunxi", "店长"), h.SignIn("yunxi", "店员"), h.SignIn("yunxi", "张明")
	goods := keeper.Get("/console/yunxi/merit/goods").Submit("上架", "name", "毛巾", "price", "很多", "stock", "5").Want(422, "几分一件")
	if goods.Value("name") != "毛巾" {
		t.Error("what was typed is lost")
	}
	goods.Submit("上架", "price", "10").Want(200, "毛巾", "10分一件，库存5件")
	keeper.Get("/console/yunxi/merit/goods").Submit("改好", "more", "-9", "active", "yes").Want(409, "不够减")
	keeper.Get("/console/yunxi/merit/goods").Submit("改好", "more", "3").Want(200, "库存8件")
	keeper.Get("/console/yunxi/merit/counter").Submit("核对，交货", "code", "1234 5678").Want(404, "没有这个兑换码")
	keeper.Get("/console/yunxi/merit/counter").Submit("核对，交货", "code", "12").Want(422, "8位数字")

	boss.Get("/console/yunxi/merit/cards").Submit("发卡", "households", "1 999").Want(404, "没有户号999")
	issued := boss.Get("/console/yunxi/merit/cards").Submit("发卡", "households", "1").Want(200, "只显示这一次", "户号：1")
	card := regexp.MustCompile(`\d{4} \d{4} \d{4}`).FindString(issued.Text())
	keeper.Get("/console/yunxi/merit/cards").Want(403)
	form := keeper.Get("/console/yunxi/merit/counter")
	form.Submit("记下，请见证人确认", "card", "000000000000", "witness", "见证").Want(404, "没有这张户卡")
	form.Submit("记下，请见证人确认", "card", card, "witness", "王小草").Want(403, "见证人不能是这户的人")
	form.Submit("记下，请见证人确认", "card", card, "witness", "见证").Want(409, "分")

	sheet := []any{"sheet", "Z1", "held", h.Clock.Now().In(model.Shanghai).Format("2006-01-02"), "lines", "1 毛巾 1"}
	keeper.Get("/console/yunxi/merit/sheets").Submit("录入这张单子", append(append([]any{}, sheet...), "lines", "1 毛巾")...).Want(422, "第1行")
	keeper.Get("/console/yunxi/merit/sheets").Submit("录入这张单子", sheet...).Want(200, "请另一户的人")
	differs := other.Get("/console/yunxi/merit/sheets").Submit("录入这张单子", append(append([]any{}, sheet...), "lines", "1 毛巾 2")...).Want(200, "还没有入账", "只有店长录了")
	if differs.Value("lines") != "1 毛巾 2" {
		t.Error("what was typed is lost")
	}
	other.Get("/console/yunxi/merit/sheets").Want(200, "两遍不一样")
}

// A story is public only with its person's consent.
func TestAStory(t *testing.T) {
	h := market(t)
	boss := h.SignIn("yunxi", "张明")
	form := boss.Get("/console/yunxi/merit/stories").Follow("写一篇")
	form.Submit("写好，请本人看", "person", "没有的人", "title", "好邻居", "text", "天天扫地").Want(404)
	p := form.Submit("写好，请本人看", "person", "王小草", "title", "好邻居", "text", "天天扫地").Want(200, "等本人同意", "天天扫地")
	p.Submit("改好，请本人看", "text", "").Want(422, "请写事迹")
	p.Submit("改好，请本人看", "text", "天天扫村口").Want(200, "第2版", "天天扫村口")
	p.Submit("撤下这篇").Want(200, "撤下了")
	h.SignIn("yunxi", "店长").Get("/console/yunxi/merit/stories").Want(403)
}
