// Package uart drives a 16550 serial port by polling.
//
// It may import arch/amd64. It never blocks for ever: a dead UART is noticed
// once and then left alone, and the bytes that it lost are counted.
package uart

import "pxos/kernel/arch/amd64"

// COM1 is the I/O port of the first serial line.
const COM1 = 0x3F8

// Register offsets and bits, PC16550D data sheet, table II.
const (
	regDLL = 0 // divisor latch low, when LCR.DLAB is set
	regDLM = 1
	regIER = 1
	regFCR = 2
	regLCR = 3
	regMCR = 4
	regLSR = 5

	lsrDataReady = 1 << 0
	regSCR       = 7

	lcrDLAB   = 1 << 7
	lcr8N1    = 0x03
	fcrEnable = 0xC7 // FIFO on, both cleared, trigger at 14
	mcrDTRRTS = 0x03
	divisor1  = 1 // 115200 baud
)

// waitLimit bounds the reads of LSR for one character. At 115200 baud a full
// FIFO drains in 1.4 ms and an ISA read takes about 1 us, but an emulated UART
// waits for whoever reads its other end: on a crowded host that took longer
// than 100,000 reads. A UART that is not there is noticed at once.
const waitLimit = 4_000_000

// Port is one serial line.
type Port struct {
	base  uint16
	Alive bool
	// Lost counts characters that were not sent.
	Lost uint64
}

func put(port uint16, c byte, limit uint32) bool

// Open sets a port to 115200 baud, 8N1, FIFO on, no interrupts.
func (p *Port) Open(base uint16) bool {
	p.base = base
	amd64.Outb(base+regSCR, 0x5A) // the scratch register shows whether a UART is there
	if amd64.Inb(base+regSCR) != 0x5A {
		p.Alive = false
		return false
	}
	amd64.Outb(base+regIER, 0)
	amd64.Outb(base+regLCR, lcrDLAB)
	amd64.Outb(base+regDLL, divisor1)
	amd64.Outb(base+regDLM, 0)
	amd64.Outb(base+regLCR, lcr8N1)
	amd64.Outb(base+regFCR, fcrEnable)
	amd64.Outb(base+regMCR, mcrDTRRTS)
	p.Alive = true
	return true
}

// Put sends one character. It gives the port up when the UART stops taking
// characters.
func (p *Port) Put(c byte) {
	if !p.Alive {
		p.Lost++
		return
	}
	if !put(p.base, c, waitLimit) {
		p.Alive = false
		p.Lost++
	}
}

// Get takes a character that has come, if one has.
func (p *Port) Get() (c byte, ok bool) {
	if !p.Alive || amd64.Inb(p.base+regLSR)&lsrDataReady == 0 {
		return 0, false
	}
	return amd64.Inb(p.base), true
}

// EndLoop takes the port out of its loop, where a fault may have found it.
func (p *Port) EndLoop() { amd64.Outb(p.base+regMCR, mcrDTRRTS) }

// Loopback sends a character through the UART's own loop and says whether it
// came back unchanged (PC16550D data sheet, 8.6.7: MCR bit 4).
func (p *Port) Loopback(c byte) bool {
	if !p.Alive {
		return false
	}
	for n := 0; amd64.Inb(p.base+regLSR)&0x40 == 0 && n < waitLimit; n++ {
		amd64.Pause() // let the last character leave before the line is cut
	}
	amd64.Outb(p.base+regMCR, mcrDTRRTS|1<<4)
	p.Put(c)
	got := byte(0)
	for n := 0; n < waitLimit; n++ {
		if amd64.Inb(p.base+regLSR)&1 != 0 {
			got = amd64.Inb(p.base)
			break
		}
	}
	amd64.Outb(p.base+regMCR, mcrDTRRTS)
	return got == c
}
