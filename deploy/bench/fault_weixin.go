package main

import (
	"context"
	"net/http"
	"time"

	"cunwu/wechat/simulator"
)

// trouble is one that WeChat's API makes.
type trouble struct {
	name   string
	spoil  func(sim *simulator.Simulator)
	tokens int  // access tokens that the server asks for, for all who send
	lasts  bool // the server remembers it, until it is started again
}

func troubles() []trouble {
	fail := func(path string, f simulator.Fault) func(*simulator.Simulator) {
		return func(sim *simulator.Simulator) { sim.Fail(path, f) }
	}
	return []trouble{
		{name: "10 s slow", spoil: fail("*", simulator.Fault{Latency: 10 * time.Second})},
		{name: "answering 502", spoil: fail("*", simulator.Fault{HTTPStatus: http.StatusBadGateway})},
		{name: "refusing the token (40001)", spoil: func(sim *simulator.Simulator) { sim.ExpireToken(appID) }, tokens: 1},
		{name: "out of quota (45009)", spoil: fail("/"+sendPath, simulator.Fault{ErrCode: 45009}), lasts: true},
	}
}

// weixinFails has the API make its troubles while villagers write and the secretary answers them.
func weixinFails(ctx context.Context, r *ruin, f *finding) error {
	for _, one := range troubles() {
		mend := func() error {
			r.sim.Clear()
			if !one.lasts {
				return sleep(ctx, 4*time.Second) // calls under way give up
			}
			if err := r.stop(); err != nil {
				return err
			}
			return r.serve(ctx)
		}
		met, err := r.inTurns(ctx, f, one.name, r.weather, func() error { one.spoil(r.sim); return nil }, mend)
		if err != nil {
			return err
		}
		for _, t := range met {
			p := t.spoilt
			f.must(p.sends > 0 && p.tokens == one.tokens, "%s: %d sends tried, %d access tokens asked for", one.name, p.sends, p.tokens)
		}
	}
	return nil
}
