package model

// Who may claim a deed.
const (
	DeedSelf    = "self"    // whoever did it, or a helper on behalf
	DeedPraise  = "praise"  // only others: 好人好事
	DeedAnybody = "anybody" // either
	DeedDuty    = "duty"    // only the village: deductions
)

// What a claim must come with.
const (
	EvidenceNone    = "none"
	EvidenceWords   = "words"
	EvidencePicture = "picture"
)

// MeritBook is a version of the village's rule book, adopted by an assembly.
type MeritBook struct {
	VillageID   string `gorm:"primaryKey"`
	Version     int    `gorm:"primaryKey;autoIncrement:false"`
	Label       string // what the points are called
	AdoptedOn   string // the day of the resolution
	Resolution  string // which resolution of which assembly
	MediaID     string // its minutes
	ValidFrom   string // the first day that it holds
	Carry       int    // percent of the balance that outlives the year
	OpenFigures bool   // postings stand in the public log with their figures, else only as seals
	CreatedAt   Time   `gorm:"autoCreateTime:false"`
	CreatedBy   string
}

// MeritDeed is a line of a rule book. Negative points are a deduction.
type MeritDeed struct {
	VillageID string `gorm:"primaryKey"`
	Version   int    `gorm:"primaryKey;autoIncrement:false"`
	Number    int    `gorm:"primaryKey;autoIncrement:false"`
	Name      string
	Points    int64
	Cap       int64  // most points of a household in a period; 0: no cap
	CapPeriod string // day | week | month | quarter | year
	Evidence  string
	Who       string
}

// Kinds of account. Points come from the pool and return to it: it alone stands
// below zero, by what the village owes to all others together.
const (
	MeritPool    = "pool"
	MeritStore   = "store"   // what was redeemed
	MeritReserve = "reserve" // set aside for goods not handed over yet
	MeritHouse   = "house"
)

// MeritAccount is an account with its partial sums: Balance is the sum of its
// entries, Entries their number. The pool, the store and the reserve are kept in
// stripes, so that no row is hot.
type MeritAccount struct {
	VillageID   string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"` // house/ID, pool/07
	Kind        string
	HouseholdID string
	Balance     int64
	Entries     int64
	Honoured    bool // the household wants to stand on the honour roll
	CreatedAt   Time `gorm:"autoCreateTime:false"`
	UpdatedAt   Time `gorm:"autoUpdateTime:false"`
}

// MeritMember is what a person brought to the household's account: the sum of
// the entries that bear the person's name. The household spends together.
type MeritMember struct {
	VillageID string `gorm:"primaryKey"`
	AccountID string `gorm:"primaryKey"`
	PersonID  string `gorm:"primaryKey"`
	Points    int64
	Entries   int64
}

// Causes of a posting.
const (
	MeritAward   = "award"
	MeritDeduct  = "deduct"
	MeritHold    = "hold"    // points set aside for goods
	MeritRelease = "release" // given back: cancelled or lapsed
	MeritSettle  = "settle"  // the goods were handed over
	MeritExpire  = "expire"  // the year's close
	MeritReverse = "reverse" // a correction
)

// MeritPosting is a transaction of the ledger: never changed, never removed. Its
// entries sum to zero.
type MeritPosting struct {
	VillageID string `gorm:"primaryKey"`
	ID        string `gorm:"primaryKey"`
	Cause     string
	Ref       string // the claim, redemption, close or posting that it is for
	OnceKey   string // unique: what happens once is posted once
	Reverses  string // the posting that it takes back
	At        Time
	ByID      string
	ByName    string
	Text      string
}

// MeritEntry is one side of a posting, under the account's own gapless number.
type MeritEntry struct {
	VillageID string `gorm:"primaryKey"`
	AccountID string `gorm:"primaryKey"`
	Seq       int64  `gorm:"primaryKey;autoIncrement:false"`
	PostingID string
	PersonID  string // whose deed; empty: the household's
	Amount    int64
	Balance   int64 // afterwards
	At        Time
}

// MeritSum is a running total of an account in a period: "cap/3" of a deed's
// cap, "earned" for the honour roll.
type MeritSum struct {
	VillageID string `gorm:"primaryKey"`
	Name      string `gorm:"primaryKey"`
	Period    string `gorm:"primaryKey"` // 2026-03-04, 2026-W10, 2026-03, 2026-Q1, 2026
	AccountID string `gorm:"primaryKey"`
	Total     int64
}

// MeritClose is the end of a year: announced, told to every household, carried
// out. Told and Closed are the last account that was done.
type MeritClose struct {
	VillageID   string `gorm:"primaryKey"`
	YearNo      int    `gorm:"primaryKey;autoIncrement:false"`
	State       string // telling | waiting | closing | closed
	Carry       int
	Told        string
	Closed      string
	AnnouncedAt Time
	AnnouncedBy string
	ActAt       Time
	EndsAt      Time // the balance of this moment counts
	Expired     int64
}
