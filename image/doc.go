// Package image turns the kernel's source into something that boots: it
// compiles the Go half with the stock toolchain, assembles the start stub,
// checks the linked code against the rules of ring 0 (package gate), joins both
// into one ELF64 file and packs that into a GRUB ISO.
//
// It must not import machine or anything above it. A source that does not
// build is a *BuildError (the thing under test failed); a tool that is missing
// or breaks is any other error (the laboratory failed). Files appear whole or
// not at all.
package image
