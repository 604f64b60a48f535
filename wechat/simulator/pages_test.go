package simulator_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"cunwu/wechat/simulator"
)

// site is the pages with a browser that doesn't follow redirects.
func site(t *testing.T, w *world) (*httptest.Server, *http.Client) {
	t.Helper()
	server := httptest.NewServer(w.sim.Pages())
	t.Cleanup(server.Close)
	return server, &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (w *world) page(client *http.Client, address string) (int, string) {
	w.Helper()
	answer, err := client.Get(address)
	w.must(err)
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	w.must(err)
	return answer.StatusCode, string(raw)
}

func filledPhones(t *testing.T) *world {
	w := newWorld(t, setup{option: func(o *simulator.Options) {
		o.Steps = []simulator.Step{{Person: "wang", Text: "我家门口的路灯不亮了", Note: "看右边书记的手机"}}
	}})
	w.templates()
	w.follow("wang", "zhang")
	type m = map[string]any
	w.expect(w.post(oaID, "cgi-bin/menu/create", m{"button": []any{
		m{"type": "click", "name": "留言求助", "key": "HELP"},
		m{"name": "村务", "sub_button": []any{m{"type": "view", "name": "村务公开", "url": "https://example.com/v"}, m{"type": "click", "name": "投票", "key": "VOTE"}}},
		m{"type": "miniprogram", "name": "小程序", "url": "https://example.com/", "appid": miniID, "pagepath": "pages/case/case"},
	}}), 0)
	_, err := w.sim.SendVoice(w.ctx, oaID, "wang", simulator.SampleVoice(4), "amr")
	w.must(err)
	_, err = w.sim.SendPicture(w.ctx, oaID, "wang", simulator.SamplePicture())
	w.must(err)
	_, err = w.sim.SendLocation(w.ctx, oaID, "wang", 29, 119, "村口老樟树旁")
	w.must(err)
	w.expect(w.post(oaID, customSend, m{"touser": w.sim.OpenID(oaID, "wang"), "msgtype": "msgmenu", "msgmenu": m{"head_content": "解决了吗？", "list": []m{{"id": "1", "content": "解决了"}}}}), 0)
	w.expect(w.post(oaID, customSend, w.text(oaID, "wang", "<script>alert(1)</script>看 https://example.com/a")), 0)
	w.expect(w.post(oaID, "cgi-bin/message/template/send", w.filled(oaID, "wang", tplNotice, m{"thing1": "王秀英", "thing2": "路灯"})), 0)
	w.program.waitFor("TEMPLATESENDJOBFINISH") // so that no event comes in between later
	return w
}

func TestPageShowsPhones(t *testing.T) {
	w := filledPhones(t)
	server, client := site(t, w)
	status, page := w.page(client, server.URL+"/simulator/?a=wang&b=zhang")
	if status != 200 {
		t.Fatal(status)
	}
	for _, want := range []string{
		"王秀英", "村支书", "留言求助", "村务公开", "投票", "发送", "语音 4 秒", "村口老樟树旁", "解决了吗？", "留言处理提醒", "取消关注",
		"我家门口的路灯不亮了", "回调与接口", "cgi-bin/message/custom/send", "errcode 0", "&lt;script&gt;", "/simulator/open?person=wang&amp;url=https%3a%2f%2fexample.com%2fa",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "<script>alert") || strings.Contains(page, w.token(oaID)) || strings.Contains(page, "ZgotmplZ") {
		t.Error("the page holds what it must not")
	}
	for _, file := range []string{"base.css", "phone.css", "sim.js", "icon.svg"} {
		if status, _ := w.page(client, server.URL+"/simulator/assets/"+file); status != 200 {
			t.Errorf("%s: %d", file, status)
		}
	}
	for _, address := range []string{"/simulator/mini?person=wang&path=pages/case/case", "/simulator/qr?ticket=none", "/simulator/media/none", "/simulator/open?url=javascript:1"} {
		if status, _ := w.page(client, server.URL+address); status >= 500 {
			t.Errorf("%s: %d", address, status)
		}
	}
}

// Whoever plays a mini-program elsewhere takes its codes here; each works once.
func TestAMiniProgramElsewhereGetsItsCodes(t *testing.T) {
	w := newWorld(t, setup{})
	server, client := site(t, w)
	var codes map[string]string
	status, text := w.page(client, server.URL+"/simulator/mini/codes?person=wang")
	if err := json.Unmarshal([]byte(text), &codes); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s: %v", status, text, err)
	}
	phone := map[string]any{"code": codes["phone_code"]}
	w.expect(w.login(codes["code"]), 0)
	w.expect(w.login(codes["code"]), 40163)
	w.expect(w.post(miniID, "wxa/business/getuserphonenumber", phone), 0)
	w.expect(w.post(miniID, "wxa/business/getuserphonenumber", phone), 40029)
	if status, _ := w.page(client, server.URL+"/simulator/mini/codes?person=nobody"); status != http.StatusNotFound {
		t.Errorf("nobody's codes: %d", status)
	}
}

func TestPageActs(t *testing.T) {
	w := filledPhones(t)
	w.program.reply(say("收到 #1"))
	server, client := site(t, w)
	act := func(accept string, form url.Values) *http.Response {
		r, err := http.NewRequestWithContext(w.ctx, http.MethodPost, server.URL+"/simulator/act", strings.NewReader(form.Encode()))
		w.must(err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", accept)
		answer, err := client.Do(r)
		w.must(err)
		defer answer.Body.Close()
		return answer
	}
	plain := act("text/html", url.Values{"app": {oaID}, "person": {"wang"}, "do": {"say"}, "text": {"路灯不亮"}, "back": {"/simulator/?a=wang"}})
	if plain.StatusCode != 303 || plain.Header.Get("Location") != "/simulator/?a=wang" {
		t.Errorf("%d %s", plain.StatusCode, plain.Header.Get("Location"))
	}
	if got := act("text/html", url.Values{"do": {"say"}, "text": {"x"}, "back": {"https://evil.example/"}}).Header.Get("Location"); !strings.HasPrefix(got, "/simulator/?") {
		t.Errorf("back to %s", got)
	}
	for do, event := range map[string]string{"menu": "CLICK", "scan": "SCAN", "grant": "subscribe_msg_popup_event", "unfollow": "unsubscribe"} {
		if do != "unfollow" {
			act("application/json", url.Values{"app": {oaID}, "person": {"wang"}, "do": {do}, "key": {"HELP"}, "text": {"door"}, "template": {tplOnce, tplLong}, "accept": {tplOnce}})
			w.program.waitFor(event)
		}
	}
	if w.sim.Quota(oaID, "wang", tplOnce) != 1 || w.sim.Quota(oaID, "wang", tplLong) != 0 {
		t.Error("the popup's ticks were not read")
	}
	act("application/json", url.Values{"app": {oaID}, "person": {"wang"}, "do": {"choice"}, "pick": {"1|解决了"}})
	if got := w.program.last(); got.MenuID != "1" || got.Content != "解决了" {
		t.Errorf("%+v", got)
	}
	for _, do := range []string{"voice", "picture", "location", "unfollow"} {
		act("application/json", url.Values{"app": {oaID}, "person": {"wang"}, "do": {do}})
	}
	if w.sim.Following(oaID, "wang") {
		t.Error("still following")
	}
}

func TestLiveState(t *testing.T) {
	w := filledPhones(t)
	server, client := site(t, w)
	stream, err := client.Get(server.URL + "/simulator/events")
	w.must(err)
	defer stream.Body.Close()
	lines := bufio.NewScanner(stream.Body)
	if stream.Header.Get("Content-Type") != "text/event-stream" || !lines.Scan() {
		t.Fatal("no stream")
	}
	mark := w.sim.Mark()
	go w.post(oaID, customSend, w.text(oaID, "wang", "新消息"))
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data:") {
	}
	_, err = w.sim.WaitAfter(w.ctx, oaID, "wang", mark, "新消息")
	w.must(err)
	state := func(seen string) (out struct {
		People []struct {
			Key    string
			Unread int
		}
		Phones []struct {
			Slot, HTML, Foot string
			Last             int64
		}
	}) {
		status, raw := w.page(client, server.URL+"/simulator/state?a=zhang&b=wang"+seen)
		if status != 200 {
			t.Fatal(raw)
		}
		w.must(json.Unmarshal([]byte(raw), &out))
		return out
	}
	got := state("")
	if got.People[0].Key != "wang" || got.People[0].Unread != 4 {
		t.Errorf("unread: %+v", got.People)
	}
	if len(got.Phones) != 2 || !strings.Contains(got.Phones[1].HTML, "新消息") || !strings.Contains(got.Phones[1].Foot, "留言求助") {
		t.Errorf("phones: %+v", got.Phones)
	}
	if got := state("&bseen=1"); got.People[0].Unread != 0 {
		t.Errorf("seen, but unread: %+v", got.People)
	}
}

func TestPagesAreForThisMachine(t *testing.T) {
	w := newWorld(t, setup{})
	for remote, want := range map[string]int{"127.0.0.1:5": 200, "[::1]:5": 200, "192.0.2.7:5": 403, "": 403} {
		r := httptest.NewRequest(http.MethodGet, "/simulator/", nil)
		r.RemoteAddr = remote
		recorder := httptest.NewRecorder()
		w.sim.Pages().ServeHTTP(recorder, r)
		if recorder.Code != want {
			t.Errorf("%q: %d, want %d", remote, recorder.Code, want)
		}
	}
	server, client := site(t, w)
	r, err := http.NewRequestWithContext(w.ctx, http.MethodPost, server.URL+"/simulator/act", strings.NewReader("do=say"))
	w.must(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://evil.example")
	answer, err := client.Do(r)
	w.must(err)
	defer answer.Body.Close()
	if answer.StatusCode != 403 {
		t.Errorf("a foreign page acted: %d", answer.StatusCode)
	}
}

func TestOAuthInABrowser(t *testing.T) {
	w := newWorld(t, setup{})
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	address := w.api.URL + "/connect/oauth2/authorize?" + url.Values{
		"appid": {oaID}, "redirect_uri": {"http://127.0.0.1/back"}, "response_type": {"code"}, "scope": {"snsapi_base"}, "state": {"s"},
	}.Encode()
	if status, page := w.page(client, address); status != 200 || !strings.Contains(page, "这是谁的手机") || !strings.Contains(page, "王秀英") {
		t.Errorf("%d %s", status, page)
	}
	r, err := http.NewRequestWithContext(w.ctx, http.MethodGet, address, nil)
	w.must(err)
	r.AddCookie(&http.Cookie{Name: "simulator_person", Value: "wang"})
	answer, err := client.Do(r)
	w.must(err)
	defer answer.Body.Close()
	if target := answer.Header.Get("Location"); answer.StatusCode != 302 || !strings.HasPrefix(target, "http://127.0.0.1/back?code=") {
		t.Errorf("%d %s", answer.StatusCode, target)
	}
}
