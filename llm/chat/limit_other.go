//go:build !linux

package chat

// limitMemory does nothing where there is no limit of addresses that Go can live with.
func limitMemory() {}
