package simulator

import (
	"context"
	"fmt"
)

// Follow follows the account; scene is the QR code's that led there, empty for a search.
func (s *Simulator) Follow(ctx context.Context, appID, personKey, scene string) (Exchange, error) {
	return s.act(ctx, appID, personKey, doing{official: true, stranger: true, do: func(a *account, p *person) (callback, error) {
		return s.follow(a, p, scene)
	}})
}

// follow is the follow itself; the caller holds mu.
func (s *Simulator) follow(a *account, p *person, scene string) (callback, error) {
	if a.follows(p.Key) {
		return callback{}, fmt.Errorf("%w: %s", ErrFollowing, p.Key)
	}
	nodes := []node{{name: "EventKey"}}
	if scene != "" {
		code, err := s.aim(a, p, scene)
		if err != nil {
			return callback{}, err
		}
		scene = code.scene
		nodes = []node{{name: "EventKey", text: "qrscene_" + scene}, {name: "Ticket", text: code.ticket}}
	}
	a.followers[p.Key], a.scenes[p.Key] = s.now(), scene
	a.openEvent(p.Key, s.now())
	s.show(a, p, Bubble{Kind: KindSystem, Text: "你已关注「" + a.Name + "」"})
	c := s.event(a, p, "subscribe", scene, nodes...)
	c.answered = true
	return c, nil
}

// aim finds the code that a phone is held at. A scene that this simulator never made counts as printed
// before it started; one that has expired is refused.
func (s *Simulator) aim(a *account, p *person, scene string) (*qr, error) {
	code, expired := a.scanned(scene, s.now())
	switch {
	case code != nil:
		return code, nil
	case expired:
		s.show(a, p, Bubble{Kind: KindSystem, Text: "该二维码已过期"})
		return nil, fmt.Errorf("%w: %s", ErrExpiredCode, scene)
	case len(scene) > longestScene:
		return nil, fmt.Errorf("simulator: a scene has 1 to %d characters", longestScene)
	}
	return &qr{scene: scene, ticket: "gQ" + digest(40, "printed", a.AppID, scene) + "=="}, nil
}

// SetFollowing makes a person a follower, or not, without any callback: the state of affairs before a
// test or a demonstration begins.
func (s *Simulator) SetFollowing(appID, personKey string, following bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, p, err := s.find(appID, personKey)
	if err != nil {
		return err
	}
	if following {
		a.followers[p.Key] = s.now()
	} else {
		delete(a.followers, p.Key)
	}
	s.announce()
	return nil
}

// Following tells whether the person follows the account.
func (s *Simulator) Following(appID, personKey string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[appID]
	return a != nil && a.follows(personKey)
}

// Unfollow stops following; windows that were open close.
func (s *Simulator) Unfollow(ctx context.Context, appID, personKey string) (Exchange, error) {
	return s.act(ctx, appID, personKey, doing{official: true, do: func(a *account, p *person) (callback, error) {
		delete(a.followers, p.Key)
		delete(a.windows, p.Key)
		s.show(a, p, Bubble{Kind: KindSystem, Text: "你已不再关注「" + a.Name + "」"})
		return s.event(a, p, "unsubscribe", "", node{name: "EventKey"}), nil
	}})
}

// Scan holds the phone at a QR code of the account: a follow when the person doesn't follow yet. scene
// may also be the code's address or its ticket.
func (s *Simulator) Scan(ctx context.Context, appID, personKey, scene string) (Exchange, error) {
	return s.act(ctx, appID, personKey, doing{official: true, stranger: true, do: func(a *account, p *person) (callback, error) {
		if !a.follows(p.Key) {
			return s.follow(a, p, scene)
		}
		code, err := s.aim(a, p, scene)
		if err != nil {
			return callback{}, err
		}
		a.openEvent(p.Key, s.now())
		s.show(a, p, Bubble{Mine: true, Kind: KindSystem, Text: "扫了二维码 " + code.scene})
		c := s.event(a, p, "SCAN", code.scene, node{name: "EventKey", text: code.scene}, node{name: "Ticket", text: code.ticket})
		c.answered = true
		return c, nil
	}})
}

// TapMenu taps the custom menu: a button by its key, a link by its address, a mini-program by its page.
// A key that isn't in the menu is pushed too, since phones keep an old menu for a day.
func (s *Simulator) TapMenu(ctx context.Context, appID, personKey, key string) (Exchange, error) {
	return s.act(ctx, appID, personKey, doing{official: true, do: func(a *account, p *person) (callback, error) {
		b := a.button(key)
		eventKey := node{name: "EventKey", text: key}
		switch b.Type {
		case "view":
			eventKey.text = b.URL
			return s.event(a, p, "VIEW", b.URL, eventKey, node{name: "MenuId", text: fmt.Sprint(400_000_000 + a.menuRev), raw: true}), nil
		case "miniprogram":
			eventKey.text = b.PagePath
			return s.event(a, p, "view_miniprogram", b.PagePath, eventKey, node{name: "MenuId", text: fmt.Sprint(400_000_000 + a.menuRev), raw: true}), nil
		}
		a.openEvent(p.Key, s.now())
		s.show(a, p, Bubble{Mine: true, Kind: KindSystem, Text: "点了菜单「" + b.Name + "」"})
		c := s.event(a, p, "CLICK", key, eventKey)
		c.answered = true
		return c, nil
	}})
}

// button finds a button of the menu by what TapMenu takes.
func (a *account) button(key string) button {
	if a.menu != nil {
		for _, top := range a.menu.Button {
			for _, b := range append([]button{top}, top.Sub...) {
				if len(b.Sub) == 0 && (b.Key == key && key != "" || b.URL == key && b.Type == "view" || b.PagePath == key && b.Type == "miniprogram") {
					return b
				}
			}
		}
	}
	return button{Type: "click", Name: key, Key: key}
}
