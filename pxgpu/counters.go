package pxgpu

import (
	"encoding/binary"
	"sync/atomic"

	"pxos/abi"
)

type counters struct {
	connected                    atomic.Bool
	doorbells, wakes, parks      atomic.Uint64
	ringCommands                 atomic.Uint64
	lostInterrupts               atomic.Uint64
	kernels, runaways            atomic.Uint64
	commandsBefore, failedBefore atomic.Uint64 // of the time before the last reset
}

// keep saves the runtime's counters before a reset clears them.
func (c *counters) keep(d *Device) {
	commands, failed := d.counted()
	c.commandsBefore.Add(commands)
	c.failedBefore.Add(failed)
}

// counted are the commands since the last reset: all, and those that failed.
func (d *Device) counted() (commands, failed uint64) {
	if d.last != nil {
		return 0, 0 // keep has them
	}
	state := d.bytes[abi.StateBase:]
	return binary.LittleEndian.Uint64(state[abi.StateCommands:]), binary.LittleEndian.Uint64(state[abi.StateFailed:])
}

// Stats counts what a device did since it was made.
type Stats struct {
	Connected      bool   `json:"connected"`
	Commands       uint64 `json:"commands"`      // by register and ring, failed ones included
	RingCommands   uint64 `json:"ring_commands"` // by ring
	Errors         uint64 `json:"errors"`        // commands that failed
	Doorbells      uint64 `json:"doorbells"`
	Spins          uint64 `json:"spins"`    // times the poller was woken
	Parks          uint64 `json:"parks"`    // times it went to sleep again
	Kernels        uint64 `json:"kernels"`  // programs that the host ran
	Runaways       uint64 `json:"runaways"` // of them, ended by force
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
	commands, failed := d.counted()
	d.unlock()
	c := &d.counters
	return Stats{
		Connected: c.connected.Load(),
		Commands:  commands + c.commandsBefore.Load(), RingCommands: c.ringCommands.Load(),
		Errors:    failed + c.failedBefore.Load(),
		Doorbells: c.doorbells.Load(), Spins: c.wakes.Load(), Parks: c.parks.Load(),
		Kernels: c.kernels.Load(), Runaways: c.runaways.Load(), Interrupts: d.msix.Sent(), LostInterrupts: c.lostInterrupts.Load(),
		TrappedReads: d.server.Traps.Reads.Load(), TrappedWrites: d.server.Traps.Writes.Load(),
		Resets: d.server.Traps.Resets.Load(), ConsoleDropped: d.console.dropped.Load(),
	}
}

// QueueDepth is how many submissions wait on each ring, those in work included; nil
// once the device is closed.
func (d *Device) QueueDepth() []int {
	d.lock()
	defer d.unlock()
	if d.last != nil {
		return nil
	}
	le := binary.LittleEndian
	out := make([]int, d.rings())
	for i := range out {
		served := le.Uint32(d.bytes[abi.StateBase+abi.StateServed+4*i:])
		base := abi.RingBase + i*abi.RingBlockBytes + abi.RingSQEntries
		for n := served; n-served < abi.RingEntries; n++ {
			if le.Uint32(d.bytes[base+int(n%abi.RingEntries)*abi.RingEntryBytes+abi.SQESeq:]) != n+1 {
				break
			}
			out[i]++
		}
	}
	return out
}

func (d *Device) rings() int {
	return int(binary.LittleEndian.Uint32(d.bytes[abi.StateBase+abi.StateRings:]))
}
