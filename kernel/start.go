// Command kernel is pxOS in ring 0: Go compiled by the stock toolchain, without
// its runtime, without a heap.
//
// It is not run on a host: package image builds it, checks that no code path
// reaches the runtime, and joins it with the start stub. It may import abi and
// the packages beneath kernel/ alone. Whoever adds code here keeps the rules of
// docs/kernel.md: no append, map, closure, interface call, defer, go statement
// or string concatenation.
package main

import (
	"pxos/abi"
	"pxos/kernel/acpi"
	"pxos/kernel/apic"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/authority"
	"pxos/kernel/bootinfo"
	"pxos/kernel/frame"
	"pxos/kernel/gpu"
	"pxos/kernel/paging"
	"pxos/kernel/pci"
	"pxos/kernel/phys"
	"pxos/kernel/report"
	"pxos/kernel/selftest"
	"pxos/kernel/trap"
)

const (
	stackTop       = trap.StackTopOffset // in a processor's block, for processorEntry
	bootStackBytes = 16 << 10
	stackPages     = 16 // of the kernel's stack
	firstIST       = 4  // of each stack of the first processor for #DF, NMI and #MC
	furtherIST     = 2  // of a further one's
	stacksOfOne    = 4  // slots
	maxSegments    = 4
	// startExtents is how much RAM the kernel asks for at the start, or a quarter.
	startExtents = 8
)

// stubHeader is what the start stub and package image leave for us; see
// stub_header in arch/amd64/stub.asm.
type stubHeader struct {
	magic                        [8]byte
	mb2Entry, pvhNote, noteBytes uint64
	stubEnd                      uint64
	entry                        uint64
	segmentCount                 uint64
	segments                     [maxSegments]paging.Segment
	// trampoline is where further processors start, to be copied; launchAt the offset in
	// it where the physical address of launch goes.
	trampoline, trampolineBytes, launchAt uint64
}

// The kernel's state. Ring 0 has no heap: what lives for ever lives here.
var (
	bootStack [bootStackBytes]byte
	info      bootinfo.Info
	features  amd64.Features
	header    stubHeader
	frames    frame.Allocator
	tables    paging.Tables
	firmware  acpi.Tables
	local     apic.Local
	bus       pci.Bus
	device    gpu.GPU
	deviceErr gpu.Error
	keeper    authority.Keeper
	keeperErr gpu.Error
	machine   selftest.Machine
)

func kentry()
func runOn(stack uint64)

// main is what the Go linker asks for; ring 0 starts at kentry.
func main() { kentry() }

// start runs on the boot stack and the stub's page tables, up to the kernel's
// own memory.
func start(loader, infoPA, headerVirt uint64) {
	features = amd64.Identify()
	// At once: what ran before is translated again by an emulator, for another processor.
	amd64.Harden(&features)
	amd64.OpenExtended(&features)
	local.StartClock()
	report.Open()
	copyHeader(headerVirt)
	known := info.Read(loader, infoPA)
	reportStart()
	if !known {
		refuse("the loader gave no memory map", "")
	}
	placeTrampoline()
	initMemory()
	tables.Activate()
	first := trap.This()
	first.Guard()
	runOn(first.StackHi - trap.EntryBytes)
}

// initMemory sets up the frame allocator, the page tables and the stacks.
func initMemory() {
	var used [1 + maxSegments + bootinfo.MaxModules]frame.Extent
	n := 0
	used[n] = frame.Extent{Start: 0x100000, End: header.stubEnd}
	n++
	for i := uint64(0); i < header.segmentCount; i++ {
		used[n] = frame.Extent{Start: header.segments[i].Start, End: header.segments[i].End}
		n++
	}
	for i := 0; i < info.ModuleCount; i++ {
		m := &info.Modules[i]
		used[n] = frame.Extent{Start: m.Base, End: m.Base + m.Length}
		n++
	}
	if !frames.Init(&info, used[:n], authority.Boot) {
		refuse("no memory for the frame allocator", "")
	}
	if !tables.Init(&frames, features.MaxPhysAddr) {
		refuse("no frame for the page tables", "")
	}
	if err := tables.BuildKernelSpace(&info, header.segments[:header.segmentCount], authority.Boot); err != paging.OK {
		refuse("the kernel's page tables could not be built", err.String())
	}
	if err := newStacks(trap.This(), firstIST); err != paging.OK {
		refuse("the kernel's stacks could not be mapped", err.String())
	}
}

// newStacks gives a processor its stacks: one to run on and those of its TSS.
func newStacks(p *trap.Processor, ist uint64) paging.Error {
	slot := uint64(p.ID) * stacksOfOne
	s := &p.Stacks
	lo, hi, err := tables.NewStack(slot, stackPages)
	if err == paging.OK {
		_, s.DoubleFault, err = tables.NewStack(slot+1, ist)
	}
	if err == paging.OK {
		_, s.NMI, err = tables.NewStack(slot+2, ist)
	}
	if err == paging.OK {
		_, s.MachineCheck, err = tables.NewStack(slot+3, ist)
	}
	if err == paging.OK {
		s.RSP0 = hi
		p.SetStack(lo, hi)
	}
	return err
}

// run goes on with the kernel's own memory: exceptions, interrupts, devices,
// then the self-tests.
func run() {
	first := trap.This()
	amd64.LoadGDT(&first.Descriptors, &first.Stacks)
	trap.Install()
	if !trap.Breakpoint() {
		refuse("an exception did not come back", "")
	}
	apic.DisablePIC()
	firmware = acpi.Read(&info, &tables)
	if err := local.Open(&tables, trap.VectorSpurious); err != paging.OK {
		refuse("the local APIC could not be mapped", err.String())
	}
	trap.SetEOI(local.EOI())
	local.MeasureTSC()
	reportProcessor()
	bus.Scan(&tables, firmware.ECAM, firmware.StartBus, firmware.EndBus)
	reportPCI()
	deviceErr = device.Open(&bus, &tables)
	reportGPU()
	askForMemory()
	reportAuthority()
	openScreen()
	startProcessors()
	reportProcessors()
	openNetwork()
	openShares()
	if !info.Has("quick") {
		test()
		measure()
	}
	runProgram()
	leave(report.Finish())
}

// askForMemory has the GPU grant what the kernel has mapped and goes on to use. Up to
// here there was the boot extent alone.
func askForMemory() {
	keeper.GPU, keeper.Frames, keeper.Tables = &device, &frames, &tables
	keeper.Info, keeper.Segments = &info, header.segments[:header.segmentCount]
	keeperErr = deviceErr
	if keeperErr == gpu.OK {
		keeperErr = keeper.Open()
	}
	if keeperErr == gpu.OK {
		keeperErr = keeper.Firmware(firmware.Extents[:firmware.Count])
	}
	if keeperErr == gpu.OK {
		keeperErr = keeper.Registers(&bus, local.Base())
	}
	if keeperErr == gpu.OK {
		keeperErr = keeper.Grow(int(min(startExtents, frames.Total*phys.PageBytes/abi.ExtentBytes/4)))
	}
}

func test() {
	machine = selftest.Machine{
		Info: &info, Frames: &frames, Tables: &tables, Bus: &bus,
		GPU: &device, GPUError: deviceErr, APIC: &local, Firmware: &firmware,
		Keeper: &keeper, KeeperError: keeperErr,
		Segments: header.segments[:header.segmentCount],
		StackLo:  trap.This().StackLo,
	}
	selftest.Run(&machine)
}

func copyHeader(virt uint64) {
	const segments = 7
	pa := phys.Of(virt)
	w := phys.Words(pa, segments+3*maxSegments+3)
	header.stubEnd, header.entry = w[4], w[5]
	header.segmentCount = min(w[6], maxSegments)
	for i := uint64(0); i < header.segmentCount; i++ {
		at := segments + 3*i
		header.segments[i] = paging.Segment{Start: w[at], End: w[at+1], Flags: w[at+2]}
	}
	w = w[segments+3*maxSegments:]
	header.trampoline, header.trampolineBytes, header.launchAt = w[0], w[1], w[2]
}
