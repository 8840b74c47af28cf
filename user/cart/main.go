// Command cart is the hypervisor inside pxOS: it runs cartridges that are files there, or
// serves those that are sent to it. The Pixel VM and WGSL run in ring 3; what needs a
// machine of its own is refused. It runs on Linux too.
//
// It may import hypervisor. Invariant: its exit codes are those of "pxos run".
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"pxos/hypervisor"
)

const use = `cart [-folder DIR] [-scratch DIR] FILE [ENTRY] [-- ARGS]   runs a cartridge
cart -serve ADDRESS                                        runs those that are posted to /run
`

func main() { os.Exit(run()) }

func run() int {
	serve := flag.String("serve", "", "address to serve at, such as 127.0.0.1:7777")
	folder := flag.String("folder", "", "a folder that the cartridge may read")
	scratch := flag.String("scratch", "", "a folder for what it saves")
	flag.Usage = func() { fmt.Fprint(os.Stderr, use) }
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	switch {
	case *serve != "" && flag.NArg() == 0:
		fmt.Fprintf(os.Stderr, "cart: serving at http://%s\n", *serve)
		err = hypervisor.NewServer(hypervisor.AtOnce, hypervisor.MostBytes, time.Now).Listen(ctx, *serve)
	case *serve == "" && flag.NArg() > 0:
		q := hypervisor.Request{Input: os.Stdin, Output: os.Stdout, Now: time.Now, Seed: 1, Folder: *folder, Scratch: *scratch}
		q.Entry, q.Arguments = hypervisor.SplitArguments(flag.Args()[1:])
		err = hypervisor.RunFile(ctx, flag.Arg(0), q)
	default:
		flag.Usage()
		return 2
	}
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "cart:", err)
	switch {
	case errors.Is(err, hypervisor.ErrCartridge), errors.Is(err, hypervisor.ErrProgram):
		return 1
	case errors.Is(err, hypervisor.ErrGrant), errors.Is(err, os.ErrNotExist):
		return 2
	}
	return 3
}
