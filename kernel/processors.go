package main

import (
	"sync/atomic"

	"pxos/abi"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/bootinfo"
	"pxos/kernel/paging"
	"pxos/kernel/phys"
	"pxos/kernel/report"
	"pxos/kernel/selftest"
	"pxos/kernel/trap"
)

// Words of the launch block, as stub.asm has them.
const (
	launchRoot = iota
	launchProcessor
	launchEntry
	launchAPIC
	launchCR0
	launchCR4
	launchEFER
	launchWords
)

// Times of a start: Intel SDM volume 3, 9.4.4.1. A processor that is there answers
// within a millisecond; an emulator's may have to wait for its turn, so it is asked
// more than once, from its reset on.
const (
	afterINIT    = 10_000_000 // ns
	afterStartup = 200_000    // ns
	answerBound  = 200_000_000
	starts       = 5
)

// Where the trampoline may lie: past the vectors and data of the firmware, before the
// adapters. Each page of RAM there would do.
const (
	trampolineLow  = 0x8000
	trampolineHigh = 0xA0000
)

var (
	trampoline uint64              // the page where further processors start, 0: none
	launch     [launchWords]uint64 // what a starting processor reads
	released   uint32              // they may begin to work
	clocks     clock
)

func processorEntryAddress() uint64

// placeTrampoline copies the start of further processors to a page below 1 MiB that
// is RAM and that nobody has: the frame allocator never gives one of the first MiB.
// The boot tables are in use, which show it; the kernel's own do not.
func placeTrampoline() {
	for page := uint64(trampolineLow); page < trampolineHigh && trampoline == 0; page += phys.PageBytes {
		if pageIsFree(page) {
			trampoline = page
		}
	}
	if trampoline == 0 || header.trampolineBytes > phys.PageBytes {
		return
	}
	to := phys.Bytes(trampoline, int(header.trampolineBytes))
	copy(to, phys.Bytes(header.trampoline, int(header.trampolineBytes)))
	place := phys.Of(phys.Address(&launch[0])) // below 4 GiB, as all of the image
	for i := uint64(0); i < 4; i++ {
		to[header.launchAt+i] = byte(place >> (8 * i))
	}
}

// pageIsFree says whether a page is RAM, nothing else by another region, and no
// module's.
func pageIsFree(page uint64) bool {
	end := page + phys.PageBytes
	ram := false
	for i := 0; i < info.RegionCount; i++ {
		r := &info.Regions[i]
		switch {
		case r.End() <= page || end <= r.Base:
		case r.Kind != bootinfo.KindRAM:
			return false
		case r.Base <= page && end <= r.End():
			ram = true
		}
	}
	for i := 0; i < info.ModuleCount; i++ {
		if m := &info.Modules[i]; m.Base < end && page < m.Base+m.Length {
			return false
		}
	}
	return ram
}

// openProcessor makes the processor that asks what every one is to be: hardened, and
// ready for ring 3 where it has what that takes.
func openProcessor() {
	amd64.Harden(&features)
	if amd64.OpenExtended(&features) {
		trap.OpenUser()
	}
}

// startProcessors starts those that the firmware lists, one after the other. The page
// tables of the start are the kernel's half and the trampoline at its own address:
// they are gone when all have come, and the kernel's own never show it. The stacks
// take more than the boot extent has, so the GPU has granted memory before.
func startProcessors() {
	first := trap.This()
	first.APIC = local.ID()
	trap.SetICR(local.ICR())
	openProcessor()
	trap.SetOnline(1)
	if firmware.APICCount < 2 {
		return
	}
	var space paging.Tables
	why := openStart(&space)
	for i := 0; i < firmware.APICCount; i++ {
		number := firmware.APICs[i]
		if number == first.APIC || trap.Online() == abi.MaxProcessors {
			continue
		}
		refused := why
		if refused == "" {
			refused = startProcessor(trap.Online(), number)
		}
		if refused != "" {
			reportSilent(number, refused)
		}
	}
	if space.Root != 0 {
		space.Drop()
		space.Free()
	}
}

// openStart makes the page tables of the start and fills the launch block. It says
// what is missing.
func openStart(space *paging.Tables) string {
	if trampoline == 0 {
		return "no page for the trampoline"
	}
	if local.TSCHertz == 0 {
		return "there is no clock to wait by"
	}
	if space.NewSpace(&tables) != paging.OK ||
		space.Map(trampoline, trampoline, phys.PageBytes, paging.Flags{Exec: true}) != paging.OK {
		return "no memory for the tables of the start"
	}
	if space.Root>>32 != 0 {
		return "the tables of the start lie past 4 GiB"
	}
	launch[launchRoot], launch[launchEntry] = space.Root, processorEntryAddress()
	// Not yet PGE: no translation of these tables may outlive them.
	launch[launchCR0], launch[launchCR4] = amd64.ReadCR0(), amd64.ReadCR4()&^amd64.CR4_PGE
	launch[launchEFER] = amd64.Rdmsr(amd64.IA32_EFER) &^ amd64.EFER_LMA
	return ""
}

// startProcessor gives a processor its stacks and wakes it: Intel SDM volume 3,
// 9.4.4.1. One that does not answer gets an INIT, so that it cannot come later, and
// its place goes to the next.
func startProcessor(id, apic uint32) string {
	p := trap.At(id)
	p.ID, p.APIC = id, apic
	if p.StackHi == 0 && newStacks(p, furtherIST) != paging.OK {
		return "no memory for its stacks"
	}
	p.Guard()
	began := amd64.Rdtsc()
	for n := 0; n < starts; n++ {
		p.SetState(trap.StateAbsent)
		clocks.open()
		atomic.StoreUint64(&launch[launchAPIC], uint64(apic))
		atomic.StoreUint64(&launch[launchProcessor], p.Address())
		if wake(p) {
			p.StartNS = local.Nanoseconds(amd64.Rdtsc() - began)
			clocks.compare(p)
			if awaitState(p, trap.StateParked, answerBound) {
				trap.SetOnline(id + 1)
				return ""
			}
		}
		atomic.StoreUint64(&launch[launchProcessor], 0)
		local.SendINIT(apic)
		pause(afterINIT)
	}
	return "it does not answer"
}

// wake sends INIT and the start-up IPIs, and says whether the processor came.
func wake(p *trap.Processor) bool {
	local.SendINIT(p.APIC)
	pause(afterINIT)
	local.SendStartup(p.APIC, trampoline)
	if awaitState(p, trap.StateStarted, afterStartup) {
		return true
	}
	local.SendStartup(p.APIC, trampoline)
	return awaitState(p, trap.StateStarted, answerBound)
}

// pause lets time pass.
func pause(ns uint64) {
	for start := amd64.Rdtsc(); local.Nanoseconds(amd64.Rdtsc()-start) < ns; {
		amd64.Pause()
	}
}

// awaitState waits until a processor's start has come so far, within a bound.
func awaitState(p *trap.Processor, state uint32, ns uint64) bool {
	for start := amd64.Rdtsc(); p.State() < state; {
		if local.Nanoseconds(amd64.Rdtsc()-start) >= ns {
			return p.State() >= state
		}
		amd64.Pause()
	}
	return true
}

// processorStart goes on from processorEntry, on the processor's own stack: all that
// the first one has, then the clock, then the wait. Interrupts are off.
func processorStart() {
	p := trap.This()
	tables.Join()
	amd64.WriteCR4(launch[launchCR4] | amd64.CR4_PGE)
	openProcessor()
	amd64.LoadGDT(&p.Descriptors, &p.Stacks)
	trap.Join()
	local.Join(trap.VectorSpurious)
	p.SetState(trap.StateStarted)
	clocks.answer()
	p.SetState(trap.StateParked)
	processorMain(p.ID)
}

// processorMain waits until the processors are released. Meanwhile it is a witness of
// the self-tests. From the look at the flag to the HLT interrupts are off: the IPI
// that follows the flag is not lost.
func processorMain(id uint32) {
	for atomic.LoadUint32(&released) == 0 {
		selftest.Attend(&local)
		amd64.Wait()
	}
	work(id)
}

// releaseProcessors lets the further processors work: ring 3 is open.
func releaseProcessors() {
	atomic.StoreUint32(&released, 1)
	local.SendAllButSelf(trap.VectorReschedule)
}

// work is what a further processor does once it is released: it runs ring 3 until that
// closes. Interrupts are off; it does not return.
func work(id uint32) {
	ring3.Work(id)
	for {
		amd64.Wait()
	}
}

// reportSilent writes a processor that was left out.
func reportSilent(apic uint32, why string) {
	report.Begin(abi.ReportProcessor)
	report.Uint("apic", uint64(apic))
	report.String("error", why)
	report.End()
}

// reportProcessors writes the further processors that run, and all of them together.
func reportProcessors() {
	skew, round := uint64(0), uint64(0)
	for id := uint32(1); id < trap.Online(); id++ {
		p := trap.At(id)
		skew, round = max(skew, p.SkewNS), max(round, p.RoundNS)
		report.Begin(abi.ReportProcessor)
		report.Uint("id", uint64(id))
		report.Uint("apic", uint64(p.APIC))
		report.Uint("start_us", p.StartNS/1000)
		report.Uint("skew_ns", p.SkewNS)
		report.Uint("round_ns", p.RoundNS)
		report.Hex("stack_lo", p.StackLo)
		report.Hex("stack_hi", p.StackHi)
		report.End()
	}
	report.Begin(abi.ReportProcessors)
	report.Uint("found", firmware.CPUs)
	report.Uint("up", uint64(trap.Online()))
	report.Uint("skew_ns", skew)
	report.Uint("round_ns", round)
	report.End()
}
