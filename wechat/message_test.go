package wechat

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// decodeInner decodes one plaintext through the whole codec.
func decodeInner(t *testing.T, inner string) *Message {
	t.Helper()
	codec := newTestCodec(t, time.Unix(1714112445, 0))
	m, err := codec.Decode(pushed(codec, inner, strings.HasPrefix(inner, "{")))
	if err != nil {
		t.Fatalf("%v in %s", err, inner)
	}
	return m
}

// around puts elements into the frame that every push has.
func around(kind, elements string) string {
	return "<xml>\n<ToUserName><![CDATA[gh_1]]></ToUserName>\n<FromUserName><![CDATA[oAbC]]></FromUserName>\n<CreateTime>1620973045</CreateTime>\n<MsgType><![CDATA[" +
		kind + "]]></MsgType>\n" + elements + "\n</xml>"
}

func TestMessageKinds(t *testing.T) {
	base := Message{AppID: officialAppID, ToUser: "gh_1", OpenID: "oAbC", SentAt: time.Unix(1620973045, 0)}
	cases := []struct {
		inner string
		want  func(*Message)
	}{
		{around("image", "<PicUrl><![CDATA[http://p]]></PicUrl><MediaId><![CDATA[m1]]></MediaId><MsgId>1</MsgId>"),
			func(m *Message) { m.Type, m.PicURL, m.MediaID, m.MsgID = TypeImage, "http://p", "m1", "1" }},
		{around("voice", "<MediaId>m2</MediaId><Format>amr</Format><Recognition><![CDATA[听写]]></Recognition><MsgId>2</MsgId>"),
			func(m *Message) { m.Type, m.MediaID, m.Format, m.MsgID = TypeVoice, "m2", "amr", "2" }},
		{around("shortvideo", "<MediaId>m3</MediaId><ThumbMediaId>t3</ThumbMediaId><MsgId>3</MsgId>"),
			func(m *Message) { m.Type, m.MediaID, m.ThumbMediaID, m.MsgID = TypeShortVideo, "m3", "t3", "3" }},
		{around("location", "<Location_X>23.134521</Location_X><Location_Y>113.358803</Location_Y><Scale>20</Scale><Label><![CDATA[村口]]></Label><MsgId>4</MsgId>"),
			func(m *Message) {
				m.Type, m.Latitude, m.Longitude, m.Label, m.MsgID = TypeLocation, 23.134521, 113.358803, "村口", "4"
			}},
		{around("location", "<Location_X>NaN</Location_X><Location_Y>1e400</Location_Y><MsgId>4</MsgId>"),
			func(m *Message) { m.Type, m.MsgID = TypeLocation, "4" }},
		{around("link", "<Title>题</Title><Description>述</Description><Url>http://l?a=1&amp;b=2</Url><MsgId>5</MsgId>"),
			func(m *Message) {
				m.Type, m.Title, m.Description, m.URL, m.MsgID = TypeLink, "题", "述", "http://l?a=1&b=2", "5"
			}},
		{around("event", "<Event>subscribe</Event><EventKey>qrscene_bind_12345678</EventKey><Ticket>T</Ticket>"),
			func(m *Message) {
				m.Type, m.Event, m.EventKey, m.Ticket = TypeEvent, EventSubscribe, "qrscene_bind_12345678", "T"
			}},
		{around("event", "<Event><![CDATA[CLICK]]></Event><EventKey><![CDATA[HELP]]></EventKey><MenuId>438095100</MenuId>"),
			func(m *Message) { m.Type, m.Event, m.EventKey = TypeEvent, EventClick, "HELP" }},
		{around("event", "<Event>unsubscribe</Event><EventKey/>"),
			func(m *Message) { m.Type, m.Event = TypeEvent, EventUnsubscribe }},
		{around("event", "<Event>LOCATION</Event><Latitude>30.5</Latitude><Longitude>-120.25</Longitude><Precision>9</Precision>"),
			func(m *Message) { m.Type, m.Event, m.Latitude, m.Longitude = TypeEvent, EventLocation, 30.5, -120.25 }},
		{around("event", "<Event>TEMPLATESENDJOBFINISH</Event><MsgID>200163836</MsgID><Status>failed:user block</Status>"),
			func(m *Message) {
				m.Type, m.Event, m.MsgID, m.Status = TypeEvent, EventTemplateSent, "200163836", "failed:user block"
			}},
	}
	for _, c := range cases {
		want := base
		c.want(&want)
		got := decodeInner(t, c.inner)
		got.Raw, got.Nonce, got.SignedAt = nil, "", time.Time{}
		if !reflect.DeepEqual(*got, want) {
			t.Errorf("got  %+v\nwant %+v", *got, want)
		}
	}
}

func TestGrants(t *testing.T) {
	list := func(i int, status string) string {
		return fmt.Sprintf("<List><TemplateId><![CDATA[T%d]]></TemplateId><SubscribeStatusString>%s</SubscribeStatusString><PopupScene>2</PopupScene></List>", i, status)
	}
	two := []Grant{{TemplateID: "T1", Status: "accept"}, {TemplateID: "T2", Status: "reject"}}
	sent := []Grant{{TemplateID: "T4", MsgID: "1700827132819554304", ErrorCode: "0", ErrorStatus: "success"}}
	head := `{"ToUserName":"gh_1","FromUserName":"oAbC","CreateTime":"1620973045","MsgType":"event","Event":"subscribe_msg_popup_event",`
	a, b := `{"TemplateId":"T1","SubscribeStatusString":"accept","PopupScene":"0"}`, `{"TemplateId":"T2","SubscribeStatusString":"reject","PopupScene":0}`
	one := `{"TemplateId":"T4","MsgID":1700827132819554304,"ErrorCode":0,"ErrorStatus":"success"}`
	for inner, want := range map[string][]Grant{
		around("event", "<Event>subscribe_msg_popup_event</Event><SubscribeMsgPopupEvent>\n"+list(1, "accept")+"\n"+list(2, "reject")+"</SubscribeMsgPopupEvent>"):                                                                                    two,
		around("event", "<Event>subscribe_msg_popup_event</Event><SubscribeMsgPopupEvent>"+list(1, "accept")+"</SubscribeMsgPopupEvent><SubscribeMsgPopupEvent>"+list(2, "reject")+"</SubscribeMsgPopupEvent>"):                                       two,
		around("event", "<Event>subscribe_msg_change_event</Event><SubscribeMsgChangeEvent>"+list(1, "accept")+list(2, "reject")+"</SubscribeMsgChangeEvent>"):                                                                                        two,
		around("event", "<Event>subscribe_msg_sent_event</Event><SubscribeMsgSentEvent><List><TemplateId>T4</TemplateId><MsgID>1700827132819554304</MsgID><ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus></List></SubscribeMsgSentEvent>"): sent,
		head + `"List":[` + a + `,` + b + `]}`:                            two,
		head + `"List":` + one + `}`:                                      sent,
		head + `"SubscribeMsgSentEvent":{"List":` + one + `}}`:            sent,
		head + `"SubscribeMsgPopupEvent":{"List":[` + a + `,` + b + `]}}`: two,
	} {
		if m := decodeInner(t, inner); !reflect.DeepEqual(m.Grants, want) || m.SentAt.Unix() != 1620973045 {
			t.Errorf("%s\ngot %+v", inner, m.Grants)
		}
	}
}

func TestMediaCheckEvent(t *testing.T) {
	want := &MediaCheck{TraceID: "60f96f1d-3845297a-1976a3ae", Suggest: SuggestPass, Label: "100", ErrorCode: "0"}
	for _, inner := range []string{
		`{"ToUserName":"gh_1","FromUserName":"oAbC","CreateTime":1626959646,"MsgType":"event","Event":"wxa_media_check","appid":"wx8f16a5e77871a10a","trace_id":"60f96f1d-3845297a-1976a3ae","version":2,"detail":[{"strategy":"content_model","errcode":0,"suggest":"risky","label":20002,"prob":90}],"errcode":0,"errmsg":"ok","result":{"suggest":"pass","label":100}}`,
		around("event", "<Event>wxa_media_check</Event><trace_id>60f96f1d-3845297a-1976a3ae</trace_id><detail><suggest>risky</suggest><label>20002</label></detail><errcode>0</errcode><errmsg>ok</errmsg><result><suggest>pass</suggest><label>100</label></result>"),
	} {
		if m := decodeInner(t, inner); !reflect.DeepEqual(m.Media, want) {
			t.Errorf("%+v", m.Media)
		}
	}
}

func TestKey(t *testing.T) {
	at := time.Unix(1620973045, 0)
	keys := map[string]string{
		(&Message{Type: TypeText, MsgID: "1"}).Key():                                                                               "m:1",
		(&Message{Type: TypeEvent, OpenID: "o", SentAt: at, Event: "CLICK", EventKey: "HELP"}).Key():                               "e:o:1620973045:CLICK:HELP",
		(&Message{Type: TypeEvent, OpenID: "o", SentAt: at, Event: EventTemplateSent, MsgID: "5"}).Key():                           "e:o:1620973045:TEMPLATESENDJOBFINISH::5",
		(&Message{Type: TypeEvent, OpenID: "o", SentAt: at, Event: EventGrantSent, Grants: []Grant{{"T", "", "6", "", ""}}}).Key(): "e:o:1620973045:subscribe_msg_sent_event::T::6",
	}
	for got, want := range keys {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	seen := map[string]bool{}
	for _, m := range []*Message{
		{Type: TypeText, MsgID: strings.Repeat("9", 10000)}, {Type: TypeText, MsgID: strings.Repeat("9", 10001)},
		{Type: TypeEvent, OpenID: "o", SentAt: at, Event: "VIEW", EventKey: "http://" + strings.Repeat("長", 2000)},
		{Type: TypeText, Raw: []byte("a")}, {Type: TypeText, Raw: []byte("b")}, {Type: TypeEvent, Raw: []byte("c")},
		{Type: TypeText, MsgID: "oAbC"}, {Type: TypeText, MsgID: "oabc"},
	} {
		key := m.Key()
		if len(key) > maxKey || seen[key] || key != m.Key() {
			t.Errorf("key %q", key)
		}
		seen[key] = true
	}
}

func TestCutText(t *testing.T) {
	for _, c := range []struct {
		text, want string
		limit      int
	}{
		{"abc", "abc", 3}, {"abcd", "…", 3}, {"村村村", "村…", 8}, {"村村村", "村村村", 9}, {"𠮷𠮷", "…", 6}, {"𠮷𠮷", "𠮷…", 7},
		{"村村", "", 2}, {"ab", "a", 1}, {"", "", 0}, {"a", "", 0},
	} {
		if got := CutText(c.text, c.limit); got != c.want {
			t.Errorf("CutText(%q, %d) = %q, want %q", c.text, c.limit, got, c.want)
		}
	}
	if got := cutRunes("一二三四五六", 5); got != "一二三四…" {
		t.Error(got)
	}
}
