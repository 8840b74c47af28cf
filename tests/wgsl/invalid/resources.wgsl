// Resources, textures and samplers.
//// group-missing section=group-attr says=`the resource "a" needs both @group and @binding`
⟦¦@group(0)⟧ @binding(0) var<uniform> a: i32;
//// binding-missing section=binding-attr says=`the resource "a" needs both @group and @binding`
@group(0) ⟦¦@binding(0)⟧ var<uniform> a: i32;
//// group-negative section=group-attr says=`the argument of @group must not be negative, this is -1`
@group(⟦-1¦1⟧) @binding(0) var<uniform> a: i32;
//// binding-of-override section=binding-attr says=`the argument of @binding must be a const-expression of type i32 or u32`
override n = 1;
@group(0) @binding(⟦n¦1⟧) var<uniform> a: i32;
//// group-on-private section=group-attr says=`@group may stand on resources only, and "a" is in the address space private`
@group(0) @binding(0) var<⟦private¦uniform⟧> a: i32;
//// sampler-without-binding section=sampler-type says=`the resource "s" needs both @group and @binding`
⟦¦@group(0) @binding(0)⟧ var s: sampler;
//// texture-in-space section=texture-sampler-types says=`memory in the address space uniform cannot hold texture_2d<f32>: the type must be constructible and host-shareable`
@group(0) @binding(0) var⟦<uniform>¦⟧ t: texture_2d<f32>;
//// texture-of-bool section=sampled-texture-type says=`the component type of texture_2d must be f32, i32 or u32, not bool`
@group(0) @binding(0) var t: texture_2d<⟦bool¦f32⟧>;
//// texture-without-type section=sampled-texture-type says=`the type texture_2d needs template arguments`
@group(0) @binding(0) var t: texture_2d⟦¦<f32>⟧;
//// depth-texture-with-type section=texture-depth says=`the type texture_depth_2d takes no template arguments`
@group(0) @binding(0) var t: texture_depth_2d⟦<f32>¦⟧;
//// storage-texture-format section=texel-formats says=`a texel format is expected here`
@group(0) @binding(0) var t: texture_storage_2d<⟦rgba9unorm¦rgba8unorm⟧, write>;
//// storage-texture-access section=texture-storage says=`texture_storage_2d takes 2 template arguments, not 1`
@group(0) @binding(0) var t: texture_storage_2d<rgba8unorm⟦¦, write⟧>;
//// texture-in-function section=texture-sampler-types says=`memory in the address space function cannot hold texture_2d<f32>: the type is not constructible`
fn f() {
    var t: ⟦texture_2d<f32>¦vec4f⟧;
}
//// texture-returned section=texture-sampler-types says=`a function cannot return texture_2d<f32>: the type is not constructible`
@group(0) @binding(0) var t: texture_2d<f32>;
fn f() -> ⟦texture_2d<f32>¦u32⟧ { return ⟦t¦1⟧; }
//// load-without-level section=textureload says=`textureLoad cannot be called with \(texture_2d<f32>, vec2<i32>\)`
@group(0) @binding(0) var t: texture_2d<f32>;
fn f() {
    _ = textureLoad(t, vec2i()⟦¦, 0⟧);
}
//// load-coordinates section=textureload says=`textureLoad cannot be called with \(texture_2d<f32>, vec2<f32>, AbstractInt\)`
@group(0) @binding(0) var t: texture_2d<f32>;
fn f() {
    _ = textureLoad(t, ⟦vec2f()¦vec2i()⟧, 0);
}
//// load-coordinate-count section=textureload says=`textureLoad cannot be called with \(texture_1d<u32>, vec2<u32>, AbstractInt\)`
@group(0) @binding(0) var lines: texture_1d<u32>;
fn f(n: u32) -> u32 { return textureLoad(lines, ⟦vec2u(n, 0)¦n⟧, 0).x; }
//// store-to-sampled line=2 section=texturestore says=`textureStore cannot be called with \(texture_storage_2d<r32uint, read>, vec2<u32>, vec4<u32>\)`
@group(0) @binding(0) var t: texture_storage_2d<r32uint, ⟦read¦write⟧>;
fn f() { textureStore(t, vec2u(), vec4u()); }
//// store-wrong-channel section=texturestore says=`textureStore cannot be called with \(texture_storage_2d<r32uint, write>, vec2<u32>, vec4<f32>\)`
@group(0) @binding(0) var t: texture_storage_2d<r32uint, write>;
fn f() {
    textureStore(t, vec2u(), ⟦vec4f()¦vec4u()⟧);
}
//// sample-of-integers line=3 section=texturesamplelevel says=`textureSampleLevel cannot be called with \(texture_2d<u32>, sampler, vec2<f32>, AbstractInt\)`
@group(0) @binding(0) var t: texture_2d<⟦u32¦f32⟧>;
@group(0) @binding(1) var s: sampler;
fn f() { _ = textureSampleLevel(t, s, vec2f(), 0); }
//// comparison-sampler line=3 section=sampler-type says=`textureSampleLevel cannot be called with \(texture_2d<f32>, sampler_comparison, vec2<f32>, AbstractInt\)`
@group(0) @binding(0) var t: texture_2d<f32>;
@group(0) @binding(1) var s: ⟦sampler_comparison¦sampler⟧;
fn f() { _ = textureSampleLevel(t, s, vec2f(), 0); }
//// offset-range section=texturesamplelevel says=`the argument offset of textureSampleLevel must be from -8 to 7, this is 8`
@group(0) @binding(0) var t: texture_2d<f32>;
@group(0) @binding(1) var s: sampler;
fn f() {
    _ = textureSampleLevel(t, s, vec2f(), 0, vec2i(⟦8¦7⟧, 0));
}
//// offset-at-run-time section=texture-builtin-functions says=`the argument offset of textureSampleLevel must be a const-expression`
@group(0) @binding(0) var t: texture_2d<f32>;
@group(0) @binding(1) var s: sampler;
fn f(o: vec2i) {
    _ = textureSampleLevel(t, s, vec2f(), 0, ⟦o¦vec2i()⟧);
}
//// gather-component section=texturegather says=`the argument component of textureGather must be from 0 to 3, this is 4`
@group(0) @binding(0) var t: texture_2d<f32>;
@group(0) @binding(1) var s: sampler;
fn f() {
    _ = textureGather(⟦4¦3⟧, t, s, vec2f());
}
//// layers-of-plain line=2 section=texturenumlayers says=`textureNumLayers cannot be called with \(texture_2d<f32>\)`
@group(0) @binding(0) var t: ⟦texture_2d<f32>¦texture_2d_array<f32>⟧;
fn f() { _ = textureNumLayers(t); }
//// samples-of-plain line=2 section=texturenumsamples says=`textureNumSamples cannot be called with \(texture_2d<f32>\)`
@group(0) @binding(0) var t: ⟦texture_2d<f32>¦texture_multisampled_2d<f32>⟧;
fn f() { _ = textureNumSamples(t); }
//// sample-in-compute section=texturesample says=`the function textureSample may not be used in a compute shader`
@group(0) @binding(0) var t: texture_2d<f32>; @group(0) @binding(1) var s: sampler;
@compute @workgroup_size(1) fn main() {
    _ = ⟦textureSample(t, s, vec2f())¦textureSampleLevel(t, s, vec2f(), 0)⟧;
}
//// sample-in-branch section=texturesample says=`textureSample must be called from uniform control flow, but invocations may disagree about reaching it`
@group(0) @binding(0) var t: texture_2d<f32>; @group(0) @binding(1) var s: sampler;
@fragment fn main(@location(0) c: vec2f) {
    if (c.x > 0) {
        _ = ⟦textureSample(t, s, c)¦textureSampleLevel(t, s, c, 0)⟧;
    }
}
//// derivative-in-branch section=dpdx-builtin says=`dpdx must be called from uniform control flow, but invocations may disagree about reaching it`
@fragment fn main(@location(0) c: f32) {
    if (c > 0) {
        _ = ⟦dpdx(c)¦c⟧;
    }
}
