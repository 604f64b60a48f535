package site

import "cunwu/handler/web"

// Routes are all routes of the site, for the tests that walk them.
func Routes() []web.Route { return (&site{}).routes() }
