package api

import (
	"context"
	"strconv"
	"time"

	"cunwu/model"
	"cunwu/service/membership"
)

type requestShape struct {
	Number  int64     `json:"number"`
	Village string    `json:"village"`
	Name    string    `json:"name,omitempty" doc:"谁要绑定"`
	Phone   string    `json:"phone,omitempty" doc:"遮住中间四位"`
	Helper  string    `json:"helper,omitempty" doc:"谁要代办"`
	Elder   string    `json:"elder,omitempty" doc:"替谁代办"`
	Scope   []string  `json:"scope,omitempty"`
	Months  int       `json:"months,omitempty"`
	AskedAt time.Time `json:"asked_at"`
}

func shapeOfRequest(r membership.Request) requestShape {
	return requestShape{Number: r.Number, Village: r.VillageID, Name: r.Name, Phone: r.Phone, Helper: r.Helper, Elder: r.Elder, Scope: r.Scope, Months: r.Months,
		AskedAt: r.AskedAt.In(model.Shanghai)}
}

// requests lists who waits to be confirmed in person, the oldest first.
func (a *API) requests(ctx context.Context, who Caller, in *villagePage) (*answer[list[requestShape]], error) {
	after, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	number := int64(0)
	if after != "" {
		if number, err = strconv.ParseInt(after, 10, 64); err != nil {
			return nil, model.Errorf(model.Invalid, "页码看不懂，请从头看起")
		}
	}
	found, err := a.Members.Pending(ctx, who.Actor, in.village(who), number, in.Limit)
	if err != nil {
		return nil, err
	}
	var shapes []requestShape
	for _, r := range found {
		shapes = append(shapes, shapeOfRequest(r))
	}
	next := ""
	if len(found) == in.Limit {
		next = opaque(strconv.FormatInt(found[len(found)-1].Number, 10))
	}
	return listOf(shapes, next), nil
}

type confirmInput struct {
	Body struct {
		Village     string `json:"village" minLength:"1" maxLength:"32"`
		Number      int64  `json:"number" minimum:"1"`
		HouseholdNo string `json:"household_no,omitempty" maxLength:"32" doc:"有同名的要写户号；外来的工作人员写“外”"`
	}
}

func (a *API) confirmRequest(ctx context.Context, who Caller, in *confirmInput) (*answer[requestShape], error) {
	confirmed, err := a.Members.Confirm(ctx, who.Actor, in.Body.Village, in.Body.Number, in.Body.HouseholdNo)
	return &answer[requestShape]{shapeOfRequest(confirmed.Request)}, err
}

type refuseInput struct {
	Body struct {
		Village string `json:"village" minLength:"1" maxLength:"32"`
		Number  int64  `json:"number" minimum:"1"`
		Reason  string `json:"reason" minLength:"1" maxLength:"80"`
	}
}

func (a *API) refuseRequest(ctx context.Context, who Caller, in *refuseInput) (*answer[requestShape], error) {
	refused, err := a.Members.Refuse(ctx, who.Actor, in.Body.Village, in.Body.Number, in.Body.Reason)
	return &answer[requestShape]{shapeOfRequest(refused)}, err
}
