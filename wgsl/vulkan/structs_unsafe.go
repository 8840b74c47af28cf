//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import "unsafe"

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
	physicalProperties struct {
		API, Driver, Vendor, Device, Kind uint32
		Name                              [256]byte
		Cache                             [16]byte
		Limits                            physicalLimits
		Sparse                            [5]uint32
	}
	physicalProperties2 struct {
		Type       uint32
		Next       *subgroupProperties
		Properties physicalProperties
	}
	subgroupProperties struct {
		Type                           uint32
		Next                           *allocationProperties
		Size, Stages, Operations, Quad uint32
	}
	// allocationProperties is VkPhysicalDeviceMaintenance3Properties.
	allocationProperties struct {
		Type           uint32
		Next           unsafe.Pointer
		PerSet         uint32
		MaxAllocations uint64
	}
	// physicalLimits leaves out what pxOS has no use for.
	physicalLimits struct {
		_                    [6]uint32
		UniformRange         uint32
		StorageRange         uint32
		PushConstantsSize    uint32
		_                    [2]uint32
		_                    [2]uint64
		BoundSets            uint32
		_                    [2]uint32
		StageStorageBuffers  uint32
		_                    [3]uint32
		StageResources       uint32
		_                    [3]uint32
		SetStorageBuffers    uint32
		_                    [26]uint32
		SharedMemorySize     uint32
		WorkgroupCount       [3]uint32
		WorkgroupInvocations uint32
		WorkgroupSize        [3]uint32
		_                    [13]uint32
		MapAlignment         uint64
		TexelAlignment       uint64
		UniformAlignment     uint64
		StorageAlignment     uint64
		_                    [168]byte
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
		Push       *pushConstantRange
	}
	pushConstantRange struct{ Stages, Offset, Size uint32 }
	shaderStage       struct {
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
