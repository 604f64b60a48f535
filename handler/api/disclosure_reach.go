package api

import (
	"context"
	"time"

	"cunwu/model"
)

type reachedShape struct {
	NoticeID string            `json:"notice_id" doc:"打过电话后：POST /notices/{id}/told"`
	Name     string            `json:"name"`
	Known    bool              `json:"known"`
	State    model.NoticeState `json:"state"`
	Channel  string            `json:"channel,omitempty" doc:"从哪条路知道的"`
	At       *time.Time        `json:"at"`
}

type reachShape struct {
	Total     int            `json:"total" doc:"要告诉多少人"`
	Known     int            `json:"known"`
	ByChannel map[string]int `json:"by_channel"`
	People    []reachedShape `json:"people" nullable:"false" doc:"还不知道的在前"`
}

// reach says whom a publication reached by which channel, and whom it didn't.
func (a *API) reach(ctx context.Context, who Caller, in *ByID) (*answer[reachShape], error) {
	ref, err := in.published()
	if err != nil {
		return nil, err
	}
	found, err := a.Public.Reach(ctx, who.Actor, ref)
	if err != nil {
		return nil, err
	}
	shape := reachShape{Total: found.Total, Known: found.Known, ByChannel: found.ByChannel, People: []reachedShape{}}
	for _, p := range found.People {
		shape.People = append(shape.People, reachedShape{model.PublicID(ref.VillageID, p.NoticeID), p.Name, p.Known, p.State, p.Channel, moment(model.At(p.At))})
	}
	return &answer[reachShape]{shape}, nil
}

// toldInPerson ticks whom somebody called.
func (a *API) toldInPerson(ctx context.Context, who Caller, in *ByID) (*done, error) {
	villageID, id, err := in.parse()
	if err != nil {
		return nil, err
	}
	return &done{}, a.Notices.Told(ctx, who.Actor, villageID, id)
}
