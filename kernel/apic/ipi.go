package apic

import (
	"pxos/kernel/arch/amd64"
	"pxos/kernel/phys"
)

// Interrupt command register, SDM volume 3, 11.6.1.
const (
	icrNMI        = 4 << 8
	icrINIT       = 5 << 8
	icrStartup    = 6 << 8
	icrPending    = 1 << 12
	icrAssert     = 1 << 14
	icrLevel      = 1 << 15
	icrAllButSelf = 3 << 18
	icrToShift    = 24
)

// sendLimit bounds the wait for the command before: SDM volume 3, 11.6.1, delivery
// status.
const sendLimit = 1_000_000

// ID is the number of the local APIC of the processor that asks.
func (l *Local) ID() uint32 { return phys.Load32(phys.Register(l.base+RegID)) >> icrToShift }

// ICR is the register that sends interrupts, its two halves.
func (l *Local) ICR() (low, high *uint32) {
	return phys.Register(l.base + RegICR), phys.Register(l.base + regICRHigh)
}

// Send raises a vector on the processor with that APIC. Interrupts must be off: the
// command is two stores. It is false where the APIC does not take the command.
func (l *Local) Send(apicID, vector uint32) bool { return l.command(apicID, icrAssert|vector) }

// SendAllButSelf raises a vector on every processor but the caller's. One that was not
// started stands with interrupts off and does not take it. Interrupts must be off.
func (l *Local) SendAllButSelf(vector uint32) bool {
	return l.command(0, icrAssert|icrAllButSelf|vector)
}

// SendNMI raises NMI on the processor with that APIC.
func (l *Local) SendNMI(apicID uint32) bool { return l.command(apicID, icrAssert|icrNMI) }

// SendINIT puts a processor back to where it waits for a start-up IPI, whatever it
// did: SDM volume 3, 9.4.3.
func (l *Local) SendINIT(apicID uint32) bool {
	return l.command(apicID, icrLevel|icrAssert|icrINIT) && l.command(apicID, icrLevel|icrINIT)
}

// SendStartup lets a processor that waits begin at a page below 1 MiB, in real mode.
func (l *Local) SendStartup(apicID uint32, page uint64) bool {
	return l.command(apicID, icrAssert|icrStartup|uint32(page/phys.PageBytes)&0xFF)
}

func (l *Local) command(to, low uint32) bool {
	send, _ := l.ICR()
	for n := 0; phys.Load32(send)&icrPending != 0; n++ {
		if n == sendLimit {
			return false
		}
		amd64.Pause()
	}
	l.write(regICRHigh, to<<icrToShift)
	l.write(RegICR, low)
	return true
}
