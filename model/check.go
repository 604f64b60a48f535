package model

// States of a ContentCheck.
const (
	CheckWaiting   = "waiting"   // WeChat is to be asked
	CheckAsked     = "asked"     // WeChat's answer comes later, as an event
	CheckPassed    = "passed"    // by WeChat
	CheckReview    = "review"    // a person must look
	CheckPublished = "published" // by a person
	CheckRefused   = "refused"   // by a person
	CheckDropped   = "dropped"   // nobody wants to publish it any more
)

// Kinds of ContentCheck.
const (
	CheckText  = "text"
	CheckMedia = "media"
)

// ContentCheck asks whether one text or file may be published. Text is kept
// only until that is decided.
type ContentCheck struct {
	VillageID   string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"`
	Subject     string // what it is a part of: "question/…"
	Kind        string // text | media
	Above       bool   // the village itself must not see it: the township decides
	Text        string
	MediaID     string
	Scene       int
	Author      string // Recipient form of the person
	AuthorName  string
	Account     string // the mini-program that it was written in; empty: WeChat can't check it
	OpenID      string `gorm:"column:openid"`
	State       string
	Suggest     string // what WeChat advised: pass | review | risky
	Label       string // WeChat's kind of trouble
	Why         string // why a person must look, if not by WeChat's advice
	TraceID     string // by which WeChat's answer is known
	Token       string // by which WeChat may fetch the file meanwhile
	Attempts    int
	CreatedAt   Time `gorm:"autoCreateTime:false"`
	NextAt      Time
	LeaseUntil  Time
	DecidedAt   Time
	DecidedBy   string
	DecidedName string
	Reason      string
}

// CheckResult is what WeChat found in a file, as its event said. It may come
// before we know what we asked.
type CheckResult struct {
	Account string `gorm:"primaryKey"`
	TraceID string `gorm:"primaryKey"`
	Suggest string
	Label   string
	Failure string // why WeChat could not check; empty: it could
	At      Time
}

// UploadDay counts what somebody uploaded on one day.
type UploadDay struct {
	VillageID string `gorm:"primaryKey"`
	Owner     string `gorm:"primaryKey"`
	Day       string `gorm:"primaryKey"` // 2006-01-02
	Count     int
}
