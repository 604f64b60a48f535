package model

import "time"

// Kinds of Incoming.
const (
	InText      = "text"
	InVoice     = "voice"
	InPicture   = "picture"
	InVideo     = "video"
	InDocument  = "document" // only ever uploaded
	InSheet     = "sheet"    // an Excel workbook, likewise
	InLocation  = "location"
	InLink      = "link"
	InClick     = "click"  // a menu key
	InScan      = "scan"   // a QR of ours, by somebody who follows already
	InFollow    = "follow" // by a QR of ours when EventKey is not empty
	InUnfollow  = "unfollow"
	InGrant     = "grant"      // answers to a subscription request
	InSendState = "send_state" // how a template message ended
	InChecked   = "checked"    // what WeChat found in a file that we had it check
	InOther     = "other"      // something WeChat pushes that we don't act on
)

// Incoming is one thing that a WeChat sender did, in the village's terms.
type Incoming struct {
	Account             string
	OpenID              string
	Key                 string // identity of the delivery: equal for every re-delivery
	Kind                string
	Text                string
	MediaID             string // WeChat's id of the voice or picture
	EventKey            string // menu key, or scene of a QR code
	Latitude, Longitude float64
	Grants              []Grant
	Checked             *CheckResult // of InChecked
	SentAt              time.Time
}

// Grant is a person's answer to being asked for one subscription template.
type Grant struct {
	TemplateID string
	Accepted   bool
}

// Reply is what a chat turn answers.
type Reply struct {
	Text string
}

// Dialogue is where one sender's conversation stands: the question last asked
// in a turn, with what it needs. Its row is locked for the whole of a turn.
type Dialogue struct {
	Account   string `gorm:"primaryKey"`
	OpenID    string `gorm:"primaryKey;column:openid"`
	Question  string // what was asked; empty: nothing
	Data      string // JSON, of the question's own form
	AskedAt   Time
	DueAt     Time   // silence until then is an answer too; 0: no
	Shown     string // JSON: case id → day on which it was shown
	UpdatedAt Time   `gorm:"autoUpdateTime:false"`
}

// DialogueKey is where the row is expected that was read when it was locked.
func DialogueKey(account, openid string) string { return "dialogue/" + account + "/" + openid }

// Delivery is something that WeChat brought, handled exactly once; Reply is what
// every re-delivery gets too.
type Delivery struct {
	Account    string `gorm:"primaryKey"`
	Key        string `gorm:"primaryKey;column:delivery_key"`
	OpenID     string `gorm:"column:openid"`
	Kind       string
	SentAt     Time
	ReceivedAt Time
	State      string // handled | late (its reply went as a notice) | failed
	Reply      string
	Payload    string // kept only when it failed: the delivery itself, as JSON
}

// RawDelivery is an authentic push that could not be parsed, kept as it came.
type RawDelivery struct {
	ID         string `gorm:"primaryKey"`
	Account    string
	ReceivedAt Time
	Reason     string
	Body       []byte
}

// Media is a voice or picture that somebody sent in chat (WeChat keeps it for 3
// days, we fetch it in the background and keep it), or a file that somebody
// uploaded.
type Media struct {
	VillageID   string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"`
	Account     string
	WeChatID    string `gorm:"column:wechat_id"`
	Kind        string // voice | picture | video | document
	State       string // wanted | kept | lost; of uploads: coming | loose | kept
	ContentType string
	Size        int64
	SHA256      string `gorm:"column:sha256"`
	Path        string // in the storage
	ThumbSize   int64  // of the small picture beside it; 0: there is none
	Owner       string // Recipient form of who sent it
	Subject     string // what it belongs to: "case/…"; empty: nothing yet, only its owner may see it
	Filename    string // what its owner calls it
	Error       string
	Attempts    int
	CreatedAt   Time `gorm:"autoCreateTime:false"`
	NextAt      Time
	LeaseUntil  Time
}

// TableName keeps gorm from guessing a plural.
func (Media) TableName() string { return "media" }
