package pxgpu

import (
	"sync/atomic"

	"pxos/pxgpu/mailbox"
)

type counters struct {
	connected                    atomic.Bool
	doorbells, wakes, parks      atomic.Uint64
	ringCommands                 atomic.Uint64
	brokenRings, lostInterrupts  atomic.Uint64
	commandsBefore, failedBefore atomic.Uint64 // of the time before the last reset
}

// keep saves the model's counters before a reset clears them.
func (c *counters) keep(m *mailbox.Model) {
	c.commandsBefore.Add(m.Completed())
	c.failedBefore.Add(m.Failed())
}

// Stats counts what a device did since it was made.
type Stats struct {
	Connected      bool   `json:"connected"`
	Commands       uint64 `json:"commands"`      // by register and ring, failed ones included
	RingCommands   uint64 `json:"ring_commands"` // by ring
	Errors         uint64 `json:"errors"`        // commands that failed
	Doorbells      uint64 `json:"doorbells"`
	Spins          uint64 `json:"spins"` // times the poller was woken
	Parks          uint64 `json:"parks"` // times it went to sleep again
	BrokenRings    uint64 `json:"broken_rings"`
	Interrupts     uint64 `json:"interrupts"`
	LostInterrupts uint64 `json:"lost_interrupts"` // the eventfd refused them
	TrappedReads   uint64 `json:"trapped_reads"`
	TrappedWrites  uint64 `json:"trapped_writes"`
	Resets         uint64 `json:"resets"` // by the emulator
	ConsoleDropped uint64 `json:"console_dropped_bytes"`
}

// Stats returns the counters; it may be called at any time.
func (d *Device) Stats() Stats {
	d.lock()
	commands, failed := d.model.Completed(), d.model.Failed()
	d.unlock()
	c := &d.counters
	return Stats{
		Connected: c.connected.Load(),
		Commands:  commands + c.commandsBefore.Load(), RingCommands: c.ringCommands.Load(),
		Errors:    failed + c.failedBefore.Load(),
		Doorbells: c.doorbells.Load(), Spins: c.wakes.Load(), Parks: c.parks.Load(),
		BrokenRings: c.brokenRings.Load(), Interrupts: d.msix.Sent(), LostInterrupts: c.lostInterrupts.Load(),
		TrappedReads: d.server.Traps.Reads.Load(), TrappedWrites: d.server.Traps.Writes.Load(),
		Resets: d.server.Traps.Resets.Load(), ConsoleDropped: d.console.dropped.Load(),
	}
}
