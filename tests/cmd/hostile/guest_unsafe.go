package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"pxos/abi"
	"pxos/pxgpu"
	"pxos/pxgpu/vfiouser"
)

// ramBytes is the memory of a guest here.
const ramBytes = 64 << 20

// guest stands for an emulator and the guest in it: video memory mapped, registers
// by messages.
type guest struct {
	conn *vfiouser.Conn
	vram []byte
	ram  *os.File
	id   uint16
}

// newGuest connects to a device and gives it RAM to grant.
func newGuest(d *pxgpu.Device) (*guest, error) {
	sock, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: d.SocketPath(), Net: "unix"})
	if err != nil {
		return nil, err
	}
	g := &guest{conn: vfiouser.NewConn(sock)}
	if _, err := g.call(vfiouser.CmdVersion, append([]byte{0, 0, 1, 0}, "{\"capabilities\":{\"max_msg_fds\":8}}       \x00"...)); err != nil {
		return nil, errors.Join(err, g.close())
	}
	if err := g.mapVRAM(); err != nil {
		return nil, errors.Join(err, g.close())
	}
	if err := g.giveRAM(); err != nil {
		return nil, errors.Join(err, g.close())
	}
	return g, g.write(abi.RegRESET, abi.ResetKey)
}

func (g *guest) mapVRAM() error {
	info, err := g.call(vfiouser.CmdDeviceGetRegion, append(binary.NativeEndian.AppendUint32(nil, 4096), make([]byte, 28)...))
	if err != nil {
		return err
	}
	if len(info.Files) != 1 {
		return fmt.Errorf("BAR0 comes with %d descriptors", len(info.Files))
	}
	defer info.Files[0].Close()
	g.vram, err = unix.Mmap(int(info.Files[0].Fd()), 0, abi.BAR0Size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	return err
}

func (g *guest) giveRAM() error {
	fd, err := unix.MemfdCreate("hostile-ram", unix.MFD_CLOEXEC)
	if err != nil {
		return err
	}
	g.ram = os.NewFile(uintptr(fd), "hostile-ram")
	if err := g.ram.Truncate(ramBytes); err != nil {
		return err
	}
	ne := binary.NativeEndian
	m := ne.AppendUint32(ne.AppendUint32(nil, 32), 3)
	for _, v := range []uint64{0, 0, ramBytes} {
		m = ne.AppendUint64(m, v)
	}
	_, err = g.call(vfiouser.CmdDMAMap, m, fd)
	return err
}

func (g *guest) call(cmd vfiouser.Command, payload []byte, fds ...int) (vfiouser.Message, error) {
	g.id++
	h := vfiouser.Header{ID: g.id, Command: cmd, Size: uint32(vfiouser.HeaderBytes + len(payload))}
	if err := g.conn.WriteMessage(append(h.Append(nil), payload...), fds...); err != nil {
		return vfiouser.Message{}, err
	}
	r, err := g.conn.ReadMessage()
	if err == nil && r.Errno != 0 {
		err = fmt.Errorf("message %d was answered with errno %d", cmd, r.Errno)
	}
	return r, err
}

func (g *guest) write(offset uint64, v uint32) error {
	b := vfiouser.RegionAccess{Offset: offset, Region: 0, Count: 4}.Append(nil)
	_, err := g.call(vfiouser.CmdRegionWrite, binary.LittleEndian.AppendUint32(b, v))
	return err
}

func (g *guest) read(offset uint64) (uint32, error) {
	r, err := g.call(vfiouser.CmdRegionRead, vfiouser.RegionAccess{Offset: offset, Region: 0, Count: 4}.Append(nil))
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint32(r.Payload[16:]), nil
}

func (g *guest) word(at uint32) *uint32 { return (*uint32)(unsafe.Pointer(&g.vram[at])) }

func (g *guest) load(at uint32) uint32     { return atomic.LoadUint32(g.word(at)) }
func (g *guest) store(at uint32, v uint32) { atomic.StoreUint32(g.word(at), v) }

// entry is where entry k of a half of a ring lies.
func entry(ring, half, k uint32) uint32 {
	return abi.RingBase + ring*abi.RingBlockBytes + half + k%abi.RingEntries*abi.RingEntryBytes
}

// submit writes submission k of a ring with a number that may be wrong.
func (g *guest) submit(ring, k, number, command uint32, args [abi.SQEArgNum]uint64) {
	at := entry(ring, abi.RingSQEntries, k)
	e := g.vram[at : at+abi.RingEntryBytes]
	le := binary.LittleEndian
	le.PutUint32(e[abi.SQECookie:], k)
	le.PutUint32(e[abi.SQELatency:], k)
	le.PutUint32(e[abi.SQECommand:], command)
	for i, a := range args {
		le.PutUint64(e[abi.SQEArgs+8*i:], a)
	}
	g.store(at+abi.SQESeq, number)
}

func (g *guest) close() error {
	err := g.conn.Close()
	if g.vram != nil {
		err = errors.Join(err, unix.Munmap(g.vram))
	}
	if g.ram != nil {
		err = errors.Join(err, g.ram.Close())
	}
	return err
}
