package api

import "cunwu/model"

// Line is a line of the table of routes, for tests.
type Line struct {
	Door         Door
	Verb         model.Verb
	Method, Path string
	Summary      string
	Untraced     bool
}

// Own is the verb of what is the actor's own.
const Own = own

// Lines is the table of routes.
func (a *API) Lines() []Line {
	var lines []Line
	for _, r := range a.routes() {
		lines = append(lines, Line{r.door, r.verb, r.method, r.path, r.summary, r.marks.has(untraced)})
	}
	return lines
}

// InChinese is what people read for one of huma's messages.
func InChinese(message string) string { return inChinese(message) }
