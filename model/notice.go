package model

import "strings"

// NoticeState is where a notice stands.
type NoticeState string

// The states of a notice.
const (
	NoticePending NoticeState = "pending"      // to be sent at NextAt
	NoticeSending NoticeState = "sending"      // claimed until LeaseUntil under Fence
	NoticeSent    NoticeState = "sent"         // WeChat took it
	NoticeHeld    NoticeState = "held"         // no channel is open: in the inbox, and handed over at any sign of life
	NoticeTold    NoticeState = "told"         // somebody called and told
	NoticeDead    NoticeState = "dead"         // our fault or hopeless: an operator must look
	NoticeRestore NoticeState = "held_restore" // from a backup: the operator decides
	NoticeToCall  NoticeState = "to_call"      // only a person can tell it: on the call list, never sent
)

// Channels by which a notice reaches somebody.
const (
	ChannelChat      = "chat"      // customer-service message
	ChannelSubscribe = "subscribe" // one-time subscription
	ChannelTemplate  = "template"
	ChannelReply     = "reply" // passive answer of a chat turn
	ChannelDigest    = "digest"
	ChannelCall      = "call" // a person called or visited
)

// Recipient is the person as one string, for unique keys.
func (p Person) Recipient() string {
	if p.ID != "" {
		return "person/" + p.VillageID + "/" + p.ID
	}
	return "openid/" + p.Account + "/" + p.OpenID
}

// ParseRecipient is the inverse of Recipient.
func ParseRecipient(text string) Person {
	part := strings.SplitN(text, "/", 3)
	if len(part) != 3 {
		return Person{}
	}
	if part[0] == "person" {
		return Person{VillageID: part[1], ID: part[2]}
	}
	return Person{Account: part[1], OpenID: part[2]}
}

// Notice is one row a person and event: what must reach whom, and how it went.
type Notice struct {
	VillageID  string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	Event      string // what happened; (village, event, recipient) is unique
	Recipient  string
	Role       string // handler | asker | other: when the call list takes it
	CaseID     string // the case it is about, if any
	Question   string // what it asks ("verdict"), if anything
	Urgent     bool
	Private    bool // confidential or a dispute: operators see that it exists, not what it says
	Text       string
	MediaID    string
	State      NoticeState
	Channel    string
	SentTo     string // the openid that got it
	Attempts   int
	Unknowns   int // outcomes that could not be known
	ErrCode    int
	CreatedAt  Time `gorm:"autoCreateTime:false"`
	NextAt     Time
	LeaseUntil Time
	Fence      int64
	SentAt     Time
	CallAfter  Time // from then on somebody must call; 0: never
	ReadAt     Time
}

// Window is what WeChat lets us send to one follower unasked: 5 messages in the
// 48 h after theirs, 3 in the minute after a click, scan or follow.
type Window struct {
	Account     string `gorm:"primaryKey"`
	OpenID      string `gorm:"primaryKey;column:openid"`
	MessageAt   Time
	MessageLeft int
	ActionAt    Time
	ActionLeft  int
}

// Subscription counts the one-time sends that a person granted for a template.
type Subscription struct {
	Account    string `gorm:"primaryKey"`
	OpenID     string `gorm:"primaryKey;column:openid"`
	TemplateID string `gorm:"primaryKey"`
	Left       int
	UpdatedAt  Time `gorm:"autoUpdateTime:false"`
}

// SendClass says what an unsuccessful send means (wechat.md §2).
type SendClass string

// The classes.
const (
	SendRetry     SendClass = "retry"     // never arrived: try again with back-off
	SendQuota     SendClass = "quota"     // the account's limit: wait for the next window
	SendRecipient SendClass = "recipient" // this channel is closed for this person
	SendFault     SendClass = "fault"     // our settings are wrong: stop and alert
	SendUnknown   SendClass = "unknown"   // may have arrived
)

// SendError is how a send failed.
type SendError struct {
	Class SendClass
	Code  int
	Cause error
}

func (e *SendError) Error() string {
	if e.Cause != nil {
		return string(e.Class) + ": " + e.Cause.Error()
	}
	return string(e.Class)
}

func (e *SendError) Unwrap() error { return e.Cause }
