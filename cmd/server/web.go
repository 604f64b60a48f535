package main

import (
	"cunwu/handler/site"
	"cunwu/handler/web"
	"cunwu/wechat"
)

// web is what all pages stand on.
func (h *house) web() *web.Deps {
	d := &web.Deps{Sessions: h.sessions, People: h.people, Media: h.media, Once: h.once, Throttle: h.throttle, Weixin: h.weixin,
		BaseURL: h.cfg.BaseURL, HTTPS: h.https(), StandIn: h.standIn, Logger: h.log}
	if len(h.cfg.Accounts) > 0 {
		d.Account = h.cfg.Accounts[0].AppID
	}
	return d
}

var _ web.Weixin = (*weixin)(nil)

// OAuthURL implements web.Weixin. The pages need the openid only, which asks
// nothing of the person.
func (w *weixin) OAuthURL(account, back, state string) (string, error) {
	c, err := w.client(account)
	if err != nil {
		return "", err
	}
	return c.OAuthURL(back, wechat.ScopeBase, state)
}

// site is what the village's pages show.
func (h *house) site() site.Deps {
	return site.Deps{Now: h.store.Now, People: h.people, Cases: h.cases, Public: h.public, Polls: h.polls, Merit: h.merit, Ledger: h.ledger, Media: h.media, Desk: h.desk,
		Mine: site.Mine{Members: h.members, Disputes: h.disputes, Notices: h.notices, Privacy: h.privacy, Sessions: h.sessions}}
}
