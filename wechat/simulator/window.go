package simulator

import "time"

// window is a stretch of time in which an account may send a person some customer-service messages.
type window struct {
	until time.Time
	left  int
}

// windows are the two that a person's doings open. Each doing opens its window anew.
type windows struct{ message, event window }

// The platform's numbers since 2023-06.
const (
	messageWindow = 48 * time.Hour
	messageCount  = 5
	eventWindow   = time.Minute
	eventCount    = 3
)

// openMessage is what a person's message does; the caller holds Simulator.mu.
func (a *account) openMessage(personKey string, now time.Time) {
	a.window(personKey).message = window{until: now.Add(messageWindow), left: messageCount}
}

// openEvent is what a menu click, a follow or a scan does.
func (a *account) openEvent(personKey string, now time.Time) {
	a.window(personKey).event = window{until: now.Add(eventWindow), left: eventCount}
}

func (a *account) window(personKey string) *windows {
	w := a.windows[personKey]
	if w == nil {
		w = &windows{}
		a.windows[personKey] = w
	}
	return w
}

// spend uses up one customer-service message. Of two open windows it takes the one that closes first.
func (a *account) spend(personKey string, now time.Time) *apiError {
	w := a.window(personKey)
	open := false
	for _, candidate := range []*window{&w.event, &w.message} {
		if !now.Before(candidate.until) {
			continue
		}
		open = true
		if candidate.left > 0 {
			candidate.left--
			return nil
		}
	}
	if open {
		return failure(45047, "out of response count limit")
	}
	return failure(45015, "response out of time limit or subscription is canceled")
}
