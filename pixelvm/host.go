package pixelvm

import "time"

// StandardHost answers all host calls, as far as they are granted. Arguments are: they are
// the caller's own.
type StandardHost struct {
	Clock, Random, TakesInput bool
	Now                       func() time.Time
	Start                     time.Time // from which the clock counts
	Seed                      uint64    // of random numbers; it moves on
	Input                     []byte
	Arguments                 []int64
}

// Grants says whether a call may be made.
func (h *StandardHost) Grants(call int) bool {
	switch HostOps[call].Name {
	case "clock":
		return h.Clock
	case "random":
		return h.Random
	case "input":
		return h.TakesInput
	}
	return true
}

// Call makes a call.
func (h *StandardHost) Call(call int, arguments []uint64, memory []byte) ([]uint64, error) {
	switch HostOps[call].Name {
	case "clock":
		return []uint64{uint64(h.Now().Sub(h.Start))}, nil
	case "random": // SplitMix64, so that one seed makes one run
		h.Seed += 0x9E3779B97F4A7C15
		z := h.Seed
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		return []uint64{z ^ z>>31}, nil
	case "argument":
		if i := arguments[0]; i < uint64(len(h.Arguments)) {
			return []uint64{uint64(h.Arguments[i])}, nil
		}
		return []uint64{0}, nil
	}
	from, to, n := arguments[0], arguments[1], arguments[2]
	if from >= uint64(len(h.Input)) || to >= uint64(len(memory)) {
		return []uint64{0}, nil
	}
	room := memory[to:]
	return []uint64{uint64(copy(room[:min(n, uint64(len(room)))], h.Input[from:]))}, nil
}
