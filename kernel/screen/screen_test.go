package screen

import (
	"encoding/binary"
	"fmt"
	"image"
	"math/rand/v2"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/inconsolata"
	"golang.org/x/image/math/fixed"

	"pxos/abi"
	"pxos/kernel/authority"
	"pxos/kernel/terminal"
	"pxos/tests/arena"
)

const frameBytes = 4 << 20 // whole pages, and more than the picture takes

// open is a screen whose frame buffer is memory of this host.
func open(t *testing.T) (*Screen, func(x, y int) uint32) {
	t.Helper()
	memory := arena.New(t, frameBytes)
	s := &Screen{}
	s.start(0)
	return s, func(x, y int) uint32 { return binary.LittleEndian.Uint32(memory[(y*Width+x)*pixelBytes:]) }
}

// TestGlyphs compares white on black with what x/image draws: the upper 4 bits of the
// coverage, spread over 8.
func TestGlyphs(t *testing.T) {
	s, pixel := open(t)
	for r := rune(' '); r <= 0xFF; r++ {
		if r == 0x7F {
			r = 0xA0
		}
		want := image.NewAlpha(image.Rect(0, 0, glyphWide, glyphHigh))
		d := font.Drawer{Dst: want, Src: image.Opaque, Face: inconsolata.Regular8x16, Dot: fixed.P(0, inconsolata.Regular8x16.Ascent)}
		d.DrawString(string(r))
		s.glyph(40, 50, r, 0xFFFFFF, 0)
		for y := range glyphHigh {
			for x := range glyphWide {
				level := uint32(want.AlphaAt(x, y).A) >> 4 * 17
				if got := pixel(40+x, 50+y); got != level*0x010101 {
					t.Fatalf("%q at %d, %d: %#x, want %#x", r, x, y, got, level*0x010101)
				}
			}
		}
	}
	if glyphOf('\u4e16') != glyphOf('?') || glyphOf(0x80) != glyphOf('?') || glyphOf('A') != 'A'-' ' {
		t.Error("runes that there is no glyph for are no question marks")
	}
}

// TestOnlyWhatChangedIsDrawn writes, scrolls and clears at random; what is drawn bit by
// bit must be what a fresh screen shows.
func TestOnlyWhatChangedIsDrawn(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	pieces := []string{"\x1b[31mred \x1b[0m", "some words ", "\n", "\r", "\b\b", "\x1b[K", "\x1b[2J", "\x1b[5A", "\x1b[10;10H", "\t", "\x1b[7minverse\x1b[0m"}
	var x terminal.Terminal
	s, pixel := open(t)
	for range 40 {
		for range 60 {
			x.Text(pieces[r.IntN(len(pieces))])
		}
		s.Console(&x)
	}
	var got []uint32
	for y := range Height {
		for x := range Width {
			got = append(got, pixel(x, y))
		}
	}
	fresh, pixel := open(t)
	x.Changed = true
	fresh.Console(&x)
	for i, p := range got {
		if want := pixel(i%Width, i/Width); p != want {
			t.Fatalf("pixel %d, %d is %#x, a fresh screen shows %#x", i%Width, i/Width, p, want)
		}
	}
}

func TestConsoleScrolls(t *testing.T) {
	var x terminal.Terminal
	s, pixel := open(t)
	for n := range 2 * terminal.Rows {
		x.Text(fmt.Sprintf("%d\n", n%10))
	}
	s.Console(&x)
	for row := range terminal.Rows - 1 { // the last one is empty: the cursor is there
		g := glyphs[glyphOf('0'+rune((row+terminal.Rows+1)%10))]
		for y := range glyphHigh {
			for i := range glyphWide {
				want := mix(palette[terminal.Black], palette[terminal.White], g[y]>>(4*i)&15)
				if got := pixel(ConsoleLeft+i, ConsoleTop+row*glyphHigh+y); got != want {
					t.Fatalf("row %d: pixel %d, %d is %#x, want %#x", row, i, y, got, want)
				}
			}
		}
	}
}

func TestMemory(t *testing.T) {
	for _, count := range []int{1, 64, 256, 1000, 3072, abi.MaxExtents} {
		s, pixel := open(t)
		var owners Owners
		r := rand.New(rand.NewPCG(5, uint64(count)))
		processes := []Process{{authority.OwnerProcess + 1, 7, []byte("first")}, {authority.OwnerProcess + 2, 9, []byte("a name that is far too long for its line")}}
		for range 3 {
			for i := range count {
				owners[i] = authority.Owner(r.IntN(int(authority.OwnerProcess) + 3))
			}
			owners[count-1] = authority.OwnerFree
			s.Memory(&owners, 16, processes)
			for i := range count {
				x, y, size := Tile(i, count)
				for _, p := range [][2]int{{x, y}, {x + size - 1, y + size - 1}} {
					if got := pixel(p[0], p[1]); got != Colour(owners[i]) {
						t.Fatalf("%d extents: tile %d at %d, %d is %#x, want %#x", count, i, p[0], p[1], got, Colour(owners[i]))
					}
				}
				if right := x + size; right > Width || y+size > gridTop+gridHigh {
					t.Fatalf("%d extents: tile %d ends at %d, %d", count, i, right, y+size)
				}
			}
		}
	}
}

// TestNoScreen: without a device nothing is touched.
func TestNoScreen(t *testing.T) {
	var s Screen
	x := terminal.Terminal{Changed: true}
	s.Console(&x)
	s.Memory(&Owners{}, 0, nil)
	if !x.Changed {
		t.Error("it says that it was drawn")
	}
}
