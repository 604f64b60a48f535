package model

import "strings"

// Kinds of disclosure (domain.md §2).
const (
	DiscloseParty    = "party"
	DiscloseVillage  = "village"
	DiscloseFinance  = "finance"
	DiscloseLand     = "land"     // land and other collective assets
	DiscloseDecision = "decision" // decisions and their execution
)

// Who may read a disclosure; all but party ones are public.
const (
	ScopePublic       = "public"
	ScopeParty        = "party"        // members of the Party in the village
	ScopeOrganisation = "organisation" // the branch and the committees
	ScopeNamed        = "named"        // the persons named
)

// DisclosureState is where a disclosure stands.
type DisclosureState string

// The states of a disclosure; its versions have their own signatures.
const (
	DisclosureDraft     DisclosureState = "draft"
	DisclosurePublished DisclosureState = "published"
	DisclosureWithdrawn DisclosureState = "withdrawn"
)

// DisclosureDuty is what a township changed in, or added to, a village's
// catalogue.
type DisclosureDuty struct {
	VillageID string `gorm:"primaryKey"`
	ID        string `gorm:"primaryKey"`
	Kind      string
	Title     string
	Months    int    // how often: 1, 3, 12; 0: on the event
	DueDays   int    // after the end of the period, or the event
	Since     string // 2006-01-02; the first period that is owed contains it
	Active    bool
	UpdatedAt Time `gorm:"autoUpdateTime:false"`
	UpdatedBy string
}

// DisclosureSlot is one thing that is owed: a duty in a period, or an event's.
// Whoever puts a disclosure into it has published; a second one can't.
type DisclosureSlot struct {
	VillageID    string `gorm:"primaryKey"`
	Duty         string `gorm:"primaryKey"`
	Period       string `gorm:"primaryKey"` // 2026-03, 2026-Q1, 2026, or an event's id
	Kind         string
	Title        string
	DueAt        Time
	VeryLateAt   Time
	DisclosureID string
	PublishedAt  Time
	Stage        int  // how far the reminders have gone
	ActAt        Time // when the sweep must look again; 0: never
}

// Disclosure is something that the village makes public, in one or more versions.
type Disclosure struct {
	VillageID       string `gorm:"primaryKey"`
	ID              string `gorm:"primaryKey"`
	Kind            string
	Duty            string
	Period          string
	Title           string
	Scope           string
	State           DisclosureState
	Current         int  // the published version; 0: none yet
	Pending         int  // the version in preparation; 0: none
	CreatedAt       Time `gorm:"autoCreateTime:false"`
	CreatedBy       string
	PublishedAt     Time
	PostedAt        Time // on the physical board, by its photo
	PostedUntil     Time
	BoardMediaID    string
	WithdrawnAt     Time
	WithdrawnBy     string
	WithdrawnName   string
	WithdrawnReason string
}

// DisclosureVersion is one version with whoever stands for it. It never changes
// after it is published.
type DisclosureVersion struct {
	VillageID     string `gorm:"primaryKey"`
	DisclosureID  string `gorm:"primaryKey"`
	Version       int    `gorm:"primaryKey;autoIncrement:false"`
	Title         string
	Text          string
	Reason        string // of a correction
	MediaIDs      string `gorm:"column:media_ids"` // comma separated
	Finance       bool
	WrittenBy     string
	WrittenName   string
	WrittenAt     Time
	SignedBy      string // the supervision committee
	SignedName    string
	SignedAt      Time
	ApprovedBy    string // the second person, of a party disclosure
	ApprovedName  string
	ApprovedAt    Time
	PublishedBy   string
	PublishedName string
	PublishedAt   Time
}

// Media are the ids of the files that are shown with the version.
func (v DisclosureVersion) Media() []string { return splitIDs(v.MediaIDs) }

func splitIDs(ids string) []string {
	if ids == "" {
		return nil
	}
	return strings.Split(ids, ",")
}

// DisclosureReader is a person whom a disclosure of scope named is for.
type DisclosureReader struct {
	VillageID    string `gorm:"primaryKey"`
	DisclosureID string `gorm:"primaryKey"`
	VillagerID   string `gorm:"primaryKey"`
}

// DisclosureQuestion is a question that was asked under a disclosure; its words
// stand here once it is answered.
type DisclosureQuestion struct {
	VillageID    string `gorm:"primaryKey"`
	CaseID       string `gorm:"primaryKey"`
	DisclosureID string
	Number       int64
	AskerID      string
	Nickname     string
	Question     string
	Answer       string
	Answers      int // how often it was answered: each answer is a leaf of the log
	AskedAt      Time
	AnsweredAt   Time
}

// DisclosureTerm is one term of the search, two characters as a rule.
type DisclosureTerm struct {
	VillageID    string `gorm:"primaryKey"`
	Term         string `gorm:"primaryKey"`
	DisclosureID string `gorm:"primaryKey"`
}

// DisclosureTelling is a text on its way to an audience, as far as AfterID.
type DisclosureTelling struct {
	VillageID    string `gorm:"primaryKey"`
	Event        string `gorm:"primaryKey"`
	Audience     string
	DisclosureID string
	Text         string
	AfterID      string
	CreatedAt    Time `gorm:"autoCreateTime:false"`
	DoneAt       Time
}

// DisclosureSubscriber gets the head of the public log, so that outsiders hold it.
type DisclosureSubscriber struct {
	VillageID string `gorm:"primaryKey"`
	Recipient string `gorm:"primaryKey"`
	Since     Time
}

// FinanceStatement is the accounts of a period, in fen.
type FinanceStatement struct {
	VillageID    string `gorm:"primaryKey"`
	DisclosureID string `gorm:"primaryKey"`
	Version      int    `gorm:"primaryKey;autoIncrement:false"`
	Period       string
	Published    bool // the version that counts now
	Opening      int64
	Income       int64
	Expense      int64
	Closing      int64
}

// FinanceItem is one item of the accounts.
type FinanceItem struct {
	VillageID    string `gorm:"primaryKey"`
	DisclosureID string `gorm:"primaryKey"`
	Version      int    `gorm:"primaryKey;autoIncrement:false"`
	Seq          int    `gorm:"primaryKey;autoIncrement:false"`
	Day          string
	Income       bool // else it is an expense
	Category     string
	Amount       int64  // fen, more than 0
	Party        string // who paid, or was paid
	Purpose      string
	Approver     string
	Invoice      string
	Doubled      bool   // the invoice's number stands elsewhere too
	VoucherIDs   string `gorm:"column:voucher_ids"` // comma separated media ids
}

// Vouchers are the ids of the pictures that show the item.
func (i FinanceItem) Vouchers() []string { return splitIDs(i.VoucherIDs) }
