package simulator_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"cunwu/wechat/simulator"
)

const customSend = "cgi-bin/message/custom/send"

func TestFaults(t *testing.T) {
	w := newWorld(t, setup{})
	w.follow("wang")
	_, err := w.sim.Say(w.ctx, oaID, "wang", "在吗")
	w.must(err)
	token := url.Values{"access_token": {w.token(oaID)}}
	send := func(words string) (*http.Response, string, error) {
		body := `{"touser":"` + w.sim.OpenID(oaID, "wang") + `","msgtype":"text","text":{"content":"` + words + `"}}`
		r, err := http.NewRequestWithContext(w.ctx, http.MethodPost, w.api.URL+"/"+customSend+"?"+token.Encode(), strings.NewReader(body))
		w.must(err)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return nil, "", err
		}
		defer answer.Body.Close()
		raw, _ := io.ReadAll(answer.Body)
		return answer, string(raw), nil
	}
	w.sim.Fail("/"+customSend, simulator.Fault{ErrCode: 45009, Times: 2})
	w.sim.Fail(customSend, simulator.Fault{HTTPStatus: 502, Times: 1})
	w.sim.Fail(customSend, simulator.Fault{Drop: true, Times: 1})
	for range 2 {
		if _, raw, _ := send("a"); !strings.Contains(raw, "45009") {
			t.Errorf("want 45009: %s", raw)
		}
	}
	if answer, raw, _ := send("b"); answer.StatusCode != 502 || strings.Contains(raw, "errcode") {
		t.Errorf("want 502: %d %s", answer.StatusCode, raw)
	}
	if _, _, err := send("c"); err == nil {
		t.Error("the connection must be cut")
	}
	if _, err := w.sim.WaitFor(w.ctx, oaID, "wang", "c"); err != nil {
		t.Errorf("a dropped call must have been processed: %v", err)
	}
	if len(w.sim.Phone(oaID, "wang")) != 2 {
		t.Error("a call that failed reached the phone")
	}
	if _, raw, _ := send("d"); !strings.Contains(raw, `"errcode":0`) {
		t.Errorf("the faults must be over: %s", raw)
	}
	w.sim.Fail("*", simulator.Fault{Latency: 50 * time.Millisecond})
	start := time.Now()
	if _, _, err := send("e"); err != nil || time.Since(start) < 50*time.Millisecond {
		t.Errorf("no latency: %v", err)
	}
	w.sim.Clear()
	calls := w.sim.Calls()
	last := calls[len(calls)-1]
	if last.Path != customSend || last.Person != "wang" || last.AppID != oaID || !strings.Contains(string(last.Body), "content") {
		t.Errorf("log: %+v", last)
	}
	if n := w.sim.Count(customSend); n != 6 {
		t.Errorf("counted %d, want 6", n)
	}
}
