// Command hostile has a guest attack its GPU for some minutes: entries of all kinds,
// in order and out of it, doorbell storms, resets in the middle, kernels without end,
// texts that are no programs. Beside it, in the same process, a guest that keeps the
// rules counts on its own GPU, and a real pxOS machine boots again and again.
//
// Exit code 0 if every device stands and the others were untouched, 1 if not, 3 if
// the laboratory failed.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// report is what the run saw.
type report struct {
	Schema    string       `json:"schema"`
	Seed      uint64       `json:"seed"`
	Seconds   float64      `json:"seconds"`
	Attack    attackCounts `json:"attack"`
	Neighbour neighbourSaw `json:"neighbour"`
	Machine   machineSaw   `json:"machine"`
	Problems  []string     `json:"problems"`
}

func main() {
	var o options
	flag.DurationVar(&o.duration, "for", 10*time.Minute, "how long")
	flag.Uint64Var(&o.seed, "seed", 1, "of the attack")
	flag.BoolVar(&o.machine, "machine", true, "boot a real machine beside it")
	asJSON := flag.Bool("json", false, "print the report as JSON")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r, err := run(ctx, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "hostile:", err)
		os.Exit(3)
	}
	if *asJSON {
		e := json.NewEncoder(os.Stdout)
		e.SetIndent("", "  ")
		if err := e.Encode(r); err != nil {
			fmt.Fprintln(os.Stderr, "hostile:", err)
			os.Exit(3)
		}
	} else {
		r.show(os.Stdout)
	}
	if len(r.Problems) > 0 {
		os.Exit(1)
	}
}

func (r *report) show(w *os.File) {
	a := r.Attack
	fmt.Fprintf(w, "%.0f s, seed %d\n", r.Seconds, r.Seed)
	fmt.Fprintf(w, "hostile guest    %d submissions, %d scribbles, %d doorbells, %d register writes, %d resets, %d kernels\n",
		a.Submissions, a.Scribbles, a.Doorbells, a.Registers, a.Resets, a.Kernels)
	fmt.Fprintf(w, "its device       carried out %d commands, refused %d, ended %d kernels and %d guests; tables consistent at %d looks\n",
		a.Commands, a.Refused, a.Runaways, a.Ended, a.Looks)
	fmt.Fprintf(w, "its neighbour    %d commands answered right, its memory untouched at %d looks\n", r.Neighbour.Commands, r.Neighbour.Looks)
	fmt.Fprintf(w, "pxOS beside it   %d boots, %d up\n", r.Machine.Boots, r.Machine.Up)
	for _, p := range r.Problems {
		fmt.Fprintln(w, "PROBLEM", p)
	}
	if len(r.Problems) == 0 {
		fmt.Fprintln(w, "every device stands; nobody else noticed")
	}
}
