package model

// Session is somebody signed in to the mini-program or the village site. ID is
// the SHA-256 of the token, which itself is kept nowhere; Owner is the same for
// all sessions of one WeChat identity. Strong says that here the second factor of
// the person speaking now was proved; it is worked out when a session is read.
type Session struct {
	Owner     string `gorm:"primaryKey" json:"-"`
	ID        string `gorm:"primaryKey" json:"-"`
	Account   string
	OpenID    string `gorm:"column:openid"`
	Door      string // mini | page | code | scan
	Label     string // what the phone calls itself
	Factor    string // id of the SecondFactor that was proved here; empty: none
	Strong    bool   `gorm:"-"`
	CreatedAt Time   `gorm:"autoCreateTime:false"`
	SeenAt    Time   // to the hour
	ExpiresAt Time
}

// The states of a BindRequest and of a Helper; the latter is also agreed and ended.
const (
	RequestOpen      = "open"
	RequestConfirmed = "confirmed"
	RequestRefused   = "refused"
	RequestLapsed    = "lapsed"
	HelpAgreed       = "agreed"
	HelpEnded        = "ended"
)

// BindRequest is a WeChat sender whom the roster didn't know by name and phone,
// and who waits for somebody to confirm in person who that is. Name and phone are
// kept while it is open. Once is what it asks while it is open and the id
// afterwards, so that the same is asked once.
type BindRequest struct {
	VillageID   string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"`
	Number      int64  // what cadres say: 确认 N; one series with Helper
	Account     string
	OpenID      string `gorm:"column:openid"`
	Once        string
	NameSealed  Secret
	PhoneSealed Secret
	State       string
	LapsesAt    Time
	AskedAt     Time
	DecidedAt   Time
	DecidedBy   string
	Reason      string
	VillagerID  string // who it turned out to be
}

// Owner is what the sealed fields are bound to.
func (r BindRequest) Owner() string { return r.VillageID + "/" + r.ID }

// Helper is somebody who may do some things for an elder (代办), once the elder
// has agreed and until LapsesAt. Once is the pair while it is open or agreed and
// the id afterwards.
type Helper struct {
	VillageID     string `gorm:"primaryKey"` // of the elder
	ID            string `gorm:"primaryKey"`
	Number        int64
	ElderID       string
	ElderName     string
	HelperVillage string
	HelperID      string
	HelperName    string
	Once          string
	ForCases      bool // file cases, add words, read those cases
	ForReading    bool // read the elder's cases
	ForMerit      bool // points
	Months        int  // how long it shall hold
	State         string
	LapsesAt      Time // of the request, then of the consent
	AskedAt       Time
	AgreedAt      Time
	AgreedHow     string // chat | in_person
	AgreedBy      string // villager id of whoever agreed, or of the cadre who asked the elder
	EndedAt       Time
	EndedBy       string
	Reason        string
}

// Elder names the person who is helped.
func (h Helper) Elder() Person { return Person{VillageID: h.VillageID, ID: h.ElderID} }

// Helping names the person who helps.
func (h Helper) Helping() Person { return Person{VillageID: h.HelperVillage, ID: h.HelperID} }

// Correction is a wish to have one's entry on the roll put right (个人信息保护法
// 第四十六条), decided as the case that it is. The value is kept while it is open.
type Correction struct {
	VillageID   string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"`
	VillagerID  string
	CaseID      string
	Field       string
	Once        string
	ValueSealed Secret
	State       string // RequestOpen, RequestConfirmed, RequestRefused, RequestLapsed
	AskedAt     Time
	DecidedAt   Time
	DecidedBy   string
}

// Owner is what the sealed value is bound to.
func (c Correction) Owner() string { return c.VillageID + "/" + c.ID }
