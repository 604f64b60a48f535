package api

import (
	"context"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"cunwu/model"
	"cunwu/service/publiclog"
)

type headShape struct {
	Village  string    `json:"village"`
	Size     int64     `json:"size" doc:"一共几条"`
	Hash     string    `json:"hash" doc:"树根，十六进制"`
	At       time.Time `json:"at"`
	Previous int64     `json:"previous" doc:"前一个首页的大小"`
	Note     string    `json:"note" doc:"签名首页（golang.org/x/mod/sumdb/note）：请存在别处，以后拿它核对"`
	Verifier string    `json:"verifier" doc:"村里的公钥，note 的格式"`
}

type logInput struct{ OfVillage }

// logHead is the latest signed head. What is public is public to everybody.
func (a *API) logHead(ctx context.Context, who Caller, in *logInput) (*answer[headShape], error) {
	villageID, err := in.of(who)
	if err != nil {
		return nil, err
	}
	head, err := a.Ledger.Head(ctx, villageID)
	if err != nil {
		return nil, err
	}
	verifier, err := a.Ledger.Verifier(ctx, villageID)
	return &answer[headShape]{headShape{villageID, head.Size, head.Hash, head.At.In(model.Shanghai), head.Previous, head.Note, verifier}}, err
}

// leafShape is a leaf without its salt: with it, and only with it, contents can be
// tried against the commitment, so it goes to whoever may read the content.
type leafShape struct {
	Index      int64     `json:"index"`
	At         time.Time `json:"at"`
	Kind       string    `json:"kind" doc:"publication、correction、withdrawal、answer…"`
	Subject    string    `json:"subject"`
	Commitment string    `json:"commitment" doc:"SHA-256(盐、内容长度、内容)"`
	Record     string    `json:"record" doc:"这一条的原文：树叶就是它的校验值"`
}

func shapeOfLeaf(e model.LogEntry) leafShape {
	return leafShape{e.Idx, e.At.In(model.Shanghai), e.Kind, e.Subject, e.Commitment, string(publiclog.Record(e))}
}

type entryInput struct {
	OfVillage
	N int64 `path:"n" minimum:"0" doc:"第几条，从0起"`
}

func (a *API) logEntry(ctx context.Context, who Caller, in *entryInput) (*answer[leafShape], error) {
	villageID, err := in.of(who)
	if err != nil {
		return nil, err
	}
	e, err := a.Ledger.Entry(ctx, villageID, in.N)
	return &answer[leafShape]{shapeOfLeaf(e)}, err
}

type proofShape struct {
	Size   int64    `json:"size" doc:"对哪个大小的账本"`
	Root   string   `json:"root" doc:"它的树根，base64"`
	Leaf   int64    `json:"leaf"`
	Record string   `json:"record"`
	Hashes []string `json:"hashes" nullable:"false" doc:"base64；用 RFC 6962 的办法核对（tlog.CheckRecord）"`
}

func shapeOfProof(p publiclog.Proof) proofShape {
	return proofShape{p.Size, p.Root.String(), p.Leaf, string(p.Record), base64Of(p.Hashes)}
}

func base64Of(hashes []tlog.Hash) []string {
	texts := []string{}
	for _, h := range hashes {
		texts = append(texts, h.String())
	}
	return texts
}

type proofInput struct {
	OfVillage
	Leaf int64 `query:"leaf" required:"true" minimum:"0"`
	Size int64 `query:"size" minimum:"0" doc:"不写是最新的"`
}

// logProof shows that a leaf stands in the tree.
func (a *API) logProof(ctx context.Context, who Caller, in *proofInput) (*answer[proofShape], error) {
	villageID, err := in.of(who)
	if err != nil {
		return nil, err
	}
	p, err := a.Ledger.Prove(ctx, villageID, in.Leaf, in.Size)
	return &answer[proofShape]{shapeOfProof(p)}, err
}

type consistencyShape struct {
	From   int64    `json:"from"`
	Size   int64    `json:"size"`
	Root   string   `json:"root" doc:"base64"`
	Hashes []string `json:"hashes" nullable:"false" doc:"base64；tlog.CheckTree"`
}

type consistencyInput struct {
	OfVillage
	From int64 `query:"from" required:"true" minimum:"1" doc:"手里的首页的大小"`
	To   int64 `query:"to" minimum:"0" doc:"不写是最新的"`
}

// logConsistency shows that the log that somebody knew is the beginning of today's.
func (a *API) logConsistency(ctx context.Context, who Caller, in *consistencyInput) (*answer[consistencyShape], error) {
	villageID, err := in.of(who)
	if err != nil {
		return nil, err
	}
	p, err := a.Ledger.Consistent(ctx, villageID, in.From, in.To)
	return &answer[consistencyShape]{consistencyShape{p.From, p.Size, p.Root.String(), base64Of(p.Hashes)}}, err
}

type loggedShape struct {
	Content string     `json:"content" doc:"记进账本的内容，逐字节：标题、正文、收支、附件的校验值、谁签的"`
	Salt    string     `json:"salt" doc:"盐，十六进制"`
	Leaf    leafShape  `json:"leaf"`
	Proof   proofShape `json:"proof"`
}

// logged lets whoever reads a disclosure check that it is what the log stands for.
func (a *API) logged(ctx context.Context, who Caller, in *VersionInput) (*answer[loggedShape], error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	content, leaf, err := a.Public.Logged(ctx, who.Actor, ref, in.Version)
	if err != nil {
		return nil, err
	}
	p, err := a.Ledger.Prove(ctx, ref.VillageID, leaf.Idx, 0)
	return &answer[loggedShape]{loggedShape{string(content), leaf.Salt, shapeOfLeaf(leaf), shapeOfProof(p)}}, err
}

// keepHeads sends the actor the village's heads, once a month.
func (a *API) keepHeads(ctx context.Context, who Caller, _ *nothing) (*done, error) {
	return &done{}, a.Public.Subscribe(ctx, who.Actor, who.Actor.VillageID)
}

func (a *API) endHeads(ctx context.Context, who Caller, _ *nothing) (*done, error) {
	return &done{}, a.Public.Unsubscribe(ctx, who.Actor, who.Actor.VillageID)
}
