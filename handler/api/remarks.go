package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/poll"
)

// topic is what is talked about: a poll, a matter or a proposal.
func (p ByID) topic(kind string) (poll.Topic, error) {
	villageID, id, err := p.parse()
	return poll.Topic{VillageID: villageID, Kind: kind, ID: id}, err
}

type remarkShape struct {
	ID   string    `json:"id"`
	By   string    `json:"by"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

func shapeOfRemark(r model.Remark) remarkShape {
	return remarkShape{r.ID, r.ByName, r.Text, r.CreatedAt.In(model.Shanghai)}
}

type discussionShape struct {
	Items  []remarkShape `json:"items" nullable:"false"`
	Next   *string       `json:"next"`
	Hidden int           `json:"hidden" doc:"隐藏了几条"`
}

type remarksInput struct {
	ByID
	PageQuery
}

// discussion shows what was said, the oldest first; what is hidden is counted.
func (a *API) discussion(kind string) func(ctx context.Context, who Caller, in *remarksInput) (*answer[discussionShape], error) {
	return func(ctx context.Context, who Caller, in *remarksInput) (*answer[discussionShape], error) {
		topic, err := in.topic(kind)
		if err != nil {
			return nil, err
		}
		d, err := a.Polls.Discussion(ctx, who.Actor, topic, in.Cursor, in.Limit)
		if err != nil {
			return nil, err
		}
		shape := discussionShape{Items: []remarkShape{}, Hidden: d.Hidden}
		for _, r := range d.Remarks {
			shape.Items = append(shape.Items, shapeOfRemark(r))
		}
		if d.Next != "" {
			shape.Next = &d.Next
		}
		return &answer[discussionShape]{shape}, nil
	}
}

type remarkInput struct {
	ByID
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"500"`
	}
}

func (a *API) remark(kind string) func(ctx context.Context, who Caller, in *remarkInput) (*answer[remarkShape], error) {
	return func(ctx context.Context, who Caller, in *remarkInput) (*answer[remarkShape], error) {
		topic, err := in.topic(kind)
		if err != nil {
			return nil, err
		}
		r, err := a.Polls.Say(ctx, who.Actor, topic, in.Body.Text)
		return &answer[remarkShape]{shapeOfRemark(r)}, err
	}
}

type hideInput struct {
	ByID
	Remark string `path:"remark" maxLength:"32"`
	Body   struct {
		Reason string `json:"reason" minLength:"1" maxLength:"80"`
	}
}

func (a *API) hideRemark(kind string) func(ctx context.Context, who Caller, in *hideInput) (*done, error) {
	return func(ctx context.Context, who Caller, in *hideInput) (*done, error) {
		topic, err := in.topic(kind)
		if err != nil {
			return nil, err
		}
		return &done{}, a.Polls.Hide(ctx, who.Actor, topic, in.Remark, in.Body.Reason)
	}
}
