package model

// LogPending is a leaf of the village's public log that waits to be sequenced.
type LogPending struct {
	VillageID  string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	At         Time
	Kind       string
	Subject    string
	Salt       string // hex
	Commitment string // hex of SHA-256(salt, content)
}

// TableName keeps gorm from guessing a plural.
func (LogPending) TableName() string { return "log_pending" }

// LogEntry is a leaf in its place. When what it stands for is erased, the salt
// goes, and nobody can try contents against the commitment any more.
type LogEntry struct {
	VillageID  string `gorm:"primaryKey"`
	Idx        int64  `gorm:"primaryKey;autoIncrement:false"` // from 0
	ID         string
	At         Time
	Kind       string
	Subject    string
	Salt       string
	SaltSum    string // hex of SHA-256(salt): what the leaf says of the salt
	Commitment string
}

// LogHash is a stored hash of the Merkle tree, by tlog's numbering.
type LogHash struct {
	VillageID string `gorm:"primaryKey"`
	Idx       int64  `gorm:"primaryKey;autoIncrement:false"`
	Hash      string // hex
}

// LogHead is a signed head of the tree: Note is what outsiders hold.
type LogHead struct {
	VillageID string `gorm:"primaryKey"`
	Size      int64  `gorm:"primaryKey;autoIncrement:false"`
	Hash      string // hex
	At        Time
	Previous  int64 // the size of the head before it
	Note      string
}
