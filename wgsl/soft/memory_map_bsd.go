//go:build darwin || freebsd || netbsd || openbsd

package soft

const noReserve = 0
