package main

import (
	"strings"

	"github.com/redis/go-redis/v9"

	"cunwu/handler/api"
)

// api is what the JSON door opens on.
func (h *house) api() *api.Deps {
	return &api.Deps{
		Sessions: h.sessions, People: h.people, Members: h.members, Cases: h.cases, Notices: h.notices, Media: h.media, Checks: h.checks,
		Public: h.public, Ledger: h.ledger, Polls: h.polls, Privacy: h.privacy, Once: h.once, Logger: h.log, Disputes: h.disputes, Merit: h.merit,
		Desk: h.desk, Throttle: h.throttle,
		Templates: func(appID string) []string { return h.weixin.accounts[appID].SubscribeTemplateIDs },
	}
}

// shared is the Redis that replicas share; nil where it lives in this process.
func (h *house) shared() redis.UniversalClient {
	if where, err := h.cfg.Redis(); err != nil || where.Embedded {
		return nil
	}
	return h.redis
}

// https says whether people come by it.
func (h *house) https() bool { return strings.HasPrefix(h.cfg.BaseURL, "https://") }
