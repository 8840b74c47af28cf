package eval

import (
	"fmt"
	"strings"

	"pxos/wgsl/value"
)

// Mode says when an expression is evaluated.
type Mode uint8

// In mode Constant (module and pipeline creation) overflow, infinity, NaN, a value
// outside a domain and the like are errors. In mode Runtime the result is the one
// that the specification defines, or the one that this package picks.
const (
	Constant Mode = iota
	Runtime
)

// Error says why a constant expression has no value, and what to do.
type Error struct{ Message, Help string }

// Error is the message; Help says what to do about it.
func (e *Error) Error() string { return e.Message }

func failure(help, format string, args ...any) *Error {
	return &Error{Message: fmt.Sprintf(format, args...), Help: help}
}

// calc is one evaluation; the first error is kept.
type calc struct {
	mode Mode
	err  *Error
	// text says what is computed, for messages; set in mode Constant only.
	text func() string
}

// fail records an error in mode Constant and is silent in mode Runtime.
func (c *calc) fail(help, format string, args ...any) {
	if c.mode == Constant && c.err == nil {
		c.err = &Error{Message: c.text() + ": " + fmt.Sprintf(format, args...), Help: help}
	}
}

// result gives a typed nil error its untyped form.
func (c *calc) result(v value.Value) (value.Value, error) {
	if c.err != nil {
		return nil, c.err
	}
	return v, nil
}

// listing writes the arguments of a call.
func listing(args []value.Value) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = a.String()
	}
	return strings.Join(parts, ", ")
}
