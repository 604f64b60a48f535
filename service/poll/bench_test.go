package poll_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"cunwu/model"
	"cunwu/service/poll"
)

// BenchmarkCast: 64 voters, one hot poll; bare is "vote: tx of check + insert,
// counted on read" by database/sql. With many ballots in the table already the
// cost must stay the same.
func BenchmarkCast(b *testing.B) {
	h := newHouse(b)
	const voters = 20_000
	h.once(func() {
		for from := 0; from < voters; from += 500 {
			var people []model.Villager
			var bindings []model.Binding
			for i := from; i < from+500; i++ {
				id := fmt.Sprintf("%032x", i)
				people = append(people, model.Villager{VillageID: yunxi, ID: id, IDIndex: id, Name: "村民", BornOn: h.born, Standing: model.StandingRegistered, State: model.VillagerLiving})
				bindings = append(bindings, model.Binding{VillageID: yunxi, VillagerID: id, Account: account, OpenID: id, Strength: model.BoundByPhone})
			}
			h.row(&people)
			h.row(&bindings)
		}
	})
	for _, before := range []int{0, 200_000} {
		b.Run(fmt.Sprintf("cast/%d", before), func(b *testing.B) {
			if b.N > voters {
				b.Skip("more votes than voters: -benchtime 10000x")
			}
			ref := h.opened(h.question())
			h.filled(ref, before)
			var n atomic.Int64
			b.SetParallelism(32)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					id := fmt.Sprintf("%032x", n.Add(1)-1)
					actor := model.Actor{VillageID: yunxi, VillagerID: id, Account: account, OpenID: id}
					if err := h.Cast(context.Background(), actor, poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receipt()}); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
	b.Run("bare", func(b *testing.B) {
		db, err := h.store.SQL()
		h.ok(err)
		ref := h.draft(h.question())
		var n atomic.Int64
		b.SetParallelism(32)
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				id := fmt.Sprintf("%032x", n.Add(1))
				tx, err := db.Begin()
				if err != nil {
					b.Error(err)
					return
				}
				var state string
				if err := tx.QueryRow("SELECT state FROM polls WHERE village_id = ? AND id = ?", yunxi, ref.ID).Scan(&state); err != nil {
					b.Error(err)
				}
				if _, err := tx.Exec("INSERT INTO poll_turnouts VALUES (?, ?, ?, ?, 'mini', 0, '')", yunxi, ref.ID, id, id); err != nil {
					b.Error(err)
				}
				if err := tx.Commit(); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// filled puts ballots of other voters into the box.
func (h *house) filled(ref poll.Ref, n int) {
	for from := 0; from < n; from += 1000 {
		var ballots []model.PollBallot
		var turnout []model.PollTurnout
		for i := from; i < min(from+1000, n); i++ {
			ballots = append(ballots, model.PollBallot{VillageID: ref.VillageID, PollID: ref.ID, Receipt: receipt(), Choices: "1"})
			turnout = append(turnout, model.PollTurnout{VillageID: ref.VillageID, PollID: ref.ID, VoterID: fmt.Sprintf("v%031d", i), Channel: model.ByMini})
		}
		h.row(&ballots)
		h.row(&turnout)
	}
}
