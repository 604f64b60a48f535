package simulator

import (
	"bytes"
	"context"
	"image"
	_ "image/jpeg" // what people send
	_ "image/png"  // likewise
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

// SetWords tells the content checks which words are risky and which need a person's review. The address
// of a picture or a voice counts as its words; with FetchMedia so does what is in it, and a picture whose
// middle is red is risky, one whose middle is yellow needs a review.
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
	req.after = append(req.after, func() {
		s.later(func(ctx context.Context) {
			suggest, label, code := s.inspect(ctx, in.URL)
			s.report(ctx, a, p, "wxa_media_check", checked(a, trace, suggest, label, code))
		})
	})
	return ok(object{"trace_id": trace}), nil
}

// inspect is what the check finds at an address.
func (s *Simulator) inspect(ctx context.Context, address string) (suggest string, label, code int) {
	words := address
	if s.options.FetchMedia {
		body, fetched := s.fetch(ctx, address)
		if !fetched {
			return "", 0, -1008
		}
		switch middle(body) {
		case "red":
			return "risky", labelCrime, 0
		case "yellow":
			return "review", labelOther, 0
		}
		words += "\n" + string(body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	suggest, label, _ = s.verdict(words)
	return suggest, label, 0
}

// middle is the colour in the middle of a picture, if it is one that tells.
func middle(body []byte) string {
	picture, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return ""
	}
	at := picture.Bounds()
	r, g, b, _ := picture.At((at.Min.X+at.Max.X)/2, (at.Min.Y+at.Max.Y)/2).RGBA()
	switch {
	case r > 0xd000 && g < 0x3000 && b < 0x3000:
		return "red"
	case r > 0xd000 && g > 0xd000 && b < 0x3000:
		return "yellow"
	}
	return ""
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

// fetch downloads an address as the platform does.
func (s *Simulator) fetch(ctx context.Context, address string) ([]byte, bool) {
	ctx, cancel := context.WithTimeout(ctx, s.timing.Deadline)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, false
	}
	answer, err := s.client.Do(r)
	if err != nil {
		return nil, false
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, bodyLimit))
	return body, err == nil && answer.StatusCode == http.StatusOK
}

func (s *Simulator) traceID() string {
	return strconv.FormatInt(s.now().Unix(), 16) + "-" + secret(6) + "-" + strconv.FormatInt(s.next(), 16)
}
