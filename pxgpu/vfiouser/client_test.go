package vfiouser

import (
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// fakeQEMU is the client's half of the protocol, as far as QEMU uses it.
type fakeQEMU struct {
	t    *testing.T
	conn *Conn
	id   uint16
}

// pair returns a connected client and the server's socket.
func pair(t *testing.T) (*fakeQEMU, *net.UnixConn) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	socks := [2]*net.UnixConn{}
	for i, fd := range fds {
		f := os.NewFile(uintptr(fd), "pair")
		c, err := net.FileConn(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		socks[i] = c.(*net.UnixConn)
	}
	q := &fakeQEMU{t: t, conn: NewConn(socks[0])}
	t.Cleanup(func() { q.conn.Close() })
	return q, socks[1]
}

func (q *fakeQEMU) send(cmd Command, flags uint32, payload []byte, fds ...int) {
	q.t.Helper()
	q.id++
	h := Header{ID: q.id, Command: cmd, Size: uint32(HeaderBytes + len(payload)), Flags: flags}
	if err := q.conn.WriteMessage(append(h.Append(nil), payload...), fds...); err != nil {
		q.t.Fatal(err)
	}
}

// call sends a command and returns the reply, whose files the test must close.
func (q *fakeQEMU) call(cmd Command, payload []byte, fds ...int) Message {
	q.t.Helper()
	q.send(cmd, 0, payload, fds...)
	m, err := q.conn.ReadMessage()
	if err != nil {
		q.t.Fatalf("command %d: %v", cmd, err)
	}
	if m.ID != q.id || m.Command != cmd || !m.IsReply() {
		q.t.Fatalf("command %d answered by %+v", cmd, m.Header)
	}
	return m
}

func (q *fakeQEMU) hello() {
	q.t.Helper()
	text := `{"capabilities":{"max_msg_fds":8,"max_data_xfer_size":1048576,"migration":{"pgsize":4096}}}` + "\x00"
	m := q.call(CmdVersion, append([]byte{0, 0, 1, 0}, text...))
	if v, err := DecodeVersion(m.Payload); err != nil || v.Capabilities.MaxMsgFDs != 8 {
		q.t.Fatalf("version reply %q: %v", m.Payload, err)
	}
}

func words(v ...uint32) []byte {
	var b []byte
	for _, w := range v {
		b = binary.NativeEndian.AppendUint32(b, w)
	}
	return b
}

func (q *fakeQEMU) read(region uint32, offset uint64, n int) ([]byte, unix.Errno) {
	q.t.Helper()
	m := q.call(CmdRegionRead, RegionAccess{offset, region, uint32(n)}.Append(nil))
	if m.Errno != 0 {
		return nil, unix.Errno(m.Errno)
	}
	return append([]byte(nil), m.Payload[regionAccessBytes:]...), 0
}

func (q *fakeQEMU) write(region uint32, offset uint64, data []byte) unix.Errno {
	q.t.Helper()
	m := q.call(CmdRegionWrite, append(RegionAccess{offset, region, uint32(len(data))}.Append(nil), data...))
	return unix.Errno(m.Errno)
}

func (q *fakeQEMU) dmaMap(flags uint32, offset, address, size uint64, fds ...int) unix.Errno {
	q.t.Helper()
	b := words(dmaMapBytes, flags)
	for _, v := range []uint64{offset, address, size} {
		b = binary.NativeEndian.AppendUint64(b, v)
	}
	return unix.Errno(q.call(CmdDMAMap, b, fds...).Errno)
}

func (q *fakeQEMU) dmaUnmap(flags uint32, address, size uint64) unix.Errno {
	q.t.Helper()
	b := words(dmaUnmapBytes, flags)
	b = binary.NativeEndian.AppendUint64(b, address)
	b = binary.NativeEndian.AppendUint64(b, size)
	return unix.Errno(q.call(CmdDMAUnmap, b).Errno)
}

func memfd(t *testing.T, size int64) *os.File {
	t.Helper()
	fd, err := unix.MemfdCreate("test", unix.MFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	f := os.NewFile(uintptr(fd), "memfd")
	t.Cleanup(func() { f.Close() })
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	return f
}

// openFiles counts this process's descriptors.
func openFiles(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// bytesRegion is a region that is plain memory.
type bytesRegion []byte

func (r bytesRegion) ReadRegion(offset uint64, p []byte)  { copy(p, r[offset:]) }
func (r bytesRegion) WriteRegion(offset uint64, p []byte) { copy(r[offset:], p) }

func ExampleNewServer() {
	config, err := NewConfigSpace(Identity{Vendor: 0x1234, Device: 1, Class: 0xFF}, []BAR{{Index: 0, Size: 4096}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fn := &Function{Config: config}
	fn.BARs[0] = Region{Size: 4096, Handler: make(bytesRegion, 4096)}
	_, err = NewServer(fn) // then: server.ServeConn(ctx, acceptedSocket)
	fmt.Println(err)
	// Output: <nil>
}
