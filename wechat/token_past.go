package wechat

import "slices"

// pastTokens are the last few access tokens that WeChat refused or that were
// replaced. Redis may come back from an outage with one of them, and texts of
// errors may still contain them.
type pastTokens []string

// maxPast is more than the tokens that can be in flight at one time.
const maxPast = 4

func (p *pastTokens) add(token string) {
	if token == "" || p.has(token) {
		return
	}
	*p = append(*p, token)
	if len(*p) > maxPast {
		*p = slices.Clone((*p)[1:])
	}
}

func (p *pastTokens) has(token string) bool { return slices.Contains(*p, token) }

func (p *pastTokens) remove(token string) {
	*p = slices.DeleteFunc(slices.Clone(*p), func(t string) bool { return t == token })
}
