// Package wgsl is the conformance suite of the WGSL packages: valid shaders whose
// results must be those of Chromium, and invalid ones that must be refused on the
// right line and whose repaired twin must pass.
//
// A file of valid/ or invalid/ holds many cases. A case begins with a line
//
//	//// name key=value …
//
// and runs to the next one. Keys of a valid case: workgroups=X,Y,Z; elements=N of
// every runtime-sized array (64); entry; overrides=a:1,b:2; ulp=N, the error that
// floats may have in units of the last place (4); abs=X, or this absolute error;
// features=shader-f16,… of WebGPU; chromium=REASON where Chromium is known to be
// wrong, with the section. The buffers are found by reflection: a binding whose
// name begins with out starts at zero, every other is filled from the case's name.
//
// An invalid case marks the mistake and its repair: ⟦wrong¦right⟧. The text
// with the left sides must be refused with an error on the line of the first
// mark, or on line=N counted from the case's first; with the right sides it must
// pass.
package wgsl
