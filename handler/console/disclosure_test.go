package console_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"cunwu/handler/console"
	"cunwu/handler/handlertest"
	"cunwu/model"
	"cunwu/service/disclosure"
	"cunwu/service/moderation"
)

// accounts is an Excel file in the shape of the template: opening 1000.00, then
// items of day, purpose, category, income, expense, and the closing balance.
func accounts(t *testing.T, closing string, items ...[]any) handlertest.File {
	t.Helper()
	book := excelize.NewFile()
	rows := [][]any{{"云溪村收支明细"}, {"期初余额", "1000.00"}, {"日期", "摘要", "类别", "收入", "支出", "收付款人", "审批人", "票据号"}}
	rows = append(append(rows, items...), []any{"期末余额", closing})
	for n, row := range rows {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", n+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return handlertest.File{Name: "二月收支.xlsx", Body: out.Bytes()}
}

var disclosureAddress = regexp.MustCompile(`^/console/yunxi/disclosures/([0-9a-f]{32})`)

// A month's accounts from the calendar's line to the board: bad cells are shown by
// their address before anything is kept, and nothing typed is lost.
func TestAMonthsAccounts(t *testing.T) {
	h := county(t)
	h.OK(h.Deps.Public.SetDuty(h.Ctx, h.Actor("xishan", "钱镇"), "yunxi", disclosure.Duty{ID: "finance", Kind: "finance", Title: "财务收支", Months: 1, DueDays: 15,
		Since: time.Date(2026, 2, 1, 0, 0, 0, 0, model.Shanghai), Active: true}))
	boss := h.SignIn("yunxi", "张明")
	form := boss.Get("/console/yunxi/disclosures").Want(200, "到期要公开的", "下载收支明细表模板").Follow("写这一份：2026年2月财务收支").Want(200, "2026年2月财务收支")
	if got := boss.Get("/console/yunxi/disclosures/template").Want(200); !strings.HasPrefix(got.Body, "PK") {
		t.Error("the template is no workbook")
	}
	form.Submit("存成草稿", "text", "写了半天的说明").Want(422, "财务公开要附上收支明细表", "写了半天的说明")
	bad := form.Submit("先检查这张表", "text", "写了半天的说明", "finance", accounts(t, "900.00", []any{"2026-02-03", "买灯泡", "维修", "", "一百"}, []any{"2026-03-09", "修路", "维修", "", "50"}))
	bad.Want(422, "有2格要改", "E4", "“一百”不是金额", "A5", "不在这一期里", "写了半天的说明")
	if n := strings.Count(bad.Body, `<td class="bad">`); n != 4 { // each in both tables
		t.Errorf("%d red cells, want 4", n)
	}
	bad.Submit("先检查这张表", "finance", accounts(t, "950.00", []any{"2026-02-03", "买灯泡", "维修", "", "100"})).Want(422, "账不平", "差50.00元", "写了半天的说明")
	bad.Submit("先检查这张表", "finance", handlertest.File{Name: "假的.xlsx", Body: []byte("not a workbook")}).Want(422, "写了半天的说明")
	good := bad.Submit("先检查这张表", "files", handlertest.File{Name: "灯.jpg", Body: jpeg(t)},
		"finance", accounts(t, "900.00", []any{"2026-02-03", "=买灯泡", "维修", "", "100", "五金店", "张明", "No1"})).Want(200, "账是平的", "共1笔", "1,000.00", "二月收支.xlsx", "灯.jpg")
	var kept int64
	h.OK(h.Store.DB(h.Ctx).Model(&model.Disclosure{}).Count(&kept).Error)
	if kept != 0 {
		t.Fatal("checking kept a disclosure")
	}
	draft := good.Submit("存成草稿").Want(200, "稿子存好了", "准备中，第1版", "写了半天的说明", "各类收支", "要先由村务监督委员签字")
	if !strings.Contains(draft.Body, `alt="灯.jpg"`) {
		t.Error("the picture isn't shown")
	}
	id := disclosureAddress.FindStringSubmatch(draft.Path)[1]
	at := "/console/yunxi/disclosures/" + id

	// An edit keeps the sheet and the files that stay ticked; the voucher is given.
	edited := boss.Get(at+"/edit").Want(200, "已经收到：二月收支.xlsx").Submit("存好", "text", "改过的说明").Want(200, "改过的说明", "900.00")
	if !strings.Contains(edited.Body, `alt="灯.jpg"`) {
		t.Error("the edit lost the picture")
	}
	edited.Follow("一笔一笔看").Want(200, "=买灯泡", "五金店").Follow("附票据").Submit("附上", "files", handlertest.File{Name: "票.jpg", Body: jpeg(t)}).Want(200, "票据附好了", "看第1张")

	boss.Get(at + "?version=-1").Want(200).Lacks("我看过了，签字")
	eye := h.SignIn("yunxi", "周正")
	eye.Get("/console/yunxi").Want(200, "等您签字：2026年2月财务收支").Follow("等您签字").Want(200, "这一份的校验码").Submit("我看过了，签字").Want(200, "签好了", "周正")
	h.SignIn("yunxi", "孙网").Get(at).Want(404)
	h.SignIn("shiqiao", "赵石").Get("/console/shiqiao/disclosures/" + id).Want(404)
	boss.Get("/console/yunxi").Want(200, "可以公开了：2026年2月财务收支").Follow("可以公开了").Submit("公开", "everyone", "1").Want(200, "公开了。请打印", "第1版")
	_, err := h.Deps.Public.TellDue(h.Ctx)
	h.OK(err)

	page := boss.Get(at)
	page.Submit("记下", "on", "2026-03-04").Want(422, "请附上一张公示栏的照片")
	page.Submit("记下", "on", "2020-01-01", "files", handlertest.File{Name: "栏.jpg", Body: jpeg(t)}).Want(422, "张贴的日期不对", "附件已经收到").
		Submit("记下", "on", "2026-03-04").Want(200, "贴公示栏", "至少贴到2026年3月19日")
	reach := boss.Get(at+"/reach").Want(200, "人还不知道", "王小草")
	reach.Submit("告诉了").Want(200, "记下了：已经当面或打电话告诉", "打电话、上门")
	if got := boss.Get(at + "/reach/sheet").Want(200); !strings.HasPrefix(got.Body, "PK") {
		t.Error("the list of who knows is no workbook")
	}

	boss.Get(at+"/correct").Submit("存成更正稿", "reason", "", "text", "更正后的说明").Want(422, "请写明为什么更正", "更正后的说明").
		Submit("存成更正稿", "reason", "金额抄错了").Want(200, "准备中，第2版", "金额抄错了", "更正后的说明")
	boss.Get("/console/yunxi/disclosures?show=published").Want(200, "2026年2月财务收支", "有更正稿", "贴公示栏了")
	boss.Get(at).Submit("撤下", "reason", "要重写").Want(200, "撤下了", "要重写")
	boss.Get("/console/yunxi/disclosures?show=withdrawn").Want(200, "要重写")
	if got := boss.Get("/console/yunxi/disclosures/sheet").Want(200); !strings.HasPrefix(got.Body, "PK") {
		t.Error("the list is no workbook")
	}
}

// A disclosure of the Party goes past a second secretary, who ticks all three.
func TestAPartyDisclosure(t *testing.T) {
	h := county(t)
	h.Settle("yunxi", "陈书记")
	h.Grant("yunxi", "陈书记", model.RoleFirstSecretary)
	boss := h.SignIn("yunxi", "张明")
	boss.Get("/console/yunxi/disclosures/new").Want(200, "公开哪一项").Submit("存成草稿", "duty", "party", "period", "2026年", "title", "组织生活会", "text", "只给党员").Want(422, "期数写得不对", "只给党员")
	form := boss.Get("/console/yunxi/disclosures/new")
	form.Submit("存成草稿", "duty", "party", "period", "2026-Q1", "text", "给谁看", "scope", "named", "readers", "无此人").Want(404, "无此人", "给谁看")
	draft := form.Submit("存成草稿", "duty", "party", "period", "2026-Q1", "text", "给谁看", "scope", "named", "readers", "王小草、孙有田").Want(200, "只给指定的人看", "要先由另一位书记审批")
	second := h.SignIn("yunxi", "陈书记")
	page := second.Get("/console/yunxi").Want(200, "等您审批").Follow("等您审批")
	page.Submit("三项都查过", "secrecy", "1").Want(422, "三项都查过才能审批")
	page.Submit("三项都查过", "secrecy", "1", "need", "1", "accuracy", "1").Want(200, "审批好了", "陈书记")
	h.SignIn("yunxi", "周正").Get(draft.Path).Want(404)
	h.SignIn("yunxi", "孙网").Get("/console/yunxi/disclosures").Want(403)
}

// Whom WeChat didn't reach is called, told, and gone from the list.
func TestTheCallList(t *testing.T) {
	h := county(t)
	c, at := asks(h, "王小草", "路灯坏了")
	h.SignIn("yunxi", "张明").Get(at).Submit("发出答复", "text", "修好了").Want(200)
	h.Clock.Advance(48 * time.Hour)
	grid := h.SignIn("yunxi", "孙网")
	list := grid.Get("/console/yunxi/notices").Want(200, "王小草", "修好了", fmt.Sprintf("#%d", c.Number))
	list = list.Submit("告诉了").Want(200, "记下了")
	if got := grid.Get("/console/yunxi/notices/sheet").Want(200); !strings.HasPrefix(got.Body, "PK") {
		t.Error("the list is no workbook")
	}
	for strings.Contains(list.Body, ">告诉了<") { // tick them all
		list.Submit("告诉了").Want(200, "记下了")
		list = grid.Get("/console/yunxi/notices")
	}
	list.Want(200, "现在没有要打电话的人")
	h.SignIn("yunxi", "周正").Get("/console/yunxi/notices").Want(403)
}

// What waits for a person's word: published with one tap, refused with a reason.
func TestChecks(t *testing.T) {
	h := county(t)
	for n, text := range []string{"好主意", "骂人的话"} {
		h.OK(h.Store.Tx(h.Ctx, func(ctx context.Context) error {
			return h.Deps.Checks.Want(ctx, h.Actor("yunxi", "王小草"), moderation.Wanted{VillageID: "yunxi", Subject: fmt.Sprintf("remark/%032d", n), Text: text})
		}))
	}
	boss := h.SignIn("yunxi", "张明")
	day := boss.Get("/console/yunxi").Want(200, "好主意", "骂人的话")
	day.Submit("可以公开").Want(200, "可以公开，记下了")
	rest := boss.Get("/console/yunxi/checks").Want(200, "骂人的话").Lacks("好主意")
	rest.Submit("不公开").Want(422, "理由", "骂人的话")
	rest.Submit("不公开", "reason", "骂人了").Want(200, "不公开，已经告诉写的人", "没有等着审核的内容")
	h.SignIn("yunxi", "孙网").Get("/console/yunxi/checks").Want(403)
}

// Each role sees the parts that are its own.
func TestTheNavigation(t *testing.T) {
	h := county(t)
	h.Settle("yunxi", "吴店")
	h.Grant("yunxi", "吴店", model.RoleStoreKeeper)
	for name, want := range map[string][2]string{
		"张明": {"今天 留言 公开 投票 议事 调解 积分 名册 通知 审核 设置", "镇里"},
		"周正": {"公开 投票", "通知"},
		"孙网": {"留言 投票", "审核"},
		"吴店": {"今天 积分", "留言"},
	} {
		page := h.SignIn("yunxi", name).Get("/console/yunxi").Want(200)
		var shown []string
		for _, m := range regexp.MustCompile(`<li><a href="/console/yunxi[^"]*"[^>]*>(\p{Han}+)`).FindAllStringSubmatch(page.Body, -1) {
			shown = append(shown, m[1])
		}
		all := strings.Join(shown, " ")
		if !strings.Contains(all, want[0]) || strings.Contains(all, want[1]) {
			t.Errorf("%s sees %s", name, all)
		}
	}
	h.SignIn("yunxi", "张明").Get("/console/yunxi/settings").Want(200, "公开目录").Lacks("没送出去的消息")
}

// No form of the console does anything without the token of its page, and every
// page is for people who signed in.
func TestNoFormWithoutItsToken(t *testing.T) {
	h := county(t)
	boss, stranger := h.SignIn("yunxi", "张明"), h.Browser()
	fill := strings.NewReplacer(":village", "yunxi")
	for _, r := range console.Routes() {
		path := regexp.MustCompile(`:\w+`).ReplaceAllString(fill.Replace(r.Path), strings.Repeat("0", 32))
		if r.Door != "signed in" {
			t.Errorf("%s is open to %s", r.Path, r.Door)
		}
		if r.Method == http.MethodGet {
			stranger.Get(path).Want(200, "用登录码登录")
			continue
		}
		boss.Post(path, url.Values{"once": {strings.Repeat("a", 32)}}).Want(403, "不是从本站打开的")
	}
}
