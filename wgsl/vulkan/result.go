//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import "fmt"

// result is a VkResult.
type result int32

// Results that the code asks for.
const (
	success         result = 0
	timeout         result = 2
	errorDeviceLost result = -4
	// errorNotPresent stands for a function that is not there too.
	errorNotPresent result = -7
)

// resultNames are the well-known ones, without VK_.
var resultNames = map[result]string{
	1: "NOT_READY", 2: "TIMEOUT", 5: "INCOMPLETE",
	-1: "ERROR_OUT_OF_HOST_MEMORY", -2: "ERROR_OUT_OF_DEVICE_MEMORY", -3: "ERROR_INITIALIZATION_FAILED", -4: "ERROR_DEVICE_LOST",
	-5: "ERROR_MEMORY_MAP_FAILED", -6: "ERROR_LAYER_NOT_PRESENT", -7: "ERROR_EXTENSION_NOT_PRESENT", -8: "ERROR_FEATURE_NOT_PRESENT",
	-9: "ERROR_INCOMPATIBLE_DRIVER", -10: "ERROR_TOO_MANY_OBJECTS", -11: "ERROR_FORMAT_NOT_SUPPORTED", -12: "ERROR_FRAGMENTED_POOL",
	-13: "ERROR_UNKNOWN", -1000069000: "ERROR_OUT_OF_POOL_MEMORY", -1000072003: "ERROR_INVALID_EXTERNAL_HANDLE",
	-1000161000: "ERROR_FRAGMENTATION", -1000257000: "ERROR_INVALID_OPAQUE_CAPTURE_ADDRESS", -1000012000: "ERROR_INVALID_SHADER_NV",
}

func (r result) String() string {
	if name, ok := resultNames[r]; ok {
		return "VK_" + name
	}
	return fmt.Sprintf("VkResult %d", int32(r))
}

// remedies say what can be done about a result.
var remedies = map[result]string{
	-1: "give it smaller buffers, or close some",
	-2: "give it smaller buffers, or close some",
	-3: "is the driver whole, and may this user open the GPU?",
	-9: "the driver is older than Vulkan 1.1: install a newer one",
	-4: "a watchdog ended work that took too long, or the driver failed: open the device anew and give less work at once",
}

// resultError is a call that failed.
type resultError struct {
	call   string
	result result
}

func (e *resultError) Error() string {
	s := fmt.Sprintf("vulkan: %s failed with %s", e.call, e.result)
	if what := remedies[e.result]; what != "" {
		s += "; " + what
	}
	return s
}

// succeeded turns a VkResult into an error.
func succeeded(r result, call string) error {
	if r >= 0 {
		return nil
	}
	return &resultError{call, r}
}
