package model

// SignInCode is a code that the chat told its sender, to be typed in a browser
// until ExpiresAt. A sender has one, found by its blind index; it goes when it is
// used.
type SignInCode struct {
	Account   string `gorm:"primaryKey"`
	OpenID    string `gorm:"primaryKey;column:openid"`
	CodeIndex string
	ToldAt    Time
	ExpiresAt Time
}

// SignInScan is a browser that shows a QR code and waits for whoever scans it.
// What the browser and the QR code hold is found by its blind index only; the row
// goes when the browser is signed in.
type SignInScan struct {
	SecretIndex string `gorm:"primaryKey"` // of what only the browser knows
	SceneIndex  string // of what the QR code says
	Account     string // whose QR code it is
	OpenID      string `gorm:"column:openid"` // who scanned it; empty: nobody yet
	Label       string // what the browser calls itself
	AskedAt     Time
	ScannedAt   Time
	ExpiresAt   Time
}

// SecondFactor is the key of the time codes (TOTP, RFC 6238) that a person's phone
// makes. ID changes with the key, so that sessions which proved an earlier one
// don't count.
type SecondFactor struct {
	VillageID   string `gorm:"primaryKey"`
	VillagerID  string `gorm:"primaryKey"`
	ID          string
	KeySealed   Secret
	MadeAt      Time
	ConfirmedAt Time  // when the first code came; zero: it doesn't count yet
	LastStep    int64 // the newest step (30 s since 1970) that was used; none up to it is good again
	Misses      int   // wrong codes since MissesSince
	MissesSince Time
	LockedUntil Time
}

// Owner is what the sealed key is bound to.
func (f SecondFactor) Owner() string { return "factor/" + f.VillageID + "/" + f.VillagerID }
