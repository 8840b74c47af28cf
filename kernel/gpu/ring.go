package gpu

import (
	"pxos/abi"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/paging"
	"pxos/kernel/pci"
	"pxos/kernel/phys"
)

// Ring is a ring for what takes long: nobody spins for an answer, the GPU interrupts
// when there is one. The kernel's own commands have ring 0 and never wait behind it.
type Ring struct {
	gpu    *GPU
	number uint32
	sent   uint32 // submissions written
	done   uint32 // of them, answered
}

// Interrupts has the GPU raise a vector on a processor when a ring that wants to be woken
// has an answer. It is false where that is not possible.
func (g *GPU) Interrupts(b *pci.Bus, t *paging.Tables, apicID, vector uint32) bool {
	i := Find(b)
	if i < 0 {
		return false
	}
	d := &b.Devices[i]
	const table = 4 // the BAR that the MSI-X table has to itself
	if bar := &d.BARs[table]; bar.IO || bar.Base == 0 || bar.Size < phys.PageBytes {
		return false
	} else if _, err := t.MapDevice(bar.Base, bar.Size, paging.Uncached); err != paging.OK {
		return false
	}
	for ring := uint32(1); ring < g.Rings; ring++ {
		if !b.Interrupt(d, ring, apicID, vector) {
			return false
		}
	}
	return true
}

// Open makes a ring of the GPU's usable. Each may be opened once between resets.
func (r *Ring) Open(g *GPU, number uint32) {
	*r = Ring{gpu: g, number: number}
	phys.Store32(phys.Register(r.block()+abi.RingGuestWake), 1)
}

func (r *Ring) block() uint64 {
	return r.gpu.Base + abi.RingBase + uint64(r.number)*abi.RingBlockBytes
}

func (r *Ring) entry(half uint64, n uint32) uint64 {
	return r.block() + half + uint64((n-1)%abi.RingEntries)*abi.RingEntryBytes
}

// Busy says how many submissions have no answer yet.
func (r *Ring) Busy() uint32 { return r.sent - r.done }

// Post sends a command on behalf of a process and gives its number. There must be room:
// Busy less than abi.RingEntries. What was written to VRAM before is there before the
// command is seen.
func (r *Ring) Post(process uint32, opcode uint8, arg0, arg1, arg2 uint64) uint32 {
	amd64.Mfence() // VRAM is write-combining: SDM volume 3, 12.3.1
	at := r.entry(abi.RingSQEntries, r.sent+1)
	r.sent++
	phys.StoreEntry(at, uint64(r.sent), uint64(opcode)|uint64(process)<<16|uint64(r.sent)<<32, arg0, arg1, arg2, 0)
	amd64.Mfence()
	if phys.Load32(phys.Register(r.block()+abi.RingDeviceSleep)) != 0 {
		r.gpu.Doorbells++
		r.gpu.Write(abi.RegDOORBELL, r.number)
	}
	return r.sent
}

// Poll counts the answers that have come and says whether there are new ones.
func (r *Ring) Poll() bool {
	before := r.done
	for r.done != r.sent {
		at := r.entry(abi.RingCQEntries, r.done+1)
		if uint32(phys.Load64(phys.Word(at+abi.CQEStatus))>>32) != r.done+1 {
			break
		}
		r.done++
	}
	return r.done != before
}

// State says how a submission stands.
type State uint8

// States of a submission.
const (
	Unknown State = iota // never sent, or its answer was overwritten
	Waiting
	Answered
)

// Answer gives the answer to submission n: an abi.Err* code and a result.
func (r *Ring) Answer(n uint32) (code uint32, result uint64, s State) {
	switch {
	case n-1 >= r.sent || r.sent-n >= abi.RingEntries:
		return 0, 0, Unknown
	case n > r.done:
		return 0, 0, Waiting
	}
	at := r.entry(abi.RingCQEntries, n)
	return uint32(*phys.Word(at + abi.CQEStatus)), *phys.Word(at + abi.CQEResult), Answered
}

// Done is the number of the last submission that was answered.
func (r *Ring) Done() uint32 { return r.done }
