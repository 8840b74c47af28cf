// Package wgsl is the conformance suite of the WGSL packages: valid shaders whose
// results must be those of Chromium, and invalid ones that must be refused on the
// right line, for the right reason, and whose repaired twin must pass. Each case
// names the sections of the specification that it is about, and each section that
// says something testable has cases.
//
// A file of valid/ or invalid/ holds many cases. A case begins with a line
//
//	//// name key=value …
//
// and runs to the next one. A value in backquotes may have blanks. Keys of all:
// section=ANCHOR,… of the specification (else the file's, `// section: ANCHOR` at its
// head); features=shader-f16,… of WebGPU; overrides=a:1,b:2; entry; chromium=REASON,
// last, where Chromium is known to differ, with the section.
//
// Keys of a valid case: check-only, where it is accepted and not run;
// workgroups=X,Y,Z; elements=N of every runtime-sized array (64); ulp=N, the error
// that floats may have in units of the last place (4); abs=X, or this absolute
// error; without=vulkan, an executor that has to say that it cannot run it. The
// buffers are found by reflection: a binding whose name begins with out
// starts at zero, every other is filled from the case's name.
//
// An invalid case marks the mistake and its repair: ⟦wrong¦right⟧. The text
// with the left sides must be refused with an error on the line of the first
// mark, or on line=N counted from the case's first (line=none: no place), whose message matches
// says=REGEXP; with the right sides it must pass. With pipeline the module must be
// accepted, and making the pipeline of its compute entry point be refused.
package wgsl
