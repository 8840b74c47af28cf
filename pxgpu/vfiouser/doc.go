// Package vfiouser serves a PCI function to a virtual machine monitor over the
// vfio-user protocol (QEMU, docs/interop/vfio-user.rst): the function's config
// space, BARs, interrupts and DMA live in this process, the machine in another.
//
// It knows nothing of pxOS and imports nothing of it; it may be used alone.
//
// Invariants: encoding and decoding are pure functions of bytes; sizes that the
// client names are bounded before memory is taken; every file descriptor that
// the client passes is owned by exactly one object and closed by it; a handler
// is called from one goroutine at a time, the one that reads the socket, and
// while it runs the client may hold its global lock, so it must not block.
package vfiouser
