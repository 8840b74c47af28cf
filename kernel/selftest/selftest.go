// Package selftest proves, at the end of every start, that what the kernel set
// up behaves as it should: each test counts its checks and those that failed.
//
// It may import every other kernel package. A repair may not touch it: the
// laboratory compares tests and checks before and after.
package selftest

import (
	"pxos/kernel/acpi"
	"pxos/kernel/apic"
	"pxos/kernel/authority"
	"pxos/kernel/bootinfo"
	"pxos/kernel/frame"
	"pxos/kernel/gpu"
	"pxos/kernel/paging"
	"pxos/kernel/pci"
	"pxos/kernel/report"
)

// Machine is what the start has set up and the tests look at.
type Machine struct {
	Info        *bootinfo.Info
	Frames      *frame.Allocator
	Tables      *paging.Tables
	Bus         *pci.Bus
	GPU         *gpu.GPU
	GPUError    gpu.Error
	APIC        *apic.Local
	Firmware    *acpi.Tables
	Keeper      *authority.Keeper
	KeeperError gpu.Error
	Segments    []paging.Segment
	StackLo     uint64
}

// check counts the checks of one test and keeps the first that failed.
type check struct {
	done, failed uint64
	detail       string
}

// that is one check: what must hold, and what to say if it does not.
func (c *check) that(ok bool, otherwise string) {
	c.done++
	if ok {
		return
	}
	if c.failed == 0 {
		c.detail = otherwise
	}
	c.failed++
}

func (c *check) report(name string) {
	report.Test(name, c.done, c.failed, c.detail)
}

// Run runs all tests and writes a report line for each.
func Run(m *Machine) {
	m.serial()
	m.frames()
	m.paging()
	m.exceptions()
	m.timer()
	m.processors()
	m.pci()
	m.mailbox()
	m.authority()
}
