package api_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"maps"
	"mime/multipart"
	"slices"
	"strings"
	"testing"
	"time"

	"cunwu/handler/api"
	"cunwu/model"
	"cunwu/service/membership"
	"cunwu/service/moderation"
	"cunwu/service/village"
)

// attempt is one request on a route.
type attempt struct {
	path   string
	body   any
	header []string
	token  string // another session of the same actor, where the request ends it
	means  int    // a refusal that says "let in" here: there is nothing to do
}

// scene prepares an attempt: owner is whose thing it is about, actor who tries.
type scene func(w *county, owner, actor *citizen) attempt

// line is what the test knows of a route. Others says that it is about a thing
// that may be somebody else's; only narrows who of those with the verb may.
type line struct {
	scene  scene
	others bool
	only   []model.Role
	also   []model.Verb // each of which lets in, too
}

// citizen is somebody with a telephone.
type citizen struct {
	unit, name, openid, token string
	person                    model.Person
	role                      model.Role
}

// county is the house with one holder of every role in 云溪村, and in 长滩村
// under another township.
type county struct {
	*house
	wang   *citizen // owns what the others try
	helper *citizen
	n      int
	ready  *attempt // on 王小草's thing, which nobody has done anything to yet
}

func newCounty(t *testing.T) *county {
	c := &county{house: newHouse(t)}
	for _, u := range []village.NewUnit{{Code: "dongshan", Name: "东山镇", Kind: model.UnitTownship}, {Code: "longtan", Name: "龙潭村", Kind: model.UnitVillage, Township: "dongshan"}} {
		_, err := c.people.Create(c.ctx, model.Console(), u)
		c.ok(err)
	}
	c.settle("yunxi", "王小草", "李小花")
	c.wang, c.helper = c.citizen("yunxi", "王小草", model.RoleVillager), c.citizen("yunxi", "李小花", model.RoleVillager)
	return c
}

func (c *county) citizen(unit, name string, role model.Role) *citizen {
	c.t.Helper()
	p := c.person(unit, name)
	who := &citizen{unit: unit, name: name, openid: "o" + p.ID, person: p, role: role}
	_, err := c.people.BindInPerson(c.ctx, model.Console(), p, mini, who.openid)
	c.ok(err)
	who.token = c.enter(p.ID)
	return who
}

// holder is somebody of the unit who holds the role.
func (c *county) holder(unit, name string, role model.Role) *citizen {
	c.t.Helper()
	if role == model.RoleTownship {
		unit = map[string]string{"yunxi": "xishan", "longtan": "dongshan"}[unit]
		c.grant(unit, name, role)
		return c.citizen(unit, name, role)
	}
	c.settle(unit, name)
	if role != model.RoleVillager {
		c.grant(unit, name, role)
	}
	return c.citizen(unit, name, role)
}

func (c *county) next() string { c.n++; return fmt.Sprint(c.n) }

func (c *county) caseOf(owner *citizen) string {
	return c.ask(owner.token, "第"+c.next()+"件事：路灯坏了").text("id")
}

// answeredCase is a case that waits for its asker's word.
func (c *county) answeredCase(owner *citizen) string {
	id := c.caseOf(owner)
	villageID, caseID, err := model.ParsePublicID(id)
	c.ok(err)
	c.ok(c.store.DB(c.ctx).Model(&model.Case{}).Where("village_id = ? AND id = ?", villageID, caseID).
		UpdateColumns(map[string]any{"state": model.CaseReplied, "replied_at": model.At(c.clock.Now()), "reply_id": "0"}).Error)
	return id
}

func (c *county) picture(owner *citizen) string {
	path, body, header := photo(c.t)
	return c.call(owner.token, "POST", api.Prefix+path, body, header...).want(201).text("id")
}

// photo is an upload of a small picture.
func photo(t testing.TB) (path, content string, header []string) {
	t.Helper()
	body := &bytes.Buffer{}
	form := multipart.NewWriter(body)
	part, err := form.CreateFormFile("file", "灯.png")
	if err == nil {
		err = png.Encode(part, image.NewRGBA(image.Rect(0, 0, 20, 20)))
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return "/uploads", body.String(), []string{"Content-Type", form.FormDataContentType()}
}

// helpOf is somebody's wish to help the owner.
func (c *county) helpOf(owner *citizen) string {
	helper := c.helper
	if owner == c.helper {
		helper = c.wang
	}
	_, byMe, err := c.deps.Members.Helpers(c.ctx, c.actor(helper.unit, helper.name))
	c.ok(err)
	for _, h := range byMe {
		if h.Elder.Is(owner.person) && h.State == model.RequestOpen {
			return h.ID
		}
		if h.State == model.HelpAgreed || h.State == model.RequestOpen {
			villageID, id, err := model.ParsePublicID(h.ID)
			c.ok(err)
			_, err = c.deps.Members.EndHelp(c.ctx, c.actor(helper.unit, helper.name), membership.HelpRef{VillageID: villageID, ID: id})
			c.ok(err)
		}
	}
	var house model.Household
	_ = c.store.DB(c.ctx).Where("village_id = ? AND id = (SELECT household_id FROM villagers WHERE village_id = ? AND id = ?)", owner.unit, owner.unit, owner.person.ID).Take(&house).Error
	h, err := c.deps.Members.AskToHelp(c.ctx, c.actor(helper.unit, helper.name), membership.AskHelp{VillageID: owner.unit,
		Elder: village.Named{Name: owner.name, HouseholdNo: house.Number}, Scope: membership.Scope{membership.ScopeCases}, Months: 1})
	c.ok(err)
	return h.ID
}

// request is a stranger's wish to be bound; its number.
func (c *county) request() int64 {
	token := c.enter("stranger" + c.next())
	a := c.post(token, "/bindings", map[string]any{"phone_code": fmt.Sprintf("phone-188%08d", c.n), "name": "王小草", "village": "yunxi"}).want(202)
	return int64(a.fields["number"].(float64))
}

func (c *county) check(owner *citizen) string {
	author := c.actor(owner.unit, owner.name)
	subject := "question/" + c.next()
	c.ok(c.store.Tx(c.ctx, func(ctx context.Context) error {
		return c.deps.Checks.Want(ctx, author, moderation.Wanted{VillageID: "yunxi", Subject: subject, Text: "能公开吗"})
	}))
	var row model.ContentCheck
	c.ok(c.store.DB(c.ctx).Take(&row, "subject = ?", subject).Error)
	return model.PublicID(row.VillageID, row.ID)
}

func (c *county) noticeOf(owner *citizen) string {
	id := c.caseOf(owner)
	villageID, caseID, err := model.ParsePublicID(id)
	c.ok(err)
	row := model.Notice{VillageID: villageID, ID: model.NewID(), Event: "x/" + caseID, Recipient: owner.person.Recipient(), Text: "有答复了", State: model.NoticeHeld, CreatedAt: model.At(c.clock.Now())}
	c.ok(c.store.DB(c.ctx).Create(&row).Error)
	return model.PublicID(row.VillageID, row.ID)
}

// plain is a route without anybody else's thing in it.
func plain(path string, body any) line {
	return line{scene: func(*county, *citizen, *citizen) attempt { return attempt{path: path, body: body} }}
}

// onCase is a route on somebody's case.
func onCase(does string, body any) line {
	return line{others: true, scene: func(w *county, owner, _ *citizen) attempt {
		return attempt{path: "/cases/" + w.caseOf(owner) + does, body: body}
	}}
}

func onAnswered(does string, body any) line {
	return line{others: true, scene: func(w *county, owner, _ *citizen) attempt {
		return attempt{path: "/cases/" + w.answeredCase(owner) + does, body: body}
	}}
}

type fields = map[string]any

// lines is how each route is tried. A route without a line fails the test.
func lines() map[string]line {
	text, reason := fields{"text": "知道了"}, fields{"reason": "等零件到货"}
	return map[string]line{
		"POST /login": plain("/login", fields{"code": "login-x"}),
		"POST /logout": {scene: func(w *county, _, actor *citizen) attempt {
			return attempt{path: "/logout", token: w.enter(actor.person.ID)}
		}},
		"GET /sessions": plain("/sessions", nil),
		"DELETE /sessions": {scene: func(w *county, _, actor *citizen) attempt {
			old := actor.token
			w.clock.Advance(time.Second) // what began before the end of all is over
			actor.token = ""
			return attempt{path: "/sessions", token: old}
		}},
		"DELETE /sessions/{id}": {others: true, scene: func(w *county, owner, _ *citizen) attempt {
			w.enter(owner.person.ID)
			var row model.Session
			w.ok(w.store.DB(w.ctx).Where("openid = ?", owner.openid).Order("seen_at DESC").Take(&row).Error)
			id := row.ID
			if owner.token != "" {
				w.clock.Advance(time.Second)
				owner.token = w.enter(owner.person.ID)
			}
			return attempt{path: "/sessions/" + id}
		}},
		"POST /bindings": plain("/bindings", fields{"invite_code": "00000000"}),
		"GET /me":        plain("/me", nil),
		"POST /me/speaker": {scene: func(_ *county, _, actor *citizen) attempt {
			return attempt{path: "/me/speaker", body: fields{"village": actor.unit}}
		}},
		"GET /me/corrections":  plain("/me/corrections", nil),
		"POST /me/corrections": plain("/me/corrections", fields{"field": "residence", "value": "杭州", "evidence": "我在杭州打工"}),
		"GET /me/consents":     plain("/me/consents", nil),
		"POST /me/consents":    plain("/me/consents", fields{"purpose": "voice", "version": "", "given": false}),
		"GET /me/export":       plain("/me/export", nil),
		"GET /me/erasure":      plain("/me/erasure", nil),
		"POST /me/erasure":     plain("/me/erasure", nil),
		"POST /me/erasure/withdraw": {scene: func(w *county, _, actor *citizen) attempt {
			w.post(actor.token, "/me/erasure", nil).want(200)
			return attempt{path: "/me/erasure/withdraw"}
		}},
		"POST /me/erasure/confirm": {scene: func(w *county, _, actor *citizen) attempt {
			w.post(actor.token, "/me/erasure", nil).want(200)
			w.post(actor.token, "/me/erasure/withdraw", nil).want(204)
			return attempt{path: "/me/erasure/confirm", means: 404}
		}},
		"GET /helpers": plain("/helpers", nil),
		"POST /helpers": {scene: func(*county, *citizen, *citizen) attempt {
			return attempt{path: "/helpers", body: fields{"name": "没有这个人", "scope": []string{"cases"}, "months": 1}, means: 404}
		}},
		"POST /helpers/{id}/agree": {others: true, scene: func(w *county, owner, _ *citizen) attempt {
			return attempt{path: "/helpers/" + w.helpOf(owner) + "/agree"}
		}},
		"POST /helpers/{id}/disagree": {others: true, scene: func(w *county, owner, _ *citizen) attempt {
			return attempt{path: "/helpers/" + w.helpOf(owner) + "/disagree"}
		}},
		"POST /helpers/{id}/end": {others: true, scene: func(w *county, owner, _ *citizen) attempt {
			return attempt{path: "/helpers/" + w.helpOf(owner) + "/end"}
		}},
		"GET /requests": {others: true, scene: func(*county, *citizen, *citizen) attempt { return attempt{path: "/requests?village=yunxi"} }},
		"POST /requests/confirm": {others: true, scene: func(w *county, _, _ *citizen) attempt {
			return attempt{path: "/requests/confirm", body: fields{"village": "yunxi", "number": w.request()}}
		}},
		"POST /requests/refuse": {others: true, scene: func(w *county, _, _ *citizen) attempt {
			return attempt{path: "/requests/refuse", body: fields{"village": "yunxi", "number": w.request(), "reason": "不认识"}}
		}},
		"POST /uploads": {others: true, scene: func(w *county, owner, _ *citizen) attempt {
			path, body, header := photo(w.t)
			return attempt{path: path + "?village=" + owner.unit, body: body, header: header}
		}},
		"GET /uploads/{id}": {others: true, scene: func(w *county, owner, _ *citizen) attempt {
			id := w.picture(owner)
			w.post(owner.token, "/cases", fields{"text": "看图" + w.next(), "upload_ids": []string{id}}).want(201)
			return attempt{path: "/uploads/" + id}
		}},
		"GET /cases":                plain("/cases", nil),
		"POST /cases":               plain("/cases", fields{"text": "路灯坏了"}),
		"GET /cases/{id}":           onCase("", nil),
		"POST /cases/{id}/messages": onCase("/messages", text),
		"POST /cases/{id}/danger":   onCase("/danger", fields{"real": true}),
		"POST /cases/{id}/verdict":  onAnswered("/verdict", fields{"solved": true, "stars": 5}),
		"POST /cases/{id}/stars": {others: true, scene: func(w *county, owner, _ *citizen) attempt {
			id := w.answeredCase(owner)
			w.post(owner.token, "/cases/"+id+"/verdict", fields{"solved": true}).want(200)
			return attempt{path: "/cases/" + id + "/stars", body: fields{"stars": 4}}
		}},
		"POST /cases/{id}/withdraw": onCase("/withdraw", nil),
		"POST /cases/{id}/swap":     onCase("/swap", nil),
		"POST /cases/{id}/joint":    onCase("/joint", nil),
		"POST /cases/{id}/sign":     onCase("/sign", nil),
		"POST /cases/{id}/contact":  onCase("/contact", nil),
		"POST /cases/{id}/reply":    onCase("/reply", text),
		"POST /cases/{id}/ask":      onCase("/ask", text),
		"POST /cases/{id}/transfer": onCase("/transfer", fields{"to": "云溪first_secretary"}),
		"POST /cases/{id}/extend":   onCase("/extend", reason),
		"POST /cases/{id}/reject":   onCase("/reject", reason),
		"POST /cases/{id}/decide":   onCase("/decide", fields{"adopted": true, "reason": "好主意"}),
		"POST /cases/{id}/topic":    onCase("/topic", fields{"topic": "咨询"}),
		"POST /cases/{id}/close":    onCase("/close", nil),
		// Of those who may hear, the one whom the voice was given to.
		"POST /cases/{id}/heard": {others: true, only: []model.Role{model.RoleGridWorker}, scene: func(w *county, owner, _ *citizen) attempt {
			id := w.answeredCase(owner)
			villageID, caseID, err := model.ParsePublicID(id)
			w.ok(err)
			event := model.CaseEvent{VillageID: villageID, CaseID: caseID, ID: model.NewID(), At: model.At(w.clock.Now()), Kind: model.EventSpoken}
			w.ok(w.store.DB(w.ctx).Create(&event).Error)
			return attempt{path: "/cases/" + id + "/heard", body: fields{"solved": true}}
		}},
		"GET /notices": plain("/notices", nil),
		"POST /notices/{id}/read": {others: true, scene: func(w *county, owner, _ *citizen) attempt {
			return attempt{path: "/notices/" + w.noticeOf(owner) + "/read"}
		}},
		"GET /subscriptions":  plain("/subscriptions", nil),
		"POST /subscriptions": plain("/subscriptions", fields{"grants": []fields{{"template_id": "T1", "accepted": true}}}),
		"GET /checks":         {others: true, scene: func(*county, *citizen, *citizen) attempt { return attempt{path: "/checks?village=yunxi"} }},
		"POST /checks/{id}/decide": {others: true, scene: func(w *county, owner, _ *citizen) attempt {
			return attempt{path: "/checks/" + w.check(owner) + "/decide", body: fields{"publish": true}}
		}},
	}
}

func (c *county) try(token, method string, a attempt) int {
	return c.call(token, method, api.Prefix+a.path, a.body, a.header...).status
}

// let says whether the answer says: you may.
func (a attempt) let(status int) bool {
	return status == a.means || status != 401 && status != 403 && status != 404 && status < 500
}

// Every route × every role × the own village, another one, no session: what the
// server does is what the table of routes and model/role.go say.
func TestPermissions(t *testing.T) {
	c := newCounty(t)
	table := (&api.API{Deps: *c.deps}).Lines()
	known := lines()
	maps.Copy(known, meritLines())
	maps.Copy(known, disputeLines())
	maps.Copy(known, pollLines())
	maps.Copy(known, disclosureLines())
	var names []string
	for _, l := range table {
		names = append(names, l.Method+" "+l.Path)
	}
	for _, name := range names {
		if _, ok := known[name]; !ok {
			t.Fatalf("%s stands in no line of this test", name)
		}
	}
	for name := range known {
		if !slices.Contains(names, name) {
			t.Errorf("%s doesn't exist any more", name)
		}
	}
	var people []*citizen
	for _, unit := range []string{"yunxi", "longtan"} {
		for _, role := range model.Roles() {
			people = append(people, c.holder(unit, map[string]string{"yunxi": "云溪", "longtan": "龙潭"}[unit]+string(role), role))
		}
	}
	for _, l := range table {
		name := l.Method + " " + l.Path
		t.Run(strings.ReplaceAll(name, "/", "·"), func(t *testing.T) {
			how := known[name]
			c.t, c.ready = t, nil
			c.nobody(l, how)
			for _, who := range people {
				c.mine(l, how, who)
				c.theirs(l, how, who)
			}
		})
	}
}

// nobody tries without a session, and with one that never was.
func (c *county) nobody(l api.Line, how line) {
	c.t.Helper()
	a := how.scene(c, c.wang, c.wang)
	for _, token := range []string{"", strings.Repeat("A", 43)} {
		if status := c.try(token, l.Method, a); (status == 401) != (l.Door == api.Session) {
			c.t.Errorf("without a session: %d", status)
		}
	}
	c.refresh(c.wang)
}

// refresh signs somebody in again whose sessions a route has ended.
func (c *county) refresh(who *citizen) {
	if c.get(who.token, "/me").status == 401 {
		c.clock.Advance(time.Second)
		who.token = c.enter(who.person.ID)
	}
}

// mine tries on the actor's own: what needs no verb is open to everybody who is
// bound, whatever they hold.
func (c *county) mine(l api.Line, how line, who *citizen) {
	c.t.Helper()
	if l.Verb != api.Own && how.others || who.unit == "longtan" || l.Path == "/helpers/{id}/agree" || l.Path == "/helpers/{id}/disagree" {
		return // the helper's phone isn't the elder's: their own test is in help_test.go
	}
	if l.Path == "/cases/{id}/danger" || l.Path == "/me/corrections" && who.unit == "xishan" {
		return
	}
	if who.role == model.RoleTownship && strings.HasPrefix(l.Path, "/disputes") { // parties are on the village's roll
		return
	}
	a := how.scene(c, who, who)
	token := who.token
	if a.token != "" {
		token = a.token
	}
	if status := c.try(token, l.Method, a); !a.let(status) {
		c.t.Errorf("%s of %s on their own: %d", who.role, who.unit, status)
	}
	c.refresh(who)
}

// theirs tries on what belongs to 王小草 of 云溪村: whoever's role has the verb
// there may, nobody else.
func (c *county) theirs(l api.Line, how line, who *citizen) {
	c.t.Helper()
	if !how.others {
		return
	}
	if c.ready == nil {
		a := how.scene(c, c.wang, who)
		c.refresh(c.wang)
		c.ready = &a
	}
	a := *c.ready
	status := c.try(who.token, l.Method, a)
	if a.let(status) {
		c.ready = nil
	}
	if may := mayBy(l.Verb, how.only, who) || slices.ContainsFunc(how.also, func(v model.Verb) bool { return mayBy(v, how.only, who) }); a.let(status) != may {
		c.t.Errorf("%s of %s: %d, and the table says %v", who.role, who.unit, status, may)
	}
}

// mayBy is the table: model/role.go, and the villages that a role holds for.
func mayBy(verb model.Verb, only []model.Role, who *citizen) bool {
	if verb == api.Own || len(only) > 0 && !slices.Contains(only, who.role) {
		return false
	}
	inVillage := who.unit == "yunxi"
	if inVillage && slices.Contains(model.RoleVillager.Verbs(), verb) {
		return true
	}
	return (inVillage || who.unit == "xishan") && slices.Contains(who.role.Verbs(), verb)
}
