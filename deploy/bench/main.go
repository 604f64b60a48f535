// Command bench measures the server against what would be written without it, each figure a ratio
// within one run: the machines that this runs on are shared.
//
//	deploy/services.sh run --durable -- go run ./deploy/bench [-quick] [-markdown] [-profile DIR] [-rate N] [-villages N] [-people N] [NAME…]
//	go run ./deploy/bench faults [-quick] [-rate N] [NAME…]
//	go run ./deploy/bench replicas [-quick]
//	go run ./deploy/bench stay
//
// The second form breaks what the server stands on, a MariaDB and a Redis of its own, and fails when a
// delivery is lost by it. The third kills, stops and replaces three replicas behind an nginx, likewise;
// the fourth starts them for people to look at (deploy/replicas.sh runs both).
//
// It starts the server and the baselines as processes of their own, on loopback, and stops them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"
)

// longest ends everything, whatever hangs.
const longest = 40 * time.Minute

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(ctx, longest)
	err := run(ctx, os.Args[1:], os.Stdout)
	cancel()
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 2 && args[0] == "serve-baseline" {
		return serveBaseline(ctx, args[1], out)
	}
	mode := ""
	if len(args) > 0 && slices.Contains([]string{modeFaults, modeReplicas, modeStay}, args[0]) {
		mode, args = args[0], args[1:]
	}
	o, err := parse(args, mode != "")
	if err != nil {
		return err
	}
	var work func(ctx context.Context, b *bench) error
	switch mode {
	case modeFaults:
		work, err = breakAll(o, out)
	case modeReplicas:
		work = breakReplicas(o, out)
	case modeStay:
		work = stay(out)
	default:
		work, err = measureAll(o, out)
	}
	if err != nil {
		return err
	}
	r := plan(o.quick, o.rate)
	r.villages, r.people = o.villages, o.people
	b, err := newBench(ctx, r, o.profile)
	if err != nil {
		return err
	}
	return errors.Join(work(ctx, b), b.close())
}

// Modes other than measuring.
const (
	modeFaults   = "faults"
	modeReplicas = "replicas"
	modeStay     = "stay"
)

// options are what the command line says.
type options struct {
	quick, markdown bool
	profile         string
	rate            int
	villages        int // of the county
	people          int // of each
	names           []string
}

func parse(args []string, breaking bool) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.BoolVar(&o.quick, "quick", false, "one short round each, to see that it works")
	flags.IntVar(&o.rate, "rate", 200, "deliveries a second, where they come at a pace")
	if !breaking {
		flags.BoolVar(&o.markdown, "markdown", false, "print the table for the README")
		flags.IntVar(&o.villages, "villages", 500, "villages of the county")
		flags.IntVar(&o.people, "people", 2000, "people of each village of the county")
		flags.StringVar(&o.profile, "profile", "", "folder for a CPU profile of the server in each measurement")
	}
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "bench [flags] [NAME…]\nbench faults [flags] [NAME…]\nbench replicas [flags]\nbench stay")
		flags.PrintDefaults()
		for _, m := range measurements() {
			fmt.Fprintf(flags.Output(), "  %-17s %s\n", m.name, m.about)
		}
		for _, f := range faults() {
			fmt.Fprintf(flags.Output(), "  %-17s (a fault) %s\n", f.name, f.about)
		}
	}
	err := flags.Parse(args)
	o.names = flags.Args()
	if err == nil && o.rate < 1 {
		err = errors.New("-rate is at least 1")
	}
	return o, err
}
