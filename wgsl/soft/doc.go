// Package soft runs compute shaders on the CPU, fast: flat code is compiled to
// WebAssembly with SIMD, four invocations in the lanes of a vector, and that is
// run as native code by wazero, the workgroups spread over all cores.
//
// Device memory is the linear memory of the WebAssembly modules, so a shader can
// reach nothing else, whatever it does; inside of it every access is clamped to
// its binding. What is the same for all four lanes is computed once, in scalar
// code; where lanes part, masks say which take part. A workgroup with barriers is
// cut into regions, each of which runs for all its groups of four before the next
// one starts: barriers stand in uniform control flow, which makes that right.
//
// It may import the packages of wgsl/ except the other executors. Invariants:
// code with a mask runs only while the mask has a lane; loads may run for lanes
// that the mask excludes, stores never.
package soft
