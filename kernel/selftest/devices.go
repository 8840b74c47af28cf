package selftest

import (
	"pxos/abi"
	"pxos/kernel/apic"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/gpu"
	"pxos/kernel/pci"
	"pxos/kernel/report"
	"pxos/kernel/trap"
)

func (m *Machine) serial() {
	var c check
	port := report.Port()
	c.that(port.Alive, "COM1 stopped taking characters")
	c.that(port.Loopback('p'), "a character came back changed from the UART's loop")
	c.that(port.Loopback('X'), "a character came back changed from the UART's loop")
	c.that(port.Lost == 0, "characters were lost")
	c.report(abi.TestSerial)
}

func (m *Machine) exceptions() {
	var c check
	for i := 0; i < 3; i++ {
		c.that(trap.Breakpoint(), "#BP did not come back")
	}
	_, ok := trap.ProbeRead(0x0000800000000000)
	c.that(!ok, "a non-canonical address could be read")
	c.that(trap.LastProbeVector() == trap.VectorGeneral, "a non-canonical address did not raise #GP")
	_, ok = trap.ProbeRead(testArea)
	c.that(!ok, "an unmapped address could be read")
	c.that(trap.LastProbeVector() == trap.VectorPageFault, "an unmapped address did not raise #PF")
	c.that(amd64.ReadCR2() == testArea, "CR2 is not the address of the page fault")
	var table [10]byte
	amd64.Sgdt(&table)
	c.that(tableLimit(&table) == amd64.SelectorTSS+16-1, "the GDT's limit is not the end of its last descriptor")
	amd64.Sidt(&table)
	c.that(tableLimit(&table) == 256*16-1, "the IDT's limit is not the end of its last gate")
	value, ok := trap.ProbeRead(m.StackLo)
	c.that(ok || value == 0, "the stack's last word cannot be read")
	c.report(abi.TestException)
}

// tableLimit is the limit in what SGDT and SIDT store.
func tableLimit(table *[10]byte) int { return int(table[0]) | int(table[1])<<8 }

// Limits of the timer test: enough ticks to show that the first one was
// acknowledged, and a bound on the wait in looks at the counter.
const (
	timerTicks     = 5
	timerCount     = 20_000 // APIC clocks over 16 between ticks
	timerSpinLimit = 6_000_000
)

func (m *Machine) timer() {
	var c check
	c.that(m.APIC.TSCHertz != 0, "the 8254 did not answer")
	before := trap.TickCount()
	m.APIC.StartTimer(trap.VectorTimer, timerCount)
	amd64.Sti()
	for n := 0; n < timerSpinLimit && trap.TickCount() < before+timerTicks; n++ {
		amd64.Pause()
	}
	amd64.Cli()
	m.APIC.StopTimer()
	ticks := trap.TickCount() - before
	c.that(ticks != 0, "the timer never ticked")
	c.that(ticks != 1, "the timer ticked once and then fell silent")
	c.that(ticks >= timerTicks, "the timer stopped ticking")
	c.that(m.APIC.InService() == 0, "an interrupt was never acknowledged")
	c.that(trap.Strays() == 0, "an interrupt came that nobody asked for")
	c.that(apic.PICMasked(), "a line of the legacy interrupt controllers is not masked")
	c.that(trap.OpenHandlers() == 0, "an interrupt handler ran with interrupts let in")
	c.report(abi.TestTimer)
}

func (m *Machine) pci() {
	var c check
	c.that(m.Bus.Count > 0, "no PCI function was found")
	c.that(m.Bus.Dropped == 0, "there are more PCI functions than the kernel keeps")
	for i := 0; i < m.Bus.Count; i++ {
		d := &m.Bus.Devices[i]
		c.that(d.Vendor != 0xFFFF, "a function that is not there was kept")
		for k := range d.BARs {
			checkBAR(&c, &d.BARs[k])
		}
	}
	first := &m.Bus.Devices[0]
	c.that(first.Class>>8 == 0x0600, "00:00.0 is no host bridge")
	c.report(abi.TestPCI)
}

func checkBAR(c *check, b *pci.BAR) {
	if b.Size == 0 {
		return
	}
	c.that(b.Size&(b.Size-1) == 0, "a BAR's size is no power of two")
	c.that(b.Base&(b.Size-1) == 0, "a BAR's address is no multiple of its size")
}

func (m *Machine) mailbox() {
	var c check
	c.that(m.GPUError == gpu.OK, m.GPUError.String())
	if m.GPUError == gpu.OK {
		m.registers(&c)
		m.ring(&c)
	}
	c.report(abi.TestMailbox)
}

// registers drives the bring-up interface.
func (m *Machine) registers(c *check) {
	g := m.GPU
	_, err := g.Command(abi.OpUARTWrite, 1, '!')
	c.that(err == gpu.OK, "UART_WRITE failed")
	version, err := g.Command(abi.OpSyscall, 1, abi.CallVersion)
	c.that(err == gpu.OK && version == abi.MailboxVersion, "SYSCALL version failed")
	_, err = g.Command(0x10, 1, 0)
	c.that(err == gpu.ErrRefused && g.LastCode == abi.ErrOpcode, "an unknown opcode was not refused")
	_, err = g.Command(abi.OpGPUExecute, 1, 0x7FFF)
	c.that(err == gpu.ErrRefused && g.LastCode == abi.ErrNoProgram, "a program that is not there was run")
}

// ring drives the same by the ring, and memory.
func (m *Machine) ring(c *check) {
	g := m.GPU
	for i := uint64(0); i < abi.RingEntries+3; i++ { // once around and on
		result, err := g.Call(abi.OpGPUExecute, abi.ProgramPing, i, 0)
		if err != gpu.OK || result != i+1 {
			c.that(false, err.String())
			return
		}
	}
	c.that(true, "")
	at, err := g.Call(abi.OpAlloc, 4, 0, 0)
	c.that(err == gpu.OK && at >= abi.VRAMAllocBase, "ALLOC failed")
	_, err = g.Call(abi.OpMMIOWrite, at+8, 0xC0FFEE, 0)
	c.that(err == gpu.OK, "MMIO_WRITE failed")
	value, err := g.Call(abi.OpMMIORead, at+8, 0, 0)
	c.that(err == gpu.OK && value == 0xC0FFEE, "MMIO_READ gave another value")
	seen, ok := trap.ProbeRead(g.Virt + at + 8)
	c.that(ok && uint32(seen) == 0xC0FFEE, "VRAM seen by the CPU differs from what the GPU wrote")
	_, err = g.Call(abi.OpFree, at, 0, 0)
	c.that(err == gpu.OK, "FREE failed")
	_, err = g.Call(abi.OpFree, at, 0, 0)
	c.that(err == gpu.ErrRefused && g.LastCode == abi.ErrNotFound, "a double FREE was not refused")
	_, err = g.Call(abi.OpMMIORead, at, 0, 0)
	c.that(err == gpu.ErrRefused && g.LastCode == abi.ErrOwner, "VRAM of nobody could be read")
	_, err = g.Call(abi.OpMMIORead, abi.ExtentsBase, 0, 0)
	c.that(err == gpu.ErrRefused && g.LastCode == abi.ErrArgument, "the tables could be read as VRAM")
	_, err = g.Call(abi.OpMMIORead, 1<<40, 0, 0)
	c.that(err == gpu.ErrRefused && g.LastCode == abi.ErrArgument, "an address past VRAM was not refused")
}
