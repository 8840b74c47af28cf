package machine

import (
	"bytes"
	"strconv"
	"strings"
)

// The log of "-d int,cpu_reset,guest_errors,trace:memory_region_ops_write",
// parsed as it comes. QEMU: target/i386/tcg/seg_helper.c and excp_helper.c,
// hw/core/cpu, system/trace-events.
//
// What belongs to the firmware or the boot loader is left out. QEMU logs a
// delivered vector ("v=") in protected mode only, so real mode shows as a
// bare "Servicing hardware INT" and is passed over. Of the rest, an entry
// belongs to the kernel when paging is on, or when it executes above 1 MiB
// under a GDT that is neither the firmware's nor the loader's. Both run code
// above 1 MiB too (SeaBIOS moves itself to the end of RAM, GRUB's modules live
// in its heap), but SeaBIOS's GDT is in its ROM, 0xE0000 to 0xFFFFF, and GRUB's
// at 0x8280 with limit 0x27 (seen in 2.06 and 2.12, i386-pc). Inside the segments of a known
// kernel file everything is the kernel's. From the first such entry on
// everything counts. A chain that ends in a triple fault counts in any case.

const (
	logLineMaxBytes   = 4096
	firstExceptions   = 64  // always kept: how it began
	lastExceptions    = 192 // always kept: how it ended
	maxGuestErrors    = 200
	oneMiB            = 0x100000
	firmwareROMStart  = 0xE0000
	grubGDTStart      = 0x8000
	grubGDTEnd        = 0xA000
	grubGDTLimit      = 0x27
	crPaging          = 1 << 31
	crProtected       = 1 << 0
	noVector          = -1
	debugExitRegion   = "'isa-debug-exit'"
	traceWritePrefix  = "memory_region_ops_write "
	checkPrefix       = "check_exception old: 0x"
	hardwarePrefix    = "Servicing hardware INT=0x"
	tripleFaultPrefix = "Triple fault"
)

// intLog is the state of the parser. It is fed from one goroutine at a time.
type intLog struct {
	partial []byte // an unfinished line

	entry    *Exception // waits for the lines of its CPU state
	parser   cpuStateParser
	checked  *Exception // a check_exception that has no v= line yet
	hardware int        // vector of "Servicing hardware INT", noVector if none

	ranges  []physRange // where the kernel lies, if known
	seq     int
	kernel  bool        // the firmware has handed over
	chain   []Exception // before that: the chain of the running fault
	first   []Exception
	last    []Exception // ring of lastExceptions
	lastAt  int
	dropped int

	tripleFault bool
	resets      int // CPU resets logged
	delivered   int // vectors delivered or failed since power-on, firmware's included
	exitCode    int
	exitSeen    bool
	guestErrors []string
	errorsMore  int
}

func newIntLog() *intLog { return &intLog{hardware: noVector} }

// feed takes any piece of the log.
func (l *intLog) feed(data []byte) {
	for len(data) > 0 {
		line, rest, complete := bytes.Cut(data, []byte{'\n'})
		if room := logLineMaxBytes - len(l.partial); len(line) > room {
			line = line[:room]
		}
		l.partial = append(l.partial, line...)
		if !complete {
			return
		}
		l.line(strings.TrimRight(string(l.partial), "\r"))
		l.partial, data = l.partial[:0], rest
	}
}

// finish ends an entry whose state has not been followed by another line.
func (l *intLog) finish() {
	l.endState()
	l.endCheck()
}

func (l *intLog) line(line string) {
	if l.entry != nil {
		if l.parser.stateLine(line) {
			return
		}
		l.endState()
	}
	switch {
	case strings.HasPrefix(line, traceWritePrefix):
		l.traceWrite(line)
	case strings.HasPrefix(line, checkPrefix):
		l.endCheck()
		l.check(line[len(checkPrefix):])
	case strings.HasPrefix(line, hardwarePrefix):
		l.endCheck()
		l.hardware = vectorOf(line[len(hardwarePrefix):])
	case strings.HasPrefix(line, tripleFaultPrefix):
		l.endCheck()
		l.tripleFault = true
		l.keepChain()
	case strings.HasPrefix(line, "CPU Reset"):
		l.resets++
	case strings.HasPrefix(line, "SMM: "), strings.TrimSpace(line) == "":
	default:
		if entry, ok := parseVector(line); ok {
			l.vector(entry)
			return
		}
		var p cpuStateParser
		if !p.stateLine(line) { // the dump of a reset or of SMM is none of ours
			l.guestError(line)
		}
	}
}

func (l *intLog) guestError(line string) {
	if !l.kernel && !strings.HasPrefix(line, "Invalid") {
		// Firmware probes for devices that are absent; that says nothing.
		return
	}
	if len(l.guestErrors) < maxGuestErrors {
		l.guestErrors = append(l.guestErrors, line)
	} else {
		l.errorsMore++
	}
}

// traceWrite looks for the value written to isa-debug-exit:
// memory_region_ops_write cpu 0 mr 0x… addr 0xf4 value 0x10 size 1 name 'isa-debug-exit'
func (l *intLog) traceWrite(line string) {
	if !strings.HasSuffix(line, debugExitRegion) || l.exitSeen {
		return
	}
	_, rest, ok := strings.Cut(line, " value 0x")
	if !ok {
		return
	}
	digits, _, _ := strings.Cut(rest, " ")
	l.exitCode, l.exitSeen = int(uint32(hex(digits))), true
}

// check takes "OLD new 0xNEW" of check_exception; OLD is all ones for none.
func (l *intLog) check(text string) {
	old, rest, ok := strings.Cut(text, " ")
	if !ok {
		return
	}
	_, fresh, ok := strings.Cut(rest, "0x")
	if !ok {
		return
	}
	e := &Exception{Vector: vectorOf(fresh), OldVector: vectorOf(old)}
	if e.Vector != noVector {
		l.checked = e
	}
}

func vectorOf(digits string) int {
	v, err := strconv.ParseUint(strings.TrimSpace(digits), 16, 64)
	if err != nil || v > 0xFF {
		return noVector
	}
	return int(v)
}

// parseVector reads the head of a delivered vector:
//
//	0: v=0e e=0002 i=0 cpl=0 IP=0008:0000000000100082 pc=… SP=… CR2=…
func parseVector(line string) (Exception, bool) {
	_, rest, ok := strings.Cut(line, ": v=")
	if !ok {
		return Exception{}, false
	}
	fields := strings.Fields(rest)
	if len(fields) < 4 {
		return Exception{}, false
	}
	e := Exception{Vector: vectorOf(fields[0]), OldVector: noVector, HasState: true}
	for _, field := range fields[1:4] {
		key, value, _ := strings.Cut(field, "=")
		switch key {
		case "e":
			e.ErrorCode = hex(value)
		case "i":
			e.Soft = value != "0"
		}
	}
	return e, e.Vector != noVector
}

// vector joins a delivered vector with the line before it.
func (l *intLog) vector(e Exception) {
	switch {
	case l.checked != nil && l.checked.Vector == e.Vector:
		e.OldVector = l.checked.OldVector
		l.checked = nil
	case l.checked != nil && e.Vector == 8:
		// The checked one could not be delivered and became a double fault.
		old := l.checked.Vector
		l.endCheck()
		e.OldVector = old
	case l.hardware == e.Vector:
		e.Hardware = true
	case l.checked == nil && !e.Soft:
		e.Hardware = true // NMI, or a vector delivered by the APIC without a line of its own
	}
	l.endCheck()
	l.hardware = noVector
	l.entry, l.parser = &e, cpuStateParser{}
}

// endCheck stores a check_exception that no v= line followed: delivery failed.
func (l *intLog) endCheck() {
	if l.checked == nil {
		return
	}
	e := *l.checked
	l.checked = nil
	l.store(e, false)
}

// endState stores the entry whose state is complete.
func (l *intLog) endState() {
	if l.entry == nil {
		return
	}
	e := *l.entry
	l.entry = nil
	e.HasState = l.parser.ip
	e.Registers, e.SMM = l.parser.state.Registers, l.parser.state.SMM
	l.store(e, e.HasState && ofKernel(l.parser.state, l.ranges))
}

// ofKernel judges one state by the rule at the head of this file.
func ofKernel(s cpuState, ranges []physRange) bool {
	if s.SMM || s.CR0&crProtected == 0 {
		return false
	}
	if s.CR0&crPaging != 0 {
		return true
	}
	for _, r := range ranges {
		if at := s.CS.Base + s.RIP; at >= r.start && at < r.end {
			return true
		}
	}
	inFirmware := s.GDT.Base >= firmwareROMStart && s.GDT.Base < oneMiB
	inGRUB := s.GDT.Base >= grubGDTStart && s.GDT.Base < grubGDTEnd && s.GDT.Limit == grubGDTLimit
	return s.CS.Base+s.RIP >= oneMiB && !inFirmware && !inGRUB
}

func (l *intLog) store(e Exception, kernel bool) {
	e.Seq = l.seq
	l.seq++
	l.delivered++
	if !l.kernel && !kernel {
		if e.OldVector == noVector {
			l.chain = l.chain[:0]
		}
		if len(l.chain) < firstExceptions {
			l.chain = append(l.chain, e)
		}
		return
	}
	if !l.kernel {
		l.kernel = true
		if e.OldVector != noVector {
			l.keepChain()
		}
		l.chain = nil
	}
	l.append(e)
}

// keepChain moves the chain of a fault before the hand-over to the evidence.
func (l *intLog) keepChain() {
	for _, e := range l.chain {
		l.append(e)
	}
	l.chain = nil
}

func (l *intLog) append(e Exception) {
	switch {
	case len(l.first) < firstExceptions:
		l.first = append(l.first, e)
	case len(l.last) < lastExceptions:
		l.last = append(l.last, e)
	default:
		l.last[l.lastAt] = e
		l.lastAt = (l.lastAt + 1) % lastExceptions
		l.dropped++
	}
}

// exceptions returns the kept entries in order.
func (l *intLog) exceptions() []Exception {
	all := make([]Exception, 0, len(l.first)+len(l.last))
	all = append(all, l.first...)
	all = append(all, l.last[l.lastAt:]...)
	return append(all, l.last[:l.lastAt]...)
}
