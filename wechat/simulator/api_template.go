package simulator

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"
)

// templateMessage is the body of the three sends that fill a template.
type templateMessage struct {
	ToUser      string                   `json:"touser"`
	TemplateID  string                   `json:"template_id"`
	URL         string                   `json:"url"`
	Page        string                   `json:"page"`
	Data        map[string]templateValue `json:"data"`
	ClientMsgID string                   `json:"client_msg_id"`
	Mini        struct {
		AppID    string `json:"appid"`
		PagePath string `json:"pagepath"`
	} `json:"miniprogram"`
}

// sendTemplate is cgi-bin/message/template/send.
func (s *Simulator) sendTemplate(req *request) (any, *apiError) {
	var in templateMessage
	if failed := req.read(&in); failed != nil {
		return nil, failed
	}
	a := req.account
	p, failed := s.recipient(req, in.ToUser)
	if failed != nil {
		return nil, failed
	}
	t, known := a.templates[in.TemplateID]
	switch {
	case !known || t.Kind != TemplateMessage:
		return nil, failure(40037, "invalid template_id")
	case !a.follows(p.Key):
		return nil, failure(43004, "require subscribe")
	}
	once := in.ToUser + "|" + in.ClientMsgID
	if before, sent := a.sent[once]; in.ClientMsgID != "" && sent && s.now().Sub(before.at) < 10*time.Minute {
		return ok(object{"msgid": before.id}), nil
	}
	fields, failed := t.fields(in.Data, false)
	if failed != nil {
		return nil, failed
	}
	id := s.messageID()
	a.sent[once] = sentOnce{id, s.now()}
	status := "success"
	if a.blocked[p.Key] {
		status = "failed:user block"
	} else {
		s.show(a, p, cardBubble(KindTemplate, "template", t, fields, in))
	}
	req.after = append(req.after, func() { s.reportTemplate(a, p, id, status) })
	return ok(object{"msgid": id}), nil
}

// reportTemplate pushes what became of a template message.
func (s *Simulator) reportTemplate(a *account, p *person, id int64, status string) {
	s.later(func(ctx context.Context) {
		s.report(ctx, a, p, "TEMPLATESENDJOBFINISH", []node{
			{name: "MsgID", text: strconv.FormatInt(id, 10), raw: true}, {name: "Status", text: status},
		})
	})
}

// sendSubscription is message/subscribe/bizsend of official accounts and message/subscribe/send of
// mini-programs.
func (s *Simulator) sendSubscription(req *request) (any, *apiError) {
	var in templateMessage
	if failed := req.read(&in); failed != nil {
		return nil, failed
	}
	a := req.account
	p, failed := s.recipient(req, in.ToUser)
	if failed != nil {
		return nil, failed
	}
	t, known := a.templates[in.TemplateID]
	if !known || t.Kind == TemplateMessage {
		return nil, failure(40037, "invalid template_id")
	}
	fields, failed := t.fields(in.Data, true)
	if failed != nil {
		return nil, failed
	}
	if a.Kind == KindMini && in.Page != "" {
		if failed := checkPage(a, pageOf(in.Page), true); failed != nil {
			return nil, failed
		}
	}
	if failed := a.spendQuota(p.Key, t); failed != nil {
		return nil, failed
	}
	channel := "bizsend"
	if a.Kind == KindMini {
		channel, in.Mini.AppID, in.Mini.PagePath = "subscribe", a.AppID, in.Page
	} else {
		in.URL = in.Page
	}
	id := s.messageID()
	s.show(a, p, cardBubble(KindSubscription, channel, t, fields, in))
	req.after = append(req.after, func() { s.reportSubscription(a, p, t.ID, id) })
	return ok(object{"msgid": id}), nil
}

// spendQuota uses up one accept of a one-time subscription; long-term ones only need an accept.
func (a *account) spendQuota(personKey string, t Template) *apiError {
	key := quotaKey{personKey, t.ID}
	if a.quota[key] < 1 {
		return failure(43101, "user refuse to accept the msg")
	}
	if t.Kind == TemplateOnce {
		a.quota[key]--
	}
	return nil
}

// reportSubscription pushes what became of a subscription's send.
func (s *Simulator) reportSubscription(a *account, p *person, template string, id int64) {
	s.later(func(ctx context.Context) {
		s.report(ctx, a, p, "subscribe_msg_sent_event", []node{list("SubscribeMsgSentEvent", node{name: "List", kids: []node{
			{name: "TemplateId", text: template}, {name: "MsgID", text: strconv.FormatInt(id, 10)},
			{name: "ErrorCode", text: "0"}, {name: "ErrorStatus", text: "success"},
		}})})
	})
}

// cardBubble is a filled template on a phone.
func cardBubble(kind, channel string, t Template, fields []Field, in templateMessage) Bubble {
	b := Bubble{
		Kind: kind, Channel: channel, Title: t.Title, Fields: fields, Text: t.Title,
		URL: in.URL, MiniApp: in.Mini.AppID, MiniPath: in.Mini.PagePath,
	}
	for _, f := range fields {
		b.Text += "\n" + f.Name + ":" + f.Value
	}
	return b
}

// pageOf is a page without its query.
func pageOf(page string) string {
	for i, r := range page {
		if r == '?' {
			return page[:i]
		}
	}
	return page
}

// messageID is a 64-bit number like those of messages. It grows over restarts, because the program keeps
// the ids that it has seen. The caller holds mu.
func (s *Simulator) messageID() int64 { return s.epoch*10_000 + s.next() }

// listTemplates is cgi-bin/template/get_all_private_template.
func (s *Simulator) listTemplates(req *request) (any, *apiError) {
	out := []object{}
	for _, id := range slices.Sorted(maps.Keys(req.account.templates)) {
		if t := req.account.templates[id]; t.Kind == TemplateMessage {
			out = append(out, object{"template_id": t.ID, "title": t.Title, "content": t.Content, "primary_industry": "政府", "deputy_industry": "公共事业"})
		}
	}
	return object{"template_list": out}, nil
}

// listSubscriptions is wxaapi/newtmpl/gettemplate.
func (s *Simulator) listSubscriptions(req *request) (any, *apiError) {
	out := []object{}
	for _, t := range req.account.grantable() {
		kind := 2
		if t.Kind == TemplateLong {
			kind = 3
		}
		out = append(out, object{"priTmplId": t.ID, "title": t.Title, "content": t.Content, "type": kind})
	}
	return ok(object{"data": out}), nil
}
