// Package webgpu runs compute shaders in headless Chromium, another compiler
// (Tint) and another executor (SwiftShader): the judge of conformance, and a peer
// in benchmarks.
//
// A page served from the loopback address fetches the jobs, runs each by WebGPU
// and posts what came out. The browser has a profile of its own in a temporary
// folder and dies with the context. Invariant: nothing of it stays.
package webgpu

// Job is one shader to compile and perhaps to run.
type Job struct {
	Name string `json:"name"`
	Code string `json:"code"`
	// Entry is the entry point; with "" the shader is only compiled.
	Entry string `json:"entry"`
	// Constants are the values of overrides, by their names or numbers.
	Constants map[string]float64 `json:"constants,omitempty"`
	// PipelineOnly makes the pipeline and dispatches nothing.
	PipelineOnly bool      `json:"pipeline_only,omitempty"`
	Workgroups   [3]uint32 `json:"workgroups"`
	Bindings     []Binding `json:"bindings"`
	// Repeat is how many more dispatches are timed after the first; 0 is none.
	Repeat int `json:"repeat"`
	// Features are the WebGPU features to ask for, such as shader-f16.
	Features []string `json:"features"`
}

// Binding is a buffer of group 0 and up.
type Binding struct {
	Group   int    `json:"group"`
	Binding int    `json:"binding"`
	Kind    string `json:"kind"` // uniform, storage, read-only-storage, texture or sampler
	Data    []byte `json:"data"` // base64 in JSON
	// Texture and Sampler describe those kinds. The result's data of a storage
	// texture are the texels of level 0, of other textures and samplers nothing.
	Texture *Texture `json:"texture,omitempty"`
	Sampler *Sampler `json:"sampler,omitempty"`
}

// Texture is a texture and the view of it that is bound. Levels has the texels of
// each level, all layers on end, without padding.
type Texture struct {
	Dimension     string   `json:"dimension"`
	View          string   `json:"view"`
	Format        string   `json:"format"`
	Width         int      `json:"width"`
	Height        int      `json:"height"`
	Layers        int      `json:"layers"`
	Samples       int      `json:"samples"`
	BytesPerTexel int      `json:"bytes_per_texel"`
	Storage       bool     `json:"storage"`
	Levels        [][]byte `json:"levels"`
}

// Sampler is a GPUSamplerDescriptor; what is empty has WebGPU's default.
type Sampler struct {
	AddressModeU string `json:"addressModeU,omitempty"`
	AddressModeV string `json:"addressModeV,omitempty"`
	AddressModeW string `json:"addressModeW,omitempty"`
	MagFilter    string `json:"magFilter,omitempty"`
	MinFilter    string `json:"minFilter,omitempty"`
	MipmapFilter string `json:"mipmapFilter,omitempty"`
	Compare      string `json:"compare,omitempty"`
}

// Result is what became of a job.
type Result struct {
	Name string `json:"name"`
	// Errors are the messages of the shader's compilation, of the pipeline and of
	// the dispatch.
	Errors []Message `json:"errors"`
	// Data are the contents of the bindings afterwards.
	Data [][]byte `json:"data"`
	// CompileMS is the time until the pipeline was there, DispatchMS one timed
	// dispatch each, milliseconds.
	CompileMS  float64   `json:"compile_ms"`
	DispatchMS []float64 `json:"dispatch_ms"`
}

// Message is an error; Line counts from 1, and is 0 where there is no place.
type Message struct {
	Stage string `json:"stage"` // device, shader, pipeline, dispatch
	Line  int    `json:"line"`
	Text  string `json:"text"`
}
