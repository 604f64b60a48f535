package api_test

import (
	"fmt"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/poll"
	"cunwu/service/village"
)

// putter puts polls in 云溪村, whoever that is.
func putter() model.Actor {
	return model.Actor{VillageID: "yunxi", VillagerID: strings.Repeat("1", 32), Name: "书记", Holds: []model.Held{{VillageID: "yunxi", Role: model.RoleBranchSecretary}}}
}

func (c *county) question() poll.NewPoll {
	now := c.clock.Now()
	return poll.NewPoll{VillageID: "yunxi", Title: "路灯装在哪里", Organ: model.OrganConsultation, OpensAt: now.Add(time.Hour), ClosesAt: now.Add(2 * time.Hour)}
}

func (c *county) draftPoll() poll.Ref {
	c.t.Helper()
	p, err := c.deps.Polls.Create(c.ctx, putter(), c.question())
	c.ok(err)
	return poll.RefOf(p)
}

func (c *county) noticedPoll() poll.Ref {
	c.t.Helper()
	ref := c.draftPoll()
	_, err := c.deps.Polls.Notice(c.ctx, putter(), ref)
	c.ok(err)
	return ref
}

func (c *county) openPoll() poll.Ref {
	c.t.Helper()
	ref := c.noticedPoll()
	c.ok(c.deps.Polls.Open(c.ctx, putter(), ref))
	return ref
}

func (c *county) countedPoll() poll.Ref {
	c.t.Helper()
	ref := c.openPoll()
	c.ok(c.deps.Polls.Close(c.ctx, putter(), ref, ""))
	return ref
}

// assistedPoll is one in which a vote was entered for 王小草.
func (c *county) assistedPoll() poll.Ref {
	c.t.Helper()
	ref := c.openPoll()
	c.ok(c.deps.Polls.Assist(c.ctx, putter(), poll.Assisted{Poll: ref, Voter: byName("王小草"), Choices: []int{1}, Consent: "电话里说的"}))
	return ref
}

func byName(name string) village.Named { return village.Named{Name: name} }

// atPhone is a citizen of 云溪村 at their own phone.
func (c *county) atPhone(name string) model.Actor {
	c.t.Helper()
	p := c.person("yunxi", name)
	p.Account, p.OpenID = mini, "o"+p.ID
	actor, err := c.people.ActorOf(c.ctx, p)
	c.ok(err)
	return actor
}

func publicOf(ref poll.Ref) string { return model.PublicID(ref.VillageID, ref.ID) }

// onPoll is a route on a poll of 云溪村 that stands as make has it.
func onPoll(make func(c *county) poll.Ref, does string, body any, also ...model.Verb) line {
	return line{others: true, also: also, scene: func(c *county, _, _ *citizen) attempt {
		return attempt{path: "/polls/" + publicOf(make(c)) + does, body: body}
	}}
}

func onMatter(does string, body any) line {
	return line{others: true, scene: func(c *county, _, _ *citizen) attempt {
		return attempt{path: "/matters/" + c.matter() + does, body: body}
	}}
}

func (c *county) matter() string {
	c.t.Helper()
	m, err := c.deps.Polls.Propose(c.ctx, putter(), poll.NewMatter{VillageID: "yunxi", Title: "修路", Study: "党支部开会研究同意"})
	c.ok(err)
	return model.PublicID(m.VillageID, m.ID)
}

// proposal is one that the owner wrote; submitted has signatures enough.
func (c *county) proposal(submitted bool) string {
	c.t.Helper()
	author := putter()
	author.VillagerID = model.NewID()
	p, err := c.deps.Polls.Suggest(c.ctx, author, poll.NewProposal{VillageID: "yunxi", Title: "修个晒谷场", Text: "大家都要用"})
	c.ok(err)
	for i := 1; submitted && i < p.Needed; i++ {
		author.VillagerID = model.NewID()
		_, err := c.deps.Polls.Sign(c.ctx, author, poll.Ref{VillageID: p.VillageID, ID: p.ID})
		c.ok(err)
	}
	return model.PublicID(p.VillageID, p.ID)
}

func onProposal(submitted bool, does string, body any) line {
	return line{others: true, scene: func(c *county, _, _ *citizen) attempt {
		return attempt{path: "/proposals/" + c.proposal(submitted) + does, body: body}
	}}
}

// hiding is a route that hides a remark under a topic of this kind.
func hiding(kind string, make func(c *county) string) line {
	return line{others: true, scene: func(c *county, _, _ *citizen) attempt {
		id := make(c)
		villageID, topic, err := model.ParsePublicID(id)
		c.ok(err)
		r, err := c.deps.Polls.Say(c.ctx, putter(), poll.Topic{VillageID: villageID, Kind: kind, ID: topic}, "我同意")
		c.ok(err)
		return attempt{path: "/" + kind + "s/" + id + "/remarks/" + r.ID + "/hide", body: fields{"reason": "骂人"}}
	}}
}

// pollLines are the lines of deliberation and voting.
func pollLines() map[string]line {
	soon := time.Now().AddDate(0, 0, 3)
	words, reason := fields{"text": "我同意"}, fields{"reason": "没人了"}
	wang := fields{"name": "王小草"}
	n := 0
	receipt := func() string { n++; return fmt.Sprintf("%032x", n) }
	people := func(path string, body func(c *county) any) line {
		return line{others: true, scene: func(c *county, _, _ *citizen) attempt { return attempt{path: path, body: body(c)} }}
	}
	open := func(c *county) poll.Ref { return c.openPoll() }
	noticed := func(c *county) poll.Ref { return c.noticedPoll() }
	counted := func(c *county) poll.Ref { return c.countedPoll() }
	return map[string]line{
		"GET /polls": people("/polls?village=yunxi", func(*county) any { return nil }),
		"POST /polls": people("/polls", func(c *county) any {
			return fields{"village": "yunxi", "title": "路灯", "organ": "consultation", "secret": false, "opens_at": c.clock.Now(), "closes_at": c.clock.Now().Add(time.Hour)}
		}),
		"GET /polls/{id}":              onPoll(noticed, "", nil),
		"POST /polls/{id}/notice":      onPoll(func(c *county) poll.Ref { return c.draftPoll() }, "/notice", nil),
		"POST /polls/{id}/verify-roll": onPoll(noticed, "/verify-roll", nil),
		"POST /polls/{id}/open":        onPoll(noticed, "/open", nil),
		"POST /polls/{id}/extend":      onPoll(open, "/extend", fields{"closes_at": soon, "reason": "下雨"}),
		"POST /polls/{id}/close":       onPoll(open, "/close", nil),
		"POST /polls/{id}/cancel":      onPoll(noticed, "/cancel", reason),
		"POST /polls/{id}/ballots": {others: true, scene: func(c *county, _, _ *citizen) attempt {
			return attempt{path: "/polls/" + publicOf(c.openPoll()) + "/ballots", body: fields{"choices": []int{1}, "receipt": receipt()}}
		}},
		"POST /polls/{id}/link":       onPoll(open, "/link", nil),
		"GET /polls/{id}/result":      onPoll(counted, "/result", nil),
		"GET /polls/{id}/ballots":     onPoll(counted, "/ballots", nil),
		"GET /polls/{id}/export":      onPoll(counted, "/export", nil),
		"GET /polls/{id}/roll":        onPoll(noticed, "/roll", nil, model.VerbPollWatch),
		"GET /polls/{id}/objections":  onPoll(noticed, "/objections", nil),
		"POST /polls/{id}/objections": onPoll(noticed, "/objections", fields{"kind": "wrong", "about": wang, "text": "户口迁走了"}),
		"POST /polls/{id}/objections/{objection}/decide": {others: true, scene: func(c *county, _, _ *citizen) attempt {
			ref := c.noticedPoll()
			other := putter()
			other.VillagerID = strings.Repeat("2", 32)
			o, err := c.deps.Polls.Object(c.ctx, other, poll.Objection{Poll: ref, Kind: poll.ObjectWrong, About: byName("王小草"), Text: "户口迁走了"})
			c.ok(err)
			return attempt{path: "/polls/" + publicOf(ref) + "/objections/" + o.ID + "/decide", body: fields{"accept": true, "reason": "核实了"}}
		}},
		"GET /polls/{id}/voted":     onPoll(open, "/voted?name=%E7%8E%8B%E5%B0%8F%E8%8D%89", nil),
		"POST /polls/{id}/assisted": onPoll(open, "/assisted", fields{"voter": wang, "choices": []int{1}, "consent": "电话里说的"}),
		"POST /polls/{id}/void":     onPoll(func(c *county) poll.Ref { return c.assistedPoll() }, "/void", fields{"voter": wang, "reason": "本人不认"}),
		"POST /polls/{id}/sheets":   onPoll(open, "/sheets", fields{"number": "1", "voters": []fields{wang}, "ballots": [][]int{{1}}}),
		"GET /polls/{id}/proxies":   onPoll(noticed, "/proxies", nil),
		"POST /polls/{id}/proxies": {others: true, scene: func(c *county, _, _ *citizen) attempt {
			return attempt{path: "/polls/" + publicOf(c.noticedPoll()) + "/proxies", body: fields{"voter": wang, "holder": fields{"name": "李小花"}}}
		}},
		"DELETE /polls/{id}/proxies/{voter}": {others: true, scene: func(c *county, _, _ *citizen) attempt {
			c.ok(c.people.AddKin(c.ctx, model.Console(), "yunxi", byName("王小草"), byName("李小花"), "妯娌"))
			ref := c.noticedPoll()
			c.ok(c.deps.Polls.GiveProxy(c.ctx, c.atPhone("王小草"), poll.NewProxy{Poll: ref, Holder: byName("李小花")}))
			return attempt{path: "/polls/" + publicOf(ref) + "/proxies/" + model.PublicID("yunxi", c.person("yunxi", "王小草").ID)}
		}},
		"GET /polls/{id}/reach":                      onPoll(noticed, "/reach", nil),
		"GET /polls/{id}/remarks":                    onPoll(noticed, "/remarks", nil),
		"POST /polls/{id}/remarks":                   onPoll(noticed, "/remarks", words),
		"POST /polls/{id}/remarks/{remark}/hide":     hiding("poll", func(c *county) string { return publicOf(c.noticedPoll()) }),
		"GET /matters":                               people("/matters?village=yunxi", func(*county) any { return nil }),
		"POST /matters":                              people("/matters", func(*county) any { return fields{"village": "yunxi", "title": "修路", "study": "研究过"} }),
		"GET /matters/{id}":                          onMatter("", nil),
		"POST /matters/{id}/advance":                 onMatter("/advance", fields{"state": "discussed", "record": "两委开过会"}),
		"POST /matters/{id}/end":                     onMatter("/end", fields{"reason": "没有钱"}),
		"GET /matters/{id}/remarks":                  onMatter("/remarks", nil),
		"POST /matters/{id}/remarks":                 onMatter("/remarks", words),
		"POST /matters/{id}/remarks/{remark}/hide":   hiding("matter", func(c *county) string { return c.matter() }),
		"GET /proposals":                             people("/proposals?village=yunxi", func(*county) any { return nil }),
		"POST /proposals":                            people("/proposals", func(*county) any { return fields{"village": "yunxi", "title": "修路", "text": "大家都要走"} }),
		"POST /proposals/{id}/sign":                  onProposal(false, "/sign", nil),
		"POST /proposals/{id}/answer":                onProposal(true, "/answer", fields{"accept": false, "text": "今年没有钱"}),
		"GET /proposals/{id}/remarks":                onProposal(false, "/remarks", nil),
		"POST /proposals/{id}/remarks":               onProposal(false, "/remarks", words),
		"POST /proposals/{id}/remarks/{remark}/hide": hiding("proposal", func(c *county) string { return c.proposal(false) }),
		"GET /organs/{organ}/members":                people("/organs/representatives/members?village=yunxi", func(*county) any { return nil }),
		"POST /organs/{organ}/members": people("/organs/representatives/members", func(*county) any {
			return fields{"village": "yunxi", "people": []fields{wang}}
		}),
		"POST /organs/{organ}/dismiss": people("/organs/representatives/dismiss", func(c *county) any {
			_, err := c.deps.Polls.Enrol(c.ctx, putter(), "yunxi", model.OrganRepresentatives, []village.Named{byName("王小草")})
			c.ok(err)
			return fields{"village": "yunxi", "name": "王小草"}
		}),
	}
}
