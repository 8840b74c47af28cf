package runtime

import (
	"testing"

	"pxos/abi"
	"pxos/abi/tables"
)

// want fails unless a call ends with a status.
func (p *pair) want(status uint32, op uint32, args ...uint64) completion {
	p.Helper()
	c := p.call(op, args...)
	if c.status != status {
		p.Fatalf("%#x %v ended with %d, expected %d", op, args, c.status, status)
	}
	return c
}

// TestLimits fills every table, on the model and the program: the error, and that
// nothing changed.
func TestLimits(t *testing.T) {
	const call = abi.OpSyscall
	p := newPair(t)
	t.Run("capabilities", func(t *testing.T) {
		p.reset()
		process := p.want(0, call, abi.CallProcessCreate, 2, 2, 0).result
		mine := p.want(0, call, abi.CallExtent, abi.AnyExtent, abi.RightsAll).result
		for range abi.MaxCapabilities - 3 { // boot, firmware and mine
			p.want(0, call, abi.CallDerive, mine, process, abi.RightRead)
		}
		p.want(abi.ErrNoMemory, call, abi.CallDerive, mine, process, abi.RightRead)
		p.want(abi.ErrNoMemory, call, abi.CallExtent, abi.AnyExtent, abi.RightRead)
		p.want(abi.ErrBusy, call, abi.CallReturn, mine)
		p.same()
		n := p.want(0, call, abi.CallProcessEnd, process).result
		p.same()
		p.want(0, call, abi.CallRevokeAck, n)
		p.want(0, call, abi.CallReturn, mine)
		p.same()
	})
	t.Run("revocations", func(t *testing.T) {
		p.reset()
		process := p.want(0, call, abi.CallProcessCreate, 2, 2, 0).result
		mine := p.want(0, call, abi.CallExtent, abi.AnyExtent, abi.RightsAll).result
		for range abi.MaxRevocations {
			lent := p.want(0, call, abi.CallDerive, mine, process, abi.RightRead).result
			p.want(0, call, abi.CallRevoke, lent)
			p.want(abi.ErrCapability, call, abi.CallRevoke, lent)
		}
		lent := p.want(0, call, abi.CallDerive, mine, process, abi.RightRead).result
		p.want(abi.ErrBusy, call, abi.CallRevoke, lent)
		p.want(abi.ErrBusy, call, abi.CallProcessEnd, process)
		p.same()
		p.want(abi.ErrArgument, call, abi.CallRevokeAck, 2)
		p.want(0, call, abi.CallRevokeAck, 1)
		p.want(0, call, abi.CallProcessEnd, process)
		for n := range uint64(abi.MaxRevocations) {
			p.want(0, call, abi.CallRevokeAck, n+2)
		}
		p.want(abi.ErrArgument, call, abi.CallRevokeAck, abi.MaxRevocations+2)
		p.same()
	})
	t.Run("extents, devices, processes", func(t *testing.T) {
		p.reset()
		for range testExtents - 3 + 1 { // boot, firmware and the hole; the one at the top
			p.want(0, call, abi.CallExtent, abi.AnyExtent, abi.RightRead)
		}
		p.want(abi.ErrNoMemory, call, abi.CallExtent, abi.AnyExtent, abi.RightRead)
		for i := range uint64(abi.MaxDevices) {
			p.want(0, call, abi.CallDeviceAdd, 0xE0000000+i*0x2000, 0x1000, i)
		}
		p.want(abi.ErrNoMemory, call, abi.CallDeviceAdd, 0xF0000000, 0x1000, 0)
		p.want(abi.ErrOwned, call, abi.CallDeviceAdd, 0x3FFE00000, 0x1000, 0)
		p.want(0, call, abi.CallDeviceClaim, 127, abi.RightRead)
		for range abi.MaxProcesses - 1 {
			p.want(0, call, abi.CallProcessCreate, 0, 0, 0)
		}
		p.want(abi.ErrNoMemory, call, abi.CallProcessCreate, 0, 0, 0)
		p.same()
	})
}

// TestGenerations: a process' handle comes again after 256 lives of its place.
func TestGenerations(t *testing.T) {
	const call = abi.OpSyscall
	p := newPair(t)
	for i := range uint64(260) {
		h := p.want(0, call, abi.CallProcessCreate, 1, 1, 0).result
		if want := (i+1)&0xFF<<8 | 1; h != want {
			t.Fatalf("process %#x, expected %#x", h, want)
		}
		p.want(0, call, abi.CallRevokeAck, p.want(0, call, abi.CallProcessEnd, h).result)
		p.want(abi.ErrNotFound, call, abi.CallProcessEnd, h)
	}
	p.same()
}

// TestUnacknowledged ends a guest that lets a revocation wait.
func TestUnacknowledged(t *testing.T) {
	p := newPair(t)
	process := p.want(0, abi.OpSyscall, abi.CallProcessCreate, 1, 1, 0).result
	p.want(0, abi.OpSyscall, abi.CallProcessEnd, process)
	p.tick(abi.RevokeBound)
	if p.model.Ended() != 0 {
		t.Fatal("ended at the bound, not after it")
	}
	p.same()
	p.tick(1)
	ended, err := p.runtime.State(abi.StateEnded)
	if err != nil || ended != abi.EndedRevocation || p.model.Ended() != ended {
		t.Fatalf("ended %d (%v), the model says %d", ended, err, p.model.Ended())
	}
	p.want(abi.ErrHalted, abi.OpSyscall, abi.CallRevokeAck, 1)
	p.register(abi.RegCMD, abi.OpSyscall<<24)
	p.same()
}

// TestAcknowledgementBehindKernel: a ring that waits for a kernel cannot take the
// acknowledgement; the guest has more time then, but not for ever.
func TestAcknowledgementBehindKernel(t *testing.T) {
	for _, answered := range []bool{true, false} {
		p := newPair(t)
		process := p.want(0, abi.OpSyscall, abi.CallProcessCreate, 1, 1, 0).result
		at := p.want(0, abi.OpAlloc, 1).result
		p.poke(uint32(at), 1)
		p.want(0, abi.OpSyscall, abi.CallProcessEnd, process)
		p.submit(0, command{op: abi.OpGPUExecute, args: [6]uint64{1, at, 16}})
		p.submit(0, command{op: abi.OpSyscall, args: [6]uint64{abi.CallRevokeAck, 1}})
		p.process(0, 2)
		p.tick(abi.RevokeBoundMost)
		if p.model.Ended() != 0 {
			t.Fatal("ended while a kernel kept the ring")
		}
		if answered {
			p.model.Answer(0, p.model.Epoch(), 0, 0, [8]uint32{})
			if _, err := p.runtime.Answer(p.ctx, 0, p.model.Epoch(), 0, 0, [8]uint32{}); err != nil {
				t.Fatal(err)
			}
			p.process(0, 2)
		}
		p.tick(abi.RevokeBound)
		if ended := p.model.Ended() != 0; ended == answered {
			t.Errorf("answered %v: ended %v", answered, ended)
		}
		p.same()
	}
}

// TestLayout holds the program's structures against the layout in abi, by values
// that it writes where abi says they are.
func TestLayout(t *testing.T) {
	p := newPair(t)
	for _, want := range []struct {
		what  string
		at    int
		value uint32
	}{
		{"rings", abi.StateBase + abi.StateRings, testRings},
		{"pages", abi.StateBase + abi.StatePages, testPages},
		{"boot extent's owner's capability", abi.CapabilitiesBase, abi.CapabilityLive},
		{"boot extent", abi.ExtentsBase + abi.BootExtent*abi.ExtentEntry, abi.ExtentOwned | 7<<8},
		{"kernel's quota", abi.ProcessesBase + 16, 0xFFFFFFFF},
		{"a kernel's hash", abi.ProgramsBase + abi.ProgramKernels*abi.ProgramEntry + 32, Hashes()[abi.ProgramKernels][0]},
		{"sleep", abi.RingBase + 3*abi.RingBlockBytes + abi.RingDeviceSleep, 1},
	} {
		var b [4]byte
		p.must(p.runtime.VRAM().Read(int64(want.at), b[:]))
		if got := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24; got != want.value {
			t.Errorf("%s: %#x at %#x, expected %#x", want.what, got, want.at, want.value)
		}
	}
	p.same()
}

// TestNames holds the names that people read against the kernels.
func TestNames(t *testing.T) {
	for i, k := range Kernels() {
		if got := tables.ProgramName(i + 1); got != k.Entry {
			t.Errorf("program %d is called %s, it is %s", i+1, got, k.Entry)
		}
	}
	if n := len(Kernels()); n != abi.ProgramKernels {
		t.Errorf("%d kernels, abi says %d", n, abi.ProgramKernels)
	}
}
