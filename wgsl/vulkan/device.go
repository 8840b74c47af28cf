//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"context"
	"errors"
	"fmt"

	"pxos/wgsl/gpu"
)

// Built says whether Vulkan is part of this binary.
const Built = true

// Device is a queue of a GPU.
type Device struct {
	lib      *library
	adapter  *adapter
	limits   gpu.Limits
	device   uintptr
	queue    uintptr
	pool     handle
	commands uintptr
	fence    handle
	memory   memoryProperties
	// status are the words in which shaders report, one for each call of a submission,
	// and through which they are told to stop.
	status raw

	// turn holds a token while nobody uses the device; what follows belongs to who
	// took it.
	turn    chan struct{}
	running bool // a dispatch that was given up may not have ended
	lost    error
	closed  bool
	objects map[object]struct{}
	// dying were closed while a dispatch that was given up may have used them.
	dying []object
}

// object is what lives on a device. With the turn, close lets it be used no more,
// and free frees it.
type object interface {
	close()
	free()
}

var _ gpu.Device = (*Device)(nil)

var errClosed = errors.New("vulkan: the device is closed")

// Open makes a device of the one that PXOS_VULKAN_DEVICE names by index or a part
// of its name, else of the first discrete GPU, else of the best that there is.
// Driver is the library of a driver or of the loader; empty is the usual one.
func Open(ctx context.Context, driver string) (gpu.Device, error) {
	lib, err := openLibrary(driver)
	if err != nil {
		return nil, err
	}
	if err := lib.start(); err != nil {
		return nil, err
	}
	d := &Device{lib: lib, turn: make(chan struct{}, 1), objects: map[object]struct{}{}}
	list, err := lib.adapters()
	if err == nil {
		d.adapter, err = choose(list, chosenByUser())
	}
	if err == nil && d.adapter.properties.API < api11 {
		err = fmt.Errorf("vulkan: %s is older than Vulkan 1.1: install a newer driver, or choose another device by %s", d.adapter, deviceVariable)
	}
	if err == nil {
		d.limits = d.adapter.limits()
		err = d.open()
	}
	if err != nil {
		d.destroyAll()
		return nil, err
	}
	d.leave()
	return d, nil
}

// open makes the device, its queue and what submissions need.
func (d *Device) open() error {
	physical := d.adapter.physical
	family, err := d.computeFamily()
	if err != nil {
		return err
	}
	d.lib.call("vkGetPhysicalDeviceMemoryProperties", physical, ptr(&d.memory))
	queues := &deviceQueueCreateInfo{Type: typeQueue, Family: family, Count: 1, Priorities: new(float32)}
	features := &[55]uint32{1} // robustBufferAccess
	info, device := &deviceCreateInfo{Type: typeDevice, Queues: 1, QueueInfos: queues, Features: features}, new(uintptr)
	if err := succeeded(d.lib.call("vkCreateDevice", physical, ptr(info), 0, ptr(device)), "vkCreateDevice"); err != nil {
		return err
	}
	d.device = *device
	queue := new(uintptr)
	d.lib.call("vkGetDeviceQueue", d.device, family, 0, ptr(queue))
	d.queue = *queue
	if d.pool, err = d.create("vkCreateCommandPool", ptr(&commandPoolCreateInfo{Type: typeCommandPool, Flags: resettable, Family: family})); err != nil {
		return err
	}
	allocate, commands := &commandBufferAllocateInfo{Type: typeCommands, Pool: d.pool, Count: 1}, new(uintptr)
	if err := succeeded(d.lib.call("vkAllocateCommandBuffers", d.device, ptr(allocate), ptr(commands)), "vkAllocateCommandBuffers"); err != nil {
		return err
	}
	d.commands = *commands
	if d.fence, err = d.create("vkCreateFence", ptr(&fenceCreateInfo{Type: typeFence})); err != nil {
		return err
	}
	d.status, err = d.allocate(mostCalls*statusStride, memoryLocal|memoryVisible|memoryCoherent, memoryVisible|memoryCoherent)
	return err
}

// computeFamily finds a family of queues that compute.
func (d *Device) computeFamily() (uint32, error) {
	const name = "vkGetPhysicalDeviceQueueFamilyProperties"
	count := new(uint32)
	d.lib.call(name, d.adapter.physical, ptr(count), 0)
	families := make([]queueFamilyProperties, *count+1)
	d.lib.call(name, d.adapter.physical, ptr(count), ptr(&families[0]))
	for i, f := range families[:*count] {
		if f.Flags&queueCompute != 0 {
			return uint32(i), nil
		}
	}
	return 0, fmt.Errorf("vulkan: %s has no queue with VK_QUEUE_COMPUTE_BIT: choose another device by %s", d.adapter, deviceVariable)
}

// create calls a function of the form vkCreateX(device, info, allocator, out).
func (d *Device) create(name string, info any) (handle, error) {
	out := new(handle)
	err := succeeded(d.lib.call(name, d.device, info, 0, ptr(out)), name)
	return *out, err
}

func (d *Device) destroy(name string, h handle) {
	if h != 0 {
		d.lib.call(name, d.device, h, 0)
	}
}

// destroyAll frees everything that was made of the device.
func (d *Device) destroyAll() {
	if d.device != 0 {
		d.lib.call("vkDeviceWaitIdle", d.device)
		for o := range d.objects {
			d.bury(o)
		}
		d.dying = nil
		d.release(d.status)
		d.destroy("vkDestroyFence", d.fence)
		d.destroy("vkDestroyCommandPool", d.pool)
		d.lib.call("vkDestroyDevice", d.device, 0)
	}
	d.lib.end()
}

// Name tells what runs the shaders.
func (d *Device) Name() string { return "Vulkan: " + d.adapter.name }

// Limits are those of the device, where WebGPU has them.
func (d *Device) Limits() gpu.Limits { return d.limits }

// Close frees the device, and the buffers and pipelines that were not closed. What
// a dispatch that was given up still uses is freed when it has ended.
func (d *Device) Close() error {
	<-d.turn
	defer d.leave()
	if d.closed {
		return nil
	}
	d.closed = true
	if !d.running {
		d.destroyAll()
		return nil
	}
	// Nobody else can enter any more.
	go func() {
		_ = d.settle(context.Background())
		d.destroyAll()
	}()
	return nil
}

// enter takes the turn and waits for what still runs on the device.
func (d *Device) enter(ctx context.Context) error {
	select {
	case <-d.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	var err error
	switch {
	case d.closed:
		err = errClosed
	case d.lost != nil:
		err = d.lost
	default:
		err = d.settle(ctx)
	}
	if err != nil {
		d.leave()
	}
	return err
}

func (d *Device) leave() { d.turn <- struct{}{} }

// discard frees an object as soon as no work on the device can need it.
func (d *Device) discard(o object) {
	<-d.turn
	defer d.leave()
	if _, lives := d.objects[o]; !lives || d.closed {
		return // closed before, or with the device
	}
	o.close()
	if d.running {
		d.dying = append(d.dying, o)
		return
	}
	d.bury(o)
}

// bury frees an object that was not freed with another.
func (d *Device) bury(o object) {
	if _, lives := d.objects[o]; lives {
		delete(d.objects, o)
		o.free()
	}
}
