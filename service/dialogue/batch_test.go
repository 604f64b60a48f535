package dialogue_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"cunwu/model"
)

// TestABatchAnswersLikeOneByOne: what turns read together for a whole commit must
// not change what any of them answers.
func TestABatchAnswersLikeOneByOne(t *testing.T) {
	people := []string{"王小草", "张明", "陈勇", "刘芳", "赵志强", "路人"}
	words := []string{"路灯坏了", "水管漏了", "谢谢", "#1", "#2", "#1 修好了", "#2 收到", "#1 问 哪里？", "1", "2", "5", "待办", "我的", "换人", "撤回 #1",
		"有人打架", "取消", "附议 #1", "#1 转 赵志强", "解绑 王小草", "[语音]", "[菜单 ME]", "[取关]", "[关注]"}
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 1))
		alone, together := newPlace(t), newPlace(t)
		for range 8 {
			var batch []string
			for range 2 + r.IntN(6) {
				batch = append(batch, people[r.IntN(len(people))]+": "+words[r.IntN(len(words))])
			}
			want, got := alone.oneByOne(batch), together.inOneCommit(batch)
			for i := range batch {
				if want[i] != got[i] {
					t.Fatalf("seed %d: %s in %v\nalone:    %s\ntogether: %s", seed, batch[i], batch, want[i], got[i])
				}
			}
		}
	}
}

func (p *place) oneByOne(batch []string) []string {
	var replies []string
	for _, line := range batch {
		replies = append(replies, p.receive(p.incoming(line)).Text)
	}
	return replies
}

func (p *place) inOneCommit(batch []string) []string {
	var all []model.Incoming
	for _, line := range batch {
		all = append(all, p.incoming(line))
	}
	replies := make([]string, len(batch))
	p.must(p.store.Tx(context.Background(), func(ctx context.Context) error {
		if err := p.chat.Expect(ctx, all); err != nil {
			return err
		}
		for i, in := range all {
			err := p.store.Tx(ctx, func(ctx context.Context) error {
				reply, err := p.chat.Turn(ctx, in)
				replies[i] = reply.Text
				return err
			})
			if known := model.AsError(err); known != nil {
				replies[i] = known.Message
			} else if err != nil {
				return fmt.Errorf("%s: %w", batch[i], err)
			}
		}
		return nil
	}))
	return replies
}
