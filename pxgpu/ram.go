package pxgpu

import (
	"pxos/abi"
	"pxos/pxgpu/vfiouser"
)

// ramOf tells which extents are RAM: those that begin in what the emulator lets the
// device reach of the memory that the machine boots from. The last one may not be
// whole: the kernel knows where RAM ends, and the audit takes what lies beyond for
// the hole that it is.
func ramOf(t *vfiouser.DMATable) []bool {
	ram := make([]bool, abi.MaxExtents)
	if t == nil {
		return ram
	}
	for _, m := range t.Alike(abi.BootExtent * abi.ExtentBytes) {
		first := (m.Address + abi.ExtentBytes - 1) / abi.ExtentBytes
		for e := first; e < abi.MaxExtents && e*abi.ExtentBytes < m.Address+m.Size; e++ {
			ram[e] = true
		}
	}
	return ram
}
