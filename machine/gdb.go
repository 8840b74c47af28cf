package machine

import (
	"bufio"
	hexcode "encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The GDB remote serial protocol, as far as memory needs it. See "GDB Remote
// Serial Protocol" in the GDB manual, and gdbstub/gdbstub.c in QEMU for
// Qqemu.PhyMemMode.

const (
	gdbMaxPacket  = 64 << 10
	gdbReadBytes  = 0x700 // QEMU's own packets hold 4096 characters, two for each byte
	gdbTimeLimit  = 10 * time.Second
	gdbMaxSkipped = 64 // stop replies that may come before an answer
)

// appendPacket encodes a packet: $text#checksum, with '#', '$', '}' and '*'
// escaped.
func appendPacket(to []byte, text string) []byte {
	to = append(to, '$')
	sum := byte(0)
	put := func(c byte) {
		to = append(to, c)
		sum += c
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '#', '$', '}', '*':
			put('}')
			put(c ^ 0x20)
		default:
			put(c)
		}
	}
	return append(to, fmt.Sprintf("#%02x", sum)...)
}

var errGDBPacket = errors.New("gdbstub: broken packet")

// readPacket reads up to the end of the next packet and returns its text,
// unescaped and with runs expanded. Acknowledgements are passed over.
func readPacket(r *bufio.Reader) (string, error) {
	for {
		c, err := r.ReadByte()
		if err != nil {
			return "", err
		}
		if c == '$' {
			break
		}
	}
	var raw []byte
	sum := byte(0)
	for {
		c, err := r.ReadByte()
		if err != nil {
			return "", err
		}
		if c == '#' {
			break
		}
		if len(raw) >= gdbMaxPacket {
			return "", errGDBPacket
		}
		raw, sum = append(raw, c), sum+c
	}
	var digits [2]byte
	if _, err := io.ReadFull(r, digits[:]); err != nil {
		return "", err
	}
	want, err := strconv.ParseUint(string(digits[:]), 16, 8)
	if err != nil || byte(want) != sum {
		return "", errGDBPacket
	}
	return unpack(raw)
}

// unpack undoes '}' escapes and '*' runs: the character after '*', less 29, is
// how often the one before it is repeated.
func unpack(raw []byte) (string, error) {
	var out []byte
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c != '}' && c != '*':
			out = append(out, c)
		case i+1 >= len(raw):
			return "", errGDBPacket
		case c == '}':
			i++
			out = append(out, raw[i]^0x20)
		default:
			i++
			count := int(raw[i]) - 29
			if len(out) == 0 || count <= 0 || len(out)+count > gdbMaxPacket {
				return "", errGDBPacket
			}
			for last := out[len(out)-1]; count > 0; count-- {
				out = append(out, last)
			}
		}
	}
	return string(out), nil
}

// gdbClient reads memory of a paused machine.
type gdbClient struct {
	mu       sync.Mutex
	conn     net.Conn
	reader   *bufio.Reader
	physical bool
}

// newGDB takes over fd; QEMU's gdbstub must be listening on the other end.
func newGDB(fd int) (*gdbClient, error) {
	file := os.NewFile(uintptr(fd), "gdb")
	conn, err := net.FileConn(file)
	file.Close()
	if err != nil {
		return nil, err
	}
	return &gdbClient{conn: conn, reader: bufio.NewReader(conn)}, nil
}

// ask sends a packet and returns the answer. Stop replies that QEMU sends by
// itself are passed over.
func (c *gdbClient) ask(text string) (string, error) {
	if err := c.conn.SetDeadline(time.Now().Add(gdbTimeLimit)); err != nil {
		return "", err
	}
	if _, err := c.conn.Write(appendPacket(nil, text)); err != nil {
		return "", fmt.Errorf("gdbstub: %w", err)
	}
	for range gdbMaxSkipped {
		answer, err := readPacket(c.reader)
		if err != nil {
			return "", fmt.Errorf("gdbstub: %w", err)
		}
		if _, err := c.conn.Write([]byte{'+'}); err != nil {
			return "", fmt.Errorf("gdbstub: %w", err)
		}
		if !strings.HasPrefix(answer, "T") && !strings.HasPrefix(answer, "S") {
			return answer, nil
		}
	}
	return "", errGDBPacket
}

// read fills buf from guest memory, physical or as CPU 0 sees it.
func (c *gdbClient) read(addr uint64, buf []byte, physical bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.physical != physical {
		mode := "Qqemu.PhyMemMode:0"
		if physical {
			mode = "Qqemu.PhyMemMode:1"
		}
		if answer, err := c.ask(mode); err != nil || answer != "OK" {
			return errors.Join(fmt.Errorf("gdbstub: %s answered %q", mode, answer), err)
		}
		c.physical = physical
	}
	for len(buf) > 0 {
		n := min(len(buf), gdbReadBytes)
		answer, err := c.ask(fmt.Sprintf("m%x,%x", addr, n))
		if err != nil {
			return err
		}
		if len(answer) != 2*n {
			return fmt.Errorf("gdbstub: no memory at %#x (%s)", addr, answer)
		}
		if _, err := hexcode.Decode(buf[:n], []byte(answer)); err != nil {
			return errGDBPacket
		}
		buf, addr = buf[n:], addr+uint64(n)
	}
	return nil
}

func (c *gdbClient) close() { c.conn.Close() }
