package trace

import (
	"fmt"
	"strings"

	"pxos/wgsl/oracle"
)

// summary is the last object of a trace in JSON.
type summary struct {
	Kind          string    `json:"kind"` // "end"
	Invocation    [3]uint32 `json:"invocation"`
	Steps         int64     `json:"steps"`
	Shown         int64     `json:"shown"`
	Limited       bool      `json:"limited"`    // steps were left out because of the limit
	Workgroups    int64     `json:"workgroups"` // that ran
	LastWorkgroup [3]uint32 `json:"last_workgroup"`
	Changed       []changed `json:"changed"`
	Error         string    `json:"error,omitempty"`
}

// changed is a buffer whose contents changed.
type changed struct {
	Name  string        `json:"name"`
	Parts int64         `json:"parts"` // scalars and vectors that differ
	First []changedPart `json:"first"`
}

type changedPart struct {
	Name string `json:"name"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

// End writes how many steps there were and what the dispatch wrote; failed is the
// error that ended it, nil for none. It gives the first error of writing.
func (r *Recorder) End(failed error) error {
	if r.failed != nil {
		return r.failed
	}
	if r.o.JSON {
		return writeJSON(r.out, r.summary(failed))
	}
	steps, shown := r.steps.Load(), r.shown.Load()
	var b strings.Builder
	at := r.invocation
	fmt.Fprintf(&b, "\ninvocation (%d, %d, %d): %d steps", at[0], at[1], at[2], steps)
	if shown < steps {
		fmt.Fprintf(&b, ", %d of them shown", shown)
	}
	if failed != nil {
		b.WriteString(", then the shader was ended")
	}
	b.WriteString("\n")
	if n := r.workgroups.Load(); n > 0 {
		last := r.lastWorkgroup
		fmt.Fprintf(&b, "workgroups run: %d, the last (%d, %d, %d)\n", n, last[0], last[1], last[2])
	}
	r.tellChanged(&b)
	_, err := r.out.Write([]byte(b.String()))
	return err
}

func (r *Recorder) summary(failed error) summary {
	s := summary{
		Kind: "end", Invocation: r.invocation, Steps: r.steps.Load(), Shown: r.shown.Load(), Limited: r.limited,
		Workgroups: r.workgroups.Load(), LastWorkgroup: r.lastWorkgroup, Changed: []changed{},
	}
	if failed != nil {
		s.Error = failed.Error()
	}
	for _, c := range r.changed {
		one := changed{Name: c.Name, Parts: c.Parts}
		for _, p := range c.First {
			one.First = append(one.First, changedPart{p.Name, Literal(p.Old), Literal(p.New)})
		}
		s.Changed = append(s.Changed, one)
	}
	return s
}

func (r *Recorder) tellChanged(b *strings.Builder) {
	if len(r.changed) == 0 {
		b.WriteString("the buffers are as they were\n")
	}
	for _, c := range r.changed {
		fmt.Fprintf(b, "%s changed:\n", c.Name)
		for _, p := range c.First {
			fmt.Fprintf(b, "    %s = %s, was %s\n", p.Name, Literal(p.New), Literal(p.Old))
		}
		if more := c.Parts - int64(len(c.First)); more > 0 {
			fmt.Fprintf(b, "    … %d more\n", more)
		}
	}
}

var _ oracle.Observer = (*Recorder)(nil)
