// Package tty asks Linux, or pxOS, about the terminal behind a descriptor: whose
// keyboard it is, how large it is, and that it leaves editing and echo to the program.
//
// It imports the standard library alone.
package tty

import "errors"

// ErrNone says that there is no terminal behind a descriptor.
var ErrNone = errors.New("no terminal")

// Mode is how a terminal was set.
type Mode struct{ words termios }
