// Command bench measures the server against what would be written without it, each figure a ratio
// within one run: the machines that this runs on are shared.
//
//	deploy/services.sh run --durable -- go run ./deploy/bench [-quick] [-markdown] [-profile DIR] [-rate N] [NAME…]
//	go run ./deploy/bench faults [-quick] [-rate N] [NAME…]
//
// The second form breaks what the server stands on, a MariaDB and a Redis of its own, and fails when a
// delivery is lost by it.
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
	breaking := len(args) > 0 && args[0] == "faults"
	if breaking {
		args = args[1:]
	}
	o, err := parse(args, breaking)
	if err != nil {
		return err
	}
	var work func(ctx context.Context, b *bench) error
	if breaking {
		work, err = breakAll(o, out)
	} else {
		work, err = measureAll(o, out)
	}
	if err != nil {
		return err
	}
	b, err := newBench(ctx, plan(o.quick, o.rate), o.profile)
	if err != nil {
		return err
	}
	return errors.Join(work(ctx, b), b.close())
}

// options are what the command line says.
type options struct {
	quick, markdown bool
	profile         string
	rate            int
	names           []string
}

func parse(args []string, breaking bool) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.BoolVar(&o.quick, "quick", false, "one short round each, to see that it works")
	flags.IntVar(&o.rate, "rate", 200, "deliveries a second, where they come at a pace")
	if !breaking {
		flags.BoolVar(&o.markdown, "markdown", false, "print the table for the README")
		flags.StringVar(&o.profile, "profile", "", "folder for a CPU profile of the server in each measurement")
	}
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "bench [flags] [NAME…]\nbench faults [flags] [NAME…]")
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
