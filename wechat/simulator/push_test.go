package simulator_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cunwu/wechat/simulator"
)

func TestExchange(t *testing.T) {
	for _, tc := range []struct {
		name  string
		setup setup
	}{{"safe mode", setup{}}, {"plaintext", setup{plain: true}}} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t, tc.setup)
			w.follow("wang")
			w.program.reply(say("已送达 #1"))
			ex, err := w.sim.Say(w.ctx, oaID, "wang", "路灯不亮 ]]> <b>&𠮷")
			w.must(err)
			got := w.program.last()
			if got.Content != "路灯不亮 ]]> <b>&𠮷" || got.FromUserName != w.sim.OpenID(oaID, "wang") || got.ToUserName != w.sim.OriginalID(oaID) || got.ID == "" {
				t.Errorf("received %+v", got)
			}
			if got.At != w.sim.Now().Unix() {
				t.Errorf("CreateTime %d", got.At)
			}
			if ex.Text != "已送达 #1" || ex.Deliveries != 1 || ex.Status != 200 || ex.Failed || !strings.Contains(ex.Reply, "<xml>") {
				t.Errorf("exchange %+v", ex)
			}
			phone := w.sim.Phone(oaID, "wang")
			if len(phone) != 2 || !phone[0].Mine || phone[1].Text != "已送达 #1" || phone[1].Channel != "reply" {
				t.Errorf("phone %+v", phone)
			}
		})
	}
}

func TestExchangeInJSON(t *testing.T) {
	w := newWorld(t, setup{json: true})
	w.follow("wang")
	w.program.reply(func(p push) string {
		return `{"ToUserName":"` + p.FromUserName + `","FromUserName":"` + p.ToUserName + `","CreateTime":1,"MsgType":"text","Content":"好"}`
	})
	ex, err := w.sim.TapMessageMenu(w.ctx, oaID, "wang", "101", "解决")
	w.must(err)
	if got := w.program.last(); ex.Text != "好" || got.MenuID != "101" || got.Content != "解决" || !strings.Contains(got.Plain, `"MsgId":`) {
		t.Errorf("%+v %+v", ex, got)
	}
}

func TestSilentAnswers(t *testing.T) {
	w := newWorld(t, setup{})
	w.follow("wang")
	for _, answer := range []string{"", "success", " success\n"} {
		w.program.reply(func(push) string { return "!" + answer })
		ex, err := w.sim.Say(w.ctx, oaID, "wang", "嗯")
		w.must(err)
		if ex.Failed || ex.Text != "" {
			t.Errorf("%q: %+v", answer, ex)
		}
	}
	if n := len(w.sim.Phone(oaID, "wang")); n != 3 {
		t.Errorf("%d bubbles, want the three of the owner", n)
	}
}

func TestMalformedAnswers(t *testing.T) {
	right := say("好")
	for name, answer := range map[string]func(push) string{
		"plaintext in safe mode": func(p push) string { return "!" + right(p) },
		"words":                  func(push) string { return "!ok" },
		"encrypted success":      func(push) string { return "<xml>success</xml>" },
		"empty text":             say(""),
		"no number":              func(p push) string { return strings.Replace(right(p), "<CreateTime>", "<CreateTime>x", 1) },
		"names not swapped": func(p push) string {
			return right(push{FromUserName: p.ToUserName, ToUserName: p.FromUserName})
		},
		"unknown type":  func(p push) string { return strings.Replace(right(p), ">text<", ">dance<", 1) },
		"unknown media": func(p push) string { return strings.Replace(right(p), ">text<", ">voice<", 1) },
		"too long":      say(strings.Repeat("长", 683)),
		"JSON":          func(push) string { return `{"MsgType":"text"}` },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, setup{})
			w.follow("wang")
			w.program.reply(answer)
			ex, err := w.sim.Say(w.ctx, oaID, "wang", "在吗")
			w.must(err)
			if !ex.Failed || ex.Reason == "" || ex.Deliveries != 1 {
				t.Errorf("exchange %+v", ex)
			}
			if _, err := w.sim.WaitFor(w.ctx, oaID, "wang", "该公众号提供的服务出现故障"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWrongSignatureOfAnswer(t *testing.T) {
	w := newWorld(t, setup{})
	w.follow("wang")
	w.program.reply(func(p push) string {
		return "!" + strings.Replace(w.program.write(p, say("好")(p)), "<MsgSignature>", "<MsgSignature>0", 1)
	})
	if ex, _ := w.sim.Say(w.ctx, oaID, "wang", "在吗"); !ex.Failed || !strings.Contains(ex.Reason, "签名") {
		t.Errorf("%+v", ex)
	}
}

// TestNoAnswer: three deliveries of one message, each hung up on at the deadline while the program is
// still at work, and then the failure on the phone.
func TestNoAnswer(t *testing.T) {
	w := newWorld(t, setup{timing: simulator.Timing{Deadline: 60 * time.Millisecond}})
	w.follow("wang")
	release := make(chan struct{})
	var working, most atomic.Int32
	w.program.reply(func(push) string {
		n := working.Add(1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		<-release
		working.Add(-1)
		return ""
	})
	ex, err := w.sim.Say(w.ctx, oaID, "wang", "在吗")
	w.must(err)
	if !ex.Failed || ex.Deliveries != 3 || ex.Elapsed < 180*time.Millisecond {
		t.Errorf("exchange %+v", ex)
	}
	if most.Load() < 2 {
		t.Errorf("at most %d deliveries were worked on at once; they must overlap", most.Load())
	}
	close(release)
	ids, nonces := map[string]bool{}, map[string]bool{}
	for _, p := range w.program.all() {
		ids[p.ID], nonces[p.Query.Get("nonce")] = true, true
	}
	if len(ids) != 1 || len(nonces) != 3 {
		t.Errorf("%d message ids and %d nonces, want 1 and 3", len(ids), len(nonces))
	}
	phone := w.sim.Phone(oaID, "wang")
	if last := phone[len(phone)-1]; last.Text != simulator.Broken || last.Kind != simulator.KindSystem {
		t.Errorf("the phone shows %+v", last)
	}
}

func TestLateAnswerCountsOnTheSecondDelivery(t *testing.T) {
	w := newWorld(t, setup{timing: simulator.Timing{Deadline: 80 * time.Millisecond, SameNonce: true}})
	w.follow("wang")
	var deliveries atomic.Int32
	w.program.reply(func(p push) string {
		if deliveries.Add(1) == 1 {
			time.Sleep(150 * time.Millisecond)
		}
		return say("好")(p)
	})
	ex, err := w.sim.Say(w.ctx, oaID, "wang", "在吗")
	w.must(err)
	if ex.Failed || ex.Deliveries != 2 || ex.Text != "好" {
		t.Errorf("exchange %+v", ex)
	}
	if all := w.program.all(); all[0].Query.Encode() != all[1].Query.Encode() {
		t.Error("SameNonce must repeat the query")
	}
	if n := len(w.sim.Phone(oaID, "wang")); n != 2 {
		t.Errorf("%d bubbles, want the question and one answer", n)
	}
}

// TestOverlapOnTheWire: with Retry below Deadline all three connections are open at once.
func TestOverlapOnTheWire(t *testing.T) {
	w := newWorld(t, setup{timing: simulator.Timing{Deadline: 5 * time.Second, Retry: 20 * time.Millisecond}})
	w.follow("wang")
	var once sync.Once
	var deliveries atomic.Int32
	together := make(chan struct{})
	w.program.reply(func(p push) string {
		if deliveries.Add(1) == 3 {
			once.Do(func() { close(together) })
		}
		<-together
		return say("好")(p)
	})
	ex, err := w.sim.Say(w.ctx, oaID, "wang", "在吗")
	w.must(err)
	if ex.Failed || ex.Deliveries != 3 || len(w.sim.Phone(oaID, "wang")) != 2 {
		t.Errorf("exchange %+v", ex)
	}
}

func TestErrorsAreDeliveredAgain(t *testing.T) {
	w := newWorld(t, setup{})
	w.follow("wang")
	var hits atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if hits.Add(1) < 3 {
			http.Error(rw, "busy", http.StatusServiceUnavailable)
			return
		}
		w.program.receive(rw, r)
	}))
	defer server.Close()
	w.sim.SetCallback(oaID, server.URL+"/"+oaID)
	if ex, err := w.sim.Say(w.ctx, oaID, "wang", "在吗"); err != nil || ex.Failed || ex.Deliveries != 3 {
		t.Errorf("%+v %v", ex, err)
	}
	server.Close()
	if ex, err := w.sim.Say(w.ctx, oaID, "wang", "在吗"); err != nil || !ex.Failed || ex.Deliveries != 3 {
		t.Errorf("%+v %v", ex, err)
	}
}

func TestPushRawAndVerify(t *testing.T) {
	w := newWorld(t, setup{})
	w.must(w.sim.VerifyURL(w.ctx, oaID))
	plain := "<xml><ToUserName>" + w.sim.OriginalID(oaID) + "</ToUserName><FromUserName>oX</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>hi</Content><MsgId>1</MsgId></xml>"
	query, body, err := w.sim.Envelope(oaID, "oX", []byte(plain))
	w.must(err)
	if ex, err := w.sim.PushRaw(w.ctx, oaID, query, body); err != nil || ex.Status != 200 || w.program.last().Content != "hi" {
		t.Errorf("%+v %v", ex, err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusForbidden) }))
	defer server.Close()
	w.sim.SetCallback(oaID, server.URL)
	if ex, err := w.sim.PushRaw(w.ctx, oaID, url.Values{"signature": {"forged"}}, []byte("<xml/>")); err != nil || ex.Status != 403 {
		t.Errorf("%+v %v", ex, err)
	}
	if w.sim.VerifyURL(w.ctx, oaID) == nil {
		t.Error("the address check passed on 403")
	}
}

func TestPhoneActions(t *testing.T) {
	w := newWorld(t, setup{})
	w.program.reply(say("欢迎"))
	if _, err := w.sim.Say(w.ctx, oaID, "wang", "hi"); !errors.Is(err, simulator.ErrNotFollowing) {
		t.Errorf("a stranger spoke: %v", err)
	}
	if _, err := w.sim.Say(w.ctx, "wx0", "wang", "hi"); !errors.Is(err, simulator.ErrUnknownAccount) {
		t.Error(err)
	}
	if _, err := w.sim.Say(w.ctx, oaID, "nobody", "hi"); !errors.Is(err, simulator.ErrUnknownPerson) {
		t.Error(err)
	}
	if ex, err := w.sim.Follow(w.ctx, oaID, "wang", ""); err != nil || ex.Text != "欢迎" || w.program.last().Event != "subscribe" || w.program.last().EventKey != "" {
		t.Errorf("follow: %+v %v", ex, err)
	}
	if _, err := w.sim.Follow(w.ctx, oaID, "wang", ""); !errors.Is(err, simulator.ErrFollowing) {
		t.Error(err)
	}
	if _, err := w.sim.TapMenu(w.ctx, oaID, "wang", "HELP"); err != nil || w.program.last().Event != "CLICK" || w.program.last().EventKey != "HELP" {
		t.Errorf("menu: %+v %v", w.program.last(), err)
	}
	if _, err := w.sim.SendLocation(w.ctx, oaID, "wang", 29.79, 119.69, "村口"); err != nil || !strings.Contains(w.program.last().Plain, "<Location_X>29.790000</Location_X>") {
		t.Errorf("location: %+v %v", w.program.last(), err)
	}
	if _, err := w.sim.Unfollow(w.ctx, oaID, "wang"); err != nil || w.program.last().Event != "unsubscribe" || w.sim.Following(oaID, "wang") {
		t.Errorf("unfollow: %+v %v", w.program.last(), err)
	}
	if _, err := w.sim.Say(w.ctx, miniID, "wang", "小程序客服"); err != nil {
		t.Errorf("a mini-program needs no follow: %v", err)
	}
	if _, err := w.sim.Follow(w.ctx, miniID, "wang", ""); !errors.Is(err, simulator.ErrNotOfficial) {
		t.Error(err)
	}
	pushes := w.sim.Pushes()
	if len(pushes) != 5 || pushes[0].Outcome != "reply" || pushes[3].What != "unsubscribe" || pushes[3].Outcome != "ignored" {
		t.Errorf("pushes: %+v", pushes)
	}
}

func TestWaiting(t *testing.T) {
	w := newWorld(t, setup{})
	w.follow("wang")
	_, err := w.sim.Say(w.ctx, oaID, "wang", "在吗")
	w.must(err)
	mark := w.sim.Mark()
	go func() {
		time.Sleep(20 * time.Millisecond)
		w.post(oaID, "cgi-bin/message/custom/send", w.text(oaID, "wang", "在的"))
	}()
	b, err := w.sim.WaitAfter(w.ctx, oaID, "wang", mark, "在的")
	if err != nil || b.Channel != "custom" || w.sim.Unread(oaID, "wang") != 1 {
		t.Errorf("%+v %v", b, err)
	}
	ctx, cancel := newShort(w.ctx)
	defer cancel()
	if _, err := w.sim.WaitAfter(ctx, oaID, "wang", b.ID, "在"); err == nil || !strings.Contains(err.Error(), "在的") {
		t.Errorf("waiting for nothing: %v", err)
	}
}
