package tables

import (
	"fmt"
	"strings"

	"pxos/abi"
)

// States and kinds, with the numbers of package abi. As text, in JSON too, they
// are words.
type (
	ExtentState     uint32 // abi.Extent*
	CapabilityState uint32 // abi.Capability*
	ProcessState    uint32 // abi.Process*
	DeviceState     uint32 // abi.Device*
	ProgramState    uint32 // abi.Program*
	JobState        uint32 // abi.Job*
	ObjectKind      uint32 // abi.Object*
	RevocationKind  uint32 // abi.Revoke*
)

// Rights are abi.Right* bits; as text one letter each of "rwxg", in this order.
type Rights uint32

var (
	extentStates     = []string{"absent", "free", "owned", "revoking"}
	capabilityStates = []string{"free", "live", "revoking"}
	processStates    = []string{"free", "live", "ending"}
	deviceStates     = []string{"none", "free", "claimed"}
	programStates    = []string{"none", "builtin", "ready"}
	jobStates        = []string{"idle", "posted", "running", "answered"}
	objectKinds      = []string{"none", "extent", "device"}
	revocationKinds  = []string{"none", "capability", "process"}
)

func word(names []string, v uint32) string {
	if int64(v) < int64(len(names)) {
		return names[v]
	}
	return fmt.Sprintf("unknown-%d", v)
}

func number(names []string, text []byte) (uint32, error) {
	for i, n := range names {
		if n == string(text) {
			return uint32(i), nil
		}
	}
	return 0, fmt.Errorf("tables: %q is none of %s", text, strings.Join(names, ", "))
}

// unmarshal stores the number of a word in any of the types above.
func unmarshal[T ~uint32](to *T, names []string, text []byte) error {
	v, err := number(names, text)
	*to = T(v)
	return err
}

func (s ExtentState) String() string     { return word(extentStates, uint32(s)) }
func (s CapabilityState) String() string { return word(capabilityStates, uint32(s)) }
func (s ProcessState) String() string    { return word(processStates, uint32(s)) }
func (s DeviceState) String() string     { return word(deviceStates, uint32(s)) }
func (s ProgramState) String() string    { return word(programStates, uint32(s)) }
func (s JobState) String() string        { return word(jobStates, uint32(s)) }
func (k ObjectKind) String() string      { return word(objectKinds, uint32(k)) }
func (k RevocationKind) String() string  { return word(revocationKinds, uint32(k)) }

// MarshalText writes the state's word.
func (s ExtentState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText writes the state's word.
func (s CapabilityState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText writes the state's word.
func (s ProcessState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText writes the state's word.
func (s DeviceState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText writes the state's word.
func (s ProgramState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText writes the state's word.
func (s JobState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText writes the kind's word.
func (k ObjectKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// MarshalText writes the kind's word.
func (k RevocationKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *ExtentState) UnmarshalText(b []byte) error { return unmarshal(s, extentStates, b) }

// UnmarshalText reads what MarshalText wrote.
func (s *CapabilityState) UnmarshalText(b []byte) error { return unmarshal(s, capabilityStates, b) }

// UnmarshalText reads what MarshalText wrote.
func (s *ProcessState) UnmarshalText(b []byte) error { return unmarshal(s, processStates, b) }

// UnmarshalText reads what MarshalText wrote.
func (s *DeviceState) UnmarshalText(b []byte) error { return unmarshal(s, deviceStates, b) }

// UnmarshalText reads what MarshalText wrote.
func (s *ProgramState) UnmarshalText(b []byte) error { return unmarshal(s, programStates, b) }

// UnmarshalText reads what MarshalText wrote.
func (s *JobState) UnmarshalText(b []byte) error { return unmarshal(s, jobStates, b) }

// UnmarshalText reads what MarshalText wrote.
func (k *ObjectKind) UnmarshalText(b []byte) error { return unmarshal(k, objectKinds, b) }

// UnmarshalText reads what MarshalText wrote.
func (k *RevocationKind) UnmarshalText(b []byte) error { return unmarshal(k, revocationKinds, b) }

const rightLetters = "rwxg"

// String writes a letter for each right, "-" for one that lacks: "rw--".
func (r Rights) String() string {
	b := []byte("----")
	for i := range b {
		if r>>i&1 != 0 {
			b[i] = rightLetters[i]
		}
	}
	return string(b)
}

// Has says whether all of the rights in want are there.
func (r Rights) Has(want Rights) bool { return r&want == want }

// MarshalText writes String.
func (r Rights) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (r *Rights) UnmarshalText(b []byte) error {
	*r = 0
	if len(b) != len(rightLetters) {
		return fmt.Errorf("tables: rights %q have %d letters, not %d", b, len(b), len(rightLetters))
	}
	for i, c := range b {
		switch c {
		case rightLetters[i]:
			*r |= 1 << i
		case '-':
		default:
			return fmt.Errorf("tables: rights %q: letter %d is %q or -", b, i+1, rightLetters[i])
		}
	}
	return nil
}

// String names the process: "kernel" or "process 3", with the generation from
// the second life of a row on.
func (h Handle) String() string {
	switch {
	case h == Kernel:
		return "kernel"
	case h.Generation() == 0:
		return fmt.Sprintf("process %d", h.Index())
	}
	return fmt.Sprintf("process %d.%d", h.Index(), h.Generation())
}

// String names the object.
func (o Object) String() string {
	if o.Kind == abi.ObjectExtent {
		return fmt.Sprintf("extent %d (%#x)", o.Index, uint64(o.Index)*abi.ExtentBytes)
	}
	return fmt.Sprintf("%s %d", o.Kind, o.Index)
}
