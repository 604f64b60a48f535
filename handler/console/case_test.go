package console_test

import (
	"bytes"
	"fmt"
	"image"
	encode "image/jpeg"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"cunwu/handler/handlertest"
	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/desk"
)

// county is 云溪村 with whoever serves it, and 石桥村 beside it.
func county(t *testing.T) *handlertest.House {
	t.Helper()
	h := handlertest.New(t)
	h.Settle("yunxi", "王小草", "孙有田", "张明", "李强", "周正", "孙网")
	h.Settle("shiqiao", "赵石")
	h.Grant("yunxi", "张明", model.RoleBranchSecretary)
	h.Grant("yunxi", "李强", model.RoleCommittee)
	h.Grant("yunxi", "周正", model.RoleSupervisor)
	h.Grant("yunxi", "孙网", model.RoleGridWorker)
	h.Grant("shiqiao", "赵石", model.RoleBranchSecretary)
	h.Grant("xishan", "钱镇", model.RoleTownship)
	return h
}

// asks files a case and returns its page.
func asks(h *handlertest.House, name, text string, change ...func(*desk.Filing)) (model.Case, string) {
	h.T.Helper()
	f := desk.Filing{Words: desk.Words{Text: text}}
	for _, c := range change {
		c(&f)
	}
	filed, err := h.Deps.Desk.File(h.Ctx, h.Actor("yunxi", name), f)
	h.OK(err)
	return filed.Case, "/console/yunxi/cases/" + filed.Case.ID
}

// now is the case as it stands.
func now(h *handlertest.House, c model.Case) model.Case {
	h.T.Helper()
	h.OK(h.Store.DB(h.Ctx).Take(&c, "village_id = ? AND id = ?", c.VillageID, c.ID).Error)
	return c
}

// The day shows what waits, what is late first, and answers it with one tap; the
// same page, opened before, still answers the next one.
func TestTheDayAnswersWithOneTap(t *testing.T) {
	h := county(t)
	first, _ := asks(h, "王小草", "村口的路灯坏了三天")
	h.Clock.Advance(30 * time.Hour)
	second, _ := asks(h, "孙有田", "水渠堵了")
	boss := h.SignIn("yunxi", "张明")
	day := boss.Get("/console/yunxi").Want(200, "今天要办的", "村口的路灯坏了三天", "水渠堵了", "过期", "#2 孙有田", "先回一句“收到”")
	if strings.Index(day.Body, "路灯") > strings.Index(day.Body, "水渠") {
		t.Error("what is late doesn't stand first")
	}
	if !strings.Contains(day.Body, `data-key="1"`) {
		t.Error("no key leads to the first card")
	}
	day.Submit("答复", "text", "明天就修").Want(200, "今天要办的", "答复发出去了", "水渠堵了").Lacks(first.ID)
	if c := now(h, first); c.State != model.CaseReplied {
		t.Errorf("the answered case is %s", c.State)
	}
	again := boss.Get("/console/yunxi")
	again.Submit("收到").Want(200, "已经回了“收到”")
	again.Submit("答复", "text", "已经疏通").Want(200, "今天要办的").Lacks(first.ID, second.ID) // the page of before
	if c := now(h, second); c.State != model.CaseReplied || c.ContactedAt.IsZero() {
		t.Errorf("the second case is %s", c.State)
	}
	again.Submit("答复", "text", "再说一遍").Want(422, "同一个编号") // its key is spent
	h.SignIn("yunxi", "李强").Get("/console/yunxi").Want(200).Lacks(first.ID, second.ID)
	h.SignIn("shiqiao", "赵石").Get("/console/shiqiao").Want(200, "今天没有等您办的事")
}

// A case's page does all that a handler may do, and what was typed comes back.
func TestACaseFromEndToEnd(t *testing.T) {
	h := county(t)
	c, at := asks(h, "王小草", "路灯坏了")
	boss := h.SignIn("yunxi", "张明")
	page := boss.Get(at).Want(200, "#1 王小草", "等村里回话", "路灯坏了", "由张明办", "每一级的时限", "转给别人办", "李强（村委会委员）")
	page.Submit("发出答复", "text", "   ").Want(422, "请写上要说的话")
	page.Submit("发出答复", "text", "看附件", "files", []handlertest.File{{Name: "a.exe", Body: []byte("MZ nothing to see")}}).Want(422, "收不了", "看附件")
	page.Submit("先回一句").Want(200, "已经回了“收到”", "回了“收到”")
	boss.Get(at).Submit("问出去", "text", "哪一盏？").Want(200, "哪一盏？", "问提问人")
	boss.Get(at).Submit("归好", "topic", model.TopicHelp).Want(200, "归好类了", "求助")
	boss.Get(at).Submit("延期", "text", "等零件").Want(200, "延期了", "等零件")
	page.Submit("延期", "text", "还要等两天零件").Want(409, "已经延期过一次", "还要等两天零件")
	boss.Get(at).Submit("转给他", "to", "李强").Want(200, "转出去了", "由李强办")
	lee := h.SignIn("yunxi", "李强")
	lee.Get("/console/yunxi").Want(200, "路灯坏了")
	lee.Get(at).Submit("发出答复", "text", "修好了，请看照片", "files", handlertest.File{Name: "灯.jpg", Body: jpeg(t)}).Want(200, "答复发出去了", "修好了，请看照片")
	after := lee.Get(at).Want(200, "已答复，等提问人说解决没有")
	var file model.Media
	h.OK(h.Store.DB(h.Ctx).Take(&file, "village_id = ? AND subject = ?", "yunxi", casework.Subject(casework.RefOf(c))).Error)
	if !strings.Contains(after.Body, "/console/yunxi/files/"+file.ID+"?small=1") {
		t.Error("the picture isn't shown")
	}
	if sent := lee.Get("/console/yunxi/files/" + file.ID); sent.Status != 200 || sent.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("the picture was answered %d %s", sent.Status, sent.Header.Get("Content-Type"))
	}
	h.SignIn("yunxi", "孙网").Get("/console/yunxi/files/" + file.ID).Want(404)
	if _, err := h.Deps.Desk.Verdict(h.Ctx, h.Actor("yunxi", "王小草"), casework.RefOf(c), true, 5, "快"); err != nil {
		t.Fatal(err)
	}
	page.Submit("不受理", "text", "去找镇里，别找我们").Want(409, "已经办结", "去找镇里，别找我们") // an old page: the words aren't lost
}

func jpeg(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := encode.Encode(&out, image.NewRGBA(image.Rect(0, 0, 600, 400)), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestDecideRejectFinishAndJoin(t *testing.T) {
	h := county(t)
	boss := h.SignIn("yunxi", "张明")
	_, idea := asks(h, "王小草", "建议村口装个凳子")
	boss.Get(idea).Submit("不采纳", "text", "明年再议").Want(200, "决定已经告诉提问人", "意见建议已答复", "明年再议")
	_, wrong := asks(h, "孙有田", "社保卡丢了")
	boss.Get(wrong).Submit("不受理", "text", "请到镇便民中心").Want(200, "不受理，原因已经告诉提问人")
	_, done := asks(h, "孙有田", "井盖松了")
	boss.Get(done).Submit("办好了").Want(200, "记下了：办好了", "已答复")
	_, asked := asks(h, "孙有田", "井盖又松了")
	boss.Get(asked).Want(200).Lacks("并到那一件") // only questions about one disclosure are joined
}

// The list finds by number and by words, of all the village for who may act, and
// goes out as Excel without formulas.
func TestFindingCases(t *testing.T) {
	h := county(t)
	for n := range 23 {
		asks(h, "王小草", fmt.Sprintf("第%d件事", n+1))
		h.Clock.Advance(25 * time.Hour)
	}
	asks(h, "孙有田", "=HYPERLINK(\"http://evil\") 100%是真的")
	boss := h.SignIn("yunxi", "张明")
	list := boss.Get("/console/yunxi/cases").Want(200, "#24", "下一页").Lacks("第1件事")
	list.Follow("下一页").Want(200, "#1 第1件事")
	boss.Get("/console/yunxi/cases?words=%23"+"7").Want(200, "#7 王小草")
	boss.Get("/console/yunxi/cases?words=%EF%BC%83%EF%BC%97").Want(200, "#7 王小草") // ＃７
	boss.Get("/console/yunxi/cases").Submit("查", "words", "100%").Want(200, "#24").Lacks("#23")
	boss.Get("/console/yunxi/cases?words=%25&show=all").Want(200, "#24").Lacks("#23")
	boss.Get("/console/yunxi/cases?state=closed").Want(200, "没有这样的留言")
	boss.Get("/console/yunxi/cases?words=99999").Want(404, "没有找到这个编号")
	boss.Get("/console/yunxi/cases?after=nonsense").Want(422, "页码看不懂")
	h.SignIn("yunxi", "李强").Get("/console/yunxi/cases").Want(200, "没有这样的留言").Submit("查", "show", "all").Want(200, "#24")
	book, err := excelize.OpenReader(bytes.NewReader([]byte(boss.Get("/console/yunxi/cases-sheet?show=all").Want(200).Body)))
	h.OK(err)
	rows, err := book.GetRows(book.GetSheetName(0))
	h.OK(err)
	if len(rows) != 25 || !strings.HasPrefix(rows[1][3], "'=") {
		t.Errorf("%d rows, the first says %q", len(rows), rows[1])
	}
}

// Who isn't of the village, or may not act, learns nothing; what is meant for the
// township only stands on the township's page.
func TestOthersDontSee(t *testing.T) {
	h := county(t)
	c, at := asks(h, "王小草", "路灯坏了")
	only := true
	secret, hidden := asks(h, "孙有田", "张明占了我的地", func(f *desk.Filing) { f.Township = &only })
	next := h.SignIn("shiqiao", "赵石")
	next.Get("/console/shiqiao/cases/" + c.ID).Want(404)
	next.Get(at).Want(403)
	next.Get("/console/shiqiao/cases?show=all").Want(200).Lacks("路灯坏了")
	h.SignIn("yunxi", "周正").Get(at).Want(404)
	h.SignIn("yunxi", "孙网").Get("/console/yunxi/cases?show=all").Want(200).Lacks("路灯坏了")
	boss := h.SignIn("yunxi", "张明")
	boss.Get(hidden).Want(404)
	boss.Get("/console/yunxi/cases?show=all").Want(200, "路灯").Lacks("占了", fmt.Sprintf("#%d", secret.Number))
	town := h.SignIn("xishan", "钱镇")
	town.Get("/console/yunxi/cases").Want(200, "内容不显示", "保密").Lacks("占了")
	town.Get(hidden).Want(200, "占了我的地", "请勿转告村里").Lacks("孙有田")
	town.Get("/console/shiqiao/cases").Want(200).Lacks("保密")
}

// A verdict by voice is heard and entered by somebody else than who answered.
func TestASpokenVerdict(t *testing.T) {
	h := county(t)
	c, at := asks(h, "王小草", "路灯坏了")
	boss := h.SignIn("yunxi", "张明")
	boss.Get(at).Submit("发出答复", "text", "修好了").Want(200)
	_, err := h.Deps.Cases.Spoken(h.Ctx, h.Actor("yunxi", "王小草"), casework.RefOf(c), "")
	h.OK(err)
	boss.Get("/console/yunxi").Want(200).Lacks("听一听")
	ear := h.SignIn("yunxi", "孙网")
	ear.Get("/console/yunxi").Want(200, "听一听提问人说解决了没有").Follow("听一听").
		Want(200, "请听一遍").Lacks("路灯坏了", "发出答复").Submit("他说没解决").Want(200, "今天要办的", "记下了")
	ear.Get(at).Want(404)
	if got := now(h, c); got.State != model.CaseInProgress || got.Reopened != 1 {
		t.Errorf("the case is %s, reopened %d", got.State, got.Reopened)
	}
}
