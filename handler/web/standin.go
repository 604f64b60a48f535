package web

import (
	"context"
	"strings"

	"cunwu/service/session"
)

// standIn shows the demo's newcomer, who has no developer tools, the village's
// pages where a phone would open the mini-program: signed in by the same login
// code, at the page that is nearest.
func standIn(ctx context.Context, v *Visit) error {
	signed, err := v.frame.Sessions.SignIn(ctx, session.SignIn{Door: session.DoorMini, Code: v.Query("code"), Label: v.browser()})
	if err != nil {
		return err
	}
	return v.signed(signed, nearest(v.frame.StandIn, v.Query("path")))
}

// nearest is the page of the site for one of the mini-program's.
func nearest(village, path string) string {
	site := "/v/" + village
	for _, known := range []struct{ in, at string }{{"poll", "/vote"}, {"case", "/cases"}, {"disclosure", "/disclosures"},
		{"dispute", "/disputes"}, {"merit", "/merit"}, {"notice", "/notices"}, {"me", "/me"}} {
		if strings.Contains(path, "pages/"+known.in) {
			return site + known.at
		}
	}
	return site
}
