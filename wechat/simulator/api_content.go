package simulator

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	visitLife   = 2 * time.Hour
	longestScan = 2500 // characters
	labelNormal = 100
	labelOther  = 21000
	labelCrime  = 20006
)

// SetWords tells the content checks which words are risky and which need a person's review. A checked
// address of a picture or a voice counts as its words.
func (s *Simulator) SetWords(risky, review []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.risky, s.review = risky, review
}

// verdict is what the checks say of a text; the caller holds mu.
func (s *Simulator) verdict(text string) (suggest string, label int, word string) {
	for _, w := range s.risky {
		if strings.Contains(text, w) {
			return "risky", labelCrime, w
		}
	}
	for _, w := range s.review {
		if strings.Contains(text, w) {
			return "review", labelOther, w
		}
	}
	return "pass", labelNormal, ""
}

// visitor is the person behind an openid who has the mini-program open or had in the last 2 h.
func (s *Simulator) visitor(req *request, openid string, scene, version int) (*person, *apiError) {
	if version != 2 || scene < 1 || scene > 4 {
		return nil, failure(40129, "invalid scene")
	}
	p, failed := s.recipient(req, openid)
	if failed != nil {
		return nil, failed
	}
	at, visited := req.account.visits[p.Key]
	if !visited || s.now().Sub(at) > visitLife {
		return nil, failure(61010, "code is expired")
	}
	return p, nil
}

// checkText is wxa/msg_sec_check, version 2.
func (s *Simulator) checkText(req *request) (any, *apiError) {
	var in struct {
		OpenID   string `json:"openid"`
		Scene    int    `json:"scene"`
		Version  int    `json:"version"`
		Content  string `json:"content"`
		Title    string `json:"title"`
		Nickname string `json:"nickname"`
	}
	if failed := req.read(&in); failed != nil {
		return nil, failed
	}
	if in.Content == "" {
		return nil, failure(44004, "empty content")
	}
	if utf8.RuneCountInString(in.Content) > longestScan {
		return nil, failure(45002, "content size out of limit")
	}
	if _, failed := s.visitor(req, in.OpenID, in.Scene, in.Version); failed != nil {
		return nil, failed
	}
	suggest, label, word := s.verdict(in.Content + "\n" + in.Title + "\n" + in.Nickname)
	return ok(object{
		"trace_id": s.traceID(),
		"result":   object{"suggest": suggest, "label": label},
		"detail": []object{
			{"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label, "prob": 90},
			{"strategy": "keyword", "errcode": 0, "suggest": suggest, "label": label, "level": 20, "keyword": word},
		},
	}), nil
}

// checkMedia is wxa/media_check_async, version 2; the result comes as an event.
func (s *Simulator) checkMedia(req *request) (any, *apiError) {
	var in struct {
		URL     string `json:"media_url"`
		Type    int    `json:"media_type"`
		OpenID  string `json:"openid"`
		Scene   int    `json:"scene"`
		Version int    `json:"version"`
	}
	if failed := req.read(&in); failed != nil {
		return nil, failed
	}
	if !isWeb(in.URL) || in.Type != 1 && in.Type != 2 {
		return nil, failure(40097, "invalid args")
	}
	p, failed := s.visitor(req, in.OpenID, in.Scene, in.Version)
	if failed != nil {
		return nil, failed
	}
	a, trace := req.account, s.traceID()
	suggest, label, _ := s.verdict(in.URL)
	req.after = append(req.after, func() {
		s.later(func(ctx context.Context) {
			code := 0
			if s.options.FetchMedia && !s.fetchable(ctx, in.URL) {
				code = -1008
			}
			s.report(ctx, a, p, "wxa_media_check", checked(a, trace, suggest, label, code))
		})
	})
	return ok(object{"trace_id": trace}), nil
}

// checked is the event of a media check.
func checked(a *account, trace, suggest string, label, code int) []node {
	number := func(name string, n int) node { return node{name: name, text: strconv.Itoa(n), raw: true} }
	out := []node{{name: "appid", text: a.AppID}, {name: "trace_id", text: trace}, number("version", 2), number("errcode", code)}
	if code != 0 {
		return append(out, node{name: "errmsg", text: "media download failed"})
	}
	return append(out,
		node{name: "errmsg", text: "ok"},
		node{name: "detail", many: true, kids: []node{
			{name: "strategy", text: "content_model"}, number("errcode", 0),
			{name: "suggest", text: suggest}, number("label", label), number("prob", 90),
		}},
		node{name: "result", kids: []node{{name: "suggest", text: suggest}, number("label", label)}},
	)
}

// fetchable tells whether the platform can download an address.
func (s *Simulator) fetchable(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, s.timing.Deadline)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return false
	}
	answer, err := s.client.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(answer.Body, bodyLimit))
	return err == nil && answer.StatusCode == http.StatusOK
}

func (s *Simulator) traceID() string {
	return strconv.FormatInt(s.now().Unix(), 16) + "-" + secret(6) + "-" + strconv.FormatInt(s.next(), 16)
}
