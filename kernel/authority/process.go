package authority

import (
	"pxos/abi"
	"pxos/kernel/gpu"
	"pxos/kernel/paging"
)

// Create makes a process with an address space, allowed so many extents of RAM and
// pages of VRAM, and gives its handle.
func (k *Keeper) Create(extents, pages uint64) (uint32, gpu.Error) {
	s := k.free()
	if s == nil {
		return 0, gpu.ErrMap
	}
	if k.MapError = s.Tables.NewSpace(k.Tables); k.MapError != paging.OK {
		return 0, gpu.ErrMap
	}
	r, err := k.GPU.System(abi.KernelProcess, abi.CallProcessCreate, extents, pages, s.Tables.Root)
	if err != gpu.OK {
		s.Tables.Free()
		return 0, err
	}
	s.Process = uint32(r.Value)
	return s.Process, gpu.OK
}

func (k *Keeper) free() *Space {
	for i := range k.spaces {
		if k.spaces[i].Process == 0 {
			return &k.spaces[i]
		}
	}
	return nil
}

// Space gives a process' address space, nil if it has none.
func (k *Keeper) Space(process uint32) *paging.Tables {
	if s := k.find(process); s != nil {
		return &s.Tables
	}
	return nil
}

// Map asks, on behalf of a process, for an extent with rights and maps it at virt.
// The capability and its physical address are given.
func (k *Keeper) Map(process uint32, virt, rights uint64) (gpu.Reply, gpu.Error) {
	s := k.find(process)
	if s == nil {
		return gpu.Reply{}, gpu.ErrRefused
	}
	r, err := k.GPU.System(process, abi.CallExtent, abi.AnyExtent, rights, 0)
	if err != gpu.OK {
		return r, err
	}
	f := paging.Flags{Write: rights&abi.RightWrite != 0, User: true}
	if k.MapError = s.Tables.Map(virt, r.Extra, abi.ExtentBytes, f); k.MapError != paging.OK {
		k.GPU.System(process, abi.CallReturn, r.Value, 0, 0)
		return r, gpu.ErrMap
	}
	return r, gpu.OK
}

// End ends a process; what it held is let go of at once.
func (k *Keeper) End(process uint32) gpu.Error {
	if _, err := k.GPU.System(abi.KernelProcess, abi.CallProcessEnd, uint64(process), 0, 0); err != gpu.OK {
		return err
	}
	return k.Poll()
}
