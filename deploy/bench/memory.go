package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// memory is what a process holds of this machine's, in bytes.
type memory struct {
	resident int64 // all pages in memory
	own      int64 // those of no file: what a second process of it would need again
}

func (m memory) String() string {
	return fmt.Sprintf("%s resident, %s of its own", mebibytes(float64(m.resident)), mebibytes(float64(m.own)))
}

func memoryOf(pid int) (memory, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return memory{}, err
	}
	var m memory
	for said := range strings.Lines(string(text)) {
		field := strings.Fields(said)
		if len(field) != 3 || field[2] != "kB" {
			continue
		}
		n, err := strconv.ParseInt(field[1], 10, 64)
		if err != nil {
			return m, err
		}
		switch field[0] {
		case "VmRSS:":
			m.resident = n << 10
		case "RssAnon:":
			m.own = n << 10
		}
	}
	if m.resident == 0 {
		return m, fmt.Errorf("/proc/%d/status tells no memory", pid)
	}
	return m, nil
}
