// Package px is what Go programs for the Pixel VM may call, with the same behaviour in
// plain Go, so that one source runs under "go run" and on the machine.
//
// It imports nothing of pxOS. Invariant: each function writes the same bytes on both.
package px

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"sync"
)

var out = bufio.NewWriter(os.Stdout)

// Int writes a number in decimal and a line's end.
func Int(v int) { write(append(strconv.AppendInt(nil, int64(v), 10), '\n')) }

// Float writes a float in its shortest form that reads back, and a line's end.
func Float(v float64) { write(append(strconv.AppendFloat(nil, v, 'g', -1, 64), '\n')) }

// Text writes a text, which must be a constant.
func Text(text string) { write([]byte(text)) }

// Byte writes one byte.
func Byte(b byte) { write([]byte{b}) }

// Bytes writes all of a slice.
func Bytes(p []byte) { write(p) }

// Input copies bytes of the input, from a place on, and gives how many there were.
func Input(from int, p []byte) int {
	once.Do(func() { input, _ = io.ReadAll(os.Stdin) }) // what cannot be read is not there
	if from < 0 || from >= len(input) {
		return 0
	}
	return copy(p, input[from:])
}

var (
	once  sync.Once
	input []byte
)

// Argument is a number that was given to the program, 0 if there is none.
func Argument(i int) int {
	if i < 0 || i+1 >= len(os.Args) {
		return 0
	}
	n, err := strconv.Atoi(os.Args[i+1])
	if err != nil {
		return 0
	}
	return n
}

func write(p []byte) {
	_, _ = out.Write(p)
	_ = out.Flush() // where output cannot be written there is nobody to tell
}
