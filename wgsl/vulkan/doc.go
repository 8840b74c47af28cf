// Package vulkan runs compute shaders on a GPU through Vulkan, without cgo.
//
// The default build does not contain it, since reaching a system library makes a
// dynamic binary: build with -tags vulkan. The library is libvulkan.so.1, or what
// PXOS_VULKAN names (a driver such as SwiftShader's libvk_swiftshader.so serves
// too). Shaders are written by wgsl/spirv, so accesses are clamped by the code
// itself; robustBufferAccess is on besides.
//
// It may import the packages of wgsl/ except the other executors. Invariants: what
// is passed to Vulkan lies on the heap and is kept alive over the call; who uses the
// device has its turn; nothing is freed or written that a dispatch may still use,
// also one that was given up when its context ended.
package vulkan

import "errors"

// ErrNotBuilt says that this binary was built without Vulkan.
var ErrNotBuilt = errors.New("this build has no Vulkan: build it with -tags vulkan")
