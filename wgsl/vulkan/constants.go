//go:build vulkan && linux && (amd64 || arm64)

package vulkan

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
	typeProperties2 = 1000059001
	typeSubgroups   = 1000094000
	typeAllocations = 1000168000
)

const (
	queueCompute   = 2
	memoryLocal    = 1
	memoryVisible  = 2
	memoryCoherent = 4
	stageCompute   = 0x20  // of shaders
	stagePipeline  = 0x800 // of commands: compute
	stageTransfer  = 0x1000
	stageHost      = 0x4000
	accessAll      = 0x8000 | 0x10000 // memory read and write
	storageBuffer  = 7
	usageStorage   = 0x20
	usageCopies    = 1 | 2
	resettable     = 2 // command buffers of the pool, one by one
	onceOnly       = 1
	bindCompute    = 1
	api11          = 1<<22 | 1<<12
)
