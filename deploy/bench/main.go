// Command bench measures the server against what would be written without it, each figure a ratio
// within one run: the machines that this runs on are shared.
//
//	deploy/services.sh run --durable -- go run ./deploy/bench [-quick] [-markdown] [-profile DIR] [NAME…]
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
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	quick := flags.Bool("quick", false, "one short round each, to see that it works")
	markdown := flags.Bool("markdown", false, "print the table for the README")
	profile := flags.String("profile", "", "folder for a CPU profile of the server in each measurement")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "bench [flags] [NAME…]")
		flags.PrintDefaults()
		for _, m := range measurements() {
			fmt.Fprintf(flags.Output(), "  %-10s %s\n", m.name, m.about)
		}
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, err := choose(flags.Args())
	if err != nil {
		return err
	}
	b, err := newBench(ctx, plan(*quick), *profile)
	if err != nil {
		return err
	}
	return errors.Join(b.measure(ctx, chosen, out, *markdown), b.close())
}
