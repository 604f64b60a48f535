package model

import "strings"

// DisputeState is where a dispute stands (domain.md §4).
type DisputeState string

// The states of a dispute.
const (
	DisputeAccepting DisputeState = "accepting" // waits for a mediator to take it
	DisputeConsent   DisputeState = "consent"   // the other party is asked
	DisputeMediating DisputeState = "mediating"
	DisputeAgreed    DisputeState = "agreed" // the agreement is in effect, its promises are followed up
	DisputeClosed    DisputeState = "closed"
)

// How a dispute ended.
const (
	DisputeKept      = "kept"      // agreed, and every promise kept
	DisputeFailed    = "failed"    // no agreement
	DisputeRefused   = "refused"   // the other party didn't want mediation
	DisputeSilent    = "silent"    // the other party never answered
	DisputeWithdrawn = "withdrawn" // a party stopped it
	DisputeRejected  = "rejected"  // not one for mediation, with the right door
)

// The tiers of the ladder.
const (
	TierMediator = 0
	TierLawyer   = 1
	TierTownship = 2
)

// Parts that somebody may have in a dispute.
const (
	PartApplicant  = "applicant"  // 甲方
	PartRespondent = "respondent" // 乙方
	PartMediator   = "mediator"
	PartLawyer     = "lawyer"
	PartTownship   = "township"
	PartBoth       = "both" // only as the audience of words: both parties
)

// Dispute is a dispute on its way up the ladder. Its id and number are those of
// the case that keeps its clocks. It holds no word of what it is about.
type Dispute struct {
	VillageID string `gorm:"primaryKey"`
	ID        string `gorm:"primaryKey"`
	Number    int64
	Kind      string
	State     DisputeState
	Outcome   string
	Tier      int

	HelperID    string // who filed it for an elder
	DeclinedIDs string // mediators who declined or must recuse themselves, comma separated

	MediatorID     string
	MediatorName   string
	AcceptedAt     Time
	LawyerID       string
	LawyerName     string
	LawyerSide     string // whom the lawyer serves, declared once (律师法 39)
	OfficerVillage string
	OfficerID      string
	OfficerName    string

	Asking  string // what the parties are asked now: consent, lawyer
	AskedAt Time
	VisitAt Time // since when a visit is due

	DueAt      Time // end of the tier's clock
	RemindedAt Time
	ExtendedAt Time
	ActAt      Time // when the sweep must look; 0: never

	Flag       string // danger: what sort
	FlaggedAt  Time
	ReportedAt Time
	ReportedBy string
	Report     string

	Version           int // of the agreement that is worked on; 0: none
	AgreedAt          Time
	EffectiveAt       Time
	ConfirmBy         Time // last day to ask the court together; 0: excluded
	ConfirmedAt       Time
	ConfirmRemindedAt Time

	Reopened int
	FiledAt  Time
	ClosedAt Time
	Reason   string
	RulesOn  string
}

// Flagged says whether a danger was seen whose report isn't recorded yet.
func (d Dispute) Flagged() bool { return d.Flag != "" && d.ReportedAt.IsZero() }

// Declined says whether the mediator is out of the question.
func (d Dispute) Declined(id string) bool { return strings.Contains(","+d.DeclinedIDs+",", ","+id+",") }

// The states of a party.
const (
	PartyAsked   = "asked"
	PartyJoined  = "joined"
	PartyRefused = "refused"
)

// DisputeParty is a party. PersonID is empty for somebody who isn't on the
// village's list.
type DisputeParty struct {
	VillageID    string `gorm:"primaryKey"`
	DisputeID    string `gorm:"primaryKey"`
	Seq          int    `gorm:"primaryKey;autoIncrement:false"`
	Side         string
	PersonID     string
	Name         string
	Speaker      bool // speaks for its side
	Minor        bool // under 18: the guardian acts
	GuardianID   string
	GuardianName string
	State        string
	AnsweredAt   Time
	AnsweredHow  string // filed, chat, api, visit, phone, paper
	AnsweredBy   string
	LawyerAt     Time // agreed to the lawyer
	ExtendAt     Time // asked for more time in this tier
}

// Acts is who acts for the party: itself, or a minor's guardian; empty: nobody
// on the village's list.
func (p DisputeParty) Acts() string {
	if p.Minor {
		return p.GuardianID
	}
	return p.PersonID
}

// DisputeSeat lets a person read a dispute, in one part. Nobody without a live
// seat does, but the supervising township.
type DisputeSeat struct {
	VillageID     string `gorm:"primaryKey"`
	DisputeID     string `gorm:"primaryKey"`
	PersonVillage string `gorm:"primaryKey"`
	PersonID      string `gorm:"primaryKey"`
	Part          string `gorm:"primaryKey"`
	Live          bool
	Since         Time
	Until         Time
}

// DisputeWord is what was said, and to whom.
type DisputeWord struct {
	VillageID  string `gorm:"primaryKey"`
	DisputeID  string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	At         Time
	ByID       string
	ByName     string
	ByPart     string
	Audience   string // PartApplicant, PartRespondent, PartBoth, PartMediator (the table)
	Kind       string // facts, wish, word
	Text       string
	MediaID    string
	ReleasedAt Time // its speaker lets the lawyer read it
}

// DisputeSession is a meeting, planned and then recorded.
type DisputeSession struct {
	VillageID  string `gorm:"primaryKey"`
	DisputeID  string `gorm:"primaryKey"`
	Seq        int    `gorm:"primaryKey;autoIncrement:false"`
	PlannedAt  Time
	Place      string
	RemindedAt Time
	HeldAt     Time
	Attended   string
	Record     string
	ByName     string
}

// Forms of an agreement.
const (
	FormSigned = "signed" // confirmed by each on their own WeChat identity
	FormInk    = "ink"    // on paper: the law excludes electronic signatures (电子签名法 3)
	FormOral   = "oral"
)

// DisputeAgreement is a version of the agreement; an edit is a new version.
type DisputeAgreement struct {
	VillageID   string `gorm:"primaryKey"`
	DisputeID   string `gorm:"primaryKey"`
	Version     int    `gorm:"primaryKey;autoIncrement:false"`
	Form        string
	Text        string
	Hash        string // SHA-256 of the text, hex
	Confirmable bool   // a court may confirm it
	DraftedAt   Time
	DraftedBy   string
	VoidedAt    Time // another version took its place
	EffectiveAt Time
	PaperID     string // the signed paper, as uploaded
}

// DisputeSignature is somebody's confirmation of exactly one text.
type DisputeSignature struct {
	VillageID string `gorm:"primaryKey"`
	DisputeID string `gorm:"primaryKey"`
	Version   int    `gorm:"primaryKey;autoIncrement:false"`
	Signer    string `gorm:"primaryKey"` // villager id
	Part      string
	Name      string
	Account   string
	OpenID    string `gorm:"column:openid"`
	Hash      string
	At        Time
}

// The states of a promise.
const (
	PromiseDue     = "due"
	PromiseKept    = "kept"
	PromiseBroken  = "broken"
	PromiseAssumed = "assumed" // nobody complained: not counted as kept by anybody's word
)

// DisputePromise is something that the agreement has a side do by a day.
type DisputePromise struct {
	VillageID  string `gorm:"primaryKey"`
	DisputeID  string `gorm:"primaryKey"`
	Version    int    `gorm:"primaryKey;autoIncrement:false"`
	Seq        int    `gorm:"primaryKey;autoIncrement:false"`
	BySide     string
	What       string
	AmountFen  int64
	DueOn      string // 2006-01-02
	RemindedAt Time
	AskedAt    Time
	State      string
	AnsweredAt Time
	AnsweredBy string
}

// MediatorKind is a kind of dispute that a mediator is good at.
type MediatorKind struct {
	VillageID string `gorm:"primaryKey"`
	PersonID  string `gorm:"primaryKey"`
	Kind      string `gorm:"primaryKey"`
}

// LawyerDuty says which lawyer answers on a day.
type LawyerDuty struct {
	VillageID  string `gorm:"primaryKey"`
	Day        string `gorm:"primaryKey"` // 2006-01-02
	LawyerID   string
	LawyerName string
}
