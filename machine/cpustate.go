package machine

import (
	"errors"
	"strconv"
	"strings"
)

// cpuState is Registers with what QEMU prints beside them.
type cpuState struct {
	Registers
	Halted bool // HLT=1
	SMM    bool
}

// cpuStateParser collects the lines of QEMU's x86_cpu_dump_state, which stand
// in -d int and in "info registers" alike.
type cpuStateParser struct {
	state cpuState
	lines int
	ip    bool // the line with RIP or EIP was seen
}

var errNoCPUState = errors.New("no CPU state in the emulator's answer")

// stateLine tells whether a line belongs to a CPU dump, and takes it.
func (p *cpuStateParser) stateLine(line string) bool {
	if len(line) < 4 {
		return false
	}
	switch line[:4] {
	case "EAX=", "RAX=", "ESI=", "RSI=", "R8 =", "R12=", "CR0=", "EFER":
		p.assignments(line)
	case "EIP=", "RIP=":
		p.assignments(line)
		p.ip = true
	case "ES =", "CS =", "SS =", "DS =", "FS =", "GS =", "LDT=", "TR =":
		p.segment(line)
	case "GDT=", "IDT=":
		p.table(line)
	case "DR0=", "DR6=", "CCS=", "FCW=", "FPR0", "FPR2", "FPR4", "FPR6":
	default:
		if !vectorLine(line) {
			return false
		}
	}
	p.lines++
	return true
}

func vectorLine(line string) bool {
	for _, prefix := range []string{"XMM", "YMM", "ZMM", "Opmask"} {
		if strings.HasPrefix(line, prefix) {
			return true
		}
	}
	return false
}

// assignments takes all NAME=HEX of a line; QEMU pads two-letter names with a
// blank before the sign.
func (p *cpuStateParser) assignments(line string) {
	for len(line) > 0 {
		name, rest, ok := strings.Cut(line, "=")
		if !ok {
			return
		}
		value, after, _ := strings.Cut(rest, " ")
		p.assign(lastWord(name), value)
		line = after
	}
}

func lastWord(s string) string {
	s = strings.TrimRight(s, " ")
	return s[strings.LastIndexByte(s, ' ')+1:]
}

func (p *cpuStateParser) assign(name, value string) {
	v, err := strconv.ParseUint(value, 16, 64)
	if err != nil {
		return
	}
	if field := p.field(name); field != nil {
		*field = v
		return
	}
	switch name {
	case "CPL":
		p.state.CPL = int(v & 3)
	case "HLT":
		p.state.Halted = v != 0
	case "SMM":
		p.state.SMM = v != 0
	}
}

func (p *cpuStateParser) field(name string) *uint64 {
	r := &p.state.Registers
	switch name {
	case "RAX", "EAX":
		return &r.RAX
	case "RBX", "EBX":
		return &r.RBX
	case "RCX", "ECX":
		return &r.RCX
	case "RDX", "EDX":
		return &r.RDX
	case "RSI", "ESI":
		return &r.RSI
	case "RDI", "EDI":
		return &r.RDI
	case "RBP", "EBP":
		return &r.RBP
	case "RSP", "ESP":
		return &r.RSP
	case "RIP", "EIP":
		return &r.RIP
	case "RFL", "EFL":
		return &r.RFLAGS
	}
	return p.extendedField(name)
}

func (p *cpuStateParser) extendedField(name string) *uint64 {
	r := &p.state.Registers
	switch name {
	case "R8":
		return &r.R8
	case "R9":
		return &r.R9
	case "R10":
		return &r.R10
	case "R11":
		return &r.R11
	case "R12":
		return &r.R12
	case "R13":
		return &r.R13
	case "R14":
		return &r.R14
	case "R15":
		return &r.R15
	case "CR0":
		return &r.CR0
	case "CR2":
		return &r.CR2
	case "CR3":
		return &r.CR3
	case "CR4":
		return &r.CR4
	case "EFER":
		return &r.EFER
	}
	return nil
}

// segment takes "CS =0008 0000000000000000 ffffffff 00af9a00 DPL=0 …".
func (p *cpuStateParser) segment(line string) {
	fields := strings.Fields(line[4:])
	if len(fields) < 4 {
		return
	}
	s := Segment{
		Selector: uint16(hex(fields[0])), Base: hex(fields[1]),
		Limit: uint32(hex(fields[2])), Flags: uint32(hex(fields[3])),
	}
	r := &p.state.Registers
	switch line[:2] {
	case "ES":
		r.ES = s
	case "CS":
		r.CS = s
	case "SS":
		r.SS = s
	case "DS":
		r.DS = s
	case "FS":
		r.FS = s
	case "GS":
		r.GS = s
	case "LD":
		r.LDT = s
	case "TR":
		r.TR = s
	}
}

// table takes "GDT=     0000000000100098 00000017".
func (p *cpuStateParser) table(line string) {
	fields := strings.Fields(line[4:])
	if len(fields) < 2 {
		return
	}
	t := Table{Base: hex(fields[0]), Limit: uint32(hex(fields[1]))}
	if line[0] == 'G' {
		p.state.GDT = t
	} else {
		p.state.IDT = t
	}
}

// hex reads a hexadecimal number; text that is none counts as zero, because a
// dump line that is cut short must not stop the log.
func hex(s string) uint64 {
	v, err := strconv.ParseUint(s, 16, 64)
	if err != nil {
		return 0
	}
	return v
}

// parseRegisters reads the answer of "info registers -a": one state a CPU.
func parseRegisters(text string) ([]cpuState, error) {
	var states []cpuState
	var p cpuStateParser
	flush := func() {
		if p.ip {
			states = append(states, p.state)
		}
		p = cpuStateParser{}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "CPU#") {
			flush()
			continue
		}
		p.stateLine(line)
	}
	flush()
	if len(states) == 0 {
		return nil, errNoCPUState
	}
	return states, nil
}
