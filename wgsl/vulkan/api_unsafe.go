//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// handle is a non-dispatchable handle; dispatchable ones are uintptr.
type handle = uint64

// The structures of vulkan_core.h that are passed, in its layout for 64 bits.
// Type is VkStructureType.
type (
	instanceCreateInfo struct {
		Type       uint32
		Next       unsafe.Pointer
		Flags      uint32
		App        *applicationInfo
		Layers     uint32
		LayerNames unsafe.Pointer
		Exts       uint32
		ExtNames   unsafe.Pointer
	}
	applicationInfo struct {
		Type          uint32
		Next          unsafe.Pointer
		Name          *byte
		Version       uint32
		Engine        *byte
		EngineVersion uint32
		API           uint32
	}
	deviceQueueCreateInfo struct {
		Type       uint32
		Next       unsafe.Pointer
		Flags      uint32
		Family     uint32
		Count      uint32
		Priorities *float32
	}
	deviceCreateInfo struct {
		Type       uint32
		Next       unsafe.Pointer
		Flags      uint32
		Queues     uint32
		QueueInfos *deviceQueueCreateInfo
		Layers     uint32
		LayerNames unsafe.Pointer
		Exts       uint32
		ExtNames   unsafe.Pointer
		Features   *[55]uint32
	}
	queueFamilyProperties struct{ Flags, Count, TimestampBits, W, H, D uint32 }
	memoryProperties      struct {
		Types   uint32
		Type    [32]struct{ Flags, Heap uint32 }
		Heaps   uint32
		HeapRaw [16]struct {
			Size  uint64
			Flags uint32
		}
	}
	bufferCreateInfo struct {
		Type     uint32
		Next     unsafe.Pointer
		Flags    uint32
		Size     uint64
		Usage    uint32
		Sharing  uint32
		Families uint32
		Family   unsafe.Pointer
	}
	memoryRequirements struct {
		Size, Alignment uint64
		TypeBits        uint32
	}
	memoryAllocateInfo struct {
		Type  uint32
		Next  unsafe.Pointer
		Size  uint64
		Index uint32
	}
	shaderModuleCreateInfo struct {
		Type  uint32
		Next  unsafe.Pointer
		Flags uint32
		Size  uintptr
		Code  *byte
	}
	layoutBinding struct {
		Binding, Kind, Count, Stages uint32
		Samplers                     unsafe.Pointer
	}
	setLayoutCreateInfo struct {
		Type     uint32
		Next     unsafe.Pointer
		Flags    uint32
		Count    uint32
		Bindings *layoutBinding
	}
	pipelineLayoutCreateInfo struct {
		Type       uint32
		Next       unsafe.Pointer
		Flags      uint32
		SetLayouts uint32
		Layouts    *handle
		Pushes     uint32
		Push       unsafe.Pointer
	}
	shaderStage struct {
		Type    uint32
		Next    unsafe.Pointer
		Flags   uint32
		Stage   uint32
		Module  handle
		Name    *byte
		Special unsafe.Pointer
	}
	computePipelineCreateInfo struct {
		Type      uint32
		Next      unsafe.Pointer
		Flags     uint32
		Stage     shaderStage
		Layout    handle
		Base      handle
		BaseIndex int32
	}
	poolSize             struct{ Kind, Count uint32 }
	descriptorPoolCreate struct {
		Type    uint32
		Next    unsafe.Pointer
		Flags   uint32
		MaxSets uint32
		Count   uint32
		Sizes   *poolSize
	}
	descriptorSetAllocate struct {
		Type    uint32
		Next    unsafe.Pointer
		Pool    handle
		Count   uint32
		Layouts *handle
	}
	descriptorBuffer   struct{ Buffer, Offset, Range uint64 }
	writeDescriptorSet struct {
		Type                          uint32
		Next                          unsafe.Pointer
		Set                           handle
		Binding, Element, Count, Kind uint32
		Image                         unsafe.Pointer
		Buffer                        *descriptorBuffer
		Texel                         unsafe.Pointer
	}
	commandPoolCreateInfo struct {
		Type   uint32
		Next   unsafe.Pointer
		Flags  uint32
		Family uint32
	}
	commandBufferAllocateInfo struct {
		Type         uint32
		Next         unsafe.Pointer
		Pool         handle
		Level, Count uint32
	}
	commandBufferBeginInfo struct {
		Type    uint32
		Next    unsafe.Pointer
		Flags   uint32
		Inherit unsafe.Pointer
	}
	submitInfo struct {
		Type     uint32
		Next     unsafe.Pointer
		Waits    uint32
		Wait     unsafe.Pointer
		Stages   unsafe.Pointer
		Count    uint32
		Buffers  *uintptr
		Signals  uint32
		Signaled unsafe.Pointer
	}
	fenceCreateInfo struct {
		Type  uint32
		Next  unsafe.Pointer
		Flags uint32
	}
	memoryBarrier struct {
		Type     uint32
		Next     unsafe.Pointer
		Src, Dst uint32
	}
	bufferCopy struct{ Src, Dst, Size uint64 }
)

// library is Vulkan's functions, found when first called.
type library struct {
	find     uintptr // vkGetInstanceProcAddr
	instance uintptr

	mu    sync.Mutex
	known map[string]uintptr
}

// openLibrary loads the driver or the loader. Its symbols stay its own, so that
// two drivers can live in one process.
func openLibrary(name string) (*library, error) {
	if name == "" {
		name = os.Getenv("PXOS_VULKAN")
	}
	if name == "" {
		name = "libvulkan.so.1"
	}
	lib, err := purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("no Vulkan: %w; install a driver, or name one in PXOS_VULKAN", err)
	}
	for _, symbol := range []string{"vkGetInstanceProcAddr", "vk_icdGetInstanceProcAddr"} {
		if f, err := purego.Dlsym(lib, symbol); err == nil {
			return &library{find: f, known: map[string]uintptr{}}, nil
		}
	}
	return nil, fmt.Errorf("%s is no Vulkan library: it has no vkGetInstanceProcAddr", name)
}

// cstring is text with a zero byte behind it.
func cstring(s string) *byte {
	b := append([]byte(s), 0)
	return &b[0]
}

// call calls a function of Vulkan. Pointers among the arguments are made with ptr
// and must be kept alive by the caller.
func (l *library) call(name string, args ...uintptr) int32 {
	f := l.function(name)
	if f == 0 {
		return errorNotPresent
	}
	r, _, _ := purego.SyscallN(f, args...)
	return int32(r)
}

// function finds a function by its name, 0 where there is none.
func (l *library) function(name string) uintptr {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, ok := l.known[name]
	if !ok {
		text := cstring(name)
		f, _, _ = purego.SyscallN(l.find, l.instance, uintptr(unsafe.Pointer(text)))
		runtime.KeepAlive(text)
		l.known[name] = f
	}
	return f
}

// errorNotPresent is VK_ERROR_EXTENSION_NOT_PRESENT, for a function that is not
// there.
const errorNotPresent = -7

// ptr is the address of a structure. It must lie on the heap: everything that is
// passed is also kept in an interface value, which makes it so.
func ptr[T any](p *T) uintptr {
	heap = p
	return uintptr(unsafe.Pointer(p))
}

// heap makes what ptr is given escape.
var heap any

// succeeded turns a VkResult into an error.
func succeeded(result int32, what string) error {
	if result >= 0 {
		return nil
	}
	return fmt.Errorf("vulkan: %s failed with VkResult %d", what, result)
}
