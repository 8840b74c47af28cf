// Package fault turns evidence (package machine) into a diagnosis: what went
// wrong in a kernel, why, how that was found and what to do about it. It knows
// no particular kernel; where a boot report (package abi) is on the serial line
// it is used as one more witness.
//
// It may import abi, image and machine, and must not import memory or
// architect.
//
// Invariants: a diagnosis is plain data with a stable JSON form; evidence is
// never trusted, so every walk, scan and backtrace is bounded and none panics;
// no figure in a text is one that was not read from the evidence.
package fault
