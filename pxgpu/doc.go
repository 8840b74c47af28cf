// Package pxgpu is the GPU of a pxOS machine: a PCI display controller that this
// process serves to the emulator over vfio-user, with 16 MiB of video memory
// shared with the guest and the mailbox of package mailbox behind it.
//
// It shares abi with the kernel and imports nothing else of pxOS, so each side
// can be tested against a fake of the other.
//
// Lock order: there is one lock, Device.mu, which guards the mailbox model. The
// poller holds it while it spins and lets go as soon as Device.want is raised;
// a trapped access therefore waits for at most one batch of commands. No code
// that may block runs under it: console text goes through a bounded queue.
package pxgpu
