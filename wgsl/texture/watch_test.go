package texture_test

import (
	"slices"
	"testing"

	"pxos/wgsl/gpu"
	"pxos/wgsl/oracle"
)

// notes are what an observer was told, as names.
type notes struct{ events, changed []string }

func (n *notes) Workgroup([3]uint32, int64, int64) {}
func (n *notes) Event(e oracle.Event) {
	if e.Kind == oracle.Enter || e.Kind == oracle.Assign {
		name := e.Name
		if e.Kind == oracle.Enter {
			name = e.Function.Name
		}
		n.events = append(n.events, name+" "+valueText(e))
	}
}
func (n *notes) Changed(list []oracle.Change) {
	for _, c := range list {
		for _, p := range c.First {
			n.changed = append(n.changed, p.Name+" "+p.New.String())
		}
	}
}

func valueText(e oracle.Event) string {
	if e.Value == nil {
		return ""
	}
	return e.Value.String()
}

// TestDebuggerSeesTexels asks that an observer is told of texels, and not of the
// functions that stand for the built-in ones.
func TestDebuggerSeesTexels(t *testing.T) {
	n := &notes{}
	d := oracle.OpenWatched([3]uint32{1, 0, 0}, n)
	made, err := gpu.NewTexture(d, gpu.TextureDescriptor{Format: "r32float", Width: 4, Height: 3})
	if err != nil {
		t.Fatal(err)
	}
	run(t, d, `
@group(0) @binding(0) var t: texture_storage_2d<r32float, write>;
@compute @workgroup_size(2) fn main(@builtin(local_invocation_index) i: u32) {
    textureStore(t, vec2u(3u - i, 1u), vec4f(0.5 + f32(i)));
}`, gpu.Binding{Texture: made})
	if want := []string{"main ", "t at (2, 1, 0) vec4<f32>(1.5f, 0f, 0f, 1f)"}; !slices.Equal(n.events, want) {
		t.Errorf("events %q, want %q", n.events, want)
	}
	if want := []string{"t at (2, 1, 0) vec4<f32>(1.5f, 0f, 0f, 1f)", "t at (3, 1, 0) vec4<f32>(0.5f, 0f, 0f, 1f)"}; !slices.Equal(n.changed, want) {
		t.Errorf("changed %q, want %q", n.changed, want)
	}
}
