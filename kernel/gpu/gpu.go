// Package gpu is the kernel's side of the mailbox: it finds the pxGPU, maps its
// BAR0 and sends it work, first by the bring-up registers, then by the ring.
//
// It may import abi, arch/amd64, paging, pci and phys. It knows the device by
// abi alone. Every wait is bounded: a dead GPU gives an error, not a hang.
package gpu

import (
	"pxos/abi"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/paging"
	"pxos/kernel/pci"
	"pxos/kernel/phys"
)

// Error says why the GPU could not be brought up or did not answer.
type Error uint8

// Reasons.
const (
	OK Error = iota
	ErrAbsent
	ErrNoBAR
	ErrMap
	ErrIdentity
	ErrNotReady
	ErrTimeout
	ErrRefused
	ErrRing
)

// String is the reason in words.
func (e Error) String() string {
	switch e {
	case OK:
		return "ok"
	case ErrAbsent:
		return "no pxGPU on the PCI bus"
	case ErrNoBAR:
		return "BAR0 is no memory of the expected size"
	case ErrMap:
		return "BAR0 could not be mapped"
	case ErrIdentity:
		return "BAR0 does not hold the mailbox's identity"
	case ErrNotReady:
		return "the mailbox is not ready after reset"
	case ErrTimeout:
		return "the mailbox did not answer in time"
	case ErrRefused:
		return "the mailbox refused a command"
	case ErrRing:
		return "the ring holds an answer to another question"
	}
	return "unknown"
}

// spinLimit bounds a wait for the device, in looks at its answer. A look at a
// trapped register takes tens of microseconds, one at mapped memory far less.
const (
	registerSpinLimit = 100_000
	ringSpinLimit     = 200_000_000
	// looksPerPause: an emulator leaves its loop at every PAUSE, which costs more
	// than the whole round trip; a real processor wants one now and then.
	looksPerPause = 4096
	// awakeLooks is about a microsecond.
	awakeLooks = 300
)

// GPU is the device and the state of our end of ring 0.
type GPU struct {
	Bus, Slot, Function uint8
	Base, Size          uint64 // BAR0, physical
	Virt                uint64 // BAR0, virtual
	Rings               uint32
	MapError            paging.Error
	LastCode            uint32 // abi.Err* of the last refused command

	sent      uint32 // submissions written; each is answered before the next
	latency   uint32 // ns that the last timed command took, for the GPU's statistics
	Revoked   uint32 // revocations posted, as the last completion said
	Doorbells uint64 // rung because the device slept
}

// Reply is what a command gave.
type Reply struct{ Value, Extra uint64 }

// Find gives the position of the pxGPU among the bus's devices. Display
// controllers of other makers have the same class: the identity decides.
func Find(b *pci.Bus) int {
	for i := b.FindClass(abi.PCIClassDisplay, abi.PCISubclassVGA, -1); i >= 0; {
		d := &b.Devices[i]
		if d.Vendor == abi.PCIVendorPXGPU && d.ID == abi.PCIDevicePXGPU {
			return i
		}
		i = b.FindClass(abi.PCIClassDisplay, abi.PCISubclassVGA, i)
	}
	return -1
}

// Open maps the device and brings the mailbox up.
func (g *GPU) Open(b *pci.Bus, t *paging.Tables) Error {
	i := Find(b)
	if i < 0 {
		return ErrAbsent
	}
	d := &b.Devices[i]
	g.Bus, g.Slot, g.Function = d.Bus, d.Slot, d.Function
	bar := &d.BARs[0]
	if bar.IO || bar.Base == 0 || bar.Size != abi.BAR0Size {
		return ErrNoBAR
	}
	g.Base, g.Size = bar.Base, bar.Size
	b.Enable(d)
	if err := g.mapRegisters(t); err != OK {
		return err
	}
	if g.Read(abi.RegID) != abi.MailboxID || g.Read(abi.RegVERSION) != abi.MailboxVersion {
		return ErrIdentity
	}
	if err := g.mapMemory(t); err != OK {
		return err
	}
	g.Write(abi.RegRESET, abi.ResetKey)
	if g.Read(abi.RegSTATUS)&abi.StatusREADY == 0 {
		return ErrNotReady
	}
	g.Rings = g.Read(abi.RegRINGS)
	g.sent, g.Revoked = 0, 0
	return OK
}

// mapRegisters maps the trapped page: each access has an effect, so it must
// reach the device one by one.
func (g *GPU) mapRegisters(t *paging.Tables) Error {
	g.Virt, g.MapError = t.MapDevice(g.Base, abi.RegisterPageBytes, paging.Uncached)
	if g.MapError != paging.OK {
		return ErrMap
	}
	return OK
}

// mapMemory maps the rings uncached, because both sides poll them, and the
// rest of VRAM write-combining, because it is filled in bulk.
func (g *GPU) mapMemory(t *paging.Tables) Error {
	rings := g.Base + abi.RegisterPageBytes
	_, g.MapError = t.MapDevice(rings, abi.VRAMAllocBase-abi.RegisterPageBytes, paging.Uncached)
	if g.MapError != paging.OK {
		return ErrMap
	}
	vram := g.Base + abi.VRAMAllocBase
	_, g.MapError = t.MapDevice(vram, g.Size-abi.VRAMAllocBase, paging.WriteCombining)
	if g.MapError != paging.OK {
		return ErrMap
	}
	return OK
}

// Read reads a mailbox register.
func (g *GPU) Read(reg uint64) uint32 { return phys.Load32(phys.Register(g.Base + reg)) }

// Write writes a mailbox register.
func (g *GPU) Write(reg uint64, value uint32) { phys.Store32(phys.Register(g.Base+reg), value) }

// Command runs one command by the bring-up registers.
func (g *GPU) Command(opcode, thread uint8, payload uint16) (uint32, Error) {
	g.Write(abi.RegCMD, uint32(opcode)<<24|uint32(thread)<<16|uint32(payload))
	for n := 0; n < registerSpinLimit; n++ {
		status := g.Read(abi.RegSTATUS)
		if status&abi.StatusERROR != 0 {
			g.LastCode = g.Read(abi.RegRESP)
			return 0, ErrRefused
		}
		if status&abi.StatusCOMPLETE != 0 {
			return g.Read(abi.RegRESP), OK
		}
	}
	return 0, ErrTimeout
}

// ring0 is the physical address of our ring block.
func (g *GPU) ring0() uint64 { return g.Base + abi.RingBase }

// Call sends one command of the kernel's own by the ring and waits for its answer.
func (g *GPU) Call(opcode uint8, arg0, arg1, arg2 uint64) (uint64, Error) {
	reply, err := g.Ask(abi.KernelProcess, opcode, arg0, arg1, arg2, 0)
	return reply.Value, err
}

// System sends a system call on behalf of a process.
func (g *GPU) System(process uint32, call, arg1, arg2, arg3 uint64) (Reply, Error) {
	return g.Ask(process, abi.OpSyscall, call, arg1, arg2, arg3)
}

// Ask sends one command on behalf of a process and waits for its answer. A device
// that is awake answers within a few looks, so whether it sleeps is asked later: the
// fence before that question would cost as much as the answer.
func (g *GPU) Ask(process uint32, opcode uint8, arg0, arg1, arg2, arg3 uint64) (Reply, Error) {
	g.post(process, opcode, arg0, arg1, arg2, arg3)
	n := g.sent
	at := g.entry(abi.RingCQEntries, n-1)
	for looks := 0; looks < awakeLooks; looks++ {
		if uint32(phys.Load64(phys.Word(at+abi.CQEStatus))>>32) == n {
			return g.reply(at, n)
		}
	}
	g.ring()
	return g.wait(n)
}

// post writes a submission. The caller has seen the completion of the one that had
// the entry before.
func (g *GPU) post(process uint32, opcode uint8, arg0, arg1, arg2, arg3 uint64) {
	at := g.entry(abi.RingSQEntries, g.sent)
	g.sent++
	// The number goes last: it passes the entry on.
	phys.StoreEntry(at, uint64(g.sent)|uint64(g.latency)<<32, uint64(opcode)|uint64(process)<<16|uint64(g.sent)<<32,
		arg0, arg1, arg2, arg3)
	g.latency = 0
}

// entry is where entry k of a half of our ring lies.
func (g *GPU) entry(half uint64, k uint32) uint64 {
	return g.ring0() + half + uint64(k%abi.RingEntries)*abi.RingEntryBytes
}

// ring rings the bell if the device sleeps. The number of a submission must be seen
// before we look; the device sets its flag before it looks at the entry a last time.
func (g *GPU) ring() {
	amd64.Mfence()
	if phys.Load32(phys.Register(g.ring0()+abi.RingDeviceSleep)) != 0 {
		g.Doorbells++
		g.Write(abi.RegDOORBELL, 0)
	}
}

// wait polls the completion of submission number n for its number, which the device
// writes last: one cache line carries the news and the answer.
func (g *GPU) wait(n uint32) (Reply, Error) {
	at := g.entry(abi.RingCQEntries, n-1)
	for looks := 0; uint32(phys.Load64(phys.Word(at+abi.CQEStatus))>>32) != n; looks++ {
		if looks == ringSpinLimit {
			return Reply{}, ErrTimeout
		}
		if looks%looksPerPause == looksPerPause-1 {
			amd64.Pause()
		}
	}
	return g.reply(at, n)
}

// reply reads the completion of submission number n, which is there.
func (g *GPU) reply(at uint64, n uint32) (Reply, Error) {
	head, status := *phys.Word(at + abi.CQECookie), uint32(*phys.Word(at + abi.CQEStatus))
	reply := Reply{Value: *phys.Word(at + abi.CQEResult), Extra: *phys.Word(at + abi.CQEExtra)}
	if uint32(head) != n {
		return Reply{}, ErrRing
	}
	g.Revoked = uint32(head >> 32)
	if status != abi.ErrNone {
		g.LastCode = status
		return Reply{}, ErrRefused
	}
	return reply, OK
}

// Revocation is an entry of the ring back from the GPU.
type Revocation struct {
	Kind, Holder uint32
	Base, Bytes  uint64
}

// NextRevocation gives revocation number n, counted from 1, if it was posted.
func (g *GPU) NextRevocation(n uint32) (v Revocation, ok bool) {
	at := g.Base + abi.RevokeRingBase + uint64((n-1)%abi.RingEntries)*abi.RingEntryBytes
	e := phys.Words(at, abi.RingEntryBytes/8)
	if uint32(phys.Load64(&e[0])>>32) != n {
		return v, false
	}
	v.Kind, v.Holder = uint32(e[abi.RevokeKind/8]), uint32(e[abi.RevokeHolder/8])
	v.Base, v.Bytes = e[abi.RevokeBase/8], e[abi.RevokeBytes/8]
	return v, true
}
