package console_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"cunwu/handler/handlertest"
	"cunwu/model"
	"cunwu/service/membership"
	"cunwu/service/village"
)

const rosterHead = "姓名,性别,身份证号,手机号,户号,与户主关系,村民小组,户籍,现居地,政治面貌\n"

// enrolled is 云溪村 with a few people, a secretary, and an operator on its list.
func enrolled(t *testing.T) *handlertest.House {
	t.Helper()
	h := handlertest.New(t)
	h.Settle("yunxi", "王小草", "张明", "李华")
	h.Settle("shiqiao", "外村人")
	h.Grant("yunxi", "张明", model.RoleBranchSecretary)
	h.OK(outsider(h, "yunxi", "赵管", model.RoleOperator))
	return h
}

func outsider(h *handlertest.House, unit, name string, role model.Role) error {
	_, err := h.People.Grant(h.Ctx, model.Console(), village.GrantRole{Unit: unit, Name: name, Role: role, Outsider: true})
	return err
}

// cells are all cells of the first sheet.
func cells(t *testing.T, p *handlertest.Page) [][]string {
	t.Helper()
	book, err := excelize.OpenReader(strings.NewReader(p.Body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Whoever serves the village finds people on the roll by name, household or group;
// nobody's numbers stand in it in full, and every look is in the log.
func TestTheRoll(t *testing.T) {
	h := enrolled(t)
	boss := h.SignIn("yunxi", "张明")
	page := boss.Get("/console/yunxi/roster").Want(200, "王小草", "张明", "李华", "199****0001").Lacks("19900000001", "外村人")
	if m := regexp.MustCompile(`\d{17}[\dX]`).FindString(strings.Join(regexp.MustCompile(`<td[^>]*>[^<]*</td>`).FindAllString(page.Body, -1), " ")); m != "" {
		t.Errorf("an ID number stands in full: %s", m)
	}
	page.Submit("查找", "words", "王").Want(200, "王小草").Lacks("李华")
	page.Submit("查找", "words", "小草").Want(200, "没有找到")
	page.Submit("查找", "words", "3").Want(200, "李华").Lacks("王小草")
	page.Submit("查找", "group", "第1组").Want(200, "李华", "王小草")
	page.Submit("查找", "words", strings.Repeat("王", 60)).Want(422, "写姓名的开头")
	page.Submit("查找", "state", "dead").Want(200, "名册上还没有人")
	sheet := cells(t, page.Follow("下载").Want(200))
	if len(sheet) != 5 || sheet[1][0] != "王小草" || !strings.Contains(sheet[1][2], "*") || !strings.Contains(sheet[1][3], "****") {
		t.Errorf("the sheet is %q", sheet)
	}
	page.Follow("王小草").Want(200, "第1组", "没绑定", "（户主）")
	boss.Get("/console/yunxi/roster/people/"+h.Person("yunxi", "王小草").ID).Follow("1").Want(200, "户号 1", "户主")

	other := h.Person("shiqiao", "外村人")
	boss.Get("/console/yunxi/roster/people/" + other.ID).Want(404)
	boss.Get("/console/yunxi/roster/people/" + model.PublicID("shiqiao", other.ID)).Want(404)
	boss.Get("/console/shiqiao/roster").Want(403)
	var read int64
	h.OK(h.Store.DB(h.Ctx).Model(&model.AuditEntry{}).Where("village_id = 'yunxi' AND verb = 'data.read' AND actor_name = '张明'").Count(&read).Error)
	if read < 5 {
		t.Errorf("%d reads are in the log", read)
	}
	h.Settle("yunxi", "周监")
	h.Grant("yunxi", "周监", model.RoleSupervisor)
	h.SignIn("yunxi", "周监").Get("/console/yunxi/roster").Want(403)
}

// A death is marked, put right, and nobody marks themselves.
func TestMarkingPeople(t *testing.T) {
	h := enrolled(t)
	boss := h.SignIn("yunxi", "张明")
	at := func(name string) string { return "/console/yunxi/roster/people/" + h.Person("yunxi", name).ID }
	grass := at("王小草")
	boss.Get(grass).Submit("去世了").Want(200, "记下了：王小草去世", "记错了").Lacks("去世了吗")
	boss.Get("/console/yunxi/roster").Lacks("王小草")
	boss.Get(grass).Submit("记错了").Want(200, "记下了：王小草在册")
	boss.Get(at("张明")).Want(200, "另一位村干部").Lacks("迁出了")
	boss.Get(grass).Want(200).Lacks("登记近亲属")
	keeper := h.SignIn("yunxi", "赵管")
	page := keeper.Get(grass).Submit("登记", "kin", "没有这个人", "relation", "兄弟").Want(404, "名册里没有")
	if !strings.Contains(page.Body, `value="兄弟"`) {
		t.Error("what was filled in is lost")
	}
	page.Submit("登记", "kin", "李华").Want(200, "登记好了", "李华", "兄弟")
	keeper.Get(grass).Submit("去掉").Want(200, "去掉了", "没有登记")
}

// A file is looked at first: every bad row by its number; then what would change;
// and only the file that was looked at is imported.
func TestImportingTheRoll(t *testing.T) {
	h := enrolled(t)
	keeper := h.SignIn("yunxi", "赵管")
	file := func(text string) handlertest.File { return handlertest.File{Name: "名册.csv", Body: []byte(text)} }
	page := keeper.Get("/console/yunxi/roster").Follow("导入名册").Want(200, "下载空表")
	page.Submit("先看一看").Want(422, "先选名册文件")
	bad := page.Submit("先看一看", "file", file(rosterHead+"周兰,女,110,,9,户主,第2组,本村,,\n,男,,,9,子,,本村,,\n")).Want(422, "名册有2行要改", "第2行", "第3行", "姓名没有填")
	bad.Want(422, "什么都没有导入")

	good := rosterHead + fmt.Sprintf("周兰,女,%s,13800001234,9,户主,第2组,本村,深圳,\n", idOf(t, 2)) + fmt.Sprintf("王小花,男,%s,19900000001,1,户主,第1组,本村,东莞,\n", idOf(t, 1))
	seen := page.Submit("先看一看", "file", file(good)).Want(200, "2人", "周兰", "王小花", "姓名：王小草 王小花", "现居地：本村 东莞")
	if n := people(h, "yunxi"); n != 4 {
		t.Errorf("looking made %d people", n)
	}
	seen.Submit("导入", "file", file(good+"\n")).Want(409, "不是同一个文件")
	if n := people(h, "yunxi"); n != 4 {
		t.Errorf("another file made %d people", n)
	}
	keeper.Get("/console/yunxi/roster/import/progress").Want(200, "没有正在导入")
	seen.Submit("导入", "file", file(good)).Want(200, "导入好了：新增1户1人，改了1人", "周兰", "王小花")
	page.Submit("先看一看", "file", file(good)).Want(200, "和名册一样")

	boss := h.SignIn("yunxi", "张明")
	boss.Get("/console/yunxi/roster/import").Want(403)
	if head := cells(t, keeper.Get("/console/yunxi/roster/import/template").Want(200)); len(head) != 1 || head[0][2] != "身份证号" {
		t.Errorf("the empty sheet is %q", head)
	}
}

func people(h *handlertest.House, unit string) int64 {
	var n int64
	h.OK(h.Store.DB(h.Ctx).Model(&model.Villager{}).Where("village_id = ?", unit).Count(&n).Error)
	return n
}

// idOf is the ID number of a made-up person; 1 is the first of Settle.
func idOf(t *testing.T, n int) string {
	t.Helper()
	gender := 2*n - 1
	if n > 1 {
		gender = 2 * n
	}
	day := "19500101"
	if n == 1 {
		gender = 3 // as handlertest numbers its people
	}
	for _, check := range "0123456789X" {
		if id, err := model.ParseIDNumber(fmt.Sprintf("990000%s%03d%c", day, gender, check)); err == nil {
			return string(id)
		}
	}
	t.Fatal("no check digit fits")
	return ""
}

// Slips are printed for every household that has nobody bound; a code works once,
// and is nowhere to be read again.
func TestSlips(t *testing.T) {
	h := enrolled(t)
	boss := h.SignIn("yunxi", "张明") // binds 张明
	page := boss.Get("/console/yunxi/invite").Want(200)
	slips := page.Submit("做绑定条").Want(200, "王小草", "李华", "一共2张", "用微信扫码").Lacks("户主 张明")
	if n := strings.Count(slips.Body, `aria-label="二维码"`); n != 2 {
		t.Errorf("%d QR codes", n)
	}
	codes := regexp.MustCompile(`<p class="receipt">(\d{8})</p>`).FindAllStringSubmatch(slips.Body, -1)
	if len(codes) != 2 || codes[0][1] == codes[1][1] {
		t.Fatalf("the codes are %v", codes)
	}
	done, err := h.People.Redeem(h.Ctx, handlertest.Official, "oNew", codes[0][1])
	h.OK(err)
	if done.Villager.Name != "王小草" {
		t.Errorf("the code bound %+v", done)
	}
	page.Submit("做绑定条").Want(200, "一共1张")
	page.Submit("做绑定条", "group", "第9组").Want(404, "没有要发码的户")
	page.Submit("做这一户的", "house", "99").Want(404, "没有户号99")
	boss.Get("/console/yunxi/roster/people/"+h.Person("yunxi", "李华").ID).Submit("给本人印一张").Want(200, "李华", "一共1张")
	if strings.Contains(h.Logs.String(), codes[0][1]) {
		t.Error("a code is in the log")
	}
}

// A villager whom the roll doesn't know asks to be bound; a cadre sees the request
// on the day's page, confirms it, or refuses it with a reason.
func TestRequests(t *testing.T) {
	h := enrolled(t)
	ask := func(name, openid string) {
		sender, err := h.People.Sender(h.Ctx, handlertest.Official, openid, "yunxi")
		h.OK(err)
		_, err = h.Deps.Members.BindByPhone(h.Ctx, sender, "yunxi", name, "13900000000")
		h.OK(err)
	}

	boss := h.SignIn("yunxi", "张明")
	boss.Get("/console/yunxi/requests").Want(200, "没有等着确认的人", "没有人申请更正")
	ask("李华", "oLi")
	ask("没有这人", "oNobody")
	page := boss.Get("/console/yunxi").Want(200, "2个人等着确认").Follow("2个人等着确认").Want(200, "李华", "139****0000").Lacks("13900000000")
	page = page.Submit("是本人，绑定").Want(200, "绑定好了：李华", "没有这人").Submit("是本人，绑定", "house", "77")
	page.Want(404, "名册里没有")
	if !strings.Contains(page.Body, `value="77"`) {
		t.Error("what was filled in is lost")
	}
	page.Submit("不同意", "reason", "名册里没有您").Want(200, "没有同意", "没有等着确认的人")
	boss.Get("/console/yunxi").Lacks("等着确认：")
	boss.Post("/console/yunxi/requests/1/confirm", url.Values{}).Want(403)
	h.SignIn("yunxi", "李华").Get("/console/yunxi/requests").Want(403)
}

// Somebody's word that their line is wrong is decided beside the requests.
func TestCorrections(t *testing.T) {
	h := enrolled(t)
	boss := h.SignIn("yunxi", "张明")
	_, err := h.Deps.Members.RequestCorrection(h.Ctx, h.Actor("yunxi", "李华"), membership.NewCorrection{Field: village.FieldResidence, Value: "深圳", Evidence: "去年就搬了"})
	h.OK(err)
	page := boss.Get("/console/yunxi/requests").Want(200, "李华", "现居地应该是“深圳”")
	page.Submit("核实了，改").Want(422, "理由")
	page.Submit("核实了，改", "reason", "打电话问过").Want(200, "名册改好了", "没有人申请更正")
	boss.Get("/console/yunxi/roster/people/"+h.Person("yunxi", "李华").ID).Want(200, "住在深圳")
}
