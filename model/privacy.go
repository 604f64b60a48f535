package model

// Consent is a line of a person's consent ledger: given or withdrawn for one
// purpose under one version of its text. Lines are only ever added; the newest of
// a purpose holds.
type Consent struct {
	VillageID string `gorm:"primaryKey"`
	Person    string `gorm:"primaryKey"` // Person.Recipient
	ID        string `gorm:"primaryKey"`
	Purpose   string
	Version   string
	Given     bool
	At        Time
	ByID      string // who entered it: the person, or whoever took it down
	Evidence  string // how it was given when not by the person's own hand; erased on request
}

// The states of an Erasure.
const (
	ErasureAsked     = "asked"     // until NextAt the person may confirm or withdraw
	ErasureWithdrawn = "withdrawn" // by the person
	ErasureLapsed    = "lapsed"    // never confirmed
	ErasureDone      = "done"      // all but what a law holds is gone; the roll is looked at again at NextAt
	ErasureEnded     = "ended"     // the roll's hold is over, too
)

// Erasure is somebody's wish to be forgotten and what came of it, without the
// data that it was about. Live is "live" while asked and the id afterwards, so
// that the unique index allows one at a time.
type Erasure struct {
	VillageID  string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	VillagerID string
	State      string
	Live       string
	NextAt     Time
	AskedAt    Time
	AskedBy    string
	ConfirmBy  Time
	DoneAt     Time
	RollGoneAt Time
}
