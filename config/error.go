package config

import (
	"fmt"
	"strings"
)

// Problem is one setting that is wrong, and what to do about it. It never holds a secret's value.
type Problem struct {
	Variable string
	Message  string
}

// Error lists everything that is wrong with the settings.
type Error struct{ Problems []Problem }

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "设置有 %d 处要改：", len(e.Problems))
	for i, p := range e.Problems {
		fmt.Fprintf(&b, "\n  %d. %s：%s", i+1, p.Variable, p.Message)
	}
	return b.String()
}

// problems gathers, and keeps only the first of each variable: what could not be read is not
// reported again as missing.
type problems struct{ list []Problem }

func (p *problems) add(variable, format string, args ...any) {
	for _, old := range p.list {
		if old.Variable == variable {
			return
		}
	}
	p.list = append(p.list, Problem{Variable: variable, Message: fmt.Sprintf(format, args...)})
}

func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	return &Error{Problems: p.list}
}
