// Package screen shows the kernel's terminal and the owners of memory on QEMU's
// bochs-display: a plain frame buffer, docs/specs/standard-vga.rst of QEMU.
//
// It may import abi, authority, paging, pci, phys and terminal. The device's ranges must
// have been granted before Open. What did not change is not drawn again.
package screen

import (
	"pxos/abi"
	"pxos/kernel/authority"
	"pxos/kernel/paging"
	"pxos/kernel/pci"
	"pxos/kernel/phys"
	"pxos/kernel/terminal"
)

// Size of the picture, in pixels of 32 bits: blue in the lowest byte, then green, red.
const (
	Width      = 1024
	Height     = 768
	FrameBytes = Width * Height * pixelBytes
	pixelBytes = 4
	glyphWide  = 8
	glyphHigh  = 16
)

// The device: BAR0 is the frame buffer, BAR2 holds the VBE DISPI registers at
// dispiBase, 16 bits each, by their index.
const (
	frameBAR     = 0
	registerBAR  = 2
	dispiBase    = 0x500
	dispiID      = 0
	dispiWidth   = 1
	dispiHeight  = 2
	dispiDepth   = 3
	dispiEnable  = 4
	dispiVirtual = 6
	dispiX       = 8
	dispiY       = 9

	idFamily  = 0xB0C0 // and a version in the low 4 bits
	enabled   = 1 << 0
	linear    = 1 << 6
	pageBytes = 0x1000
)

// Where things are.
const (
	headHigh     = 28
	ConsoleLeft  = 8
	ConsoleTop   = 36
	panelLeft    = ConsoleLeft + terminal.Columns*glyphWide + 16
	panelColumns = (Width - panelLeft - 8) / glyphWide
)

// Colours, 0xRRGGBB.
const (
	background = 0x0D1117
	headColour = 0x161B22
	lineColour = 0x30363D
)

// palette are the terminal's colours.
var palette = [16]uint32{background, 0xE0565B, 0x57AB5A, 0xC69026, 0x539BF5, 0xB083F0, 0x39C5CF, 0xC9D1D9,
	0x768390, 0xFF7B72, 0x7EE787, 0xE3B341, 0x79C0FF, 0xD2A8FF, 0x56D4DD, 0xFFFFFF}

// Screen is the device and what it shows.
type Screen struct {
	Ready    bool
	Held     bool // a program draws: Console and Memory do nothing
	MapError paging.Error
	Frame    uint64         // physical address of the pixels
	Type     paging.MemType // they are mapped with
	cells    [terminal.Rows][terminal.Columns]terminal.Cell
	memory   view
}

// Open finds the device, maps it and sets its mode. It says no where there is none, or
// none that can be used.
func (s *Screen) Open(b *pci.Bus, t *paging.Tables) bool {
	for i := range b.Devices[:b.Count] {
		d := &b.Devices[i]
		if d.Vendor != abi.PCIVendorScreen || d.ID != abi.PCIDeviceScreen {
			continue
		}
		frame, registers := &d.BARs[frameBAR], &d.BARs[registerBAR]
		if frame.IO || frame.Base == 0 || frame.Size < Width*Height*pixelBytes || registers.IO || registers.Base == 0 || registers.Size < pageBytes {
			return false
		}
		kind := paging.Uncached
		if frame.Prefetch { // then the GPU was told that it may be combined
			kind = paging.WriteCombining
		}
		b.Enable(d)
		if _, s.MapError = t.MapDevice(registers.Base, pageBytes, paging.Uncached); s.MapError != paging.OK {
			return false
		}
		if _, s.MapError = t.MapDevice(frame.Base, frame.Size, kind); s.MapError != paging.OK {
			return false
		}
		if !setMode(registers.Base + dispiBase) {
			return false
		}
		s.Type = kind
		s.start(frame.Base)
		return true
	}
	return false
}

// setMode writes the DISPI registers: off, the size, on.
func setMode(at uint64) bool {
	if phys.Load16(at+2*dispiID)&^0xF != idFamily {
		return false
	}
	for _, w := range [...][2]uint16{{dispiEnable, 0}, {dispiWidth, Width}, {dispiHeight, Height}, {dispiDepth, 8 * pixelBytes},
		{dispiVirtual, Width}, {dispiX, 0}, {dispiY, 0}, {dispiEnable, enabled | linear}} {
		phys.Store16(at+2*uint64(w[0]), w[1])
	}
	return phys.Load16(at+2*dispiWidth) == Width && phys.Load16(at+2*dispiHeight) == Height
}

// start draws what never changes on a frame buffer.
func (s *Screen) start(frame uint64) {
	s.Frame = frame
	s.fill(0, 0, Width, Height, background)
	s.fill(0, 0, Width, headHigh, headColour)
	s.fill(0, headHigh, Width, 1, lineColour)
	s.fill(panelLeft-8, headHigh+1, 1, Height-headHigh-1, lineColour)
	s.text(ConsoleLeft, 6, "pxOS", palette[terminal.BrightWhite], headColour)
	s.text(ConsoleLeft+5*glyphWide, 6, "console", palette[terminal.Grey], headColour)
	s.text(panelLeft, 6, "memory, one tile is 2 MiB", palette[terminal.Grey], headColour)
	for row := range &s.cells {
		for column := range &s.cells[row] {
			s.cells[row][column] = terminal.Blank
		}
	}
	s.memory.forget()
	s.Ready = true
}

// Release has the kernel draw again, all of it.
func (s *Screen) Release() {
	s.Held = false
	s.start(s.Frame)
	terminal.Main.Changed = true
}

// Console draws what changed of a terminal.
func (s *Screen) Console(t *terminal.Terminal) {
	if !s.Ready || s.Held || !t.Changed {
		return
	}
	t.Changed = false
	for row := range &s.cells {
		for column := range &s.cells[row] {
			c := t.Cells[row][column]
			if c == (terminal.Cell{}) { // nothing was written yet
				c = terminal.Blank
			}
			if row == t.Row && column == t.Column {
				c.Foreground, c.Background = c.Background, c.Foreground
			}
			if s.cells[row][column] == c {
				continue
			}
			s.cells[row][column] = c
			s.glyph(ConsoleLeft+column*glyphWide, ConsoleTop+row*glyphHigh, rune(c.Rune), palette[c.Foreground&15], palette[c.Background&15])
		}
	}
}

// glyphOf is a rune's place among the glyphs.
func glyphOf(r rune) int {
	const first, last, second, end, unknown = ' ', '~', 0xA0, 0xFF, '?' - ' '
	switch {
	case r >= first && r <= last:
		return int(r - first)
	case r >= second && r <= end:
		return int(r-second) + last - first + 1
	}
	return unknown
}

// glyph draws a character: its upper left corner at x, which is even, and y.
func (s *Screen) glyph(x, y int, r rune, foreground, back uint32) {
	var levels [16]uint64
	for i := range levels {
		levels[i] = uint64(mix(back, foreground, uint32(i)))
	}
	g := &glyphs[glyphOf(r)]
	for row := range g {
		w := phys.Words(s.Frame+uint64((y+row)*Width+x)*pixelBytes, glyphWide/2)
		pixels := g[row]
		for i := range w {
			w[i] = levels[pixels&15] | levels[pixels>>4&15]<<32
			pixels >>= 8
		}
	}
}

// mix is so many fifteenths of b over a.
func mix(a, b, share uint32) uint32 {
	const whole = 15
	out := uint32(0)
	for shift := uint32(0); shift < 24; shift += 8 {
		c := (a>>shift&0xFF*(whole-share) + b>>shift&0xFF*share + whole/2) / whole
		out |= c << shift
	}
	return out
}

// text draws a text.
func (s *Screen) text(x, y int, text string, foreground, back uint32) {
	for i := 0; i < len(text); i++ {
		s.glyph(x+i*glyphWide, y, rune(text[i]), foreground, back)
	}
}

// fill paints a rectangle.
func (s *Screen) fill(x, y, wide, high int, colour uint32) {
	for row := y; row < y+high; row++ {
		line := phys.Bytes(s.Frame+uint64(row*Width+x)*pixelBytes, wide*pixelBytes)
		for i := 0; i < len(line); i += pixelBytes {
			line[i], line[i+1], line[i+2], line[i+3] = byte(colour), byte(colour>>8), byte(colour>>16), 0
		}
	}
}

// Owners are those of authority, as the view of memory takes them.
type Owners = [abi.MaxExtents]authority.Owner
