// Command conformance-wgsl runs the conformance suite of the WGSL packages: the
// valid shaders on every executor and in headless Chromium, the invalid ones
// through the checker and Chromium. Exit code 1 if a case fails.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"pxos/tests/webgpu"
	suite "pxos/tests/wgsl"
	"pxos/wgsl"
)

func main() {
	browser := flag.Bool("browser", true, "compare with headless Chromium")
	backends := flag.String("backends", strings.Join(wgsl.Backends, ","), "the executors")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, *browser, strings.Split(*backends, ",")))
}

func run(ctx context.Context, browser bool, backends []string) int {
	r := &suite.Report{}
	laboratory := func(err error) int {
		fmt.Fprintln(os.Stderr, "conformance-wgsl:", err)
		return 3
	}
	if err := suite.Refusals(r); err != nil {
		return laboratory(err)
	}
	ready, results, err := suite.Agreement(ctx, r, backends)
	if err != nil {
		return laboratory(err)
	}
	if browser {
		done := 0
		err := suite.Against(ctx, r, ready, results, func(*webgpu.Result) {
			if done++; done%50 == 0 {
				fmt.Printf("chromium  %d shaders done\n", done)
			}
		})
		if err != nil {
			return laboratory(err)
		}
	}
	for _, f := range r.Failures {
		fmt.Printf("FAIL %s: %s\n", f.Case, f.Why)
	}
	fmt.Printf("valid     %d shaders\n", r.Valid)
	for _, b := range backends {
		fmt.Printf("          %-9s %d agree with %s\n", b, r.Agreed[b], backends[0])
	}
	if browser {
		fmt.Printf("          %-9s %d agree with %s\n", "chromium", r.Agreed["chromium"], backends[0])
	}
	fmt.Printf("invalid   %d shaders, each with a twin that passes\n", r.Invalid)
	fmt.Printf("known     %d cases in which Chromium breaks the specification, or lacks the feature\n", r.Known)
	fmt.Printf("failures  %d\n", len(r.Failures))
	if len(r.Failures) > 0 {
		return 1
	}
	return 0
}
