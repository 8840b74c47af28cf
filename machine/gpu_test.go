package machine

import (
	"bytes"
	"testing"

	"pxos/abi"
	"pxos/pxgpu"
)

// TestGPUInEvidence boots with a served pxGPU: it must show in the PCI list
// and in the memory map, and its mapped part must be readable.
func TestGPUInEvidence(t *testing.T) {
	for _, machine := range []string{"q35", "pc"} {
		t.Run(machine, func(t *testing.T) {
			gpu, err := pxgpu.Serve(t.Context(), pxgpu.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer gpu.Close()
			_, e := bootAndInspect(t, Config{Kernel: assemble(t, "exit"), Machine: machine, CPUs: 2, RAMBytes: 512 << 20,
				GPUSocket: gpu.SocketPath(), GPUDied: gpu.Died()})
			if e.Termination != TerminationExit {
				t.Fatalf("ended as %q: %s", e.Termination, e.Message)
			}
			var bar *PCIBAR
			for _, d := range e.PCI {
				if d.Vendor == abi.PCIVendorPXGPU && d.Device == abi.PCIDevicePXGPU && d.Class == abi.PCIClassDisplay<<8 {
					bar = &d.BARs[0]
				}
			}
			if bar == nil || bar.Size != abi.BAR0Size || !bar.Mapped {
				t.Fatalf("no pxGPU with a mapped BAR0 in %+v", e.PCI)
			}
			region, err := readableRegion(e.Regions, bar.Base+abi.VRAMAllocBase)
			if err != nil {
				t.Fatal(err)
			}
			if region.Name != "pxgpu bar 0" || region.Kind != "ramd" {
				t.Errorf("video memory is %+v", region)
			}
			if err := e.Memory.ReadPhys(bar.Base+abi.VRAMAllocBase, make([]byte, 64)); err != nil {
				t.Error(err)
			}
			code := make([]byte, 2)
			if err := e.Memory.ReadPhys(e.Registers[0].RIP-1, code[:1]); err != nil || bytes.Equal(code, []byte{0, 0}) {
				t.Errorf("code at the stop: % x, %v", code, err)
			}
		})
	}
}
