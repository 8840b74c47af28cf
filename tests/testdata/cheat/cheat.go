package main

import (
	"pxos/abi"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/frame"
	"pxos/kernel/gpu"
	"pxos/kernel/paging"
	"pxos/kernel/phys"
)

// A kernel that cheats: with "cheat=N" on the command line it maps what the GPU did
// not grant, in one of many ways. tests/cheat_test.go puts this file into a copy of
// the kernel and has the audit find each.

const (
	userBase   = 0x0000_0000_4000_0000
	kernelBase = 0xFFFF_C900_0000_0000 // nobody else's addresses
	lonely     = 96 << 20              // RAM that nobody was granted
	nowhere    = 12 << 30              // no RAM and no device
	step       = 4 << 20
)

var thief, victim uint32

func cheat() {
	n, given := info.Uint("cheat")
	if !given {
		return
	}
	// A page of ours, so that all processes share the tables of these addresses.
	alias(&tables, kernelBase, frames.Alloc(), paging.Flags{Write: true})
	thief, victim = newProcess(), newProcess()
	for k := uint64(1); k <= 19; k++ {
		if n == k || n == 100 {
			plant(k)
		}
	}
	if n == 200 {
		silence()
	}
}

// silence ends a process and never acknowledges that its memory is let go of.
func silence() {
	device.System(abi.KernelProcess, abi.CallProcessEnd, uint64(thief), 0, 0)
	for {
		amd64.Pause()
	}
}

// newProcess makes a process that has 2 MiB at userBase, by the rules.
func newProcess() uint32 {
	p, err := keeper.Create(8, 8)
	if err != gpu.OK {
		refuse("no process for the cheat", err.String())
	}
	if _, err := keeper.Map(p, userBase, abi.RightRead|abi.RightWrite|abi.RightGrant); err != gpu.OK {
		refuse("no memory for the cheat", err.String())
	}
	return p
}

func plant(k uint64) {
	space := keeper.Space(thief)
	user, kernel := userBase+k*step, uint64(kernelBase)+k*step
	switch k {
	case 1: // memory of nobody, in the kernel
		alias(&tables, kernel, lonely, paging.Flags{Write: true})
	case 2: // written, though granted for reading
		keeper.Map(thief, user, abi.RightRead)
		*leaf(space.Root, user) |= paging.PTE_RW
	case 3: // executed, though granted for reading
		keeper.Map(thief, user, abi.RightRead)
		*leaf(space.Root, user) &^= paging.PTE_NX
	case 4: // written and executed: the kernel's own text
		alias(&tables, kernel, abi.ExtentBytes, paging.Flags{Exec: true})
		*leaf(tables.Root, kernel) |= paging.PTE_RW
	case 5: // memory of nobody, in a process
		alias(space, user, lonely+abi.ExtentBytes, paging.Flags{Write: true, User: true})
	case 6: // another process' memory
		alias(space, user, physical(keeper.Space(victim), userBase), paging.Flags{User: true})
	case 7: // a grant that was revoked, and not yet let go of
		stale(space, user)
	case 8: // a device that was not claimed
		alias(&tables, kernel, unclaimed(), paging.Flags{Write: true, Type: paging.Uncached})
	case 9: // registers in the cache
		alias(&tables, kernel, device.Base, paging.Flags{Write: true, Type: paging.WriteBack})
	case 10: // memory past the cache
		alias(&tables, kernel, frames.Alloc(), paging.Flags{Write: true, Type: paging.Uncached})
	case 11: // page tables that the GPU was not told of
		secret := frames.Alloc()
		copy(phys.Table(secret)[:], phys.Table(tables.Root)[:])
		amd64.WriteCR3(secret)
	case 12: // its own page tables, writable for a process
		alias(space, user, space.Root, paging.Flags{Write: true, User: true})
	case 13: // nothing
		alias(&tables, kernel, nowhere, paging.Flags{})
	case 14: // the identity map
		alias(&tables, abi.ExtentBytes, abi.ExtentBytes, paging.Flags{})
	case 15: // the kernel's memory, for ring 3
		pa := frames.Alloc()
		for pa&(abi.ExtentBytes-1) != 0 { // up to an extent without page tables: it is mapped as one page
			pa = frames.Alloc()
		}
		open(tables.Root, phys.Virt(pa))
	case 16: // a bit that must be 0
		phys.Table(space.Root)[7] = 1<<51 | paging.PTE_P | paging.PTE_US
	case 17: // a kernel half of its own
		phys.Table(space.Root)[399] = frames.Alloc() | paging.PTE_P | paging.PTE_RW
	case 18: // a process' memory, in the kernel
		alias(&tables, kernel, physical(keeper.Space(victim), userBase), paging.Flags{Write: true})
	case 19: // page tables in memory of nobody
		phys.Table(space.Root)[9] = lonely + 2*abi.ExtentBytes | paging.PTE_P | paging.PTE_RW | paging.PTE_US
	}
}

// alias maps a page where the rules have no say.
func alias(t *paging.Tables, virt, pa uint64, f paging.Flags) {
	if pa == frame.None || t.Map(virt, pa, phys.PageBytes, f) != paging.OK {
		refuse("the cheat could not be planted", "")
	}
}

func physical(t *paging.Tables, virt uint64) uint64 {
	pa, ok := t.Translate(virt)
	if !ok {
		refuse("the cheat's victim has no memory", "")
	}
	return pa
}

// leaf is the entry that translates an address that is mapped.
func leaf(root, virt uint64) *uint64 {
	table := phys.Table(root)
	for shift := uint(39); ; shift -= 9 {
		e := &table[virt>>shift&511]
		if shift == 12 || *e&paging.PTE_PS != 0 {
			return e
		}
		table = phys.Table(*e & paging.AddrMask)
	}
}

// open lets ring 3 use a page, at every level.
func open(root, virt uint64) {
	table := phys.Table(root)
	for shift := uint(39); ; shift -= 9 {
		e := &table[virt>>shift&511]
		*e |= paging.PTE_US
		if shift == 12 || *e&paging.PTE_PS != 0 {
			return
		}
		table = phys.Table(*e & paging.AddrMask)
	}
}

// stale lends memory to the thief and takes it back, all but the mapping.
func stale(space *paging.Tables, user uint64) {
	mine, err := device.System(abi.KernelProcess, abi.CallExtent, abi.AnyExtent, abi.RightRead|abi.RightGrant, 0)
	if err != gpu.OK {
		refuse("nothing to lend", "")
	}
	lent, err := device.System(abi.KernelProcess, abi.CallDerive, mine.Value, uint64(thief), abi.RightRead)
	if err != gpu.OK {
		refuse("nothing was lent", "")
	}
	alias(space, user, mine.Extra, paging.Flags{User: true})
	device.System(abi.KernelProcess, abi.CallRevoke, lent.Value, 0, 0)
}

// unclaimed is a device's memory that the kernel did not claim.
func unclaimed() uint64 {
	for i := 0; i < bus.Count; i++ {
		if bus.Devices[i].Vendor == abi.PCIVendorPXGPU {
			continue
		}
		for k := range bus.Devices[i].BARs {
			b := &bus.Devices[i].BARs[k]
			if !b.IO && b.Size >= 0x1000 && b.Base != 0 && b.Base != device.Base {
				return b.Base
			}
		}
	}
	return frame.None
}
