// Package linux runs ordinary static Linux/amd64 programs in ring 3: processes,
// threads, memory, signals, and the system calls that Go programs make.
//
// It may import abi and the packages of kernel/ beneath it: amd64, apic, authority,
// elf, gpu, p9, paging, phys, region, report, trap, virtio. Nothing here may fail because of what
// a program does: every argument is checked, every user page is known to be mapped
// before the kernel touches it.
//
// The kernel runs with interrupts off and is never preempted: a thread of ring 3 is a
// trap.Context, and System.run enters one after the other. A call that has to wait
// marks its thread and returns to the loop; one that waits in its middle, for the server
// of a share, has a stack of its own: errand.go.
package linux
