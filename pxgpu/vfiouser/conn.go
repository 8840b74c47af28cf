package vfiouser

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// ErrTooManyFDs reports a message with more descriptors than were agreed on.
var ErrTooManyFDs = errors.New("vfio-user: message carries too many file descriptors")

// Message is a header, its payload and the descriptors that came with it.
type Message struct {
	Header
	Payload []byte // valid until the next ReadMessage
	Files   []*os.File
}

// Conn reads and writes whole messages on a UNIX stream socket. It is used by
// servers and, in tests, by clients; one goroutine may read while one writes.
type Conn struct {
	sock *net.UnixConn
	buf  []byte
	oob  []byte
	out  []byte
}

// NewConn wraps a connected socket and takes ownership of it.
func NewConn(sock *net.UnixConn) *Conn {
	return &Conn{sock: sock, buf: make([]byte, 4096), oob: make([]byte, unix.CmsgSpace(MaxMessageFDs*4))}
}

// Close closes the socket.
func (c *Conn) Close() error { return c.sock.Close() }

// ReadMessage waits for one message. At a clean end of the stream the error is
// io.EOF. The caller owns the returned files.
func (c *Conn) ReadMessage() (Message, error) {
	var m Message
	err := c.readFull(c.buf[:HeaderBytes], &m.Files)
	if err == nil {
		m.Header, err = DecodeHeader(c.buf[:HeaderBytes])
	}
	if err == nil {
		n := int(m.Size) - HeaderBytes
		if n > len(c.buf) {
			c.buf = make([]byte, n)
		}
		m.Payload = c.buf[:n]
		err = c.readFull(m.Payload, &m.Files)
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
	}
	if err != nil {
		closeFiles(m.Files)
		return Message{}, err
	}
	return m, nil
}

// readFull fills p and collects descriptors on the way.
func (c *Conn) readFull(p []byte, files *[]*os.File) error {
	for got := 0; got < len(p); {
		n, oobn, flags, _, err := c.sock.ReadMsgUnix(p[got:], c.oob)
		if oobn > 0 {
			if err := takeFiles(c.oob[:oobn], files); err != nil {
				return err
			}
		}
		switch {
		case err != nil:
			return fmt.Errorf("vfio-user: reading the socket: %w", err)
		case flags&unix.MSG_CTRUNC != 0:
			return ErrTooManyFDs
		case n == 0 && got == 0:
			return io.EOF
		case n == 0:
			return io.ErrUnexpectedEOF
		}
		got += n
	}
	return nil
}

func takeFiles(oob []byte, files *[]*os.File) error {
	msgs, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return fmt.Errorf("vfio-user: control message: %w", err)
	}
	for i := range msgs {
		fds, err := unix.ParseUnixRights(&msgs[i])
		if err != nil {
			continue // credentials and the like carry nothing that must be closed
		}
		for _, fd := range fds {
			*files = append(*files, os.NewFile(uintptr(fd), "vfio-user"))
		}
	}
	if len(*files) > MaxMessageFDs {
		return ErrTooManyFDs
	}
	return nil
}

// WriteMessage sends one encoded message with descriptors beside it; fds stay
// the caller's.
func (c *Conn) WriteMessage(b []byte, fds ...int) error {
	var oob []byte
	if len(fds) > 0 {
		oob = unix.UnixRights(fds...)
	}
	n, _, err := c.sock.WriteMsgUnix(b, oob, nil)
	if err == nil && n < len(b) {
		_, err = c.sock.Write(b[n:])
	}
	if err != nil {
		return fmt.Errorf("vfio-user: writing the socket: %w", err)
	}
	return nil
}

// Reply answers command h; errno 0 means success.
func (c *Conn) Reply(h Header, errno uint32, payload []byte, fds ...int) error {
	c.out = AppendReply(c.out[:0], h, errno, payload)
	return c.WriteMessage(c.out, fds...)
}
