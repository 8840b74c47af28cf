// Package abi holds what the kernel, the device and the host must agree on:
// mailbox registers, ring layout, opcodes, the kernel's exit codes and the
// keys of the boot report.
//
// It is linked into ring 0, so it holds constants and plain struct layouts
// only: no package-level variable with an initialiser that runs, no function
// that allocates. It imports nothing. The host-side parser of the boot report
// lives in abi/bootreport.
package abi
