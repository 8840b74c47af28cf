package cm

import "golang.org/x/sys/unix"

// hugePages asks for large pages beneath a table that is read at random: with small
// ones each look-up misses the TLB too. Without them it is only slower.
func hugePages(table []byte) { _ = unix.Madvise(table, unix.MADV_HUGEPAGE) }
