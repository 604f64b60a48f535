package model

// CaseState is where a case stands (domain.md §3).
type CaseState string

// The states of a case.
const (
	CaseSubmitted  CaseState = "submitted"   // nobody has looked yet
	CaseInProgress CaseState = "in_progress" // first contact made
	CaseReplied    CaseState = "replied"     // answered, the asker's word is awaited
	CaseClosed     CaseState = "closed"
)

// How a case was closed.
const (
	ClosedByAsker     = "asker"       // the asker said: solved
	ClosedUnconfirmed = "unconfirmed" // by the cadre's word only, the asker kept silent
	ClosedWithdrawn   = "withdrawn"
	ClosedRejected    = "rejected" // with the reason and the right door
	ClosedDecided     = "decided"  // a suggestion, adopted or not, with the reason
	ClosedJoined      = "joined"   // the same as another one, answered there
	ClosedOver        = "over"     // of a led kind: its room knows how
)

// What the message is about; set by whoever handles it.
const (
	TopicHelp       = "求助"
	TopicQuestion   = "咨询"
	TopicSuggestion = "意见建议"
	TopicComplaint  = "投诉"
	TopicThanks     = "感谢"
)

// Case is something that the village owes somebody an answer to. Every room
// that has such a thing (help, questions on disclosures, disputes) keeps it here
// under its own Kind.
type Case struct {
	VillageID    string `gorm:"primaryKey"`
	ID           string `gorm:"primaryKey"`
	Number       int64  // what people say: #N
	Kind         string
	Topic        string
	State        CaseState
	Confidential bool // township only
	Urgent       bool
	Neutral      bool // notices must not tell what it is about
	Flagged      string
	Joinable     bool // a group appeal that others may sign

	AskerVillage  string // the asker, see Person
	AskerID       string
	AskerAccount  string
	AskerOpenID   string `gorm:"column:asker_openid"`
	AskerName     string
	HelperVillage string // who filed it on the asker's behalf; empty: the asker
	HelperID      string
	HelperName    string
	AccusedIDs    string // office holders whom it accuses, comma separated: they and their kin never act on it
	Summary       string // the beginning of the first message

	Tier           int
	HandlerVillage string // who must act; empty: nobody holds a role that could
	HandlerID      string
	HandlerName    string

	OpenedAt    Time
	SaidAt      Time // the asker's last message
	ContactDue  Time // of the tier that acts
	ContactedAt Time // first contact in this tier
	AskedBackAt Time // the handler asked, the asker hasn't answered yet
	Spoken      bool // the asker's last words were a voice message
	DueAt       Time // reply due, for the tier that acts
	ActAt       Time // when the sweep must look again; of a closed case: when its words go; 0: never
	RemindedAt  Time
	ExtendedAt  Time
	RepliedAt   Time
	ReplyID     string // the last answer's line of the timeline
	Reopened    int
	SwappedAt   Time // the asker had the handler changed, once

	SolvedByCadre Time // the cadre's word: answered as solved
	SolvedByAsker Time // the asker's word
	Stars         int
	StarsText     string
	ClosedAt      Time
	ClosedHow     string
	RulesOn       string // the day whose rules it keeps
}

// Asker names the asker.
func (c Case) Asker() Person {
	return Person{VillageID: c.AskerVillage, ID: c.AskerID, Account: c.AskerAccount, OpenID: c.AskerOpenID}
}

// AskedBy says whether the actor is the asker. Somebody who asked before binding
// is known again by the WeChat identity; nobody else is known by it alone, for
// phones change hands.
func (c Case) AskedBy(a Actor) bool {
	if c.AskerID != "" {
		return a.VillagerID == c.AskerID && a.VillageID == c.AskerVillage
	}
	return c.AskerOpenID != "" && a.OpenID == c.AskerOpenID && a.Account == c.AskerAccount
}

// Handler names who must act.
func (c Case) Handler() Person { return Person{VillageID: c.HandlerVillage, ID: c.HandlerID} }

// Open says whether somebody still owes something.
func (c Case) Open() bool { return c.State != CaseClosed }

// Awaiting says whether the village owes the answer now.
func (c Case) Awaiting() bool { return c.State == CaseSubmitted || c.State == CaseInProgress }

// CaseClock is one tier's turn at a case, so that the right tier is measured.
type CaseClock struct {
	VillageID   string `gorm:"primaryKey"`
	CaseID      string `gorm:"primaryKey"`
	Seq         int    `gorm:"primaryKey;autoIncrement:false"`
	Tier        int
	HolderID    string
	StartedAt   Time
	ContactDue  Time
	ContactedAt Time
	DueAt       Time
	EndedAt     Time
	EndedHow    string // replied, escalated, transferred, role_ended, swapped, withdrawn, rejected
}

// What can happen to a case.
const (
	EventSaid      = "said"     // the asker's words
	EventAsked     = "asked"    // the handler asks back
	EventContact   = "contact"  // the handler says 收到
	EventReplied   = "replied"  // the answer
	EventExtended  = "extended" // due later, with the reason
	EventMoved     = "moved"    // another acts: transferred, escalated, role ended, swapped
	EventReopened  = "reopened" // the asker said: not solved
	EventVerdict   = "verdict"  // the asker said: solved
	EventStars     = "stars"
	EventRejected  = "rejected"
	EventWithdrawn = "withdrawn"
	EventClosed    = "closed" // unconfirmed
	EventSpoken    = "spoken" // a verdict by voice, to be heard by someone else
	EventTopic     = "topic"
	EventJoined    = "joined" // another signer
	EventFlag      = "flag"
	EventUrgent    = "urgent"
)

// CaseEvent is a line of the case's timeline; never changed, never removed.
type CaseEvent struct {
	VillageID string `gorm:"primaryKey"`
	CaseID    string `gorm:"primaryKey"`
	ID        string `gorm:"primaryKey"`
	At        Time
	ByVillage string
	ByID      string
	ByName    string
	Kind      string
	Text      string
	MediaID   string
}

// CaseSigner is somebody who joined a group appeal, or asked to.
type CaseSigner struct {
	VillageID string `gorm:"primaryKey"`
	CaseID    string `gorm:"primaryKey"`
	Signer    string `gorm:"primaryKey"` // Recipient form of the person
	Name      string
	JoinedAt  Time // 0: the speaker hasn't agreed yet
	AskedAt   Time
}

// AskersOwn says whether only the asker of a case, or a signer, does such a thing.
func AskersOwn(event string) bool {
	switch event {
	case EventSaid, EventReopened, EventVerdict, EventStars, EventWithdrawn, EventSpoken, EventUrgent:
		return true
	}
	return false
}
