package machine

import (
	"errors"
	"fmt"
)

// LabError says that the laboratory failed, not the guest: the emulator is
// missing or died, a file cannot be read, the GPU's process ended.
type LabError struct {
	Op   string // what was attempted
	Err  error  // what went wrong
	Hint string // what to do, may be empty
}

// Error says what was attempted, what went wrong and what to do.
func (e *LabError) Error() string {
	s := "machine: " + e.Op + ": " + e.Err.Error()
	if e.Hint != "" {
		s += "\n  what to do: " + e.Hint
	}
	return s
}

// Unwrap returns the cause.
func (e *LabError) Unwrap() error { return e.Err }

// Causes that callers tell apart with errors.Is.
var (
	// ErrBootMedium: the ISO or kernel file cannot be booted by this machine.
	ErrBootMedium = errors.New("not bootable")
	// ErrEmulatorDied: QEMU ended although nobody asked it to.
	ErrEmulatorDied = errors.New("the emulator ended by itself")
	// ErrGPUDied: the process that serves the GPU ended during the run.
	ErrGPUDied = errors.New("the GPU's process ended")
	// ErrClosed: the machine was closed.
	ErrClosed = errors.New("the machine is closed")
	// ErrConfig: the machine's description contradicts itself.
	ErrConfig = errors.New("wrong configuration")
)

func labErrorf(op, hint string, cause error, format string, args ...any) *LabError {
	return &LabError{Op: op, Err: fmt.Errorf("%w: %s", cause, fmt.Sprintf(format, args...)), Hint: hint}
}
