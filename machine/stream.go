package machine

import (
	"errors"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// stream reads a descriptor as data comes and can be drained on demand: after
// drain returns, everything that was written before the call was delivered.
type stream struct {
	file    *os.File
	raw     syscall.RawConn
	mu      sync.Mutex // held from a read until its bytes are delivered
	buffer  []byte
	deliver func([]byte) // called with mu held
	ended   bool
	done    chan struct{}
}

const streamBufferBytes = 64 << 10

// newStream takes over fd and starts to read it.
func newStream(fd int, name string, deliver func([]byte)) (*stream, error) {
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, err
	}
	s := &stream{
		file: os.NewFile(uintptr(fd), name), buffer: make([]byte, streamBufferBytes),
		deliver: deliver, done: make(chan struct{}),
	}
	raw, err := s.file.SyscallConn()
	if err != nil {
		s.file.Close()
		return nil, err
	}
	s.raw = raw
	go func() {
		defer close(s.done)
		// The callback says "not ready" after each burst, so that the runtime
		// waits for more; it says "ready" only at the end of the stream.
		s.raw.Read(func(fd uintptr) bool { return s.readAll(int(fd)) })
	}()
	return s, nil
}

// readAll reads until nothing waits. It reports the end of the stream.
func (s *stream) readAll(fd int) bool {
	for {
		s.mu.Lock()
		if s.ended {
			s.mu.Unlock()
			return true
		}
		n, err := unix.Read(fd, s.buffer)
		switch {
		case n > 0:
			s.deliver(s.buffer[:n])
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.EAGAIN):
			s.mu.Unlock()
			return false
		default:
			s.ended = true
		}
		s.mu.Unlock()
	}
}

// drain delivers what waits in the descriptor.
func (s *stream) drain() {
	// An error means that the stream was closed: then nothing waits.
	_ = s.raw.Control(func(fd uintptr) { s.readAll(int(fd)) })
}

// close ends the reading goroutine and frees the descriptor.
func (s *stream) close() {
	s.file.Close()
	<-s.done
}
