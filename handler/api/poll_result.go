package api

import (
	"context"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"cunwu/model"
	"cunwu/service/paper"
	"cunwu/service/poll"
)

type optionShape struct {
	Text    string `json:"text"`
	Votes   int    `json:"votes"`
	Adopted bool   `json:"adopted" doc:"这一项通过了"`
}

type shareShape struct {
	Name       string `json:"name" doc:"mini、oa、paper、phone，或 here、away；others 是太少、不单列的合在一起"`
	Title      string `json:"title"`
	Electorate int    `json:"electorate" doc:"名册上有多少票；0 是不分"`
	Turnout    int    `json:"turnout"`
}

type ruleShape struct {
	Num   int64 `json:"num"`
	Den   int64 `json:"den"`
	Over  bool  `json:"over" doc:"要超过，不只是达到"`
	OfAll bool  `json:"of_all" doc:"按名册算，不按参加的人算"`
}

type resultShape struct {
	ID          string        `json:"id"`
	Title       string        `json:"title"`
	Electorate  int           `json:"electorate"`
	Turnout     int           `json:"turnout"`
	Quorum      quorumShape   `json:"quorum"`
	PassNeeded  int           `json:"pass_needed" doc:"一项要多少票才通过"`
	Options     []optionShape `json:"options" nullable:"false"`
	Spoilt      int           `json:"spoilt" doc:"空白或写坏的纸票"`
	Passed      bool          `json:"passed"`
	Withheld    bool          `json:"withheld" doc:"参加的人太少，为保密不公布各项票数"`
	ByChannel   []shareShape  `json:"by_channel" nullable:"false"`
	ByResidence []shareShape  `json:"by_residence" nullable:"false"`
	QuorumRule  ruleShape     `json:"quorum_rule"`
	PassRule    ruleShape     `json:"pass_rule"`
	OpenedAt    time.Time     `json:"opened_at"`
	ClosedAt    time.Time     `json:"closed_at"`
	BallotsHash string        `json:"ballots_hash" doc:"选票清单的校验值，也在公开账本里"`
}

func sharesOf(shares []poll.Share) []shareShape {
	shapes := []shareShape{}
	for _, s := range shares {
		shapes = append(shapes, shareShape{s.Name, poll.ShareTitle(s.Name), s.Electorate, s.Turnout})
	}
	return shapes
}

// pollResult is what a counted poll came to; before that it is too early (425).
func (a *API) pollResult(ctx context.Context, who Caller, in *ByID) (*answer[resultShape], error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	r, err := a.Polls.Result(ctx, who.Actor, ref)
	if err != nil {
		return nil, err
	}
	shape := resultShape{ID: r.PollID, Title: r.Title, Electorate: r.Electorate, Turnout: r.Turnout, Quorum: quorumShape(r.Quorum), PassNeeded: r.PassNeeded,
		Options: []optionShape{}, Spoilt: r.Spoilt, Passed: r.Passed, Withheld: r.Withheld, ByChannel: sharesOf(r.ByChannel), ByResidence: sharesOf(r.ByResidence),
		QuorumRule: ruleShape(r.Rules.Quorum), PassRule: ruleShape(r.Rules.Pass), OpenedAt: r.OpenedAt.In(model.Shanghai), ClosedAt: r.ClosedAt.In(model.Shanghai),
		BallotsHash: r.BallotsHash}
	for _, o := range r.Options {
		shape.Options = append(shape.Options, optionShape(o))
	}
	return &answer[resultShape]{shape}, nil
}

type ballotShape struct {
	Receipt string `json:"receipt"`
	Choices []int  `json:"choices" nullable:"false"`
	Voter   string `json:"voter,omitempty" doc:"记名投票才有"`
}

// ballots are the published ballots in the order of their receipts.
func (a *API) ballots(ctx context.Context, who Caller, in *pollPage) (*answer[list[ballotShape]], error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	found, next, err := a.Polls.Ballots(ctx, who.Actor, ref, in.Cursor, in.Limit)
	var shapes []ballotShape
	for _, b := range found {
		shapes = append(shapes, ballotShape{b.Receipt, append([]int{}, b.Choices...), b.Voter})
	}
	return listOf(shapes, next), err
}

type exportPollInput struct {
	ByID
	Format string `query:"format" enum:"json,xlsx,pdf,png" default:"json" doc:"json：任何人能重新计票；xlsx：村务档案；pdf、png：贴公示栏的结果，没有选票"`
}

// exportPoll sends the result: with all ballots, or as the board shows it.
func (a *API) exportPoll(ctx context.Context, who Caller, in *exportPollInput) (*fileAnswer, error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	if in.Format == paper.PDF || in.Format == paper.PNG {
		drawn, err := a.Polls.Board(ctx, who.Actor, ref, in.Format)
		return sheetOf(drawn, "投票结果", in.Format, err)
	}
	if _, err := a.Polls.Result(ctx, who.Actor, ref); err != nil { // refusals come before the file
		return nil, err
	}
	write, kind := a.Polls.Export, "application/json"
	if in.Format == "xlsx" {
		write, kind = a.Polls.Archive, typeWorkbook
	}
	return a.download(kind, "toupiao-"+ref.ID+"."+in.Format, func(ctx context.Context, to io.Writer) error { return write(ctx, who.Actor, ref, to) }), nil
}

// download is a file that is written as it is read.
func (a *API) download(contentType, filename string, write func(ctx context.Context, to io.Writer) error) *fileAnswer {
	return &fileAnswer{Body: func(ctx huma.Context) {
		g := humagin.Unwrap(ctx)
		_ = http.NewResponseController(g.Writer).SetWriteDeadline(time.Now().Add(longest)) // a test's recorder has none
		g.Header("Content-Type", contentType)
		g.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": filename}))
		if err := write(ctx.Context(), g.Writer); err != nil {
			a.Logger.ErrorContext(ctx.Context(), "a file broke off", "request_id", g.Writer.Header().Get("X-Request-ID"), "error", err)
			panic(http.ErrAbortHandler) // so that nobody takes half of it for the whole
		}
	}}
}
