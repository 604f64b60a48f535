package console

import (
	"context"
	"slices"
	"strconv"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/merit"
	"cunwu/service/paper"
)

const monthsShown = 12

func (s *console) meritRoutes() []web.Route {
	return []web.Route{
		read("/merit", s.merit),
		read("/merit/reviews", s.reviews), read("/merit/noticed", s.noticed), read("/merit/disputed", s.disputedClaims),
		read("/merit/claims", s.findClaim), read("/merit/claims/:id", s.claim),
		write("/merit/claims/:id/review", s.claimMove("记下了，谢谢您的评议", s.reviewClaim)), write("/merit/claims/:id/reverse", s.claimMove("更正了，本人会收到告知", s.reverseClaim)),
		read("/merit/book", s.book), read("/merit/book/new", s.newBook), sends(write("/merit/book", s.adoptBook)), read("/merit/book/:version", s.book),
		read("/merit/goods", s.goods), sends(write("/merit/goods", s.addGoods)), write("/merit/goods/:id", s.changeGoods),
		read("/merit/counter", s.counter), write("/merit/counter/code", s.serveCode), write("/merit/counter/card", s.serveCard),
		write("/merit/counter/:id/cancel", s.cancelRedemption), write("/merit/counter/:id/confirm", s.confirmRedemption),
		read("/merit/sheets", s.meritSheets), write("/merit/sheets", s.enterMeritSheet),
		read("/merit/cards", s.cards), write("/merit/cards", s.issueCards),
		read("/merit/stories", s.stories), read("/merit/stories/new", s.newStory), write("/merit/stories", s.writeStory),
		read("/merit/stories/:id", s.story), write("/merit/stories/:id/edit", s.editStory), write("/merit/stories/:id/withdraw", s.withdrawStory),
		read("/merit/close", s.yearClose), write("/merit/close", s.announceClose),
		read("/merit/exceptions", s.exceptions),
		read("/merit/ranking", s.ranking), sends(read("/merit/ranking/:form", s.rankingBoard)), sends(read("/merit/certificate", s.certificate)),
	}
}

func meritRef(v *web.Visit) merit.Ref { return merit.Ref{VillageID: v.Village, ID: rowID(v, "id")} }

// mayMerit is what the pages offer; the service decides.
type mayMerit struct{ Manage, Review, Store, Judge, Own bool }

func mayMerits(v *web.Visit) mayMerit {
	return mayMerit{Manage: v.Actor.May(model.VerbMeritManage, v.Village), Review: v.Actor.May(model.VerbMeritReview, v.Village),
		Store: v.Actor.May(model.VerbMeritStore, v.Village), Judge: v.Actor.May(model.VerbMeritJudge, v.Village), Own: v.Actor.VillageID == v.Village}
}

type meritPage struct {
	May      mayMerit
	Book     *merit.Book // nil: none yet
	Months   *web.Chart
	ToReview int
	Disputed int
	Waiting  int
}

// merit leads to what the actor's roles open, with what waits behind.
func (s *console) merit(ctx context.Context, v *web.Visit) error {
	page := meritPage{May: mayMerits(v)}
	if !page.May.Manage && !page.May.Review && !page.May.Store && !page.May.Judge {
		return v.Actor.Require(model.VerbMeritManage, v.Village)
	}
	book, err := s.Merit.Book(ctx, v.Village)
	if err == nil {
		page.Book = &book
	} else if !model.IsCode(err, model.Unknown) {
		return err
	}
	if page.May.Review {
		found, err := s.Merit.ToReview(ctx, v.Actor, v.Village, 100)
		if err != nil {
			return err
		}
		page.ToReview = len(found)
	}
	if page.May.Judge {
		found, err := s.Merit.InState(ctx, v.Actor, v.Village, model.ClaimDisputed, "", 100)
		if err != nil {
			return err
		}
		page.Disputed = len(found)
	}
	if page.May.Store {
		found, err := s.Merit.Waiting(ctx, v.Actor, v.Village, "", 100)
		if err != nil {
			return err
		}
		page.Waiting = len(found)
	}
	if page.May.Manage || page.May.Judge || page.May.Store {
		months, err := s.Merit.Months(ctx, v.Actor, v.Village, monthsShown)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(months, func(m merit.MonthPoints) bool { return m.Earned > 0 || m.Redeemed > 0 }) {
			chart := monthsChart(months)
			page.Months = &chart
		}
	}
	return v.Show("merit", "积分", page)
}

// monthsChart shows points over time; of fewer than five households nothing is told.
func monthsChart(months []merit.MonthPoints) web.Chart {
	c := web.Chart{Title: "每月的积分", Unit: "分", Series: []web.Series{{Name: "挣的"}, {Name: "换掉的"}}, Empty: "户数太少"}
	value := func(points int64, few bool) web.Value {
		return web.Value{N: float64(points), Text: strconv.FormatInt(points, 10), Missing: few}
	}
	for _, m := range months {
		label := m.Month
		if at, err := time.Parse("2006-01", m.Month); err == nil {
			label = at.Format("1月")
		}
		c.Labels = append(c.Labels, label)
		c.Series[0].Values = append(c.Series[0].Values, value(m.Earned, m.FewEarned))
		c.Series[1].Values = append(c.Series[1].Values, value(m.Redeemed, m.FewUsed))
	}
	return c
}

type rankingPage struct {
	Rows   []merit.Ranked
	Period string
	May    mayMerit
	F      typed
}

const ranked = 40

// ranking is the honour roll of a period, and the papers that come of it.
func (s *console) ranking(ctx context.Context, v *web.Visit) error {
	page := rankingPage{Period: v.Query("period"), May: mayMerits(v)}
	if page.Period == "" {
		page.Period = s.Now().In(model.Shanghai).Format("2006-01")
	}
	rows, err := s.Merit.Ranking(ctx, v.Actor, v.Village, page.Period, ranked)
	if err != nil {
		return err
	}
	page.Rows = rows
	return v.Show("ranking", "光荣榜", page)
}

func (s *console) rankingBoard(ctx context.Context, v *web.Visit) error {
	form := v.Param("form")
	if form != paper.PDF && form != paper.PNG {
		return model.Errorf(model.Unknown, "没有这种格式的文件")
	}
	drawn, err := s.Merit.RankingBoard(ctx, v.Actor, v.Village, v.Query("period"), form)
	return sendDrawn(ctx, v, "光荣榜."+form, form, drawn, err)
}

func (s *console) certificate(ctx context.Context, v *web.Visit) error {
	drawn, err := s.Merit.Certificate(ctx, v.Actor, v.Village, v.Query("household"), v.Query("period"), paper.PDF)
	return sendDrawn(ctx, v, "荣誉证书.pdf", paper.PDF, drawn, err)
}

type exceptionsPage struct {
	Rows         []model.MeritException
	Week         string
	Before, Next string // addresses
}

// exceptions are what was odd in a week, for the supervisors to look at.
func (s *console) exceptions(ctx context.Context, v *web.Visit) error {
	now := s.Now().In(model.Shanghai)
	monday := now.AddDate(0, 0, -(int(now.Weekday())+6)%7-7)
	if at, err := time.ParseInLocation(time.DateOnly, v.Query("week"), model.Shanghai); err == nil {
		monday = at
	}
	page := exceptionsPage{Week: monday.Format(time.DateOnly), Before: v.Here("week", monday.AddDate(0, 0, -7).Format(time.DateOnly))}
	if next := monday.AddDate(0, 0, 7); next.Before(now.AddDate(0, 0, -6)) {
		page.Next = v.Here("week", next.Format(time.DateOnly))
	}
	var err error
	if page.Rows, err = s.Merit.Exceptions(ctx, v.Actor, v.Village, page.Week); err != nil {
		return err
	}
	return v.Show("exceptions", "看着不对的地方", page)
}

type closePage struct {
	Closes []model.MeritClose
	Year   int
	Book   *merit.Book
}

func (s *console) closePage(ctx context.Context, v *web.Visit) (closePage, error) {
	page := closePage{Year: s.Now().In(model.Shanghai).Year()}
	book, err := s.Merit.Book(ctx, v.Village)
	if err == nil {
		page.Book = &book
	} else if !model.IsCode(err, model.Unknown) {
		return page, err
	}
	page.Closes, err = s.Merit.Closes(ctx, v.Actor, v.Village)
	return page, err
}

// yearClose is the end of a year: announced, told, carried out.
func (s *console) yearClose(ctx context.Context, v *web.Visit) error {
	page, err := s.closePage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("meritclose", "年底结转", page)
}

func (s *console) announceClose(ctx context.Context, v *web.Visit) error {
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		year, err := v.Number("year", "哪一年")
		if err != nil {
			return web.Then{}, err
		}
		_, err = s.Merit.AnnounceClose(ctx, v.Actor, v.Village, year)
		return web.Then{To: below(v, "merit", "close"), Said: "公告了，有积分的户都会收到通知"}, err
	})
	if err == nil {
		return nil
	}
	page, failed := s.closePage(ctx, v)
	if failed != nil {
		return err
	}
	return v.Again(ctx, err, "meritclose", "年底结转", page)
}
