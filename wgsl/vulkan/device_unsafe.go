//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"pxos/wgsl/gpu"
)

// Built says whether Vulkan is part of this binary.
const Built = true

// Device is a queue of a GPU.
type Device struct {
	lib      *library
	name     string
	device   uintptr
	queue    uintptr
	pool     handle
	commands uintptr
	fence    handle
	memory   memoryProperties

	mu     sync.Mutex
	closed bool
}

var _ gpu.Device = (*Device)(nil)

// VkStructureType values.
const (
	typeApplication = 0
	typeInstance    = 1
	typeQueue       = 2
	typeDevice      = 3
	typeSubmit      = 4
	typeAllocate    = 5
	typeFence       = 8
	typeBuffer      = 12
	typeShader      = 16
	typeStage       = 18
	typePipeline    = 29
	typeLayout      = 30
	typeSetLayout   = 32
	typePool        = 33
	typeSet         = 34
	typeWrite       = 35
	typeCommandPool = 39
	typeCommands    = 40
	typeBegin       = 42
	typeBarrier     = 46
)

const (
	queueCompute     = 2
	memoryLocal      = 1
	memoryVisible    = 2
	memoryCoherent   = 4
	stageCompute     = 0x20
	stagePipeline    = 0x800
	stageTransfer    = 0x1000
	stageHost        = 0x4000
	accessAll        = 0x8000 | 0x10000 // memory read and write
	storageBuffer    = 7
	usageStorage     = 0x20
	usageCopies      = 1 | 2
	api11            = 1<<22 | 1<<12
	typeDiscreteGPU  = 2
	maxDevices       = 16
	propertiesBytes  = 2048 // VkPhysicalDeviceProperties has 824
	propertiesKindAt = 16
	propertiesNameAt = 20
)

// Open makes a device of the first GPU that is not integrated, else of the first.
// Driver is the library of a driver or of the loader; empty is the usual one.
func Open(_ context.Context, driver string) (gpu.Device, error) {
	lib, err := openLibrary(driver)
	if err != nil {
		return nil, err
	}
	d := &Device{lib: lib}
	app := &applicationInfo{Type: typeApplication, Name: cstring("pxOS"), Engine: cstring("pxOS"), API: api11}
	info := &instanceCreateInfo{Type: typeInstance, App: app}
	var instance uintptr
	out := &instance
	if err := succeeded(lib.call("vkCreateInstance", ptr(info), 0, ptr(out)), "vkCreateInstance"); err != nil {
		return nil, err
	}
	runtime.KeepAlive(info)
	lib.instance, lib.known = *out, map[string]uintptr{}
	physical, err := d.choose()
	if err == nil {
		err = d.open(physical)
	}
	if err != nil {
		lib.call("vkDestroyInstance", lib.instance, 0)
		return nil, err
	}
	return d, nil
}

// choose finds the physical device and its name.
func (d *Device) choose() (uintptr, error) {
	count, list := new(uint32), new([maxDevices]uintptr)
	*count = maxDevices
	if err := succeeded(d.lib.call("vkEnumeratePhysicalDevices", d.lib.instance, ptr(count), ptr(list)), "vkEnumeratePhysicalDevices"); err != nil {
		return 0, err
	}
	var chosen uintptr
	for _, p := range list[:*count] {
		properties := new([propertiesBytes]byte)
		d.lib.call("vkGetPhysicalDeviceProperties", p, ptr(properties))
		if chosen == 0 || properties[propertiesKindAt] == typeDiscreteGPU {
			chosen = p
			name := properties[propertiesNameAt:][:256]
			d.name = string(name[:max(bytes.IndexByte(name, 0), 0)])
		}
	}
	if chosen == 0 {
		return 0, errors.New("vulkan: the driver has no device")
	}
	return chosen, nil
}

// open makes the device, its queue and what submissions need.
func (d *Device) open(physical uintptr) error {
	count, families := new(uint32), new([16]queueFamilyProperties)
	*count = 16
	d.lib.call("vkGetPhysicalDeviceQueueFamilyProperties", physical, ptr(count), ptr(families))
	family := -1
	for i, f := range families[:*count] {
		if f.Flags&queueCompute != 0 && family < 0 {
			family = i
		}
	}
	if family < 0 {
		return errors.New("vulkan: the device has no queue for compute")
	}
	d.lib.call("vkGetPhysicalDeviceMemoryProperties", physical, ptr(&d.memory))
	priority := new(float32)
	queues := &deviceQueueCreateInfo{Type: typeQueue, Family: uint32(family), Count: 1, Priorities: priority}
	features := &[55]uint32{1} // robustBufferAccess
	info := &deviceCreateInfo{Type: typeDevice, Queues: 1, QueueInfos: queues, Features: features}
	device := new(uintptr)
	if err := succeeded(d.lib.call("vkCreateDevice", physical, ptr(info), 0, ptr(device)), "vkCreateDevice"); err != nil {
		return err
	}
	d.device = *device
	queue := new(uintptr)
	d.lib.call("vkGetDeviceQueue", d.device, uintptr(family), 0, ptr(queue))
	d.queue = *queue
	var err error
	if d.pool, err = d.create("vkCreateCommandPool", ptr(&commandPoolCreateInfo{Type: typeCommandPool, Flags: 2, Family: uint32(family)})); err != nil {
		return err
	}
	allocate, commands := &commandBufferAllocateInfo{Type: typeCommands, Pool: d.pool, Count: 1}, new(uintptr)
	if err := succeeded(d.lib.call("vkAllocateCommandBuffers", d.device, ptr(allocate), ptr(commands)), "vkAllocateCommandBuffers"); err != nil {
		return err
	}
	d.commands = *commands
	d.fence, err = d.create("vkCreateFence", ptr(&fenceCreateInfo{Type: typeFence}))
	return err
}

// create calls a function of the form vkCreateX(device, info, allocator, out).
func (d *Device) create(name string, info uintptr) (handle, error) {
	out := new(handle)
	err := succeeded(d.lib.call(name, d.device, info, 0, ptr(out)), name)
	return *out, err
}

func (d *Device) destroy(name string, h handle) {
	if h != 0 {
		d.lib.call(name, d.device, uintptr(h), 0)
	}
}

// Name tells what runs the shaders.
func (d *Device) Name() string { return "Vulkan: " + d.name }

// Limits are WebGPU's defaults, which every device has.
func (d *Device) Limits() gpu.Limits { return gpu.DefaultLimits() }

// Close frees the device.
func (d *Device) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil
	}
	d.closed = true
	d.lib.call("vkDeviceWaitIdle", d.device)
	d.destroy("vkDestroyFence", d.fence)
	d.destroy("vkDestroyCommandPool", d.pool)
	d.lib.call("vkDestroyDevice", d.device, 0)
	d.lib.call("vkDestroyInstance", d.lib.instance, 0)
	return nil
}

// submit records commands, runs them and waits.
func (d *Device) submit(record func(commands uintptr)) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return errors.New("vulkan: the device is closed")
	}
	begin := &commandBufferBeginInfo{Type: typeBegin, Flags: 1}
	if err := succeeded(d.lib.call("vkBeginCommandBuffer", d.commands, ptr(begin)), "vkBeginCommandBuffer"); err != nil {
		return err
	}
	barrier := &memoryBarrier{Type: typeBarrier, Src: accessAll, Dst: accessAll}
	all := uintptr(stagePipeline | stageTransfer | stageHost)
	record(d.commands)
	d.lib.call("vkCmdPipelineBarrier", d.commands, all, all, 0, 1, ptr(barrier), 0, 0, 0, 0)
	if err := succeeded(d.lib.call("vkEndCommandBuffer", d.commands), "vkEndCommandBuffer"); err != nil {
		return err
	}
	list := new(uintptr)
	*list = d.commands
	info := &submitInfo{Type: typeSubmit, Count: 1, Buffers: list}
	fence := new(handle)
	*fence = d.fence
	if err := succeeded(d.lib.call("vkQueueSubmit", d.queue, 1, ptr(info), uintptr(d.fence)), "vkQueueSubmit"); err != nil {
		return err
	}
	if err := succeeded(d.lib.call("vkWaitForFences", d.device, 1, ptr(fence), 1, ^uintptr(0)), "vkWaitForFences"); err != nil {
		return err
	}
	runtime.KeepAlive(info)
	return succeeded(d.lib.call("vkResetFences", d.device, 1, ptr(fence)), "vkResetFences")
}

// raw is a buffer with its memory; view is set where the host can reach it.
type raw struct {
	buffer, memory handle
	view           []byte
}

// allocate makes a buffer in memory with all of the wanted flags, or with fewer
// where there is none: wishes come in the order of preference.
func (d *Device) allocate(size int64, wishes ...uint32) (raw, error) {
	var r raw
	var err error
	r.buffer, err = d.create("vkCreateBuffer", ptr(&bufferCreateInfo{Type: typeBuffer, Size: uint64(size), Usage: usageStorage | usageCopies}))
	if err != nil {
		return r, err
	}
	need := new(memoryRequirements)
	d.lib.call("vkGetBufferMemoryRequirements", d.device, uintptr(r.buffer), ptr(need))
	for _, want := range wishes {
		for i := range d.memory.Types {
			flags := d.memory.Type[i].Flags
			if flags&want != want || need.TypeBits>>i&1 == 0 {
				continue
			}
			r.memory, err = d.create("vkAllocateMemory", ptr(&memoryAllocateInfo{Type: typeAllocate, Size: need.Size, Index: i}))
			if err != nil {
				continue
			}
			if err := succeeded(d.lib.call("vkBindBufferMemory", d.device, uintptr(r.buffer), uintptr(r.memory), 0), "vkBindBufferMemory"); err != nil {
				return r, errors.Join(err, d.release(r))
			}
			if flags&(memoryVisible|memoryCoherent) == memoryVisible|memoryCoherent {
				err = d.mapMemory(&r, size)
				return r, err
			}
			return r, nil
		}
	}
	return r, errors.Join(fmt.Errorf("vulkan: no memory for a buffer of %d bytes", size), d.release(r))
}

func (d *Device) mapMemory(r *raw, size int64) error {
	address := new(unsafe.Pointer)
	if err := succeeded(d.lib.call("vkMapMemory", d.device, uintptr(r.memory), 0, uintptr(size), 0, ptr(address)), "vkMapMemory"); err != nil {
		return err
	}
	r.view = unsafe.Slice((*byte)(*address), size)
	return nil
}

func (d *Device) release(r raw) error {
	d.destroy("vkDestroyBuffer", r.buffer)
	d.destroy("vkFreeMemory", r.memory)
	return nil
}
