package selftest

import (
	"sync/atomic"

	"pxos/abi"
	"pxos/kernel/apic"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/trap"
)

// witnessBound is how long an answer of another processor may take: it may have to
// wait for its turn on the host.
const witnessBound = 2_000_000_000 // ns

// skewBound is by how much two time-stamp counters may differ for sure.
const skewBound = 1000 // ns

// witness is what a processor saw of itself.
type witness struct {
	asked, answered uint32
	id, apic        uint32
	sp, gdt         uint64
	task            uint16
	cr0, cr3, cr4   uint64
	xcr0            uint64
	efer, pat       uint64
	lstar, star     uint64
	userGS          uint64
	ownG            bool
	probes          bool // probes that must fail did, by the right exception
	anywhere        bool // vector 2 with ring 3's bases came through and left them
	wild            bool // ring 3 at an address that is not canonical is #GP at once
	context         trap.Context
}

var witnesses [abi.MaxProcessors]witness

// Attend answers the self-test, if it has asked this processor. Interrupts are off.
func Attend(local *apic.Local) {
	w := &witnesses[trap.This().ID]
	if asked := atomic.LoadUint32(&w.asked); asked != w.answered {
		w.observe(local)
		atomic.StoreUint32(&w.answered, asked)
	}
}

// observe looks at the processor that runs.
func (w *witness) observe(local *apic.Local) {
	p := trap.This()
	w.id, w.apic, w.sp = p.ID, local.ID(), amd64.StackPointer()
	var table [10]byte
	amd64.Sgdt(&table)
	w.gdt = 0
	for i := uint(0); i < 8; i++ {
		w.gdt |= uint64(table[2+i]) << (8 * i)
	}
	w.task = amd64.Str()
	w.cr0, w.cr3, w.cr4 = amd64.ReadCR0(), amd64.ReadCR3(), amd64.ReadCR4()
	w.xcr0 = 0
	if w.cr4&amd64.CR4_OSXSAVE != 0 {
		w.xcr0 = amd64.Xgetbv(0)
	}
	w.efer, w.pat = amd64.Rdmsr(amd64.IA32_EFER), amd64.Rdmsr(amd64.IA32_PAT)
	w.lstar, w.star = amd64.Rdmsr(amd64.IA32_LSTAR), amd64.Rdmsr(amd64.IA32_STAR)
	w.userGS = amd64.Rdmsr(amd64.IA32_KERNEL_GS_BASE)
	w.ownG = p.OwnG()
	_, read := trap.ProbeRead(p.StackLo - 8) // the guard page
	page := !read && trap.LastProbeVector() == trap.VectorPageFault && amd64.ReadCR2() == p.StackLo-8
	_, read = trap.ProbeRead(0x0000800000000000)
	general := !read && trap.LastProbeVector() == trap.VectorGeneral
	_, read = trap.ProbeRead(p.StackLo)
	w.probes = page && general && read
	w.anywhere = trap.NMIWithUserBases()
	w.context.Reset(0x0000800000000000, 0)
	trap.Enter(&w.context)
	w.wild = w.context.Vector == trap.VectorGeneral
}

// processors asks each processor what it is, and sends it what processors send each
// other.
func (m *Machine) processors() {
	var c check
	first := &witnesses[0]
	first.observe(m.APIC)
	online := trap.Online()
	c.that(online > 0 && uint64(online) == min(max(m.Firmware.CPUs, 1), abi.MaxProcessors), "a processor that the firmware lists did not come")
	for id := uint32(0); id < online; id++ {
		w := &witnesses[id]
		if id != 0 && !m.ask(id) {
			c.that(false, "a processor does not answer")
			continue
		}
		w.check(&c, id)
		c.that(w.alike(first), "two processors are set up differently")
		for other := uint32(0); other < id; other++ {
			c.that(w.apart(&witnesses[other]), "two processors share what each must have for itself")
		}
		if id != 0 {
			p := trap.At(id)
			c.that(p.RoundNS != ^uint64(0), "the time-stamp counters of two processors could not be compared")
			c.that(p.SkewNS <= skewBound, "the time-stamp counters of two processors differ")
			m.interrupts(&c, id)
		}
	}
	m.broadcast(&c, online)
	c.report(abi.TestProcessors)
}

// check holds what one processor saw against what it must be.
func (w *witness) check(c *check, id uint32) {
	p := trap.At(id)
	c.that(w.id == id && p.ID == id, "the GS base is another processor's")
	c.that(w.apic == p.APIC, "a processor has another local APIC than it was started by")
	c.that(w.sp > p.StackLo && w.sp <= p.StackHi-trap.EntryBytes, "a processor runs on another's stack")
	c.that(w.gdt == p.Descriptors.Base() && w.task == amd64.SelectorTSS, "a processor has not its own GDT and TSS")
	c.that(w.userGS == 0, "the GS base of ring 3 is not 0")
	c.that(w.ownG, "compiled Go runs with another processor's g")
	c.that(w.probes, "a probe of what cannot be read went wrong")
	c.that(w.wild, "ring 3 could be entered at an address that is not canonical")
	c.that(w.anywhere, "vector 2 did not come through with the bases of ring 3")
}

// alike says whether what all processors share is the same.
func (w *witness) alike(o *witness) bool {
	return w.cr0 == o.cr0 && w.cr3 == o.cr3 && w.cr4 == o.cr4 && w.xcr0 == o.xcr0 && w.efer == o.efer &&
		w.pat == o.pat && w.lstar == o.lstar && w.star == o.star
}

// apart says whether what each has for itself is another's.
func (w *witness) apart(o *witness) bool {
	return w.id != o.id && w.apic != o.apic && w.gdt != o.gdt && w.sp>>20 != o.sp>>20
}

// ask has a processor look at itself, and says whether it answered.
func (m *Machine) ask(id uint32) bool {
	w := &witnesses[id]
	before := atomic.LoadUint32(&w.answered)
	atomic.StoreUint32(&w.asked, before+1)
	m.APIC.Send(trap.At(id).APIC, trap.VectorReschedule)
	start := amd64.Rdtsc()
	for atomic.LoadUint32(&w.answered) == before {
		if m.APIC.Nanoseconds(amd64.Rdtsc()-start) > witnessBound {
			return false
		}
		amd64.Pause()
	}
	return true
}

// interrupts sends one of each to a processor.
func (m *Machine) interrupts(c *check, id uint32) {
	p := trap.At(id)
	reschedules, shootdowns, nmis := p.Reschedules(), p.Shootdowns(), p.NMIs()
	m.APIC.Send(p.APIC, trap.VectorReschedule)
	m.APIC.Send(p.APIC, trap.VectorShootdown)
	p.AwaitNMI(true)
	m.APIC.SendNMI(p.APIC)
	for start := amd64.Rdtsc(); m.APIC.Nanoseconds(amd64.Rdtsc()-start) < witnessBound; amd64.Pause() {
		if p.Reschedules() != reschedules && p.Shootdowns() != shootdowns && p.NMIs() != nmis {
			break
		}
	}
	p.AwaitNMI(false)
	c.that(p.Reschedules() == reschedules+1, "an interrupt to another processor did not come through once")
	c.that(p.Shootdowns() == shootdowns+1, "an interrupt to another processor did not come through once")
	c.that(p.NMIs() == nmis+1, "an NMI to another processor did not come through once")
	c.that(m.ask(id), "a processor does not answer after an NMI")
}

// broadcast sends one interrupt to all others.
func (m *Machine) broadcast(c *check, online uint32) {
	var before [abi.MaxProcessors]uint64
	for id := uint32(0); id < online; id++ {
		before[id] = trap.At(id).Shootdowns()
	}
	c.that(m.APIC.SendAllButSelf(trap.VectorShootdown), "the local APIC does not send")
	start := amd64.Rdtsc()
	for id := uint32(1); id < online; id++ {
		for trap.At(id).Shootdowns() == before[id] && m.APIC.Nanoseconds(amd64.Rdtsc()-start) < witnessBound {
			amd64.Pause()
		}
		c.that(trap.At(id).Shootdowns() == before[id]+1, "an interrupt to all others did not come through once")
	}
	c.that(trap.At(0).Shootdowns() == before[0], "an interrupt to all others came to its sender")
	c.that(trap.Strays() == 0 && trap.OpenHandlers() == 0, "an interrupt came that nobody asked for")
}
