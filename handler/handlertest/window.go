package handlertest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

const (
	heaviest = 60 << 10 // bytes of a page without its pictures
	patience = 3 * time.Minute
)

// Window is a real browser's window on the pages.
type Window struct {
	t    testing.TB
	page context.Context
	at   string
}

// Window opens a window that is signed in as b is. Without a browser, which
// TEST_CHROMIUM names, the test is left out.
func (h *House) Window(b *Browser) *Window {
	h.T.Helper()
	w := OpenWindow(h.T, h.Engine)
	at, err := url.Parse(Origin)
	h.OK(err)
	for _, c := range b.jar.Cookies(at) {
		w.Open("/signin")
		w.Says(`document.cookie = "` + c.Name + `=` + c.Value + `; path=/; secure"`)
	}
	return w
}

// OpenWindow is a window of nobody on these doors.
func OpenWindow(t testing.TB, doors http.Handler) *Window {
	t.Helper()
	chromium := os.Getenv("TEST_CHROMIUM")
	if chromium == "" {
		t.Skip("left out: TEST_CHROMIUM names no browser (the test command installs one)")
	}
	server := httptest.NewTLSServer(doors)
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	browser, stop := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("ignore-certificate-errors", true))...)
	t.Cleanup(stop)
	page, closePage := chromedp.NewContext(browser)
	t.Cleanup(closePage)
	return &Window{t: t, page: page, at: server.URL}
}

// Do takes steps by hand.
func (w *Window) Do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	if err := chromedp.Do(w.page, steps...); err != nil {
		w.t.Fatal(err)
	}
}

// Open goes to a page.
func (w *Window) Open(path string) {
	w.t.Helper()
	w.Do(chromedp.Navigate(w.at + path))
}

// Says is what a script answers on the page.
func (w *Window) Says(script string) string {
	w.t.Helper()
	said, err := chromedp.Run(w.page, chromedp.Evaluate[string](script))
	if err != nil {
		w.t.Fatal(err)
	}
	return said
}

// Shows waits for words; an evaluation that a navigation cuts off is tried anew.
func (w *Window) Shows(words string) {
	w.t.Helper()
	for w.page.Err() == nil {
		said, err := chromedp.Run(w.page, chromedp.Evaluate[string]("document.body ? document.body.innerText : ''"))
		if err == nil && strings.Contains(said, words) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	w.t.Fatalf("never shown: %s", words)
}

// Look says what people couldn't read or hit on the page, at the width of a phone
// and of a desktop, and whether it is too heavy, and keeps what it looked like in the
// folder that TEST_SCREENSHOTS names.
func (w *Window) Look(name string) {
	w.t.Helper()
	if size, err := strconv.Atoi(w.Says("String(new Blob([document.documentElement.outerHTML]).size)")); err != nil || size > heaviest {
		w.t.Errorf("%s weighs %d: %v", name, size, err)
	}
	for _, width := range []int64{375, 1280} {
		w.Do(chromedp.EmulateViewport(width, 900))
		if bad := w.Says(cramped); bad != "" {
			w.t.Errorf("%s at %d:\n%s", name, width, bad)
		}
		if dir := os.Getenv("TEST_SCREENSHOTS"); dir != "" {
			png, err := chromedp.Run(w.page, chromedp.FullScreenshot(100))
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, name+"-"+strconv.FormatInt(width, 10)+".png"), png, 0o600)
			}
			if err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// cramped returns what an elder couldn't read or hit: contrast under 4.5, a page
// wider than the screen, a field or picture without words; type under 18 px and
// targets under 48 px, of the console 16 px and on a desktop 40.
const cramped = `(() => {
  const bad = [], desk = document.documentElement.classList.contains("desk"), wide = desk && innerWidth >= 800;
  const smallest = wide ? 14 : desk ? 16 : 18, lowest = wide ? 40 : 48;
  const light = c => { const v = c / 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
  const lum = c => { const [r, g, b] = c.match(/[\d.]+/g).map(Number); return 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b); };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\)$/.test(c)) return c; } return "rgb(255,255,255)"; };
  for (const e of document.querySelectorAll("main *")) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()), box = e.getBoundingClientRect();
    if (!box.height || desk && e.closest("svg")) continue;
    const s = getComputedStyle(e), a = lum(s.color), b = lum(ground(e)), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (own && parseFloat(s.fontSize) < smallest) bad.push("small: " + e.textContent.trim());
    if (own && ratio < 4.5) bad.push("pale: " + ratio.toFixed(1) + " " + e.textContent.trim());
    if (e.matches("button, .option, .first, .second, .chips a, .cards > li > a:first-child, select, textarea, input:not([type=hidden]):not([type=radio]):not([type=checkbox])") && box.height < lowest) bad.push("low: " + e.outerHTML);
    if (e.matches("input:not([type=hidden]), textarea, select") && !e.labels.length && !e.getAttribute("aria-label")) bad.push("nameless: " + e.outerHTML);
    if (e.matches("img") && !e.alt) bad.push("no words for " + e.outerHTML);
  }
  if (document.documentElement.scrollWidth > innerWidth) bad.push("wide: " + document.documentElement.scrollWidth);
  return bad.join("\n");
})()`
