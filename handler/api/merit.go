package api

import (
	"context"
	"strconv"
	"time"

	"cunwu/model"
	"cunwu/service/merit"
)

// ForPerson names an elder whom the caller helps with points.
type ForPerson struct {
	OnBehalfOf string `query:"on_behalf_of" maxLength:"80" doc:"替谁看、替谁办（他同意过您代办积分）：person 的 id"`
}

func (f ForPerson) elder() (model.Person, error) { return optionalPerson(f.OnBehalfOf) }

// InVillage names a village.
type InVillage struct {
	Village string `query:"village" maxLength:"32" doc:"哪个村；不写是自己的村"`
}

func (in InVillage) village(who Caller) string { return villagePage{Village: in.Village}.village(who) }

// nextOf is the cursor after a full page.
func nextOf[T any](page []T, limit int, place func(T) string) string {
	if len(page) == 0 || len(page) < limit {
		return ""
	}
	return opaque(place(page[len(page)-1]))
}

type meritPointsShape struct {
	Label    string             `json:"label" doc:"村里把积分叫什么；空的是还没有积分办法"`
	Balance  int64              `json:"balance" doc:"能用的分，全户共用"`
	Reserved int64              `json:"reserved" doc:"换了东西还没有取的"`
	Honoured bool               `json:"honoured" doc:"愿意上光荣榜"`
	Members  []meritMemberShape `json:"members" nullable:"false" doc:"家里各人挣来的分"`
}

type meritMemberShape struct {
	PersonID string `json:"person_id"`
	Name     string `json:"name"`
	Points   int64  `json:"points"`
}

type meritForPersonInput struct{ ForPerson }

func (a *API) points(ctx context.Context, who Caller, in *meritForPersonInput) (*answer[meritPointsShape], error) {
	elder, err := in.elder()
	if err != nil {
		return nil, err
	}
	account, err := a.Desk.Points(ctx, who.Actor, elder)
	if err != nil {
		return nil, err
	}
	villageID := who.Actor.VillageID
	if elder.VillageID != "" {
		villageID = elder.VillageID
	}
	shape := meritPointsShape{Label: account.Label, Balance: account.Balance, Reserved: account.Reserved, Honoured: account.Honoured, Members: []meritMemberShape{}}
	for _, m := range account.Members {
		shape.Members = append(shape.Members, meritMemberShape{PersonID: public(villageID, m.PersonID), Name: m.Name, Points: m.Points})
	}
	return &answer[meritPointsShape]{shape}, nil
}

type meritEntryShape struct {
	Seq     int64     `json:"seq" doc:"这一户的第几条，没有缺号"`
	At      time.Time `json:"at"`
	Cause   string    `json:"cause" enum:"award,deduct,hold,release,settle,expire,reverse"`
	Title   string    `json:"title" doc:"cause 的叫法"`
	Text    string    `json:"text"`
	Person  string    `json:"person,omitempty" doc:"谁做的"`
	Amount  int64     `json:"amount"`
	Balance int64     `json:"balance" doc:"这一条以后的余额"`
}

type meritEntriesInput struct {
	PageQuery
	ForPerson
}

func (a *API) pointEntries(ctx context.Context, who Caller, in *meritEntriesInput) (*answer[list[meritEntryShape]], error) {
	elder, err := in.elder()
	if err != nil {
		return nil, err
	}
	mark, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	var before int64
	if mark != "" {
		if before, err = strconv.ParseInt(mark, 10, 64); err != nil {
			return nil, model.Errorf(model.Invalid, "页码看不懂，请从头看起")
		}
	}
	lines, err := a.Desk.PointEntries(ctx, who.Actor, elder, before, in.Limit)
	if err != nil {
		return nil, err
	}
	var shapes []meritEntryShape
	for _, l := range lines {
		shapes = append(shapes, meritEntryShape{Seq: l.Seq, At: l.At.In(model.Shanghai), Cause: l.Cause, Title: merit.CauseName(l.Cause), Text: l.Text,
			Person: l.Person, Amount: l.Amount, Balance: l.After})
	}
	return listOf(shapes, nextOf(lines, in.Limit, func(l merit.Line) string { return strconv.FormatInt(l.Seq, 10) })), nil
}

type meritRankedShape struct {
	Place       int    `json:"place"`
	HouseholdNo string `json:"household_no"`
	Head        string `json:"head" doc:"户主"`
	Points      int64  `json:"points" doc:"这段时间挣的分；用掉的不减"`
}

type meritRankingInput struct {
	InVillage
	Period string `query:"period" maxLength:"10" doc:"2026-03、2026-Q1 或 2026；不写是这个月"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

func (a *API) ranking(ctx context.Context, who Caller, in *meritRankingInput) (*answer[list[meritRankedShape]], error) {
	rows, err := a.Merit.Ranking(ctx, who.Actor, in.village(who), in.Period, in.Limit)
	if err != nil {
		return nil, err
	}
	var shapes []meritRankedShape
	for _, r := range rows {
		shapes = append(shapes, meritRankedShape(r))
	}
	return listOf(shapes, ""), nil
}

type meritBoardInput struct {
	InVillage
	Period string `query:"period" maxLength:"10" doc:"2026-03、2026-Q1 或 2026；不写是这个月"`
	Format string `query:"format" enum:"pdf,png" default:"pdf"`
}

// rankingBoard is the honour roll to hang on the board.
func (a *API) rankingBoard(ctx context.Context, who Caller, in *meritBoardInput) (*fileAnswer, error) {
	drawn, err := a.Merit.RankingBoard(ctx, who.Actor, in.village(who), in.Period, in.Format)
	return sheetOf(drawn, "光荣榜", in.Format, err)
}

type meritCertificateInput struct {
	InVillage
	Period    string `query:"period" required:"true" maxLength:"10" doc:"2026-03、2026-Q1 或 2026，要已经过完"`
	Household string `query:"household" maxLength:"16" doc:"户号：村委会替没有手机的户打印；不写是自己家"`
	Format    string `query:"format" enum:"pdf,png" default:"pdf"`
}

// certificate is for a household on the honour roll.
func (a *API) certificate(ctx context.Context, who Caller, in *meritCertificateInput) (*fileAnswer, error) {
	drawn, err := a.Merit.Certificate(ctx, who.Actor, in.village(who), in.Household, in.Period, in.Format)
	return sheetOf(drawn, "荣誉证书", in.Format, err)
}

type meritHonourInput struct {
	Body struct {
		Show bool `json:"show" doc:"愿不愿意上光荣榜；全户一起"`
	}
}

func (a *API) honour(ctx context.Context, who Caller, in *meritHonourInput) (*done, error) {
	return &done{}, a.Merit.Honour(ctx, who.Actor, in.Body.Show)
}

type meritPostingsInput struct {
	PageQuery
	Village string `query:"village" required:"true" minLength:"1" maxLength:"32" doc:"哪个村"`
}

type meritPostingShape struct {
	ID       string                 `json:"id"`
	At       time.Time              `json:"at"`
	Cause    string                 `json:"cause"`
	Title    string                 `json:"title"`
	Reverses string                 `json:"reverses,omitempty" doc:"冲正的是哪一笔"`
	Entries  []meritPostingLegShape `json:"entries" nullable:"false" doc:"合计为0"`
}

type meritPostingLegShape struct {
	Account string `json:"account" enum:"house,pool,store,reserve"`
	Amount  int64  `json:"amount"`
}

// postings is the ledger without names, if the village decided to show it.
func (a *API) postings(ctx context.Context, in *meritPostingsInput) (*answer[list[meritPostingShape]], error) {
	after, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := a.Merit.Postings(ctx, in.Village, after, in.Limit)
	if err != nil {
		return nil, err
	}
	var shapes []meritPostingShape
	for _, p := range rows {
		shape := meritPostingShape{ID: p.ID, At: time.UnixMilli(p.At).In(model.Shanghai), Cause: p.Cause, Title: merit.CauseName(p.Cause), Reverses: p.Reverses, Entries: []meritPostingLegShape{}}
		for _, e := range p.Entries {
			shape.Entries = append(shape.Entries, meritPostingLegShape(e))
		}
		shapes = append(shapes, shape)
	}
	return listOf(shapes, nextOf(rows, in.Limit, func(p merit.PublicPosting) string { return p.ID })), nil
}

type meritCloseInput struct {
	InVillage
	Body struct {
		Year int `json:"year" minimum:"2020" maximum:"2100"`
	}
}

type meritCloseShape struct {
	Year   int       `json:"year"`
	Carry  int       `json:"carry" doc:"结转百分之几"`
	EndsAt time.Time `json:"ends_at" doc:"到这时候为止可以用完"`
}

func (a *API) announceClose(ctx context.Context, who Caller, in *meritCloseInput) (*answer[meritCloseShape], error) {
	row, err := a.Merit.AnnounceClose(ctx, who.Actor, in.village(who), in.Body.Year)
	if err != nil {
		return nil, err
	}
	return &answer[meritCloseShape]{meritCloseShape{Year: row.YearNo, Carry: row.Carry, EndsAt: row.EndsAt.In(model.Shanghai)}}, nil
}

type meritExceptionShape struct {
	Kind  string `json:"kind" enum:"photo,reviewer,family,hour,keeper,household"`
	Count int    `json:"count"`
	Text  string `json:"text"`
}

type meritExceptionsInput struct {
	InVillage
	Week string `query:"week" maxLength:"10" doc:"那一周的星期一，如 2026-03-02；不写是上一周"`
}

func (a *API) exceptions(ctx context.Context, who Caller, in *meritExceptionsInput) (*answer[list[meritExceptionShape]], error) {
	rows, err := a.Merit.Exceptions(ctx, who.Actor, in.village(who), in.Week)
	if err != nil {
		return nil, err
	}
	var shapes []meritExceptionShape
	for _, e := range rows {
		shapes = append(shapes, meritExceptionShape{Kind: e.Kind, Count: e.Count, Text: e.Text})
	}
	return listOf(shapes, ""), nil
}
