package fault_test

import (
	"io"
	"math/rand/v2"
	"testing"

	"pxos/fault"
	"pxos/machine"
)

// noisyMemory gives recorded memory with some bytes changed, the same ones at
// every read.
type noisyMemory struct {
	under machine.PhysReader
	seed  uint64
	every uint64 // one in this many quadwords is changed
}

func (m noisyMemory) ReadPhys(addr uint64, b []byte) error {
	err := m.under.ReadPhys(addr, b)
	if err != nil && addr%3 != 0 {
		return err
	}
	for i := range b {
		word := (addr + uint64(i)) >> 3
		h := (word ^ m.seed) * 0x9E3779B97F4A7C15
		if h>>32%m.every == 0 {
			b[i] ^= byte(h >> (8 * (i & 7)))
		}
	}
	return nil
}

func scramble(r *machine.Registers, rng *rand.Rand) {
	fields := []*uint64{&r.RIP, &r.RSP, &r.RBP, &r.CR0, &r.CR2, &r.CR3, &r.CR4, &r.EFER, &r.RFLAGS, &r.IDT.Base, &r.GDT.Base, &r.TR.Base, &r.RAX}
	for range rng.IntN(4) {
		f := fields[rng.IntN(len(fields))]
		switch rng.IntN(3) {
		case 0:
			*f = rng.Uint64()
		case 1:
			*f ^= 1 << rng.IntN(64)
		default:
			*f = *fields[rng.IntN(len(fields))]
		}
	}
	if rng.IntN(4) == 0 {
		r.IDT.Limit, r.GDT.Limit = rng.Uint32(), rng.Uint32()
	}
}

// FuzzDiagnose diagnoses recorded runs with registers, log, serial text and
// memory changed at random: it must come to an end and render, whatever it says.
func FuzzDiagnose(f *testing.F) {
	files := fixtures(f)
	for i := range files {
		f.Add(uint8(i), uint64(i), []byte("@px layout directmap=0xffff800000000000\n"))
	}
	f.Add(uint8(3), uint64(99), []byte("@px fault vector=14 rip=0x10\n@px test name=timer checks=1 failed=1\n"))
	f.Fuzz(func(t *testing.T, which uint8, seed uint64, serial []byte) {
		ev, err := machine.LoadEvidence(files[int(which)%len(files)])
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(seed, 1))
		ev.KernelELF = ""
		ev.Memory = noisyMemory{ev.Memory, seed, uint64(4 + rng.IntN(200))}
		if len(serial) > 0 {
			ev.Serial = append(ev.Serial[:rng.IntN(len(ev.Serial)+1)], serial...)
		}
		for i := range ev.Registers {
			scramble(&ev.Registers[i], rng)
		}
		for i := range ev.Exceptions {
			e := &ev.Exceptions[i]
			scramble(&e.Registers, rng)
			if rng.IntN(3) == 0 {
				e.Vector, e.OldVector, e.ErrorCode = rng.IntN(300)-20, rng.IntN(40)-3, rng.Uint64()>>rng.IntN(64)
				e.HasState, e.Hardware, e.Soft = rng.IntN(4) > 0, rng.IntN(5) == 0, rng.IntN(5) == 0
			}
		}
		ends := []machine.Termination{machine.TerminationTripleFault, machine.TerminationHang, machine.TerminationExit, machine.TerminationTimeout, "?"}
		ev.Termination = ends[rng.IntN(len(ends))]
		ev.TripleFault = rng.IntN(2) == 0
		d, err := fault.Diagnose(ev, fault.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if d.Title == "" || d.Certainty < 0 || d.Certainty > 1 {
			t.Fatalf("title %q, certainty %v", d.Title, d.Certainty)
		}
		if fault.Render(io.Discard, d, 80, true) != nil || fault.RenderHTML(io.Discard, d) != nil || d.JSON(io.Discard) != nil {
			t.Fatal("the diagnosis cannot be shown")
		}
	})
}

// FuzzTables decodes gates, descriptors and error codes of any bytes.
func FuzzTables(f *testing.F) {
	f.Add([]byte{0x34, 0x12, 8, 0, 0, 0x8E, 0x78, 0x56, 0, 0, 0, 0, 0, 0, 0, 0}, 14, uint64(0x72))
	f.Add([]byte{0xFF, 0xFF, 0, 0, 0, 0x92, 0xCF, 0}, 13, uint64(0x28))
	f.Fuzz(func(t *testing.T, b []byte, vector int, code uint64) {
		g, d := fault.DecodeGate(vector, b), fault.DecodeDescriptor(vector, b)
		if (g.Readable || d.Readable) != (len(b) >= 8) || g.IST > 7 || d.Type > 15 || d.String() == "" {
			t.Fatalf("%+v %+v", g, d)
		}
		if e := fault.DecodeError(vector, code); e.Index > 0x1FFF || fault.VectorName(vector) == "" {
			t.Fatalf("%+v", e)
		}
	})
}
