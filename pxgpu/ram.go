package pxgpu

import (
	"pxos/abi"
	"pxos/pxgpu/vfiouser"
)

// ramOf tells which extents are RAM: those that the emulator lets the device reach
// whole, in the memory that the machine boots from. The first one has holes of the
// firmware in it and counts all the same.
func ramOf(t *vfiouser.DMATable) []bool {
	ram := make([]bool, abi.MaxExtents)
	if t == nil {
		return ram
	}
	const boot = abi.BootExtent * abi.ExtentBytes
	covered := uint64(0) // end of what is covered without a gap
	start := uint64(0)
	for _, m := range t.Alike(boot) {
		if m.Address != covered {
			start = m.Address
		}
		covered = m.Address + m.Size
		for e := (start + abi.ExtentBytes - 1) / abi.ExtentBytes; e < abi.MaxExtents && (e+1)*abi.ExtentBytes <= covered; e++ {
			ram[e] = true
		}
	}
	ram[abi.FirmwareExtent] = ram[abi.BootExtent]
	return ram
}
