package wechat

import (
	"net/url"
	"regexp"
	"strings"
)

// secretParameter finds query parameters that let their reader act for the
// account or a person. \b keeps errcode=… readable.
var secretParameter = regexp.MustCompile(`\b(access_token|refresh_token|secret|js_code|code|session_key|ticket)=[^&\s"']+`)

// clean takes the account's secrets out of an error's text, wherever the text
// came from. The cause is kept for errors.Is only when its text is clean, too.
func (c *Client) clean(e *APIError) *APIError {
	e.Message = c.redact(e.Message)
	if e.Cause != nil && e.Cause.Error() != c.redact(e.Cause.Error()) {
		e.Cause = nil
	}
	return e
}

// redact replaces the secret, the tokens in use, and the value of any query
// parameter that carries one, by "***".
func (c *Client) redact(text string) string {
	for _, secret := range append(c.tokens.known(), c.account.Secret) {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
			text = strings.ReplaceAll(text, url.QueryEscape(secret), "***")
		}
	}
	return secretParameter.ReplaceAllString(text, "$1=***")
}
