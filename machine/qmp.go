package machine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
)

// QMP, the QEMU Machine Protocol: JSON objects, one a line. See
// docs/interop/qmp-spec.rst in QEMU.

const qmpMaxLine = 16 << 20 // bytes; "info mtree" of a large machine is 200 KiB

// qmpMessage is any message that QEMU sends.
type qmpMessage struct {
	Greeting *json.RawMessage `json:"QMP"`
	Event    string           `json:"event"`
	Data     json.RawMessage  `json:"data"`
	Return   json.RawMessage  `json:"return"`
	Error    *qmpError        `json:"error"`
	ID       *uint64          `json:"id"`
}

type qmpError struct {
	Class       string `json:"class"`
	Description string `json:"desc"`
}

type qmpRequest struct {
	Execute   string `json:"execute"`
	Arguments any    `json:"arguments,omitempty"`
	ID        uint64 `json:"id"`
}

// parseQMP decodes one line. A message is a greeting, an event, or a reply
// with the number of its request.
func parseQMP(line []byte) (qmpMessage, error) {
	var m qmpMessage
	if err := json.Unmarshal(line, &m); err != nil {
		return m, fmt.Errorf("QMP: not a message: %w", err)
	}
	switch {
	case m.Greeting != nil, m.Event != "":
		return m, nil
	case m.Return == nil && m.Error == nil:
		return m, errors.New("QMP: a message that is neither event nor reply")
	case m.ID == nil && m.Error == nil:
		return m, errors.New("QMP: a reply without id")
	}
	return m, nil
}

// qmpEvent is an event that the run loop looks at.
type qmpEvent struct {
	Name   string
	Guest  bool   `json:"guest"`
	Reason string `json:"reason"`
}

// qmpClient talks to one QEMU. Commands may come from any goroutine.
type qmpClient struct {
	conn   net.Conn
	events chan qmpEvent // buffered; never blocks the reader
	mu     sync.Mutex
	next   uint64
	wait   map[uint64]chan qmpMessage
	err    error         // why the connection ended
	done   chan struct{} // closed at its end
}

const qmpEventRoom = 4096

// newQMP takes over fd, reads the greeting and leaves negotiation mode.
func newQMP(ctx context.Context, fd int) (*qmpClient, error) {
	file := os.NewFile(uintptr(fd), "qmp")
	conn, err := net.FileConn(file)
	file.Close()
	if err != nil {
		return nil, err
	}
	c := &qmpClient{
		conn: conn, events: make(chan qmpEvent, qmpEventRoom),
		wait: make(map[uint64]chan qmpMessage), done: make(chan struct{}),
	}
	go c.read()
	if err := c.execute(ctx, "qmp_capabilities", nil, nil); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *qmpClient) read() {
	scanner := bufio.NewScanner(c.conn)
	scanner.Buffer(make([]byte, 0, 64<<10), qmpMaxLine)
	var err error
	for err == nil && scanner.Scan() {
		var m qmpMessage
		if m, err = parseQMP(scanner.Bytes()); err == nil {
			c.dispatch(m)
		}
	}
	c.mu.Lock()
	c.err = errors.Join(err, scanner.Err())
	if c.err == nil {
		c.err = io.EOF
	}
	c.mu.Unlock()
	close(c.done)
}

func (c *qmpClient) dispatch(m qmpMessage) {
	if m.Event != "" {
		e := qmpEvent{Name: m.Event}
		if json.Unmarshal(m.Data, &e) != nil && len(m.Data) > 0 {
			e = qmpEvent{Name: m.Event}
		}
		select {
		case c.events <- e:
		default: // thousands of unread events: only rate-limited kinds come so often
		}
		return
	}
	if m.ID == nil {
		return
	}
	c.mu.Lock()
	reply := c.wait[*m.ID]
	delete(c.wait, *m.ID)
	c.mu.Unlock()
	if reply != nil {
		m.Return = append(json.RawMessage(nil), m.Return...) // the scanner reuses its memory
		reply <- m
	}
}

// execute sends a command and decodes its result into result, if not nil.
func (c *qmpClient) execute(ctx context.Context, command string, arguments, result any) error {
	reply := make(chan qmpMessage, 1)
	c.mu.Lock()
	c.next++
	id := c.next
	c.wait[id] = reply
	line, err := json.Marshal(qmpRequest{Execute: command, Arguments: arguments, ID: id})
	if err == nil {
		_, err = c.conn.Write(append(line, '\n'))
	}
	c.mu.Unlock()
	if err != nil {
		return fmt.Errorf("QMP %s: %w", command, err)
	}
	select {
	case m := <-reply:
		return decodeReply(command, m, result)
	case <-c.done:
		return fmt.Errorf("QMP %s: %w", command, c.err)
	case <-ctx.Done():
		return fmt.Errorf("QMP %s: %w", command, context.Cause(ctx))
	}
}

func decodeReply(command string, m qmpMessage, result any) error {
	if m.Error != nil {
		return fmt.Errorf("QMP %s: %s", command, m.Error.Description)
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal(m.Return, result); err != nil {
		return fmt.Errorf("QMP %s: %w", command, err)
	}
	return nil
}

// monitor runs a command of the human monitor and returns its text.
func (c *qmpClient) monitor(ctx context.Context, line string) (string, error) {
	var text string
	err := c.execute(ctx, "human-monitor-command", map[string]string{"command-line": line}, &text)
	return text, err
}

func (c *qmpClient) close() {
	c.conn.Close()
	<-c.done
}
