package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// ticks a second of /proc's clock, on every Linux that runs Go.
const ticks = 100

// cpu is the processor time that a process has used, of its own and in the kernel.
func cpu(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The second field is the program's name in brackets, which may hold spaces.
	_, rest, _ := strings.Cut(string(text), ") ")
	field := strings.Fields(rest)
	if len(field) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat has only %d fields", pid, len(field))
	}
	var total time.Duration
	for _, at := range []int{11, 12} { // utime, stime
		n, err := strconv.ParseInt(field[at], 10, 64)
		if err != nil {
			return 0, err
		}
		total += time.Duration(n) * time.Second / ticks
	}
	return total, nil
}

// busy is the processor time that this machine has spent on anything.
func busy() (time.Duration, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	var total time.Duration
	for at, field := range strings.Fields(first) {
		if at == 0 || at == 4 || at == 5 || at > 8 { // its name, idle, waiting for a disk, guests counted already
			continue
		}
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		total += time.Duration(n) * time.Second / ticks
	}
	return total, nil
}
