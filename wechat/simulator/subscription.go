package simulator

import (
	"context"
	"sort"
	"strings"
)

// Answer is what a person says to one template of a subscription popup.
type Answer struct {
	TemplateID string
	Accept     bool
}

// GrantSubscription answers a popup that asks for one template. Each accept is good for one send, and
// accepts add up; a long-term template needs one accept.
func (s *Simulator) GrantSubscription(ctx context.Context, appID, personKey, templateID string, accept bool) (Exchange, error) {
	return s.AnswerPopup(ctx, appID, personKey, Answer{templateID, accept})
}

// AnswerPopup answers a popup that asks for several templates at once: one event with several <List>.
func (s *Simulator) AnswerPopup(ctx context.Context, appID, personKey string, answers ...Answer) (Exchange, error) {
	return s.act(ctx, appID, personKey, doing{stranger: true, do: func(a *account, p *person) (callback, error) {
		var lists []node
		var said []string
		for _, answer := range answers {
			status, word := "reject", "拒绝"
			if answer.Accept {
				status, word = "accept", "允许"
				a.quota[quotaKey{p.Key, answer.TemplateID}]++
			}
			said = append(said, word+"「"+a.title(answer.TemplateID)+"」")
			lists = append(lists, node{name: "List", kids: []node{
				{name: "TemplateId", text: answer.TemplateID}, {name: "SubscribeStatusString", text: status},
				{name: "PopupScene", text: "2"},
			}})
		}
		s.show(a, p, Bubble{Mine: true, Kind: KindSystem, Text: "订阅通知：" + strings.Join(said, "，")})
		return s.event(a, p, "subscribe_msg_popup_event", strings.Join(said, "，"), list("SubscribeMsgPopupEvent", lists...)), nil
	}})
}

// RevokeSubscription switches a template off in the phone's settings: what was accepted is gone.
func (s *Simulator) RevokeSubscription(ctx context.Context, appID, personKey, templateID string) (Exchange, error) {
	return s.act(ctx, appID, personKey, doing{stranger: true, do: func(a *account, p *person) (callback, error) {
		delete(a.quota, quotaKey{p.Key, templateID})
		s.show(a, p, Bubble{Mine: true, Kind: KindSystem, Text: "关闭了订阅「" + a.title(templateID) + "」"})
		return s.event(a, p, "subscribe_msg_change_event", templateID, list("SubscribeMsgChangeEvent", node{name: "List", kids: []node{
			{name: "TemplateId", text: templateID}, {name: "SubscribeStatusString", text: "reject"},
		}})), nil
	}})
}

func (a *account) title(templateID string) string {
	if t, ok := a.templates[templateID]; ok {
		return t.Title
	}
	return templateID
}

// grantable are the subscriptions that a popup of the account can ask for; the caller holds mu.
func (a *account) grantable() []Template {
	var out []Template
	for _, t := range a.templates {
		if t.Kind != TemplateMessage {
			out = append(out, t)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out
}
