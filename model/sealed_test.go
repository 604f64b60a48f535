package model_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/model/modeltest"
)

// Every sealed column of the schema is one that Reseal knows: a key that is
// dropped with something still under it makes that unreadable.
func TestEverySealedColumnIsOnTheList(t *testing.T) {
	store := modeltest.NewStore(t, modeltest.NewClock().Now)
	query := `SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND (c.type LIKE 'VARBINARY%' OR c.type LIKE '%BLOB')
		AND c.name LIKE '%sealed'`
	if store.Dialect() == model.MySQL {
		query = `SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns WHERE table_schema = DATABASE() AND data_type LIKE '%b%' AND data_type NOT LIKE '%int'
			AND column_name LIKE '%sealed'`
	}
	var inSchema, listed []string
	if err := store.DB(context.Background()).Raw(query).Scan(&inSchema).Error; err != nil {
		t.Fatal(err)
	}
	for _, table := range model.SealedTables() {
		for _, f := range table.Fields {
			listed = append(listed, table.Name+"."+f.Column)
		}
	}
	slices.Sort(inSchema)
	slices.Sort(listed)
	if len(inSchema) == 0 || !slices.Equal(inSchema, listed) {
		t.Errorf("the schema seals\n\t%s\nmodel/sealed.go lists\n\t%s\na sealed column needs its line there", strings.Join(inSchema, " "), strings.Join(listed, " "))
	}
}

func TestResealMovesEverythingToTheNewestKey(t *testing.T) {
	clock := modeltest.NewClock()
	store, ctx := modeltest.NewStore(t, clock.Now), context.Background()
	old, both, newest := ring(t, 1), ring(t, 7, 1), ring(t, 7)
	kept, err := store.LastingKey(ctx, old, "audit", true)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range sealedRows(old, clock.Now()) {
		if err := store.DB(ctx).Create(row).Error; err != nil {
			t.Fatalf("%T: %v", row, err)
		}
	}
	done, err := store.Reseal(ctx, both, func(string, int) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range model.SealedTables() {
		if done.Rows[table.Name] == 0 {
			t.Errorf("no row of %s was sealed anew", table.Name)
		}
	}
	if done.Stuck["invitations"] != 1 {
		t.Errorf("stuck: %v", done.Stuck)
	}
	if again, err := store.Reseal(ctx, newest, func(string, int) {}); err != nil || len(again.Rows) != len(model.SealedTables()) || sum(again.Rows) != 0 {
		t.Errorf("the old key is still needed: %v, %v", again, err)
	}
	var person model.Villager
	if err := store.DB(ctx).Take(&person, "village_id = ? AND id_index IN ? AND phone_index = ?", "yunxi", newest.Indexes(model.IndexID, "1"), newest.Index(model.IndexPhone, "13800005678")).Error; err != nil {
		t.Fatal("nobody is found under the newest key:", err)
	}
	if phone, err := newest.Open(person.PhoneSealed, person.Owner()); err != nil || phone != "13800005678" {
		t.Errorf("the phone opens as %q, %v", phone, err)
	}
	var code model.Invitation
	if err := store.DB(ctx).Take(&code, "code_index IN ?", newest.Indexes(model.IndexInvitation, "12345678")).Error; err != nil {
		t.Error("the code isn't found under the newest key:", err)
	}
	if key, err := store.LastingKey(ctx, newest, "audit", false); err != nil || string(key) != string(kept) {
		t.Errorf("a lasting key changed: %v", err)
	}
	if _, err := store.LastingKey(ctx, newest, "nobody's", false); err == nil {
		t.Error("a key that was removed is drawn anew")
	}
}

func sum(rows map[string]int) int {
	n := 0
	for _, m := range rows {
		n += m
	}
	return n
}

func ring(t *testing.T, secrets ...byte) *model.Keyring {
	t.Helper()
	var keys [][]byte
	for _, b := range secrets {
		keys = append(keys, key(b))
	}
	r, err := model.NewKeyring(keys[0], keys[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sealedRows is a row of each table with sealed columns, all under these keys.
func sealedRows(keys *model.Keyring, now time.Time) []any {
	v := model.Villager{VillageID: "yunxi", ID: "1", IDIndex: keys.Index(model.IndexID, "1"), PhoneIndex: keys.Index(model.IndexPhone, "13800005678")}
	v.IDSealed, v.PhoneSealed = keys.Seal("1", v.Owner()), keys.Seal("13800005678", v.Owner())
	staff := model.Villager{VillageID: "yunxi", ID: "2", IDIndex: "staff:2"}
	i := model.Invitation{VillageID: "yunxi", CodeIndex: keys.Index(model.IndexInvitation, "12345678")}
	i.CodeSealed = keys.Seal("12345678", i.Owner())
	bare := model.Invitation{VillageID: "yunxi", CodeIndex: "from before codes were sealed", ExpiresAt: model.At(now.Add(time.Hour))}
	r := model.BindRequest{VillageID: "yunxi", ID: "1"}
	r.NameSealed, r.PhoneSealed = keys.Seal("王小草", r.Owner()), keys.Seal("13800005678", r.Owner())
	c := model.Correction{VillageID: "yunxi", ID: "1"}
	c.ValueSealed = keys.Seal("13800005679", c.Owner())
	a := model.PollAssist{VillageID: "yunxi", PollID: "1", VoterID: "2", ID: "3"}
	a.ReceiptSealed = keys.Seal("00", "poll/yunxi/1/2")
	s := model.PollSheet{VillageID: "yunxi", PollID: "1", Number: "5"}
	s.ContentSealed = keys.Seal("[]", "poll/yunxi/1/sheet/5")
	f := model.SecondFactor{VillageID: "yunxi", VillagerID: "1", ID: "2"}
	f.KeySealed = keys.Seal("JBSWY3DPEHPK3PXP", f.Owner())
	return []any{&v, &staff, &i, &bare, &r, &c, &a, &s, &f}
}
