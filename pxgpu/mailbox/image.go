package mailbox

import (
	"encoding/binary"

	"pxos/abi"
)

// image is the tables as bytes; offsets are those of BAR0.
type image []byte

func (b image) put(at int, words ...uint32) {
	for i, w := range words {
		binary.LittleEndian.PutUint32(b[at-abi.TablesBase+4*i:], w)
	}
}

func low(v uint64) uint32  { return uint32(v) }
func high(v uint64) uint32 { return uint32(v >> 32) }

func flag(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// Image is the model's state as the tables that the runtime keeps in VRAM, from
// abi.TablesBase to abi.TablesEnd. Jobs that are idle are left out (zero).
func (m *Model) Image() []byte {
	b := make(image, abi.TablesEnd-abi.TablesBase)
	b.state(m)
	b.perf(&m.perf)
	copy(b[abi.ConsoleBase-abi.TablesBase:], m.output[:])
	copy(b[abi.InputBase-abi.TablesBase:], m.input[:])
	for i := range m.rings {
		if m.rings[i].job.state != abi.JobIdle {
			b.job(abi.JobsBase+i*abi.JobBytes, &m.rings[i].job)
		}
	}
	for i, e := range m.extents {
		b.put(abi.ExtentsBase+i*abi.ExtentEntry, uint32(e.state)|uint32(e.rights)<<8, uint32(e.owner), e.generation, e.references)
	}
	for i, c := range m.capabilities {
		b.put(abi.CapabilitiesBase+i*abi.CapabilityEntry, c.state, c.generation, uint32(c.kind)|uint32(c.rights)<<8,
			uint32(c.holder), c.object, c.parent, c.revocation, c.derived)
	}
	for i, p := range m.processes {
		b.put(abi.ProcessesBase+i*abi.ProcessEntry, p.state, p.generation, uint32(p.parent), p.revocation,
			p.extentQuota, p.extents, p.pageQuota, p.pages, low(p.root), high(p.root), p.capabilities, p.children)
	}
	for i, d := range m.devices {
		b.put(abi.DevicesBase+i*abi.DeviceEntry, d.state, d.what, low(d.base), high(d.base), low(d.bytes), high(d.bytes),
			uint32(d.owner), d.generation)
	}
	for i, p := range m.programs {
		at := abi.ProgramsBase + i*abi.ProgramEntry
		b.put(at, p.state, uint32(p.owner), p.bytes)
		b.put(at+32, p.hash[:]...)
	}
	for i, p := range m.pages {
		if p.taken {
			b.put(abi.PagesBase+i*abi.PageEntry, p.length, uint32(p.owner)+1)
		}
	}
	for i, v := range m.pending {
		b.put(abi.RevocationsBase+i*abi.RevocationEntry, uint32(v.kind)|uint32(v.objectKind)<<8, v.object, low(v.at), high(v.at))
	}
	return b
}

func (b image) state(m *Model) {
	at := func(offset int, words ...uint32) { b.put(abi.StateBase+offset, words...) }
	at(abi.StateStatus, m.status, m.resp, flag(m.halted), m.ended, flag(m.sealed), uint32(len(m.rings)), m.epoch)
	at(abi.StateNow, low(m.now), high(m.now), low(m.commands), high(m.commands), low(m.failed), high(m.failed))
	at(abi.StatePosted, m.posted, m.acked, m.written, m.taken, m.queued, m.pagesFree, uint32(len(m.pages)), m.extentHint, m.slotHint)
	at(abi.StateJobEnd, low(m.jobEnd), high(m.jobEnd))
	for i := range m.rings {
		at(abi.StateServed+4*i, m.rings[i].served)
	}
}

func (b image) perf(p *perf) {
	at := abi.PerfBase
	b.put(at+abi.PerfOpcodes, p.opcodes[:]...)
	b.put(at+abi.PerfErrors, p.errors[:]...)
	b.put(at+abi.PerfCalls, p.calls[:]...)
	b.put(at+abi.PerfLatency, p.latencies[:]...)
	b.put(at+abi.PerfRings, p.rings[:]...)
}

func (b image) job(at int, j *Job) {
	b.put(at, j.state, j.kind, uint32(j.process), j.program, j.length, j.status, j.result, j.cookie)
	b.put(at+abi.JobGroups, j.groups[:]...)
	for i, v := range j.bindings {
		b.put(at+abi.JobBindings+abi.ExecuteBindingBytes*i, v[:]...)
	}
}
