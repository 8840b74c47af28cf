package pxgpu

import (
	"encoding/binary"
	"net"
	"testing"

	"golang.org/x/sys/unix"

	"pxos/abi"
	"pxos/pxgpu/mailbox"
	"pxos/pxgpu/vfiouser"
)

// machine stands for an emulator and the guest in it: it maps video memory and
// sends trapped accesses.
type machine struct {
	t    *testing.T
	conn *vfiouser.Conn
	mem  mailbox.VRAM
	raw  []byte
	id   uint16
}

func connect(t *testing.T, d *Device) *machine {
	t.Helper()
	sock, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: d.SocketPath(), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{t: t, conn: vfiouser.NewConn(sock)}
	t.Cleanup(func() { m.conn.Close() })
	m.call(vfiouser.CmdVersion, append([]byte{0, 0, 1, 0}, "{\"capabilities\":{\"max_msg_fds\":8}}       \x00"...))
	info := m.call(vfiouser.CmdDeviceGetRegion, append(binary.NativeEndian.AppendUint32(nil, 4096), make([]byte, 28)...))
	if len(info.Files) != 1 {
		t.Fatalf("BAR0's description carries %d descriptors", len(info.Files))
	}
	defer info.Files[0].Close()
	region, _, err := vfiouser.DecodeRegionInfo(info.Payload)
	if err != nil || region.Size != abi.BAR0Size || len(region.Mappable) != 2 || region.Mappable[0].Offset != abi.RingBase {
		t.Fatalf("BAR0: %+v, %v", region, err)
	}
	fd := int(info.Files[0].Fd())
	if err := unix.Ftruncate(fd, 0); err == nil {
		t.Fatal("the client could shrink the video memory")
	}
	if m.raw, err = unix.Mmap(fd, 0, abi.BAR0Size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Munmap(m.raw) }) //nolint:errcheck // mapped just above
	if m.mem, err = mailbox.NewVRAM(m.raw); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *machine) call(cmd vfiouser.Command, payload []byte, fds ...int) vfiouser.Message {
	m.t.Helper()
	m.id++
	h := vfiouser.Header{ID: m.id, Command: cmd, Size: uint32(vfiouser.HeaderBytes + len(payload))}
	if err := m.conn.WriteMessage(append(h.Append(nil), payload...), fds...); err != nil {
		m.t.Fatal(err)
	}
	r, err := m.conn.ReadMessage()
	if err != nil || r.Errno != 0 {
		m.t.Fatalf("command %d: errno %d, %v", cmd, r.Errno, err)
	}
	return r
}

func (m *machine) read(offset uint64) uint32 {
	m.t.Helper()
	r := m.call(vfiouser.CmdRegionRead, vfiouser.RegionAccess{Offset: offset, Region: 0, Count: 4}.Append(nil))
	return binary.LittleEndian.Uint32(r.Payload[16:])
}

func (m *machine) write(offset uint64, v uint32) {
	m.t.Helper()
	b := vfiouser.RegionAccess{Offset: offset, Region: 0, Count: 4}.Append(nil)
	m.call(vfiouser.CmdRegionWrite, binary.LittleEndian.AppendUint32(b, v))
}

// ringSide is the guest's side of one ring.
type ringSide struct {
	m          *machine
	ring       uint32
	base       uint32
	sent, seen uint32
	doorbells  int
}

func (m *machine) ring(i uint32) *ringSide {
	return &ringSide{m: m, ring: i, base: abi.RingBase + i*abi.RingBlockBytes}
}

// submit queues a command and rings when the device sleeps.
func (r *ringSide) submit(op, cookie uint32, args ...uint64) {
	at := r.base + abi.RingSQEntries + r.sent%abi.RingEntries*abi.RingEntryBytes
	e := r.m.raw[at:]
	clear(e[:abi.SQESeq])
	clear(e[abi.SQEArgs:abi.RingEntryBytes])
	binary.LittleEndian.PutUint32(e[abi.SQECommand:], op)
	binary.LittleEndian.PutUint32(e[abi.SQECookie:], cookie)
	for i, a := range args {
		binary.LittleEndian.PutUint64(e[abi.SQEArgs+8*i:], a)
	}
	r.sent++
	r.m.mem.Store(at+abi.SQESeq, r.sent)
	if r.m.mem.Load(r.base+abi.RingDeviceSleep) != 0 {
		r.doorbells++
		r.m.write(abi.RegDOORBELL, r.ring)
	}
}

// wait spins until the next completion.
func (r *ringSide) wait() (cookie uint32, status uint32, result uint64) {
	at := r.base + abi.RingCQEntries + r.seen%abi.RingEntries*abi.RingEntryBytes
	r.seen++
	for r.m.mem.Load(at+abi.CQESeq) != r.seen {
	}
	e := r.m.raw[at:]
	return binary.LittleEndian.Uint32(e[abi.CQECookie:]), binary.LittleEndian.Uint32(e[abi.CQEStatus:]), binary.LittleEndian.Uint64(e[abi.CQEResult:])
}

// call is a command and its answer.
func (r *ringSide) call(op uint32, args ...uint64) (status uint32, result uint64) {
	r.m.t.Helper()
	r.submit(op, r.sent, args...)
	_, status, result = r.wait()
	return status, result
}
