package main

import (
	"os/exec"
	"syscall"
)

// tie has the process end with us, and keeps a Ctrl-C that is meant for us away from it.
func tie(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
