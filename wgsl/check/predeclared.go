package check

import (
	"fmt"
	"strings"

	"pxos/wgsl/builtin"
	"pxos/wgsl/types"
)

// plainTypes are the predeclared types that are spelled without a template list,
// aliases included ("Predeclared Types and Type-Generators Summary").
var plainTypes = makePlainTypes()

func makePlainTypes() map[string]types.Type {
	out := map[string]types.Type{
		"bool": types.Bool, "i32": types.I32, "u32": types.U32, "f32": types.F32, "f16": types.F16,
		"sampler": types.Sampler{}, "sampler_comparison": types.Sampler{Comparison: true},
		"texture_external":              types.Texture{Kind: types.ExternalTexture, Elem: types.F32, Access: types.Read},
		"texture_depth_multisampled_2d": types.Texture{Kind: types.DepthMultisampled, Dim: "2d", Elem: types.F32, Access: types.Read},
	}
	for _, dim := range []string{"2d", "2d_array", "cube", "cube_array"} {
		out["texture_depth_"+dim] = types.Texture{Kind: types.DepthTexture, Dim: dim, Elem: types.F32, Access: types.Read}
	}
	suffixes := map[string]types.Scalar{"i": types.I32, "u": types.U32, "f": types.F32, "h": types.F16}
	for n := 2; n <= 4; n++ {
		for s, elem := range suffixes {
			out[fmt.Sprintf("vec%d%s", n, s)] = types.Vector{N: n, Elem: elem}
		}
		for r := 2; r <= 4; r++ {
			out[fmt.Sprintf("mat%dx%df", n, r)] = types.Matrix{Cols: n, Rows: r, Elem: types.F32}
			out[fmt.Sprintf("mat%dx%dh", n, r)] = types.Matrix{Cols: n, Rows: r, Elem: types.F16}
		}
	}
	return out
}

// generators are the predeclared type-generators.
var generators = makeGenerators()

func makeGenerators() map[string]bool {
	out := map[string]bool{"array": true, "atomic": true, "ptr": true, "texture_multisampled_2d": true}
	for n := 2; n <= 4; n++ {
		out[fmt.Sprintf("vec%d", n)] = true
		for r := 2; r <= 4; r++ {
			out[fmt.Sprintf("mat%dx%d", n, r)] = true
		}
	}
	for _, dim := range []string{"1d", "2d", "2d_array", "3d", "cube", "cube_array"} {
		out["texture_"+dim] = true
		if !strings.HasPrefix(dim, "cube") {
			out["texture_storage_"+dim] = true
		}
	}
	return out
}

// formats are the texel formats for storage textures with the type of a channel
// ("Texel Formats").
var formats = makeFormats()

func makeFormats() map[string]types.Scalar {
	out := map[string]types.Scalar{}
	for _, name := range strings.Fields(`rgba8unorm rgba8snorm rgba8uint rgba8sint rgba16unorm rgba16snorm rgba16uint
		rgba16sint rgba16float rg8unorm rg8snorm rg8uint rg8sint rg16unorm rg16snorm rg16uint rg16sint rg16float
		r32uint r32sint r32float rg32uint rg32sint rg32float rgba32uint rgba32sint rgba32float bgra8unorm
		r8unorm r8snorm r8uint r8sint r16unorm r16snorm r16uint r16sint r16float rgb10a2unorm rgb10a2uint rg11b10ufloat`) {
		switch {
		case strings.HasSuffix(name, "uint"):
			out[name] = types.U32
		case strings.HasSuffix(name, "sint"):
			out[name] = types.I32
		default:
			out[name] = types.F32
		}
	}
	return out
}

// accesses and spaces are the other predeclared enumerants. The address space
// handle cannot be written.
var (
	accesses = map[string]types.Access{"read": types.Read, "write": types.Write, "read_write": types.ReadWrite}
	spaces   = map[string]types.Space{
		"function": types.Function, "private": types.Private, "workgroup": types.Workgroup,
		"uniform": types.Uniform, "storage": types.Storage, "immediate": types.Immediate,
	}
)

// predeclaredNames lists everything predeclared, for suggestions.
func predeclaredNames() []string {
	var out []string
	for n := range plainTypes {
		out = append(out, n)
	}
	for n := range generators {
		out = append(out, n)
	}
	for _, f := range builtin.Rows() {
		out = append(out, f.Name())
	}
	return out
}

// predeclared says what kind of thing a predeclared name is, "" for none.
func predeclared(name string) string {
	switch {
	case plainTypes[name] != nil:
		return "type"
	case generators[name]:
		return "type-generator"
	case builtin.Lookup(name) != nil:
		return "built-in function"
	case name == "buffer":
		return "type of the unsupported language extension buffer_view"
	case formats[name] != 0, accesses[name] != 0, spaces[name] != 0:
		return "enumerant"
	}
	return ""
}
