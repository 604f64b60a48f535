package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// balance starts an nginx of our own before the replicas, with deploy/nginx-proxy.conf as an operator
// includes it, and returns its address.
func (b *bench) balance(ctx context.Context, replicas []string) (string, error) {
	here, err := sourceDir(ctx)
	if err != nil {
		return "", err
	}
	dir, err := b.folder("nginx")
	if err != nil {
		return "", err
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(balancerConf(dir, address, filepath.Join(here, "..", "nginx-proxy.conf"), replicas)), 0o600); err != nil {
		return "", err
	}
	log, err := os.Create(filepath.Join(dir, "nginx.log")) //nolint:gosec // in our own folder
	if err != nil {
		return "", err
	}
	defer func() { _ = log.Close() }()
	command := exec.Command("nginx", "-p", dir, "-e", "stderr", "-c", file) //nolint:gosec,noctx // it is told to stop, not killed
	command.Stdout, command.Stderr = log, log
	tie(command)
	if err := command.Start(); err != nil {
		return "", fmt.Errorf("nginx, which replicas.sh installs: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	b.closers = append(b.closers, func() error {
		_ = command.Process.Signal(os.Interrupt) // fails where it has ended
		return <-ended
	})
	return address, until(ctx, 5*time.Second, func() (bool, error) {
		conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", address)
		if err != nil {
			select {
			case err := <-ended:
				ended <- err
				said, _ := os.ReadFile(log.Name())
				return false, fmt.Errorf("nginx ended: %w\n%s", err, said)
			default:
				return false, nil
			}
		}
		return true, conn.Close()
	})
}

func balancerConf(dir, address, rules string, replicas []string) string {
	var servers strings.Builder
	for _, r := range replicas {
		fmt.Fprintf(&servers, "\t\tserver %s max_fails=0;\n", r)
	}
	user := ""
	if os.Getuid() == 0 {
		user = "user root;\n" // its folder is ours
	}
	return fmt.Sprintf(`%sdaemon off;
pid %[2]s/pid;
error_log %[2]s/error.log warn;
worker_processes 1;
events { worker_connections 4096; }
http {
	access_log off;
	client_body_temp_path %[2]s/body;
	proxy_temp_path %[2]s/proxy;
	fastcgi_temp_path %[2]s/fastcgi;
	uwsgi_temp_path %[2]s/uwsgi;
	scgi_temp_path %[2]s/scgi;
	keepalive_requests 100000;
	upstream cunwu {
%[3]s		keepalive 64;
	}
	server {
		listen %[4]s;
		include %[5]s;
	}
}
`, user, dir, servers.String(), address, rules)
}

// sourceDir is where this program's source lies.
func sourceDir(ctx context.Context) (string, error) {
	said, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", "cunwu/deploy/bench").Output()
	if err != nil {
		return "", errors.Join(errors.New("go list cunwu/deploy/bench"), err)
	}
	return strings.TrimSpace(string(said)), nil
}
