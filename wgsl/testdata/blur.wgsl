// A blur by bilinear samples around each pixel, mixed with edges.
@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var smooth_sampler: sampler;
@group(0) @binding(2) var result: texture_storage_2d<rgba8unorm, write>;
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let size = textureDimensions(result);
    if (any(id.xy >= size)) {
        return;
    }
    let uv = (vec2f(id.xy) + 0.5) / vec2f(size);
    var sum = vec4f();
    for (var y = -3; y <= 3; y++) {
        for (var x = -3; x <= 3; x++) {
            sum += textureSampleLevel(
                picture,
                smooth_sampler,
                uv + vec2f(vec2(x, y)) * 1.5 / vec2f(size),
                0.0,
            );
        }
    }
    textureStore(result, id.xy, sum / 49.0);
}
