package hypervisor

import (
	"time"

	"pxos/pixelvm"
)

// host answers host calls of the Pixel VM as far as the cartridge may make them.
type host struct {
	c         Capabilities
	start     time.Time
	now       func() time.Time
	random    uint64
	input     []byte
	arguments []int64
}

// Grants says whether the manifest asks for a call.
func (h *host) Grants(call int) bool {
	switch pixelvm.HostOps[call].Name {
	case "clock":
		return h.c.Clock
	case "random":
		return h.c.Random
	case "input":
		return h.c.Input
	}
	return true // arguments are the caller's own
}

// Call makes a call.
func (h *host) Call(call int, arguments []uint64, memory []byte) ([]uint64, error) {
	switch pixelvm.HostOps[call].Name {
	case "clock":
		return []uint64{uint64(h.now().Sub(h.start))}, nil
	case "random": // SplitMix64, so that one seed makes one run
		h.random += 0x9E3779B97F4A7C15
		z := h.random
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		return []uint64{z ^ z>>31}, nil
	case "argument":
		if i := arguments[0]; i < uint64(len(h.arguments)) {
			return []uint64{uint64(h.arguments[i])}, nil
		}
		return []uint64{0}, nil
	}
	from, to, n := arguments[0], arguments[1], arguments[2]
	if from >= uint64(len(h.input)) || to >= uint64(len(memory)) {
		return []uint64{0}, nil
	}
	room := memory[to:]
	return []uint64{uint64(copy(room[:min(n, uint64(len(room)))], h.input[from:]))}, nil
}
