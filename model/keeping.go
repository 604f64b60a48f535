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
}
