package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/poll"
	"cunwu/service/village"
)

type ballotInput struct {
	ByID
	Body struct {
		Choices      []int  `json:"choices" minItems:"1" maxItems:"20" doc:"选第几项，从1数起"`
		Receipt      string `json:"receipt" pattern:"^[0-9a-f]{32}$" doc:"客户端随机生成的32位十六进制数；网络断了用同一个重发"`
		ForHousehold bool   `json:"for_household,omitempty" doc:"知道这是全家的一票"`
		OnBehalfOf   string `json:"on_behalf_of,omitempty" maxLength:"80" doc:"给了我委托书的人；代办人不能代投"`
	}
}

// taken is the answer to a ballot: that it was taken, and nothing else.
type taken struct{ Body struct{} }

// cast takes a ballot. No answer to it is kept, and its body is in no log.
func (a *API) cast(ctx context.Context, who Caller, in *ballotInput) (*taken, error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	voter, err := votesIn(ref, in.Body.OnBehalfOf)
	if err != nil {
		return nil, err
	}
	err = a.Polls.Cast(ctx, who.Actor, poll.Ballot{Poll: ref, Choices: in.Body.Choices, Receipt: in.Body.Receipt, ForHousehold: in.Body.ForHousehold, OnBehalfOf: voter})
	if err != nil {
		return nil, err
	}
	return &taken{}, nil
}

// votesIn is the id of a person of the poll's village; empty when none is named.
func votesIn(ref poll.Ref, named string) (string, error) {
	if named == "" {
		return "", nil
	}
	villageID, id, err := model.ParsePublicID(named)
	if err != nil || villageID != ref.VillageID {
		return "", model.Errorf(model.Forbidden, "没有这个人的委托书，不能代投")
	}
	return id, nil
}

type linkShape struct {
	Address   string    `json:"address" doc:"只能投一次票的网页"`
	ExpiresAt time.Time `json:"expires_at"`
}

// pollLink makes a page on which the actor casts one ballot.
func (a *API) pollLink(ctx context.Context, who Caller, in *ByID) (*answer[linkShape], error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	address, expires, err := a.Polls.Link(ctx, who.Actor, ref)
	if err != nil {
		return nil, err
	}
	return &answer[linkShape]{linkShape{address, expires.In(model.Shanghai)}}, nil
}

// personNamed is a villager as a desk names one.
type personNamed struct {
	Name        string `json:"name" minLength:"1" maxLength:"40" doc:"姓名"`
	HouseholdNo string `json:"household_no,omitempty" maxLength:"32" doc:"户号；有同名的要写"`
}

func (n personNamed) named() village.Named {
	return village.Named{Name: n.Name, HouseholdNo: n.HouseholdNo}
}

// someone is a person who may be left out: then it is the actor.
func someone(n *personNamed) village.Named {
	if n == nil {
		return village.Named{}
	}
	return n.named()
}

type proxyShape struct {
	VoterID  string `json:"voter_id" doc:"投票时的 on_behalf_of"`
	Voter    string `json:"voter" doc:"委托人"`
	HolderID string `json:"holder_id"`
	Holder   string `json:"holder" doc:"受托人"`
}

// proxies are who votes for whom; the village sees them.
func (a *API) proxies(ctx context.Context, who Caller, in *ByID) (*answer[list[proxyShape]], error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	found, err := a.Polls.Proxies(ctx, who.Actor, ref)
	var shapes []proxyShape
	for _, p := range found {
		shapes = append(shapes, proxyShape{public(ref.VillageID, p.VoterID), p.Voter, public(ref.VillageID, p.HolderID), p.Holder})
	}
	return listOf(shapes, ""), err
}

type newProxyInput struct {
	ByID
	Body struct {
		Voter    *personNamed `json:"voter,omitempty" doc:"委托人；不写是自己。替别人登记要上传委托书"`
		Holder   personNamed  `json:"holder" doc:"受托人：同一户或近亲属"`
		UploadID string       `json:"upload_id,omitempty" maxLength:"80" doc:"委托书的照片"`
	}
}

func (a *API) giveProxy(ctx context.Context, who Caller, in *newProxyInput) (*done, error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	upload, err := uploadIn(ref.VillageID, in.Body.UploadID)
	if err != nil {
		return nil, err
	}
	return &done{}, a.Polls.GiveProxy(ctx, who.Actor, poll.NewProxy{Poll: ref, Voter: someone(in.Body.Voter), Holder: in.Body.Holder.named(), UploadID: upload})
}

type proxyInput struct {
	ByID
	Voter string `path:"voter" maxLength:"80" doc:"委托人"`
}

func (a *API) revokeProxy(ctx context.Context, who Caller, in *proxyInput) (*done, error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	voter, err := votesIn(ref, in.Voter)
	if err != nil {
		return nil, err
	}
	return &done{}, a.Polls.RevokeProxy(ctx, who.Actor, ref, voter)
}

type assistedInput struct {
	ByID
	Body struct {
		Voter    personNamed `json:"voter"`
		Choices  []int       `json:"choices" minItems:"1" maxItems:"20"`
		Consent  string      `json:"consent" minLength:"1" maxLength:"80" doc:"本人是怎么同意的"`
		UploadID string      `json:"upload_id,omitempty" maxLength:"80" doc:"录音或签名"`
	}
}

// assisted enters a vote that somebody said by phone or at the door.
func (a *API) assisted(ctx context.Context, who Caller, in *assistedInput) (*taken, error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	upload, err := uploadIn(ref.VillageID, in.Body.UploadID)
	if err != nil {
		return nil, err
	}
	err = a.Polls.Assist(ctx, who.Actor, poll.Assisted{Poll: ref, Voter: in.Body.Voter.named(), Choices: in.Body.Choices, Consent: in.Body.Consent, UploadID: upload})
	if err != nil {
		return nil, err
	}
	return &taken{}, nil
}

type voidInput struct {
	ByID
	Body struct {
		Voter  *personNamed `json:"voter,omitempty" doc:"谁的票；不写是自己的"`
		Reason string       `json:"reason" minLength:"1" maxLength:"80"`
	}
}

// void undoes an assisted vote that its voter denies.
func (a *API) void(ctx context.Context, who Caller, in *voidInput) (*done, error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	return &done{}, a.Polls.Void(ctx, who.Actor, ref, someone(in.Body.Voter), in.Body.Reason)
}

type votedInput struct {
	ByID
	Name        string `query:"name" required:"true" minLength:"1" maxLength:"40"`
	HouseholdNo string `query:"household_no" maxLength:"32"`
}

type votedShape struct {
	VotedBy string `json:"voted_by" enum:"mini,oa,paper,phone," doc:"空的是还没投"`
}

// voted tells a desk, before it hands out a paper, whether somebody has voted.
func (a *API) voted(ctx context.Context, who Caller, in *votedInput) (*answer[votedShape], error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	by, err := a.Polls.HasVoted(ctx, who.Actor, ref, village.Named{Name: in.Name, HouseholdNo: in.HouseholdNo})
	return &answer[votedShape]{votedShape{by}}, err
}

type sheetInput struct {
	ByID
	Body struct {
		Number   string        `json:"number" minLength:"1" maxLength:"32" doc:"票单上的编号"`
		UploadID string        `json:"upload_id,omitempty" maxLength:"80" doc:"票单的照片"`
		Voters   []personNamed `json:"voters" minItems:"1" maxItems:"200" doc:"签了名的人"`
		Ballots  [][]int       `json:"ballots" minItems:"1" maxItems:"200" doc:"每张票选了第几项；空白或写坏的录成空的。记名的和 voters 一一对应"`
	}
}

type sheetShape struct {
	Accepted    bool     `json:"accepted" doc:"两遍一样，已经计入"`
	Differences []string `json:"differences" nullable:"false" doc:"两遍哪里不一样；要从头再录"`
}

// sheet is a paper sheet's first or second entry.
func (a *API) sheet(ctx context.Context, who Caller, in *sheetInput) (*answer[sheetShape], error) {
	ref, err := in.poll()
	if err != nil {
		return nil, err
	}
	upload, err := uploadIn(ref.VillageID, in.Body.UploadID)
	if err != nil {
		return nil, err
	}
	s := poll.Sheet{Poll: ref, Number: in.Body.Number, UploadID: upload, Ballots: in.Body.Ballots}
	for _, n := range in.Body.Voters {
		s.Voters = append(s.Voters, n.named())
	}
	out, err := a.Polls.EnterSheet(ctx, who.Actor, s)
	return &answer[sheetShape]{sheetShape{out.Accepted, append([]string{}, out.Differences...)}}, err
}
