package check

// Limits are the limits of a device that pipeline creation checks; the names are
// those of WebGPU's supported limits.
type Limits struct {
	MaxComputeWorkgroupSizeX          int64
	MaxComputeWorkgroupSizeY          int64
	MaxComputeWorkgroupSizeZ          int64
	MaxComputeInvocationsPerWorkgroup int64
	// MaxComputeWorkgroupStorageSize counts bytes.
	MaxComputeWorkgroupStorageSize int64
}

// DefaultLimits are WebGPU's defaults.
func DefaultLimits() Limits {
	return Limits{
		MaxComputeWorkgroupSizeX: 256, MaxComputeWorkgroupSizeY: 256, MaxComputeWorkgroupSizeZ: 64,
		MaxComputeInvocationsPerWorkgroup: 256, MaxComputeWorkgroupStorageSize: 16384,
	}
}
