package main

import (
	"pxos/abi"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/bootinfo"
	"pxos/kernel/frame"
	"pxos/kernel/gpu"
	"pxos/kernel/paging"
	"pxos/kernel/phys"
	"pxos/kernel/report"
	"pxos/kernel/trap"
)

// defaultRoundTrips is how many mailbox pings are timed; "bench=N" on the
// command line asks for another number, up to maxRoundTrips.
const (
	defaultRoundTrips = 1000
	maxRoundTrips     = 10_000_000
	idleTimerCount    = 4_000_000
	ticksPerBeat      = 16 // about a second
)

// reportStart writes what is known before the kernel has memory of its own.
func reportStart() {
	report.Text("\npxOS\n")
	report.Begin(abi.ReportBoot)
	report.Uint("version", abi.ReportVersion)
	report.String("loader", loaderName())
	report.Bytes("cmdline", info.Cmdline())
	report.End()
	for i := 0; i < info.RegionCount; i++ {
		r := &info.Regions[i]
		report.Begin(abi.ReportMem)
		report.Hex("base", r.Base)
		report.Hex("length", r.Length)
		report.String("type", kindName(r.Kind))
		report.End()
	}
}

func loaderName() string {
	switch info.Loader {
	case bootinfo.LoaderMultiboot2:
		return "multiboot2"
	case bootinfo.LoaderPVH:
		return "pvh"
	}
	return "unknown"
}

func kindName(kind uint32) string {
	switch kind {
	case bootinfo.KindRAM:
		return "ram"
	case bootinfo.KindACPI:
		return "acpi"
	case bootinfo.KindNVS:
		return "nvs"
	case bootinfo.KindBad:
		return "bad"
	}
	return "reserved"
}

// reportProcessor writes the processor and the layout.
func reportProcessor() {
	report.Begin(abi.ReportCPU)
	report.Bytes("vendor", features.Vendor[:])
	report.Uint("count", firmware.CPUs)
	report.Uint("maxphyaddr", uint64(features.MaxPhysAddr))
	report.Uint("nx", flag(features.NX))
	report.Uint("smep", flag(features.SMEP))
	report.Uint("smap", flag(features.SMAP))
	report.Uint("tsc_hz", local.TSCHertz)
	report.Hex("pat", amd64.Rdmsr(amd64.IA32_PAT)) // the emulator does not show it
	report.End()

	report.Begin(abi.ReportLayout)
	report.Hex("directmap", phys.DirectMap)
	report.Hex("kernel", phys.Virt(header.segments[0].Start))
	report.Hex("kernel_end", phys.Virt(header.segments[header.segmentCount-1].End))
	report.Hex("stack_lo", trap.This().StackLo)
	report.Hex("stack_hi", trap.This().StackHi)
	report.Hex("cr3", tables.Root)
	report.End()
}

// reportAuthority writes what the GPU granted, and the allocator.
func reportAuthority() {
	report.Begin(abi.ReportAuthority)
	if keeperErr != gpu.OK {
		report.String("error", keeperErr.String())
		report.Uint("code", uint64(device.LastCode))
	}
	report.Uint("extents", keeper.Extents)
	report.Uint("devices", keeper.Devices)
	report.Uint("claimed", keeper.Claimed)
	report.End()

	report.Begin(abi.ReportFrames)
	report.Uint("total", frames.Total)
	report.Uint("free", frames.Free)
	report.End()
}

func flag(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// reportPCI writes every function and its BARs.
func reportPCI() {
	for i := 0; i < bus.Count; i++ {
		d := &bus.Devices[i]
		report.Begin(abi.ReportPCI)
		report.BDF(d.Bus, d.Slot, d.Function)
		report.Hex("vendor", uint64(d.Vendor))
		report.Hex("device", uint64(d.ID))
		report.Hex("class", uint64(d.Class))
		report.Uint("header", uint64(d.Header))
		report.Uint("ecam", flag(bus.UsesECAM()))
		report.End()
		for k := range d.BARs {
			b := &d.BARs[k]
			if b.Size == 0 {
				continue
			}
			report.Begin(abi.ReportBAR)
			report.BDF(d.Bus, d.Slot, d.Function)
			report.Uint("index", uint64(k))
			report.String("kind", barKind(b.IO, b.Is64))
			report.Hex("base", b.Base)
			report.Hex("size", b.Size)
			report.Uint("prefetch", flag(b.Prefetch))
			report.End()
		}
	}
}

func barKind(io, wide bool) string {
	switch {
	case io:
		return "io"
	case wide:
		return "mem64"
	}
	return "mem32"
}

// reportGPU writes what became of the GPU: its place, or why there is none.
func reportGPU() {
	report.Begin(abi.ReportGPU)
	if deviceErr != gpu.OK {
		report.String("error", deviceErr.String())
		if device.MapError != paging.OK {
			report.String("map_error", device.MapError.String())
		}
		report.End()
		return
	}
	report.BDF(device.Bus, device.Slot, device.Function)
	report.Hex("class", abi.PCIClassDisplay<<16|abi.PCISubclassVGA<<8|abi.PCIProgIFVGA)
	report.Hex("bar0", device.Base)
	report.Hex("size", device.Size)
	report.Hex("virt", device.Virt)
	entry, level := tables.Walk(device.Virt)
	report.String("memtype", paging.TypeOf(entry, level).String())
	report.Uint("rings", uint64(device.Rings))
	report.End()
}

// measure times the mailbox.
func measure() {
	if deviceErr != gpu.OK {
		return
	}
	at := frames.AllocRun(gpu.HistogramFrames)
	if at == frame.None {
		return
	}
	n, given := info.Uint("bench")
	if !given {
		n = defaultRoundTrips
	}
	latency, err := device.Measure(min(n, maxRoundTrips), &local, at)
	for i := range uint64(gpu.HistogramFrames) {
		frames.Release(at + i*phys.PageBytes)
	}
	report.Begin(abi.ReportMailbox)
	if err != gpu.OK {
		report.String("error", err.String())
	}
	report.Uint("round_trips", latency.RoundTrips)
	report.Uint("median_ns", latency.MedianNS)
	report.Uint("p99_ns", latency.P99NS)
	report.Uint("registers_ns", latency.RegistersNS)
	report.Uint("clock_ns", latency.ClockNS)
	report.Uint("batch_per_s", latency.BatchPerS)
	report.Uint("doorbells", device.Doorbells)
	report.End()
}

// refuse ends the start with a reason: no exception, the kernel itself cannot
// go on.
func refuse(reason, detail string) {
	report.Begin(abi.ReportRefused)
	report.String("reason", reason)
	if detail != "" {
		report.String("detail", detail)
	}
	report.End()
	report.Finish()
	amd64.Outb(abi.DebugExitPort, abi.ExitKernelRefused)
	for {
		amd64.Cli()
		amd64.Hlt()
	}
}

// leave ends the start: "stay" on the command line keeps the machine up.
func leave(passed bool) {
	drawScreen()
	if info.Has("stay") {
		idle()
	}
	code := byte(abi.ExitSelfTest)
	if passed {
		code = abi.ExitOK
	}
	amd64.Outb(abi.DebugExitPort, code)
	idle() // no isa-debug-exit here: a real machine stays up
}

// idle waits for interrupts for ever. At each one it looks for revocations; now and
// then it asks the GPU for the time, so that a person who watches sees life.
func idle() {
	local.StartTimer(trap.VectorTimer, idleTimerCount)
	for n := 1; ; n++ {
		amd64.Sti()
		amd64.Hlt()
		if deviceErr != gpu.OK {
			continue
		}
		keeper.Poll()
		if n%ticksPerBeat == 0 {
			device.Beat(&local)
		}
	}
}
