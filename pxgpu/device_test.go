package pxgpu

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pxos/abi"
	"pxos/pxgpu/vfiouser"
)

// lockedBuffer is a console that a test may read while the device writes.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func serve(t *testing.T, o Options) *Device {
	t.Helper()
	o.Dir = t.TempDir()
	if len(o.Dir) > 80 {
		o.Dir = ""
	}
	d, err := Serve(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestRegistersOverTheSocket(t *testing.T) {
	console := new(lockedBuffer)
	d := serve(t, Options{Console: console, Rings: 3})
	m := connect(t, d)
	for reg, want := range map[uint64]uint32{
		abi.RegID: abi.MailboxID, abi.RegVERSION: abi.MailboxVersion, abi.RegRINGS: 3,
		abi.RegVRAMSIZE: abi.BAR0Size, abi.RegSTATUS: abi.StatusREADY,
	} {
		if got := m.read(reg); got != want {
			t.Errorf("register %#x = %#x, want %#x", reg, got, want)
		}
	}
	for _, c := range "hello\n" {
		m.write(abi.RegCMD, abi.OpUARTWrite<<24|uint32(c))
	}
	d.Feed([]byte("y"))
	m.write(abi.RegCMD, abi.OpUARTRead<<24)
	if got := m.read(abi.RegRESP); got != 'y' {
		t.Errorf("UART_READ gives %#x", got)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if console.String() != "hello\n" {
		t.Errorf("console %q", console.String())
	}
	if s := d.Stats(); s.Commands != 7 || s.TrappedReads != 6 || s.TrappedWrites != 7 || s.Errors != 0 {
		t.Errorf("stats %+v", s)
	}
}

func TestConfigSpaceOfTheDevice(t *testing.T) {
	m := connect(t, serve(t, Options{}))
	r := m.call(vfiouser.CmdRegionRead, vfiouser.RegionAccess{Region: vfiouser.RegionConfig, Count: 64}.Append(nil))
	c := r.Payload[16:]
	le := binary.LittleEndian
	if le.Uint16(c) != abi.PCIVendorPXGPU || le.Uint16(c[2:]) != abi.PCIDevicePXGPU {
		t.Errorf("identity %04x:%04x", le.Uint16(c), le.Uint16(c[2:]))
	}
	if class := le.Uint32(c[8:]) >> 8; class != 0x030000 {
		t.Errorf("class %#06x", class)
	}
	if c[0x3D] != 0 {
		t.Errorf("interrupt pin %d: INTx would take the BARs away", c[0x3D])
	}
}

func TestRingsSpinAndPark(t *testing.T) {
	d := serve(t, Options{SpinFor: 20 * time.Millisecond})
	m := connect(t, d)
	r := m.ring(2)
	for i := range uint64(1000) {
		r.submit(abi.OpGPUExecute, uint32(i), abi.ProgramPing, i*3)
		if cookie, status, result := r.wait(); cookie != uint32(i) || status != 0 || result != i*3+1 {
			t.Fatalf("round %d: cookie %d status %d result %d", i, cookie, status, result)
		}
	}
	if r.doorbells == 0 || r.doorbells == 1000 {
		t.Errorf("%d doorbells for 1000 commands: the device never slept or never spun", r.doorbells)
	}
	for m.mem.Load(r.base+abi.RingDeviceSleep) == 0 {
		time.Sleep(time.Millisecond) // it parks by itself when nothing comes
	}
	before := r.doorbells
	r.submit(abi.OpGPUExecute, 5, abi.ProgramPing, 5)
	if _, status, result := r.wait(); status != 0 || result != 6 || r.doorbells != before+1 {
		t.Errorf("after a sleep: status %d, result %d, %d doorbells", status, result, r.doorbells-before)
	}
	if s := d.Stats(); s.RingCommands != 1001 || s.Doorbells != uint64(r.doorbells) || s.Parks == 0 || s.Spins == 0 {
		t.Errorf("stats %+v with %d doorbells", s, r.doorbells)
	}
}

// A doorbell that comes just as the device falls asleep must not be lost: with
// a spin time near zero nearly every round meets that moment.
func TestNoLostWakeups(t *testing.T) {
	d := serve(t, Options{SpinFor: 1})
	m := connect(t, d)
	rings := []*ringSide{m.ring(0), m.ring(1)}
	for i := range uint64(3000) {
		for _, r := range rings {
			r.submit(abi.OpGPUExecute, uint32(i), abi.ProgramPing, i)
		}
		for _, r := range rings {
			if cookie, _, result := r.wait(); cookie != uint32(i) || result != i+1 {
				t.Fatalf("round %d: cookie %d result %d", i, cookie, result)
			}
		}
	}
}

func TestResetBringsRingsBack(t *testing.T) {
	d := serve(t, Options{})
	m := connect(t, d)
	for _, how := range []string{"register", "emulator", "register"} {
		r := m.ring(0)
		r.submit(abi.OpAlloc, 1, 1)
		if _, status, at := r.wait(); status != 0 || at != abi.VRAMAllocBase {
			t.Fatalf("before reset by %s: status %d at %#x", how, status, at)
		}
		if how == "emulator" {
			m.call(vfiouser.CmdDeviceReset, nil)
		} else {
			m.write(abi.RegRESET, abi.ResetKey)
		}
		if m.mem.Load(r.base+abi.RingSQEntries+abi.SQESeq) != 0 || m.mem.Load(r.base+abi.RingCQEntries+abi.CQESeq) != 0 || m.mem.Load(r.base+abi.RingDeviceSleep) != 1 {
			t.Fatalf("reset by %s leaves entries", how)
		}
	}
	if s := d.Stats(); s.Resets != 1 || s.Commands != 3 {
		t.Errorf("stats %+v", s)
	}
}

func TestInterruptOnCompletion(t *testing.T) {
	d := serve(t, Options{})
	m := connect(t, d)
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	var set []byte
	for _, w := range []uint32{20, vfiouser.IRQDataEventfd | vfiouser.IRQActionTrigger, vfiouser.IRQMSIX, 1, 1} {
		set = binary.NativeEndian.AppendUint32(set, w)
	}
	m.call(vfiouser.CmdDeviceSetIRQs, set, fd)
	r := m.ring(1)
	m.mem.Store(r.base+abi.RingGuestWake, 1)
	r.submit(abi.OpGPUExecute, 7, abi.ProgramPing, 1)
	var b [8]byte
	if _, err := unix.Read(fd, b[:]); err != nil || binary.NativeEndian.Uint64(b[:]) != 1 { // blocks until it comes
		t.Fatalf("eventfd % x, %v", b, err)
	}
	if cookie, _, _ := r.wait(); cookie != 7 {
		t.Errorf("cookie %d", cookie)
	}
}

func TestClientGoneIsNoDeath(t *testing.T) {
	d := serve(t, Options{})
	m := connect(t, d)
	if _, err := os.Stat(d.SocketPath()); err == nil {
		t.Error("the socket's path is still there after the client connected")
	}
	m.conn.Close()
	<-d.ClientGone()
	d.Close()
	select {
	case err := <-d.Died():
		t.Errorf("death reported: %v", err)
	default:
	}
}

func TestBrokenProtocolIsDeath(t *testing.T) {
	d := serve(t, Options{})
	m := connect(t, d)
	if err := m.conn.WriteMessage(bytes.Repeat([]byte{0xFF}, 16)); err != nil {
		t.Fatal(err)
	}
	if err := <-d.Died(); err == nil || !strings.Contains(err.Error(), "pxgpu") {
		t.Errorf("got %v", err)
	}
}

func TestPanicIsDeath(t *testing.T) {
	d := serve(t, Options{})
	d.work(func() error { panic("seeded") })
	if err := <-d.Died(); err == nil || !strings.Contains(err.Error(), "seeded") {
		t.Errorf("got %v", err)
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	if len(dir) > 80 {
		t.Setenv("TMPDIR", "/tmp")
		dir = ""
	}
	before := descriptors(t)
	for range 5 {
		d, err := Serve(context.Background(), Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		folder := d.dir
		d.Close()
		d.Close()
		if _, err := os.Stat(folder); err == nil {
			t.Fatalf("%s is left", folder)
		}
	}
	if after := descriptors(t); after > before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// A guest that never stops sending must not keep the device from closing.
func TestCloseUnderFlood(t *testing.T) {
	d := serve(t, Options{SpinFor: time.Hour}) // so that it never parks: nobody rings a second time
	m := connect(t, d)
	r := m.ring(0)
	r.submit(abi.OpGPUExecute, 1, abi.ProgramPing, 1)
	r.wait()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for n := r.sent; ; n++ {
			m.mem.Store(r.base+abi.RingSQEntries+n%abi.RingEntries*abi.RingEntryBytes+abi.SQESeq, n+1)
			for m.mem.Load(r.base+abi.RingCQEntries+n%abi.RingEntries*abi.RingEntryBytes+abi.CQESeq) != n+1 {
				select {
				case <-stop:
					return
				default:
				}
			}
		}
	}()
	for d.Stats().RingCommands < 1000 {
		runtime.Gosched()
	}
	err := d.Close()
	close(stop)
	<-stopped
	if err != nil {
		t.Error(err)
	}
}

func TestFloor(t *testing.T) {
	s := MeasureFloor(2000)
	if s.Rounds != 2000 || s.MinimumNS <= 0 || s.MinimumNS > s.MedianNS || s.MedianNS > s.P99NS {
		t.Errorf("%+v", s)
	}
	t.Logf("two threads, one cache line: median %d ns, p99 %d ns", s.MedianNS, s.P99NS)
}

// BenchmarkRing is the round trip of a ring command between two threads of this
// process, for comparison with the floor.
func BenchmarkRing(b *testing.B) {
	t := &testing.T{}
	d, err := Serve(context.Background(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	m := connect(t, d)
	r := m.ring(0)
	for b.Loop() {
		r.submit(abi.OpGPUExecute, 1, abi.ProgramPing, 1)
		r.wait()
	}
}
