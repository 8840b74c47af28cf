// Package authority is the kernel's side of the GPU's authority: it asks for what
// the kernel may reach, maps what was granted and nothing else, keeps the address
// spaces of processes, and lets go of what is revoked.
//
// It may import abi, acpi, apic, bootinfo, frame, gpu, paging, pci, phys and virtio. Invariant:
// every mapping made here is covered by a capability that was granted before, and
// is gone before the capability is given back or its revocation acknowledged.
// docs/authority.md has the rules.
package authority

import (
	"pxos/abi"
	"pxos/kernel/bootinfo"
	"pxos/kernel/frame"
	"pxos/kernel/gpu"
	"pxos/kernel/paging"
)

// Boot is what the kernel has before it asks.
var Boot = frame.Extent{Start: abi.BootExtent * abi.ExtentBytes, End: (abi.BootExtent + 1) * abi.ExtentBytes}

// MaxSpaces bounds the processes that have an address space at one time.
const MaxSpaces = 64

// Keeper holds the kernel's grants.
type Keeper struct {
	GPU      *gpu.GPU
	Frames   *frame.Allocator
	Tables   *paging.Tables
	Info     *bootinfo.Info
	Segments []paging.Segment

	Extents     uint64 // of RAM that the kernel holds, the boot extent and the firmware's included
	Devices     uint64 // ranges that the GPU knows
	DeviceBytes uint64 // of those on the PCI bus
	Claimed     uint64 // of them, held by the kernel
	Screen      uint64 // capability of the screen's pixels
	claimed     uint64 // the last that was claimed
	Revoked     uint64 // revocations acknowledged
	MapError    paging.Error
	Owners      [abi.MaxExtents]Owner // of RAM, as far as the kernel itself has it
	acked       uint32
	spaces      [MaxSpaces]Space
}

// Owner says what the kernel has an extent for.
type Owner uint8

// Owners of extents. Those of processes are told by their address spaces.
const (
	OwnerNone     Owner = iota
	OwnerFree           // RAM that is nobody's
	OwnerKernel         // for itself
	OwnerFirmware       // to read the firmware's tables
	OwnerFiles          // to read what the loader left
	OwnerDevice         // no RAM: a device's memory
	OwnerProcess        // and a process' number added
)

// own notes what an extent is for.
func (k *Keeper) own(base uint64, o Owner) {
	if n := base / abi.ExtentBytes; n < abi.MaxExtents {
		k.Owners[n] = o
	}
}

// Space is the address space of a process.
type Space struct {
	Process uint32 // 0: this place is free
	Tables  paging.Tables
}

// Open tells the GPU where the kernel's page tables are.
func (k *Keeper) Open() gpu.Error {
	k.acked, k.Revoked = 0, 0
	k.Extents = 2
	k.own(abi.FirmwareExtent*abi.ExtentBytes, OwnerFirmware)
	k.own(abi.BootExtent*abi.ExtentBytes, OwnerKernel)
	_, err := k.GPU.System(abi.KernelProcess, abi.CallProcessRoot, abi.KernelProcess, k.Tables.Root, 0)
	return err
}

// Grow asks for so many extents of RAM and adds them to the direct map and to the
// frames that can be had. It stops at the first that is refused.
func (k *Keeper) Grow(extents int) gpu.Error {
	for i := 0; i < extents; i++ {
		const rights = abi.RightRead | abi.RightWrite | abi.RightGrant
		r, err := k.GPU.System(abi.KernelProcess, abi.CallExtent, abi.AnyExtent, rights, 0)
		if err != gpu.OK {
			return err
		}
		k.Extents++
		k.own(r.Extra, OwnerKernel)
		e := frame.Extent{Start: r.Extra, End: r.Extra + abi.ExtentBytes}
		if k.MapError = k.Tables.AddRAM(k.Info, k.Segments, e); k.MapError != paging.OK {
			return gpu.ErrMap
		}
		if !k.Frames.Add(e) {
			return gpu.ErrMap
		}
	}
	return gpu.OK
}

// Firmware asks for the right to read the extents in which the firmware's tables
// lie that are mapped.
func (k *Keeper) Firmware(extents []uint64) gpu.Error {
	for i := range extents {
		_, err := k.GPU.System(abi.KernelProcess, abi.CallExtent, extents[i], abi.RightRead, 0)
		if err == gpu.ErrRefused && k.GPU.LastCode == abi.ErrNotFound {
			continue // not RAM: ROM, which nobody can own
		}
		if err == gpu.ErrRefused && k.GPU.LastCode == abi.ErrOwned {
			continue // the first extent, or one that was had already
		}
		if err != gpu.OK {
			return err
		}
		k.Extents++
		k.own(extents[i], OwnerFirmware)
	}
	return gpu.OK
}

// Poll lets go of what was revoked: the mappings first, on this processor and in the
// tables, then the acknowledgement.
func (k *Keeper) Poll() gpu.Error {
	for {
		v, ok := k.GPU.NextRevocation(k.acked + 1)
		if !ok {
			return gpu.OK
		}
		k.letGo(&v)
		if _, err := k.GPU.System(abi.KernelProcess, abi.CallRevokeAck, uint64(k.acked+1), 0, 0); err != gpu.OK {
			return err
		}
		k.acked++
		k.Revoked++
	}
}

// letGo takes mappings away. What a process held goes with all of its user half;
// where one capability was taken, the pages of its object go.
func (k *Keeper) letGo(v *gpu.Revocation) {
	s := k.find(v.Holder)
	if s == nil {
		return
	}
	if v.Kind == abi.RevokeProcess {
		s.Tables.Drop()
		k.Tables.Reload()
		s.Tables.Free()
		s.Process = 0
		return
	}
	s.Tables.Forget(v.Base, v.Bytes)
	k.Tables.Reload()
}

func (k *Keeper) find(process uint32) *Space {
	for i := range k.spaces {
		if k.spaces[i].Process == process && process != abi.KernelProcess {
			return &k.spaces[i]
		}
	}
	return nil
}

// Read asks for the right to read [base, base+size) of RAM, a file that the loader
// left, and maps it in the direct map for reading.
func (k *Keeper) Read(base, size uint64) gpu.Error {
	first, last := base&^(abi.ExtentBytes-1), base+size-1
	for e := first; e <= last; e += abi.ExtentBytes {
		_, err := k.GPU.System(abi.KernelProcess, abi.CallExtent, e, abi.RightRead, 0)
		if err == gpu.ErrRefused && k.GPU.LastCode == abi.ErrOwned {
			continue // firmware's tables lie in the same extent: it is ours to read
		}
		if err != gpu.OK {
			return err
		}
		k.Extents++
		k.own(e, OwnerFiles)
	}
	if k.MapError = k.Tables.MapFile(base, size); k.MapError != paging.OK {
		return gpu.ErrMap
	}
	return gpu.OK
}
