//go:build !(vulkan && linux && (amd64 || arm64))

package vulkan

import (
	"context"

	"pxos/wgsl/gpu"
)

// Built says whether Vulkan is part of this binary.
const Built = false

// Open fails: this build has no Vulkan.
func Open(context.Context, string) (gpu.Device, error) { return nil, ErrNotBuilt }

// Adapters fails: this build has no Vulkan.
func Adapters(string) ([]string, error) { return nil, ErrNotBuilt }
