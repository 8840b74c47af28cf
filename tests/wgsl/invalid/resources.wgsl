// Resources, textures and samplers.
//// group-missing
⟦¦@group(0)⟧ @binding(0) var<uniform> a: i32;
//// binding-missing
@group(0) ⟦¦@binding(0)⟧ var<uniform> a: i32;
//// group-negative
@group(⟦-1¦1⟧) @binding(0) var<uniform> a: i32;
//// binding-of-override
override n = 1;
@group(0) @binding(⟦n¦1⟧) var<uniform> a: i32;
//// group-on-private
@group(0) @binding(0) var<⟦private¦uniform⟧> a: i32;
//// sampler-without-binding
⟦¦@group(0) @binding(0)⟧ var s: sampler;
//// texture-in-space
@group(0) @binding(0) var⟦<uniform>¦⟧ t: texture_2d<f32>;
//// texture-of-bool
@group(0) @binding(0) var t: texture_2d<⟦bool¦f32⟧>;
//// texture-without-type
@group(0) @binding(0) var t: texture_2d⟦¦<f32>⟧;
//// depth-texture-with-type
@group(0) @binding(0) var t: texture_depth_2d⟦<f32>¦⟧;
//// storage-texture-format
@group(0) @binding(0) var t: texture_storage_2d<⟦rgba9unorm¦rgba8unorm⟧, write>;
//// storage-texture-access
@group(0) @binding(0) var t: texture_storage_2d<rgba8unorm⟦¦, write⟧>;
//// texture-in-function
fn f() {
    var t: ⟦texture_2d<f32>¦vec4f⟧;
}
//// texture-returned
@group(0) @binding(0) var t: texture_2d<f32>;
fn f() -> ⟦texture_2d<f32>¦u32⟧ { return ⟦t¦1⟧; }
//// load-without-level
@group(0) @binding(0) var t: texture_2d<f32>;
fn f() {
    _ = textureLoad(t, vec2i()⟦¦, 0⟧);
}
//// load-coordinates
@group(0) @binding(0) var t: texture_2d<f32>;
fn f() {
    _ = textureLoad(t, ⟦vec2f()¦vec2i()⟧, 0);
}
//// load-coordinate-count
@group(0) @binding(0) var t: texture_2d<f32>;
fn f() {
    _ = textureLoad(t, ⟦vec3i()¦vec2i()⟧, 0);
}
//// store-to-sampled line=2
@group(0) @binding(0) var t: texture_storage_2d<r32uint, ⟦read¦write⟧>;
fn f() { textureStore(t, vec2u(), vec4u()); }
//// store-wrong-channel
@group(0) @binding(0) var t: texture_storage_2d<r32uint, write>;
fn f() {
    textureStore(t, vec2u(), ⟦vec4f()¦vec4u()⟧);
}
//// sample-of-integers line=3
@group(0) @binding(0) var t: texture_2d<⟦u32¦f32⟧>;
@group(0) @binding(1) var s: sampler;
fn f() { _ = textureSampleLevel(t, s, vec2f(), 0); }
//// comparison-sampler line=3
@group(0) @binding(0) var t: texture_2d<f32>;
@group(0) @binding(1) var s: ⟦sampler_comparison¦sampler⟧;
fn f() { _ = textureSampleLevel(t, s, vec2f(), 0); }
//// offset-range
@group(0) @binding(0) var t: texture_2d<f32>;
@group(0) @binding(1) var s: sampler;
fn f() {
    _ = textureSampleLevel(t, s, vec2f(), 0, vec2i(⟦8¦7⟧, 0));
}
//// offset-at-run-time
@group(0) @binding(0) var t: texture_2d<f32>;
@group(0) @binding(1) var s: sampler;
fn f(o: vec2i) {
    _ = textureSampleLevel(t, s, vec2f(), 0, ⟦o¦vec2i()⟧);
}
//// gather-component
@group(0) @binding(0) var t: texture_2d<f32>;
@group(0) @binding(1) var s: sampler;
fn f() {
    _ = textureGather(⟦4¦3⟧, t, s, vec2f());
}
//// layers-of-plain line=2
@group(0) @binding(0) var t: ⟦texture_2d<f32>¦texture_2d_array<f32>⟧;
fn f() { _ = textureNumLayers(t); }
//// samples-of-plain line=2
@group(0) @binding(0) var t: ⟦texture_2d<f32>¦texture_multisampled_2d<f32>⟧;
fn f() { _ = textureNumSamples(t); }
//// sample-in-compute
@group(0) @binding(0) var t: texture_2d<f32>; @group(0) @binding(1) var s: sampler;
@compute @workgroup_size(1) fn main() {
    _ = ⟦textureSample(t, s, vec2f())¦textureSampleLevel(t, s, vec2f(), 0)⟧;
}
//// sample-in-branch
@group(0) @binding(0) var t: texture_2d<f32>; @group(0) @binding(1) var s: sampler;
@fragment fn main(@location(0) c: vec2f) {
    if (c.x > 0) {
        _ = ⟦textureSample(t, s, c)¦textureSampleLevel(t, s, c, 0)⟧;
    }
}
//// derivative-in-branch
@fragment fn main(@location(0) c: f32) {
    if (c > 0) {
        _ = ⟦dpdx(c)¦c⟧;
    }
}
