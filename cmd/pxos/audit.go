package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"pxos/fault"
)

// ofMachine reads the argument of commands about one machine.
var ofMachine = atMostOne("the name of one running machine, or one saved machine's file")

func auditCommand() *cobra.Command {
	var asJSON bool
	var save string
	c := &cobra.Command{
		Use: "audit [NAME|FILE]", Short: "Walk all page tables of a machine and compare them with the GPU's tables",
		Long: `Stops a running machine (pxos boot --stay) for a moment, walks every page table
of every address space from outside and compares what is mapped with what the
GPU granted. Without a name it takes the only machine that runs; FILE is a
machine that pxos boot --save or this command's --save wrote.

Exit code 0: nothing differs. 1: something does.`,
		Example: "  pxos audit\n  pxos audit demo --save demo.json\n  pxos audit demo.json --json",
		RunE: func(c *cobra.Command, args []string) error {
			what, err := ofMachine(args)
			if err != nil {
				return err
			}
			quiet := waiting(c.ErrOrStderr(), "walking the page tables")
			name, a, err := auditOf(c.Context(), what, save)
			quiet()
			if err != nil {
				return err
			}
			return showAudit(c.OutOrStdout(), name, a, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	c.Flags().StringVar(&save, "save", "", "save the running machine there as it was audited")
	return c
}

// showAudit prints findings by kind; its error says that there are some.
func showAudit(w io.Writer, name string, a *fault.AuthorityAudit, asJSON bool) error {
	if asJSON {
		if err := writeJSON(w, auditJSON{name, a}); err != nil {
			return err
		}
	} else {
		for _, k := range fault.ViolationKinds() {
			first := true
			for _, v := range a.Violations {
				if v.Kind != k {
					continue
				}
				if first {
					fmt.Fprintf(w, "%-18s %s\n", k, k.Sentence())
				}
				first = false
				fmt.Fprintf(w, "  %s\n", v)
			}
		}
		fmt.Fprintf(w, "%d address spaces, %d page-table pages, %s mapped: ", a.Spaces, a.Tables, bytesText(a.Bytes))
		if a.Total == 0 {
			fmt.Fprintln(w, "nothing differs from what the GPU granted")
		} else {
			fmt.Fprintln(w, findings(a.Total))
		}
	}
	if a.Total > 0 {
		return failed{fmt.Sprintf("the audit of %s has %s", name, findings(a.Total))}
	}
	return nil
}

func findings(n int) string {
	if n == 1 {
		return "1 finding"
	}
	return fmt.Sprintf("%d findings", n)
}

// patience is how long a command is silent before it says what it does.
const patience = 2 * time.Second

// waiting says what takes long, once it does, until stop.
func waiting(w io.Writer, what string) (stop func()) {
	t := time.AfterFunc(patience, func() { fmt.Fprintf(w, "… %s\n", what) })
	return func() { t.Stop() }
}
