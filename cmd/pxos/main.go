// Command pxos is the laboratory's front: thin commands over the packages that
// do the work. Exit codes: 0 fine, 1 the thing under test failed, 2 wrong use,
// 3 the laboratory failed.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"pxos/architect"
	"pxos/image"
	"pxos/llm/chat"
	"pxos/machine"
)

// Exit codes.
const (
	exitOK         = 0
	exitUnderTest  = 1
	exitWrongUse   = 2
	exitLaboratory = 3
)

// failed is an error whose message was already shown: the thing under test
// failed.
type failed struct{ why string }

func (f failed) Error() string { return f.why }

// usage is wrong use of a command.
type usage struct{ err error }

func (u usage) Error() string { return u.err.Error() }

func main() {
	chat.Child()
	os.Exit(run(os.Args[1:]))
}

// run executes one command line and gives its exit code.
func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if ctx.Err() != nil {
		fmt.Fprintln(os.Stderr, "pxos: interrupted; everything that was started has been ended")
		return exitLaboratory
	}
	var exit programExit
	if errors.As(err, &exit) {
		return exit.status
	}
	var f failed
	var u usage
	var build *image.BuildError
	var unwell *architect.NotWell
	switch {
	case errors.As(err, &f):
		if f.why != "" {
			fmt.Fprintln(os.Stderr, "pxos:", f.why)
		}
		return exitUnderTest
	case errors.As(err, &build), errors.As(err, &unwell):
		fmt.Fprintln(os.Stderr, "pxos:", err)
		return exitUnderTest
	case ofCobra(err):
		fmt.Fprintf(os.Stderr, "pxos: %v\nwhat to do: pxos --help\n", err)
		return exitWrongUse
	case errors.Is(err, machine.ErrConfig): // says itself what to do
		fmt.Fprintln(os.Stderr, "pxos:", err)
		return exitWrongUse
	case errors.As(err, &u):
		fmt.Fprintf(os.Stderr, "pxos: %v\nwhat to do: pxos %s --help\n", err, firstWord(args))
		return exitWrongUse
	}
	fmt.Fprintln(os.Stderr, "pxos:", err)
	return exitLaboratory
}

// ofCobra says whether cobra itself refused the command line: it has no type
// for that.
func ofCobra(err error) bool {
	for _, p := range []string{"unknown command", "if any flags in the group", "accepts "} {
		if strings.HasPrefix(err.Error(), p) {
			return true
		}
	}
	return false
}

// positive refuses a count below 1.
func positive(flag string, n int) error {
	if n < 1 {
		return usage{fmt.Errorf("--%s %d: give at least 1", flag, n)}
	}
	return nil
}

func firstWord(args []string) string {
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			return a
		}
	}
	return ""
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "pxos",
		Short: "A laboratory in which an operating system is built, broken, understood and mended",
		Long: `pxos builds the pxOS kernel, boots it, explains how it died, repairs it and
remembers what it learned. "pxos run" shows all of that once.`,
		SilenceUsage: true, SilenceErrors: true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage{err} })
	root.AddCommand(runCommand(), shellCommand(), bootCommand(), buildCommand(), diagnoseCommand(), evolveCommand(),
		lessonsCommand(), cyclesCommand(), benchCommand(), soakCommand(), gpuCommand(), auditCommand(), pixelCommand(), vmCommand(), cartCommand(), llmCommand(), doctorCommand())
	return root
}

// noArgs and oneArg are cobra's checks with our exit code.
func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage{fmt.Errorf("unexpected argument %q", args[0])}
	}
	return nil
}

func oneArg(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usage{fmt.Errorf("give %s", what)}
		}
		return nil
	}
}
