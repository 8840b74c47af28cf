//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"

	"pxos/wgsl/gpu"
)

// adapter is a device that a driver offers.
type adapter struct {
	physical    uintptr
	name        string
	properties  *physicalProperties
	subgroups   *subgroupProperties
	allocations *allocationProperties
}

// kinds are the kinds of devices by VkPhysicalDeviceType, and ranks their order:
// the least is taken where nobody chose.
var (
	kinds = [...]string{"other", "integrated GPU", "discrete GPU", "virtual GPU", "CPU"}
	ranks = [...]int{3, 1, 0, 2, 4}
)

func (a *adapter) kind() int { return int(min(a.properties.Kind, uint32(len(kinds)))) % len(kinds) }

func (a *adapter) String() string {
	v := a.properties.API
	return fmt.Sprintf("%s (%s, Vulkan %d.%d)", a.name, kinds[a.kind()], v>>22&0x7f, v>>12&0x3ff)
}

// instance makes the instance.
func (l *library) start() error {
	app := &applicationInfo{Type: typeApplication, Name: cstring("pxOS"), Engine: cstring("pxOS"), API: api11}
	info, out := &instanceCreateInfo{Type: typeInstance, App: app}, new(uintptr)
	if err := succeeded(l.call("vkCreateInstance", ptr(info), 0, ptr(out)), "vkCreateInstance"); err != nil {
		return err
	}
	l.use(*out)
	return nil
}

func (l *library) end() { l.call("vkDestroyInstance", l.instance, 0) }

// adapters lists the devices.
func (l *library) adapters() ([]*adapter, error) {
	count := new(uint32)
	const name = "vkEnumeratePhysicalDevices"
	if err := succeeded(l.call(name, l.instance, ptr(count), 0), name); err != nil {
		return nil, err
	}
	list := make([]uintptr, *count+1)
	if err := succeeded(l.call(name, l.instance, ptr(count), ptr(&list[0])), name); err != nil {
		return nil, err
	}
	var out []*adapter
	for _, p := range list[:*count] {
		a := &adapter{physical: p, properties: new(physicalProperties)}
		l.call("vkGetPhysicalDeviceProperties", p, ptr(a.properties))
		before, _, _ := bytes.Cut(a.properties.Name[:], []byte{0})
		a.name = string(before)
		if a.properties.API >= api11 {
			a.allocations = &allocationProperties{Type: typeAllocations}
			a.subgroups = &subgroupProperties{Type: typeSubgroups, Next: a.allocations}
			l.call("vkGetPhysicalDeviceProperties2", p, ptr(&physicalProperties2{Type: typeProperties2, Next: a.subgroups}))
		}
		out = append(out, a)
	}
	return out, nil
}

// Adapters names the devices that Open can choose from, by their index.
func Adapters(driver string) ([]string, error) {
	lib, err := openLibrary(driver)
	if err != nil {
		return nil, err
	}
	if err := lib.start(); err != nil {
		return nil, err
	}
	defer lib.end()
	list, err := lib.adapters()
	var out []string
	for _, a := range list {
		out = append(out, a.String())
	}
	return out, err
}

// choose finds the device that PXOS_VULKAN_DEVICE names by its index or by a part
// of its name; without it the first of the best kind.
func choose(list []*adapter, wish string) (*adapter, error) {
	if len(list) == 0 {
		return nil, fmt.Errorf("vulkan: the driver has no device; name another driver in PXOS_VULKAN")
	}
	var chosen *adapter
	index, err := strconv.Atoi(wish)
	for i, a := range list {
		switch {
		case wish != "" && err == nil && i != index:
		case wish != "" && err != nil && !strings.Contains(strings.ToLower(a.name), strings.ToLower(wish)):
		case chosen == nil || ranks[a.kind()] < ranks[chosen.kind()]:
			chosen = a
		}
	}
	if chosen != nil {
		return chosen, nil
	}
	var names []string
	for i, a := range list {
		names = append(names, fmt.Sprintf("%d: %s", i, a))
	}
	return nil, fmt.Errorf("vulkan: no device is %q, as %s asks; there are %s", wish, deviceVariable, strings.Join(names, "; "))
}

const deviceVariable = "PXOS_VULKAN_DEVICE"

func chosenByUser() string { return os.Getenv(deviceVariable) }

// limits are what the device allows, as WebGPU's limits. Buffers of every kind are
// storage buffers to it.
func (a *adapter) limits() gpu.Limits {
	d, l := &a.properties.Limits, gpu.DefaultLimits()
	// One binding is the status word's, and so are four bytes of shared memory.
	buffers := int(min(d.StageStorageBuffers, d.SetStorageBuffers, d.StageResources, 1000)) - 1
	l.MaxStorageBuffersPerShaderStage, l.MaxUniformBuffersPerShaderStage = buffers, buffers
	l.MaxComputeWorkgroupStorageSize = int64(d.SharedMemorySize) - 16
	l.MaxComputeInvocationsPerWorkgroup = int64(d.WorkgroupInvocations)
	l.MaxComputeWorkgroupSizeX = int64(d.WorkgroupSize[0])
	l.MaxComputeWorkgroupSizeY = int64(d.WorkgroupSize[1])
	l.MaxComputeWorkgroupSizeZ = int64(d.WorkgroupSize[2])
	l.MaxComputeWorkgroupsPerDimension = min(d.WorkgroupCount[0], d.WorkgroupCount[1], d.WorkgroupCount[2])
	size := min(int64(d.StorageRange), maxBinding)
	if a.allocations != nil {
		size = min(size, int64(min(a.allocations.MaxAllocations, maxBinding)))
	}
	size = size / 4 * 4
	l.MaxStorageBufferBindingSize, l.MaxUniformBufferBindingSize = size, size
	align := int64(max(d.StorageAlignment, 4))
	l.MinStorageBufferOffsetAlignment, l.MinUniformBufferOffsetAlignment = align, align
	return l
}

// maxBinding keeps addresses in bytes within 32 bits.
const maxBinding = 2 << 30

// subgroupNames are VkSubgroupFeatureFlagBits from bit 0 on.
var subgroupNames = [...]string{"BASIC", "VOTE", "ARITHMETIC", "BALLOT", "SHUFFLE", "SHUFFLE_RELATIVE"}

// lacks names the subgroup operations that a shader needs and the device does not
// have in compute shaders; "" is none.
func (a *adapter) lacks(operations uint32) string {
	have := uint32(0)
	if a.subgroups != nil && a.subgroups.Stages&stageCompute != 0 {
		have = a.subgroups.Operations
	}
	var names []string
	for i, name := range subgroupNames {
		if (operations&^have)>>i&1 == 1 {
			names = append(names, "VK_SUBGROUP_FEATURE_"+name+"_BIT")
		}
	}
	return strings.Join(names, ", ")
}
