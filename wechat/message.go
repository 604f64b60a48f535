package wechat

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"
)

// maxKey is the longest Key, in bytes: what a VARCHAR(128) column takes.
const maxKey = 128

// Message types and events that the program treats by name. Others pass
// through with what they have in common with these, and Raw.
const (
	TypeText       = "text"
	TypeImage      = "image"
	TypeVoice      = "voice"
	TypeVideo      = "video"
	TypeShortVideo = "shortvideo"
	TypeLocation   = "location"
	TypeLink       = "link"
	TypeEvent      = "event"

	EventSubscribe    = "subscribe"
	EventUnsubscribe  = "unsubscribe"
	EventScan         = "SCAN"
	EventClick        = "CLICK"
	EventView         = "VIEW"
	EventLocation     = "LOCATION"
	EventTemplateSent = "TEMPLATESENDJOBFINISH"
	EventGrantPopup   = "subscribe_msg_popup_event"
	EventGrantChange  = "subscribe_msg_change_event"
	EventGrantSent    = "subscribe_msg_sent_event"
	EventMediaCheck   = "wxa_media_check"
)

// Message is one thing that WeChat pushed to us: what a person sent, or an
// event. Fields that its kind doesn't have are zero. Text fields hold no
// control characters but tab and line feed.
type Message struct {
	AppID  string // the account whose codec decoded it
	ToUser string // ToUserName: the account's original id (gh_…)
	OpenID string // FromUserName
	// SentAt is CreateTime, in whole seconds by WeChat's clock.
	SentAt time.Time
	// SignedAt is the signed timestamp of this delivery, by WeChat's clock:
	// far from ours means that one of the two is wrong.
	SignedAt time.Time
	Type     string // MsgType
	MsgID    string // 64-bit number as text; empty for most events

	Text                          string // Content, up to 10,000 characters
	MediaID, ThumbMediaID, Format string // voice, image, video
	PicURL                        string
	Latitude, Longitude           float64 // degrees; of a location message or LOCATION event
	Label                         string  // of a location message
	Title, URL, Description       string  // of a link
	MenuID                        string  // bizmsgmenuid: the tapped answer of SendMenu

	Event, EventKey, Ticket string
	Status                  string  // of TEMPLATESENDJOBFINISH: success, or failed: and why
	Grants                  []Grant // of the subscribe_msg_… events
	Media                   *MediaCheck

	Raw   []byte // the decrypted text
	Nonce string // of the request; the answer must carry it
	JSON  bool   // the envelope was JSON: the answer must be, too
}

// Grant is one entry of a subscribe_msg_popup_event, _change_event or
// _sent_event: a villager's leave to send, its withdrawal, or what became of
// one sending.
type Grant struct {
	TemplateID  string
	Status      string // popup and change: accept, reject, ban or filter
	MsgID       string // sent: the message
	ErrorCode   string // sent: "0" is delivered
	ErrorStatus string // sent: "success" or why not
}

// MediaCheck is the result of CheckMediaAsync, event wxa_media_check.
type MediaCheck struct {
	TraceID string // as CheckMediaAsync returned it
	// Suggest is empty when WeChat could not check (ErrorCode says why):
	// then a person must look.
	Suggest   Suggest
	Label     string // 100 is normal; the others are WeChat's kinds of trouble
	ErrorCode string // "0" is checked
}

// Key is what a message keeps over its up to three deliveries, so a unique
// index on (account, key) stores it once: MsgId for messages; sender, time,
// event and event key for events. It is at most 128 bytes of printable text;
// longer identities are hashed. Nonce and signature are no part of it: whether
// WeChat renews them when it delivers again is unknown.
func (m *Message) Key() string {
	switch {
	case m.Type != TypeEvent && m.MsgID != "":
		return short("m:", m.MsgID)
	case m.Type == TypeEvent && m.OpenID != "" && !m.SentAt.IsZero():
		return short("e:", strings.Join(m.eventIdentity(), ":"))
	}
	sum := sha256.Sum256(m.Raw)
	return "r:" + hex.EncodeToString(sum[:])
}

// eventIdentity also names what an event is about where it says so: the
// outcomes of two templates sent to one person in one second share sender,
// time, event and (empty) key, and differ in nothing else.
func (m *Message) eventIdentity() []string {
	parts := []string{m.OpenID, strconv.FormatInt(m.SentAt.Unix(), 10), m.Event, m.EventKey}
	if m.MsgID != "" {
		parts = append(parts, m.MsgID)
	}
	if m.Media != nil {
		parts = append(parts, m.Media.TraceID)
	}
	for _, grant := range m.Grants {
		parts = append(parts, grant.TemplateID, grant.Status, grant.MsgID)
	}
	return parts
}

// short returns kind and identity, the latter hashed when the whole were too
// long for the column.
func short(kind, identity string) string {
	if len(kind)+len(identity) <= maxKey {
		return kind + identity
	}
	sum := sha256.Sum256([]byte(identity))
	return kind + "sha256:" + hex.EncodeToString(sum[:])
}

// set stores one simple element under its name in WeChat's documents. Names
// that nobody asked for yet are left to Raw. Recognition (speech to text) is
// left out on purpose: WeChat retires it, and the audio is kept.
func (m *Message) set(name, value string) {
	switch name {
	case "ToUserName":
		m.ToUser = value
	case "FromUserName":
		m.OpenID = value
	case "CreateTime":
		m.SentAt = seconds(value)
	case "MsgType":
		m.Type = value
	case "MsgId", "MsgID", "msgid":
		m.MsgID = strings.TrimSpace(value)
	case "Content":
		m.Text = value
	case "Event":
		m.Event = value
	case "EventKey":
		m.EventKey = value
	case "Ticket":
		m.Ticket = value
	default:
		m.setRarer(name, value)
	}
}

// setRarer is the part of set for elements that few messages have.
func (m *Message) setRarer(name, value string) {
	switch name {
	case "MediaId":
		m.MediaID = value
	case "ThumbMediaId":
		m.ThumbMediaID = value
	case "Format":
		m.Format = value
	case "PicUrl":
		m.PicURL = value
	case "Location_X", "Latitude":
		m.Latitude = degrees(value, 90)
	case "Location_Y", "Longitude":
		m.Longitude = degrees(value, 180)
	case "Label":
		m.Label = value
	case "Title":
		m.Title = value
	case "Url":
		m.URL = value
	case "Description":
		m.Description = value
	case "bizmsgmenuid":
		m.MenuID = strings.TrimSpace(value)
	case "Status":
		m.Status = value
	case "trace_id":
		m.media().TraceID = value
	case "errcode":
		m.media().ErrorCode = value
	}
}

// media returns the message's media check, making it on first use.
func (m *Message) media() *MediaCheck {
	if m.Media == nil {
		m.Media = &MediaCheck{}
	}
	return m.Media
}

// seconds reads a Unix time in seconds; anything that isn't one between 1970
// and 9999 (what the databases can store) is the zero time.
func seconds(value string) time.Time {
	n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
	if err != nil || n < 0 || n > 253402300799 {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

// degrees reads a coordinate; what isn't one within ±limit is 0, so that no
// NaN or infinity reaches JSON or a database.
func degrees(value string, limit float64) float64 {
	d, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || math.IsNaN(d) || math.Abs(d) > limit {
		return 0
	}
	return d
}
