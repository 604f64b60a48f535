package handler_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/wechat"
)

func TestTheAddressCheckIsAnsweredVerbatim(t *testing.T) {
	h := newHouse(t, nil)
	timestamp := strconv.FormatInt(h.clock.Now().Unix(), 10)
	query := url.Values{"timestamp": {timestamp}, "nonce": {"n"}, "echostr": {"4375120948345356249"}, "signature": {wechat.Sign(token, timestamp, "n")}}
	for _, path := range []string{"/wechat/oa/" + appID, "/wechat/mini/" + miniID} {
		if w := h.do(http.MethodGet, path+"?"+query.Encode(), nil); w.Code != http.StatusOK || w.Body.String() != "4375120948345356249" {
			t.Errorf("%s: %d %q", path, w.Code, w.Body)
		}
	}
	if w := h.do(http.MethodGet, "/wechat/oa/"+miniID+"?"+query.Encode(), nil); w.Code != http.StatusNotFound {
		t.Errorf("an account of the other door: %d", w.Code)
	}
	query.Set("signature", "00")
	if w := h.do(http.MethodGet, "/wechat/oa/"+appID+"?"+query.Encode(), nil); w.Code != http.StatusForbidden || w.Body.Len() != 0 {
		t.Errorf("a wrong signature: %d %q", w.Code, w.Body)
	}
}

func TestAMessageIsAnsweredAndItsRedeliveriesAlike(t *testing.T) {
	h := newHouse(t, nil)
	for range 3 {
		if got := h.answer(h.push(h.text(1), h.clock.Now())); got != "收到 #1" {
			t.Errorf("answered %q", got)
		}
	}
	if deliveries, _ := h.stored(); deliveries != 1 || len(h.handled()) != 1 {
		t.Errorf("%d stored, %d handled", deliveries, len(h.handled()))
	}
	h.metric(`cunwu_deliveries_total{kind="text",outcome="answered"} 3`)
	h.metric(`cunwu_http_seconds_count{route="/wechat/oa/:appid",status="200"} 3`)
}

func TestForgeriesLeaveNoTraceButACounter(t *testing.T) {
	h := newHouse(t, nil)
	now := strconv.FormatInt(h.clock.Now().Unix(), 10)
	signed := "?timestamp=" + now + "&nonce=n&signature=" + wechat.Sign(token, now, "n")
	sealed := "<xml><Encrypt>" + h.crypter.Seal([16]byte{}, []byte(h.text(1))) + "</Encrypt></xml>"
	for name, body := range map[string]string{"plaintext": h.text(1), "empty": "", "no signature": sealed, "no xml": "\x00\xff"} {
		if w := h.do(http.MethodPost, "/wechat/oa/"+appID+signed, strings.NewReader(body)); w.Code != http.StatusForbidden || w.Body.Len() != 0 {
			t.Errorf("%s: %d %q", name, w.Code, w.Body)
		}
	}
	h.metric("cunwu_deliveries_forged_total 4")
	for _, off := range []time.Duration{-11 * time.Minute, 11 * time.Minute} {
		if w := h.push(h.text(1), h.clock.Now().Add(off)); w.Code != http.StatusForbidden {
			t.Errorf("signed %v from now: %d", off, w.Code)
		}
	}
	h.metric("cunwu_deliveries_stale_total 2")
	if w := h.do(http.MethodPost, "/wechat/oa/wx0000000000000000"+signed, strings.NewReader(sealed)); w.Code != http.StatusNotFound {
		t.Errorf("an unknown account: %d", w.Code)
	}
	if deliveries, raw := h.stored(); deliveries != 0 || raw != 0 {
		t.Errorf("%d and %d stored", deliveries, raw)
	}
}

func TestAClockThatIsOffIsReportedAndTaken(t *testing.T) {
	h := newHouse(t, nil)
	for n, off := range []time.Duration{4 * time.Minute, 6 * time.Minute, -9 * time.Minute} {
		if w := h.push(h.text(n), h.clock.Now().Add(off)); w.Code != http.StatusOK {
			t.Errorf("%v off: %d", off, w.Code)
		}
	}
	h.metric("cunwu_clock_apart_total 2")
	if n := strings.Count(h.logs.String(), "clock and ours are apart"); n != 1 {
		t.Errorf("reported %d times within a minute", n)
	}
}

func TestTooLargeABodyIsRefused(t *testing.T) {
	h := newHouse(t, nil)
	if w := h.do(http.MethodPost, "/wechat/oa/"+appID, strings.NewReader(strings.Repeat("x", 1<<20+1))); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d", w.Code)
	}
}

func TestWhatCannotBeReadIsKept(t *testing.T) {
	h := newHouse(t, nil)
	for range 2 {
		if w := h.push("<xml><MsgType>text", h.clock.Now()); w.Code != http.StatusOK || w.Body.String() != "success" {
			t.Errorf("%d %q", w.Code, w.Body)
		}
	}
	if deliveries, raw := h.stored(); deliveries != 0 || raw != 1 {
		t.Errorf("%d and %d stored", deliveries, raw)
	}
	h.metric(`cunwu_deliveries_total{kind="unreadable",outcome="raw"} 2`)
}

func TestWhatCannotBeKeptIsDeliveredAgain(t *testing.T) {
	h := newHouse(t, nil)
	if err := h.inbox.Close(); err != nil {
		t.Fatal(err)
	}
	for _, plain := range []string{h.text(1), "<xml><MsgType>"} {
		if w := h.push(plain, h.clock.Now()); w.Code != http.StatusInternalServerError || w.Body.Len() != 0 {
			t.Errorf("%d %q", w.Code, w.Body)
		}
	}
	h.metric(`cunwu_deliveries_total{kind="text",outcome="refused"} 1`)
}

func TestAnEmptyReplyIsSuccess(t *testing.T) {
	h := newHouse(t, nil)
	h.turn = func(context.Context, model.Incoming) (model.Reply, error) { return model.Reply{}, nil }
	if w := h.push(h.text(1), h.clock.Now()); w.Body.String() != "success" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	h.turn = func(context.Context, model.Incoming) (model.Reply, error) {
		return model.Reply{}, model.Errorf(model.Forbidden, "不行").Because(errors.New("cause"))
	}
	if got := h.answer(h.push(h.text(2), h.clock.Now())); got != "不行" {
		t.Errorf("a refusal is answered %q", got)
	}
}

func TestEveryKindIsSaidInTheVillagesTerms(t *testing.T) {
	h := newHouse(t, nil)
	event := func(name, rest string) string { return "<MsgType>event</MsgType><Event>" + name + "</Event>" + rest }
	list := "<List><TemplateId>t1</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List><List><TemplateId>t2</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List>"
	for name, c := range map[string]struct {
		rest string
		want model.Incoming
	}{
		"text":        {"<MsgType>text</MsgType><Content>你好</Content><MsgId>1</MsgId>", model.Incoming{Kind: model.InText, Text: "你好"}},
		"voice":       {"<MsgType>voice</MsgType><MediaId>m</MediaId><Recognition>错</Recognition><MsgId>2</MsgId>", model.Incoming{Kind: model.InVoice, MediaID: "m"}},
		"image":       {"<MsgType>image</MsgType><MediaId>m</MediaId><PicUrl>u</PicUrl><MsgId>3</MsgId>", model.Incoming{Kind: model.InPicture, MediaID: "m"}},
		"video":       {"<MsgType>shortvideo</MsgType><MediaId>m</MediaId><MsgId>4</MsgId>", model.Incoming{Kind: model.InVideo, MediaID: "m"}},
		"location":    {"<MsgType>location</MsgType><Location_X>23.5</Location_X><Location_Y>113.25</Location_Y><Label>村口</Label><MsgId>5</MsgId>", model.Incoming{Kind: model.InLocation, Latitude: 23.5, Longitude: 113.25, Text: "村口"}},
		"link":        {"<MsgType>link</MsgType><Title>题</Title><Url>https://a</Url><MsgId>6</MsgId>", model.Incoming{Kind: model.InLink, Text: "[链接] 题 https://a"}},
		"follow":      {event("subscribe", "<EventKey>qrscene_bind_12</EventKey>"), model.Incoming{Kind: model.InFollow, EventKey: "bind_12"}},
		"bare follow": {event("subscribe", "<EventKey></EventKey>"), model.Incoming{Kind: model.InFollow}},
		"unfollow":    {event("unsubscribe", ""), model.Incoming{Kind: model.InUnfollow}},
		"scan":        {event("SCAN", "<EventKey>bind_12</EventKey>"), model.Incoming{Kind: model.InScan, EventKey: "bind_12"}},
		"click":       {event("CLICK", "<EventKey>HELP</EventKey>"), model.Incoming{Kind: model.InClick, EventKey: "HELP"}},
		"view":        {event("VIEW", "<EventKey>https://a</EventKey>"), model.Incoming{Kind: model.InOther, EventKey: "https://a"}},
		"sent":        {event("TEMPLATESENDJOBFINISH", "<MsgID>9</MsgID><Status>success</Status>"), model.Incoming{Kind: model.InSendState, Text: "success"}},
		"grant":       {event("subscribe_msg_popup_event", "<SubscribeMsgPopupEvent>"+list+"</SubscribeMsgPopupEvent>"), model.Incoming{Kind: model.InGrant, Grants: []model.Grant{{TemplateID: "t1", Accepted: true}, {TemplateID: "t2"}}}},
		"checked": {event("wxa_media_check", "<trace_id>tr1</trace_id><version>2</version><result><suggest>risky</suggest><label>20002</label></result><errcode>0</errcode>"),
			model.Incoming{Kind: model.InChecked, Checked: &model.CheckResult{TraceID: "tr1", Suggest: "risky", Label: "20002"}}},
		"not checked": {event("wxa_media_check", "<trace_id>tr2</trace_id><version>2</version><errcode>-1008</errcode>"),
			model.Incoming{Kind: model.InChecked, Checked: &model.CheckResult{TraceID: "tr2", Failure: "-1008"}}},
		"event text": {event("text", ""), model.Incoming{Kind: model.InOther}},
		"unheard of": {"<MsgType>hologram</MsgType><MsgId>7</MsgId>", model.Incoming{Kind: model.InOther}},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(h.handled())
			if w := h.push(h.message(c.rest), h.clock.Now()); w.Code != http.StatusOK {
				t.Fatalf("%d", w.Code)
			}
			got := h.handled()[before]
			c.want.Account, c.want.OpenID, c.want.Key, c.want.SentAt = appID, "oSecret", got.Key, got.SentAt
			if !got.SentAt.Equal(h.clock.Now()) || got.Key == "" || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}
