package picture

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"maps"
	"slices"

	"pxos/abi"
	"pxos/abi/tables"
)

// Sizes in pixels, but for perRow.
const (
	perRow    = 64 // extents: a row is 128 MiB
	margin    = 24
	labelWide = 12 * glyphWide
	lineHigh  = 18
	swatch    = 14
	legendGap = 20
	smallRAM  = 16 * perRow // extents up to which tiles are large
)

// grid is how large tiles are.
type grid struct{ tile, gap int }

func (g grid) pitch() int { return g.tile + g.gap }

// row is one line of the picture: extents, or the gap before the next ones.
type row struct {
	first   int // number of the first extent; a multiple of perRow
	missing int // extents left out before it
}

// picture is one drawing.
type picture struct {
	*image.RGBA
	t      *tables.Tables
	g      grid
	rows   []row
	owners []owner
	others map[int]tables.Handle // by extent: a process that holds it besides its owner
	at     int                   // y at which the next thing is drawn
}

// owner is a line of the legend.
type owner struct {
	handle  tables.Handle
	extents int
	quota   uint32
	guests  int // extents of others that it holds
}

// PNG writes the picture of the tables. The error is the writer's.
func PNG(w io.Writer, t *tables.Tables) error {
	e := png.Encoder{CompressionLevel: png.BestCompression}
	return e.Encode(w, Draw(t))
}

// Draw makes the picture of the tables.
func Draw(t *tables.Tables) *image.RGBA {
	p := &picture{t: t, g: grid{16, 2}, rows: rowsOf(t), others: othersOf(t)}
	if len(t.Extents) > smallRAM {
		p.g = grid{10, 1}
	}
	p.owners = ownersOf(t, p.others)
	p.RGBA = image.NewRGBA(image.Rect(0, 0, p.width(), p.height()))
	p.fill(p.Bounds(), background)
	p.at = margin
	p.title()
	for _, r := range p.rows {
		p.row(r)
	}
	p.at += legendGap
	p.legend()
	return p.RGBA
}

func (p *picture) width() int {
	return 2*margin + labelWide + perRow*p.g.pitch()
}

func (p *picture) height() int {
	h := 2*margin + 3*lineHigh + legendGap
	for _, r := range p.rows {
		h += p.g.pitch()
		if r.missing > 0 {
			h += lineHigh
		}
	}
	return h + max(len(p.owners)+2, len(marks)+1)*lineHigh
}

// rowsOf lists the rows in which there is RAM.
func rowsOf(t *tables.Tables) []row {
	var out []row
	next := 0
	for _, e := range t.Extents {
		first := e.Number - e.Number%perRow
		if len(out) > 0 && out[len(out)-1].first == first {
			continue
		}
		out = append(out, row{first, first - next})
		next = first + perRow
	}
	return out
}

// othersOf finds extents that a process holds which does not own them.
func othersOf(t *tables.Tables) map[int]tables.Handle {
	out := map[int]tables.Handle{}
	for _, c := range t.Capabilities {
		if c.Object.Kind != abi.ObjectExtent || c.State != abi.CapabilityLive {
			continue
		}
		if e := t.Extent(c.Object.Index); e != nil && e.Owned() && e.Owner != c.Holder {
			if _, taken := out[e.Number]; !taken {
				out[e.Number] = c.Holder
			}
		}
	}
	return out
}

// ownersOf lists who is in the picture: the kernel first.
func ownersOf(t *tables.Tables, others map[int]tables.Handle) []owner {
	found := map[tables.Handle]owner{}
	change := func(h tables.Handle, f func(*owner)) {
		o := found[h]
		f(&o)
		found[h] = o
	}
	for _, p := range t.Processes {
		change(p.Handle, func(o *owner) { o.quota = p.ExtentQuota })
	}
	for h, n := range t.Holdings() {
		change(h, func(o *owner) { o.extents = n })
	}
	for _, h := range others {
		change(h, func(o *owner) { o.guests++ })
	}
	out := make([]owner, 0, len(found))
	for _, h := range slices.Sorted(maps.Keys(found)) {
		o := found[h]
		o.handle = h
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(a, b owner) int {
		if (a.handle == tables.Kernel) != (b.handle == tables.Kernel) {
			return cmp.Compare(a.handle, b.handle)
		}
		return cmp.Compare(b.extents+b.guests, a.extents+a.guests)
	})
	if len(out) > maxOwners {
		out = out[:maxOwners]
	}
	return out
}

// maxOwners bounds the legend; the picture is sorted by size, so that those who
// hold most are named.
const maxOwners = 24

func (p *picture) title() {
	free := 0
	for _, e := range p.t.Extents {
		if e.State == abi.ExtentFree {
			free++
		}
	}
	p.text(margin, p.at+6, 2, ink, "Memory of pxOS")
	p.at += 2 * lineHigh
	p.text(margin, p.at, 1, faint, fmt.Sprintf("%s of RAM, one tile is 2 MiB, a row %s; %s free; %s; %s",
		bytesText(len(p.t.Extents)), bytesText(perRow), bytesText(free), count(len(p.t.Processes), "process", "processes"),
		count(len(p.t.Capabilities), "capability", "capabilities")))
	p.at += lineHigh
}

func count(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

func bytesText(extents int) string {
	n := uint64(extents) * abi.ExtentBytes
	if n >= 1<<30 && n%(1<<27) == 0 {
		return fmt.Sprintf("%g GiB", float64(n)/(1<<30))
	}
	return fmt.Sprintf("%d MiB", n>>20)
}

// row draws one line of tiles with its address.
func (p *picture) row(r row) {
	if r.missing > 0 {
		p.text(margin+labelWide, p.at+13, 1, faint, fmt.Sprintf("no RAM: %s left out", bytesText(r.missing)))
		p.at += lineHigh
	}
	p.text(margin, p.at+p.g.tile/2+5, 1, faint, fmt.Sprintf("%#09x", uint64(r.first)*abi.ExtentBytes))
	for i := range perRow {
		if e := p.t.Extent(r.first + i); e != nil {
			x := margin + labelWide + i*p.g.pitch()
			p.tile(image.Rect(x, p.at, x+p.g.tile, p.at+p.g.tile), *e)
		}
	}
	p.at += p.g.pitch()
}

// tile draws one extent.
func (p *picture) tile(r image.Rectangle, e tables.Extent) {
	if !e.Owned() {
		p.frame(r, freeLine, freeFill)
		return
	}
	p.owned(r, colourOf(e.Owner), e.Rights)
	if other, ok := p.others[e.Number]; ok {
		p.corner(r, colourOf(other))
	}
	if e.State == abi.ExtentRevoking {
		p.hatch(r)
	}
}

// owned draws rights: pale what can only be read, full what can be written, a
// dot for what can be executed.
func (p *picture) owned(r image.Rectangle, c color.RGBA, rights tables.Rights) {
	if rights.Has(abi.RightWrite) {
		p.fill(r, c)
	} else {
		p.frame(r, c, blend(c, background, 0.72))
	}
	if rights.Has(abi.RightExec) {
		dot := background
		if !rights.Has(abi.RightWrite) {
			dot = c
		}
		p.fill(r.Inset(r.Dx()*3/8), dot)
	}
}

// corner shows a second holder as a triangle at the lower right.
func (p *picture) corner(r image.Rectangle, c color.RGBA) {
	n := r.Dx() * 2 / 3
	for y := range n {
		for x := n - y - 1; x < n; x++ {
			at := image.Pt(r.Max.X-n+x, r.Max.Y-n+y)
			edge := x == n-y-1
			if edge {
				p.SetRGBA(at.X, at.Y, background)
			} else {
				p.SetRGBA(at.X, at.Y, c)
			}
		}
	}
}

// hatch strikes a tile through.
func (p *picture) hatch(r image.Rectangle) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if (x-r.Min.X+y-r.Min.Y)%5 < 2 {
				p.SetRGBA(x, y, alarm)
			}
		}
	}
}

// marks are what the legend explains besides owners.
var marks = []struct {
	text string
	draw func(*picture, image.Rectangle)
}{
	{"read and write", func(p *picture, r image.Rectangle) { p.owned(r, kernelColour, abi.RightRead|abi.RightWrite) }},
	{"read only", func(p *picture, r image.Rectangle) { p.owned(r, kernelColour, abi.RightRead) }},
	{"dot: may be executed as well", func(p *picture, r image.Rectangle) {
		p.owned(r, kernelColour, abi.RightsAll)
	}},
	{"corner: another process holds a capability of it", func(p *picture, r image.Rectangle) {
		p.owned(r, kernelColour, abi.RightRead|abi.RightWrite)
		p.corner(r, colourOf(1))
	}},
	{"being revoked: its owner ended, the CPU has not let go", func(p *picture, r image.Rectangle) {
		p.owned(r, colourOf(1), abi.RightRead|abi.RightWrite)
		p.hatch(r)
	}},
	{"free", func(p *picture, r image.Rectangle) { p.frame(r, freeLine, freeFill) }},
}

// legend draws owners on the left and marks on the right.
func (p *picture) legend() {
	top := p.at
	x := margin
	p.text(x, top+12, 1, ink, "Owner")
	for i, o := range p.owners {
		y := top + (i+1)*lineHigh
		p.fill(image.Rect(x, y, x+swatch, y+swatch), colourOf(o.handle))
		p.text(x+swatch+8, y+12, 1, ink, fmt.Sprintf("%-14s %8s%s", o.handle, bytesText(o.extents), o.more()))
	}
	if left := len(p.t.Processes) - len(p.owners); left > 0 {
		p.text(x+swatch+8, top+(len(p.owners)+1)*lineHigh+12, 1, faint, fmt.Sprintf("and %d processes that hold less", left))
	}
	x = p.width() / 2
	p.text(x, top+12, 1, ink, "Tile")
	for i, m := range marks {
		y := top + (i+1)*lineHigh
		m.draw(p, image.Rect(x, y, x+swatch, y+swatch))
		p.text(x+swatch+8, y+12, 1, ink, m.text)
	}
}

// more says the quota and what the owner holds of others.
func (o owner) more() string {
	s := ""
	if o.quota != 0 && o.quota != abi.MaxProcessExtents {
		s = " of " + bytesText(int(o.quota))
	}
	if o.guests > 0 {
		s += fmt.Sprintf(", %s of others", bytesText(o.guests))
	}
	return s
}
