package console_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"cunwu/handler/handlertest"
	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/notice"
)

// The township sees its villages side by side, the one that lets people wait first;
// silence makes no village look better. Nobody of a village sees the others.
func TestTheTownshipSeesTheWorstFirst(t *testing.T) {
	h := handlertest.New(t)
	h.Settle("yunxi", "王小草", "张明")
	h.Settle("shiqiao", "石大山", "周支书")
	h.Grant("yunxi", "张明", model.RoleBranchSecretary)
	h.Grant("shiqiao", "周支书", model.RoleBranchSecretary)
	h.Grant("xishan", "赵镇", model.RoleTownship)
	ask := func(unit, name, text string) {
		_, err := h.Deps.Cases.Open(h.Ctx, h.Actor(unit, name), casework.NewCase{VillageID: unit, Kind: help.KindName, Said: casework.Said{Text: text}})
		h.OK(err)
	}
	ask("shiqiao", "石大山", "桥塌了")
	h.Clock.Advance(20 * 24 * time.Hour)
	ask("yunxi", "王小草", "路灯坏了")
	for range 4 { // the calendar of late disclosures
		h.Clock.Advance(30 * 24 * time.Hour)
		_, err := h.Deps.Public.RemindDue(h.Ctx)
		h.OK(err)
	}

	officer := h.SignIn("xishan", "赵镇")
	page := officer.Get("/console/yunxi/township").Want(200, "西山镇各村", "2件留言过期没答复", "没结束的调解")
	if s, y := strings.Index(page.Text(), "石桥村 1"), strings.Index(page.Text(), "云溪村 1"); s < 0 || y < s {
		t.Errorf("the worst isn't first: %s", page.Text())
	}
	officer.Get("/console/xishan/township").Want(200, "石桥村", "云溪村")
	rows := cells(t, page.Follow("下载").Want(200))
	if len(rows) != 3 || rows[1][0] != "石桥村" || rows[1][2] != "1" || rows[1][8] == "0" && rows[1][7] == "0" {
		t.Errorf("the sheet is %q", rows)
	}
	page.Follow("石桥村").Want(200, "答复得怎么样", "1件过期", "还没答复", "一年里的1件")
	boss := h.SignIn("yunxi", "张明")
	boss.Get("/console/yunxi/township").Want(403)
	boss.Get("/console/yunxi/figures").Want(200, "答复得怎么样")
}

// A role is given and ended by an operator, and nobody else; what was stays to be read.
func TestRoles(t *testing.T) {
	h := enrolled(t)
	keeper := h.SignIn("yunxi", "赵管")
	page := keeper.Get("/console/yunxi/roles").Want(200, "党支部书记", "张明", "系统管理员")
	page.Submit("任命", "name", "没有这人", "role", "grid_worker").Want(404, "名册里没有")
	page.Submit("任命", "name", "李华", "role", "grid_worker").Want(200, "李华从现在起是网格员")
	page = keeper.Get("/console/yunxi/roles")
	page.Submit("任命", "name", "赵管", "role", "committee_member", "outsider", "1").Want(403, "不能给自己")
	page.Submit("任命", "name", "王小草", "role", "township_officer").Want(422, "镇里的角色")
	boss := h.SignIn("yunxi", "张明")
	boss.Get("/console/yunxi/roles").Want(200, "网格员").Lacks("任命</button>", "卸任</button>")
	keeper.Get("/console/yunxi/roles").Submit("卸任").Want(200, "李华不再是网格员").Lacks("李华</td>")
	keeper.Get("/console/yunxi/roles").Follow("从前的也看").Want(200, "网格员", "李华")
	keeper.Get("/console/shiqiao/roles").Want(403)
}

// The township adds to what a village must disclose, and can't take from the law.
func TestCatalogue(t *testing.T) {
	h := enrolled(t)
	h.Grant("xishan", "赵镇", model.RoleTownship)
	officer := h.SignIn("xishan", "赵镇")
	page := officer.Get("/console/yunxi/catalogue").Want(200, "财务公开", "村民委员会组织法", "每月", "没有")
	page.Follow("财务公开").Want(200, "只能办得更勤").Submit("存好", "months", "12").Want(422, "不能比法律规定的更少")
	add := page.Follow("加一项").Want(200)
	wrong := add.Submit("存好", "title", "低保名单", "days", "几天").Want(422, "整数")
	if !strings.Contains(wrong.Body, `value="低保名单"`) {
		t.Error("what was filled in is lost")
	}
	add.Submit("存好", "title", "低保名单", "months", "3", "days", "10").Want(200, "目录改好了", "低保名单", "镇里自己定的", "赵镇")
	boss := h.SignIn("yunxi", "张明")
	boss.Get("/console/yunxi/catalogue").Want(200, "低保名单").Lacks("加一项")
	boss.Get("/console/yunxi/catalogue/finance").Want(403)
	officer.Get("/console/yunxi/catalogue/nothing").Want(404)
	rules := boss.Get("/console/yunxi/rules").Want(200, "答复的时限", "5个工作日", "村民会议（按户）：通过线：分子", "人民调解法")
	for _, line := range strings.Fields(rules.Text()) {
		if strings.Contains(line, "_") || strings.HasPrefix(line, "poll.") || strings.HasPrefix(line, "case.") {
			t.Errorf("a rule has no name for people: %s", line)
		}
	}
}

// Whoever may read the log sees who did what, and whether it was touched; that
// somebody confided in the branch isn't told to the village's own.
func TestTheAuditLog(t *testing.T) {
	h := enrolled(t)
	h.Settle("yunxi", "周监")
	h.Grant("yunxi", "周监", model.RoleSupervisor)
	h.Grant("xishan", "赵镇", model.RoleTownship)
	boss := h.SignIn("yunxi", "张明")
	boss.Get("/console/yunxi/cases").Want(200)
	boss.Get("/console/yunxi/roster/people/" + h.Person("yunxi", "王小草").ID).Want(200)
	h.OK(h.Store.Tx(h.Ctx, func(ctx context.Context) error {
		return h.Audit.Note(ctx, h.Actor("yunxi", "王小草"), "yunxi", "case.read", "0123456789abcdef0123456789abcdef", "")
	}))
	watch := h.SignIn("yunxi", "周监")
	page := watch.Get("/console/yunxi/audit").Want(200, "看了资料", "王小草", "张明", "导入名册").Lacks("看了留言")
	page.Follow("张明").Want(200, "只看 张明").Lacks("导入名册<")
	page.Follow("名册").Want(200, "导入名册").Lacks("看了资料<")
	page.Submit("从头到尾").Want(200, "对得上")
	page.Submit("从头到尾", "head", "乱写").Want(422, "链头的写法")
	if rows := cells(t, page.Follow("下载").Want(200)); len(rows) < 4 {
		t.Errorf("the sheet is %q", rows)
	}
	h.SignIn("xishan", "赵镇").Get("/console/yunxi/audit").Want(200, "看了留言")
	boss.Get("/console/yunxi/audit").Want(403)
	watch.Get("/console/shiqiao/audit").Want(403)
}

// What was given up is sent again by the operator of the village, no other one's.
func TestDeadLetters(t *testing.T) {
	h := enrolled(t)
	grass, far := h.Person("yunxi", "王小草"), h.Person("shiqiao", "外村人")
	h.OK(h.Store.Tx(h.Ctx, func(ctx context.Context) error {
		return h.Deps.Notices.Put(ctx, notice.Note{VillageID: "yunxi", To: grass, Event: "t/1", Role: notice.RoleOther, Text: "明天停水"},
			notice.Note{VillageID: "shiqiao", To: far, Event: "t/2", Role: notice.RoleOther, Text: "石桥停电"})
	}))
	h.OK(h.Store.DB(h.Ctx).Model(&model.Notice{}).Where("1 = 1").UpdateColumn("state", model.NoticeDead).Error)
	keeper := h.SignIn("yunxi", "赵管")
	page := keeper.Get("/console/yunxi").Want(200, "有1条没送出去").Follow("有1条没送出去").Want(200, "明天停水", "王小草").Lacks("石桥停电")
	page.Submit("再送一次").Want(200, "重新排上了", "没有。")
	page.Submit("再送一次").Want(200, "重新排上了") // twice is once
	var theirs []string
	h.OK(h.Store.DB(h.Ctx).Model(&model.Notice{}).Where("village_id = 'shiqiao'").Pluck("id", &theirs).Error)
	if err := h.Deps.Notices.Resend(h.Ctx, h.Actor("yunxi", "赵管"), "yunxi", theirs[0]); !model.IsCode(err, model.Unknown) {
		t.Errorf("another village's letter: %v", err)
	}
	keeper.Get("/console/shiqiao/dead").Want(403)
	h.SignIn("yunxi", "张明").Get("/console/yunxi/dead").Want(403)
}
