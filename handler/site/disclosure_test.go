package site_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"cunwu/handler/handlertest"
	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
)

// town is the county with a village that has its offices.
type town struct {
	*handlertest.House
	writer, signer, boss model.Actor
}

func newTown(t testing.TB) *town {
	h := &town{House: handlertest.New(t)}
	h.Settle("yunxi", "张明", "赵志强", "孙有田", "王小草", "李秀英")
	h.Settle("shiqiao", "陈勇")
	h.Grant("yunxi", "张明", model.RoleBranchSecretary)
	h.Grant("yunxi", "赵志强", model.RoleCommittee)
	h.Grant("yunxi", "孙有田", model.RoleSupervisor)
	h.boss, h.writer, h.signer = h.Actor("yunxi", "张明"), h.Actor("yunxi", "赵志强"), h.Actor("yunxi", "孙有田")
	return h
}

// publish takes a draft the whole way and into the log.
func (h *town) publish(in disclosure.Draft) model.Disclosure {
	h.T.Helper()
	in.VillageID = "yunxi"
	d, err := h.Deps.Public.Draft(h.Ctx, h.writer, in)
	h.OK(err)
	return h.stand(d)
}

func (h *town) stand(d model.Disclosure) model.Disclosure {
	h.T.Helper()
	ref := disclosure.Ref{VillageID: d.VillageID, ID: d.ID}
	view, err := h.Deps.Public.Get(h.Ctx, h.boss, ref, -1)
	h.OK(err)
	if d.Kind == model.DiscloseParty {
		_, err = h.Deps.Public.Approve(h.Ctx, h.boss, ref, view.Digest, disclosure.Checks{Secrecy: true, Need: true, Accuracy: true})
	} else {
		_, err = h.Deps.Public.SignOff(h.Ctx, h.signer, ref, view.Digest)
	}
	h.OK(err)
	d, err = h.Deps.Public.Publish(h.Ctx, h.writer, ref, false)
	h.OK(err)
	return d
}

func (h *town) seal() {
	h.T.Helper()
	_, err := h.Deps.Ledger.SealDue(h.Ctx)
	h.OK(err)
}

func (h *town) upload(name string, body io.Reader) string {
	h.T.Helper()
	m, err := h.Deps.Media.Upload(h.Ctx, h.writer, "yunxi", name, body)
	h.OK(err)
	return m.ID
}

func picture() io.Reader {
	var out bytes.Buffer
	_ = png.Encode(&out, image.NewRGBA(image.Rect(0, 0, 600, 400)))
	return &out
}

func accountsBook(period string, opening int64, items int) io.Reader {
	file := excelize.NewFile()
	rows := [][]any{{"云溪村财务收支明细表"}, {"期初余额", disclosure.Yuan(opening)}, {"序号", "日期", "摘要", "类别", "收入（元）", "支出（元）", "收付款人", "审批人", "票据号"}}
	for i := range items {
		rows = append(rows, []any{i + 1, period + "-10", "=1+1修渠", "公益支出", nil, "10.00", "西山建材店", "张明", ""})
	}
	rows = append(rows, []any{items + 1, period + "-11", "鱼塘承包费", "经营收入", "5000.00", nil, "李大山", "张明", ""},
		[]any{"期末余额", disclosure.Yuan(opening + 500_000 - int64(items)*1000)})
	for i, row := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		_ = file.SetSheetRow("Sheet1", cell, &row)
	}
	var b bytes.Buffer
	_ = file.Write(&b)
	return &b
}

// A month's accounts, from the calendar to the single item, its files and the proof.
func TestTheAccountsOfAMonth(t *testing.T) {
	h := newTown(t)
	h.Clock.Set(time.Date(2026, 5, 6, 9, 0, 0, 0, model.Shanghai))
	photo, paper := h.upload("票据.png", picture()), h.upload("合同.pdf", strings.NewReader("%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"))
	d := h.publish(disclosure.Draft{Kind: model.DiscloseFinance, Period: "2026-04", Text: "四月的账\n请看", Finance: accountsBook("2026-04", 1_000_000, 60), MediaIDs: []string{photo, paper}})
	stranger := h.Browser()

	calendar := stranger.Get("/v/yunxi/disclosures/calendar").Want(200, "公开日历 · 2026年", "2026年3月财务公开", "逾期没公开的", "按时公开", "2026年4月财务公开")
	page := calendar.Follow("2026年4月财务公开").Want(200, "四月的账", "期初余额", "10,000.00", "赵志强写的", "孙有田", "公益支出", "=1+1修渠", "登录以后可以提问", "还在记入公开账本")
	page.Follow("下一页").Want(200, "鱼塘承包费")
	h.seal()
	page = stranger.Get(page.Path).Want(200, "公开账本的第")
	page.Follow("第").Want(200, "公开账本第", "cunwu log entry 1").Follow("看内容").Want(200, "四月的账")

	if got := stranger.Get(page.Path + "/files/" + photo + "?small=1").Want(200); got.Header.Get("Content-Type") != "image/jpeg" || strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the photo: %v", got.Header)
	}
	if got := page.Follow("合同.pdf").Want(200); got.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the paper: %v", got.Header)
	}
	csv := page.Follow("CSV").Want(200)
	if !strings.Contains(csv.Body, "'=1+1修渠") || !strings.HasPrefix(csv.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("a formula goes out: %s", csv.Body[:300])
	}
	book, err := excelize.OpenReader(strings.NewReader(page.Follow("Excel").Want(200).Body))
	h.OK(err)
	h.OK(book.Close())

	stranger.Get("/v/yunxi/disclosures/accounts").Want(200, "村里的账 · 2026年", "5,000.00", "600.00", "已经公开的1个月", "还有1个月逾期没有公开", "逾期，没有公开", "钱花在哪").
		Follow("上一年").Want(200, "2025年", "这一年没有要公开的账").Follow("下一年").Want(200, "2026年").Follow("4月").Want(200, "四月的账")
	stranger.Get("/v/yunxi").Want(200, "逾期", "2026年3月财务公开", "2026年4月财务公开", "现在没有投票", "最近12个月还没有人留言")
	for _, bad := range []string{"/files/" + strings.Repeat("a", 32), "/diff", "/diff?from=1&to=9", "/accounts.csv?version=9", "?version=9"} {
		stranger.Get("/v/yunxi/disclosures/" + d.ID + bad).Want(404)
	}
	for _, path := range []string{"", "/files/" + photo, "/accounts.csv", "/questions"} {
		stranger.Get("/v/shiqiao/disclosures/" + d.ID + path).Want(404)
	}
	other := h.publish(disclosure.Draft{Kind: model.DiscloseVillage, Period: "2026-Q1", Text: "一季度"})
	stranger.Get("/v/yunxi/disclosures/" + other.ID + "/files/" + photo).Want(404)
	stranger.Get("/v/yunxi/disclosures/"+other.ID+"/accounts.csv").Want(404, "没有收支明细")
}

// A correction is explained, a draft and a party matter stay inside, a withdrawal
// keeps its reason.
func TestACorrectionAndAWithdrawal(t *testing.T) {
	h := newTown(t)
	h.Clock.Set(time.Date(2026, 4, 6, 9, 0, 0, 0, model.Shanghai))
	d := h.publish(disclosure.Draft{Kind: model.DiscloseVillage, Period: "2026-Q1", Text: "第一行\n第二行\n第三行\n第四行\n第五行\n硬化420米\n<b>完</b>"})
	ref := disclosure.Ref{VillageID: "yunxi", ID: d.ID}
	again, err := h.Deps.Public.Correct(h.Ctx, h.writer, ref, disclosure.Draft{VillageID: "yunxi", Kind: model.DiscloseVillage, Period: "2026-Q1", Text: "第一行\n第二行\n第三行\n第四行\n第五行\n硬化240米\n<b>完</b>"}, "长度写错了")
	h.OK(err)
	stranger := h.Browser()
	stranger.Get("/v/yunxi/disclosures/"+d.ID).Want(200, "硬化420米").Lacks("硬化240米", "<b>完")
	h.stand(again)
	page := stranger.Get("/v/yunxi/disclosures?kind=village").Want(200, "更正过").Follow("第1季度").Want(200, "硬化240米", "第2版", "长度写错了", "改过几次")
	page.Follow("看这一版").Want(200, "硬化420米", "这是以前的一版").Follow("看现在的一版").Want(200, "硬化240米")
	diff := page.Follow("和上一版有什么不同").Want(200, "硬化420米", "硬化240米", "（3行没有变）", "长度写错了")
	if !strings.Contains(diff.Body, "<del><span class=\"mark\">去掉　</span>硬化420米</del>") {
		t.Error("what was taken out isn't marked")
	}
	diff.Lacks("第二行", "<b>完")
	stranger.Get("/v/yunxi/disclosures?q=240米").Want(200, "第1季度")
	stranger.Get("/v/yunxi/disclosures").Submit("查找", "q", "没有的词").Want(200, "没有查到")
	stranger.Get("/v/yunxi/disclosures").Submit("查找", "q", strings.Repeat("长", 60)).Want(422, "查找的话太长").Want(422, "查一个词")
	stranger.Get("/v/yunxi/disclosures?kind=finance").Want(200, "还没有公开过这一类")

	inside := h.publish(disclosure.Draft{Kind: model.DiscloseParty, Period: "2026-Q1", Title: "只给党员", Scope: model.ScopeParty, Text: "x"})
	stranger.Get("/v/yunxi/disclosures").Want(200).Lacks("只给党员")
	stranger.Get("/v/yunxi/disclosures/" + inside.ID).Want(404)
	stranger.Get("/v/yunxi/disclosures/calendar").Want(200, "只对党内公开").Lacks(inside.ID)
	h.SignIn("yunxi", "赵志强").Get("/v/yunxi/disclosures/"+inside.ID).Want(200, "不对外")

	_, err = h.Deps.Public.Withdraw(h.Ctx, h.writer, ref, "写了个人信息")
	h.OK(err)
	stranger.Get("/v/yunxi/disclosures/"+d.ID).Want(200, "撤下来了", "写了个人信息").Lacks("硬化240米", "提问</button>")
	stranger.Get("/v/yunxi/disclosures").Want(200).Lacks(d.ID).Follow("撤下来的和原因").Want(200, "写了个人信息")
}

// A question is a case with a clock, and stands under the disclosure once answered.
func TestAQuestionFromThePage(t *testing.T) {
	h := newTown(t)
	h.Clock.Set(time.Date(2026, 4, 6, 9, 0, 0, 0, model.Shanghai))
	d := h.publish(disclosure.Draft{Kind: model.DiscloseVillage, Period: "2026-Q1", Text: "修路"})
	path := "/v/yunxi/disclosures/" + d.ID
	h.SignIn("shiqiao", "陈勇").Get(path).Want(200, "本村的人可以在这里提问").Lacks("提问</button>")
	me := h.SignIn("yunxi", "王小草")
	form := me.Get(path).Want(200, "对这份公开有疑问")
	form.Submit("提问", "text", "  ").Want(422, "请写下您的问题", "对这份公开有疑问")
	asked := form.Submit("提问", "text", "钱从<哪里>来？").Want(200, "问题交上去了，编号 #", "最晚4月13日答复")
	form.Submit("提问", "text", "钱从<哪里>来？") // a second tap
	var cases []model.Case
	h.OK(h.Store.DB(h.Ctx).Where("village_id = ? AND kind = ?", "yunxi", disclosure.KindName).Find(&cases).Error)
	if len(cases) != 1 || cases[0].AskerName != "王小草" {
		t.Fatalf("%d cases: %+v", len(cases), cases)
	}
	asked.Lacks("钱从")
	_, err := h.Deps.Cases.Reply(context.WithoutCancel(h.Ctx), h.writer, casework.RefOf(cases[0]), casework.Said{Text: "镇里补助"})
	h.OK(err)
	h.Browser().Get(path).Want(200, "王姓乡亲问", "钱从<哪里>来", "村里答：镇里补助").Lacks("王小草", "钱从<哪里>")
	h.Browser().Get(path+"/questions").Want(200, "镇里补助")
	h.Browser().Get("/v/yunxi/answers").Want(200, "一共收到", "按时答复", "等本人说解决没有").Lacks("王小草")

	late := me.Get(path)
	_, err = h.Deps.Public.Withdraw(h.Ctx, h.writer, disclosure.Ref{VillageID: "yunxi", ID: d.ID}, "写错了")
	h.OK(err)
	late.Submit("提问", "text", "写了半天的话").Want(409, "有疑问请直接留言", "写了半天的话")
}

func draftOf(quarter string) disclosure.Draft {
	return disclosure.Draft{Kind: model.DiscloseVillage, Period: quarter, Text: map[string]string{"2026-Q1": "一季度", "2025-Q4": "四季度"}[quarter] + "修路"}
}
