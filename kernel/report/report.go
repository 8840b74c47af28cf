// Package report writes the boot report on the serial line: the lines of
// abi/report.go with their checksum.
//
// It may import abi, terminal and uart. What goes to the line is shown on the screen too,
// if there is one. It keeps no buffer and allocates nothing, so that
// an exception handler can use it on whatever stack is left.
package report

import (
	"pxos/abi"
	"pxos/kernel/terminal"
	"pxos/kernel/uart"
)

var (
	port   uart.Port
	crc    uint32 // CRC-32 of all lines so far
	table  [256]uint32
	tests  uint64
	bad    uint64
	open   bool // a line was begun and not ended
	traced bool // the line is of the trace, which is long and not shown
)

// crcPolynomial is IEEE 802.3's, reversed.
const crcPolynomial = 0xEDB88320

// Open starts the serial line and a new report.
func Open() bool {
	for i := range table {
		c := uint32(i)
		for k := 0; k < 8; k++ {
			if c&1 != 0 {
				c = c>>1 ^ crcPolynomial
			} else {
				c >>= 1
			}
		}
		table[i] = c
	}
	return port.Open(uart.COM1)
}

// Port is the serial line of the report.
func Port() *uart.Port { return &port }

func put(c byte) {
	port.Put(c)
	if !traced {
		terminal.Main.Put(c)
	}
	crc = table[byte(crc)^c] ^ crc>>8
}

func puts(s string) {
	for i := 0; i < len(s); i++ {
		put(s[i])
	}
}

// Text sends words that are no part of the report: a person reads them.
func Text(s string) {
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' {
			port.Put('\r')
		}
		port.Put(s[i])
		terminal.Main.Put(s[i])
	}
}

// Begin starts a line of the given kind. One that was interrupted by a fault ends
// there: what follows must be read.
func Begin(kind string) {
	if open {
		End()
	}
	open, traced = true, kind == abi.ReportTrace
	terminal.Main.Colour(terminal.Grey)
	crc = ^crc
	puts(abi.ReportPrefix)
	puts(kind)
}

// End ends the line.
func End() {
	port.Put('\r') // for terminals; not part of the checksum
	put('\n')
	crc = ^crc
	open, traced = false, false
	terminal.Main.Colour(terminal.White)
}

func key(k string) {
	put(' ')
	puts(k)
	put('=')
}

// Uint writes a decimal field.
func Uint(k string, v uint64) {
	key(k)
	decimal(v)
}

func decimal(v uint64) {
	var digits [20]byte
	n := len(digits)
	for {
		n--
		digits[n] = byte('0' + v%10)
		v /= 10
		if v == 0 {
			break
		}
	}
	for ; n < len(digits); n++ {
		put(digits[n])
	}
}

// Hex writes a hexadecimal field.
func Hex(k string, v uint64) {
	key(k)
	puts("0x")
	hex(v, 1)
}

// hex writes at least width digits.
func hex(v uint64, width int) {
	started := false
	for i := 15; i >= 0; i-- {
		d := byte(v >> (4 * uint(i)) & 0xF)
		if d == 0 && !started && i >= width {
			continue
		}
		started = true
		if d < 10 {
			put('0' + d)
		} else {
			put('a' + d - 10)
		}
	}
}

// String writes a field, in quotes where it must be.
func String(k, v string) {
	key(k)
	quote := len(v) == 0
	for i := 0; i < len(v); i++ {
		if v[i] == ' ' {
			quote = true
		}
	}
	if quote {
		put('"')
	}
	for i := 0; i < len(v); i++ {
		putClean(v[i])
	}
	if quote {
		put('"')
	}
}

// Bytes writes a field from bytes, in quotes.
func Bytes(k string, v []byte) {
	key(k)
	put('"')
	for _, c := range v {
		putClean(c)
	}
	put('"')
}

// putClean keeps quotes and control characters out of a field.
func putClean(c byte) {
	if c < ' ' || c > '~' || c == '"' {
		c = '?'
	}
	put(c)
}

// BDF writes a PCI address as bus:device.function.
func BDF(bus, device, function uint8) {
	key("bdf")
	hex(uint64(bus), 2)
	put(':')
	hex(uint64(device), 2)
	put('.')
	put('0' + function&7)
}

// Test writes the result of a self-test.
func Test(name string, checks, failed uint64, detail string) {
	Begin(abi.ReportTest)
	String("name", name)
	Uint("checks", checks)
	Uint("failed", failed)
	if detail != "" {
		String("detail", detail)
	}
	End()
	tests++
	if failed != 0 || checks == 0 {
		bad++
	}
}

// Finish writes the end line and says whether every test passed.
func Finish() bool {
	sum := crc
	Begin(abi.ReportEnd)
	Uint("tests", tests)
	Uint("failed", bad)
	key("crc")
	puts("0x")
	hex(uint64(sum), 8)
	End()
	return bad == 0 && tests > 0
}
