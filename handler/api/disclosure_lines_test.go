package api_test

import (
	"fmt"
	"time"

	"cunwu/model"
	"cunwu/service/disclosure"
)

// clerk is somebody of 云溪村 who prepares disclosures, and who is nobody of the
// test's people.
func (c *county) clerk() model.Actor { return c.office("写稿人", model.RoleCommittee) }

func (c *county) office(name string, role model.Role) model.Actor {
	c.t.Helper()
	found, err := c.people.Find(c.ctx, "yunxi", name, "")
	if model.IsCode(err, model.Unknown) || err == nil && len(found) == 0 {
		c.settle("yunxi", name)
		c.grant("yunxi", name, role)
		err = nil
	}
	c.ok(err)
	return c.actor("yunxi", name)
}

// paper is a disclosure of 云溪村: a draft, or one that was signed, or published.
func (c *county) paper(kind string, state string) (ref disclosure.Ref, digest string) {
	c.t.Helper()
	d, err := c.deps.Public.Draft(c.ctx, c.clerk(), disclosure.Draft{VillageID: "yunxi", Kind: kind, Duty: map[string]string{"decision": "decision", "party": "party"}[kind],
		Period: map[string]string{"party": "2025-Q4"}[kind], Title: "第" + c.next() + "份", Text: "内容"})
	c.ok(err)
	ref = disclosure.Ref{VillageID: d.VillageID, ID: d.ID}
	view, err := c.deps.Public.Get(c.ctx, c.clerk(), ref, -1)
	c.ok(err)
	if state == "draft" {
		return ref, view.Digest
	}
	_, err = c.deps.Public.SignOff(c.ctx, c.office("监督人", model.RoleSupervisor), ref, view.Digest)
	c.ok(err)
	if state == "published" {
		_, err = c.deps.Public.Publish(c.ctx, c.clerk(), ref, false)
		c.ok(err)
		_, err = c.deps.Ledger.SealDue(c.ctx)
		c.ok(err)
	}
	return ref, view.Digest
}

// shownTo is a route that everybody reads, of a published disclosure.
func shownTo(does string, means int) line {
	id := "" // one does for all who read it
	return line{scene: func(w *county, _, _ *citizen) attempt {
		if id == "" {
			ref, _ := w.paper("decision", "published")
			id = model.PublicID(ref.VillageID, ref.ID)
		}
		return attempt{path: "/disclosures/" + id + does, means: means}
	}}
}

// onPaper is a route on somebody's disclosure in this state.
func onPaper(kind, state, does string, body func(w *county, digest string) any) line {
	return line{others: true, scene: func(w *county, _, _ *citizen) attempt {
		ref, digest := w.paper(kind, state)
		return attempt{path: "/disclosures/" + model.PublicID(ref.VillageID, ref.ID) + does, body: body(w, digest)}
	}}
}

func always(body any) func(*county, string) any { return func(*county, string) any { return body } }

// nothingUploaded is an id of a file that isn't there: whoever may is told so
// later, or that something else is wrong.
const nothingUploaded = "yunxi-0192aaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// disclosureLines are the lines of disclosures and the public log.
func disclosureLines() map[string]line {
	return map[string]line{
		"GET /disclosures":                            plain("/disclosures?village=yunxi", nil),
		"GET /disclosures/calendar":                   plain("/disclosures/calendar?village=yunxi", nil),
		"GET /disclosures/catalogue":                  plain("/disclosures/catalogue?village=yunxi", nil),
		"GET /disclosures/search":                     plain("/disclosures/search?village=yunxi&q=路", nil),
		"GET /disclosures/year":                       plain("/disclosures/year?village=yunxi&year=2026", nil),
		"GET /disclosures/chart":                      plain("/disclosures/chart?village=yunxi&year=2026", nil),
		"GET /disclosures/template":                   plain("/disclosures/template", nil),
		"GET /disclosures/{id}":                       shownTo("", 0),
		"GET /disclosures/{id}/diff":                  shownTo("/diff?from=1&to=1", 0),
		"GET /disclosures/{id}/questions":             shownTo("/questions", 0),
		"GET /disclosures/{id}/proof":                 shownTo("/proof", 0),
		"GET /disclosures/{id}/items":                 shownTo("/items", 404),      // it has no accounts
		"GET /disclosures/{id}/categories":            shownTo("/categories", 404), // likewise
		"GET /disclosures/{id}/export":                shownTo("/export", 404),
		"GET /disclosures/{id}/files/{upload}":        shownTo("/files/x", 404),
		"POST /disclosures":                           {others: true, scene: newPaper},
		"PUT /disclosures/{id}":                       onPaper("decision", "draft", "", always(fields{"text": "改过的"})),
		"POST /disclosures/{id}/sign":                 onPaper("decision", "draft", "/sign", func(_ *county, digest string) any { return fields{"digest": digest} }),
		"POST /disclosures/{id}/approve":              onPaper("party", "draft", "/approve", approval),
		"POST /disclosures/{id}/publish":              onPaper("decision", "signed", "/publish", always(fields{})),
		"POST /disclosures/{id}/correct":              onPaper("decision", "published", "/correct", always(fields{"text": "改过的", "reason": "写错了"})),
		"POST /disclosures/{id}/withdraw":             onPaper("decision", "published", "/withdraw", always(fields{"reason": "贴错了"})),
		"POST /disclosures/{id}/post":                 onPaper("decision", "published", "/post", always(fields{"upload_id": nothingUploaded, "on": "2020-01-01T00:00:00+08:00"})),
		"POST /disclosures/{id}/items/{seq}/vouchers": onPaper("decision", "published", "/items/1/vouchers", always(fields{"upload_ids": []string{nothingUploaded}})),
		"POST /disclosures/{id}/questions":            onPaper("decision", "published", "/questions", always(fields{"text": "为什么"})),
		"GET /disclosures/{id}/reach":                 onPaper("decision", "published", "/reach", always(nil)),
		"PUT /disclosures/catalogue/{duty}": {others: true, scene: func(*county, *citizen, *citizen) attempt {
			return attempt{path: "/disclosures/catalogue/forest", body: fields{"village": "yunxi", "kind": "village", "title": "山林", "months": 12, "due_days": 9, "active": true}}
		}},
		"POST /cases/{id}/join":    {others: true, scene: twoQuestions},
		"GET /log/head":            inLog("/log/head?village=yunxi"),
		"GET /log/entries/{n}":     inLog("/log/entries/0?village=yunxi"),
		"GET /log/proof":           inLog("/log/proof?village=yunxi&leaf=0"),
		"GET /log/consistency":     inLog("/log/consistency?village=yunxi&from=1"),
		"POST /log/subscription":   plain("/log/subscription", nil),
		"DELETE /log/subscription": plain("/log/subscription", nil),
		"POST /notices/{id}/told": {others: true, scene: func(w *county, owner, _ *citizen) attempt {
			return attempt{path: "/notices/" + w.noticeOf(owner) + "/told"}
		}},
	}
}

func newPaper(w *county, _, _ *citizen) attempt {
	return attempt{path: "/disclosures", body: fields{"village": "yunxi", "kind": "decision", "title": "第" + w.next() + "份", "text": "内容"}}
}

func approval(_ *county, digest string) any {
	return fields{"digest": digest, "secrecy": true, "need": true, "accuracy": true}
}

func inLog(path string) line {
	begun := false
	return line{scene: func(w *county, _, _ *citizen) attempt {
		if !begun {
			w.paper("decision", "published")
			begun = true
		}
		return attempt{path: path}
	}}
}

// twoQuestions are two that villagers ask about one disclosure.
func twoQuestions(w *county, owner, _ *citizen) attempt {
	ref, _ := w.paper("decision", "published")
	var ids []string
	for range 2 {
		asked := w.post(owner.token, fmt.Sprintf("/disclosures/%s/questions", model.PublicID(ref.VillageID, ref.ID)), fields{"text": "为什么" + w.next()}).want(201)
		ids = append(ids, asked.text("id"))
	}
	w.clock.Advance(time.Second)
	return attempt{path: "/cases/" + ids[0] + "/join", body: fields{"into": ids[1]}}
}
