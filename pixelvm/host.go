package pixelvm

import (
	"bytes"
	"time"
)

// StandardHost answers all host calls, as far as they are granted. Arguments are: they are
// the caller's own.
type StandardHost struct {
	Clock, Random, TakesInput bool
	Now                       func() time.Time
	Start                     time.Time // from which the clock counts
	Seed                      uint64    // of random numbers; it moves on
	Input                     []byte
	Arguments                 []int64
	Folder                    *Folder  // that may be read, nil for none
	Scratch                   *Scratch // for what is saved, nil where nothing may be
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
	case "files", "file_name", "file_size", "file_read":
		return h.Folder != nil
	case "save":
		return h.Scratch != nil
	}
	return true
}

// Call makes a call.
func (h *StandardHost) Call(call int, arguments []uint64, memory []byte) ([]uint64, error) {
	result, err := h.call(HostOps[call].Name, arguments, memory)
	return []uint64{uint64(result)}, err
}

func (h *StandardHost) call(name string, a []uint64, memory []byte) (int64, error) {
	switch name {
	case "clock":
		return int64(h.Now().Sub(h.Start)), nil
	case "random":
		return h.random(), nil
	case "argument":
		if a[0] < uint64(len(h.Arguments)) {
			return h.Arguments[a[0]], nil
		}
		return 0, nil
	case "input":
		if a[0] >= uint64(len(h.Input)) {
			return 0, nil
		}
		return int64(copy(part(memory, a[1], a[2]), h.Input[a[0]:])), nil
	case "files":
		return int64(len(h.Folder.names)), nil
	case "save":
		// Neither a name nor bytes beyond the memory are cut: they are refused.
		name, data := part(memory, a[0], a[1]), part(memory, a[2], a[3])
		if uint64(len(name)) < a[1] || uint64(len(data)) < a[3] || !h.Scratch.Append(string(name), bytes.Clone(data)) {
			return 0, nil
		}
		return 1, nil
	}
	if a[0] >= uint64(len(h.Folder.names)) {
		return -1, nil
	}
	switch file := int(a[0]); name {
	case "file_name":
		copy(part(memory, a[1], a[2]), h.Folder.names[file])
		return int64(len(h.Folder.names[file])), nil
	case "file_size":
		return h.Folder.sizes[file], nil
	default: // file_read
		n, err := h.Folder.read(file, a[1], part(memory, a[2], a[3]))
		return int64(n), err
	}
}

// random is SplitMix64, so that one seed makes one run.
func (h *StandardHost) random() int64 {
	h.Seed += 0x9E3779B97F4A7C15
	z := h.Seed
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return int64(z ^ z>>31)
}

// part is as much of n bytes of memory from an address on as there is.
func part(memory []byte, address, n uint64) []byte {
	if address >= uint64(len(memory)) {
		return nil
	}
	rest := memory[address:]
	return rest[:min(n, uint64(len(rest)))]
}
