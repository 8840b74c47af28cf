// Package texture makes textures and samplers run on executors that know only
// buffers: in the tree of one pipeline it turns every texture and sampler into a
// storage buffer of a fixed layout, and every call of a texture built-in function
// into a call of a function written in WGSL (texture.wgsl).
//
// So all executors sample alike, to the bit. Filtering is done in f32 and with the
// weights' full precision, which is more than most GPUs do.
//
// It may import wgsl/syntax, types, value, builtin, ir and check; no executor and
// not wgsl/gpu, which writes the buffers by the layout that is given here.
// Sources: the WGSL specification, "Texture Built-in Functions"; WebGPU, "Texture
// View" and "Samplers"; for filtering and cube faces the Vulkan specification,
// "Texel Coordinate Systems" and "Cube Map Face Selection".
package texture

// The layout of a texture in a buffer of vec4u: Header vectors, then the texels of
// level 0, 1, …, each level row by row, layer by layer, the samples of a texel side
// by side. A texel is four words: f32, i32 or u32, whatever its format.
//
//	[0]      width, height, layers or depth, levels
//	[1]      samples, 1 for a 3d texture else 0
//	[2 … 5]  where each of up to 16 levels starts, in vectors
const (
	Header    = 6
	MaxLevels = 16
)

// The layout of a sampler in a buffer of three vec4u:
//
//	[0]  address mode of u, v and w; the comparison
//	[1]  1 where magnification, minification, mip levels are filtered linearly
//	[2]  the least and the largest level, f32
const SamplerVectors = 3

// Address modes (WebGPU, GPUAddressMode).
const (
	ClampToEdge = iota
	Repeat
	MirrorRepeat
)

// Comparisons (WebGPU, GPUCompareFunction), as a set of the orders for which they
// hold: 1 for reference < texel, 2 for equal, 4 for greater.
const (
	Never        = 0
	Less         = 1
	Equal        = 2
	LessEqual    = 3
	Greater      = 4
	NotEqual     = 5
	GreaterEqual = 6
	Always       = 7
)
