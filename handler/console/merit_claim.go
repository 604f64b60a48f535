package console

import (
	"context"
	"fmt"
	"strconv"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/merit"
)

type claimsPage struct {
	Claims []model.MeritClaim
	Next   string
	Empty  string
}

// reviews are the claims that await the actor's word, the oldest first.
func (s *console) reviews(ctx context.Context, v *web.Visit) error {
	claims, err := s.Merit.ToReview(ctx, v.Actor, v.Village, 100)
	if err != nil {
		return err
	}
	return v.Show("claims", "等我评的积分", claimsPage{Claims: claims, Empty: "现在没有等您评的。有新的，微信会通知您。"})
}

// disputedClaims are those that somebody objected to: the supervisors decide each as
// a case.
func (s *console) disputedClaims(ctx context.Context, v *web.Visit) error {
	claims, err := s.Merit.InState(ctx, v.Actor, v.Village, model.ClaimDisputed, v.Query("after"), listed)
	if err != nil {
		return err
	}
	page := claimsPage{Claims: claims, Empty: "没有人对积分提异议、申诉。"}
	if len(claims) == listed {
		page.Next = v.Here("after", claims[len(claims)-1].ID)
	}
	return v.Show("claims", "有异议的积分", page)
}

type noticedPage struct {
	Rows []merit.Notice
	Next string
}

// noticed is the public notice: what is posted unless somebody objects.
func (s *console) noticed(ctx context.Context, v *web.Visit) error {
	rows, err := s.Merit.OnNotice(ctx, v.Actor, v.Village, v.Query("after"), listed)
	if err != nil {
		return err
	}
	page := noticedPage{Rows: rows}
	if len(rows) == listed {
		page.Next = v.Here("after", rows[len(rows)-1].ID)
	}
	return v.Show("noticed", "正在公示的积分", page)
}

// findClaim leads to a claim by its number.
func (s *console) findClaim(ctx context.Context, v *web.Visit) error {
	number, err := strconv.ParseInt(v.Query("number"), 10, 64)
	if err != nil {
		return model.Errorf(model.Invalid, "积分几号要填数字，例如 12")
	}
	c, err := s.Merit.Numbered(ctx, v.Actor, v.Village, number)
	if err != nil {
		return err
	}
	return v.Go(below(v, "merit", "claims", c.ID), "")
}

type claimPage struct {
	merit.ClaimView
	Reverse bool
	Case    bool // the actor may open the case of the objection
	F       typed
}

func (s *console) claimPage(ctx context.Context, v *web.Visit) (claimPage, error) {
	page := claimPage{F: typedIn(v, "reason", "why")}
	var err error
	page.ClaimView, err = s.Merit.Get(ctx, v.Actor, meritRef(v))
	judge := v.Actor.May(model.VerbMeritJudge, v.Village)
	page.Reverse, page.Case = judge && page.State == model.ClaimPosted, judge && page.CaseID != ""
	return page, err
}

func claimTitle(c model.MeritClaim) string { return fmt.Sprintf("积分%d号：%s", c.Number, c.Title) }

func (s *console) claim(ctx context.Context, v *web.Visit) error {
	page, err := s.claimPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("claim", claimTitle(page.MeritClaim), page)
}

// claimMove is a form on a claim's page.
func (s *console) claimMove(said string, move func(ctx context.Context, v *web.Visit, ref merit.Ref) error) func(ctx context.Context, v *web.Visit) error {
	return func(ctx context.Context, v *web.Visit) error {
		ref := meritRef(v)
		err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			return web.Then{To: backTo(v, below(v, "merit", "claims", ref.ID)), Said: said}, move(ctx, v, ref)
		})
		if err == nil {
			return nil
		}
		page, failed := s.claimPage(ctx, v)
		if failed != nil {
			return err
		}
		return v.Again(ctx, err, "claim", claimTitle(page.MeritClaim), page)
	}
}

func (s *console) reviewClaim(ctx context.Context, v *web.Visit, ref merit.Ref) error {
	return bare(s.Merit.Review(ctx, v.Actor, ref, v.Text("approve") == "yes", v.Text("reason")))
}

func (s *console) reverseClaim(ctx context.Context, v *web.Visit, ref merit.Ref) error {
	return bare(s.Merit.Reverse(ctx, v.Actor, ref, v.Text("why")))
}

// dueMerit is what waits in merit points for whoever comes in.
func (s *console) dueMerit(ctx context.Context, v *web.Visit) ([]due, error) {
	may := mayMerits(v)
	var dues []due
	if may.Review {
		claims, err := s.Merit.ToReview(ctx, v.Actor, v.Village, dueMost)
		if err != nil {
			return nil, err
		}
		for _, c := range claims {
			at := below(v, "merit", "claims", c.ID)
			dues = append(dues, due{What: "积分", Title: claimTitle(c), To: at, More: fmt.Sprintf("%s，%s，%d分", c.PersonName, c.HappenedOn, c.Points),
				Quick: []quick{{To: at + "/review", Button: "同意", Name: "approve", Value: "yes"}}})
		}
	}
	if may.Store {
		waiting, err := s.Merit.Waiting(ctx, v.Actor, v.Village, "", 100)
		if err != nil {
			return nil, err
		}
		if len(waiting) > 0 {
			dues = append(dues, due{What: "积分超市", Title: fmt.Sprintf("%d份东西等人来取", len(waiting)), To: below(v, "merit", "counter")})
		}
	}
	return dues, nil
}
