package model

// MatterState is how far a matter has come on the way of 四议两公开.
type MatterState string

// The six states, in the order in which they are reached.
const (
	MatterProposed  MatterState = "proposed"  // 党支部会提议, with the branch's study record
	MatterDiscussed MatterState = "discussed" // 村两委会商议
	MatterReviewed  MatterState = "reviewed"  // 党员大会审议
	MatterResolved  MatterState = "resolved"  // 村民会议或村民代表会议决议
	MatterPublished MatterState = "published" // 决议公开
	MatterExecuted  MatterState = "executed"  // 实施结果公开
)

// MatterStates returns the states in their order; none is skipped.
func MatterStates() []MatterState {
	return []MatterState{MatterProposed, MatterDiscussed, MatterReviewed, MatterResolved, MatterPublished, MatterExecuted}
}

// Matter is something that the village must decide together.
type Matter struct {
	VillageID   string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"`
	Kind        string
	Title       string
	Text        string
	State       MatterState
	ProposalID  string // the villagers' proposal that it came from
	CreatedAt   Time   `gorm:"autoCreateTime:false"`
	EndedAt     Time   // given up
	EndedReason string
}

// MatterStep is how a state was reached; one row a state, never changed.
type MatterStep struct {
	VillageID string      `gorm:"primaryKey"`
	MatterID  string      `gorm:"primaryKey"`
	State     MatterState `gorm:"primaryKey"`
	At        Time
	ByID      string
	ByName    string
	Record    string // minutes, in short
	UploadID  string // the minutes themselves
	Subject   string // poll/ID or disclosure/ID that it rests on
}

// States of a villagers' proposal.
const (
	ProposalGathering = "gathering" // signatures are being collected
	ProposalSubmitted = "submitted" // enough of them: the committees must answer
	ProposalAccepted  = "accepted"
	ProposalDeclined  = "declined"
)

// Proposal is a topic that villagers bring before the committees.
type Proposal struct {
	VillageID  string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	Title      string
	Text       string
	ByID       string
	ByName     string
	State      string
	Needed     int
	CreatedAt  Time `gorm:"autoCreateTime:false"`
	DueAt      Time // the answer is due
	LookAt     Time
	AnsweredAt Time
	Answer     string
	MatterID   string // what it became
}

// ProposalSigner is a signature under a proposal.
type ProposalSigner struct {
	VillageID  string `gorm:"primaryKey"`
	ProposalID string `gorm:"primaryKey"`
	VillagerID string `gorm:"primaryKey"`
	SignedAt   Time
}

// Remark is what somebody said under a topic. A hidden one stays and is counted.
type Remark struct {
	VillageID    string `gorm:"primaryKey"`
	TopicID      string `gorm:"primaryKey"`
	ID           string `gorm:"primaryKey"`
	ByID         string
	ByName       string
	Text         string
	CreatedAt    Time `gorm:"autoCreateTime:false"`
	HiddenAt     Time
	HiddenBy     string
	HiddenReason string
}
