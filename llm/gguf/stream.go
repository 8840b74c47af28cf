package gguf

import (
	"bufio"
	"fmt"
	"io"
)

// Stream is Write for tensors that are not in memory: data is asked for each in turn, by its
// number, and must write as many bytes as its type and shape take.
func Stream(w io.Writer, pairs []Pair, tensors []Tensor, data func(w io.Writer, n int) error) error {
	head, err := headOf(pairs, tensors)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(w, 1<<20)
	if _, err := b.Write(head); err != nil {
		return err
	}
	for i := range tensors {
		t := &tensors[i]
		row, err := t.Type.RowBytes(t.Shape[0])
		if err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
		want := row * (t.Values() / t.Shape[0])
		c := &counter{w: b}
		if err := data(c, i); err != nil {
			return err
		}
		if c.n != want {
			return fmt.Errorf("%s: %v of shape %v takes %d bytes, %d were written", t.Name, t.Type, t.Shape, want, c.n)
		}
		if _, err := b.Write(make([]byte, pad(want))); err != nil {
			return err
		}
	}
	return b.Flush()
}

// counter counts what goes through it.
type counter struct {
	w io.Writer
	n int
}

// Write is io.Writer's.
func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += n
	return n, err
}
