package main

import (
	"regexp"
	"strings"
	"time"
)

// generalLog is what MariaDB was asked.
type generalLog []logEntry

type logEntry struct {
	thread  int64
	at      time.Time
	command string // Query, Prepare, Execute, …
	text    string
}

// keeping are the entries of the connection that kept a delivery.
func (g generalLog) keeping() generalLog {
	var thread int64
	for _, e := range g {
		if strings.Contains(e.text, "INTO `deliveries`") {
			thread = e.thread
		}
	}
	var found generalLog
	for _, e := range g {
		if e.thread == thread {
			found = append(found, e)
		}
	}
	return found
}

// plain is a statement without its values, lists of any length alike.
func plain(text string) string {
	for _, step := range []struct{ find, put string }{
		{`'(?:[^'\\]|\\.|'')*'`, "?"},
		{`\b\d+\b`, "?"},
		{`\bp\?|\bp\d+\b`, "p"},
		{`\s+`, " "},
		{`\?(?:, ?\?)+`, "?…"},
		{`\(\?…\)(?:,\(\?…\))+`, "(?…)…"},
		{`\( g\.village_id = \? AND.*?\)`, "(…)"},
	} {
		text = regexp.MustCompile(step.find).ReplaceAllString(text, step.put)
	}
	return short(text)
}

func short(text string) string {
	const most = 230
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-40]) + " … " + string(runes[len(runes)-37:])
	}
	return text
}
