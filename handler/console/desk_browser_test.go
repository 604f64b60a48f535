package console_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cunwu/handler/handlertest"
	"cunwu/service/merit"
)

// cramped returns what couldn't be read or hit at a desk: contrast under 4.5, fields
// and buttons under 40 px, a page wider than the screen, fields without a label.
const cramped = `(() => {
  const bad = [], light = c => { const v = c / 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
  const lum = c => { const [r, g, b] = c.match(/[\d.]+/g).map(Number); return 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b); };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\)$/.test(c)) return c; } return "rgb(255,255,255)"; };
  for (const e of document.querySelectorAll("main *")) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()), box = e.getBoundingClientRect();
    if (!box.height || e.closest("svg")) continue;
    const s = getComputedStyle(e), a = lum(s.color), b = lum(ground(e)), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (own && ratio < 4.5) bad.push("pale: " + ratio.toFixed(1) + " " + e.textContent.trim());
    if (e.matches("button, input:not([type=hidden]):not([type=radio]):not([type=checkbox]), select, textarea") && box.height < 40) bad.push("low: " + e.outerHTML);
    if (e.matches("input:not([type=hidden]), select, textarea") && !e.labels.length) bad.push("no label: " + e.outerHTML);
  }
  if (document.documentElement.scrollWidth > innerWidth) bad.push("wide: " + document.documentElement.scrollWidth);
  return bad.join("\n");
})()`

// TestDeskPagesInABrowser looks at the pages of polls, disputes and points in a real
// browser, at the width of a phone and of a desktop, and keeps what they looked like
// in the folder that TEST_SCREENSHOTS names.
func TestDeskPagesInABrowser(t *testing.T) {
	chromium := os.Getenv("TEST_CHROMIUM")
	if chromium == "" {
		t.Skip("left out: TEST_CHROMIUM names no browser (the test command installs one)")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 150*time.Second)
	defer cancel()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	browser, stop := chromedp.NewExecAllocator(ctx, options...)
	defer stop()
	tab, closeTab := chromedp.NewContext(browser)
	defer closeTab()
	look := func(b *handlertest.Browser, name, path string) {
		t.Helper()
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			p := b.Get(r.URL.RequestURI())
			w.Header().Set("Content-Type", p.Header.Get("Content-Type"))
			_, _ = w.Write([]byte(p.Body))
		}))
		defer server.Close()
		for _, width := range []int64{375, 1280} {
			if err := chromedp.Do(tab, chromedp.EmulateViewport(width, 900), chromedp.Navigate(server.URL+path)); err != nil {
				t.Fatal(err)
			}
			bad, err := chromedp.Run(tab, chromedp.Evaluate[string](cramped))
			if err != nil || bad != "" {
				t.Errorf("%s at %d: %v\n%s", name, width, err, bad)
			}
			picture, err := chromedp.Run(tab, chromedp.FullScreenshot(100))
			if dir := os.Getenv("TEST_SCREENSHOTS"); err == nil && dir != "" {
				err = os.WriteFile(filepath.Join(dir, "console-"+name+"-"+map[int64]string{375: "375", 1280: "1280"}[width]+".png"), picture, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if body := b.Get(path).Body; len(body) > 60<<10 {
			t.Errorf("%s is a page of %d bytes", name, len(body))
		}
	}
	h := voters(t)
	boss := h.SignIn("yunxi", "张明")
	poll := draft(t, boss)
	look(boss, "poll-organ", "/console/yunxi/polls/new")
	look(boss, "poll-new", "/console/yunxi/polls/new?organ=assembly_persons")
	look(boss, "poll-draft", poll)
	boss.Get(poll).Submit("发通知").Want(200)
	boss.Get(poll).Submit("现在开始投票").Want(200)
	look(boss, "poll-open", poll)
	look(boss, "poll-sheets", poll+"/sheets")
	boss.Get(poll+"/sheets").Submit("录入这张票单", "number", "A1", "voters", "王小草\n孙一\n钱二\n周三\n吴四", "count_1", "3", "count_2", "2").Want(200)
	h.SignIn("yunxi", "李委员").Get(poll+"/sheets").Submit("录入这张票单", "number", "A1", "voters", "王小草\n孙一\n钱二\n周三\n吴四", "count_1", "3", "count_2", "2").Want(200, "计入了")
	boss.Get(poll).Submit("截止并计票", "close_reason", "都问过了").Want(200)
	look(boss, "poll-result", poll+"/result")
	m := boss.Get("/console/yunxi/matters/new").Submit("提出议题", "title", "修村口的路", "kind", "public_works", "study", "3月1日支部会，同意").Want(200)
	look(boss, "matter", m.Path)
	look(boss, "polls", "/console/yunxi/polls")

	q, d := quarrel(t)
	mediator := q.SignIn("yunxi", "李调")
	at := "/console/yunxi/disputes/" + d.ID
	mediator.Get(at).Submit("接手").Want(200)
	mediator.Get(at).Submit("愿意调解", "how", "visit").Want(200)
	look(mediator, "dispute", at)
	look(mediator, "agreement", at+"/agreement")
	look(mediator, "dispute-figures", "/console/yunxi/disputes/figures")
	look(q.SignIn("yunxi", "吴律"), "dispute-people", "/console/yunxi/disputes/people")

	s := market(t)
	chief := s.SignIn("yunxi", "张明")
	chief.Get("/console/yunxi/merit/book/new").Submit("录入这一版", "resolution", "第1次村民代表会议决议", "adopted", s.Clock.Now().AddDate(0, 0, -1).Format("2006-01-02"), "deeds", deeds).Want(200)
	s.Clock.Advance(30 * time.Hour)
	c, err := s.Deps.Merit.Claim(s.Ctx, s.Actor("yunxi", "王小草"), merit.NewClaim{VillageID: "yunxi", Deed: 1, Text: "扫了村口"})
	s.OK(err)
	look(chief, "merit", "/console/yunxi/merit")
	look(chief, "book", "/console/yunxi/merit/book")
	look(s.SignIn("yunxi", "评甲"), "claim", "/console/yunxi/merit/claims/"+c.ID)
	keeper := s.SignIn("yunxi", "店长")
	keeper.Get("/console/yunxi/merit/goods").Submit("上架", "name", "毛巾", "price", "10", "stock", "5").Want(200)
	look(keeper, "goods", "/console/yunxi/merit/goods")
	look(keeper, "counter", "/console/yunxi/merit/counter")
}
