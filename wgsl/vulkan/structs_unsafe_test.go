//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"testing"
	"unsafe"
)

// TestLayout holds the structures with gaps against offsets of vulkan_core.h.
func TestLayout(t *testing.T) {
	var p physicalProperties
	var m memoryProperties
	for _, c := range []struct {
		what      string
		got, want uintptr
	}{
		{"VkPhysicalDeviceProperties", unsafe.Sizeof(p), 824},
		{"limits", unsafe.Offsetof(p.Limits), 296},
		{"VkPhysicalDeviceLimits", unsafe.Sizeof(p.Limits), 504},
		{"maxPerStageDescriptorStorageBuffers", unsafe.Offsetof(p.Limits.StageStorageBuffers), 76},
		{"maxDescriptorSetStorageBuffers", unsafe.Offsetof(p.Limits.SetStorageBuffers), 108},
		{"maxComputeSharedMemorySize", unsafe.Offsetof(p.Limits.SharedMemorySize), 216},
		{"maxComputeWorkGroupSize", unsafe.Offsetof(p.Limits.WorkgroupSize), 236},
		{"minStorageBufferOffsetAlignment", unsafe.Offsetof(p.Limits.StorageAlignment), 328},
		{"VkPhysicalDeviceMemoryProperties", unsafe.Sizeof(m), 520},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
}
