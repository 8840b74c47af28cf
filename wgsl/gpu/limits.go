package gpu

import "pxos/wgsl/check"

// Limits are the limits of WebGPU that compute shaders meet, by their names.
type Limits struct {
	check.Limits
	MaxBindGroups                    int
	MaxBindingsPerBindGroup          int
	MaxStorageBufferBindingSize      int64 // bytes
	MaxUniformBufferBindingSize      int64 // bytes
	MaxStorageBuffersPerShaderStage  int
	MaxUniformBuffersPerShaderStage  int
	MaxComputeWorkgroupsPerDimension uint32
	MinStorageBufferOffsetAlignment  int64 // bytes
	MinUniformBufferOffsetAlignment  int64 // bytes
}

// DefaultLimits are those that every WebGPU device has ("Limits", column
// Default).
func DefaultLimits() Limits {
	return Limits{
		Limits:        check.DefaultLimits(),
		MaxBindGroups: 4, MaxBindingsPerBindGroup: 1000,
		MaxStorageBufferBindingSize: 128 << 20, MaxUniformBufferBindingSize: 64 << 10,
		MaxStorageBuffersPerShaderStage: 8, MaxUniformBuffersPerShaderStage: 12,
		MaxComputeWorkgroupsPerDimension: 65535,
		MinStorageBufferOffsetAlignment:  256, MinUniformBufferOffsetAlignment: 256,
	}
}

// SoftwareLimits are what the executors of pxOS allow: the default where a
// program's meaning depends on it, more where only size does.
func SoftwareLimits() Limits {
	l := DefaultLimits()
	l.MaxStorageBufferBindingSize = 2 << 30
	l.MaxUniformBufferBindingSize = 2 << 30
	l.MaxStorageBuffersPerShaderStage = 64
	l.MaxUniformBuffersPerShaderStage = 64
	l.MaxComputeWorkgroupStorageSize = 1 << 20
	l.MaxComputeInvocationsPerWorkgroup = 1024
	l.MaxComputeWorkgroupSizeX = 1024
	l.MaxComputeWorkgroupSizeY = 1024
	l.MinStorageBufferOffsetAlignment = 4
	l.MinUniformBufferOffsetAlignment = 4
	return l
}
