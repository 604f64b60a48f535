package site_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cunwu/service/poll"
)

// readable returns what an elder couldn't read or hit: type under 18 px, contrast
// under 4.5, targets under 48 px, a page wider than the screen.
const readable = `(() => {
  const bad = [], light = c => { const v = c / 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
  const lum = c => { const [r, g, b] = c.match(/[\d.]+/g).map(Number); return 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b); };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\)$/.test(c)) return c; } return "rgb(255,255,255)"; };
  for (const e of document.querySelectorAll("main *")) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()), box = e.getBoundingClientRect();
    if (!box.height) continue;
    const s = getComputedStyle(e);
    if (own && parseFloat(s.fontSize) < 18) bad.push("small: " + e.textContent.trim());
    const a = lum(s.color), b = lum(ground(e)), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (own && ratio < 4.5) bad.push("pale: " + ratio.toFixed(1) + " " + e.textContent.trim());
    if (e.matches("button, .option, .second, input:not([type=hidden]):not([type=radio]):not(.option > input)") && box.height < 48) bad.push("low: " + e.outerHTML);
  }
  if (document.documentElement.scrollWidth > innerWidth) bad.push("wide: " + document.documentElement.scrollWidth);
  return bad.join("\n");
})()`

// TestThePagesInABrowser votes and counts anew by hand in a real browser, at the
// width of a phone and of a desktop, and keeps what it looked like in the folder
// that TEST_SCREENSHOTS names.
func TestThePagesInABrowser(t *testing.T) {
	chromium := os.Getenv("TEST_CHROMIUM")
	if chromium == "" {
		t.Skip("left out: TEST_CHROMIUM names no browser (the test command installs one)")
	}
	h := newHouse(t)
	ref := h.opened(func(p *poll.NewPoll) {
		p.Title = "路灯装在哪里"
		p.Text = "县里给了两盏灯。\n先装一处，看看效果。"
	})
	path := h.link(ref, 1)
	served := receiptField.FindStringSubmatch(h.get(path).body)[1]
	server := httptest.NewServer(h.engine)
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	browser, stop := chromedp.NewExecAllocator(ctx, options...)
	defer stop()
	page, closePage := chromedp.NewContext(browser)
	defer closePage()
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(page, steps...); err != nil {
			t.Fatal(err)
		}
	}
	shot := func(name string) {
		t.Helper()
		bad, err := chromedp.Run(page, chromedp.Evaluate[string](readable))
		if err != nil || bad != "" {
			t.Errorf("%s: %v\n%s", name, err, bad)
		}
		png, err := chromedp.Run(page, chromedp.FullScreenshot(100))
		if dir := os.Getenv("TEST_SCREENSHOTS"); err == nil && dir != "" {
			err = os.WriteFile(filepath.Join(dir, name), png, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	shows := func(words string) { // an evaluation that a navigation cuts off is tried anew
		t.Helper()
		for ctx.Err() == nil {
			said, err := chromedp.Run(page, chromedp.Evaluate[string]("document.body ? document.body.innerText : ''"))
			if err == nil && strings.Contains(said, words) {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Fatalf("never shown: %s", words)
	}
	do(chromedp.EmulateViewport(375, 812), chromedp.Navigate(server.URL+path))
	shows("选一项")
	shot("ballot-375.png")
	do(chromedp.EmulateViewport(1280, 900))
	shot("ballot-1280.png")
	do(chromedp.EmulateViewport(375, 812), chromedp.Click("label.option:nth-of-type(2)"), chromedp.Click("button"))
	shows("您选的是")
	shot("ballot-sure-375.png")
	do(chromedp.Click("button"))
	shows("投好了")
	shot("ballot-cast-375.png")
	receipt, err := chromedp.Run(page, chromedp.Evaluate[string](`document.querySelector(".receipt").innerText.replace(/\s/g, "")`))
	h.ok(err)
	if len(receipt) != 32 || receipt == served {
		t.Errorf("the phone didn't draw its own receipt: %s", receipt)
	}
	for i := 2; i < 8; i++ {
		h.ok(h.polls.Cast(h.ctx, h.voters[i], poll.Ballot{Poll: ref, Choices: []int{1 + i%2}, Receipt: fmt.Sprintf("%032x", i*99991)}))
	}
	h.counted(ref)
	do(chromedp.Navigate(server.URL + "/v/yunxi/polls/" + ref.ID))
	shows("自己核对")
	do(chromedp.Click("#recount"))
	shows("重新数过了，和公布的一样")
	shot("poll-result-375.png")
	do(chromedp.SendKeys(`input[name="receipt"]`, strings.ToUpper(receipt)), chromedp.Click("#find button"))
	shows("这张票选的是：桥头")
	do(chromedp.EmulateViewport(1280, 900))
	shot("poll-result-1280.png")
	if text, err := chromedp.Run(page, chromedp.Evaluate[string]("document.body.innerText")); err != nil || strings.Contains(text, "算不了校验值") {
		t.Errorf("the hash wasn't compared: %v", err)
	}
	h.forge(ref)
	do(chromedp.Click("#recount"))
	shows("和公布的不一样")
}
