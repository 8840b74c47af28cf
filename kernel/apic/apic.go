// Package apic silences the legacy interrupt controllers, drives the local
// APIC's timer and measures the time-stamp counter.
//
// It may import arch/amd64, paging and phys. Intel SDM volume 3, chapter 11;
// Intel 8259A and 8254 data sheets.
package apic

import (
	"pxos/kernel/arch/amd64"
	"pxos/kernel/paging"
	"pxos/kernel/phys"
)

// Local APIC registers, SDM volume 3, table 11-1.
const (
	RegID       = 0x020
	RegTPR      = 0x080
	RegEOI      = 0x0B0
	RegICR      = 0x300 // low half of the interrupt command register
	regSVR      = 0x0F0
	regISR      = 0x100
	regICRHigh  = 0x310
	regLVTTimer = 0x320
	regLVTLINT0 = 0x350
	regLVTLINT1 = 0x360
	regInitial  = 0x380
	regCurrent  = 0x390
	regDivide   = 0x3E0

	svrEnable    = 1 << 8
	lvtMasked    = 1 << 16
	lvtPeriodic  = 1 << 17
	lvtExtINT    = 7 << 8
	lvtNMI       = 4 << 8
	divideBy16   = 0x3
	apicBaseMask = 0x000FFFFFFFFFF000
	globalEnable = 1 << 11
)

// Ports of the two 8259A and of the 8254.
const (
	picMasterCommand = 0x20
	picMasterData    = 0x21
	picSlaveCommand  = 0xA0
	picSlaveData     = 0xA1

	icw1Init   = 0x11 // edge triggered, cascaded, ICW4 follows
	icw4x86    = 0x01
	picBase    = 0x20 // vectors of IRQ 0 to 7; 8 to 15 follow
	picMaskAll = 0xFF

	pitChannel0 = 0x40
	pitChannel2 = 0x42
	pitCommand  = 0x43
	portB       = 0x61 // gate and output of channel 2
	pitHz       = 1193182
)

// Local is the processor's local APIC.
type Local struct {
	base     uint64 // physical
	counted  uint64 // time-stamp counter when the 8254 began to count
	TSCHertz uint64
}

// DisablePIC moves the legacy controllers away from the exception vectors and
// masks every line: 8259A data sheet, initialization command words.
func DisablePIC() {
	amd64.Outb(picMasterCommand, icw1Init)
	amd64.Outb(picSlaveCommand, icw1Init)
	amd64.Outb(picMasterData, picBase)
	amd64.Outb(picSlaveData, picBase+8)
	amd64.Outb(picMasterData, 1<<2) // a slave hangs on IRQ 2
	amd64.Outb(picSlaveData, 2)
	amd64.Outb(picMasterData, icw4x86)
	amd64.Outb(picSlaveData, icw4x86)
	amd64.Outb(picMasterData, picMaskAll)
	amd64.Outb(picSlaveData, picMaskAll)
}

// Open maps the local APIC and switches it on. Spurious interrupts get vector.
func (l *Local) Open(t *paging.Tables, spurious uint32) paging.Error {
	msr := amd64.Rdmsr(amd64.IA32_APIC_BASE)
	l.base = msr & apicBaseMask
	registers := paging.Flags{Write: true, Type: paging.Uncached}
	if _, err := t.MapPlatform(l.base, phys.PageBytes, registers); err != paging.OK {
		return err
	}
	amd64.Wrmsr(amd64.IA32_APIC_BASE, msr|globalEnable)
	l.write(RegTPR, 0)
	l.write(regLVTLINT0, lvtExtINT) // virtual wire, as the firmware leaves it
	l.write(regLVTLINT1, lvtNMI)
	l.write(regSVR, svrEnable|spurious)
	return paging.OK
}

// Join switches on the local APIC of a further processor, which lies at the same
// address: each processor sees its own. Its timer does not run.
func (l *Local) Join(spurious uint32) {
	amd64.Wrmsr(amd64.IA32_APIC_BASE, amd64.Rdmsr(amd64.IA32_APIC_BASE)|globalEnable)
	l.write(RegTPR, 0)
	l.write(regLVTTimer, lvtMasked)
	l.write(regLVTLINT0, lvtMasked) // the legacy controllers are the first processor's
	l.write(regLVTLINT1, lvtNMI)
	l.write(regSVR, svrEnable|spurious)
}

// Base is the physical address of the registers, a page.
func (l *Local) Base() uint64 { return l.base }

// EOI is the register that acknowledges an interrupt.
func (l *Local) EOI() *uint32 { return phys.Register(l.base + RegEOI) }

// StartTimer raises vector every count ticks of the APIC's clock over 16.
func (l *Local) StartTimer(vector, count uint32) {
	l.write(regDivide, divideBy16)
	l.write(regLVTTimer, lvtPeriodic|vector)
	l.write(regInitial, count)
}

// Alarm raises vector once, after count ticks of the APIC's clock over 16.
func (l *Local) Alarm(vector, count uint32) {
	l.write(regDivide, divideBy16)
	l.write(regLVTTimer, vector)
	l.write(regInitial, max(count, 1))
}

// TimerCount is how many ticks of the APIC's clock over 16 there are in so many ns. It
// is measured against the time-stamp counter, on the processor that asks, whose timer
// must not be in use.
func (l *Local) TimerCount(ns uint64) uint32 {
	const measureNS = 1_000_000
	l.write(regDivide, divideBy16)
	l.write(regLVTTimer, lvtMasked)
	l.write(regInitial, 0xFFFFFFFF)
	start := amd64.Rdtsc()
	passed := uint64(0)
	for passed < measureNS {
		passed = l.Nanoseconds(amd64.Rdtsc() - start)
		if l.TSCHertz < 1000 {
			break
		}
	}
	ticks := uint64(0xFFFFFFFF - phys.Load32(phys.Register(l.base+regCurrent)))
	l.write(regInitial, 0)
	return uint32(max(ticks*ns/max(passed, 1), 1))
}

// StopTimer keeps the timer silent.
func (l *Local) StopTimer() {
	l.write(regLVTTimer, lvtMasked)
	l.write(regInitial, 0)
}

func (l *Local) write(reg uint64, value uint32) {
	phys.Store32(phys.Register(l.base+reg), value)
}

// PICMasked says whether every line of the legacy controllers is masked.
func PICMasked() bool {
	return amd64.Inb(picMasterData) == picMaskAll && amd64.Inb(picSlaveData) == picMaskAll
}

// InService gives a vector that was taken and not acknowledged, 0 if there is
// none: the highest bit of the in-service registers (SDM volume 3, 11.8.4).
func (l *Local) InService() uint64 {
	for i := uint64(8); i > 0; i-- {
		word := phys.Load32(phys.Register(l.base + regISR + (i-1)*0x10))
		for bit := uint64(32); bit > 0; bit-- {
			if word&(1<<(bit-1)) != 0 {
				return (i-1)*32 + bit - 1
			}
		}
	}
	return 0
}

// waitLimit bounds the wait for the 8254: a missing one must not hang the start.
const waitLimit = 1_000_000

// What the 8254 counts down from, so that it can be read for 55 ms, over how many of its
// ticks the time-stamp counter is measured at least, how often it is begun again, and how
// many of the latter a reading of both may take before it is taken again.
const (
	pitFrom     = 0xFFFF
	pitMeasured = pitHz / 100
	pitStarts   = 8
	pitTries    = 16
	pitDistance = 20_000
)

// StartClock has channel 2 of the 8254 count down. What the kernel does until MeasureTSC
// is time that need not be waited for there. Where the processor was held up between the
// count's begin and the reading of its own counter, it begins again.
func (l *Local) StartClock() {
	amd64.Outb(portB, amd64.Inb(portB)&^3|1) // gate on, speaker off
	for n := 0; n < pitTries; n++ {
		amd64.Outb(pitCommand, 0xB0) // channel 2, low then high byte, mode 0
		amd64.Outb(pitChannel2, pitFrom&0xFF)
		before := amd64.Rdtsc()
		amd64.Outb(pitChannel2, pitFrom>>8) // begins to count
		l.counted = amd64.Rdtsc()
		if l.counted-before < pitDistance {
			break
		}
	}
}

// MeasureTSC counts time-stamp ticks over 10 ms or more of the 8254's channel 2, from
// StartClock on. It says whether the 8254 answered.
func (l *Local) MeasureTSC() bool {
	if l.counted == 0 {
		l.StartClock()
	}
	for n, starts := 0, 0; n < waitLimit && starts < pitStarts; n++ {
		passed, stamp := readPIT()
		if pitDone() { // nobody knows since when
			l.StartClock()
			starts++
			continue
		}
		if passed >= pitMeasured {
			l.TSCHertz = (stamp - l.counted) * pitHz / passed
			break
		}
	}
	return l.TSCHertz != 0
}

// pitDone says whether channel 2 has counted to its end.
func pitDone() bool { return amd64.Inb(portB)&0x20 != 0 }

// readPIT gives how far channel 2 has counted, and the time-stamp counter of that
// moment: 8254 data sheet, counter latch command. An interruption between the two
// readings shows, and they are taken again.
func readPIT() (passed, stamp uint64) {
	for n := 0; n < pitTries; n++ {
		before := amd64.Rdtsc()
		amd64.Outb(pitCommand, 0x80) // latch channel 2
		stamp = amd64.Rdtsc()
		low := uint64(amd64.Inb(pitChannel2))
		passed = pitFrom - (uint64(amd64.Inb(pitChannel2))<<8 | low)
		if stamp-before < pitDistance {
			break
		}
	}
	return passed, stamp
}

// Nanoseconds turns time-stamp ticks into time.
func (l *Local) Nanoseconds(ticks uint64) uint64 {
	if l.TSCHertz < 1000 {
		return 0
	}
	return ticks * 1_000_000 / (l.TSCHertz / 1000)
}
