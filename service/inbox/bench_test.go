package inbox_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/inbox"
)

// BenchmarkReceive: 64 senders, a turn that writes one row; bare is the same
// rows by database/sql, a transaction each.
func BenchmarkReceive(b *testing.B) {
	store := modeltest.NewStore(b, time.Now)
	turn := func(ctx context.Context, in model.Incoming) (model.Reply, error) {
		line := model.AuditEntry{VillageID: "v", ID: model.NewID(), Verb: "turn", ActorID: in.OpenID, Subject: in.Key}
		return model.Reply{Text: "收到 #1"}, store.DB(ctx).Create(&line).Error
	}
	var n atomic.Int64
	for _, batch := range []int{1, 32} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			s, err := inbox.New(store, turn, inbox.Options{Dir: filepath.Join(b.TempDir(), "s"), Batch: batch, Patience: time.Minute})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				sender := fmt.Sprint("o", n.Add(1))
				for pb.Next() {
					in := model.Incoming{Account: account, OpenID: sender, Key: fmt.Sprint("m:", n.Add(1)), Kind: model.InText, SentAt: time.Now()}
					if _, err := s.Receive(b.Context(), in); err != nil {
						b.Error(err)
					}
				}
			})
			if c := s.Counts(); c.Spooled > 0 {
				b.Errorf("not all went to the database: %+v", c)
			}
		})
	}
	b.Run("bare", func(b *testing.B) {
		db, err := store.SQL()
		if err != nil {
			b.Fatal(err)
		}
		b.SetParallelism(32)
		b.RunParallel(func(pb *testing.PB) {
			sender := fmt.Sprint("o", n.Add(1))
			if _, err := db.Exec("INSERT INTO dialogues VALUES ('x',?,'','',0,0,'',0)", sender); err != nil {
				b.Error(err)
			}
			for pb.Next() {
				tx, err := db.Begin()
				if err != nil {
					b.Error(err)
					return
				}
				key := fmt.Sprint("m:", n.Add(1))
				_, err1 := tx.Exec("INSERT INTO deliveries VALUES ('x',?,?,'text',1,1,'handled','','')", key, sender)
				lock := "SELECT openid FROM dialogues WHERE account='x' AND openid=?"
				if store.Dialect() == model.MySQL {
					lock += " FOR UPDATE"
				}
				var openid string
				err2 := tx.QueryRow(lock, sender).Scan(&openid)
				_, err3 := tx.Exec("INSERT INTO audit_entries (village_id,id,at,actor_id,actor_name,verb,subject,detail) VALUES ('v',?,0,?,'','turn',?,'')", model.NewID(), sender, key)
				_, err4 := tx.Exec("UPDATE deliveries SET reply='收到 #1' WHERE account='x' AND delivery_key=?", key)
				if err1 != nil || err2 != nil || err3 != nil || err4 != nil || tx.Commit() != nil {
					b.Error(err1, err2, err3, err4)
				}
			}
		})
	})
}
