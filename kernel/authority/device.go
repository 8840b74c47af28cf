package authority

import (
	"pxos/abi"
	"pxos/kernel/gpu"
	"pxos/kernel/pci"
	"pxos/kernel/virtio"
)

// Registers names the ranges of devices to the GPU, claims those that the kernel has
// mapped, and seals the list. The GPU's own BAR is two ranges: registers and rings,
// and VRAM, which may be mapped write-combining.
func (k *Keeper) Registers(b *pci.Bus, localAPIC uint64) gpu.Error {
	if err := k.add(localAPIC, 0x1000, abi.DevicePlatform<<24, true); err != gpu.OK {
		return err
	}
	if base, size := b.Window(); size != 0 {
		if err := k.add(base, size, abi.DevicePlatform<<24, true); err != gpu.OK {
			return err
		}
	}
	for i := 0; i < b.Count; i++ {
		if err := k.function(&b.Devices[i]); err != gpu.OK {
			return err
		}
	}
	_, err := k.GPU.System(abi.KernelProcess, abi.CallSeal, 0, 0, 0)
	return err
}

// function adds the BARs of a PCI function. A BAR of less than a page shares its
// page with others, so nobody can be granted it.
func (k *Keeper) function(d *pci.Device) gpu.Error {
	where := uint64(d.Bus)<<8 | uint64(d.Slot)<<3 | uint64(d.Function)
	for i := range d.BARs {
		bar := &d.BARs[i]
		if bar.IO || bar.Base == 0 || bar.Size < 0x1000 {
			continue
		}
		what := where | uint64(i)<<16
		if bar.Base == k.GPU.Base {
			if err := k.add(bar.Base, abi.VRAMAllocBase, what, true); err != gpu.OK {
				return err
			}
			if err := k.add(bar.Base+abi.VRAMAllocBase, bar.Size-abi.VRAMAllocBase, what|abi.DeviceCombining<<24, true); err != gpu.OK {
				return err
			}
			continue
		}
		if bar.Prefetch {
			what |= abi.DeviceCombining << 24
		}
		if err := k.add(bar.Base, bar.Size, what, driven(d)); err != gpu.OK {
			return err
		}
		if isScreen(d) && i == 0 {
			k.Screen = k.claimed
		}
	}
	return gpu.OK
}

// driven says whether the kernel has a driver for a function, which will want its BARs.
func driven(d *pci.Device) bool {
	if d.Vendor == virtio.Vendor {
		return d.ID == virtio.NetworkID || d.ID == virtio.ShareID
	}
	return d.Vendor == abi.PCIVendorPXGPU && d.ID == abi.PCIDevicePXGPU || isScreen(d)
}

func isScreen(d *pci.Device) bool {
	return d.Vendor == abi.PCIVendorScreen && d.ID == abi.PCIDeviceScreen
}

func (k *Keeper) add(base, size, what uint64, claim bool) gpu.Error {
	row, err := k.GPU.System(abi.KernelProcess, abi.CallDeviceAdd, base, size, what)
	if err != gpu.OK {
		return err
	}
	k.Devices++
	if what>>24&abi.DevicePlatform == 0 {
		k.DeviceBytes += size
	}
	if !claim {
		return gpu.OK
	}
	k.Claimed++
	r, err := k.GPU.System(abi.KernelProcess, abi.CallDeviceClaim, row.Value, abi.RightRead|abi.RightWrite|abi.RightGrant, 0)
	k.claimed = r.Value
	return err
}
