package machine

import (
	"context"
	"errors"
	"sort"
	"strconv"
	"strings"
)

const maxRegions = 1 << 16

var errNoMemoryMap = errors.New("no flat view of the address space memory in the emulator's answer")

// parseMemoryMap reads "info mtree -f" and returns the flat view of address
// space "memory", which the CPUs see outside system management mode.
func parseMemoryMap(text string) ([]MemoryRegion, error) {
	var regions []MemoryRegion
	wanted, found := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "FlatView #"):
			if found {
				return sorted(regions)
			}
			wanted = false
		case strings.HasPrefix(line, ` AS "memory"`):
			wanted, found = true, true
		case wanted && strings.HasPrefix(line, "  ") && len(regions) < maxRegions:
			if region, ok := parseRegion(line); ok {
				regions = append(regions, region)
			}
		}
	}
	return sorted(regions)
}

func sorted(regions []MemoryRegion) ([]MemoryRegion, error) {
	if len(regions) == 0 {
		return nil, errNoMemoryMap
	}
	sort.Slice(regions, func(i, j int) bool { return regions[i].Start < regions[j].Start })
	return regions, nil
}

// parseRegion reads one line of a flat view:
//
//	0000000000100000-000000007fffffff (prio 0, ram): pc.ram @0000000000100000
func parseRegion(line string) (MemoryRegion, bool) {
	bounds, rest, ok := strings.Cut(strings.TrimSpace(line), " (prio ")
	if !ok {
		return MemoryRegion{}, false
	}
	start, end, ok := strings.Cut(bounds, "-")
	if !ok {
		return MemoryRegion{}, false
	}
	_, rest, ok = strings.Cut(rest, ", ")
	if !ok {
		return MemoryRegion{}, false
	}
	kind, name, ok := strings.Cut(rest, "): ")
	if !ok || kind == "container" {
		return MemoryRegion{}, false
	}
	r := MemoryRegion{Kind: kind, ReadOnly: kind == "rom" || kind == "romd"}
	var err1, err2 error
	r.Start, err1 = strconv.ParseUint(start, 16, 64)
	r.End, err2 = strconv.ParseUint(end, 16, 64)
	if err1 != nil || err2 != nil || r.End < r.Start {
		return MemoryRegion{}, false
	}
	r.Name = name
	if before, offset, ok := strings.Cut(name, " @"); ok {
		digits, _, _ := strings.Cut(offset, " ")
		v, err := strconv.ParseUint(digits, 16, 64)
		if err != nil {
			return MemoryRegion{}, false
		}
		r.Name, r.Offset = before, v
	}
	r.Name = gpuRegionName(r.Name)
	return r, true
}

// gpuRegionName takes the socket's path out of what QEMU calls a BAR of a
// vfio-user device: "vfio-user:/path/socket BAR 0 mmaps[0]" is "pxgpu bar 0".
func gpuRegionName(name string) string {
	if !strings.HasPrefix(name, "vfio-user:") {
		return name
	}
	_, bar, ok := strings.Cut(name, " BAR ")
	if !ok {
		return "pxgpu"
	}
	number, _, _ := strings.Cut(bar, " ")
	return "pxgpu bar " + number
}

// qmpPCIBus and the types below are the part of query-pci's answer that
// evidence keeps (qapi/pci.json).
type qmpPCIBus struct {
	Bus     int            `json:"bus"`
	Devices []qmpPCIDevice `json:"devices"`
}

type qmpPCIDevice struct {
	Bus      int `json:"bus"`
	Slot     int `json:"slot"`
	Function int `json:"function"`
	Class    struct {
		Description string `json:"desc"`
		Class       uint32 `json:"class"`
	} `json:"class_info"`
	ID struct {
		Device uint16 `json:"device"`
		Vendor uint16 `json:"vendor"`
	} `json:"id"`
	QdevID  string         `json:"qdev_id"`
	Regions []qmpPCIRegion `json:"regions"`
	Bridge  *struct {
		Devices []qmpPCIDevice `json:"devices"`
	} `json:"pci_bridge"`
}

type qmpPCIRegion struct {
	BAR      int    `json:"bar"`
	Type     string `json:"type"`
	Address  int64  `json:"address"` // -1 when not mapped
	Size     int64  `json:"size"`
	Prefetch bool   `json:"prefetch"`
	Is64     bool   `json:"mem_type_64"`
}

// pciDevices asks for all PCI functions, those behind bridges included.
func pciDevices(ctx context.Context, c *qmpClient) ([]PCIDevice, error) {
	var buses []qmpPCIBus
	if err := c.execute(ctx, "query-pci", nil, &buses); err != nil {
		return nil, err
	}
	var devices []PCIDevice
	for _, bus := range buses {
		devices = appendPCI(devices, bus.Devices, 0)
	}
	return devices, nil
}

const maxBridgeDepth = 32

func appendPCI(to []PCIDevice, from []qmpPCIDevice, depth int) []PCIDevice {
	for _, d := range from {
		device := PCIDevice{
			Bus: d.Bus, Slot: d.Slot, Function: d.Function,
			Vendor: d.ID.Vendor, Device: d.ID.Device, Class: d.Class.Class,
			Description: describe(d),
		}
		for _, r := range d.Regions {
			bar := PCIBAR{
				Index: r.BAR, Size: uint64(r.Size), IO: r.Type == "io",
				Is64: r.Is64, Prefetch: r.Prefetch, Mapped: r.Address != -1,
			}
			if bar.Mapped {
				bar.Base = uint64(r.Address)
			}
			device.BARs = append(device.BARs, bar)
		}
		to = append(to, device)
		if d.Bridge != nil && depth < maxBridgeDepth {
			to = appendPCI(to, d.Bridge.Devices, depth+1)
		}
	}
	return to
}

func describe(d qmpPCIDevice) string {
	if d.QdevID != "" && d.Class.Description != "" {
		return d.Class.Description + " (" + d.QdevID + ")"
	}
	return d.Class.Description + d.QdevID
}
