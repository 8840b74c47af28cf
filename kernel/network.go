package main

import (
	"pxos/abi"
	"pxos/kernel/gpu"
	"pxos/kernel/report"
	"pxos/kernel/trap"
	"pxos/kernel/virtio"
)

var network virtio.Net

// openNetwork brings the network card up, if there is one. Its ranges are the kernel's
// by then.
func openNetwork() {
	if keeperErr != gpu.OK || bus.Find(virtio.Vendor, virtio.NetworkID, 0) == nil {
		return
	}
	err := network.Open(&bus, &tables, &frames, local.ID(), trap.VectorDevice)
	report.Begin(abi.ReportNetwork)
	if err != virtio.OK {
		report.String("error", err.String())
	} else {
		for i := range network.MAC {
			report.Uint(macKeys[i], uint64(network.MAC[i]))
		}
	}
	report.End()
}

var macKeys = [6]string{"mac0", "mac1", "mac2", "mac3", "mac4", "mac5"}
