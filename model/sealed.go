package model

// SealedTable is a table with sealed columns, as Reseal needs to know it.
type SealedTable struct {
	Name   string
	Key    []string // the columns of the primary key
	Owner  []string // what the fields are bound to, joined by "/": columns of the key or of More, else fixed words
	More   []string // columns that the owner needs besides the key
	Fields []SealedField
	// ByVillage: whoever writes many rows of a village locks the village first.
	ByVillage bool
	// Stuck finds rows whose index can't be made anew because the value isn't kept;
	// its parameter is now.
	Stuck string
}

// SealedField is a sealed column, with the blind index of the same value, if any.
type SealedField struct{ Column, Index, Kind string }

// The kinds of blind index.
const (
	IndexID         = "id"         // an ID number
	IndexPhone      = "phone"      // a phone number
	IndexInvitation = "invitation" // an invitation code

	IndexSignInCode   = "sign-in code"   // of a browser, told in chat
	IndexSignInScene  = "sign-in scene"  // of a QR code that signs a browser in
	IndexSignInSecret = "sign-in secret" // of the browser that shows it
)

// SealedTables is every table with a sealed column: a new one needs its line here,
// or Reseal leaves it behind (a test compares the list with the schema).
func SealedTables() []SealedTable {
	return []SealedTable{
		{Name: "villagers", Key: []string{"village_id", "id"}, Owner: []string{"village_id", "id"}, ByVillage: true,
			Fields: []SealedField{{"id_sealed", "id_index", IndexID}, {"phone_sealed", "phone_index", IndexPhone}}},
		{Name: "invitations", Key: []string{"code_index"}, Owner: []string{"invitation", "village_id"}, More: []string{"village_id"},
			Fields: []SealedField{{"code_sealed", "code_index", IndexInvitation}},
			Stuck:  "code_sealed IS NULL AND used_at = 0 AND expires_at > ?"},
		{Name: "bind_requests", Key: []string{"village_id", "id"}, Owner: []string{"village_id", "id"},
			Fields: []SealedField{{Column: "name_sealed"}, {Column: "phone_sealed"}}},
		{Name: "corrections", Key: []string{"village_id", "id"}, Owner: []string{"village_id", "id"}, Fields: []SealedField{{Column: "value_sealed"}}},
		{Name: "poll_assists", Key: []string{"village_id", "poll_id", "voter_id", "id"}, Owner: []string{"poll", "village_id", "poll_id", "voter_id"},
			Fields: []SealedField{{Column: "receipt_sealed"}}},
		{Name: "poll_sheets", Key: []string{"village_id", "poll_id", "number"}, Owner: []string{"poll", "village_id", "poll_id", "sheet", "number"},
			Fields: []SealedField{{Column: "content_sealed"}}},
		{Name: "second_factors", Key: []string{"village_id", "villager_id"}, Owner: []string{"factor", "village_id", "villager_id"},
			Fields: []SealedField{{Column: "key_sealed"}}},
		{Name: "lasting_keys", Key: []string{"name"}, Owner: []string{"key", "name"}, Fields: []SealedField{{Column: "sealed"}}},
	}
}
