package chat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/nikolalohinski/gonja/v2/builtins"
	controls "github.com/nikolalohinski/gonja/v2/builtins/control_structures"
	"github.com/nikolalohinski/gonja/v2/config"
	"github.com/nikolalohinski/gonja/v2/exec"
	"github.com/nikolalohinski/gonja/v2/loaders"
	"github.com/nikolalohinski/gonja/v2/nodes"
	"github.com/nikolalohinski/gonja/v2/parser"
)

// only is a loader that has one text and no files.
type only string

// Read gives the text, whatever it is called by.
func (o only) Read(path string) (io.Reader, error) {
	if path != "" {
		return nil, errors.New("a template has no files")
	}
	return strings.NewReader(string(o)), nil
}

// Resolve finds nothing.
func (o only) Resolve(path string) (string, error) { return path, nil }

// Inherit gives the same.
func (o only) Inherit(string) (loaders.Loader, error) { return o, nil }

// statements are those that templates of chats have, and none that reads files.
func statements() *exec.ControlStructureSet {
	set := exec.NewControlStructureSet(map[string]parser.ControlStructureParser{"generation": generation})
	for _, name := range []string{"if", "for", "set", "macro", "call", "filter", "raw", "with", "do", "break", "continue"} {
		p, ok := controls.All.Get(name)
		if !ok {
			panic("chat: the library has no " + name) // which a test would have found
		}
		if err := set.Register(name, p); err != nil {
			panic(err)
		}
	}
	return set
}

// marked is the part of a template that stands for what the model says. For Transformers it
// marks what is trained on; here it is as if it were not there.
type marked struct{ *nodes.Wrapper }

// Execute writes what is between the marks.
func (m marked) Execute(r *exec.Renderer, _ *nodes.ControlStructureBlock) error {
	return r.ExecuteIfWrapper(m.Wrapper)
}

func generation(p, args *parser.Parser) (nodes.ControlStructure, error) {
	w, _, err := p.WrapUntil("endgeneration")
	return marked{w}, err
}

// expand runs a template over values, as Transformers does: blocks take their line with
// them, and errors are those that the template raises, too.
func expand(text string, values map[string]any, now time.Time) (out string, err error) {
	defer func() {
		if r := recover(); r != nil { // the library panics on some mistakes
			err = fmt.Errorf("%v", r)
		}
	}()
	c := config.New()
	c.TrimBlocks, c.LeftStripBlocks = true, true
	filters := exec.NewFilterSet(map[string]exec.FilterFunction{}).Update(builtins.Filters)
	if err := filters.Replace("tojson", toJSON); err != nil {
		return "", err
	}
	globals := exec.EmptyContext().Update(builtins.GlobalFunctions).Update(exec.NewContext(map[string]any{
		"raise_exception": func(_ *exec.Evaluator, p *exec.VarArgs) *exec.Value {
			message := "the template refuses the conversation"
			if len(p.Args) > 0 {
				message = p.Args[0].String()
			}
			return exec.AsValue(errors.New(message))
		},
		"strftime_now": func(_ *exec.Evaluator, p *exec.VarArgs) *exec.Value {
			if len(p.Args) == 0 {
				return exec.AsValue(errors.New("strftime_now wants a format"))
			}
			return exec.AsValue(strftime(p.Args[0].String(), now))
		},
	}))
	t, err := exec.NewTemplate("", c, only(text), &exec.Environment{Context: globals, Filters: filters, Tests: builtins.Tests, ControlStructures: statements(), Methods: builtins.Methods})
	if err != nil {
		return "", err
	}
	return t.ExecuteToString(exec.NewContext(values))
}

// strftime knows the directives of dates.
func strftime(format string, t time.Time) string {
	for from, to := range map[string]string{"%d": "02", "%m": "01", "%Y": "2006", "%y": "06", "%b": "Jan", "%B": "January", "%H": "15", "%M": "04", "%S": "05", "%A": "Monday", "%a": "Mon"} {
		format = strings.ReplaceAll(format, from, t.Format(to))
	}
	return format
}

// toJSON is the filter as Transformers has it: Python's spaces, no letter escaped but as JSON
// must.
func toJSON(_ *exec.Evaluator, in *exec.Value, p *exec.VarArgs) *exec.Value {
	if in.IsError() {
		return in
	}
	indent := 0
	if v, ok := p.KwArgs["indent"]; ok && v.IsInteger() {
		indent = min(max(v.Integer(), 0), 16)
	}
	var b bytes.Buffer
	if err := writeJSON(&b, in.Interface(), strings.Repeat(" ", indent), "\n"); err != nil {
		return exec.AsValue(err)
	}
	return exec.AsSafeValue(b.String())
}

// writeJSON writes a value; step is what each depth is set in by, "" for one line.
func writeJSON(b *bytes.Buffer, v any, step, line string) error {
	switch v := v.(type) {
	case *exec.Value:
		return writeJSON(b, v.Interface(), step, line)
	case *exec.Dict:
		return writeAll(b, "{}", len(v.Pairs), step, line, func(i int, line string) error {
			if err := writeJSON(b, v.Pairs[i].Key.String(), step, line); err != nil {
				return err
			}
			b.WriteString(": ")
			return writeJSON(b, v.Pairs[i].Value, step, line)
		})
	case []any:
		return writeAll(b, "[]", len(v), step, line, func(i int, line string) error { return writeJSON(b, v[i], step, line) })
	}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the end of the line
	return nil
}

func writeAll(b *bytes.Buffer, brackets string, n int, step, line string, each func(i int, line string) error) error {
	b.WriteByte(brackets[0])
	inner := line + step
	for i := range n {
		switch {
		case i > 0 && step == "":
			b.WriteString(", ")
		case i > 0:
			b.WriteString("," + inner)
		case step != "":
			b.WriteString(inner)
		}
		if err := each(i, inner); err != nil {
			return err
		}
	}
	if n > 0 && step != "" {
		b.WriteString(line)
	}
	b.WriteByte(brackets[1])
	return nil
}

// maxDepth bounds how deep JSON may be.
const maxDepth = 100

// ordered reads JSON whose objects keep the order of their names, as templates show them.
func ordered(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("JSON is deeper than %d", maxDepth)
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		out := exec.NewDict()
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			value, err := ordered(d, depth+1)
			if err != nil {
				return nil, err
			}
			out.Pairs = append(out.Pairs, &exec.Pair{Key: exec.AsValue(key), Value: exec.AsValue(value)})
		}
		_, err = d.Token()
		return out, err
	case json.Delim('['):
		out := []any{}
		for d.More() {
			value, err := ordered(d, depth+1)
			if err != nil {
				return nil, err
			}
			out = append(out, value)
		}
		_, err = d.Token()
		return out, err
	}
	if n, ok := t.(json.Number); ok {
		if i, err := n.Int64(); err == nil {
			return int(i), nil
		}
		return n.Float64()
	}
	return t, nil
}
