package mailbox

import (
	"bytes"
	"encoding/binary"
	"testing"

	"pxos/abi"
	"pxos/abi/tables"
)

const (
	testPages = 16
	testVRAM  = abi.VRAMAllocBase + testPages*abi.VRAMPageBytes
)

// guest writes into the rings of a model.
type guest struct {
	t    testing.TB
	m    *Model
	vram []byte
	sent [2]uint32
}

func newGuest(t testing.TB) *guest {
	t.Helper()
	ram := make([]bool, 8)
	for i := range ram {
		ram[i] = true
	}
	g := &guest{t: t, vram: make([]byte, testVRAM)}
	var err error
	if g.m, err = New(g.vram, Options{Rings: 2, RAM: ram, Builtins: make([]Hash, 2)}); err != nil {
		t.Fatal(err)
	}
	return g
}

// ask runs one command of a process on ring 0.
func (g *guest) ask(process uint64, op uint32, args ...uint64) (status uint32, result, extra uint64) {
	g.t.Helper()
	at := abi.RingBase + abi.RingSQEntries + g.sent[0]%abi.RingEntries*abi.RingEntryBytes
	e := g.vram[at : at+abi.RingEntryBytes]
	clear(e)
	g.sent[0]++
	le := binary.LittleEndian
	le.PutUint32(e[abi.SQECommand:], op|uint32(process)<<16)
	le.PutUint32(e[abi.SQESeq:], g.sent[0])
	for i, a := range args {
		le.PutUint64(e[abi.SQEArgs+8*i:], a)
	}
	if g.m.ProcessRing(0, 1) != 1 {
		g.t.Fatalf("%#x %v was not carried out", op, args)
	}
	at = abi.RingBase + abi.RingCQEntries + (g.sent[0]-1)%abi.RingEntries*abi.RingEntryBytes
	c := g.vram[at:]
	return le.Uint32(c[abi.CQEStatus:]), le.Uint64(c[abi.CQEResult:]), le.Uint64(c[abi.CQEExtra:])
}

// call is a system call that must succeed.
func (g *guest) call(process uint64, args ...uint64) (result, extra uint64) {
	g.t.Helper()
	status, result, extra := g.ask(process, abi.OpSyscall, args...)
	if status != abi.ErrNone {
		g.t.Fatalf("call %v of process %#x: error %d", args, process, status)
	}
	return result, extra
}

// refused is one that must not.
func (g *guest) refused(code uint32, process uint64, args ...uint64) {
	g.t.Helper()
	before := g.m.Image()[abi.ExtentsBase-abi.TablesBase:]
	if status, _, _ := g.ask(process, abi.OpSyscall, args...); status != code {
		g.t.Errorf("call %v of process %#x: error %d, expected %d", args, process, status, code)
	}
	if !bytes.Equal(before, g.m.Image()[abi.ExtentsBase-abi.TablesBase:]) {
		g.t.Errorf("call %v of process %#x failed and changed the tables", args, process)
	}
}

// check holds the tables against each other.
func (g *guest) check() {
	g.t.Helper()
	b := make([]byte, abi.VRAMAllocBase-abi.TablesBase)
	copy(b, g.m.Image())
	t, err := tables.Decode(b)
	if err == nil {
		err = t.Check()
	}
	if err != nil {
		g.t.Fatal(err)
	}
}

// TestStory tells what the authority is for, from a process' birth to its end.
func TestStory(t *testing.T) {
	g := newGuest(t)
	const kernel, anywhere = abi.KernelProcess, abi.AnyExtent
	p, _ := g.call(kernel, abi.CallProcessCreate, 1, 2, 0)
	mine, where := g.call(p, abi.CallExtent, anywhere, abi.RightRead|abi.RightWrite)
	if where != 2*abi.ExtentBytes {
		t.Errorf("the lowest extent that is free lies at %#x", where)
	}
	g.refused(abi.ErrQuota, p, abi.CallExtent, anywhere, abi.RightRead)
	g.refused(abi.ErrOwned, kernel, abi.CallExtent, where, abi.RightRead)
	g.refused(abi.ErrCapability, kernel, abi.CallReturn, mine)
	g.refused(abi.ErrRights, p, abi.CallDerive, mine, kernel, abi.RightRead)
	shared, at := g.call(kernel, abi.CallExtent, anywhere, abi.RightsAll)
	g.refused(abi.ErrRights, kernel, abi.CallDerive, mustExtent(g), p, abi.RightWrite|abi.RightRead)
	lent, _ := g.call(kernel, abi.CallDerive, shared, p, abi.RightRead)
	if base, info := g.call(p, abi.CallQuery, lent); base != at || info != abi.ObjectExtent<<8|abi.RightRead {
		t.Errorf("what was lent lies at %#x, %#x", base, info)
	}
	g.refused(abi.ErrBusy, kernel, abi.CallReturn, shared)
	n, _ := g.call(kernel, abi.CallRevoke, lent)
	g.refused(abi.ErrCapability, p, abi.CallQuery, lent)
	g.refused(abi.ErrBusy, kernel, abi.CallReturn, shared) // until the CPU has let go
	g.call(kernel, abi.CallRevokeAck, n)
	g.call(kernel, abi.CallReturn, shared)
	if status, vram, _ := g.ask(p, abi.OpAlloc, 2); status != abi.ErrNone || vram != abi.VRAMAllocBase {
		t.Errorf("VRAM: error %d at %#x", status, vram)
	}
	end, _ := g.call(kernel, abi.CallProcessEnd, p)
	g.refused(abi.ErrProcess, p, abi.CallVersion)
	g.refused(abi.ErrOwned, kernel, abi.CallExtent, where, abi.RightRead) // still mapped, for all that the GPU knows
	g.call(kernel, abi.CallRevokeAck, end)
	g.call(kernel, abi.CallExtent, where, abi.RightRead)
	if status, vram, _ := g.ask(kernel, abi.OpAlloc, testPages); status != abi.ErrNone || vram != abi.VRAMAllocBase {
		t.Errorf("the VRAM of a process that ended: error %d at %#x", status, vram)
	}
	g.check()
}

// mustExtent gives the kernel an extent that it may lend for reading alone.
func mustExtent(g *guest) uint64 {
	c, _ := g.call(abi.KernelProcess, abi.CallExtent, abi.AnyExtent, abi.RightRead|abi.RightGrant)
	return c
}

// TestResetForgets: nothing that was had before counts afterwards.
func TestResetForgets(t *testing.T) {
	g := newGuest(t)
	mine, _ := g.call(abi.KernelProcess, abi.CallExtent, abi.AnyExtent, abi.RightRead)
	epoch := g.m.Epoch()
	g.m.WriteRegister(abi.RegRESET, abi.ResetKey)
	g.sent = [2]uint32{}
	g.refused(abi.ErrCapability, abi.KernelProcess, abi.CallReturn, mine)
	if g.m.Epoch() != epoch+1 {
		t.Errorf("epoch %d after %d", g.m.Epoch(), epoch)
	}
	g.check()
}

// FuzzRing takes whatever a guest writes into a ring: the tables stay possible.
func FuzzRing(f *testing.F) {
	entry := func(n uint32, op uint32, args ...uint64) []byte {
		e := make([]byte, abi.RingEntryBytes)
		binary.LittleEndian.PutUint32(e[abi.SQECommand:], op)
		binary.LittleEndian.PutUint32(e[abi.SQESeq:], n)
		for i, a := range args {
			binary.LittleEndian.PutUint64(e[abi.SQEArgs+8*i:], a)
		}
		return e
	}
	f.Add(entry(1, abi.OpSyscall, abi.CallExtent, abi.AnyExtent, 15))
	f.Add(append(entry(1, abi.OpSyscall, abi.CallProcessCreate, 2, 2, 0), entry(2, abi.OpSyscall|0x101<<16, abi.CallExtent, abi.AnyExtent, 3)...))
	f.Add(append(entry(1, abi.OpAlloc, 3), entry(2, abi.OpGPUExecute, 1, abi.VRAMAllocBase, 16)...))
	f.Fuzz(func(t *testing.T, ring []byte) {
		g := newGuest(t)
		base := abi.RingBase + abi.RingSQEntries
		copy(g.vram[base:base+abi.RingEntries*abi.RingEntryBytes], ring)
		for range 4 {
			g.m.ProcessRing(0, abi.RingEntries)
			g.m.Tick(2 * abi.RevokeBound)
			g.m.Answer(0, g.m.Epoch(), abi.ErrNone, 1, Hash{})
		}
		g.check()
	})
}
