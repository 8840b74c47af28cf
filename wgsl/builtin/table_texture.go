package builtin

import "strings"

// textureRows is the section "Texture Built-in Functions".
func textureRows() {
	dimensionRows()
	gatherRows()
	loadRows()
	sampleRows()
	sampleDepthRows()
	row(TextureSampleBaseClampToEdge, "textureSampleBaseClampToEdge", []string{
		"(t: T, s: sampler, coords: vec2<f32>) -> vec4<f32> where T: texture_2d<f32> | texture_external"})
	const store = "value: vec4<CF>) where C: int, A: int, AM: write | read_write"
	row(TextureStore, "texturestore", []string{
		"(t: texture_storage_1d<F, AM>, coords: C, " + store,
		"(t: texture_storage_2d<F, AM>, coords: vec2<C>, " + store,
		"(t: texture_storage_2d_array<F, AM>, coords: vec2<C>, array_index: A, " + store,
		"(t: texture_storage_3d<F, AM>, coords: vec3<C>, " + store,
	}, mayDiscard)
}

func dimensionRows() {
	const (
		where   = " where ST: i32 | u32 | f32, L: int, T: "
		levels2 = "texture_2d<ST> | texture_2d_array<ST> | texture_cube<ST> | texture_cube_array<ST> | " +
			"texture_depth_2d | texture_depth_2d_array | texture_depth_cube | texture_depth_cube_array"
	)
	row(TextureDimensions, "texturedimensions", []string{
		"(t: T) -> u32" + where + "texture_1d<ST> | texture_storage_1d<F, AM>",
		"(t: T, level: L) -> u32" + where + "texture_1d<ST>",
		"(t: T) -> vec2<u32>" + where + levels2 + " | texture_multisampled_2d<ST> | texture_depth_multisampled_2d | " +
			"texture_storage_2d<F, AM> | texture_storage_2d_array<F, AM> | texture_external",
		"(t: T, level: L) -> vec2<u32>" + where + levels2,
		"(t: T) -> vec3<u32>" + where + "texture_3d<ST> | texture_storage_3d<F, AM>",
		"(t: T, level: L) -> vec3<u32>" + where + "texture_3d<ST>",
	})
	row(TextureNumLayers, "texturenumlayers", []string{"(t: T) -> u32" + where +
		"texture_2d_array<ST> | texture_cube_array<ST> | texture_depth_2d_array | texture_depth_cube_array | " +
		"texture_storage_2d_array<F, AM>"})
	row(TextureNumLevels, "texturenumlevels", []string{"(t: T) -> u32" + where +
		"texture_1d<ST> | texture_3d<ST> | " + levels2})
	row(TextureNumSamples, "texturenumsamples", []string{"(t: T) -> u32" + where +
		"texture_multisampled_2d<ST> | texture_depth_multisampled_2d"})
}

// kinds of textures that sampling functions take: the type, the type of the
// coordinates, and whether an array index and an offset may follow.
type sampled struct {
	name, coords, offset string
	array                bool
}

var (
	colour1D = sampled{"texture_1d<ST>", "f32", "", false}
	colours  = []sampled{
		{"texture_2d<ST>", "vec2<f32>", "vec2<i32>", false},
		{"texture_2d_array<ST>", "vec2<f32>", "vec2<i32>", true},
		{"texture_3d<ST>", "vec3<f32>", "vec3<i32>", false},
		{"texture_cube<ST>", "vec3<f32>", "", false},
		{"texture_cube_array<ST>", "vec3<f32>", "", true},
	}
	depths = []sampled{
		{"texture_depth_2d", "vec2<f32>", "vec2<i32>", false},
		{"texture_depth_2d_array", "vec2<f32>", "vec2<i32>", true},
		{"texture_depth_cube", "vec3<f32>", "", false},
		{"texture_depth_cube_array", "vec3<f32>", "", true},
	}
)

// signatures writes the overloads of one sampling function. Before comes before
// the texture and after follows the array index; VEC in after is the type of the
// coordinates.
func signatures(kinds []sampled, before, sampler, after, result, where string) []string {
	var out []string
	for _, k := range kinds {
		s := "(" + before + "t: " + k.name + ", s: " + sampler + ", coords: " + k.coords
		if k.array {
			s += ", array_index: A"
		}
		s += strings.ReplaceAll(after, "VEC", k.coords)
		out = append(out, s+") -> "+result+where)
		if k.offset != "" {
			out = append(out, s+", offset: "+k.offset+") -> "+result+where)
		}
	}
	return out
}

func gatherRows() {
	const where = " where C: int, A: int, ST: i32 | u32 | f32"
	noVolume := append(append([]sampled{}, colours[:2]...), colours[3:]...)
	gather := signatures(noVolume, "component: C, ", "sampler", "", "vec4<ST>", where)
	gather = append(gather, signatures(depths, "", "sampler", "", "vec4<f32>", where)...)
	row(TextureGather, "texturegather", gather)
	row(TextureGatherCompare, "texturegathercompare",
		signatures(depths, "", "sampler_comparison", ", depth_ref: f32", "vec4<f32>", where))
}

func loadRows() {
	const (
		where  = " where C: int, L: int, A: int, S: int, ST: i32 | u32 | f32"
		stored = " where C: int, A: int, AM: read | read_write"
	)
	row(TextureLoad, "textureload", []string{
		"(t: texture_1d<ST>, coords: C, level: L) -> vec4<ST>" + where,
		"(t: texture_2d<ST>, coords: vec2<C>, level: L) -> vec4<ST>" + where,
		"(t: texture_2d_array<ST>, coords: vec2<C>, array_index: A, level: L) -> vec4<ST>" + where,
		"(t: texture_3d<ST>, coords: vec3<C>, level: L) -> vec4<ST>" + where,
		"(t: texture_multisampled_2d<ST>, coords: vec2<C>, sample_index: S) -> vec4<ST>" + where,
		"(t: texture_depth_2d, coords: vec2<C>, level: L) -> f32" + where,
		"(t: texture_depth_2d_array, coords: vec2<C>, array_index: A, level: L) -> f32" + where,
		"(t: texture_depth_multisampled_2d, coords: vec2<C>, sample_index: S) -> f32" + where,
		"(t: texture_external, coords: vec2<C>) -> vec4<f32>" + where,
		"(t: texture_storage_1d<F, AM>, coords: C) -> vec4<CF>" + stored,
		"(t: texture_storage_2d<F, AM>, coords: vec2<C>) -> vec4<CF>" + stored,
		"(t: texture_storage_2d_array<F, AM>, coords: vec2<C>, array_index: A) -> vec4<CF>" + stored,
		"(t: texture_storage_3d<F, AM>, coords: vec3<C>) -> vec4<CF>" + stored,
	})
}

func sampleRows() {
	const where = " where A: int, ST: f32"
	depth := signatures(depths, "", "sampler", "", "f32", where)
	flat := append([]sampled{colour1D}, colours...)
	sample := append(signatures(flat, "", "sampler", "", "vec4<f32>", where), depth...)
	row(TextureSample, "texturesample", sample, onlyFragment, flow(DerivativeFlow), nonUniform)
	row(TextureSampleBias, "texturesamplebias",
		signatures(colours, "", "sampler", ", bias: f32", "vec4<f32>", where),
		onlyFragment, flow(DerivativeFlow), nonUniform)
	row(TextureSampleGrad, "texturesamplegrad",
		signatures(colours, "", "sampler", ", ddx: VEC, ddy: VEC", "vec4<f32>", where))
	level := signatures(flat, "", "sampler", ", level: f32", "vec4<f32>", where)
	level = append(level, signatures(depths, "", "sampler", ", level: L", "f32", where+", L: int")...)
	row(TextureSampleLevel, "texturesamplelevel", level)
}

func sampleDepthRows() {
	compare := signatures(depths, "", "sampler_comparison", ", depth_ref: f32", "f32", " where A: int")
	row(TextureSampleCompare, "texturesamplecompare", compare, onlyFragment, flow(DerivativeFlow), nonUniform)
	row(TextureSampleCompareLevel, "texturesamplecomparelevel", compare)
}
