package fault

import (
	"fmt"
	"strings"

	"pxos/machine"
)

// Vectors of exceptions (Intel SDM volume 3, table 6-1).
const (
	vecDE = 0
	vecDB = 1
	vecBP = 3
	vecUD = 6
	vecNM = 7
	vecDF = 8
	vecTS = 10
	vecNP = 11
	vecSS = 12
	vecGP = 13
	vecPF = 14
)

var vectorNames = [32]string{
	0: "#DE divide error", 1: "#DB debug", 2: "NMI", 3: "#BP breakpoint", 4: "#OF overflow",
	5: "#BR bound range", 6: "#UD invalid opcode", 7: "#NM no FPU", 8: "#DF double fault",
	9: "coprocessor overrun", 10: "#TS invalid TSS", 11: "#NP segment not present", 12: "#SS stack fault",
	13: "#GP general protection", 14: "#PF page fault", 15: "reserved vector 15", 16: "#MF FPU error",
	17: "#AC alignment check", 18: "#MC machine check", 19: "#XM SIMD error", 20: "#VE virtualization",
	21: "#CP control protection", 28: "#HV hypervisor", 29: "#VC VMM communication", 30: "#SX security",
}

// VectorName names a vector: the mnemonic and words for an exception, "interrupt
// n" for the rest.
func VectorName(v int) string {
	if v >= 0 && v < len(vectorNames) && vectorNames[v] != "" {
		return vectorNames[v]
	}
	return fmt.Sprintf("interrupt 0x%02x", v)
}

// ErrorCode is an exception's error code in words. selector and index are set
// for the exceptions that blame a descriptor.
type ErrorCode struct {
	Value    uint64   `json:"value"`
	Bits     []string `json:"bits"`
	Selector bool     `json:"selector"`        // it names a descriptor
	Table    string   `json:"table,omitempty"` // GDT, LDT or IDT
	Index    int      `json:"index,omitempty"` // of the descriptor, or the vector
	External bool     `json:"external"`        // EXT: an event outside the program
	Words    string   `json:"words"`
}

// HasErrorCode tells whether the CPU pushes an error code for the vector.
func HasErrorCode(v int) bool {
	switch v {
	case 8, 10, 11, 12, 13, 14, 17, 21, 29, 30:
		return true
	}
	return false
}

// DecodeError explains an error code (SDM volume 3, 6.13 and 4.7).
func DecodeError(vector int, code uint64) ErrorCode {
	e := ErrorCode{Value: code}
	switch vector {
	case vecPF:
		e.decodePageFault()
	case vecTS, vecNP, vecSS, vecGP:
		e.decodeSelector()
	default:
		if code != 0 {
			e.Words = "error code " + hex(code)
		}
	}
	return e
}

func (e *ErrorCode) decodePageFault() {
	for i, name := range []string{"P", "W", "U", "RSVD", "I", "PK", "SS"} {
		if e.Value>>i&1 != 0 {
			e.Bits = append(e.Bits, name)
		}
	}
	has := func(bit uint64) bool { return e.Value>>bit&1 != 0 }
	var words []string
	what := "read"
	if has(1) {
		what = "write"
	}
	if has(4) {
		what = "instruction fetch"
	}
	who := "kernel"
	if has(2) {
		who = "user"
	}
	words = append(words, who+" "+what)
	switch {
	case has(3):
		words = append(words, "a reserved bit is set in a page-table entry")
	case has(0):
		words = append(words, "the page is present but does not allow it")
	default:
		words = append(words, "the page is not present")
	}
	if has(5) {
		words = append(words, "protection keys forbid it")
	}
	e.Words = strings.Join(words, ", ")
}

// decodeSelector reads EXT, IDT, TI and the index. For a bad IDT gate the manuals
// give vector*8+2 and QEMU writes vector*16+2 in long mode: Index is the manuals'
// reading, vectors gives both.
func (e *ErrorCode) decodeSelector() {
	if e.Value == 0 {
		e.Words = "no descriptor is to blame (0)"
		return
	}
	e.Selector = true
	e.External = e.Value&1 != 0
	e.Index = int(e.Value >> 3 & 0x1FFF)
	if e.External {
		e.Bits = append(e.Bits, "EXT")
	}
	switch {
	case e.Value&2 != 0:
		e.Table = "IDT"
		e.Bits = append(e.Bits, "IDT")
		v := e.vectors()
		e.Words = fmt.Sprintf("the IDT gate of vector %d", v[0])
		if len(v) > 1 {
			e.Words += fmt.Sprintf(" (or %d, as QEMU counts)", v[1])
		}
	case e.Value&4 != 0:
		e.Table = "LDT"
		e.Bits = append(e.Bits, "TI")
		e.Words = fmt.Sprintf("selector %s, entry %d of the LDT", hex(e.Value&^3), e.Index)
	default:
		e.Table = "GDT"
		e.Words = fmt.Sprintf("selector %s, entry %d of the GDT", hex(e.Value&^3), e.Index)
	}
}

// vectors are the vectors that an IDT error code may mean.
func (e ErrorCode) vectors() []int {
	if e.Table != "IDT" {
		return nil
	}
	v := []int{e.Index}
	if e.Value&^3&0xF == 0 && e.Value>>4 != 0 {
		v = append(v, int(e.Value>>4&0xFF))
	}
	return v
}

// ChainStep is one exception of the chain that ended the run.
type ChainStep struct {
	Vector   int        `json:"vector"`
	Name     string     `json:"name"`
	Error    *ErrorCode `json:"error,omitempty"`
	RIP      uint64     `json:"rip"`
	RSP      uint64     `json:"rsp"`
	CR2      uint64     `json:"cr2,omitempty"`
	Where    string     `json:"where,omitempty"` // function+offset
	Known    bool       `json:"state_known"`     // false: QEMU told only the vector
	Hardware bool       `json:"hardware,omitempty"`
	Software bool       `json:"software,omitempty"`
	During   int        `json:"during"` // vector whose delivery failed with this, -1
	Root     bool       `json:"root"`   // the fault that started it
	Note     string     `json:"note,omitempty"`
}

// faults says whether an entry of the log is a CPU exception of protected or long
// mode outside of system management mode.
func isFault(e *machine.Exception) bool {
	if e.SMM || e.Hardware || e.Vector > 31 || e.Vector < 0 {
		return false
	}
	if e.Soft && e.Vector != vecBP {
		return false
	}
	return !e.HasState || e.Registers.CR0&cr0PE != 0
}
