package chat

import "syscall"

// mostMemory is of addresses, of which Go takes more than it uses.
const mostMemory = 2 << 30

// limitMemory has the system refuse memory beyond the limit, which ends the process.
func limitMemory() {
	// Where it is not there, as in pxOS, the machine's memory is the limit.
	_ = syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: mostMemory, Max: mostMemory})
}
