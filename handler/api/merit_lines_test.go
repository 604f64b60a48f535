package api_test

import (
	"cunwu/model"
	"cunwu/service/merit"
)

// salt is the goods that 云溪村 has.
const salt = "0192aaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// book gives 云溪村 a rule book that has held for days.
func (c *county) book() {
	c.t.Helper()
	var n int64
	c.ok(c.store.DB(c.ctx).Model(&model.MeritBook{}).Where("village_id = ?", "yunxi").Count(&n).Error)
	if n > 0 {
		return
	}
	c.ok(c.store.DB(c.ctx).Create(&model.MeritBook{VillageID: "yunxi", Version: 1, Label: "功德积分", AdoptedOn: "2026-01-01", Resolution: "决议", ValidFrom: "2026-01-01", Carry: 50, OpenFigures: true}).Error)
	c.ok(c.store.DB(c.ctx).Create(&model.MeritDeed{VillageID: "yunxi", Version: 1, Number: 1, Name: "打扫村道", Points: 5, Evidence: model.EvidenceWords, Who: model.DeedAnybody}).Error)
	c.ok(c.store.DB(c.ctx).Create(&model.MeritGoods{VillageID: "yunxi", ID: salt, Name: "盐", Price: 1, Stock: 900_000, Active: true}).Error)
}

// claim is a claim of the owner's in the state; no earlier one stands in its way.
func (c *county) claim(owner *citizen, state string) string {
	c.t.Helper()
	c.book()
	c.ok(c.store.DB(c.ctx).Exec("UPDATE merit_claims SET once_key = id").Error)
	c.ok(c.store.DB(c.ctx).Exec("DELETE FROM merit_sums WHERE name = 'claims'").Error)
	id := c.post(owner.token, "/merit/claims", fields{"deed": 1, "text": "扫了村道"}).want(201).text("id")
	villageID, claimID, err := model.ParsePublicID(id)
	c.ok(err)
	now := model.At(c.clock.Now())
	if state != model.ClaimReviewing {
		c.ok(c.store.DB(c.ctx).Model(&model.MeritClaim{}).Where("village_id = ? AND id = ?", villageID, claimID).
			UpdateColumns(map[string]any{"state": state, "decided_at": now, "posted_at": now, "notice_until": now, "act_at": now}).Error)
	}
	return id
}

// redemption is one that waits at the store; the owner earned it.
func (c *county) redemption(owner *citizen) string {
	c.t.Helper()
	c.claim(owner, model.ClaimNoticed)
	_, err := c.deps.Merit.PostDue(c.ctx)
	c.ok(err)
	return c.post(owner.token, "/merit/redemptions", fields{"goods_id": model.PublicID("yunxi", salt), "quantity": 1}).want(201).text("id")
}

// story is one about the owner.
func (c *county) story(owner *citizen) string {
	c.t.Helper()
	writer := model.Actor{VillageID: "yunxi", VillagerID: c.helper.person.ID, Holds: []model.Held{{VillageID: "yunxi", Role: model.RoleCommittee}}}
	s, err := c.deps.Merit.WriteStory(c.ctx, writer, merit.NewStory{VillageID: "yunxi", PersonID: owner.person.ID, Title: "扫街十年", Text: "天天扫"})
	c.ok(err)
	return model.PublicID(s.VillageID, s.ID)
}

// ofMerit is a route that those of the village walk; the township has no points of
// its own, and is told so.
func ofMerit(path string, body any, means int) line {
	return line{scene: func(w *county, _, actor *citizen) attempt {
		w.book()
		a := attempt{path: path, body: body}
		if actor.unit != "yunxi" {
			a.means = means
		}
		return a
	}}
}

// onMerit is a route on somebody's thing.
func onMerit(before, after string, body any, thing func(*county, *citizen) string, also ...model.Verb) line {
	return line{others: true, also: also, scene: func(w *county, owner, _ *citizen) attempt {
		if owner.unit != "yunxi" {
			return attempt{path: before + model.PublicID("yunxi", salt) + after, body: body, means: 404}
		}
		return attempt{path: before + thing(w, owner) + after, body: body}
	}}
}

// inMerit is a route of whoever works for the village.
func inMerit(path string, body any, means int, also ...model.Verb) line {
	return line{others: true, also: also, scene: func(w *county, _, _ *citizen) attempt {
		w.book()
		return attempt{path: path + "?village=yunxi", body: body, means: means}
	}}
}

func claimIn(state string) func(*county, *citizen) string {
	return func(c *county, owner *citizen) string { return c.claim(owner, state) }
}

// unreviewed is a claim that nobody was asked about.
func unreviewed(c *county, owner *citizen) string {
	id := c.claim(owner, model.ClaimReviewing)
	c.ok(c.store.DB(c.ctx).Exec("DELETE FROM merit_reviews").Error)
	return id
}

func meritLines() map[string]line {
	const claims, redemptions, stories = "/merit/claims/", "/merit/redemptions/", "/merit/stories/"
	reason := fields{"reason": "不是这样"}
	const manage = model.VerbMeritManage
	deeds := []fields{{"number": 1, "name": "扫街", "points": 5, "evidence": "none", "who": "self"}}
	edition := fields{"title": "扫街十年", "text": "天天扫"}
	redemption := func(c *county, owner *citizen) string { return c.redemption(owner) }
	story := func(c *county, owner *citizen) string { return c.story(owner) }
	return map[string]line{
		"GET /merit/account": ofMerit("/merit/account", nil, 403),
		"GET /merit/entries": ofMerit("/merit/entries", nil, 403),
		"GET /merit/ranking": plain("/merit/ranking", nil),
		"GET /merit/ranking/board": {scene: func(*county, *citizen, *citizen) attempt {
			return attempt{path: "/merit/ranking/board", means: 404} // nobody stands on it
		}},
		"GET /merit/certificate": {others: true, scene: func(w *county, owner, _ *citizen) attempt {
			w.book()
			var house model.Household
			w.ok(w.store.DB(w.ctx).Where("village_id = ? AND id = (SELECT household_id FROM villagers WHERE village_id = ? AND id = ?)", owner.unit, owner.unit, owner.person.ID).Take(&house).Error)
			return attempt{path: "/merit/certificate?village=yunxi&period=2020&household=" + house.Number, means: 404} // not on that year's roll
		}},
		"POST /merit/honour":  ofMerit("/merit/honour", fields{"show": true}, 403),
		"GET /merit/postings": ofMerit("/merit/postings?village=yunxi", nil, 404),
		"GET /merit/book":     ofMerit("/merit/book", nil, 404),
		"POST /merit/book":    inMerit("/merit/book", fields{"resolution": "决议", "adopted_on": "2026-03-01", "valid_from": "2027-01-01", "carry": 100, "deeds": deeds}, 0),

		"GET /merit/claims":                    plain("/merit/claims", nil),
		"POST /merit/claims":                   ofMerit("/merit/claims", fields{"deed": 1, "text": "扫了村道"}, 404),
		"GET /merit/claims/{id}":               onMerit(claims, "", nil, unreviewed),
		"POST /merit/claims/{id}/withdraw":     onMerit(claims, "/withdraw", nil, claimIn(model.ClaimReviewing)),
		"POST /merit/claims/{id}/object":       onMerit(claims, "/object", reason, claimIn(model.ClaimNoticed)),
		"POST /merit/claims/{id}/appeal":       onMerit(claims, "/appeal", reason, claimIn(model.ClaimRefused)),
		"POST /merit/claims/{id}/review":       onMerit(claims, "/review", fields{"approve": true}, claimIn(model.ClaimReviewing)),
		"POST /merit/claims/{id}/reverse":      onMerit(claims, "/reverse", reason, claimIn(model.ClaimPosted)),
		"GET /merit/reviews":                   inMerit("/merit/reviews", nil, 0),
		"GET /merit/public-notice":             plain("/merit/public-notice", nil),
		"GET /merit/exceptions":                inMerit("/merit/exceptions", nil, 0),
		"POST /merit/close":                    inMerit("/merit/close", fields{"year": 2026}, 0),
		"GET /merit/goods":                     plain("/merit/goods", nil),
		"POST /merit/goods":                    inMerit("/merit/goods", fields{"name": "米", "price": 3, "stock": 2}, 0, manage),
		"POST /merit/goods/{id}":               onMerit("/merit/goods/", "", fields{"active": true}, func(c *county, _ *citizen) string { c.book(); return model.PublicID("yunxi", salt) }, manage),
		"GET /merit/redemptions":               ofMerit("/merit/redemptions", nil, 403),
		"POST /merit/redemptions":              ofMerit("/merit/redemptions", fields{"goods_id": model.PublicID("yunxi", salt), "quantity": 1000}, 403),
		"POST /merit/redemptions/{id}/confirm": onMerit(redemptions, "/confirm", nil, redemption),
		"POST /merit/redemptions/{id}/cancel":  onMerit(redemptions, "/cancel", nil, redemption),
		// Whoever witnesses what was handed over by card: merit_test.go walks it.
		"POST /merit/redemptions/{id}/witness": {scene: func(w *county, _, _ *citizen) attempt {
			return attempt{path: redemptions + w.redemption(w.wang) + "/witness", means: 404}
		}},
		"GET /merit/counter/waiting": inMerit("/merit/counter/waiting", nil, 0, manage),
		"POST /merit/counter/code":   inMerit("/merit/counter/code", fields{"code": "00000000"}, 404),
		"POST /merit/counter/card":   inMerit("/merit/counter/card", fields{"card": "000000000000", "goods_id": model.PublicID("yunxi", salt), "quantity": 1, "witness_id": model.PublicID("yunxi", salt)}, 404),
		"POST /merit/counter/sheets": inMerit("/merit/counter/sheets", fields{"sheet": "A1", "held_on": "2026-03-01", "lines": []fields{{"household_no": "1", "goods": "盐", "quantity": 1}}}, 0, manage),
		"POST /merit/cards":          inMerit("/merit/cards", fields{"household_no": "1"}, 0),

		"GET /merit/stories":      plain("/merit/stories?q=扫", nil),
		"GET /merit/stories/mine": plain("/merit/stories/mine", nil),
		"POST /merit/stories": {others: true, scene: func(_ *county, owner, _ *citizen) attempt {
			return attempt{path: "/merit/stories?village=yunxi", body: fields{"person_id": model.PublicID("yunxi", owner.person.ID), "title": "扫街十年", "text": "天天扫"}}
		}},
		"GET /merit/stories/{id}/draft":     onMerit(stories, "/draft", nil, story),
		"POST /merit/stories/{id}/editions": onMerit(stories, "/editions", edition, story),
		"POST /merit/stories/{id}/consent":  onMerit(stories, "/consent", fields{"edition": 1}, story),
		"POST /merit/stories/{id}/withdraw": onMerit(stories, "/withdraw", nil, story),
	}
}
