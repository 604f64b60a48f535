package api_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cunwu/handler/api"
	"cunwu/model"
)

// seated: of those with the verb, whoever has a seat; who may then do what is in
// TestEverySeatDoesWhatItMay.
func seated() []model.Role { return []model.Role{"a seat"} }

// onDispute is a route on somebody's dispute.
func onDispute(make func(w *county, token string) string, does string, body any, only ...model.Role) line {
	return line{others: true, only: only, scene: func(w *county, owner, _ *citizen) attempt {
		return attempt{path: "/disputes/" + make(w, owner.token) + does, body: body}
	}}
}

func filedDispute(w *county, token string) string   { return w.disputed(token) }
func openDispute(w *county, token string) string    { return w.mediating(token) }
func settledDispute(w *county, token string) string { return w.agreed(token) }

// disputeLines are the lines of mediation.
func disputeLines() map[string]line {
	hash := strings.Repeat("0", 64)
	soon := time.Now().AddDate(0, 0, 3)
	promise := []fields{{"by": "applicant", "what": "x", "due_on": "2026-04-01"}}
	draft := fields{"form": "signed", "facts": "x", "responsibility": "x", "content": "x", "manner": "x", "promises": promise}
	paper := onDispute(settledDispute, "/paper", nil)
	paper.scene = func(w *county, owner, _ *citizen) attempt {
		return attempt{path: "/disputes/" + w.agreed(owner.token) + "/paper", means: 503} // no font
	}
	return map[string]line{
		"GET /disputes/kinds":                 plain("/disputes/kinds", nil),
		"GET /disputes":                       plain("/disputes", nil),
		"POST /disputes":                      plain("/disputes", fields{"kind": "邻里", "other_party": "外人", "other_outside": true, "facts": "x", "wish": "y"}),
		"GET /disputes/{id}":                  onDispute(filedDispute, "", nil),
		"POST /disputes/{id}/consent":         onDispute(filedDispute, "/consent", nil),
		"POST /disputes/{id}/refuse":          onDispute(filedDispute, "/refuse", nil),
		"POST /disputes/{id}/withdraw":        onDispute(filedDispute, "/withdraw", fields{}),
		"POST /disputes/{id}/replace":         onDispute(filedDispute, "/replace", nil),
		"POST /disputes/{id}/extension":       onDispute(filedDispute, "/extension", nil),
		"POST /disputes/{id}/messages":        onDispute(filedDispute, "/messages", fields{"text": "x", "to": "both"}),
		"POST /disputes/{id}/release":         onDispute(filedDispute, "/release", fields{"word_ids": []string{}}),
		"POST /disputes/{id}/performance":     onDispute(filedDispute, "/performance", fields{"kept": true}),
		"GET /disputes/{id}/confirmation":     onDispute(settledDispute, "/confirmation", nil),
		"POST /disputes/{id}/confirmation":    onDispute(settledDispute, "/confirmation", nil),
		"GET /disputes/{id}/paper":            paper,
		"GET /disputes/{id}/seal":             onDispute(settledDispute, "/seal", nil),
		"POST /disputes/{id}/accept":          onDispute(filedDispute, "/accept", nil),
		"POST /disputes/{id}/decline":         onDispute(filedDispute, "/decline", fields{}, seated()...),
		"POST /disputes/{id}/answer":          onDispute(filedDispute, "/answer", fields{"agreed": true, "how": "visit"}, seated()...),
		"POST /disputes/{id}/sessions":        onDispute(openDispute, "/sessions", fields{"at": soon, "place": "村委会"}, seated()...),
		"POST /disputes/{id}/sessions/record": onDispute(openDispute, "/sessions/record", fields{"attended": []string{"x"}, "record": "x"}, seated()...),
		"POST /disputes/{id}/agreement":       onDispute(openDispute, "/agreement", draft, seated()...),
		"POST /disputes/{id}/paper":           onDispute(openDispute, "/paper", fields{"hash": hash, "upload_id": "yunxi-" + model.NewID()}, seated()...),
		"POST /disputes/{id}/refer":           onDispute(openDispute, "/refer", fields{"to": "township", "reason": "x"}, seated()...),
		"POST /disputes/{id}/fail":            onDispute(openDispute, "/fail", fields{"reason": "x"}, seated()...),
		"POST /disputes/{id}/reject":          onDispute(openDispute, "/reject", fields{"reason": "x"}, seated()...),
		"POST /disputes/{id}/guardian":        onDispute(filedDispute, "/guardian", fields{"name": "王小草"}, seated()...),
		"POST /disputes/{id}/side":            onDispute(openDispute, "/side", fields{"side": "applicant"}, seated()...),
		"POST /disputes/{id}/report":          onDispute(filedDispute, "/report", fields{"text": "x"}),
		"POST /disputes/{id}/sign": {others: true, scene: func(w *county, owner, _ *citizen) attempt {
			id, hash := w.written(owner.token)
			return attempt{path: "/disputes/" + id + "/sign", body: fields{"hash": hash}}
		}},
		"GET /disputes/flags":   {others: true, scene: fixed("/disputes/flags?village=yunxi", nil, 0)},
		"GET /disputes/figures": {others: true, scene: fixed("/disputes/figures?village=yunxi&from=2026-01-01&to=2027-01-01", nil, 0)},
		"GET /disputes/archive": {others: true, scene: fixed("/disputes/archive?village=yunxi&year=2026", nil, 503)}, // no font
		"GET /mediators":        plain("/mediators", nil),
		"POST /mediators/{id}/kinds": {others: true, scene: func(w *county, _, _ *citizen) attempt {
			w.disputants()
			return attempt{path: "/mediators/" + model.PublicID("yunxi", w.person("yunxi", "李调解").ID) + "/kinds", body: fields{"kinds": []string{"邻里"}}}
		}},
		"POST /legal/questions": plain("/legal/questions", fields{"text": "借条有效吗"}),
		"GET /legal/duty":       plain("/legal/duty", nil),
		"POST /legal/duty": {others: true, scene: func(w *county, _, _ *citizen) attempt {
			w.disputants()
			return attempt{path: "/legal/duty", body: fields{"lawyer_id": model.PublicID("yunxi", w.person("yunxi", "郑律师").ID), "day": "2026-04-01"}}
		}},
		"GET /legal/aid":        plain("/legal/aid", nil),
		"GET /legal/aid/triage": plain("/legal/aid/triage?matter=别的事&person=都不是", nil),
	}
}

func fixed(path string, body any, means int) scene {
	return func(*county, *citizen, *citizen) attempt { return attempt{path: path, body: body, means: means} }
}

// What each seat may do in a dispute that is open, written or agreed; a cadre and a
// neighbour have none, and for them there is no dispute.
func TestEverySeatDoesWhatItMay(t *testing.T) {
	h, wang, chen, li := newHall(t)
	seats := []struct{ part, token string }{{"applicant", wang}, {"respondent", chen}, {"mediator", li}, {"lawyer", h.asks("郑律师")}, {"township", h.officer()},
		{"cadre", h.asks("张明")}, {"neighbour", h.asks("赵志强")}}
	parties, mediator := []string{"applicant", "respondent"}, []string{"mediator"}
	readers := []string{"applicant", "respondent", "mediator", "township"}
	draft := h.agreement("x")
	at := h.clock.Now().AddDate(0, 0, 3)
	for _, row := range []struct {
		stage, method, does string
		body                any
		may                 []string
	}{
		{"counselled", "GET", "", nil, append(readers, "lawyer")},
		{"counselled", "POST", "/messages", fields{"text": "x", "to": "both"}, append(parties, "mediator")},
		{"counselled", "POST", "/messages", fields{"text": "x", "to": "applicant"}, append(parties, "mediator", "lawyer")},
		{"counselled", "POST", "/consent", nil, parties},
		{"counselled", "POST", "/refuse", nil, parties},
		{"counselled", "POST", "/withdraw", fields{}, parties},
		{"counselled", "POST", "/extension", nil, parties},
		{"counselled", "POST", "/release", fields{"word_ids": []string{}}, parties},
		{"counselled", "POST", "/replace", nil, parties},
		{"counselled", "POST", "/performance", fields{"kept": true}, parties},
		{"counselled", "POST", "/sessions", fields{"at": at, "place": "x"}, mediator},
		{"counselled", "POST", "/sessions/record", fields{"attended": []string{"x"}, "record": "x"}, mediator},
		{"counselled", "POST", "/agreement", draft, mediator},
		{"counselled", "POST", "/answer", fields{"agreed": true, "how": "visit"}, mediator},
		{"counselled", "POST", "/fail", fields{"reason": "x"}, mediator},
		{"counselled", "POST", "/reject", fields{"reason": "x"}, mediator},
		{"counselled", "POST", "/guardian", fields{"name": "x"}, mediator},
		{"counselled", "POST", "/decline", fields{}, mediator},
		{"counselled", "POST", "/accept", nil, mediator},
		{"counselled", "POST", "/refer", fields{"to": "township", "reason": "x"}, []string{"mediator", "lawyer"}},
		{"counselled", "POST", "/side", fields{"side": "applicant"}, []string{"lawyer"}},
		{"counselled", "POST", "/report", fields{"text": "x"}, []string{"mediator", "township"}},
		{"written", "POST", "/sign", nil, append(parties, "mediator")},
		{"agreed", "GET", "", nil, readers},
		{"agreed", "GET", "/seal", nil, readers},
		{"agreed", "GET", "/confirmation", nil, readers},
		{"agreed", "POST", "/confirmation", nil, append(parties, "mediator")},
	} {
		path := ""
		for _, seat := range seats {
			body := row.body
			if path == "" || row.stage == "written" {
				var id string
				switch row.stage {
				case "counselled":
					id = h.counselled(wang)
				case "written":
					var hash string
					id, hash = h.written(wang)
					body = fields{"hash": hash}
				case "agreed":
					id = h.agreed(wang)
				}
				path = api.Prefix + "/disputes/" + id + row.does
			}
			a := h.call(seat.token, row.method, path, body)
			may := slices.Contains(row.may, seat.part)
			if (attempt{}).let(a.status) != may {
				t.Errorf("%s %s %s by the %s: %d %s, and the table says %v", row.stage, row.method, row.does, seat.part, a.status, a.body, may)
			}
			if may {
				path = ""
			}
			if seat.part == "cadre" || seat.part == "neighbour" {
				if a.status != 404 {
					t.Errorf("%s %s tells the %s of a dispute: %d", row.method, row.does, seat.part, a.status)
				}
			}
		}
	}
}
