package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"sync"
	"time"
)

// ErrTemplate is a template, or a conversation that it does not take.
var ErrTemplate = errors.New("the chat template")

// Limits of a template.
const (
	mostTime   = 2 * time.Second
	mostOutput = 8 << 20
	mostStack  = 64 << 20
	mostText   = 1 << 20 // of the template itself
)

// ready is what a child says first: the time of its start is no template's.
const (
	ready  = "ready"
	starts = time.Minute
)

// childVariable, set, makes Child serve.
const childVariable = "PXOS_CHAT_TEMPLATES"

// order is what a child is asked.
type order struct {
	Template string                     `json:"template"`
	Values   map[string]json.RawMessage `json:"values"`
	Now      time.Time                  `json:"now"`
}

// reply is what it says.
type reply struct {
	Text  string `json:"text"`
	Error string `json:"error,omitempty"`
}

// Child must be the first thing that the main function of a program does that uses a
// Renderer, and TestMain of its tests: in a process that a Renderer started it runs
// templates and never returns.
func Child() {
	if os.Getenv(childVariable) == "" {
		return
	}
	limitMemory()
	debug.SetMaxStack(mostStack)
	serve(os.Stdin, os.Stdout)
	os.Exit(0)
}

// serve answers orders until there are no more.
func serve(in io.Reader, out io.Writer) {
	d, e := json.NewDecoder(in), json.NewEncoder(out)
	if e.Encode(&reply{Text: ready}) != nil {
		return
	}
	for {
		var o order
		if d.Decode(&o) != nil {
			return
		}
		var r reply
		text, err := run(o)
		switch {
		case err != nil:
			r.Error = err.Error()
		case len(text) > mostOutput:
			r.Error = fmt.Sprintf("it writes more than %d MiB", mostOutput>>20)
		default:
			r.Text = text
		}
		if e.Encode(&r) != nil {
			return
		}
	}
}

func run(o order) (string, error) {
	values := map[string]any{}
	for name, raw := range o.Values {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		v, err := ordered(d, 0)
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		values[name] = v
	}
	return expand(o.Template, values, o.Now)
}

// Renderer runs templates in a child process, which it starts when it is first needed, and
// anew after one had to be ended. Close it.
type Renderer struct {
	mu    sync.Mutex
	child *child
}

// child is a process that runs templates.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *json.Decoder
}

// Render writes a conversation: values are those of the template's variables. An error is
// ErrTemplate where the template, or what it was given, is to blame.
func (r *Renderer) Render(ctx context.Context, template string, values map[string]any, now time.Time) (string, error) {
	if len(template) > mostText {
		return "", fmt.Errorf("%w has %d bytes, %d are the most", ErrTemplate, len(template), mostText)
	}
	o := order{Template: template, Values: map[string]json.RawMessage{}, Now: now}
	for name, v := range values {
		raw, err := json.Marshal(v)
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		o.Values[name] = raw
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.child == nil {
		c, err := start()
		if err != nil {
			return "", fmt.Errorf("start a process for chat templates: %w", err)
		}
		r.child = c
	}
	got := make(chan error, 1)
	var answer reply
	c := r.child
	go func() {
		err := json.NewEncoder(c.in).Encode(&o)
		if err == nil {
			err = c.out.Decode(&answer)
		}
		got <- err
	}()
	ctx, cancel := context.WithTimeoutCause(ctx, mostTime, fmt.Errorf("%w took more than %s and was ended", ErrTemplate, mostTime))
	defer cancel()
	select {
	case err := <-got:
		if err != nil {
			r.end()
			return "", fmt.Errorf("%w took more memory than it may, or brought its process down (%w)", ErrTemplate, err)
		}
	case <-ctx.Done():
		r.end()
		<-got // whose pipes are closed
		return "", context.Cause(ctx)
	}
	if answer.Error != "" {
		return "", fmt.Errorf("%w: %s", ErrTemplate, answer.Error)
	}
	return answer.Text, nil
}

func start() (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{cmd: exec.Command(self)}
	c.cmd.Env = []string{childVariable + "=1", "GOMEMLIMIT=256MiB", "GOMAXPROCS=2"}
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.out = json.NewDecoder(out)
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	late := time.AfterFunc(starts, func() { _ = c.cmd.Process.Kill() }) // Decode says that it ended
	defer late.Stop()
	var first reply
	if err := c.out.Decode(&first); err != nil || first.Text != ready {
		c.end()
		return nil, fmt.Errorf("%s does not begin with chat.Child (%w)", self, err)
	}
	return c, nil
}

// end kills the child.
func (r *Renderer) end() {
	if r.child != nil {
		r.child.end()
		r.child = nil
	}
}

func (c *child) end() {
	_ = c.in.Close()
	_ = c.cmd.Process.Kill() // it may be gone
	_ = c.cmd.Wait()         // how it ended was said
}

// Close ends the process.
func (r *Renderer) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.end()
}
