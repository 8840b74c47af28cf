package selftest

import (
	"pxos/abi"
	"pxos/kernel/gpu"
	"pxos/kernel/paging"
	"pxos/kernel/phys"
	"pxos/kernel/trap"
)

// userArea is where the test's process has its memory.
const userArea = 0x0000_0000_4000_0000

func (m *Machine) authority() {
	var c check
	c.that(m.KeeperError == gpu.OK, m.KeeperError.String())
	if m.KeeperError == gpu.OK {
		m.onlyGranted(&c)
		m.refusedByGPU(&c)
		m.process(&c)
	}
	c.report(abi.TestAuthority)
}

// onlyGranted looks for RAM that the kernel can reach and nobody granted.
func (m *Machine) onlyGranted(c *check) {
	granted, reached := uint64(0), uint64(0)
	for e := uint64(0); e < abi.MaxExtents; e++ {
		pa := e * abi.ExtentBytes
		if !m.isRAM(pa + abi.ExtentBytes/2) {
			continue
		}
		if _, level := m.Tables.Walk(phys.Virt(pa + abi.ExtentBytes/2)); level != 0 {
			reached++
		}
	}
	granted = m.Keeper.Extents
	c.that(reached <= granted, "more RAM is mapped than the GPU granted")
	last := m.lastRAM()
	_, ok := trap.ProbeRead(phys.Virt(last))
	c.that(!ok, "RAM that was not granted can be read")
}

// lastRAM is an address near the end of RAM, far from what is granted first.
func (m *Machine) lastRAM() uint64 {
	last := uint64(0)
	for i := 0; i < m.Info.RegionCount; i++ {
		if r := &m.Info.Regions[i]; m.isRAM(r.Base) && r.Length >= abi.ExtentBytes && r.Base >= 1<<20 {
			last = max(last, r.End()-abi.ExtentBytes/2)
		}
	}
	return last &^ 7
}

// refused asks for what must be refused, with the code that it gives.
func (m *Machine) refused(c *check, process uint32, call, a, b, d uint64, code uint32, otherwise string) {
	_, err := m.GPU.System(process, call, a, b, d)
	c.that(err == gpu.ErrRefused && m.GPU.LastCode == code, otherwise)
}

func (m *Machine) refusedByGPU(c *check) {
	const k = abi.KernelProcess
	m.refused(c, k, abi.CallExtent, Boot, abi.RightRead, 0, abi.ErrOwned, "the boot extent was granted twice")
	m.refused(c, k, abi.CallExtent, 0x1000, abi.RightRead, 0, abi.ErrArgument, "a misaligned extent was granted")
	m.refused(c, k, abi.CallExtent, abi.AnyExtent, abi.RightWrite, 0, abi.ErrArgument, "an extent was granted for writing alone")
	m.refused(c, k, abi.CallReturn, 99<<32|0, 0, 0, abi.ErrCapability, "a stale capability was taken")
	m.refused(c, k, abi.CallReturn, 1<<32|0xFFF, 0, 0, abi.ErrCapability, "a forged capability was taken")
	m.refused(c, k, abi.CallDeviceAdd, 0xFEC00000, 0x1000, 0, abi.ErrSealed, "a device was added after the list was sealed")
	m.refused(c, k, abi.CallRevokeAck, 1, 0, 0, abi.ErrArgument, "a revocation that never was could be acknowledged")
	m.refused(c, 0x0105, abi.CallVersion, 0, 0, 0, abi.ErrProcess, "a process that does not live was served")
}

// Boot is the kernel's own extent.
const Boot = abi.BootExtent * abi.ExtentBytes

// process takes one through its life: memory, a quota, a revocation, the end.
func (m *Machine) process(c *check) {
	k := m.Keeper
	before, revoked := m.Frames.Free, k.Revoked
	p, err := k.Create(1, 1)
	c.that(err == gpu.OK, "a process could not be made")
	if err != gpu.OK {
		return
	}
	grant, err := k.Map(p, userArea, abi.RightRead|abi.RightWrite|abi.RightGrant)
	c.that(err == gpu.OK, "a process' memory could not be mapped")
	m.refused(c, p, abi.CallExtent, abi.AnyExtent, abi.RightRead, 0, abi.ErrQuota, "a process got more memory than its quota")
	m.refused(c, abi.KernelProcess, abi.CallReturn, grant.Value, 0, 0, abi.ErrCapability, "the kernel could give back a process' memory")
	_, level := m.Tables.Walk(phys.Virt(grant.Extra))
	c.that(level == 0, "the kernel has a process' memory mapped")
	space := k.Space(p)
	entry, level := space.Walk(userArea)
	c.that(level == paging.LevelPD && entry&paging.PTE_US != 0 && entry&paging.PTE_NX != 0, "a process' memory is mapped with other rights")
	m.lend(c, p)
	m.refused(c, p, abi.CallProcessEnd, uint64(p), 0, 0, abi.ErrRights, "a process could end itself")
	c.that(k.End(p) == gpu.OK, "a process could not be ended")
	c.that(k.Revoked == revoked+2, "revocations were not acknowledged")
	m.refused(c, p, abi.CallVersion, 0, 0, 0, abi.ErrProcess, "a process that ended was served")
	again, err := m.GPU.System(abi.KernelProcess, abi.CallExtent, grant.Extra, abi.RightRead, 0)
	c.that(err == gpu.OK, "the memory of a process that ended is not free")
	_, err = m.GPU.System(abi.KernelProcess, abi.CallReturn, again.Value, 0, 0)
	c.that(err == gpu.OK, "an extent could not be given back")
	m.refused(c, abi.KernelProcess, abi.CallReturn, again.Value, 0, 0, abi.ErrCapability, "an extent was given back twice")
	c.that(m.Frames.Free == before, "frames of a process that ended were lost")
}

// lend gives the process the right to read memory of the kernel's, and takes it back.
func (m *Machine) lend(c *check, p uint32) {
	k := m.Keeper
	mine, err := m.GPU.System(abi.KernelProcess, abi.CallExtent, abi.AnyExtent, abi.RightRead|abi.RightGrant, 0)
	c.that(err == gpu.OK, "no extent to lend")
	m.refused(c, abi.KernelProcess, abi.CallDerive, mine.Value, uint64(p), abi.RightRead|abi.RightWrite, abi.ErrRights, "more was lent than is owned")
	lent, err := m.GPU.System(abi.KernelProcess, abi.CallDerive, mine.Value, uint64(p), abi.RightRead)
	c.that(err == gpu.OK, "an extent could not be lent")
	space := k.Space(p)
	c.that(space.Map(userArea+abi.ExtentBytes, mine.Extra, abi.ExtentBytes, paging.Flags{User: true}) == paging.OK, "lent memory could not be mapped")
	m.refused(c, abi.KernelProcess, abi.CallReturn, mine.Value, 0, 0, abi.ErrBusy, "memory that is lent was given back")
	_, err = m.GPU.System(abi.KernelProcess, abi.CallRevoke, lent.Value, 0, 0)
	c.that(err == gpu.OK && m.GPU.Revoked != 0, "what was lent could not be revoked")
	c.that(k.Poll() == gpu.OK, "a revocation could not be acknowledged")
	_, level := space.Walk(userArea + abi.ExtentBytes)
	c.that(level == 0, "what was revoked is still mapped")
	_, level = space.Walk(userArea)
	c.that(level != 0, "a revocation took more than its object")
	m.refused(c, p, abi.CallQuery, lent.Value, 0, 0, abi.ErrCapability, "a revoked capability still counts")
	_, err = m.GPU.System(abi.KernelProcess, abi.CallReturn, mine.Value, 0, 0)
	c.that(err == gpu.OK, "an extent could not be given back")
}
