package village_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/village"
)

// under is the same village room with other keys: another replica, or the same
// one after a restart.
func (h *house) under(keys *model.Keyring) *village.Service {
	return village.New(h.store, keys, audit.New(h.store), village.Hooks{})
}

func secret(t *testing.T, keys ...byte) *model.Keyring {
	t.Helper()
	var all [][]byte
	for _, b := range keys {
		all = append(all, bytes.Repeat([]byte{b}, 32))
	}
	ring, err := model.NewKeyring(all[0], all[1:]...)
	wantNil(t, err)
	return ring
}

// The secret key is changed while the village works: one replica still writes with
// the old key, one with the new one, everything is sealed anew meanwhile. Nobody
// is on the list twice, every code binds, and in the end the old key may go.
func TestTheKeyChangesWhileTheVillageWorks(t *testing.T) {
	h := settled(t)
	before, after := h.under(secret(t, 7, 8)), h.under(secret(t, 8, 7))
	const people = 60
	var everybody []person
	for n := range people {
		everybody = append(everybody, person{fmt.Sprintf("村民%d", n), "男", 100 + n, fmt.Sprint(100 + n), "户主"})
	}
	_, err := before.Import(h.ctx, model.Console(), "yunxi", "r.csv", strings.NewReader(file(everybody[:people/2]...)))
	wantNil(t, err)
	var codes []string
	for n := range 20 {
		code, _, err := before.Invite(h.ctx, model.Console(), village.NewInvitation{Unit: "yunxi", Name: fmt.Sprintf("村民%d", n)})
		wantNil(t, err)
		codes = append(codes, code)
	}
	var work sync.WaitGroup
	for i, room := range []*village.Service{before, after, before, after} {
		work.Go(func() {
			for round := range 3 {
				some := everybody[round*10 : people-10*i]
				if _, err := room.Import(h.ctx, model.Console(), "yunxi", "r.csv", strings.NewReader(file(some...))); err != nil {
					t.Error("import:", err)
				}
			}
		})
		work.Go(func() {
			for n := i; n < len(codes); n += 4 {
				done, err := room.Redeem(h.ctx, oa, fmt.Sprintf("o%d", n), codes[n])
				if err != nil || done.Refused != "" || done.Villager.Name != fmt.Sprintf("村民%d", n) {
					t.Errorf("code %d: %+v, %v", n, done, err)
				}
			}
		})
	}
	work.Go(func() {
		if _, err := h.store.Reseal(h.ctx, secret(t, 8, 7), func(string, int) {}); err != nil {
			t.Error("reseal:", err)
		}
	})
	work.Wait()

	// every server writes with the new key now
	_, err = h.store.Reseal(h.ctx, secret(t, 8, 7), func(string, int) {})
	wantNil(t, err)
	if n := h.count(&model.Villager{}, "village_id = 'yunxi' AND name LIKE '村民%'"); n != people {
		t.Errorf("%d people on the list, want %d", n, people)
	}
	alone := h.under(secret(t, 8))
	done, err := alone.Import(h.ctx, model.Console(), "yunxi", "r.csv", strings.NewReader(file(everybody...)))
	if err != nil || done != (village.Imported{}) {
		t.Errorf("without the old key the import finds %+v to do, %v", done, err)
	}
	if n := h.count(&model.Villager{}, "phone_index = ?", secret(t, 8).Index(model.IndexPhone, phoneNumber(100))); n != 1 {
		t.Errorf("%d people are found by the phone under the new key", n)
	}
	again, err := alone.Redeem(h.ctx, oa, "o3", codes[3])
	if err != nil || again.Refused != "" {
		t.Errorf("whoever scans the slip again isn't known: %+v, %v", again, err)
	}
}
