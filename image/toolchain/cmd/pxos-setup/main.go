// Command pxos-setup finds the tools that pxOS needs and installs the missing
// ones into the repository's cache. It prints nothing when there is nothing to
// do. "pxos-setup -check" prints what was found; "pxos-setup -path NAME"
// prints the path of one tool as other programs may start it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"pxos/image/toolchain"
)

func main() {
	os.Exit(run())
}

func run() int {
	check := flag.Bool("check", false, "print what was found, install nothing")
	path := flag.String("path", "", "print where a tool is, install nothing")
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
	if _, err := toolchain.Ensure(ctx, dir, func(line string) { fmt.Fprintln(os.Stderr, "setup:", line) }); err != nil {
		return fail(err)
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
