package poll_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/poll"
	"cunwu/service/village"
)

// together runs all at once and returns their errors.
func together(all ...func() error) []error {
	errs := make([]error, len(all))
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i, do := range all {
		wg.Go(func() {
			<-start
			errs[i] = do()
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func succeeded(errs []error) int {
	n := 0
	for _, err := range errs {
		if err == nil {
			n++
		}
	}
	return n
}

// only checks that nothing failed but by what a person may be told.
func only(t *testing.T, errs []error, codes ...model.Code) {
	t.Helper()
	for _, err := range errs {
		known := err == nil
		for _, code := range codes {
			known = known || model.IsCode(err, code)
		}
		if !known {
			t.Errorf("an unexpected error: %v", err)
		}
	}
}

func TestAnyNumberOfRetriesIsOneBallot(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 1)
	ref := h.opened(h.question())
	mine, actor := poll.Ballot{Poll: ref, Choices: []int{2}, Receipt: receipt()}, h.actor("村民1")
	var all []func() error
	for range retries {
		all = append(all, func() error {
			for {
				err := h.Cast(h.ctx, actor, mine)
				if !model.Transient(err) { // too busy: a phone asks again
					return err
				}
			}
		})
	}
	errs := together(all...)
	only(t, errs)
	h.over(ref)
	if r := h.whole(ref); votesOf(r) != "同意0 反对1 弃权0" {
		t.Errorf("the result is %s", votesOf(r))
	}
}

func TestOfTwoChoicesAtOnceOneIsTaken(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 1)
	for range rounds {
		ref := h.opened(h.question())
		actor := h.actor("村民1")
		var all []func() error
		for i := range 30 {
			b := poll.Ballot{Poll: ref, Choices: []int{1 + i%3}, Receipt: receipt()}
			all = append(all, func() error { return h.Cast(h.ctx, actor, b) })
		}
		errs := together(all...)
		only(t, errs, model.Conflict)
		if n := succeeded(errs); n != 1 {
			t.Errorf("%d of 30 were told that theirs was taken", n)
		}
		h.ok(h.Close(h.ctx, h.actor("赵志强"), ref, "够了"))
		if r := h.whole(ref); r.Turnout != 1 {
			t.Errorf("%d votes", r.Turnout)
		}
	}
}

func TestFourChannelsAtOnceAreOneVote(t *testing.T) {
	h := newHouse(t)
	h.person("王老", "301")
	h.person("王小", "301")
	h.villagers("村民", 5)
	for range rounds {
		in := h.question()
		in.Secret = true
		ref := h.opened(in)
		h.ok(h.GiveProxy(h.ctx, h.actor("王老"), poll.NewProxy{Poll: ref, Holder: village.Named{Name: "王小"}}))
		address, _, err := h.Link(h.ctx, h.actor("王老"), ref)
		h.ok(err)
		sheet := poll.Sheet{Poll: ref, Number: "1", Voters: names("王老", "村民1", "村民2", "村民3", "村民4"), Ballots: [][]int{{1}, {1}, {1}, {1}, {1}}}
		_, err = h.EnterSheet(h.ctx, h.actor("刘芳"), sheet)
		h.ok(err)
		own, kin, desk, second := h.actor("王老"), h.actor("王小"), h.actor("刘芳"), h.actor("赵志强")
		errs := together(
			func() error {
				return h.Cast(h.ctx, own, poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receipt()})
			},
			func() error {
				return h.CastByLink(h.ctx, yunxi, address[len(address)-32:], poll.Ballot{Choices: []int{2}, Receipt: receipt()})
			},
			func() error {
				return h.Cast(h.ctx, kin, poll.Ballot{Poll: ref, Choices: []int{3}, Receipt: receipt(), OnBehalfOf: h.ids["王老"]})
			},
			func() error {
				return h.Assist(h.ctx, desk, poll.Assisted{Poll: ref, Voter: village.Named{Name: "王老"}, Choices: []int{1}, Consent: "电话"})
			},
			func() error {
				_, err := h.EnterSheet(h.ctx, second, sheet)
				return err
			})
		only(t, errs, model.Conflict)
		if n := succeeded(errs); n != 1 {
			t.Errorf("%d channels took the vote: %v", n, errs)
		}
		h.must(ref, "村民5", 1)
		h.ok(h.Close(h.ctx, h.actor("赵志强"), ref, "够了"))
		h.whole(ref)
	}
}

// Whoever was told that the vote was taken is in the result, and nobody else,
// however close to the end they came.
func TestAtTheCloseAVoteIsInOrOut(t *testing.T) {
	h := newHouse(t)
	people := h.villagers("村民", 40)
	for range rounds {
		ref := h.opened(h.question())
		v, err := h.Get(h.ctx, h.actor("赵志强"), ref)
		h.ok(err)
		var taken atomic.Int64
		var all []func() error
		for i, name := range people {
			actor, b := h.actor(name), poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receipt()}
			all = append(all, func() error {
				if i == 20 {
					h.clock.Set(v.Poll.ClosesAt.Time)
				}
				err := h.Cast(h.ctx, actor, b)
				if err == nil {
					taken.Add(1)
				}
				return err
			})
		}
		var counted atomic.Int64
		for range 3 { // replicas
			all = append(all, func() error {
				for range 10 {
					n, err := h.CloseDue(h.ctx)
					counted.Add(int64(n))
					if err != nil {
						return err
					}
				}
				return nil
			})
		}
		only(t, together(all...), model.Gone)
		h.due()
		r := h.whole(ref)
		if int64(r.Turnout) != taken.Load() {
			t.Errorf("%d were told that they voted, %d are counted", taken.Load(), r.Turnout)
		}
		if counted.Load() > 1 {
			t.Errorf("counted %d times", counted.Load())
		}
		h.clock.Advance(-time.Hour)
	}
}

func TestWorkersOpenAndTellOnce(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 20)
	in := h.question()
	in.OpensAt = h.clock.Now().Add(time.Hour)
	in.ClosesAt = in.OpensAt.Add(72 * time.Hour)
	ref := h.draft(in)
	actor := h.actor("赵志强")
	notice := func() error {
		_, err := h.Notice(h.ctx, actor, ref)
		return err
	}
	errs := together(notice, notice, notice)
	only(t, errs, model.Conflict)
	if n := succeeded(errs); n != 1 {
		t.Errorf("noticed %d times", n)
	}
	h.clock.Advance(time.Hour)
	var opened, told atomic.Int64
	work := func() error {
		n, err := h.OpenDue(h.ctx)
		opened.Add(int64(n))
		if err != nil {
			return err
		}
		n, err = h.TellDue(h.ctx)
		told.Add(int64(n))
		return err
	}
	only(t, together(work, work, work, work))
	if opened.Load() != 1 || told.Load() != 24 || h.count(&model.PollGate{}, ref) != 64 {
		t.Errorf("opened %d times, told %d, %d gates", opened.Load(), told.Load(), h.count(&model.PollGate{}, ref))
	}
	extend := func() error {
		_, err := h.Extend(h.ctx, actor, ref, in.ClosesAt.Add(time.Hour), "下雨")
		return err
	}
	errs = together(extend, extend, extend)
	only(t, errs, model.Conflict)
	if n := succeeded(errs); n != 1 {
		t.Errorf("extended %d times", n)
	}
}

func TestAHolderNeverGetsMoreThanThreeProxies(t *testing.T) {
	h := newHouse(t)
	for _, name := range []string{"王一", "王二", "王三", "王四", "王五", "王六", "王七"} {
		h.person(name, "301")
	}
	ref := h.opened(h.question())
	var all []func() error
	for _, name := range []string{"王一", "王二", "王三", "王四", "王五", "王六"} {
		actor := h.actor(name)
		all = append(all, func() error {
			return h.GiveProxy(h.ctx, actor, poll.NewProxy{Poll: ref, Holder: village.Named{Name: "王七"}})
		})
	}
	errs := together(all...)
	only(t, errs, model.Conflict)
	if n, rows := succeeded(errs), h.count(&model.PollProxy{}, ref); n != 3 || rows != 3 {
		t.Errorf("%d said yes, %d are stored", n, rows)
	}
}
