//go:build !linux

package main

import (
	"errors"
	"os"
	"os/exec"
)

// tie: elsewhere a process that outlives us is for the operator to end.
func tie(*exec.Cmd) {}

func halt(*os.Process) error   { return errors.ErrUnsupported }
func resume(*os.Process) error { return errors.ErrUnsupported }

func mountSmall(string, int) (func() error, error) { return nil, errors.ErrUnsupported }
