package model

// Rule is a legal number with its source and the days on which it holds.
type Rule struct {
	Name      string `gorm:"primaryKey"`
	Region    string `gorm:"primaryKey"` // empty: everywhere
	ValidFrom string `gorm:"primaryKey"` // 2006-01-02
	ValidTo   string // empty: still in force
	Law       string
	Article   string
	Value     int64
	Unit      string // hours, working_days, days, minutes, count …
}

// Lease keeps replicas apart: whoever holds it until Until writes under Fence.
type Lease struct {
	Name   string `gorm:"primaryKey"`
	Holder string
	Fence  int64
	Until  Time
}

// NumberBlock is where the next block of a village's numbers begins.
type NumberBlock struct {
	VillageID string `gorm:"primaryKey"`
	Series    string `gorm:"primaryKey"`
	Next      int64
}

// AuditEntry is a line of who did or read what.
type AuditEntry struct {
	VillageID string `gorm:"primaryKey"`
	ID        string `gorm:"primaryKey"`
	At        Time
	ActorID   string
	ActorName string
	Verb      string
	Subject   string
	Detail    string
	Sealed    bool // stands in the chain, see AuditSeal
}

// AuditSeal is a link of a village's audit chain. Its hash covers the link before
// and this one's place, entry, digest and time, so that the chain still holds
// when an entry that is past its period has been removed.
type AuditSeal struct {
	VillageID string `gorm:"primaryKey"`
	Seq       int64  `gorm:"primaryKey;autoIncrement:false"` // from 1, without gaps
	EntryID   string
	Digest    string // keyed hash of the entry
	SealedAt  Time
	Hash      string
}

// LastingKey is a key that must outlive the secret keys (what it signed has to
// stay verifiable); drawn at random and sealed under the current one.
type LastingKey struct {
	Name      string `gorm:"primaryKey"`
	Sealed    Secret
	CreatedAt Time `gorm:"autoCreateTime:false"`
}
