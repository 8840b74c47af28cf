// Package job runs one dispatch from files to files: what `pxos gpu run` does.
//
// It reads what a binding is given (raw bytes, numbers as text, .npy), checks all
// of it before anything runs, dispatches, and writes results as raw bytes, text,
// .npy or, for vec4 pixels, PNG. Results are written to a temporary name and
// renamed when whole. It may import the packages of wgsl/ and nothing else of
// pxOS.
package job
