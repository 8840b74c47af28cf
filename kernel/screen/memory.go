package screen

import (
	"pxos/abi"
	"pxos/kernel/authority"
	"pxos/kernel/terminal"
)

// Where the view of memory is. Tiles are as large as fits above legendLeast lines.
const (
	gridTop     = ConsoleTop
	gridHigh    = 400
	legendLines = 18
	panelWide   = panelColumns * glyphWide
	unknown     = 0xFF // no owner: a tile that was never drawn
)

// Colours of owners. Those of the first processes are picture's: people who do not see
// red and green can tell them apart (Okabe and Ito).
const (
	freeColour     = 0x21262D
	kernelColour   = 0x3F78C9
	firmwareColour = 0x8B949E
	filesColour    = 0x6E5A2E
	deviceColour   = 0x7D4FB3
)

var processColours = [...]uint32{0xE69F00, 0x009E73, 0xCC79A7, 0x56B4E9, 0xD55E00, 0xC9BC1A, 0x8FD14F, 0xF28E8C, 0x4FC3A1, 0xB39DDB, 0xA1887F, 0xFFCC80}

// Colour of an owner, 0xRRGGBB.
func Colour(o authority.Owner) uint32 {
	switch o {
	case authority.OwnerNone:
		return background
	case authority.OwnerFree:
		return freeColour
	case authority.OwnerKernel:
		return kernelColour
	case authority.OwnerFirmware:
		return firmwareColour
	case authority.OwnerFiles:
		return filesColour
	case authority.OwnerDevice:
		return deviceColour
	}
	return processColours[(int(o-authority.OwnerProcess)+len(processColours)-1)%len(processColours)]
}

// Process is a line of the legend.
type Process struct {
	Owner authority.Owner
	ID    uint32
	Name  []byte
}

// view is what is shown of memory.
type view struct {
	tiles  Owners // as drawn
	pitch  int
	count  int
	lines  [legendLines][panelColumns]byte
	colour [legendLines]uint32
	at     int // line of the legend that is put together
}

// forget has all drawn anew.
func (v *view) forget() {
	for i := range &v.tiles {
		v.tiles[i] = unknown
	}
	v.count = 0
	for i := range &v.lines {
		clear(v.lines[i][:])
	}
}

// Grid says how extents up to count are laid out: how far apart tiles are, and how many
// are in a row.
func Grid(count int) (pitch, columns int) {
	for _, pitch = range [...]int{16, 12, 8, 6, 4, 3} {
		columns = panelWide / pitch
		if (count+columns-1)/columns*pitch <= gridHigh {
			break
		}
	}
	return pitch, columns
}

// Tile is where the tile of an extent is.
func Tile(extent, count int) (x, y, size int) {
	pitch, columns := Grid(count)
	return panelLeft + extent%columns*pitch, gridTop + extent/columns*pitch, pitch - 1 - pitch/12
}

// Memory draws who owns which extent, device ranges of so many extents, and the legend.
func (s *Screen) Memory(owners *Owners, devices int, processes []Process) {
	if !s.Ready || s.Held {
		return
	}
	v := &s.memory
	count := abi.MaxExtents
	for count > 0 && owners[count-1] == authority.OwnerNone {
		count--
	}
	if count != v.count { // all tiles move
		v.forget()
		v.count = count
		s.fill(panelLeft, gridTop, panelWide, Height-gridTop, background)
	}
	for i := range count {
		o := owners[i]
		if v.tiles[i] == o {
			continue
		}
		v.tiles[i] = o
		x, y, size := Tile(i, count)
		s.fill(x, y, size, size, Colour(o))
	}
	s.legend(owners, count, devices, processes)
}

// legend names the owners and how much they have.
func (s *Screen) legend(owners *Owners, count, devices int, processes []Process) {
	var totals [authority.OwnerProcess]int
	for _, o := range owners[:count] {
		if o < authority.OwnerProcess {
			totals[o]++
		}
	}
	totals[authority.OwnerDevice] = devices
	pitch, columns := Grid(count)
	top := gridTop + (count+columns-1)/columns*pitch + 12
	s.memory.at = 0
	names := [...]string{authority.OwnerKernel: "kernel", authority.OwnerFirmware: "firmware's tables", authority.OwnerFiles: "files of the loader",
		authority.OwnerDevice: "devices, beside RAM", authority.OwnerFree: "free"}
	for _, o := range [...]authority.Owner{authority.OwnerKernel, authority.OwnerFirmware, authority.OwnerFiles, authority.OwnerFree, authority.OwnerDevice} {
		var l line
		l.text(names[o])
		s.legendLine(&l, top, Colour(o), totals[o])
	}
	for i := range processes {
		p := &processes[i]
		total := 0
		for _, o := range owners[:count] {
			if o == p.Owner {
				total++
			}
		}
		var l line
		l.bytes(p.Name)
		l.text(" ")
		l.number(uint64(p.ID))
		s.legendLine(&l, top, Colour(p.Owner), total)
	}
	for s.memory.at < legendLines {
		var l line
		s.legendLine(&l, top, background, -1)
	}
}

// line is a line of the legend.
type line struct {
	b [panelColumns]byte
	n int
}

func (l *line) text(t string) {
	for i := 0; i < len(t) && l.n < len(l.b); i++ {
		l.b[l.n] = t[i]
		l.n++
	}
}

func (l *line) bytes(t []byte) { l.n += copy(l.b[l.n:], t) }

func (l *line) number(v uint64) {
	var d [20]byte
	at := len(d)
	for {
		at--
		d[at] = '0' + byte(v%10)
		if v /= 10; v == 0 {
			break
		}
	}
	l.bytes(d[at:])
}

// legendLine draws a line of the legend, if it changed: a swatch, a name, MiB at the
// right end; total -1 for an empty one.
func (s *Screen) legendLine(l *line, top int, colour uint32, total int) {
	v := &s.memory
	if v.at >= legendLines {
		return
	}
	const indent, amount = 2, 9
	var out [panelColumns]byte
	for i := range out {
		out[i] = ' '
	}
	copy(out[indent:panelColumns-amount], l.b[:l.n])
	if total >= 0 {
		var r line
		r.number(uint64(total) * (abi.ExtentBytes >> 20))
		r.text(" MiB")
		copy(out[panelColumns-r.n:], r.b[:r.n])
	}
	at := v.at
	v.at++
	y := top + at*glyphHigh
	if v.lines[at] == out && v.colour[at] == colour || y+glyphHigh > Height {
		return
	}
	v.lines[at], v.colour[at] = out, colour
	for i, c := range &out {
		s.glyph(panelLeft+i*glyphWide, y, rune(c), palette[terminal.White], background)
	}
	s.fill(panelLeft, y+3, 10, 10, colour)
}
