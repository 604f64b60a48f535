package console_test

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cunwu/handler/handlertest"
	"cunwu/model"
	"cunwu/service/disclosure"
	"cunwu/service/moderation"
	"cunwu/service/session"
)

// legible returns what couldn't be read or hit on a phone: type under 18 px,
// contrast under 4.5, targets under 48 px, a page wider than the screen, a field
// without a name.
const legible = `(() => {
  const bad = [], light = c => { const v = c / 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
  const lum = c => { const [r, g, b] = c.match(/[\d.]+/g).map(Number); return 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b); };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\)$/.test(c)) return c; } return "rgb(255,255,255)"; };
  for (const e of document.querySelectorAll("main *")) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()), box = e.getBoundingClientRect();
    if (!box.height || e.closest("svg")) continue;
    const s = getComputedStyle(e);
    if (own && innerWidth < 800 && parseFloat(s.fontSize) < 16) bad.push("small: " + e.textContent.trim());
    const a = lum(s.color), b = lum(ground(e)), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (own && ratio < 4.5) bad.push("pale: " + ratio.toFixed(1) + " " + e.textContent.trim());
    if (innerWidth < 800 && e.matches("button, .option, .first, .second, .chips a, .cards > li > a:first-child, input:not([type=hidden]):not([type=radio]):not([type=checkbox])") && box.height < 48) bad.push("low: " + e.outerHTML);
    if (e.matches("input:not([type=hidden]), textarea, select") && !e.labels.length && !e.getAttribute("aria-label")) bad.push("nameless: " + e.outerHTML);
    if (e.matches("img") && !e.alt) bad.push("no words for " + e.outerHTML);
  }
  if (document.documentElement.scrollWidth > innerWidth) bad.push("wide: " + document.documentElement.scrollWidth);
  return bad.join("\n");
})()`

// TestTheDeskInABrowser walks the secretary's main path in a real browser: the day
// by its keys, a case, a sheet with bad cells.
func TestTheDeskInABrowser(t *testing.T) {
	chromium := os.Getenv("TEST_CHROMIUM")
	if chromium == "" {
		t.Skip("left out: TEST_CHROMIUM names no browser (the test command installs one)")
	}
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
	signed, err := h.Deps.Sessions.SignIn(h.Ctx, session.SignIn{Door: session.DoorPage, Account: handlertest.Official, Code: "login-" + h.Person("yunxi", "张明").ID, Label: "测试"})
	h.OK(err)
	server := httptest.NewTLSServer(h.Engine)
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	browser, stop := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("ignore-certificate-errors", true))...)
	defer stop()
	page, closePage := chromedp.NewContext(browser)
	defer closePage()
	says := func(script string) string {
		t.Helper()
		text, err := chromedp.Run(page, chromedp.Evaluate[string](script))
		h.OK(err)
		return text
	}
	looks := func(name string) {
		t.Helper()
		for _, width := range []struct {
			name          string
			across, along int64
		}{{"375", 375, 812}, {"1280", 1280, 900}} {
			h.OK(chromedp.Do(page, chromedp.EmulateViewport(width.across, width.along)))
			if bad := says(legible); bad != "" {
				t.Errorf("%s at %s:\n%s", name, width.name, bad)
			}
			if dir := os.Getenv("TEST_SCREENSHOTS"); dir != "" {
				png, err := chromedp.Run(page, chromedp.FullScreenshot(100))
				h.OK(err)
				h.OK(os.WriteFile(filepath.Join(dir, "console-"+name+"-"+width.name+".png"), png, 0o600))
			}
		}
	}
	open := func(path string) { t.Helper(); h.OK(chromedp.Do(page, chromedp.Navigate(server.URL+path))) }
	open("/console")
	says(`document.cookie = "__Host-cunwu=` + signed.Token + `; path=/; secure"`)
	for name, path := range map[string]string{"case": at, "cases": "/console/yunxi/cases?show=all", "disclosures": "/console/yunxi/disclosures", "disclosure": draft.Path, "items": strings.Replace(draft.Path, "?", "/items?", 1),
		"form": "/console/yunxi/disclosures/new", "calls": "/console/yunxi/notices", "checks": "/console/yunxi/checks", "settings": "/console/yunxi/settings", "day": "/console/yunxi"} {
		if size := len(b.Get(path).Want(200).Body); size > 60<<10 {
			t.Errorf("%s weighs %d bytes", name, size)
		}
		open(path)
		looks(name)
	}
	open("/console/yunxi")
	h.OK(chromedp.Do(page, chromedp.KeyEvent("1")))
	if where := says(`document.activeElement.tagName + " " + document.activeElement.closest("li").innerText`); !strings.HasPrefix(where, "TEXTAREA") || !strings.Contains(where, "路灯") {
		t.Errorf("the key 1 leads to %s", where)
	}
	sheet := accounts(t, "900.00", []any{"2026-02-03", "买灯泡", "维修", "", "一百", "五金店", "张明", "No1"}, []any{"2026-03-09", "修路", "维修", "", "50", "李大山", "张明", "No2"})
	file := filepath.Join(t.TempDir(), "收支.xlsx")
	h.OK(os.WriteFile(file, sheet.Body, 0o600))
	open("/console/yunxi/disclosures/new?duty=finance&period=2026-02")
	h.OK(chromedp.Do(page, chromedp.SetUploadFiles(`input[name="finance"]`, []string{file}), chromedp.Click(`button[value="check"]`), chromedp.WaitVisible(`td.bad`)))
	looks("preview")
}
