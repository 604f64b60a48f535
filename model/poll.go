package model

import (
	"strconv"
	"strings"
)

// Organ is who decides; it brings the quorum and the rule by which something
// passes (domain.md §1).
type Organ string

// The organs.
const (
	OrganPersons         Organ = "assembly_persons"    // 村民会议, by villagers of 18 and more
	OrganHouseholds      Organ = "assembly_households" // 村民会议, by household representatives
	OrganRepresentatives Organ = "representatives"     // 村民代表会议
	OrganGroup           Organ = "group"               // 村民小组会议
	OrganCollective      Organ = "collective"          // 集体经济组织成员大会
	OrganConsultation    Organ = "consultation"        // 协商: everybody of 18 and more, no quorum
)

// What a poll's result is worth.
const (
	EffectAdvisory = "advisory"
	EffectBinding  = "binding"
)

// PollState is where a poll stands.
type PollState string

// The states of a poll.
const (
	PollDraft     PollState = "draft"
	PollNoticed   PollState = "noticed" // told to everybody on the roll, objections may be raised
	PollOpen      PollState = "open"
	PollClosed    PollState = "closed"  // nobody votes any more, the count follows at once
	PollCounted   PollState = "counted" // the result is published
	PollCancelled PollState = "cancelled"
)

// Channels by which somebody voted.
const (
	ByMini  = "mini"  // mini-program, or whatever else speaks the API
	ByChat  = "oa"    // official account: by number in chat, or by its one-time link
	ByPaper = "paper" // at a meeting, entered by two people
	ByPhone = "phone" // somebody else entered it, with the voter's consent
)

// Poll is a question put to an organ.
type Poll struct {
	VillageID       string `gorm:"primaryKey"`
	ID              string `gorm:"primaryKey"`
	MatterID        string // the matter that it decides; empty: none
	Kind            string // what sort of matter
	Title           string
	Text            string
	Organ           Organ
	GroupName       string // of OrganGroup
	ByHousehold     bool   // one vote a household
	Secret          bool
	VillageOnly     bool   // the result is for the village, not for anybody who has the page's address
	Options         string // one a line, see OptionTexts
	MaxChoices      int
	Effect          string
	AuthorisationID string // upload of the charter or resolution that allows a binding vote online
	Offline         string // where and when one votes on paper or by phone
	UrgentReason    string // why the notice was shorter than the law's
	State           PollState
	LookAt          Time // when the worker must look again
	OpensAt         Time
	ClosesAt        Time
	NoticedAt       Time
	ObjectionsUntil Time
	DecideUntil     Time
	VerifiedAt      Time // a supervisor checked the roll
	VerifiedBy      string
	Electorate      int // voters (persons or households) on the frozen roll
	OpenedAt        Time
	ExtendedAt      Time
	ExtensionReason string
	ClosedAt        Time
	EndReason       string // why it was closed early or cancelled
	Turnout         int    // from here on known after the count only
	QuorumMet       bool
	Passed          bool
	Result          string // JSON, of service/poll's own form
	RulesOn         string // the day whose rules it keeps
	CreatedBy       string
	CreatedAt       Time `gorm:"autoCreateTime:false"`
}

// OptionTexts are the options in order; people name them from 1.
func (p Poll) OptionTexts() []string { return strings.Split(p.Options, "\n") }

// PollVoter is a person on a poll's roll, and the vote that is theirs: their own,
// or their household's.
type PollVoter struct {
	VillageID string `gorm:"primaryKey"`
	PollID    string `gorm:"primaryKey"`
	PersonID  string `gorm:"primaryKey"`
	VoterID   string // villager or household
	Away      bool   // lives elsewhere; of a household, its head does
	Listed    bool   // false: struck off after an objection
}

// PollObjection says that the roll lacks somebody or has somebody wrongly.
type PollObjection struct {
	VillageID string `gorm:"primaryKey"`
	PollID    string `gorm:"primaryKey"`
	ID        string `gorm:"primaryKey"`
	ByID      string
	ByName    string
	Kind      string // missing | wrong
	AboutID   string
	AboutName string
	Text      string
	State     string // open | accepted | declined
	CreatedAt Time   `gorm:"autoCreateTime:false"`
	DecidedAt Time
	DecidedBy string
	Reason    string
}

// PollGate is one of the rows through which all votes go, each voter always by
// the same one. Whoever holds all of a poll's gates knows that no vote is under
// way.
type PollGate struct {
	VillageID string `gorm:"primaryKey"`
	PollID    string `gorm:"primaryKey"`
	Gate      int    `gorm:"primaryKey;autoIncrement:false"`
	Admits    bool
	ClosesAt  Time
}

// PollTurnout says that a voter took part; never what was chosen, nor when.
type PollTurnout struct {
	VillageID string `gorm:"primaryKey"`
	PollID    string `gorm:"primaryKey"`
	VoterID   string `gorm:"primaryKey"`
	PersonID  string // who cast it: the voter, one of the household, or the proxy
	Channel   string
	Away      bool
	ViaID     string // who entered it for the voter; empty: the voter did
}

// PollBallot is what somebody chose. In a secret poll nothing leads to whom.
type PollBallot struct {
	VillageID string `gorm:"primaryKey"`
	PollID    string `gorm:"primaryKey"`
	Receipt   string `gorm:"primaryKey"` // 32 hex digits, drawn by the voter's phone
	Choices   string // "1,3"; empty: a blank or spoilt paper
	VoterID   string // of roll-call polls only
}

// Chosen are the numbers of the options on the ballot.
func (b PollBallot) Chosen() []int {
	var chosen []int
	for part := range strings.SplitSeq(b.Choices, ",") {
		if n, err := strconv.Atoi(part); err == nil {
			chosen = append(chosen, n)
		}
	}
	return chosen
}

// PollProxy is a written authorisation to vote for somebody (委托投票). Slot, from
// 1, is which of the holder's it is: the unique index keeps their number down.
type PollProxy struct {
	VillageID string `gorm:"primaryKey"`
	PollID    string `gorm:"primaryKey"`
	VoterID   string `gorm:"primaryKey"`
	HolderID  string
	Slot      int
	UploadID  string // the slip
	ByID      string
	CreatedAt Time `gorm:"autoCreateTime:false"`
}

// PollAssist is a vote that somebody else entered with the voter's consent. The
// sealed receipt lets the voter's objection void it; it is wiped at the close.
type PollAssist struct {
	VillageID     string `gorm:"primaryKey"`
	PollID        string `gorm:"primaryKey"`
	VoterID       string `gorm:"primaryKey"`
	ID            string `gorm:"primaryKey"` // random, without a time
	AssistantID   string
	Consent       string
	UploadID      string
	ReceiptSealed Secret
	State         string // live | voided
	Reason        string
}

// PollSheet is a paper sheet, entered by two people. The first entry is kept
// sealed until the second agrees, and wiped then or at the close.
type PollSheet struct {
	VillageID     string `gorm:"primaryKey"`
	PollID        string `gorm:"primaryKey"`
	Number        string `gorm:"primaryKey"` // as it stands on the paper
	State         string // entered | accepted | differs
	Votes         int
	FirstBy       string
	SecondBy      string
	UploadID      string // photo of the sheet
	ContentSealed Secret
}

// PollLink is a one-time link by which one person may cast one ballot.
type PollLink struct {
	VillageID string `gorm:"primaryKey"`
	TokenHash string `gorm:"primaryKey"`
	PollID    string
	PersonID  string
	Account   string
	OpenID    string `gorm:"column:openid"`
	ExpiresAt Time
}

// PollRound is a round of notices to a roll, told page by page.
type PollRound struct {
	VillageID string `gorm:"primaryKey"`
	PollID    string `gorm:"primaryKey"`
	Kind      string `gorm:"primaryKey"` // notice | opened | remind | result
	Reached   string // the last person told
	Done      bool
	LookAt    Time
}

// OrganMember is somebody on a standing roll: a villagers' representative, or a
// member of the collective.
type OrganMember struct {
	VillageID  string `gorm:"primaryKey"`
	Organ      Organ  `gorm:"primaryKey"`
	VillagerID string `gorm:"primaryKey"`
	Since      Time
	EndedAt    Time
	ByID       string
}
