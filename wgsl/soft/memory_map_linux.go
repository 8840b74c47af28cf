package soft

import "golang.org/x/sys/unix"

// noReserve asks the system not to count the reservation as used.
const noReserve = unix.MAP_NORESERVE
