package notice_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cunwu/model"
	"cunwu/service/notice"
)

// Whatever people do and however time passes: nothing is sent beyond what WeChat
// allows, nothing arrives twice, nothing is lost, and signs of life bring the
// rest.
func TestNothingIsLostOrSentBeyondTheWindow(t *testing.T) {
	w := newWorld(t, notice.Options{Parallel: 3})
	people := []string{"a", "b", "c"}
	persons := map[string]model.Person{"a": w.person("a", "o1"), "b": w.person("b", "o1"), "c": w.person("c", "o2", "o3")}
	openids := []string{"o1", "o2", "o3"}
	event := 0
	rapid.Check(t, func(rt *rapid.T) {
		before := event
		flaky := false
		w.wechat.fail = func(notice.Outgoing) error {
			if flaky {
				return &model.SendError{Class: model.SendRetry, Code: -1}
			}
			return nil
		}
		closed := w.wechat.closed
		for range rapid.IntRange(1, 15).Draw(rt, "steps") {
			switch rapid.IntRange(0, 5).Draw(rt, "step") {
			case 0:
				w.says(rapid.SampledFrom(openids).Draw(rt, "who"))
			case 1:
				w.clicks(rapid.SampledFrom(openids).Draw(rt, "who"))
			case 2, 3:
				for range rapid.IntRange(1, 7).Draw(rt, "notes") {
					event++
					n := note(persons[rapid.SampledFrom(people).Draw(rt, "to")], fmt.Sprintf("<%d>", event))
					n.Urgent = rapid.IntRange(0, 5).Draw(rt, "urgent") == 0
					n.Delay = time.Duration(rapid.IntRange(0, 2).Draw(rt, "delay")) * 45 * time.Second
					w.put(n)
				}
			case 4:
				w.clock.Advance(time.Duration(rapid.SampledFrom([]int{1, 20, 49, 55, 61, 3600, 47 * 3600, 49 * 3600}).Draw(rt, "seconds")) * time.Second)
			case 5:
				flaky = rapid.IntRange(0, 3).Draw(rt, "flaky") == 0
			}
			w.send()
		}
		flaky = false
		for range 40 {
			if stats, _ := w.Stats(w.ctx); stats == (notice.Stats{}) {
				break
			}
			w.clock.Advance(15 * time.Minute)
			for _, openid := range openids {
				w.says(openid)
			}
			w.send()
		}
		if w.wechat.closed != closed {
			rt.Errorf("%d sends beyond the window", w.wechat.closed-closed)
		}
		var all strings.Builder
		for _, openid := range openids {
			all.WriteString(strings.Join(w.wechat.texts(openid), "\n"))
		}
		for e := before + 1; e <= event; e++ {
			if n := strings.Count(all.String(), fmt.Sprintf("<%d>", e)); n != 1 {
				rt.Errorf("%d arrived %d times and is %s", e, n, w.row(fmt.Sprintf("<%d>", e)).State)
			}
		}
	})
}
