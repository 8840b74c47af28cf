package pxgpu

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
)

// maxConsoleBytes bounds text that waits for a slow reader.
const maxConsoleBytes = 1 << 20

// consoleQueue stands between the mailbox, which must not block, and a writer
// that may.
type consoleQueue struct {
	w       io.Writer
	mu      sync.Mutex
	text    []byte
	more    chan struct{}
	dropped atomic.Uint64
}

func newConsoleQueue(w io.Writer) *consoleQueue {
	if w == nil {
		w = io.Discard
	}
	return &consoleQueue{w: w, more: make(chan struct{}, 1)}
}

// Write queues p; what does not fit is dropped and counted.
func (q *consoleQueue) Write(p []byte) (int, error) {
	q.mu.Lock()
	n := min(len(p), maxConsoleBytes-len(q.text))
	q.text = append(q.text, p[:n]...)
	q.mu.Unlock()
	q.dropped.Add(uint64(len(p) - n))
	select {
	case q.more <- struct{}{}:
	default:
	}
	return len(p), nil
}

// run passes text on until ctx ends, and then what is left.
func (q *consoleQueue) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			q.flush()
			return
		case <-q.more:
			q.flush()
		}
	}
}

func (q *consoleQueue) flush() {
	q.mu.Lock()
	text := q.text
	q.text = nil
	q.mu.Unlock()
	if len(text) > 0 {
		q.w.Write(text) //nolint:errcheck // a reader that is gone loses its text
	}
}
