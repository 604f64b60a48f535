package console_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cunwu/model"
	"cunwu/service/disclosure"
	"cunwu/service/moderation"
)

// TestTheDeskInABrowser walks the secretary's main path in a real browser: the day
// by its keys, a case, a sheet with bad cells.
func TestTheDeskInABrowser(t *testing.T) {
	h := county(t)
	h.OK(h.Deps.Public.SetDuty(h.Ctx, h.Actor("xishan", "钱镇"), "yunxi", disclosure.Duty{ID: "finance", Kind: "finance", Title: "财务收支", Months: 1, DueDays: 15,
		Since: time.Date(2026, 2, 1, 0, 0, 0, 0, model.Shanghai), Active: true}))
	_, at := asks(h, "王小草", "村口的路灯坏了三天，晚上走路看不见，老人差点摔了")
	h.Clock.Advance(30 * time.Hour)
	asks(h, "孙有田", "水渠堵了")
	h.OK(h.Store.Tx(h.Ctx, func(ctx context.Context) error {
		return h.Deps.Checks.Want(ctx, h.Actor("yunxi", "王小草"), moderation.Wanted{VillageID: "yunxi", Subject: "remark/" + strings.Repeat("0", 32), Text: "装在桥头好，村口已经有一盏了"})
	}))
	b := h.SignIn("yunxi", "张明")
	draft := b.Get("/console/yunxi/disclosures/new?duty=finance&period=2026-02").Submit("存成草稿", "text", "二月的账，请大家看。",
		"finance", accounts(t, "1500.00", []any{"2026-02-03", "鱼塘承包费", "经营收入", "800", "", "李大山", "张明", "No1"}, []any{"2026-02-09", "买灯泡", "维修", "", "300", "五金店", "张明", "No2"})).Want(200)
	w := h.Window(b)
	for name, path := range map[string]string{"case": at, "cases": "/console/yunxi/cases?show=all", "disclosures": "/console/yunxi/disclosures", "disclosure": draft.Path, "items": strings.Replace(draft.Path, "?", "/items?", 1),
		"form": "/console/yunxi/disclosures/new", "calls": "/console/yunxi/notices", "checks": "/console/yunxi/checks", "settings": "/console/yunxi/settings", "day": "/console/yunxi"} {
		b.Get(path).Want(200)
		w.Open(path)
		w.Look("console-" + name)
	}
	w.Open("/console/yunxi")
	w.Do(chromedp.KeyEvent("1"))
	if where := w.Says(`document.activeElement.tagName + " " + document.activeElement.closest("li").innerText`); !strings.HasPrefix(where, "TEXTAREA") || !strings.Contains(where, "路灯") {
		t.Errorf("the key 1 leads to %s", where)
	}
	sheet := accounts(t, "900.00", []any{"2026-02-03", "买灯泡", "维修", "", "一百", "五金店", "张明", "No1"}, []any{"2026-03-09", "修路", "维修", "", "50", "李大山", "张明", "No2"})
	file := filepath.Join(t.TempDir(), "收支.xlsx")
	h.OK(os.WriteFile(file, sheet.Body, 0o600))
	w.Open("/console/yunxi/disclosures/new?duty=finance&period=2026-02")
	w.Do(chromedp.SetUploadFiles(`input[name="finance"]`, []string{file}), chromedp.Click(`button[value="check"]`), chromedp.WaitVisible(`td.bad`))
	w.Look("console-preview")
}
