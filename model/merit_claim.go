package model

// Kinds of claim.
const (
	ClaimOwn    = "own"
	ClaimBehalf = "behalf" // filed for somebody of the own household or by a cadre
	ClaimPraise = "praise" // of a neighbour
	ClaimDeduct = "deduct" // private: never on the public notice
)

// States of a claim.
const (
	ClaimReviewing = "reviewing"
	ClaimNoticed   = "noticed"  // approved, on public notice; a deduction only the household is told of
	ClaimDisputed  = "disputed" // an objection or appeal is open; Resume says where it stood
	ClaimRefused   = "refused"
	ClaimPosted    = "posted"
	ClaimReversed  = "reversed"
	ClaimWithdrawn = "withdrawn"
)

// MeritClaim says that somebody did what the rule book gives points for. It keeps
// the version of its day.
type MeritClaim struct {
	VillageID    string `gorm:"primaryKey"`
	ID           string `gorm:"primaryKey"`
	Number       int64
	Kind         string
	State        string
	Resume       string
	Version      int
	Deed         int
	Title        string
	Points       int64
	CapPeriod    string // the period whose cap it uses; empty: none
	ClaimantID   string
	ClaimantName string
	PersonID     string
	PersonName   string
	HouseholdID  string
	AccountID    string
	HappenedOn   string
	Text         string
	Flags        string // what looked odd, comma separated: reviewers see it, nobody is judged by it alone
	OnceKey      string // person, deed and day while it lives, its id afterwards
	OpenedAt     Time
	DecidedAt    Time
	NoticeUntil  Time
	ActAt        Time
	PostedAt     Time
	PostingID    string
	CaseID       string // the objection or appeal
	Outcome      string // the reason that decided
}

// MeritEvidence is a picture or voice of a claim. Pictures are compared with all
// earlier ones of the village in the background.
type MeritEvidence struct {
	VillageID string `gorm:"primaryKey"`
	MediaID   string `gorm:"primaryKey"`
	ClaimID   string
	State     string // wanted | compared | plain (not a picture) | lost
	Hash      string
	NearClaim string // the earlier claim with a picture like it
	CreatedAt Time   `gorm:"autoCreateTime:false"`
	NextAt    Time
}

// MeritBand is one byte of a picture's hash with its place: pictures alike share
// at least one.
type MeritBand struct {
	VillageID string `gorm:"primaryKey"`
	Band      int    `gorm:"primaryKey;autoIncrement:false"`
	MediaID   string `gorm:"primaryKey"`
	ClaimID   string
	Hash      string
}

// States of a review.
const (
	ReviewAsked    = "asked"
	ReviewApproved = "approved"
	ReviewRefused  = "refused"
	ReviewOver     = "over" // decided without this one, or another was asked instead
)

// MeritReview is one reviewer's part in a claim.
type MeritReview struct {
	VillageID    string `gorm:"primaryKey"`
	ClaimID      string `gorm:"primaryKey"`
	ReviewerID   string `gorm:"primaryKey"`
	ReviewerName string
	State        string
	Reason       string
	AskedAt      Time
	DueAt        Time
	DecidedAt    Time
}

// TableName keeps gorm from guessing a plural.
func (MeritEvidence) TableName() string { return "merit_evidence" }

// MeritWeek says that a week was looked through; MeritException is something odd
// in it, for the supervisors.
type MeritWeek struct {
	VillageID string `gorm:"primaryKey"`
	Week      string `gorm:"primaryKey"` // its Monday
	Found     int
	MadeAt    Time
}

// MeritException is a pattern that a person must look at.
type MeritException struct {
	VillageID string `gorm:"primaryKey"`
	Week      string `gorm:"primaryKey"`
	Kind      string `gorm:"primaryKey"` // photo | reviewer | family | hour | keeper | household
	Subject   string `gorm:"primaryKey"`
	Count     int
	Text      string
}

// States of a story.
const (
	StoryDraft     = "draft" // nobody consented to any edition yet
	StoryShown     = "shown"
	StoryWithdrawn = "withdrawn"
)

// MeritStory is a role model's story (道德先进事迹). Edition is the newest, Shown
// the newest that its person consented to.
type MeritStory struct {
	VillageID  string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	PersonID   string
	PersonName string
	ClaimID    string
	State      string
	Edition    int
	Shown      int
	UpdatedAt  Time `gorm:"autoUpdateTime:false"`
}

// MeritStoryEdition is a story as it was written once; never changed.
type MeritStoryEdition struct {
	VillageID   string `gorm:"primaryKey"`
	StoryID     string `gorm:"primaryKey"`
	Edition     int    `gorm:"primaryKey;autoIncrement:false"`
	Title       string
	Text        string
	WrittenAt   Time
	WrittenBy   string
	ConsentedAt Time
	ConsentedBy string
}
