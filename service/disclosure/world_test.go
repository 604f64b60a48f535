package disclosure_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
	"cunwu/service/help"
	"cunwu/service/notice"
	"cunwu/service/publiclog"
	"cunwu/service/village"
)

const yunxi = "yunxi"

// hall is a village with what it makes public.
type hall struct {
	t       testing.TB
	ctx     context.Context
	clock   *modeltest.Clock
	store   *model.Store
	people  *village.Service
	cases   *casework.Service
	notices *notice.Service
	log     *publiclog.Service
	*disclosure.Service
}

// Who is who: 张明 leads the branch, 李娟 is first secretary, 王强 and 赵会 are
// the committee, 孙正 and 钱亮 supervise, 周镇 is the township's, 吴芳 and 郑平
// are villagers (吴芳 is in the Party).
func newHall(t testing.TB) *hall {
	t.Helper()
	h := &hall{t: t, ctx: context.Background(), clock: modeltest.NewClock()}
	h.clock.Set(time.Date(2026, 1, 5, 9, 0, 0, 0, model.Shanghai))
	h.store = modeltest.NewStore(t, h.clock.Now)
	keys, err := model.NewKeyring([]byte("0123456789abcdef0123456789abcdef"))
	h.must(err)
	log := audit.New(h.store)
	h.notices = notice.New(h.store, nil, notice.Options{Logger: slog.New(slog.DiscardHandler)})
	h.people = village.New(h.store, keys, log, village.Hooks{})
	h.cases = casework.New(h.store, h.people, h.notices, log, help.Kind(), disclosure.Kind(func(ctx context.Context, actor model.Actor, c model.Case, said casework.Said) error {
		return h.Answered(ctx, actor, c, said)
	}))
	h.log = publiclog.New(h.store, keys)
	h.Service = disclosure.New(h.store, disclosure.Rooms{People: h.people, Cases: h.cases, Notices: h.notices, Log: h.log, Audit: log, Attach: h.attach})
	for _, u := range []village.NewUnit{{Code: "xishan", Name: "西山镇", Kind: model.UnitTownship}, {Code: yunxi, Name: "云溪村", Kind: model.UnitVillage, Township: "xishan"}} {
		_, err := h.people.Create(h.ctx, model.Console(), u)
		h.must(err)
	}
	h.roster()
	for name, role := range map[string]model.Role{"张明": model.RoleBranchSecretary, "李娟": model.RoleFirstSecretary, "王强": model.RoleCommittee,
		"赵会": model.RoleCommittee, "孙正": model.RoleSupervisor, "钱亮": model.RoleSupervisor} {
		h.grant(yunxi, name, role)
	}
	h.grant("xishan", "周镇", model.RoleTownship)
	return h
}

func (h *hall) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// refused wants an error of this code that says this.
func (h *hall) refused(err error, code model.Code, words string) {
	h.t.Helper()
	if !model.IsCode(err, code) || !strings.Contains(err.Error(), words) {
		h.t.Errorf("got %v, want %s: …%s…", err, code, words)
	}
}

func (h *hall) roster() {
	h.t.Helper()
	lines := []string{"姓名,性别,身份证号,手机号,户号,与户主关系,村民小组,户籍,现居地,政治面貌"}
	for i, name := range []string{"张明", "李娟", "王强", "赵会", "孙正", "钱亮", "吴芳", "郑平"} {
		first := fmt.Sprintf("99000019800101%03d", 2*i+1)
		political := "群众"
		if name == "吴芳" || name == "张明" {
			political = "中共党员"
		}
		for _, check := range "0123456789X" {
			if id, err := model.ParseIDNumber(first + string(check)); err == nil {
				lines = append(lines, fmt.Sprintf("%s,男,%s,199000100%02d,%d,户主,第1组,本村,本村,%s", name, id, i, i+1, political))
			}
		}
	}
	_, err := h.people.Import(h.ctx, model.Console(), yunxi, "roster.csv", strings.NewReader(strings.Join(lines, "\n")))
	h.must(err)
}

func (h *hall) grant(unit, name string, role model.Role) {
	h.t.Helper()
	_, err := h.people.Grant(h.ctx, model.Console(), village.GrantRole{Unit: unit, Name: name, Role: role})
	h.must(err)
}

func (h *hall) actor(name string) model.Actor {
	h.t.Helper()
	unit := yunxi
	if name == "周镇" {
		unit = "xishan"
	}
	found, err := h.people.Find(h.ctx, unit, name, "")
	h.must(err)
	if len(found) != 1 {
		h.t.Fatalf("%d people are called %s", len(found), name)
	}
	actor, err := h.people.ActorOf(h.ctx, found[0].Person())
	h.must(err)
	return actor
}

// attach stands for the media room: a file is the village's, kept, and free.
func (h *hall) attach(ctx context.Context, _ model.Actor, villageID string, ids []string, subject string) error {
	for _, id := range ids {
		got := h.store.DB(ctx).Model(&model.Media{}).Where("village_id = ? AND id = ? AND subject = ''", villageID, id).UpdateColumn("subject", subject)
		if got.Error != nil || got.RowsAffected == 0 {
			return model.Errorf(model.Conflict, "文件已经用过")
		}
	}
	return nil
}

func (h *hall) upload() string {
	h.t.Helper()
	id := model.NewID()
	h.must(h.store.DB(h.ctx).Create(&model.Media{VillageID: yunxi, ID: id, Kind: "picture", State: "kept", SHA256: strings.Repeat("a", 64)}).Error)
	return id
}

func refOf(d model.Disclosure) disclosure.Ref {
	return disclosure.Ref{VillageID: d.VillageID, ID: d.ID}
}

func (h *hall) draft(in disclosure.Draft) model.Disclosure {
	h.t.Helper()
	d, err := h.Draft(h.ctx, h.actor("王强"), h.filled(in))
	h.must(err)
	return d
}

func (h *hall) filled(in disclosure.Draft) disclosure.Draft {
	in.VillageID = yunxi
	if in.Kind == "" {
		in.Kind = model.DiscloseVillage
	}
	if in.Text == "" && in.Finance == nil {
		in.Text = "本期村务"
	}
	return in
}

func (h *hall) digest(d model.Disclosure) string {
	h.t.Helper()
	view, err := h.Get(h.ctx, h.actor("王强"), refOf(d), -1)
	h.must(err)
	return view.Digest
}

func (h *hall) sign(d model.Disclosure) {
	h.t.Helper()
	_, err := h.SignOff(h.ctx, h.actor("孙正"), refOf(d), h.digest(d))
	h.must(err)
}

func (h *hall) publish(d model.Disclosure) model.Disclosure {
	h.t.Helper()
	d, err := h.Publish(h.ctx, h.actor("王强"), refOf(d), false)
	h.must(err)
	return d
}

// published drafts, signs and publishes.
func (h *hall) published(in disclosure.Draft) model.Disclosure {
	h.t.Helper()
	d := h.draft(in)
	h.sign(d)
	return h.publish(d)
}

// month are accounts of a month as an Excel file.
func month(period string, opening, income, expense int64) disclosure.Draft {
	day := period + "-10"
	return disclosure.Draft{Kind: model.DiscloseFinance, Period: period, Finance: book([][]any{
		{"云溪村财务收支明细表"}, {"期初余额", yuan(opening)},
		{"序号", "日期", "摘要", "类别", "收入（元）", "支出（元）", "收付款人", "审批人", "票据号"},
		{1, day, "鱼塘承包费", "经营收入", yuan(income), nil, "李大山", "张明", "S" + period},
		{2, day, "修村东机耕路", "公益支出", nil, yuan(expense), "西山建材店", "张明", "Z" + period},
		{"期末余额", yuan(opening + income - expense)}})}
}

func yuan(fen int64) string { return disclosure.Yuan(fen) }

func book(rows [][]any) io.Reader {
	file := excelize.NewFile()
	for i, row := range rows {
		_ = file.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row)
	}
	var b bytes.Buffer
	_ = file.Write(&b)
	return &b
}

func (h *hall) verified() {
	h.t.Helper()
	_, err := h.log.SealDue(h.ctx)
	h.must(err)
	report, err := h.log.VerifyLog(h.ctx, yunxi, "", h.LogSource())
	h.must(err)
	if !report.OK() {
		h.t.Errorf("the log doesn't hold: %v", report.Faults)
	}
}

func unit(code, name string) village.NewUnit {
	return village.NewUnit{Code: code, Name: name, Kind: model.UnitVillage, Township: "xishan"}
}
