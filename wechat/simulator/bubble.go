package simulator

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// The kinds of bubble.
const (
	KindText         = "text"
	KindVoice        = "voice"
	KindPicture      = "picture"
	KindLocation     = "location"
	KindMenu         = "menu" // a message with tappable answers
	KindNews         = "news"
	KindCard         = "card" // a mini-program's card
	KindTemplate     = "template"
	KindSubscription = "subscription"
	KindSystem       = "system" // a grey line that WeChat itself writes
)

// Broken is what the phone shows when the program doesn't answer, or answers nonsense.
const Broken = "该公众号提供的服务出现故障，请稍后再试"

// Field is a line of a template.
type Field struct{ Name, Value string }

// Choice is one tappable answer of a menu message.
type Choice struct{ ID, Content string }

// Media is a picture or a voice on a phone.
type Media struct {
	ID, Format, ContentType string
	Body                    []byte
}

// Bubble is one thing on a phone's screen.
type Bubble struct {
	ID     int64
	AppID  string
	Person string
	// Mine is true for what the phone's owner sent.
	Mine bool
	Kind string
	// Text is all the text in it; for a template also its title and its lines.
	Text     string
	Title    string
	Fields   []Field
	Choices  []Choice
	Tail     string // the line below the choices
	Media    *Media
	URL      string
	MiniApp  string
	MiniPath string
	At       time.Time
	// Channel is how it came: reply, custom, template, bizsend, subscribe; empty for what the owner sent.
	Channel string
}

type phoneKey struct{ app, person string }

// show puts a bubble on a phone and wakes those who wait for one; the caller holds mu.
func (s *Simulator) show(a *account, p *person, b Bubble) Bubble {
	s.lastID++
	b.ID, b.AppID, b.Person, b.At = s.lastID, a.AppID, p.Key, s.now()
	key := phoneKey{a.AppID, p.Key}
	s.bubbles[key] = append(s.bubbles[key], b)
	s.announce()
	return b
}

// announce wakes everyone who waits for a change; the caller holds mu.
func (s *Simulator) announce() {
	close(s.changed)
	s.changed = make(chan struct{})
	for watcher := range s.watchers {
		select {
		case watcher <- struct{}{}:
		default: // it has an unread wake-up already
		}
	}
}

// Phone is the chat on one person's phone with one account, oldest first.
func (s *Simulator) Phone(appID, personKey string) []Bubble {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Bubble(nil), s.bubbles[phoneKey{appID, personKey}]...)
}

// Mark is the newest bubble's number: what WaitAfter shall not look at.
func (s *Simulator) Mark() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lastID
}

// WaitFor waits until the phone has received a bubble whose text contains the words, and returns the
// oldest such. What arrived before the call counts too; see WaitAfter.
func (s *Simulator) WaitFor(ctx context.Context, appID, personKey, contains string) (Bubble, error) {
	return s.WaitAfter(ctx, appID, personKey, 0, contains)
}

// WaitAfter is WaitFor among bubbles newer than a Mark.
func (s *Simulator) WaitAfter(ctx context.Context, appID, personKey string, mark int64, contains string) (Bubble, error) {
	for {
		s.mu.Lock()
		b, ok := s.received(phoneKey{appID, personKey}, mark, contains)
		changed := s.changed
		s.mu.Unlock()
		if ok {
			return b, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Bubble{}, fmt.Errorf("simulator: %s did not receive %q (%s): %w",
				personKey, contains, s.tail(appID, personKey), ctx.Err())
		}
	}
}

func (s *Simulator) received(key phoneKey, mark int64, contains string) (Bubble, bool) {
	for _, b := range s.bubbles[key] {
		if b.ID > mark && !b.Mine && strings.Contains(b.Text, contains) {
			return b, true
		}
	}
	return Bubble{}, false
}

// tail describes the end of a chat for an error.
func (s *Simulator) tail(appID, personKey string) string {
	all := s.Phone(appID, personKey)
	if len(all) == 0 {
		return "the phone is empty"
	}
	var texts []string
	for _, b := range all[max(0, len(all)-3):] {
		texts = append(texts, fmt.Sprintf("%s %q", b.Kind, b.Text))
	}
	return "the phone ends with " + strings.Join(texts, ", ")
}

// Unread is how many bubbles from the account the person hasn't looked at.
func (s *Simulator) Unread(appID, personKey string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unread(phoneKey{appID, personKey})
}

func (s *Simulator) unread(key phoneKey) int {
	n := 0
	all := s.bubbles[key]
	for i := len(all) - 1; i >= 0 && all[i].ID > s.read[key]; i-- {
		if !all[i].Mine && (all[i].Kind != KindSystem || all[i].Text == Broken) {
			n++
		}
	}
	return n
}
