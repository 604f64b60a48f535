package model

// KeptAnswer is what a write that came with an idempotency key was answered, so
// that a repetition gets the same. Owner and RequestHash are hashes: the row says
// neither who asked nor what.
type KeptAnswer struct {
	Owner       string `gorm:"primaryKey"` // who asked by which route
	IdemKey     string `gorm:"primaryKey"` // as the client sent it
	RequestHash string
	Answer      string // JSON, as the door keeps it
	ExpiresAt   Time
}
