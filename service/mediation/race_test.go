package mediation_test

import (
	"sync"
	"testing"

	"cunwu/model"
	"cunwu/service/mediation"
)

// atOnce runs all at the same time and counts those that went through; the others
// must have been refused with a reason.
func atOnce(t *testing.T, calls ...func() error) int {
	t.Helper()
	var wg sync.WaitGroup
	errs := make([]error, len(calls))
	start := make(chan struct{})
	for i, call := range calls {
		wg.Go(func() { <-start; errs[i] = call() })
	}
	close(start)
	wg.Wait()
	done := 0
	for _, err := range errs {
		switch {
		case err == nil:
			done++
		case model.AsError(err) == nil:
			t.Errorf("not a refusal: %v", err)
		}
	}
	return done
}

func TestTwoMediatorsAcceptAtOnce(t *testing.T) {
	h := newHall(t)
	ref := h.file()
	h.days(6) // the one who was asked keeps silent: whoever is first
	li, wu := h.as("李调解"), h.as("吴调解")
	_, err := h.mediation.Get(h.ctx, wu, ref)
	h.must(err)
	var calls []func() error
	for range 10 {
		for _, who := range []model.Actor{li, wu} {
			calls = append(calls, func() error { _, err := h.mediation.Accept(h.ctx, who, ref); return err })
		}
	}
	if n := atOnce(t, calls...); n != 1 {
		t.Errorf("%d accepted", n)
	}
	var seats int64
	h.must(h.store.DB(h.ctx).Model(&model.DisputeSeat{}).Where("dispute_id = ? AND part = ? AND live = ?", ref.ID, model.PartMediator, true).Count(&seats).Error)
	if d := h.read(ref); seats != 1 || d.State != model.DisputeConsent || d.MediatorID == "" || h.caseOf(ref).HandlerID != d.MediatorID {
		t.Errorf("%d seats, mediator %q", seats, d.MediatorName)
	}
}

// Both parties withdraw while both sign and the mediator signs last: either the
// agreement is in effect and nobody could leave, or it ended and nothing binds.
func TestPartiesWithdrawAndSignAtOnce(t *testing.T) {
	h := newHall(t)
	for range 8 {
		ref, a := h.written()
		sign := func(name string) func() error {
			actor := h.as(name)
			return func() error { _, err := h.mediation.Sign(h.ctx, actor, ref, a.Hash); return err }
		}
		leave := func(name string) func() error {
			actor := h.as(name)
			return func() error { _, err := h.mediation.Withdraw(h.ctx, actor, ref, ""); return err }
		}
		h.must(sign("王小草")())
		atOnce(t, sign("陈勇"), sign("李调解"), leave("王小草"), leave("陈勇"), sign("李调解"))
		d := h.read(ref)
		var effective int64
		h.must(h.store.DB(h.ctx).Model(&model.DisputeAgreement{}).Where("dispute_id = ? AND effective_at > 0 AND voided_at = 0", ref.ID).Count(&effective).Error)
		agreed := d.State == model.DisputeAgreed && effective == 1
		left := d.State == model.DisputeClosed && d.Outcome == model.DisputeWithdrawn && effective == 0
		if !agreed && !left {
			t.Errorf("state %s %s with %d agreements in effect", d.State, d.Outcome, effective)
		}
	}
}

func TestAnEditAndASignatureAtOnce(t *testing.T) {
	h := newHall(t)
	ref, a := h.written()
	in := draft()
	in.Content = "别的"
	sign, edit := h.as("王小草"), h.as("李调解")
	atOnce(t, func() error { _, err := h.mediation.Sign(h.ctx, sign, ref, a.Hash); return err },
		func() error { _, err := h.mediation.WriteAgreement(h.ctx, edit, ref, in); return err })
	v, err := h.mediation.Get(h.ctx, edit, ref)
	h.must(err)
	if v.Agreement == nil || v.Agreement.Version != 2 || len(v.Signatures) != 0 {
		t.Errorf("version 2 has signatures: %+v", v.Signatures)
	}
}

func TestSweepsAtOnceMoveADisputeOnce(t *testing.T) {
	h := newHall(t)
	refs := []mediation.Ref{h.file(), h.file(), h.file()}
	for _, ref := range refs {
		_, err := h.mediation.Accept(h.ctx, h.as(h.read(ref).MediatorName), ref)
		h.must(err)
	}
	before := h.told("王小草")
	h.clock.Advance(20 * 24 * 60 * 60 * 1e9)
	atOnce(t, func() error { _, err := h.mediation.AdvanceDue(h.ctx); return err }, func() error { _, err := h.mediation.AdvanceDue(h.ctx); return err },
		func() error { _, err := h.mediation.AdvanceDue(h.ctx); return err })
	for _, ref := range refs {
		if d := h.read(ref); d.Outcome != model.DisputeSilent {
			t.Errorf("%s %s", d.State, d.Outcome)
		}
	}
	if got := h.told("王小草") - before; got != len(refs) {
		t.Errorf("told %d times of %d ends", got, len(refs))
	}
}
