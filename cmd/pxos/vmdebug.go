package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/cobra"

	"pxos/pixelvm"
)

const debugHelp = `s, step          one instruction          n, next      one, over a call
c, continue      to a break or the end    f, finish    to the return
b, break F:N     stop before pixel N of function F (name or number), or no more
l, list          the code around          w, where     the calls
v, values        stack and locals         m, memory ADDRESS [BYTES]
q, quit          an empty line is the last command again
`

func vmDebug() *cobra.Command {
	r := &vmRunner{}
	var plain bool
	c := &cobra.Command{
		Use: "debug FILE", Short: "Run a program step by step", Args: oneArg("a program"),
		Long: "On a terminal a screen: code, calls, locals, stack, memory, output. Elsewhere, or with --lines,\ncommands, a line each. What a program saves is not written.\n\n" + debugHelp,
		RunE: func(c *cobra.Command, args []string) error {
			v, err := loadVerified(args[0])
			if err != nil {
				return err
			}
			if err := r.prepare(); err != nil {
				return err
			}
			begin := func() (*pixelvm.Debugger, error) {
				d, err := pixelvm.NewDebugger(v, r.configs()[0])
				return d, vmError(err)
			}
			d, err := begin()
			if err != nil {
				return err
			}
			s := &debugSession{d: d, p: v.Program, w: c.OutOrStdout()}
			if plain || !isTerminal(c.OutOrStdout()) {
				return s.run(c.Context(), c.InOrStdin())
			}
			_, err = tea.NewProgram(newDebugScreen(c.Context(), s, begin), tea.WithContext(c.Context()), tea.WithOutput(c.OutOrStdout())).Run()
			return err
		},
	}
	r.flags(c)
	c.Flags().BoolVar(&plain, "lines", false, "commands by the line on a terminal too")
	return c
}

// debugSession is a person, or a script, at the debugger.
type debugSession struct {
	d *pixelvm.Debugger
	p *pixelvm.Program
	w io.Writer
}

func (s *debugSession) run(ctx context.Context, in io.Reader) error {
	s.show()
	lines, last := bufio.NewScanner(in), "s"
	for fmt.Fprint(s.w, "> "); lines.Scan(); fmt.Fprint(s.w, "> ") {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			line = last
		}
		last = line
		if line == "q" || line == "quit" {
			return nil
		}
		if err := s.command(ctx, strings.Fields(line)); err != nil {
			fmt.Fprintln(s.w, err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	fmt.Fprintln(s.w)
	return lines.Err()
}

// command does what a line says.
func (s *debugSession) command(ctx context.Context, words []string) error {
	switch words[0] {
	case "s", "step":
		s.d.Step()
	case "n", "next":
		s.d.Next(ctx)
	case "c", "continue":
		s.d.Continue(ctx)
	case "f", "finish":
		s.d.Finish(ctx)
	case "b", "break":
		return s.breakAt(words[1:])
	case "l", "list":
		return s.list()
	case "w", "where":
		for _, at := range s.d.Calls() {
			fmt.Fprintf(s.w, "%s pixel %d\n", s.name(at.Function), at.Pixel)
		}
		return nil
	case "v", "values":
		s.values()
		return nil
	case "m", "memory":
		return s.memory(words[1:])
	case "h", "help", "?":
		_, err := io.WriteString(s.w, debugHelp)
		return err
	default:
		return fmt.Errorf("there is no command %q: h lists them", words[0])
	}
	s.show()
	return nil
}

func (s *debugSession) name(n int) string {
	if name := s.p.Functions[n].Name; name != "" {
		return name
	}
	return "function " + strconv.Itoa(n)
}

// names are those of all functions, for the disassembler.
func (s *debugSession) names() (list []string) {
	for i := range s.p.Functions {
		list = append(list, s.name(i))
	}
	return list
}

// show writes what the program wrote, and what comes next.
func (s *debugSession) show() {
	_, _ = s.w.Write(s.d.Output()) // as with all that is shown: nobody is there to tell
	at, ok := s.d.Where()
	if !ok {
		if _, trap := s.d.Ended(); trap != nil {
			fmt.Fprintf(s.w, "ended: %v\n", trap)
			return
		}
		values, _ := s.d.Stack()
		fmt.Fprintf(s.w, "ended after %d instructions, results %d\n", s.d.Fuel(), values)
		return
	}
	text, _ := pixelvm.Line(&s.p.Functions[at.Function], at.Pixel, s.names())
	fmt.Fprintf(s.w, "%s %d: %s\n", s.name(at.Function), at.Pixel, text)
}

func (s *debugSession) breakAt(words []string) error {
	wrong := errors.New("break wants FUNCTION:PIXEL, such as main:3")
	if len(words) != 1 {
		return wrong
	}
	name, pixel, _ := strings.Cut(words[0], ":")
	n, err := strconv.Atoi(pixel)
	if err != nil {
		return wrong
	}
	for i, f := range s.names() {
		if (f == name || strconv.Itoa(i) == name) && n >= 0 && n < len(s.p.Functions[i].Code) {
			state := map[bool]string{true: "stops", false: "does not stop"}[s.d.Break(pixelvm.Place{Function: i, Pixel: n})]
			fmt.Fprintf(s.w, "%s before %s pixel %d\n", state, f, n)
			return nil
		}
	}
	return fmt.Errorf("there is no pixel %s", words[0])
}

// list shows the instructions around the next.
func (s *debugSession) list() error {
	at, ok := s.d.Where()
	if !ok {
		return errors.New("the program has ended")
	}
	f := &s.p.Functions[at.Function]
	for pixel := 0; pixel < len(f.Code); {
		text, size := pixelvm.Line(f, pixel, s.names())
		mark := "  "
		if pixel == at.Pixel {
			mark = "▶ "
		}
		if pixel >= at.Pixel-8 && pixel <= at.Pixel+8 {
			fmt.Fprintf(s.w, "%s%5d  %s\n", mark, pixel, text)
		}
		pixel += size
	}
	return nil
}

func (s *debugSession) values() {
	show := func(what string, values []uint64, types []pixelvm.Type) {
		fmt.Fprintf(s.w, "%-7s", what)
		for i, v := range values {
			if types[i] == pixelvm.F64 {
				fmt.Fprintf(s.w, " %g", math.Float64frombits(v))
			} else {
				fmt.Fprintf(s.w, " %d", int64(v))
			}
		}
		fmt.Fprintln(s.w)
	}
	if _, ok := s.d.Where(); !ok {
		fmt.Fprintln(s.w, "the program has ended")
		return
	}
	values, types := s.d.Stack()
	show("stack", values, types)
	values, types = s.d.Locals()
	show("locals", values, types)
}

func (s *debugSession) memory(words []string) error {
	wrong := errors.New("memory wants an address, and how many bytes")
	if len(words) == 0 || len(words) > 2 {
		return wrong
	}
	memory := s.d.Memory()
	from, err := strconv.ParseUint(words[0], 0, 32)
	n := uint64(64)
	if err == nil && len(words) == 2 {
		n, err = strconv.ParseUint(words[1], 0, 16)
	}
	if err != nil {
		return wrong
	}
	if from >= uint64(len(memory)) {
		return fmt.Errorf("the memory has %d bytes", len(memory))
	}
	part := memory[from:min(from+n, uint64(len(memory)))]
	for i := 0; i < len(part); i += 16 {
		fmt.Fprintf(s.w, "%08x  % x\n", from+uint64(i), part[i:min(i+16, len(part))])
	}
	return nil
}
