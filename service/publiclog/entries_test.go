package publiclog_test

import (
	"fmt"
	"strings"
	"testing"

	"cunwu/model"
)

func TestEntriesByPagesAndAKeptHead(t *testing.T) {
	b := small(t)
	kept := b.head()
	b.publish("disclosure/9", "后来公开的")
	b.seal()
	var seen []string
	for before := int64(0); ; {
		page, err := b.log.Entries(b.ctx, yunxi, before, 3)
		b.must(err)
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			seen = append(seen, fmt.Sprint(e.Idx))
		}
		if before = page[len(page)-1].Idx; before == 0 {
			break
		}
	}
	if strings.Join(seen, " ") != "6 5 4 3 2 1 0" {
		t.Errorf("entries: %v", seen)
	}
	same, err := b.log.Compare(b.ctx, yunxi, kept.Note)
	b.must(err)
	if same.Why != "" || same.Held.Size != kept.Size || same.Size != b.head().Size {
		t.Errorf("%+v", same)
	}
	other := newBook(t)
	for i := range 9 {
		other.publish(fmt.Sprintf("disclosure/%d", i), "改过的账")
	}
	other.seal()
	if forked, err := other.log.Compare(b.ctx, yunxi, kept.Note); err != nil || !strings.Contains(forked.Why, "不一样") {
		t.Errorf("%+v %v", forked, err)
	}
	if short, err := small(t).log.Compare(b.ctx, yunxi, other.head().Note); err != nil || !strings.Contains(short.Why, "被删短了") {
		t.Errorf("%+v %v", short, err)
	}
	for _, bad := range []string{"", "x", strings.Replace(kept.Note, "cunwu/yunxi", "cunwu/other", 1)} {
		if _, err := b.log.Compare(b.ctx, yunxi, bad); !model.IsCode(err, model.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
