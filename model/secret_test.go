package model_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"cunwu/model"
	"cunwu/model/modeltest"
)

func key(b byte) []byte { return bytes.Repeat([]byte{b, b + 1}, 16) }

func TestSecretsAreSealedBoundAndRotated(t *testing.T) {
	ring, err := model.NewKeyring(key(1))
	if err != nil {
		t.Fatal(err)
	}
	sealed := ring.Seal("13800005678", "yunxi/1")
	if got, err := ring.Open(sealed, "yunxi/1"); err != nil || got != "13800005678" {
		t.Errorf("opened %q, %v", got, err)
	}
	if _, err := ring.Open(sealed, "yunxi/2"); err == nil {
		t.Error("a field moved to another row opens")
	}
	rotated, err := model.NewKeyring(key(7), key(1))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := rotated.Open(sealed, "yunxi/1"); err != nil || got != "13800005678" {
		t.Errorf("after rotation %q, %v", got, err)
	}
	other, err := model.NewKeyring(key(7))
	if err != nil {
		t.Fatal(err)
	}
	if ring.Index("phone", "1") == ring.Index("id", "1") || ring.Index("phone", "1") == other.Index("phone", "1") {
		t.Error("blind indexes of other kinds or keys are equal")
	}
	if !slices.Contains(rotated.Indexes("phone", "1"), ring.Index("phone", "1")) {
		t.Error("after rotation nobody is found again")
	}
	if rotated.Index("phone", "1") != other.Index("phone", "1") || rotated.Indexes("phone", "1")[0] != other.Index("phone", "1") {
		t.Error("after rotation the old key still writes")
	}
	if rotated.Current(sealed) || !rotated.Current(rotated.Seal("1", "x")) || !rotated.Current(model.Secret{}) {
		t.Error("what the newest key sealed isn't told from the rest")
	}
}

func TestSecretsNeverShow(t *testing.T) {
	ring, err := model.NewKeyring(key(1))
	if err != nil {
		t.Fatal(err)
	}
	v := model.Villager{VillageID: "yunxi", ID: "1", Name: "王小草", PhoneSealed: ring.Seal("13800005678", "yunxi/1")}
	store := modeltest.NewStore(t, modeltest.NewClock().Now)
	if err := store.DB(context.Background()).Create(&v).Error; err != nil {
		t.Fatal(err)
	}
	var read model.Villager
	if err := store.DB(context.Background()).Take(&read, "id = ?", "1").Error; err != nil {
		t.Fatal(err)
	}
	if got, err := ring.Open(read.PhoneSealed, read.Owner()); err != nil || got != "13800005678" {
		t.Errorf("opened %q, %v", got, err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "phone", read.PhoneSealed)
	asJSON, err := json.Marshal(read.PhoneSealed)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{log.String(), string(asJSON), fmt.Sprintf("%v %s %+v", read.PhoneSealed, read.PhoneSealed, read)} {
		if strings.Contains(shown, "1380000") {
			t.Errorf("shown: %s", shown)
		}
	}
	// A plain string that reached the column is refused when it is read.
	err = store.DB(context.Background()).Model(&read).Update("phone_sealed", "13800005678").Error
	var raw model.Villager
	if err == nil {
		err = store.DB(context.Background()).Take(&raw, "id = ?", "1").Error
	}
	if err == nil {
		t.Error("a plain string is taken for a secret")
	}
}
