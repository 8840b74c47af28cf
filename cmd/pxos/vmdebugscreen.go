package main

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"pxos/pixelvm"
)

// debugScreen is the debugger as a screen: code at the left, calls, locals, stack and
// memory at the right, output below.
type debugScreen struct {
	session *debugSession
	restart func() (*pixelvm.Debugger, error)
	ctx     context.Context
	cancel  context.CancelFunc // of what runs, nil where nothing does

	function, cursor int // what is looked at: a function, and a line of its code
	lines            []int
	stops            map[pixelvm.Place]bool
	address          uint64 // of the memory that is shown
	typing           *string
	message          string
	output           string
	high, wide       int
	shown            string   // while it runs, what was there before
	queued           []string // keys that were pressed while it ran
}

// ran says that the program stopped.
type ran struct{}

func newDebugScreen(ctx context.Context, s *debugSession, restart func() (*pixelvm.Debugger, error)) *debugScreen {
	m := &debugScreen{session: s, restart: restart, ctx: ctx, stops: map[pixelvm.Place]bool{}, high: 30, wide: 100}
	m.follow()
	return m
}

// Init does nothing: the program stands before its first instruction.
func (m *debugScreen) Init() tea.Cmd { return nil }

// Update takes keys and sizes, and what ran.
func (m *debugScreen) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.high, m.wide = msg.Height, msg.Width
	case ran:
		m.cancel()
		m.cancel = nil
		m.follow()
		for len(m.queued) > 0 && m.cancel == nil {
			key := m.queued[0]
			m.queued = m.queued[1:]
			if cmd := m.key(key); cmd != nil {
				return m, cmd
			}
		}
	case tea.KeyPressMsg:
		m.message = ""
		if m.typing != nil {
			m.typed(msg.String())
			return m, nil
		}
		return m, m.key(msg.String())
	}
	return m, nil
}

// key does what a key stands for.
func (m *debugScreen) key(key string) tea.Cmd {
	if m.cancel != nil { // it runs
		switch key {
		case "space", "esc":
			m.queued = nil
			m.cancel()
		case "q", "ctrl+c":
			m.cancel()
			return tea.Quit
		default: // typed ahead
			m.queued = append(m.queued, key)
		}
		return nil
	}
	d := m.session.d
	switch key {
	case "q", "esc", "ctrl+c":
		return tea.Quit
	case "s", "space":
		d.Step()
		m.follow()
	case "n":
		return m.run(d.Next)
	case "f":
		return m.run(d.Finish)
	case "c":
		return m.run(d.Continue)
	case "r":
		m.again()
	case "b":
		m.toggle()
	case "up", "k":
		m.cursor = max(0, m.cursor-1)
	case "down", "j":
		m.cursor = min(len(m.lines)-1, m.cursor+1)
	case "pgup":
		m.address -= min(m.address, pageBytes)
	case "pgdown":
		if next := m.address + pageBytes; next < uint64(len(d.Memory())) {
			m.address = next
		}
	case "tab":
		m.look((m.function + 1) % len(m.session.p.Functions))
	case "m":
		m.typing = new(string)
	}
	return nil
}

// run has the program run beside the screen, until it stops or a key is pressed.
func (m *debugScreen) run(f func(context.Context)) tea.Cmd {
	m.shown = m.text()
	ctx, cancel := context.WithCancel(m.ctx)
	m.cancel = cancel
	return func() tea.Msg {
		f(ctx)
		return ran{}
	}
}

// again begins from the start; breaks stay.
func (m *debugScreen) again() {
	d, err := m.restart()
	if err != nil {
		m.message = err.Error()
		return
	}
	for at, on := range m.stops {
		if on {
			d.Break(at)
		}
	}
	m.session.d, m.output = d, ""
	m.follow()
}

// toggle has the program stop at the line of the cursor, or not any more.
func (m *debugScreen) toggle() {
	at := pixelvm.Place{Function: m.function, Pixel: m.lines[m.cursor]}
	m.stops[at] = m.session.d.Break(at)
}

// typed takes keys of an address.
func (m *debugScreen) typed(key string) {
	switch {
	case key == "enter":
		n, err := strconv.ParseUint(*m.typing, 0, 32)
		if memory := uint64(len(m.session.d.Memory())); err != nil || n >= memory {
			m.message = fmt.Sprintf("%q is no address: the memory has %d bytes", *m.typing, memory)
		} else {
			m.address = n &^ 15
		}
		m.typing = nil
	case key == "esc", key == "ctrl+c":
		m.typing = nil
	case key == "backspace":
		*m.typing = (*m.typing)[:max(0, len(*m.typing)-1)]
	case len(key) == 1 && len(*m.typing) < 10:
		*m.typing += key
	}
}

// follow looks at where the program is, and takes what it wrote.
func (m *debugScreen) follow() {
	const most = 1 << 16 // characters that are kept
	m.output += string(m.session.d.Output())
	m.output = m.output[max(0, len(m.output)-most):]
	at, ok := m.session.d.Where()
	if !ok {
		if m.lines == nil {
			m.look(m.session.p.Entry)
		}
		return
	}
	m.look(at.Function)
	for i, pixel := range m.lines {
		if pixel == at.Pixel {
			m.cursor = i
		}
	}
}

// look shows a function.
func (m *debugScreen) look(function int) {
	m.function, m.cursor, m.lines = function, 0, nil
	f := &m.session.p.Functions[function]
	for pixel := 0; pixel < len(f.Code); {
		m.lines = append(m.lines, pixel)
		_, size := pixelvm.Line(f, pixel, nil)
		pixel += size
	}
}

// View draws the screen.
func (m *debugScreen) View() tea.View {
	text := m.shown
	foot := "running … space stops it, q quits"
	if m.cancel == nil {
		text = m.text()
		foot = "s step  n over calls  f return  c run  b break  ↑↓ line  tab function  m memory  r again  q quit"
		if m.message != "" {
			foot = m.message
		}
		if m.typing != nil {
			foot = "memory at: " + *m.typing + "▏"
		}
	}
	v := tea.NewView(text + ansi.Truncate(foot, m.wide, "…"))
	v.AltScreen = true
	return v
}

const (
	memoryRows = 8
	pageBytes  = 64 // by which the keys move
	outputRows = 5
)

// text is the screen but for its last line.
func (m *debugScreen) text() string {
	left := max(30, m.wide/2-2)
	rows := max(6, m.high-outputRows-3)
	code, state := m.code(rows), m.state(rows, m.wide-left-3)
	var b strings.Builder
	for i := range rows {
		l, r := "", ""
		if i < len(code) {
			l = ansi.Truncate(code[i], left, "…")
		}
		if i < len(state) {
			r = ansi.Truncate(state[i], m.wide-left-3, "…")
		}
		fmt.Fprintf(&b, "%s%s │ %s\n", l, strings.Repeat(" ", max(0, left-ansi.StringWidth(l))), r)
	}
	b.WriteString(strings.Repeat("─", max(1, m.wide)) + "\n")
	out := strings.Split(strings.TrimRight(m.output, "\n"), "\n")
	out = out[max(0, len(out)-outputRows):]
	for i := range outputRows {
		if i < len(out) {
			b.WriteString(ansi.Truncate(printable(out[i]), m.wide, "…"))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// code are the lines around the cursor.
func (m *debugScreen) code(rows int) []string {
	at, runs := m.session.d.Where()
	names := m.session.names()
	out := []string{fmt.Sprintf("\x1b[1m%s\x1b[0m, %d pixels", printable(names[m.function]), len(m.session.p.Functions[m.function].Code))}
	first := max(0, min(m.cursor-rows/2, len(m.lines)-rows+1))
	for i := first; i < len(m.lines) && len(out) < rows; i++ {
		pixel := m.lines[i]
		text, _ := pixelvm.Line(&m.session.p.Functions[m.function], pixel, names)
		stop, next := " ", " "
		if m.stops[pixelvm.Place{Function: m.function, Pixel: pixel}] {
			stop = "\x1b[31m●\x1b[0m"
		}
		if runs && at == (pixelvm.Place{Function: m.function, Pixel: pixel}) {
			next = "\x1b[32m▶\x1b[0m"
		}
		line := fmt.Sprintf("%5d  %s", pixel, printable(text))
		if i == m.cursor {
			line = "\x1b[7m" + line + "\x1b[0m"
		}
		out = append(out, stop+next+line)
	}
	return out
}

// state is where the program is and what it has.
func (m *debugScreen) state(rows, width int) []string {
	d := m.session.d
	var out []string
	if ended, trap := d.Ended(); ended && trap != nil {
		out = append(out, "\x1b[31mended: "+printable(trap.Error())+"\x1b[0m")
	} else if ended {
		values, _ := d.Stack()
		out = append(out, fmt.Sprintf("\x1b[32mended\x1b[0m, results %d", values))
	}
	out = append(out, fmt.Sprintf("fuel used %d", d.Fuel()))
	const most = 4 // calls that are shown, the newest
	calls, text := d.Calls(), ""
	if n := len(calls) - most; n > 0 {
		text, calls = fmt.Sprintf("%d more › ", n), calls[n:]
	}
	for i, at := range calls {
		if i > 0 {
			text += " › "
		}
		text += fmt.Sprintf("%s:%d", printable(m.session.name(at.Function)), at.Pixel)
	}
	out = append(out, "calls "+text, "", "\x1b[1mstack\x1b[0m, the top first")
	values, types := d.Stack()
	for i := len(types) - 1; i >= 0; i-- {
		out = append(out, "  "+valueText(values[i], types[i]))
	}
	out = append(out, "", "\x1b[1mlocals\x1b[0m")
	values, types = d.Locals()
	for i, v := range values {
		out = append(out, fmt.Sprintf("  l%-3d %s", i, valueText(v, types[i])))
	}
	memory := m.memory(width)
	if room := rows - len(memory); len(out) > room {
		out = append(out[:max(0, room-1)], "  …")
	}
	for len(out) < rows-len(memory) {
		out = append(out, "")
	}
	return append(out, memory...)
}

// memory is a few rows of it, as long as there is room for.
func (m *debugScreen) memory(width int) []string {
	row := uint64(16)
	if width < 8+16*4 {
		row = 8
	}
	memory := m.session.d.Memory()
	out := []string{"", fmt.Sprintf("\x1b[1mmemory\x1b[0m, %d bytes", len(memory))}
	for n := range uint64(memoryRows) {
		from := m.address + row*n
		if from >= uint64(len(memory)) {
			break
		}
		part := memory[from:min(from+row, uint64(len(memory)))]
		out = append(out, fmt.Sprintf("%06x  % x  %s", from, part, printable(string(part))))
	}
	return out
}

func valueText(v uint64, t pixelvm.Type) string {
	if t == pixelvm.F64 {
		return fmt.Sprintf("%g", math.Float64frombits(v))
	}
	return fmt.Sprintf("%d  0x%x", int64(v), v)
}

// printable shows what a program wrote without its steering the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '·'
		}
		return r
	}, text)
}
