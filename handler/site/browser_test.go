package site_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"cunwu/handler/handlertest"
	"cunwu/service/poll"
)

// TestThePagesInABrowser votes and counts anew by hand in a real browser, at the
// width of a phone and of a desktop, and keeps what it looked like in the folder
// that TEST_SCREENSHOTS names.
func TestThePagesInABrowser(t *testing.T) {
	h := newHouse(t)
	ref := h.opened(func(p *poll.NewPoll) {
		p.Title = "路灯装在哪里"
		p.Text = "县里给了两盏灯。\n先装一处，看看效果。"
	})
	path := h.link(ref, 1)
	served := receiptField.FindStringSubmatch(h.get(path).body)[1]
	w := handlertest.OpenWindow(t, h.engine)
	w.Open(path)
	w.Shows("选一项")
	w.Look("ballot")
	w.Do(chromedp.EmulateViewport(375, 812), chromedp.Click("label.option:nth-of-type(2)"), chromedp.Click("button"))
	w.Shows("您选的是")
	w.Look("ballot-sure")
	w.Do(chromedp.Click("button"))
	w.Shows("投好了")
	w.Look("ballot-cast")
	receipt := w.Says(`document.querySelector(".receipt").innerText.replace(/\s/g, "")`)
	if len(receipt) != 32 || receipt == served {
		t.Errorf("the phone didn't draw its own receipt: %s", receipt)
	}
	for i := 2; i < 8; i++ {
		h.ok(h.polls.Cast(h.ctx, h.voters[i], poll.Ballot{Poll: ref, Choices: []int{1 + i%2}, Receipt: fmt.Sprintf("%032x", i*99991)}))
	}
	h.counted(ref)
	w.Open("/v/yunxi/polls/" + ref.ID)
	w.Shows("自己核对")
	w.Do(chromedp.Click("#recount"))
	w.Shows("重新数过了，和公布的一样")
	w.Look("poll-result")
	w.Do(chromedp.SendKeys(`input[name="receipt"]`, strings.ToUpper(receipt)), chromedp.Click("#find button"))
	w.Shows("这张票选的是：桥头")
	if strings.Contains(w.Says("document.body.innerText"), "算不了校验值") {
		t.Error("the hash wasn't compared")
	}
	h.forge(ref)
	w.Do(chromedp.Click("#recount"))
	w.Shows("和公布的不一样")
}
