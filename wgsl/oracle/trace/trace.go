package trace

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"pxos/wgsl/oracle"
	"pxos/wgsl/syntax"
	"pxos/wgsl/value"
)

// Options say what is shown.
type Options struct {
	From, To int   // lines of the source; To 0 is the last
	Limit    int64 // steps; 0 shows none
	JSON     bool
}

// Step is one step of the invocation: a statement, a condition, or a call.
type Step struct {
	Step     int64    `json:"step"` // from 1
	Kind     string   `json:"kind"` // by the names of kinds
	Line     int      `json:"line"`
	Text     string   `json:"text"` // the line, without the blanks around it
	Function string   `json:"function"`
	Depth    int      `json:"depth"` // calls around it
	Says     string   `json:"says"`  // what happened, for people
	Name     string   `json:"name,omitempty"`
	Value    string   `json:"value,omitempty"`
	Args     []Named  `json:"args,omitempty"`
	Round    int64    `json:"round,omitempty"`
	Notes    []string `json:"notes,omitempty"` // what happened inside of it
}

// Named is an argument.
type Named struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Recorder writes the steps as they come. It is an oracle.Observer.
type Recorder struct {
	source *syntax.Source
	out    io.Writer
	o      Options
	failed error // of out

	invocation    [3]uint32
	steps, shown  atomic.Int64
	workgroups    atomic.Int64     // begun
	toRun         atomic.Int64     // workgroups
	notes         map[int][]string // of the statement under way, by depth of calls
	entrance      syntax.Span      // the condition of the loop that began last
	limited       bool             // a step was not shown because of the limit
	changed       []oracle.Change
	lastWorkgroup [3]uint32
}

// New makes a recorder of one invocation of a shader.
func New(source *syntax.Source, invocation [3]uint32, out io.Writer, o Options) *Recorder {
	return &Recorder{source: source, invocation: invocation, out: out, o: o, notes: map[int][]string{}}
}

// Workgroup counts.
func (r *Recorder) Workgroup(id [3]uint32, number, count int64) {
	r.workgroups.Store(number)
	r.toRun.Store(count)
	r.lastWorkgroup = id
}

// Changed keeps what the dispatch wrote, for End.
func (r *Recorder) Changed(list []oracle.Change) { r.changed = list }

// Progress is how far a trace is.
type Progress struct {
	Workgroups, Count int64 // begun, and to be run
	Steps, Shown      int64 // of the invocation
}

// Progress may be asked at any time.
func (r *Recorder) Progress() Progress {
	return Progress{r.workgroups.Load(), r.toRun.Load(), r.steps.Load(), r.shown.Load()}
}

var kinds = map[oracle.Kind]string{
	oracle.Enter: "call", oracle.Leave: "result", oracle.Let: "let", oracle.Declare: "var", oracle.Assign: "assign",
	oracle.Evaluate: "evaluate", oracle.Condition: "condition", oracle.Select: "switch", oracle.Round: "round",
	oracle.BreakIf: "break-if", oracle.Break: "break", oracle.Continue: "continue", oracle.Return: "return",
}

// Event makes a note or a step of an event.
func (r *Recorder) Event(e oracle.Event) {
	if note := r.note(e); note != "" {
		r.notes[e.Depth] = append(r.notes[e.Depth], note)
		return
	}
	if e.Kind == oracle.Break && e.Span == r.entrance {
		return // the condition of the loop has told it
	}
	r.entrance = syntax.Span{}
	if e.Kind == oracle.Condition && e.Round > 0 {
		r.entrance = e.Span
	}
	s := Step{
		Step: r.steps.Add(1), Kind: kinds[e.Kind], Function: e.Function.Name, Depth: e.Depth, Name: e.Name, Round: e.Round,
		Notes: r.notes[e.Depth],
	}
	delete(r.notes, e.Depth)
	s.Line = r.source.Position(r.place(e)).Line
	s.Text = strings.TrimSpace(r.source.Line(s.Line))
	if e.Value != nil {
		s.Value = Literal(e.Value)
	}
	for _, a := range e.Args {
		s.Args = append(s.Args, Named{a.Name, Literal(a.Value)})
	}
	if s.Line < r.o.From || r.o.To > 0 && s.Line > r.o.To {
		return
	}
	if r.shown.Load() >= r.o.Limit {
		r.stop()
		return
	}
	r.shown.Add(1)
	s.Says = r.says(e, &s)
	r.write(s)
}

// stop says, once, that the limit is reached.
func (r *Recorder) stop() {
	if !r.limited && !r.o.JSON && r.failed == nil {
		_, r.failed = fmt.Fprintf(r.out, "… %d steps were shown, the rest is only counted: raise --limit, or choose --lines\n", r.o.Limit)
	}
	r.limited = true
}

// place is where a step stands; of the entry point the line of its name, not of
// its attributes.
func (r *Recorder) place(e oracle.Event) syntax.Pos {
	if e.Kind == oracle.Enter && e.Span == e.Function.Span {
		if at := strings.Index(r.source.Text[e.Span.Start:e.Span.End], "fn "+e.Function.Name); at > 0 {
			return e.Span.Start + syntax.Pos(at)
		}
	}
	return e.Span.Start
}

// quote is the text at a place, without parentheses around all of it, where it is
// short and on one line; else what it is called.
func (r *Recorder) quote(span syntax.Span, what string) string {
	const most = 50
	text := r.source.Text[span.Start:span.End]
	if strings.ContainsAny(text, "\n\r") || utf8.RuneCountInString(text) > most {
		return what
	}
	depth := 0
	for i, c := range text {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			if i > 0 && i == len(text)-1 {
				return text[1:i]
			}
			break
		}
	}
	return text
}

// note tells what happened inside of a statement, "" for what makes a step.
func (r *Recorder) note(e oracle.Event) string {
	switch e.Kind {
	case oracle.Clamped:
		return fmt.Sprintf("index %s clamped to %d: %s has %d components", Literal(e.Value), e.Count-1, r.quote(e.Span, "the composite"), e.Count)
	case oracle.Skipped:
		return fmt.Sprintf("%s is not computed: left of %s is %s", r.quote(e.Span, "the right side"), e.Name, Literal(e.Value))
	case oracle.Atomic:
		return fmt.Sprintf("%s left %s = %s", e.Name, e.Args[0].Name, Literal(e.Value))
	case oracle.Overwritten:
		return fmt.Sprintf("another invocation wrote the same memory here: %s = %s", e.Name, Literal(e.Value))
	case oracle.Barrier:
		return "waits at " + e.Name
	}
	return ""
}

// says tells in words what a step did.
func (r *Recorder) says(e oracle.Event, s *Step) string {
	switch e.Kind {
	case oracle.Enter:
		args := make([]string, len(s.Args))
		for i, a := range s.Args {
			args[i] = a.Name + " = " + a.Value
		}
		return fmt.Sprintf("calls %s(%s)", s.Function, strings.Join(args, ", "))
	case oracle.Leave:
		if s.Value == "" {
			return s.Function + " is done"
		}
		return fmt.Sprintf("%s gave %s", s.Function, s.Value)
	case oracle.Let, oracle.Declare, oracle.Assign:
		return s.Name + " = " + s.Value
	case oracle.Evaluate:
		if s.Value == "" {
			return ""
		}
		return "gives " + s.Value
	case oracle.Condition:
		text := fmt.Sprintf("%s is %s", r.quote(e.Span, "the condition"), s.Value)
		switch {
		case e.Round == 0:
			return text
		case e.Value == value.Bool(true):
			return fmt.Sprintf("round %d: %s", e.Round, text)
		}
		return text + ": the loop ends"
	case oracle.Select:
		return fmt.Sprintf("%s goes to %s", s.Value, s.Name)
	case oracle.Round:
		return fmt.Sprintf("round %d", s.Round)
	case oracle.BreakIf:
		text := fmt.Sprintf("%s is %s", r.quote(e.Span, "the condition"), s.Value)
		if e.Value == value.Bool(true) {
			text += ": the loop ends"
		}
		return text
	case oracle.Return:
		return strings.TrimSpace("returns " + s.Value)
	}
	return s.Kind
}

func (r *Recorder) write(s Step) {
	if r.failed != nil {
		return
	}
	if r.o.JSON {
		r.failed = writeJSON(r.out, s)
		return
	}
	said := s.Notes
	if s.Says != "" {
		said = append([]string{s.Says}, s.Notes...)
	}
	if len(said) == 0 {
		said = []string{""}
	}
	text := strings.Repeat("    ", s.Depth) + s.Text
	for i, says := range said {
		line := fmt.Sprintf("%5d  %s  %s", s.Line, padded(text), says)
		if i > 0 {
			line = fmt.Sprintf("%5s  %s  %s", "", padded(""), says)
		}
		if _, err := fmt.Fprintln(r.out, strings.TrimRight(line, " ")); err != nil {
			r.failed = err
			return
		}
	}
}

// padded fills a text up to the column of what is said, or cuts it there.
func padded(text string) string {
	const width = 48
	n := utf8.RuneCountInString(text)
	if n > width {
		return string([]rune(text)[:width-1]) + "…"
	}
	return text + strings.Repeat(" ", width-n)
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
