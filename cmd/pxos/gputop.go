package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/cobra"
)

// gpuTop are the flags of `gpu top`.
type gpuTop struct {
	interval                 time.Duration
	once, asJSON, prometheus bool
}

func gpuTopCommand() *cobra.Command {
	f := &gpuTop{}
	c := &cobra.Command{
		Use: "top [NAME]", Short: "Watch what the GPU of a running machine does",
		Long: `Shows commands by opcode, round trips, queues, errors, memory by owner and the
console of a machine that pxos boot --stay keeps running; the only one, without
a name. On a terminal it is a screen that is redrawn (q ends it, p pauses it),
elsewhere a line for each interval.`,
		Example: "  pxos gpu top\n  pxos gpu top demo --once\n  pxos gpu top --json --interval 5s\n  pxos gpu top --prometheus",
		RunE: func(c *cobra.Command, args []string) error {
			name, err := ofMachine(args)
			if err != nil {
				return err
			}
			if f.interval < 10*time.Millisecond {
				return usage{fmt.Errorf("--interval %v: give at least 10ms", f.interval)}
			}
			r, err := openRemote(name)
			if err != nil {
				return err
			}
			return f.show(c.Context(), r, c.OutOrStdout())
		},
	}
	c.Flags().DurationVar(&f.interval, "interval", time.Second, "time between two looks")
	c.Flags().BoolVar(&f.once, "once", false, "look once")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print one JSON object for each look")
	c.Flags().BoolVar(&f.prometheus, "prometheus", false, "print the counters once in Prometheus' text format")
	c.MarkFlagsMutuallyExclusive("json", "prometheus")
	return c
}

func (f *gpuTop) show(ctx context.Context, r *remote, w io.Writer) error {
	switch {
	case f.prometheus:
		text, err := r.ask(ctx, "GET", "/metrics")
		if err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	case f.once || f.asJSON || !isTerminal(w):
		return f.lines(ctx, r, w)
	}
	m := topModel{ctx: ctx, remote: r, interval: f.interval}
	end, err := tea.NewProgram(m, tea.WithContext(ctx), tea.WithOutput(w)).Run()
	if err != nil {
		return err
	}
	return end.(topModel).err
}

// lines writes looks one after the other until ctx or the machine ends.
func (f *gpuTop) lines(ctx context.Context, r *remote, w io.Writer) error {
	var before *topStats
	tick := time.NewTicker(f.interval)
	defer tick.Stop()
	for {
		now := &topStats{}
		if err := r.get(ctx, "/top", now); err != nil {
			return err
		}
		var err error
		switch {
		case f.asJSON:
			err = json.NewEncoder(w).Encode(now)
		case f.once:
			_, err = io.WriteString(w, topText(nil, now))
		default:
			_, err = fmt.Fprintln(w, topLine(before, now))
		}
		if err != nil || f.once {
			return err
		}
		before = now
		select {
		case <-ctx.Done():
			return nil // it runs until somebody ends it
		case <-tick.C:
		}
	}
}

// topModel is the screen.
type topModel struct {
	ctx         context.Context
	remote      *remote
	interval    time.Duration
	before, now *topStats
	high        int // lines of the terminal
	wide        int
	paused      bool
	err         error
}

// looked is a look that has come, or why none did.
type looked struct {
	now *topStats
	err error
}

// Init looks for the first time.
func (m topModel) Init() tea.Cmd { return m.look }

func (m topModel) look() tea.Msg {
	now := &topStats{}
	err := m.remote.get(m.ctx, "/top", now)
	return looked{now, err}
}

// Update takes keys, sizes and looks.
func (m topModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		switch msg.String() {
		case "q", "esc", "ctrl+c":
			return m, tea.Quit
		case "p", "space":
			m.paused = !m.paused
		}
	case tea.WindowSizeMsg:
		m.high, m.wide = msg.Height, msg.Width
	case looked:
		if msg.err != nil {
			m.err = msg.err
			return m, tea.Quit
		}
		if !m.paused {
			m.before, m.now = m.now, msg.now
		}
		return m, tea.Tick(m.interval, func(time.Time) tea.Msg { return m.look() })
	}
	return m, nil
}

// View draws the screen, cut to the terminal.
func (m topModel) View() tea.View {
	text := "looking …\n"
	if m.now != nil {
		text = topText(m.before, m.now)
	}
	foot := "q ends, p pauses"
	if m.paused {
		foot = "PAUSED: p goes on, q ends"
	}
	v := tea.NewView(fit(text, m.wide, m.high-1) + foot)
	v.AltScreen = true
	return v
}

// fit cuts text to columns and lines; 0 is no bound.
func fit(text string, wide, high int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if high > 0 && len(lines) > high {
		lines = lines[:high]
	}
	for i, l := range lines {
		if r := []rune(l); wide > 0 && len(r) > wide {
			lines[i] = string(r[:wide])
		}
	}
	return strings.Join(lines, "\n") + "\n"
}
