package privacy

import (
	"fmt"
	"time"

	"cunwu/model"
	"cunwu/service/mediation"
)

// disputeData is a dispute of the person's, as they may read it themselves.
type disputeData struct {
	Number    int64         `json:"number"`
	Kind      string        `json:"kind"`
	State     string        `json:"state"`
	At        time.Time     `json:"filed_at"`
	Closed    time.Time     `json:"closed_at,omitzero"`
	Parties   []partyData   `json:"parties"`
	Words     []wordData    `json:"words"`
	Sessions  []sessionData `json:"sessions"`
	Agreement string        `json:"agreement,omitempty"`
	Promises  []promiseData `json:"promises"`
}

type partyData struct {
	Side string `json:"side"`
	Name string `json:"name"`
}

type wordData struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
	File fileData  `json:"file,omitzero"`
}

type sessionData struct {
	At       time.Time `json:"at"`
	Place    string    `json:"place"`
	Attended string    `json:"attended"`
	Record   string    `json:"record"`
}

type promiseData struct {
	Side      string `json:"side"`
	What      string `json:"what"`
	AmountFen int64  `json:"amount_fen"`
	DueOn     string `json:"due_on"`
	State     string `json:"state"`
}

// allDisputes writes those in which the person is a party: what somebody reads as
// a mediator is other people's.
func (a *archive) allDisputes() error {
	if a.b.service.Disputes == nil {
		return nil
	}
	after := ""
	for {
		some, next, err := a.b.service.Disputes.List(a.ctx, a.b.person, after, exportPage)
		if err != nil {
			return err
		}
		for _, m := range some {
			switch {
			case m.Part != model.PartApplicant && m.Part != model.PartRespondent:
				continue
			case len(a.disputes) == exportCases:
				a.more = true
				return nil
			}
			if err := a.oneDispute(m.Dispute); err != nil {
				return err
			}
		}
		if after = next; after == "" {
			return nil
		}
	}
}

func (a *archive) oneDispute(d model.Dispute) error {
	view, err := a.b.service.Disputes.Get(a.ctx, a.b.person, mediation.RefOf(d))
	if model.IsCode(err, model.Unknown) {
		return nil // they left it meanwhile
	}
	if err != nil {
		return err
	}
	data := disputeDataOf(view)
	for i, w := range view.Words {
		if w.MediaID == "" {
			continue
		}
		if data.Words[i].File, err = a.file(fmt.Sprintf("disputes/%d", d.Number), d.VillageID, w.MediaID); err != nil {
			return err
		}
	}
	a.disputes = append(a.disputes, caseLine{Number: d.Number, State: data.State, At: data.At, Summary: data.Kind})
	if err := a.json(fmt.Sprintf("disputes/%d.json", d.Number), data); err != nil {
		return err
	}
	return a.page(fmt.Sprintf("disputes/%d.html", d.Number), "dispute", data)
}

func disputeDataOf(v mediation.View) disputeData {
	d := v.Dispute
	data := disputeData{Number: d.Number, Kind: d.Kind, State: mediation.StateName(d), At: d.FiledAt.Time, Closed: d.ClosedAt.Time,
		Parties: []partyData{}, Words: []wordData{}, Sessions: []sessionData{}, Promises: []promiseData{}}
	for _, p := range v.Parties {
		data.Parties = append(data.Parties, partyData{Side: mediation.SideName(p.Side), Name: p.Name})
	}
	for _, w := range v.Words {
		data.Words = append(data.Words, wordData{At: w.At.Time, By: w.ByName, Text: w.Text})
	}
	for _, m := range v.Sessions {
		data.Sessions = append(data.Sessions, sessionData{At: m.PlannedAt.Time, Place: m.Place, Attended: m.Attended, Record: m.Record})
	}
	if v.Agreement != nil {
		data.Agreement = v.Agreement.Text
	}
	for _, p := range v.Promises {
		data.Promises = append(data.Promises, promiseData{Side: mediation.SideName(p.BySide), What: p.What, AmountFen: p.AmountFen, DueOn: p.DueOn, State: mediation.PromiseName(p.State)})
	}
	return data
}
