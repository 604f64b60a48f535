package model

// Kinds of unit that have people: a village, and the township above it.
const (
	UnitVillage  = "village"
	UnitTownship = "township"
)

// Village is a village, or the township (kind) that villages belong to. Its id
// is its code: lower-case letters and digits, never changed.
type Village struct {
	ID         string `gorm:"primaryKey"`
	Kind       string
	Name       string
	TownshipID string
	Account    string // app id of the official account that serves it; empty: the first one
	Phone      string // the office's number, told to people in need
	CreatedAt  Time   `gorm:"autoCreateTime:false"`
}

// Household is a 户, known in the village by its number.
type Household struct {
	VillageID string `gorm:"primaryKey"`
	ID        string `gorm:"primaryKey"`
	Number    string
	GroupName string
	HeadID    string
	CreatedAt Time `gorm:"autoCreateTime:false"`
}

// Standing says why a person is on the village's list.
const (
	StandingRegistered = "registered" // 户籍在本村
	StandingOutside    = "outside"    // lives here, registered elsewhere
	StandingStaff      = "staff"      // serves the village or township without living there
)

// A villager's state.
const (
	VillagerLiving = "living"
	VillagerMoved  = "moved"
	VillagerDead   = "dead"
)

// Villager is a person on a unit's list. ID number and phone are sealed, bound
// to VillageID/ID, and found again by their blind indexes.
type Villager struct {
	VillageID   string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"`
	HouseholdID string
	Name        string
	Gender      string
	BornOn      string // 2006-01-02, from the ID number
	IDIndex     string // blind index of the ID number; "staff:"+ID for staff
	IDSealed    Secret
	PhoneIndex  string
	PhoneSealed Secret
	Relation    string // to the head of the household
	Standing    string
	Residence   string // 本村, or a city's name
	Political   string
	State       string
	CreatedAt   Time `gorm:"autoCreateTime:false"`
	UpdatedAt   Time `gorm:"autoUpdateTime:false"`
}

// Owner is what the sealed fields are bound to.
func (v Villager) Owner() string { return v.VillageID + "/" + v.ID }

// Person names the villager as a party.
func (v Villager) Person() Person { return Person{VillageID: v.VillageID, ID: v.ID} }

// Kinship records near relatives of different households (recusal); one row for
// each direction.
type Kinship struct {
	VillageID string `gorm:"primaryKey"`
	PersonID  string `gorm:"primaryKey"`
	KinID     string `gorm:"primaryKey"`
	Relation  string
}

// RoleGrant is a role that somebody holds or held in the unit whose list they
// are on. Live is "live" while it holds and the row's id afterwards, so that the
// unique index allows one live grant and any number of ended ones.
type RoleGrant struct {
	VillageID  string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	VillagerID string
	Role       Role
	Live       string
	GrantedAt  Time
	GrantedBy  string
	EndedAt    Time
	EndedBy    string
}

// Identity is a WeChat sender as one account knows them.
type Identity struct {
	Account        string `gorm:"primaryKey"`
	OpenID         string `gorm:"primaryKey;column:openid"`
	UnionID        string `gorm:"column:unionid"`
	VillageID      string // the village addressed now
	VillagerID     string // the person speaking now, among those bound; empty: nobody bound
	Followed       bool
	SeenAt         Time
	UnionCheckedAt Time
	Misses         int // wrong binding codes since MissesSince
	MissesSince    Time
	SignedOutAt    Time // sessions that began until then are over
}

// Strength of a binding: what proved that the sender is that villager.
const (
	BoundByCode   = "code"      // an invitation code: may ask and read
	BoundByPhone  = "phone"     // a phone match besides: may vote, use points, export
	BoundInPerson = "in_person" // a cadre saw the person: likewise
)

// Binding joins a WeChat identity with a villager. Ended ones stay, with EndedAt.
type Binding struct {
	VillageID  string `gorm:"primaryKey"`
	VillagerID string `gorm:"primaryKey"`
	Account    string `gorm:"primaryKey"`
	OpenID     string `gorm:"primaryKey;column:openid"`
	Strength   string
	BoundAt    Time
	BoundBy    string // villager id of whoever confirmed; empty: by the person's own code
	EndedAt    Time
}

// Strong says whether the binding allows votes, points and export of data.
func (b Binding) Strong() bool { return b.Strength == BoundByPhone || b.Strength == BoundInPerson }

// Invitation is a one-time code, found by its blind index; the code itself is
// sealed, and opened only to index it anew under another key. It is for a
// villager, or for a household, any member of which may use it.
type Invitation struct {
	CodeIndex   string `gorm:"primaryKey"`
	CodeSealed  Secret
	VillageID   string
	VillagerID  string
	HouseholdID string
	CreatedAt   Time `gorm:"autoCreateTime:false"`
	CreatedBy   string
	ExpiresAt   Time
	UsedAt      Time
	UsedBy      string
}

// Owner is what the sealed code is bound to.
func (i Invitation) Owner() string { return "invitation/" + i.VillageID }
