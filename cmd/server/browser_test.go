package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestDemoInABrowser walks the demo's page by hand in a real browser, at the
// width of a desktop and of a phone, and keeps what it looked like in the folder
// that TEST_SCREENSHOTS names.
func TestDemoInABrowser(t *testing.T) {
	chromium := os.Getenv("TEST_CHROMIUM")
	if chromium == "" {
		t.Skip("left out: TEST_CHROMIUM names no browser (the test command installs one)")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 150*time.Second)
	defer cancel()
	d := runDemo(t, ctx)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	browser, stop := chromedp.NewExecAllocator(ctx, options...)
	defer stop()
	page, closePage := chromedp.NewContext(browser)
	defer closePage()

	shot := func(name string) {
		t.Helper()
		png, err := chromedp.Run(page, chromedp.CaptureScreenshot())
		if dir := os.Getenv("TEST_SCREENSHOTS"); err == nil && dir != "" {
			err = os.WriteFile(filepath.Join(dir, name), png, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(page, steps...); err != nil {
			t.Fatal(err)
		}
	}
	do(chromedp.EmulateViewport(1280, 900), chromedp.Navigate("http://"+d.address+"/"))
	do(say("a", "我家门口的路灯坏了"), shows("a", "编号 #1"), shows("b", "我家门口的路灯坏了"))
	do(say("b", "#1 明天下午来修"), shows("b", "已发给王小草"), shows("a", "解决了吗"))
	do(say("a", "2"), shows("a", "没解决"), shows("b", "未解决"))
	do(say("b", "#1 灯泡换好了"), shows("a", "灯泡换好了"))
	do(say("a", "1"), shows("a", "打个分"), say("a", "5 修得快"), shows("b", "5星 修得快"))
	shot("demo-1280.png")
	do(chromedp.EmulateViewport(375, 812), chromedp.Navigate("http://"+d.address+"/simulator/"), becomes("document.documentElement.scrollWidth <= 375"))
	shot("demo-375.png")
}

// say types words on a phone and taps 发送.
func say(slot, words string) chromedp.Action[chromedp.Void] {
	form := "section.phone.slot-" + slot + " form.say"
	return chromedp.Steps(chromedp.SendKeys(form+" textarea", words), chromedp.Click(form+" button.primary"))
}

// shows waits until a phone's chat holds the words.
func shows(slot, words string) chromedp.Action[chromedp.Void] {
	return becomes(`document.querySelector("section.phone.slot-` + slot + ` .chat")?.innerText.includes("` + words + `")`)
}

func becomes(condition string) chromedp.Action[chromedp.Void] {
	return chromedp.Poll[chromedp.Void](condition, chromedp.WithPollingTimeout(30*time.Second))
}
