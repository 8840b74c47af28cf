// Command pxos-setup finds the tools that pxOS needs and installs the missing
// ones into the repository's cache. It prints nothing when there is nothing to
// do. "pxos-setup -check" prints what was found; "pxos-setup -path NAME"
// prints the path of one tool as other programs may start it. "pxos-setup
// -peers SET" finds or installs the programs that a part of pxOS is compared with, and
// prints shell assignments that name them.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"pxos/image/toolchain"
)

func main() {
	os.Exit(run())
}

func run() int {
	check := flag.Bool("check", false, "print what was found, install nothing")
	path := flag.String("path", "", "print where a tool is, install nothing")
	peers := flag.String("peers", "", fmt.Sprintf("find or install a set of what pxOS is compared with, print where it is: %v", toolchain.PeerSets()))
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := toolchain.CacheDir()
	if err != nil {
		return fail(err)
	}
	if *check {
		return report(toolchain.CheckAll(ctx, dir))
	}
	if *path != "" {
		tools, err := toolchain.Find(dir)
		if err != nil {
			return fail(err)
		}
		fmt.Println(tools.Executable(*path))
		return 0
	}
	log := func(line string) { fmt.Fprintln(os.Stderr, "setup:", line) }
	if *peers != "" {
		return printPeers(ctx, *peers, dir, log)
	}
	if _, err := toolchain.Ensure(ctx, dir, log); err != nil {
		return fail(err)
	}
	return 0
}

func printPeers(ctx context.Context, set, dir string, log func(string)) int {
	list, libraries, err := toolchain.EnsurePeers(ctx, set, dir, log)
	if err != nil {
		return fail(err)
	}
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
	for _, p := range list {
		fmt.Printf("export %s=%s\n", p.Variable, quote(p.Path))
	}
	if libraries != "" {
		fmt.Printf("export LD_LIBRARY_PATH=%s${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}\n", quote(libraries))
	}
	return 0
}

func fail(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func report(results []toolchain.CheckResult) int {
	code := 0
	for _, r := range results {
		if r.OK {
			fmt.Printf("ok       %-20s %-10s %s\n", r.Name, r.Version, r.Path)
			continue
		}
		code = 1
		fmt.Printf("PROBLEM  %-20s %s\n         what to do: %s\n", r.Name, r.Problem, r.Fix)
	}
	return code
}
