package model

// MeritGoods is something that the store gives for points. Stock is what may be
// reserved; Held is reserved and not handed over yet.
type MeritGoods struct {
	VillageID string `gorm:"primaryKey"`
	ID        string `gorm:"primaryKey"`
	Name      string
	Price     int64 // points a piece
	Stock     int64
	Held      int64
	Active    bool
	MediaID   string
	UpdatedAt Time `gorm:"autoUpdateTime:false"`
}

// TableName keeps gorm from guessing a plural.
func (MeritGoods) TableName() string { return "merit_goods" }

// States of a redemption.
const (
	RedemptionReserved  = "reserved"
	RedemptionSettled   = "settled"
	RedemptionCancelled = "cancelled"
	RedemptionLapsed    = "lapsed"
)

// How somebody redeemed.
const (
	RedeemByPhone = "phone"
	RedeemByCard  = "card"  // household card, with a witness
	RedeemBySheet = "sheet" // a paper sheet, entered by two people
)

// MeritRedemption is goods taken for points: points and stock are set aside, both
// sides confirm, and it is settled.
type MeritRedemption struct {
	VillageID   string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"`
	Number      int64
	State       string
	Channel     string
	GoodsID     string
	GoodsName   string
	Quantity    int64
	Points      int64
	HouseholdID string
	AccountID   string
	PersonID    string // who asked; empty: the household, by its card or a sheet
	PersonName  string
	Code        string // 8 digits that the villager shows while it is reserved; the row's id afterwards
	KeeperID    string
	KeeperName  string
	WitnessID   string
	CreatedAt   Time `gorm:"autoCreateTime:false"`
	ExpiresAt   Time
	VillagerAt  Time // when the villager's side confirmed
	KeeperAt    Time
	EndedAt     Time
}

// MeritCard is a household's card, for those without a phone. Live is "live", or
// the row's sum once another card has replaced it.
type MeritCard struct {
	VillageID   string `gorm:"primaryKey"`
	CodeSum     string `gorm:"primaryKey"`
	HouseholdID string
	Live        string
	IssuedAt    Time
	IssuedBy    string
	EndedAt     Time
}

// States of a sheet.
const (
	SheetEntered = "entered" // once: the second person's entry is awaited
	SheetDiffers = "differs" // twice, and not alike
	SheetPosted  = "posted"
)

// MeritSheet is a paper sheet of an offline day, entered by two people.
type MeritSheet struct {
	VillageID   string `gorm:"primaryKey"`
	Sheet       string `gorm:"primaryKey"` // the number printed on the paper
	State       string
	HeldOn      string
	FirstID     string
	FirstName   string
	SecondID    string
	SecondName  string
	FirstLines  string // JSON
	SecondLines string
	CreatedAt   Time `gorm:"autoCreateTime:false"`
	PostedAt    Time
}
