package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// tie has the process end with us, and keeps a Ctrl-C that is meant for us away from it.
func tie(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}

func halt(p *os.Process) error   { return p.Signal(syscall.SIGSTOP) }
func resume(p *os.Process) error { return p.Signal(syscall.SIGCONT) }

// mountSmall makes dir a disk of so many bytes; only root may.
func mountSmall(dir string, size int) (unmount func() error, err error) {
	if err := syscall.Mount("bench", dir, "tmpfs", 0, fmt.Sprintf("size=%d,mode=0700", size)); err != nil {
		return nil, err
	}
	return func() error { return syscall.Unmount(dir, syscall.MNT_DETACH) }, nil
}
