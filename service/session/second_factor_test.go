package session_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
	"pgregory.net/rapid"

	"cunwu/model"
	"cunwu/service/session"
	"cunwu/service/village"
)

// officer is 张明 at a browser, with an authenticator.
type officer struct {
	*house
	token string
	key   *otp.Key
}

// newOfficer signs 张明 in and enrols him.
func newOfficer(h *house) *officer {
	h.t.Helper()
	h.bind(oa, "zhang", "张明")
	o := &officer{house: h}
	o.browser()
	o.enrol()
	return o
}

// browser signs in anew.
func (o *officer) browser() {
	o.t.Helper()
	o.clock.Advance(time.Second)
	o.token = o.signInTo(oa, "zhang", "").Token
}

func (o *officer) enrol() {
	o.t.Helper()
	address, err := o.Enrol(o.ctx, o.sender(o.token))
	o.ok(err)
	o.key, err = otp.NewKeyFromURL(address)
	o.ok(err)
}

// code is what the phone shows at a moment.
func (o *officer) code(at time.Time) string {
	o.t.Helper()
	code, err := totp.GenerateCode(o.key.Secret(), at)
	o.ok(err)
	return code
}

// wrong is no code of these minutes.
func (o *officer) wrong() string {
	for i := range 1_000_000 {
		code, good := fmt.Sprintf("%06d", i), false
		for away := -2; away <= 2; away++ {
			good = good || code == o.code(o.clock.Now().Add(time.Duration(away)*30*time.Second))
		}
		if !good {
			return code
		}
	}
	return ""
}

func (o *officer) prove(code string) error {
	return patiently(func() error { return o.Prove(o.ctx, o.token, code) })
}

func (o *officer) strong() bool {
	o.t.Helper()
	var kept model.Session
	o.ok(patiently(func() (err error) {
		kept, _, err = o.Who(o.ctx, o.token)
		return err
	}))
	return kept.Strong
}

func (o *officer) wantStrong(want bool) {
	o.t.Helper()
	if got := o.strong(); got != want {
		o.t.Errorf("strong: %v, want %v", got, want)
	}
}

func TestASecondFactorIsEnrolledAndProved(t *testing.T) {
	each(t, func(h *house) {
		o := newOfficer(h)
		address, err := url.Parse(o.key.URL())
		h.ok(err)
		if o.key.Type() != "totp" || o.key.Issuer() != "村务" || o.key.AccountName() != "云溪村 张明" || address.Query().Get("period") != "30" {
			t.Errorf("the phone reads %s", o.key.URL())
		}
		if enrolled, err := h.SecondFactor(h.ctx, h.sender(o.token)); enrolled || err != nil {
			t.Errorf("enrolled before a code was proved: %v, %v", enrolled, err)
		}
		o.wantStrong(false)
		h.ok(o.prove(o.code(h.clock.Now())))
		o.wantStrong(true)
		if enrolled, err := h.SecondFactor(h.ctx, h.sender(o.token)); !enrolled || err != nil {
			t.Errorf("enrolled: %v, %v", enrolled, err)
		}
		_, err = h.Enrol(h.ctx, h.sender(o.token))
		wantCode(t, err, model.Conflict)
		h.clock.Advance(2 * time.Hour) // the session is renewed, and stays strong
		o.wantStrong(true)
		if all := h.list(h.sender(o.token)); len(all) != 1 || !all[0].Strong {
			t.Errorf("the list is %+v", all)
		}
		o.browser() // another browser isn't
		o.wantStrong(false)
		h.clock.Advance(time.Minute)
		code := o.code(h.clock.Now())
		h.ok(o.prove(code[:3] + " " + code[3:]))
		o.wantStrong(true)
	})
}

func TestATimeCodeIsGoodOnceAndNear(t *testing.T) {
	h := build(t, keepers()["sql"])
	o := newOfficer(h)
	h.ok(o.prove(o.code(h.clock.Now())))
	for _, c := range []struct {
		what string
		away time.Duration
		code model.Code
	}{
		{"used", 0, model.Invalid}, {"before a used one", -30 * time.Second, model.Invalid}, {"the next one", 30 * time.Second, ""},
		{"too far ahead", 90 * time.Second, model.Invalid}, {"long past", -time.Hour, model.Invalid},
	} {
		if err := o.prove(o.code(h.clock.Now().Add(c.away))); codeOf(err) != c.code {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	h.clock.Advance(90 * time.Second)
	h.ok(o.prove(o.code(h.clock.Now().Add(-20 * time.Second)))) // typed slowly
}

func TestAnUnconfirmedEnrolmentIsReplaced(t *testing.T) {
	h := build(t, keepers()["sql"])
	o := newOfficer(h)
	first := o.code(h.clock.Now())
	for o.enrol(); first == o.code(h.clock.Now()); o.enrol() { // one in a million
	}
	wantCode(t, o.prove(first), model.Invalid)
	h.ok(o.prove(o.code(h.clock.Now())))
	h.sweep(48*time.Hour, 0) // what was confirmed stays
	o.browser()
	h.clock.Advance(time.Minute)
	h.ok(o.prove(o.code(h.clock.Now())))
}

func TestAnEnrolmentThatNobodyConfirmsGoes(t *testing.T) {
	h := build(t, keepers()["sql"])
	o := newOfficer(h)
	h.sweep(23*time.Hour, 0)
	h.sweep(2*time.Hour, 1)
	wantCode(t, o.prove("123456"), model.Conflict)
}

func TestFiveMissesLockTheFactor(t *testing.T) {
	h := build(t, keepers()["sql"])
	o := newOfficer(h)
	for _, bad := range []string{"", "12345", "abcdef", strings.Repeat("9", 1<<20)} { // no guess, no miss
		wantCode(t, o.prove(bad), model.Invalid)
	}
	miss := func(n int, last model.Code) {
		t.Helper()
		for i := range n {
			want := model.Invalid
			if i == n-1 {
				want = last
			}
			wantCode(t, o.prove(o.wrong()), want)
		}
	}
	miss(4, model.Invalid)
	h.ok(o.prove(o.code(h.clock.Now()))) // a right one begins anew
	h.clock.Advance(time.Minute)
	miss(4, model.Invalid)
	h.clock.Advance(15 * time.Minute) // so does time
	miss(5, model.TooMany)
	wantCode(t, o.prove(o.code(h.clock.Now())), model.TooMany)
	o.browser() // another browser doesn't help
	h.clock.Advance(14 * time.Minute)
	wantCode(t, o.prove(o.code(h.clock.Now())), model.TooMany)
	h.clock.Advance(time.Minute)
	h.ok(o.prove(o.code(h.clock.Now())))
	var locks int64
	h.ok(h.store.DB(h.ctx).Model(&model.AuditEntry{}).Where("village_id = 'yunxi' AND verb = 'second_factor.lock'").Count(&locks).Error)
	if locks != 1 {
		t.Errorf("%d locks in the audit log", locks)
	}
}

// Many who guess at once get no more guesses than one, and a code is good for one
// of many who use it.
func TestGuessingAndUsingAtOnce(t *testing.T) {
	h := build(t, keepers()["sql"])
	o := newOfficer(h)
	right := o.code(h.clock.Now())
	count := func(code string) (good, missed int32) {
		var yes, no atomic.Int32
		var wait sync.WaitGroup
		for range 16 {
			wait.Go(func() {
				switch err := h.Prove(h.ctx, o.token, code); {
				case err == nil:
					yes.Add(1)
				case model.IsCode(err, model.Invalid):
					no.Add(1)
				case !model.IsCode(err, model.TooMany):
					t.Error(err)
				}
			})
		}
		wait.Wait()
		return yes.Load(), no.Load()
	}
	if good, refused := count(right); good != 1 || refused != 15 {
		t.Errorf("one code was good %d times", good)
	}
	if good, missed := count(o.wrong()); good != 0 || missed != 4 {
		t.Errorf("%d guesses before the lock, want 4 and the fifth", missed)
	}
}

func TestWhoCannotEnrolOrProve(t *testing.T) {
	h := build(t, keepers()["sql"])
	stranger := h.signInTo(oa, "stranger", "")
	_, err := h.Enrol(h.ctx, stranger.Sender)
	wantCode(t, err, model.Forbidden)
	wantCode(t, h.Prove(h.ctx, stranger.Token, "123456"), model.Conflict)
	wantCode(t, h.Prove(h.ctx, "no token", "123456"), model.SignedOut)
	o := newOfficer(h)
	h.clock.Advance(time.Second)
	h.ok(h.EndAll(h.ctx, h.sender(o.token)))
	wantCode(t, o.prove(o.code(h.clock.Now())), model.SignedOut)
}

// The factor is the person's: of two on one telephone the other one isn't strong,
// and the same person on another telephone proves the same factor.
func TestTheFactorBelongsToThePerson(t *testing.T) {
	each(t, func(h *house) {
		o := newOfficer(h)
		h.ok(o.prove(o.code(h.clock.Now())))
		h.clock.Advance(time.Second)
		h.bind(oa, "zhang", "李华") // speaks from now on
		o.wantStrong(false)
		wantCode(t, o.prove(o.code(h.clock.Now())), model.Conflict)
		_, err := h.people.SpeakAs(h.ctx, oa, "zhang", "张明")
		h.ok(err)
		o.wantStrong(true)

		h.bind(mini, "another", "张明")
		other := h.signIn("another", "")
		if enrolled, err := h.SecondFactor(h.ctx, other.Sender); !enrolled || err != nil {
			t.Errorf("enrolled: %v, %v", enrolled, err)
		}
		_, err = h.Enrol(h.ctx, other.Sender)
		wantCode(t, err, model.Conflict)
	})
}

func TestTheOperatorResetsALostFactor(t *testing.T) {
	each(t, func(h *house) {
		o := newOfficer(h)
		h.ok(o.prove(o.code(h.clock.Now())))
		zhang := h.sender(o.token).Actor
		wantCode(t, h.ResetSecondFactor(h.ctx, zhang, zhang.Person()), model.Forbidden)
		o.wantStrong(true)
		h.ok(h.ResetSecondFactor(h.ctx, model.Console(), zhang.Person()))
		o.wantStrong(false) // what the lost phone proved counts no more
		wantCode(t, h.ResetSecondFactor(h.ctx, model.Console(), zhang.Person()), model.Unknown)
		old := o.code(h.clock.Now())
		for o.enrol(); old == o.code(h.clock.Now()); o.enrol() { // one in a million
		}
		wantCode(t, o.prove(old), model.Invalid)
		h.ok(o.prove(o.code(h.clock.Now())))
		o.wantStrong(true)
		var verbs []string
		h.ok(h.store.DB(h.ctx).Model(&model.AuditEntry{}).Where("village_id = 'yunxi' AND verb LIKE 'second_factor.%'").Order("id").Pluck("verb", &verbs).Error)
		if got := strings.Join(verbs, " "); got != "second_factor.enrol second_factor.reset second_factor.enrol" {
			t.Errorf("the audit log has %s", got)
		}
	})
}

// Whoever holds the operator's role can't get rid of their own factor, nor of that
// of somebody else on their telephone.
func TestNobodyResetsTheirOwnFactor(t *testing.T) {
	h := build(t, keepers()["sql"])
	o := newOfficer(h)
	h.ok(o.prove(o.code(h.clock.Now())))
	for _, name := range []string{"张明", "李华"} {
		_, err := h.people.Grant(h.ctx, model.Console(), village.GrantRole{Unit: "yunxi", Name: name, Role: model.RoleOperator})
		h.ok(err)
	}
	zhang := h.sender(o.token).Actor
	wantCode(t, h.ResetSecondFactor(h.ctx, zhang, zhang.Person()), model.Forbidden)
	h.bind(oa, "zhang", "李华")
	wantCode(t, h.ResetSecondFactor(h.ctx, h.sender(o.token).Actor, zhang.Person()), model.Forbidden)
	h.clock.Advance(time.Second)
	h.bind(oa, "li", "李华")
	h.ok(h.ResetSecondFactor(h.ctx, h.sender(h.signInTo(oa, "li", "").Token).Actor, zhang.Person()))
}

func TestTheKeyIsSealedAndForgotten(t *testing.T) {
	h := build(t, keepers()["sql"])
	o := newOfficer(h)
	var rows []map[string]any
	h.ok(h.store.DB(h.ctx).Table("second_factors").Find(&rows).Error)
	if len(rows) != 1 || strings.Contains(fmt.Sprintf("%s", rows), o.key.Secret()) {
		t.Errorf("SQL holds %s", rows)
	}
	h.ok(h.ForgetPerson(h.ctx, h.sender(o.token).Actor.Person()))
	wantCode(t, o.prove(o.code(h.clock.Now())), model.Conflict)
}

// Whatever is typed when, a step is good at most once, the steps that were good
// only grow, and a session is strong exactly from its first good code on.
func TestTimeCodesAgreeWithAModel(t *testing.T) {
	h := build(t, keepers()["sql"])
	o := newOfficer(h)
	last := int64(0)
	rapid.Check(t, func(r *rapid.T) {
		h.clock.Advance(time.Hour) // no lock lasts as long
		o.browser()
		strong := false
		for range rapid.IntRange(1, 4).Draw(r, "codes") {
			h.clock.Advance(time.Duration(rapid.IntRange(0, 45).Draw(r, "seconds")) * time.Second)
			at := h.clock.Now().Unix()/30 + int64(rapid.IntRange(-3, 3).Draw(r, "steps"))
			away := at - h.clock.Now().Unix()/30
			want := away >= -1 && away <= 1 && at > last
			err := o.prove(o.code(time.Unix(at*30, 0)))
			if err != nil && !model.IsCode(err, model.Invalid) {
				r.Fatal(err)
			}
			if got := err == nil; got != want {
				r.Fatalf("step %+d is good: %v, want %v (%v)", away, got, want, err)
			}
			if want {
				last, strong = at, true
			}
			if got := o.strong(); got != strong {
				r.Fatalf("strong: %v, want %v", got, strong)
			}
		}
	})
}

// A renewal that began before the proof doesn't undo it.
func TestARenewalKeepsTheProof(t *testing.T) {
	each(t, func(h *house) {
		o := newOfficer(h)
		before, _, err := h.Who(h.ctx, o.token)
		h.ok(err)
		h.ok(o.prove(o.code(h.clock.Now())))
		before.SeenAt = model.At(h.clock.Now())
		h.ok(h.keeper.Renew(h.ctx, before))
		o.wantStrong(true)
		if found, err := h.keeper.Strengthen(h.ctx, before.Owner, "none", "x"); found || err != nil {
			t.Errorf("a session that isn't there: %v, %v", found, err)
		}
		if got := h.list(h.sender(o.token)); len(got) != 1 || got[0].Label != "一部 手机" || got[0].Door != session.DoorPage || !got[0].CreatedAt.Equal(before.CreatedAt.Time) {
			t.Errorf("the session became %+v", got)
		}
	})
}
