package main

import (
	"pxos/abi"
	"pxos/kernel/authority"
	"pxos/kernel/bootinfo"
	"pxos/kernel/frame"
	"pxos/kernel/gpu"
	"pxos/kernel/screen"
	"pxos/kernel/terminal"
)

// display is the screen, nil if there is none, or no memory for it. Without it all else is
// the same.
var display *screen.Screen

// openScreen opens the screen, whose registers the GPU has granted with those of all
// devices, and shows what was said up to here.
func openScreen() {
	if keeperErr != gpu.OK {
		return
	}
	for i := 0; i < info.RegionCount; i++ {
		r := &info.Regions[i]
		if r.Kind != bootinfo.KindRAM {
			continue
		}
		first, end := (r.Base+abi.ExtentBytes-1)/abi.ExtentBytes, min(r.End()/abi.ExtentBytes, abi.MaxExtents)
		for e := first; e < end; e++ {
			if keeper.Owners[e] == authority.OwnerNone {
				keeper.Owners[e] = authority.OwnerFree
			}
		}
	}
	if bus.Find(abi.PCIVendorScreen, abi.PCIDeviceScreen, 0) == nil {
		return
	}
	at := frames.AllocRun(screen.Frames)
	if at == frame.None {
		return
	}
	display = screen.At(at)
	if display.Open(&bus, &tables) {
		drawScreen()
	}
}

// drawScreen shows what changed, where no program runs. Of memory, the picture of the
// programs' end stays.
func drawScreen() {
	if display == nil {
		return
	}
	display.Console(&terminal.Main)
	if ring3.Calls > 0 {
		return
	}
	display.Memory(&keeper.Owners, int(keeper.DeviceBytes/abi.ExtentBytes), nil)
}
