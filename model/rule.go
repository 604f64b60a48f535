package model

import (
	"context"
	"fmt"
	"time"
)

const (
	ruleBookLife = time.Minute
	ruleBookMax  = 10_000
)

// ruleBook is the whole rule table, as it was read last. Rows of a past day
// never change, so a minute's age does no harm.
type ruleBook struct {
	readAt time.Time
	rules  map[string][]Rule // by name, the newest first
}

// Rule returns the legal number that holds on the day of on: the region's own,
// or else the one that holds everywhere. ValidTo is the last day of a rule.
func (s *Store) Rule(ctx context.Context, name, region string, on time.Time) (int64, error) {
	book := s.rules.Load()
	if age := s.bookAge(book); book == nil || age < 0 || age >= ruleBookLife {
		var err error
		if book, err = s.readRules(ctx); err != nil {
			return 0, err
		}
		s.rules.Store(book)
	}
	day := on.In(Shanghai).Format(time.DateOnly)
	for _, where := range []string{region, ""} {
		for _, rule := range book.rules[name] {
			if rule.Region == where && rule.holds(day) {
				return rule.Value, nil
			}
		}
	}
	return 0, fmt.Errorf("no rule %q holds in region %q on %s", name, region, day)
}

func (r Rule) holds(day string) bool {
	return r.ValidFrom <= day && (r.ValidTo == "" || day <= r.ValidTo)
}

func (s *Store) bookAge(book *ruleBook) time.Duration {
	if book == nil {
		return 0
	}
	return s.Now().Sub(book.readAt)
}

func (s *Store) readRules(ctx context.Context) (*ruleBook, error) {
	var rows []Rule
	err := s.DB(ctx).Order("name, region, valid_from DESC").Limit(ruleBookMax).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	book := &ruleBook{readAt: s.Now(), rules: map[string][]Rule{}}
	for _, rule := range rows {
		book.rules[rule.Name] = append(book.rules[rule.Name], rule)
	}
	return book, nil
}
