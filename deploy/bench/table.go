package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// goal is what a ratio must reach; without a sign, nothing.
type goal struct {
	sign  string
	value float64
}

// line is one line of the table.
type line struct {
	path, baseline string
	ours, theirs   string
	ratio          float64
	goal           goal
}

// verdict of the goal.
func (l line) verdict() string {
	met := l.ratio >= l.goal.value
	switch {
	case l.goal.sign == "":
		return ""
	case l.goal.sign == "≤":
		met = l.ratio <= l.goal.value
	}
	if met {
		return fmt.Sprintf("%s %.2f ✓", l.goal.sign, l.goal.value)
	}
	return fmt.Sprintf("%s %.2f ✗", l.goal.sign, l.goal.value)
}

// free is the line without its goal: a figure to know.
func (l line) free() line {
	l.goal = goal{}
	return l
}

func printTable(out io.Writer, lines []line) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "path\tours\tbaseline\t\tratio\tgoal")
	for _, l := range lines {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%.2f\t%s\n", l.path, l.ours, l.theirs, l.baseline, l.ratio, l.verdict())
	}
	_ = w.Flush()
}

func printMarkdown(out io.Writer, lines []line) {
	fmt.Fprintln(out, "| path | ours | baseline | ratio | goal |\n|---|---|---|---|---|")
	for _, l := range lines {
		fmt.Fprintf(out, "| %s | %s | %s: %s | %.2f | %s |\n", l.path, l.ours, l.baseline, l.theirs, l.ratio, l.verdict())
	}
}
