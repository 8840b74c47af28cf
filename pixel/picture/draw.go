package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"

	"golang.org/x/image/draw"
)

// Thumbnail is a picture of at most so many pixels, for a person to look at. It need not
// be one of this package.
func Thumbnail(r io.Reader, width, height int, l Limits) (*image.NRGBA, error) {
	l = l.whole()
	file, err := io.ReadAll(io.LimitReader(r, l.FileBytes+1))
	if err != nil {
		return nil, err
	}
	c, err := png.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if n := int64(c.Width) * int64(c.Height); n > l.Pixels || int64(len(file)) > l.FileBytes {
		return nil, fmt.Errorf("%d bytes, %d pixels: %w", len(file), n, ErrLimit)
	}
	m, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	b := m.Bounds()
	scale := min(1, float64(width)/float64(b.Dx()), float64(height)/float64(b.Dy()))
	out := image.NewNRGBA(image.Rect(0, 0, max(1, int(float64(b.Dx())*scale)), max(1, int(float64(b.Dy())*scale))))
	draw.ApproxBiLinear.Scale(out, out.Rect, m, b, draw.Src, nil)
	return out, nil
}

// HalfBlocks writes a picture as text for a terminal with 24-bit colours: each character
// is two pixels, one above the other.
func HalfBlocks(w io.Writer, m *image.NRGBA) error {
	var out bytes.Buffer
	for y := 0; y < m.Rect.Dy(); y += 2 {
		for x := range m.Rect.Dx() {
			top := m.NRGBAAt(x, y)
			fmt.Fprintf(&out, "\x1b[38;2;%d;%d;%dm", top.R, top.G, top.B)
			if y+1 < m.Rect.Dy() {
				low := m.NRGBAAt(x, y+1)
				fmt.Fprintf(&out, "\x1b[48;2;%d;%d;%dm", low.R, low.G, low.B)
			}
			out.WriteString("▀")
		}
		out.WriteString("\x1b[0m\n")
	}
	_, err := w.Write(out.Bytes())
	return err
}
