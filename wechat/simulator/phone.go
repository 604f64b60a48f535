package simulator

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// doing is what a person does on the phone.
type doing struct {
	official bool // only official accounts have it
	stranger bool // needs no follow
	// do changes the phone and the account under the lock, and says what to push; an empty callback
	// pushes nothing.
	do func(a *account, p *person) (callback, error)
}

// act does something on a phone, pushes it and waits for the answer.
func (s *Simulator) act(ctx context.Context, appID, personKey string, d doing) (Exchange, error) {
	a, p, c, err := s.begin(appID, personKey, d)
	if err != nil || c.what == "" {
		return Exchange{}, err
	}
	return s.push(ctx, a, p, c)
}

func (s *Simulator) begin(appID, personKey string, d doing) (*account, *person, callback, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, p, err := s.find(appID, personKey)
	switch {
	case err != nil:
	case d.official && a.Kind != KindOfficial:
		err = fmt.Errorf("%w: %s", ErrNotOfficial, appID)
	case a.Kind == KindOfficial && !d.stranger && !a.follows(personKey):
		err = fmt.Errorf("%w: %s", ErrNotFollowing, personKey)
	case a.CallbackURL == "":
		err = fmt.Errorf("%w: %s", ErrNoCallback, appID)
	}
	if err != nil {
		return nil, nil, callback{}, err
	}
	c, err := d.do(a, p)
	return a, p, c, err
}

// head is what every callback begins with; the caller holds mu.
func (s *Simulator) head(a *account, p *person, kind string) []node {
	return []node{
		{name: "ToUserName", text: a.original()}, {name: "FromUserName", text: openID(a.AppID, p.Key)},
		{name: "CreateTime", text: strconv.FormatInt(s.now().Unix(), 10), raw: true}, {name: "MsgType", text: kind},
	}
}

// message is a person's message; it opens the window of 48 hours. The caller holds mu.
func (s *Simulator) message(a *account, p *person, kind, detail string, more ...node) callback {
	a.openMessage(p.Key, s.now())
	nodes := append(s.head(a, p, kind), more...)
	nodes = append(nodes, node{name: "MsgId", text: strconv.FormatInt(s.messageID(), 10), raw: true})
	return callback{what: kind, detail: detail, nodes: nodes, answered: true}
}

// event is something that a person did; the caller holds mu.
func (s *Simulator) event(a *account, p *person, name, detail string, more ...node) callback {
	nodes := append(s.head(a, p, "event"), node{name: "Event", text: name})
	return callback{what: name, detail: detail, nodes: append(nodes, more...)}
}

// report pushes an event of which the phone shows nothing.
func (s *Simulator) report(ctx context.Context, a *account, p *person, name string, more []node) {
	s.mu.Lock()
	c := s.event(a, p, name, "", more...)
	s.mu.Unlock()
	_, _ = s.push(ctx, a, p, c) // without a callback address nothing is told
}

// Say sends a text to the account.
func (s *Simulator) Say(ctx context.Context, appID, personKey, text string) (Exchange, error) {
	return s.act(ctx, appID, personKey, doing{do: func(a *account, p *person) (callback, error) {
		s.show(a, p, Bubble{Mine: true, Kind: KindText, Text: text})
		return s.message(a, p, "text", text, node{name: "Content", text: text}), nil
	}})
}

// TapMessageMenu taps an answer of a menu message: a text that carries the answer's id.
func (s *Simulator) TapMessageMenu(ctx context.Context, appID, personKey, id, content string) (Exchange, error) {
	return s.act(ctx, appID, personKey, doing{do: func(a *account, p *person) (callback, error) {
		s.show(a, p, Bubble{Mine: true, Kind: KindText, Text: content})
		_, err := strconv.ParseInt(id, 10, 64)
		return s.message(a, p, "text", content+" ["+id+"]", node{name: "Content", text: content},
			node{name: "bizmsgmenuid", text: id, raw: err == nil}), nil
	}})
}

// SendVoice sends a voice; format is amr or mp3. The program fetches it with cgi-bin/media/get.
func (s *Simulator) SendVoice(ctx context.Context, appID, personKey string, body []byte, format string) (Exchange, error) {
	return s.act(ctx, appID, personKey, doing{do: func(a *account, p *person) (callback, error) {
		m := s.store(a, "voice", format, body)
		media := m.Media
		s.show(a, p, Bubble{Mine: true, Kind: KindVoice, Media: &media})
		return s.message(a, p, "voice", format, node{name: "MediaId", text: m.ID},
			node{name: "Format", text: format}, node{name: "Recognition"}), nil
	}})
}

// SendPicture sends a photo.
func (s *Simulator) SendPicture(ctx context.Context, appID, personKey string, body []byte) (Exchange, error) {
	return s.act(ctx, appID, personKey, doing{do: func(a *account, p *person) (callback, error) {
		format := strings.TrimPrefix(http.DetectContentType(body), "image/")
		m := s.store(a, "image", strings.Replace(format, "jpeg", "jpg", 1), body)
		media := m.Media
		s.show(a, p, Bubble{Mine: true, Kind: KindPicture, Media: &media})
		return s.message(a, p, "image", format,
			node{name: "PicUrl", text: "http://mmbiz.qpic.cn/mmbiz_jpg/" + m.ID + "/0"}, node{name: "MediaId", text: m.ID}), nil
	}})
}

// SendLocation sends a place.
func (s *Simulator) SendLocation(ctx context.Context, appID, personKey string, latitude, longitude float64, label string) (Exchange, error) {
	degrees := func(v float64) string { return strconv.FormatFloat(v, 'f', 6, 64) }
	return s.act(ctx, appID, personKey, doing{do: func(a *account, p *person) (callback, error) {
		s.show(a, p, Bubble{Mine: true, Kind: KindLocation, Text: label})
		return s.message(a, p, "location", label,
			node{name: "Location_X", text: degrees(latitude), raw: true}, node{name: "Location_Y", text: degrees(longitude), raw: true},
			node{name: "Scale", text: "16", raw: true}, node{name: "Label", text: label}), nil
	}})
}
