// Package toolchain finds the programs that pxOS calls (QEMU, GRUB, xorriso,
// mtools, NASM, GCC) and installs those that the host lacks.
//
// What the host has in a good version is used. The rest comes from the
// archive of the host's own distribution and is unpacked into a private prefix
// under <repo>/.cache/tools; nothing of the host changes and no root is needed.
// The archive's signatures are always checked, by apt itself.
//
// Layout of the prefix, all of it below <cache>/tools:
//
//	lock            held with flock while a set-up runs
//	stamp.json      written last: which tool is where; absent = not set up
//	bin             link to root-HASH/bin: wrapper scripts, found relative to themselves
//	root-HASH/      usr/… of the packages, renamed into place when complete
//	apt/            apt's lists and archives, removed after success
//
// It must import nothing of this module, so that cmd/pxos-setup compiles in a
// second. Invariant: a stamp that parses names only files that were complete
// when it was written, so kill -9 at any moment costs a repeated step at most.
package toolchain
