package job

import (
	"bytes"
	"image"
	"image/color"
	"strings"
	"testing"
)

// TestDrawTerminal draws two colours, one above the other, as they are, and a
// chess board made smaller as its mean.
func TestDrawTerminal(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 1, 2))
	img.Set(0, 0, color.NRGBA{R: 255, A: 255})
	img.Set(0, 1, color.NRGBA{B: 255, A: 255})
	var b bytes.Buffer
	if err := DrawTerminal(&b, img, 80, 24); err != nil {
		t.Fatal(err)
	}
	if want := "\x1b[38;2;255;0;0;48;2;0;0;255m▀\x1b[0m\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
	board := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	for i := range 64 * 64 {
		v := uint8((i%64 + i/64) % 2 * 255)
		board.Set(i%64, i/64, color.NRGBA{v, v, v, 255})
	}
	b.Reset()
	if err := DrawTerminal(&b, board, 16, 100); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.Count(got, "\n") != 8 || strings.Count(got, "\x1b[38;2;127;127;127;48;2;127;127;127m▀") != 16*8 {
		t.Errorf("the board became %q", got[:60])
	}
}
