// Package tables reads the GPU's tables (abi/authority.go) from a snapshot of
// video memory: who holds which memory, device and program, what was counted.
// The audit, the commands and the picture of memory all read them through it.
//
// It runs on the host and must not be linked into ring 0. It may import abi
// alone.
//
// Invariants: a snapshot is outside data, so Decode checks every bound and
// every state and never panics; what it returns is plain data with a stable
// JSON form, sorted by number, and is never written again. Whether the tables
// agree with one another is not judged here.
package tables
