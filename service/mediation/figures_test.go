package mediation_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cunwu/model"
	"cunwu/service/mediation"
	"cunwu/service/village"
)

func TestFigures(t *testing.T) {
	h := newHall(t)
	from, to := h.clock.Now().AddDate(0, -1, 0), h.clock.Now().AddDate(1, 0, 0)
	free := func(in *mediation.NewDispute) { in.Other = village.Named{Name: "孙有田"} }
	few, err := h.mediation.Figures(h.ctx, h.as("张明"), "yunxi", from, to)
	h.must(err)
	if few[0].Filed.N != 0 || few[0].Success != nil {
		t.Errorf("%+v", few[0])
	}
	for range 5 {
		h.agreed()
	}
	for range 5 {
		ref := h.mediating()
		_, err := h.mediation.Fail(h.ctx, h.as("李调解"), ref, "谈不拢")
		h.must(err)
	}
	for range 3 {
		h.file(free, func(in *mediation.NewDispute) { in.Kind = "合同" })
	}
	for range 7 {
		h.file(free)
	}
	all, err := h.mediation.Figures(h.ctx, h.as("张明"), "yunxi", from, to)
	h.must(err)
	f := all[0]
	if f.Filed.N != 20 || f.Open.N != 10 || f.Ended.N != 10 || f.Agreed.N != 5 || *f.Success != 0.5 || *f.InVillage != 0.5 || *f.InTownship != 0.5 {
		t.Errorf("%+v", f)
	}
	if f.Repeat != nil { // three persons had any
		t.Errorf("a share of three persons is told: %v", *f.Repeat)
	}
	for _, k := range all[1:] {
		if !k.Filed.Hidden || k.Success != nil { // 3 of one kind: the other would tell by subtraction
			t.Errorf("%s is told: %+v", k.Kind, k)
		}
	}
	_, err = h.mediation.Figures(h.ctx, h.as("王小草"), "yunxi", from, to)
	h.refused(err, model.Forbidden, "权限")
}

func TestTheMedianCountsWhatIsStillOpen(t *testing.T) {
	day := func(n int, done bool) mediation.Span {
		return mediation.Span{Length: time.Duration(n) * 24 * time.Hour, Done: done}
	}
	for _, tc := range []struct {
		what  string
		spans []mediation.Span
		days  int
		known bool
	}{
		{"nothing", nil, 0, false},
		{"all ended", []mediation.Span{day(1, true), day(2, true), day(9, true)}, 2, true},
		{"the hard ones stay open", []mediation.Span{day(1, true), day(30, false), day(30, false)}, 0, false},
		{"an open one counts as long as it lasted", []mediation.Span{day(1, true), day(2, false), day(3, true), day(4, true)}, 3, true},
		{"exactly half", []mediation.Span{day(1, true), day(2, true), day(3, false), day(4, false)}, 2, true},
	} {
		got, known := mediation.MedianSpan(tc.spans)
		if known != tc.known || got != time.Duration(tc.days)*24*time.Hour {
			t.Errorf("%s: %v, %v", tc.what, got, known)
		}
	}
}

// Against the definition: the product over all times up to t.
func TestTheMedianIsThatOfTheProductLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spans := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) mediation.Span {
			return mediation.Span{Length: time.Duration(rapid.IntRange(0, 12).Draw(t, "length")) * time.Hour, Done: rapid.Bool().Draw(t, "done")}
		}), 0, 30).Draw(t, "spans")
		before := slices.Clone(spans)
		got, known := mediation.MedianSpan(spans)
		if !slices.Equal(spans, before) {
			t.Fatal("the spans were changed")
		}
		survives := func(at time.Duration) float64 {
			s := 1.0
			for h := 0; h <= int(at/time.Hour); h++ {
				risk, ended := 0, 0
				for _, x := range spans {
					if x.Length >= time.Duration(h)*time.Hour {
						risk++
						if x.Done && x.Length == time.Duration(h)*time.Hour {
							ended++
						}
					}
				}
				if risk > 0 {
					s *= float64(risk-ended) / float64(risk)
				}
			}
			return s
		}
		if !known {
			if len(spans) > 0 && survives(12*time.Hour) <= 0.5-1e-6 {
				t.Fatalf("unknown, though only %v survive", survives(12*time.Hour))
			}
			return
		}
		if s := survives(got); s > 0.5+1e-6 {
			t.Fatalf("%v survive %v", s, got)
		}
		if got > 0 && survives(got-time.Hour) < 0.5-1e-6 {
			t.Fatalf("the median %v is too late", got)
		}
	})
}
