package vfiouser

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

type rig struct {
	*fakeQEMU
	fn     *Function
	server *Server
	result chan error
	resets int
}

func newRig(t *testing.T) *rig {
	t.Helper()
	config := testConfig(t)
	r := &rig{result: make(chan error, 1)}
	r.fn = &Function{Config: config, MSIX: NewMSIX(16), DMA: NewDMATable(), OnReset: func() { r.resets++ }}
	r.fn.BARs[0] = Region{
		Size: 16 << 20, Handler: make(bytesRegion, 16<<20), File: memfd(t, 16<<20),
		Mappable: []Area{{0x1000, 16<<20 - 0x1000}},
	}
	r.fn.BARs[4] = Region{Size: 4096, Handler: make(bytesRegion, 4096)}
	var err error
	if r.server, err = NewServer(r.fn); err != nil {
		t.Fatal(err)
	}
	r.connect(t)
	return r
}

func (r *rig) connect(t *testing.T) {
	t.Helper()
	q, sock := pair(t)
	r.fakeQEMU = q
	go func(sock *net.UnixConn) { r.result <- r.server.ServeConn(context.Background(), sock) }(sock)
}

// hangUp ends the client and returns what ServeConn said.
func (r *rig) hangUp() error {
	r.conn.Close()
	return <-r.result
}

func TestConversationLikeQEMU(t *testing.T) {
	r := newRig(t)
	r.hello()
	ram := memfd(t, 1<<20)
	if e := r.dmaMap(3, 0, 0, 1<<20, int(ram.Fd())); e != 0 { // before GET_INFO, as QEMU does
		t.Fatal(e)
	}
	if m := r.call(CmdDeviceGetInfo, words(16, 0, 0, 0)); !bytes.Equal(m.Payload, words(16, 3, 9, 5)) {
		t.Fatalf("device info % x", m.Payload)
	}
	first := r.call(CmdDeviceGetRegion, append(words(32, 0, 0, 0), make([]byte, 16)...))
	_, need, err := DecodeRegionInfo(first.Payload)
	if err != nil || len(first.Files) != 0 || need <= 32 {
		t.Fatalf("first region info: %d files, need %d, %v", len(first.Files), need, err)
	}
	second := r.call(CmdDeviceGetRegion, append(words(need, 0, 0, 0), make([]byte, 16)...))
	if len(second.Files) != 1 {
		t.Fatalf("second region info carries %d files", len(second.Files))
	}
	closeFiles(second.Files)
	if m := r.call(CmdDeviceGetIRQ, words(16, 0, IRQMSIX, 0)); !bytes.Equal(m.Payload, words(16, irqFlagEventfd|irqFlagNoResize, IRQMSIX, 16)) {
		t.Fatalf("irq info % x", m.Payload)
	}
	id, errno := r.read(RegionConfig, 0, 4)
	if errno != 0 || binary.LittleEndian.Uint32(id) != 0x00015058 {
		t.Fatalf("config 0 = % x, %v", id, errno)
	}
	if e := r.write(0, 0x10, []byte{1, 2, 3, 4}); e != 0 {
		t.Fatal(e)
	}
	if got, _ := r.read(0, 0x10, 4); !bytes.Equal(got, []byte{1, 2, 3, 4}) {
		t.Fatalf("BAR0 holds % x", got)
	}
	if m := r.call(CmdDeviceReset, nil); m.Errno != 0 || r.resets != 1 {
		t.Fatalf("reset: errno %d, %d resets", m.Errno, r.resets)
	}
	if m := r.call(CmdDeviceFeature, words(16, 0)); unix.Errno(m.Errno) != unix.ENOTSUP {
		t.Fatalf("unknown command: errno %d", m.Errno)
	}
	if err := r.hangUp(); err != nil {
		t.Fatalf("after a clean end: %v", err)
	}
	if left := r.fn.DMA.Ranges(); len(left) != 0 {
		t.Fatalf("the client's memory stayed: %v", left)
	}
}

func TestRefusedAccesses(t *testing.T) {
	r := newRig(t)
	r.hello()
	for _, c := range []struct {
		region uint32
		offset uint64
		n      int
	}{{0, 16<<20 - 2, 4}, {0, 1 << 63, 4}, {1, 0, 4}, {8, 0, 1}, {9, 0, 1}, {RegionConfig, 254, 4}} {
		if _, e := r.read(c.region, c.offset, c.n); e != unix.EINVAL {
			t.Errorf("read %+v: %v", c, e)
		}
	}
	if m := r.call(CmdRegionRead, RegionAccess{0, 0, MaxTransferBytes + 1}.Append(nil)); unix.Errno(m.Errno) != unix.EINVAL {
		t.Errorf("oversized read: errno %d", m.Errno)
	}
	if m := r.call(CmdDeviceGetRegion, words(32, 0, 9, 0)); unix.Errno(m.Errno) != unix.EINVAL {
		t.Errorf("region 9: errno %d", m.Errno)
	}
}

func TestVersionComesFirstAndOnce(t *testing.T) {
	r := newRig(t)
	r.send(CmdDeviceGetInfo, 0, words(16, 0, 0, 0))
	if err := <-r.result; err == nil {
		t.Fatal("a command before VERSION was served")
	}
	r.connect(t)
	r.hello()
	r.send(CmdVersion, 0, []byte{0, 0, 1, 0})
	if err := <-r.result; err == nil {
		t.Fatal("a second VERSION was served")
	}
}

func TestNoReplyIsKept(t *testing.T) {
	r := newRig(t)
	r.hello()
	r.send(CmdRegionWrite, flagNoReply, append(RegionAccess{0, 0, 1}.Append(nil), 0x5A))
	if got, e := r.read(0, 0, 1); e != 0 || got[0] != 0x5A { // call checks that this is the next reply
		t.Fatalf("% x, %v", got, e)
	}
}

func TestDMATable(t *testing.T) {
	r := newRig(t)
	r.hello()
	ram := memfd(t, 1<<20)
	fd := int(ram.Fd())
	if e := r.dmaMap(3, 0, 0x100000, 0x1000, fd); e != 0 {
		t.Fatal(e)
	}
	for _, c := range [][2]uint64{{0x100000, 0x1000}, {0xFF000, 0x1001}, {0x100FFF, 1}} {
		if e := r.dmaMap(3, 0, c[0], c[1], fd); e != unix.EEXIST {
			t.Errorf("overlap %#x: %v", c, e)
		}
	}
	if e := r.dmaMap(3, 1<<20, 0x900000, 0x1000, fd); e != unix.EINVAL {
		t.Errorf("range past the end of the file: %v", e)
	}
	for range 100 { // the firmware remaps the same memory again and again
		if e := r.dmaUnmap(0, 0x100000, 0x1000); e != 0 {
			t.Fatal(e)
		}
		if e := r.dmaMap(3, 0x2000, 0x100000, 0x1000, fd); e != 0 {
			t.Fatal(e)
		}
	}
	if r.fn.DMA.mapped != 1 {
		t.Errorf("the file was mapped %d times", r.fn.DMA.mapped)
	}
	if e := r.dmaUnmap(0, 0x100000, 0x800); e != unix.EINVAL {
		t.Errorf("unmapping half a range: %v", e)
	}
	b, err := r.fn.DMA.Slice(0x100004, 4, true)
	if err != nil {
		t.Fatal(err)
	}
	copy(b, "pxos")
	got := make([]byte, 4)
	if _, err := ram.ReadAt(got, 0x2004); err != nil || string(got) != "pxos" {
		t.Fatalf("guest sees %q, %v", got, err)
	}
	for _, c := range [][2]uint64{{0xFFFFF, 2}, {0x100FFF, 2}, {0x100000, 0}, {0x100000, ^uint64(0)}} {
		if _, err := r.fn.DMA.Slice(c[0], c[1], false); !errors.Is(err, ErrDMAUnknown) {
			t.Errorf("slice %#x: %v", c, err)
		}
	}
	if e := r.dmaMap(1, 0, 0x200000, 0x1000, fd); e != 0 {
		t.Fatal(e)
	}
	if _, err := r.fn.DMA.Slice(0x200000, 4, true); err == nil {
		t.Error("write to a read-only range allowed")
	}
	if e := r.dmaUnmap(2, 0, 0); e != 0 || len(r.fn.DMA.Ranges()) != 0 {
		t.Errorf("unmap all: %v, %v left", e, r.fn.DMA.Ranges())
	}
}

func eventfd(t *testing.T) *os.File {
	t.Helper()
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		t.Fatal(err)
	}
	f := os.NewFile(uintptr(fd), "eventfd")
	t.Cleanup(func() { f.Close() })
	return f
}

// count reads how often an eventfd was signalled, 0 if never.
func count(f *os.File) uint64 {
	var b [8]byte
	if n, err := unix.Read(int(f.Fd()), b[:]); err != nil || n != 8 {
		return 0
	}
	return binary.NativeEndian.Uint64(b[:])
}

func TestMSIX(t *testing.T) {
	r := newRig(t)
	r.hello()
	a, b := eventfd(t), eventfd(t)
	for _, f := range []*os.File{a, b} {
		if err := unix.SetNonblock(int(f.Fd()), true); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.fn.MSIX.Trigger(3); err != nil {
		t.Fatal(err)
	}
	pba := make([]byte, 8)
	if r.fn.MSIX.ReadPBA(0, pba); pba[0] != 8 {
		t.Fatalf("pending bits % x", pba)
	}
	set := words(28, IRQDataEventfd|IRQActionTrigger, IRQMSIX, 2, 2)
	if m := r.call(CmdDeviceSetIRQs, set, int(a.Fd()), int(b.Fd())); m.Errno != 0 {
		t.Fatal(unix.Errno(m.Errno))
	}
	if n := count(b); n != 1 {
		t.Fatalf("the pending vector was sent %d times", n)
	}
	if err := r.fn.MSIX.Trigger(2); err != nil || count(a) != 1 {
		t.Fatalf("vector 2 did not arrive: %v", err)
	}
	if m := r.call(CmdDeviceSetIRQs, words(20, IRQDataNone|IRQActionTrigger, IRQMSIX, 2, 1)); m.Errno != 0 || count(a) != 1 {
		t.Fatalf("self-trigger: errno %d", m.Errno)
	}
	for _, bad := range [][]byte{
		words(20, IRQDataEventfd|IRQActionTrigger, IRQMSIX, 15, 2), words(20, IRQDataNone|IRQActionTrigger, IRQMSIX, ^uint32(0), 1),
		words(20, IRQDataNone|IRQActionTrigger, IRQINTx, 0, 1), words(20, IRQDataNone, 99, 0, 0),
	} {
		if m := r.call(CmdDeviceSetIRQs, bad); unix.Errno(m.Errno) != unix.EINVAL {
			t.Errorf("% x accepted", bad)
		}
	}
	if m := r.call(CmdDeviceSetIRQs, words(20, IRQDataEventfd|IRQActionTrigger, IRQMSIX, 2, 1)); m.Errno != 0 {
		t.Fatal("taking an eventfd away failed")
	}
	if err := r.fn.MSIX.Trigger(2); err != nil || count(a) != 0 {
		t.Fatal("a vector without eventfd was sent")
	}
}

func TestNoDescriptorLeaks(t *testing.T) {
	r := newRig(t)
	r.hello()
	ram, ev := memfd(t, 1<<20), eventfd(t)
	before := openFiles(t)
	for range 50 {
		r.dmaMap(3, 0, 0, 0x1000, int(ram.Fd()), int(ev.Fd())) // one too many, and EEXIST from the second on
		r.call(CmdDeviceSetIRQs, words(20, IRQDataEventfd|IRQActionTrigger, IRQMSIX, 99, 1), int(ev.Fd()))
		r.call(CmdDeviceSetIRQs, words(20, IRQDataEventfd|IRQActionTrigger, IRQMSIX, 0, 2), int(ev.Fd()))
		r.call(CmdDeviceGetInfo, words(16, 0, 0, 0), int(ev.Fd()))
		r.call(CmdDeviceFeature, nil, int(ev.Fd()))
	}
	if after := openFiles(t); after > before { // those of an earlier test may close late
		t.Fatalf("%d descriptors before, %d after", before, after)
	}
	r.call(CmdDeviceSetIRQs, words(20, IRQDataEventfd|IRQActionTrigger, IRQMSIX, 0, 1), int(ev.Fd()))
	if err := r.hangUp(); err != nil {
		t.Fatal(err)
	}
	if after := openFiles(t); after > before-2 {
		t.Fatalf("after the client went %d descriptors are open, %d were with it", after, before)
	}
}

func FuzzServer(f *testing.F) {
	f.Add(uint16(9), RegionAccess{0, 7, 4}.Append(nil))
	f.Add(uint16(10), append(RegionAccess{0x10, 7, 4}.Append(nil), 0xFF, 0xFF, 0xFF, 0xFF))
	f.Add(uint16(8), words(20, IRQDataNone|IRQActionTrigger, IRQMSIX, 0, 1))
	f.Add(uint16(5), append(words(64, 0, 0, 0), make([]byte, 16)...))
	f.Add(uint16(2), append(words(32, 3, 0, 0), make([]byte, 16)...))
	f.Fuzz(func(t *testing.T, cmd uint16, payload []byte) {
		config, err := NewConfigSpace(Identity{}, []BAR{{Index: 0, Size: 4096}})
		if err != nil {
			t.Fatal(err)
		}
		fn := &Function{Config: config, MSIX: NewMSIX(2), DMA: NewDMATable()}
		fn.BARs[0] = Region{Size: 4096, Handler: make(bytesRegion, 4096)}
		s, err := NewServer(fn)
		if err != nil {
			t.Fatal(err)
		}
		out, fds, errno, err := s.dispatch(Message{Header: Header{Command: Command(cmd)}, Payload: payload})
		if len(out) > MaxMessageBytes || len(fds) > 1 || (errno != 0 && err != nil) {
			t.Fatalf("answer of %d bytes, %d descriptors, errno %v, %v", len(out), len(fds), errno, err)
		}
	})
}
