package mailbox

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"testing"

	"pxos/abi"
)

const testVRAM = abi.VRAMAllocBase + 64*abi.VRAMPageBytes

func newModel(t testing.TB, console *bytes.Buffer) (*Model, []byte) {
	t.Helper()
	vram := make([]byte, testVRAM)
	m, err := New(vram, 4, console)
	if err != nil {
		t.Fatal(err)
	}
	return m, vram
}

// command writes CMD and returns what the registers then say.
func command(m *Model, opcode, payload uint32) (status, resp uint32) {
	m.WriteRegister(abi.RegCMD, opcode<<24|payload)
	return m.ReadRegister(abi.RegSTATUS), m.ReadRegister(abi.RegRESP)
}

const (
	good = abi.StatusREADY | abi.StatusCOMPLETE
	bad  = good | abi.StatusERROR
)

func TestPowerOn(t *testing.T) {
	m, vram := newModel(t, new(bytes.Buffer))
	for reg, want := range map[uint32]uint32{
		abi.RegID: abi.MailboxID, abi.RegVERSION: 1, abi.RegRINGS: 4, abi.RegVRAMSIZE: testVRAM,
		abi.RegSTATUS: abi.StatusREADY, abi.RegRESP: 0, abi.RegCMD: 0, abi.RegDOORBELL: 0, 0x24: 0, 0xFFC: 0,
	} {
		if got := m.ReadRegister(reg); got != want {
			t.Errorf("register %#x = %#x, want %#x", reg, got, want)
		}
	}
	var id [4]byte
	binary.LittleEndian.PutUint32(id[:], m.ReadRegister(abi.RegID))
	if string(id[:]) != "PXG1" {
		t.Errorf("ID reads %q", id)
	}
	if binary.LittleEndian.Uint32(vram[abi.RingBase+abi.RingDeviceSleep:]) != 1 {
		t.Error("the device does not sleep at power-on")
	}
}

func TestRegisterCommands(t *testing.T) {
	var console bytes.Buffer
	m, vram := newModel(t, &console)
	binary.LittleEndian.PutUint32(vram[0x2000:], 0xCAFEF00D)
	m.Feed([]byte("k"))
	page := uint32(abi.VRAMAllocBase / abi.VRAMPageBytes)
	for i, c := range []struct{ op, payload, status, resp uint32 }{
		{abi.OpGPUExecute, 0, good, 1},
		{abi.OpGPUExecute, 1, bad, abi.ErrNoProgram},
		{abi.OpUARTWrite, 'A', good, 1},
		{abi.OpUARTWrite, 0x100, bad, abi.ErrArgument},
		{abi.OpUARTRead, 0, good, 'k'},
		{abi.OpUARTRead, 0, good, abi.NoCharacter},
		{abi.OpMMIORead, 0x2000 / 4, good, 0xCAFEF00D},
		{abi.OpMMIORead, 0xFFC / 4, bad, abi.ErrArgument},
		{abi.OpMMIOWrite, 0, bad, abi.ErrOpcode},
		{abi.OpSyscall, abi.SyscallVersion, good, 1},
		{abi.OpSyscall, abi.SyscallUptime, good, 10},
		{abi.OpSyscall, 99, bad, abi.ErrNoSyscall},
		{abi.OpAlloc, 0, bad, abi.ErrArgument},
		{abi.OpAlloc, 2, good, abi.VRAMAllocBase},
		{abi.OpAlloc, 62, good, abi.VRAMAllocBase + 0x2000},
		{abi.OpAlloc, 1, bad, abi.ErrNoMemory},
		{abi.OpFree, page + 1, bad, abi.ErrNotFound},
		{abi.OpFree, page, good, 0},
		{abi.OpFree, page, bad, abi.ErrNotFound},
		{abi.OpFree, 0xFFFF, bad, abi.ErrNotFound},
		{abi.OpAlloc, 3, bad, abi.ErrNoMemory},
		{0x00, 0, bad, abi.ErrOpcode},
		{0x88, 0, bad, abi.ErrOpcode},
		{abi.OpHalt, 0, abi.StatusCOMPLETE, 0},
		{abi.OpGPUExecute, 0, abi.StatusCOMPLETE | abi.StatusERROR, abi.ErrHalted},
	} {
		if s, r := command(m, c.op, c.payload); s != c.status || r != c.resp {
			t.Errorf("step %d: op %#x payload %#x: status %#x resp %#x, want %#x %#x", i, c.op, c.payload, s, r, c.status, c.resp)
		}
	}
	if console.String() != "A" {
		t.Errorf("console %q", console.String())
	}
	m.WriteRegister(abi.RegRESET, 1)
	if m.ReadRegister(abi.RegSTATUS)&abi.StatusREADY != 0 {
		t.Error("a wrong key resets")
	}
	m.WriteRegister(abi.RegRESET, abi.ResetKey)
	if s, r := command(m, abi.OpAlloc, 64); s != good || r != abi.VRAMAllocBase {
		t.Errorf("after reset ALLOC gives %#x %#x", s, r)
	}
}

func TestAllocClears(t *testing.T) {
	m, vram := newModel(t, new(bytes.Buffer))
	vram[abi.VRAMAllocBase+17] = 0xAA
	command(m, abi.OpAlloc, 1)
	if vram[abi.VRAMAllocBase+17] != 0 {
		t.Error("ALLOC hands out someone's bytes")
	}
}

func TestDoorbell(t *testing.T) {
	m, _ := newModel(t, new(bytes.Buffer))
	if ring, ok := m.WriteRegister(abi.RegDOORBELL, 3); ring != 3 || !ok {
		t.Errorf("ring %d %v", ring, ok)
	}
	if _, ok := m.WriteRegister(abi.RegDOORBELL, 4); ok {
		t.Error("a ring that does not exist rang")
	}
	if m.ReadRegister(abi.RegSTATUS) != bad || m.ReadRegister(abi.RegRESP) != abi.ErrArgument {
		t.Error("a bad doorbell is not reported")
	}
}

// guest is the other side of one ring.
type guest struct {
	vram   VRAM
	base   uint32
	sqTail uint32
	cqHead uint32
}

func newGuest(m *Model, i int) *guest {
	return &guest{vram: m.vram, base: m.rings[i].base}
}

func (g *guest) submit(op uint32, flags uint32, cookie uint64, args ...uint64) {
	e := g.vram.bytes[g.base+abi.RingSQEntries+g.sqTail%abi.RingEntries*abi.RingEntryBytes:]
	clear(e[:abi.RingEntryBytes])
	binary.LittleEndian.PutUint32(e, op)
	binary.LittleEndian.PutUint32(e[abi.SQEFlags:], flags)
	binary.LittleEndian.PutUint64(e[abi.SQECookie:], cookie)
	for i, a := range args {
		binary.LittleEndian.PutUint64(e[abi.SQEArgs+8*i:], a)
	}
	g.sqTail++
	g.vram.Store(g.base+abi.RingSQTail, g.sqTail)
}

// next returns the next completion, if one is there.
func (g *guest) next() (cookie uint64, status uint32, result uint64, ok bool) {
	if g.vram.Load(g.base+abi.RingCQTail) == g.cqHead {
		return 0, 0, 0, false
	}
	e := g.vram.bytes[g.base+abi.RingCQEntries+g.cqHead%abi.RingEntries*abi.RingEntryBytes:]
	g.cqHead++
	g.vram.Store(g.base+abi.RingCQHead, g.cqHead)
	le := binary.LittleEndian
	return le.Uint64(e), le.Uint32(e[abi.CQEStatus:]), le.Uint64(e[abi.CQEResult:]), true
}

func TestRingCommands(t *testing.T) {
	var console bytes.Buffer
	m, _ := newModel(t, &console)
	g := newGuest(m, 1)
	text := func(s string) []uint64 {
		var b [32]byte
		copy(b[:], s)
		a := []uint64{uint64(len(s))}
		for i := range 4 {
			a = append(a, binary.LittleEndian.Uint64(b[8*i:]))
		}
		return a
	}
	steps := []struct {
		op     uint32
		flags  uint32
		args   []uint64
		status uint32
		result uint64
	}{
		{abi.OpGPUExecute, 0, []uint64{0, 41}, 0, 42},
		{abi.OpGPUExecute | 5<<8, 0, []uint64{0, ^uint64(0)}, 0, 0},
		{abi.OpGPUExecute | 1<<16, 0, nil, abi.ErrArgument, 0},
		{abi.OpGPUExecute, 1, nil, abi.ErrArgument, 0},
		{abi.OpUARTWrite, 0, text("the quick brown fox jumps over "), 0, 31},
		{abi.OpUARTWrite, 0, []uint64{33}, abi.ErrArgument, 0},
		{abi.OpMMIOWrite, 0, []uint64{abi.VRAMAllocBase, 0x1234}, 0, 0},
		{abi.OpMMIORead, 0, []uint64{abi.VRAMAllocBase}, 0, 0x1234},
		{abi.OpMMIOWrite, 0, []uint64{abi.VRAMAllocBase, 1 << 32}, abi.ErrArgument, 0},
		{abi.OpMMIOWrite, 0, []uint64{testVRAM, 0}, abi.ErrArgument, 0},
		{abi.OpMMIORead, 0, []uint64{abi.VRAMAllocBase + 2}, abi.ErrArgument, 0},
		{abi.OpMMIORead, 0, []uint64{1<<32 + 0x2000}, abi.ErrArgument, 0},
		{abi.OpAlloc, 0, []uint64{1 << 40}, abi.ErrNoMemory, 0},
		{abi.OpAlloc, 0, []uint64{1}, 0, abi.VRAMAllocBase},
		{abi.OpFree, 0, []uint64{abi.VRAMAllocBase + 1}, abi.ErrArgument, 0},
		{abi.OpFree, 0, []uint64{abi.VRAMAllocBase}, 0, 0},
		{0x7F, 0, nil, abi.ErrOpcode, 0},
	}
	for i, s := range steps {
		g.submit(s.op, s.flags, uint64(i)<<32, s.args...)
	}
	if done, err := m.ProcessRing(1, 1000); done != len(steps) || err != nil {
		t.Fatalf("%d done, %v", done, err)
	}
	for i, s := range steps {
		cookie, status, result, ok := g.next()
		if !ok || cookie != uint64(i)<<32 || status != s.status || result != s.result {
			t.Errorf("step %d: cookie %#x status %d result %#x, want status %d result %#x", i, cookie, status, result, s.status, s.result)
		}
	}
	if console.String() != "the quick brown fox jumps over " {
		t.Errorf("console %q", console.String())
	}
	if m.Pending(1) || m.Pending(0) {
		t.Error("work is left")
	}
}

func TestFullCompletionRingWaits(t *testing.T) {
	m, _ := newModel(t, new(bytes.Buffer))
	g := newGuest(m, 0)
	for range 2 {
		for range abi.RingEntries {
			g.submit(abi.OpGPUExecute, 0, 0, 0, 0)
		}
		m.ProcessRing(0, 1000)
	}
	if m.Pending(0) {
		t.Error("a ring that cannot move counts as pending")
	}
	if done, err := m.ProcessRing(0, 1000); done != 0 || err != nil {
		t.Fatalf("%d done, %v", done, err)
	}
	g.next()
	if done, _ := m.ProcessRing(0, 1000); done != 1 {
		t.Errorf("one place is free, %d done", done)
	}
}

func TestBrokenIndexStopsOneRing(t *testing.T) {
	for _, index := range []uint32{abi.RingSQTail, abi.RingCQHead} {
		m, _ := newModel(t, new(bytes.Buffer))
		g := newGuest(m, 2)
		if index == abi.RingCQHead { // looked at once the completion ring seems full
			for range abi.RingEntries {
				g.submit(abi.OpGPUExecute, 0, 0)
			}
			m.ProcessRing(2, abi.RingEntries)
		}
		g.submit(abi.OpGPUExecute, 0, 0)
		m.vram.Store(g.base+index, 0x80000000)
		if !m.Pending(2) {
			t.Fatal("the broken ring is never looked at")
		}
		for range 2 {
			if done, err := m.ProcessRing(2, 10); done != 0 || !errors.Is(err, ErrRing) {
				t.Fatalf("index %#x: %d done, %v", index, done, err)
			}
		}
		if m.ReadRegister(abi.RegSTATUS) != bad || m.ReadRegister(abi.RegRESP) != abi.ErrRingBroken {
			t.Error("the broken ring is not reported")
		}
		if m.Pending(2) {
			t.Error("a stopped ring keeps the poller awake")
		}
		other := newGuest(m, 3)
		other.submit(abi.OpGPUExecute, 0, 9, 0, 1)
		if done, err := m.ProcessRing(3, 10); done != 1 || err != nil {
			t.Errorf("another ring: %d done, %v", done, err)
		}
		m.Reset()
		fresh := newGuest(m, 2)
		fresh.submit(abi.OpGPUExecute, 0, 9, 0, 1)
		if done, err := m.ProcessRing(2, 10); done != 1 || err != nil {
			t.Errorf("after reset: %d done, %v", done, err)
		}
	}
}

func TestIndicesWrap(t *testing.T) {
	m, _ := newModel(t, new(bytes.Buffer))
	g := newGuest(m, 0)
	start := ^uint32(0) - 3
	m.rings[0].sqHead, m.rings[0].cqTail, m.rings[0].cqSeen = start, start, start
	g.sqTail, g.cqHead = start, start
	for _, at := range []uint32{abi.RingSQTail, abi.RingCQTail, abi.RingCQHead} {
		m.vram.Store(g.base+at, start)
	}
	for i := range uint64(10) {
		g.submit(abi.OpGPUExecute, 0, i, 0, i)
	}
	if done, err := m.ProcessRing(0, 100); done != 10 || err != nil {
		t.Fatalf("%d done, %v", done, err)
	}
	for i := range uint64(10) {
		if cookie, status, result, ok := g.next(); !ok || cookie != i || status != 0 || result != i+1 {
			t.Fatalf("completion %d: %d %d %d %v", i, cookie, status, result, ok)
		}
	}
}

// allocOracle is the allocator again, as a list of what is held.
type allocOracle map[uint64]uint64 // offset to bytes

func (o allocOracle) alloc(pages uint64) (uint64, bool) {
	for at := uint64(abi.VRAMAllocBase); at+pages*abi.VRAMPageBytes <= testVRAM; at += abi.VRAMPageBytes {
		clash := false
		for base, size := range o {
			clash = clash || (at < base+size && base < at+pages*abi.VRAMPageBytes)
		}
		if !clash {
			o[at] = pages * abi.VRAMPageBytes
			return at, true
		}
	}
	return 0, false
}

func TestAllocatorAgainstList(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	m, _ := newModel(t, new(bytes.Buffer))
	o := allocOracle{}
	for step := range 5000 {
		if rng.IntN(2) == 0 {
			n := uint64(rng.IntN(12) + 1)
			want, ok := o.alloc(n)
			got := m.execute(request{opcode: abi.OpAlloc, args: [6]uint64{n}})
			if (got.status == abi.ErrNone) != ok || got.value != want {
				t.Fatalf("step %d: ALLOC %d gives %+v, the list says %#x %v", step, n, got, want, ok)
			}
			continue
		}
		at := uint64(abi.VRAMAllocBase + rng.IntN(64)*abi.VRAMPageBytes)
		_, held := o[at]
		delete(o, at)
		got := m.execute(request{opcode: abi.OpFree, args: [6]uint64{at}})
		if (got.status == abi.ErrNone) != held {
			t.Fatalf("step %d: FREE %#x gives %+v, held %v", step, at, got, held)
		}
	}
}

// FuzzRing lets a hostile guest write anything anywhere in VRAM between two
// looks at the rings. What must hold: no panic, no write outside the completion
// ring and the device's index words but by commands, a bounded number of
// completions, and a broken ring only for an index that is out of range.
func FuzzRing(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 1, 0, 0, 0}, byte(0x86))
	f.Add([]byte{0x00, 0x01, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF}, byte(0x84))
	f.Fuzz(func(t *testing.T, program []byte, op byte) {
		vram := make([]byte, testVRAM)
		m, err := New(vram, 2, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+8 <= len(program) && i < 512; i += 8 {
			at := binary.LittleEndian.Uint32(program[i:])%(2*abi.RingBlockBytes)/4*4 + abi.RingBase
			value := binary.LittleEndian.Uint32(program[i+4:])
			m.vram.Store(at, value)
			m.vram.Store(abi.RingBase+abi.RingSQEntries+m.rings[0].sqHead%abi.RingEntries*abi.RingEntryBytes, uint32(op))
			for r := range 2 {
				sq, cq := m.vram.Load(m.rings[r].base+abi.RingSQTail), m.vram.Load(m.rings[r].base+abi.RingCQHead)
				inRange := sq-m.rings[r].sqHead <= abi.RingEntries && m.rings[r].cqTail-cq <= abi.RingEntries &&
					m.rings[r].cqTail-m.rings[r].cqSeen <= abi.RingEntries
				before := m.rings[r].cqTail
				wasBroken := m.rings[r].broken
				done, err := m.ProcessRing(r, 64)
				if done > 64 || m.rings[r].cqTail-before != uint32(done) {
					t.Fatalf("%d done, completions moved by %d", done, m.rings[r].cqTail-before)
				}
				if errors.Is(err, ErrRing) && inRange && !wasBroken && op != abi.OpMMIOWrite {
					t.Fatalf("ring %d stopped with indices in range", r)
				}
			}
		}
	})
}

func TestNewRefusesBadShapes(t *testing.T) {
	if _, err := New(make([]byte, abi.VRAMAllocBase), 1, nil); err == nil {
		t.Error("VRAM without a page to hand out accepted")
	}
	if _, err := New(make([]byte, testVRAM+8), 1, nil); err == nil {
		t.Error("a broken page accepted")
	}
	if _, err := New(make([]byte, testVRAM+8)[1:testVRAM+1], 1, nil); err == nil {
		t.Error("unaligned VRAM accepted")
	}
	for _, n := range []int{0, -1, abi.MaxRings + 1} {
		if _, err := New(make([]byte, testVRAM), n, nil); err == nil {
			t.Errorf("%d rings accepted", n)
		}
	}
}
