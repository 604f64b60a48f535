package console

import "cunwu/handler/web"

// Routes are all pages and forms of the console.
func Routes() []web.Route { return (&console{}).routes() }
