package picture

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"pxos/abi/tables"
)

// glyphWide is how far a character advances, in pixels.
const glyphWide = 7

var (
	background   = color.RGBA{0xFF, 0xFF, 0xFF, 0xFF}
	ink          = color.RGBA{0x22, 0x26, 0x2E, 0xFF}
	faint        = color.RGBA{0x70, 0x77, 0x84, 0xFF}
	freeLine     = color.RGBA{0xD5, 0xD9, 0xE0, 0xFF}
	freeFill     = color.RGBA{0xF6, 0xF7, 0xF9, 0xFF}
	alarm        = color.RGBA{0xB0, 0x12, 0x2B, 0xFF}
	kernelColour = color.RGBA{0x2B, 0x4C, 0x7E, 0xFF}
)

// firstColours can be told apart by people who do not see red and green
// (Okabe and Ito); later processes get hues far from their neighbours'.
var firstColours = []color.RGBA{
	{0xE6, 0x9F, 0x00, 0xFF}, {0x00, 0x9E, 0x73, 0xFF}, {0xCC, 0x79, 0xA7, 0xFF}, {0x56, 0xB4, 0xE9, 0xFF}, {0xD5, 0x5E, 0x00, 0xFF}, {0xC9, 0xBC, 0x1A, 0xFF},
}

// colourOf is a process' colour, the same in every picture.
func colourOf(h tables.Handle) color.RGBA {
	if h == tables.Kernel {
		return kernelColour
	}
	i := h.Index() - 1
	if i >= 0 && i < len(firstColours) {
		return firstColours[i]
	}
	const golden = 0.618033988749895 // of a turn: neighbours are far apart
	_, hue := math.Modf(0.1 + float64(i)*golden)
	return hsl(math.Abs(hue), 0.5, 0.45+0.13*float64(i%3-1))
}

// hsl makes a colour of hue, saturation and lightness in [0, 1].
func hsl(h, s, l float64) color.RGBA {
	channel := func(n float64) uint8 {
		k := math.Mod(n+h*12, 12)
		a := s * min(l, 1-l)
		return uint8(math.Round(255 * (l - a*max(-1, min(k-3, 9-k, 1)))))
	}
	return color.RGBA{channel(0), channel(8), channel(4), 0xFF}
}

// blend mixes two colours; share is that of the second one.
func blend(a, b color.RGBA, share float64) color.RGBA {
	mix := func(x, y uint8) uint8 { return uint8(math.Round(float64(x)*(1-share) + float64(y)*share)) }
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 0xFF}
}

func (p *picture) fill(r image.Rectangle, c color.RGBA) {
	draw.Draw(p, r, image.NewUniform(c), image.Point{}, draw.Src)
}

func (p *picture) frame(r image.Rectangle, line, inside color.RGBA) {
	p.fill(r, line)
	p.fill(r.Inset(1), inside)
}

// text writes a line whose base is at y, each pixel of the font scale pixels
// large.
func (p *picture) text(x, y, scale int, c color.RGBA, s string) {
	face := basicfont.Face7x13
	small := image.NewAlpha(image.Rect(0, 0, glyphWide*len(s), face.Height))
	d := font.Drawer{Dst: small, Src: image.Opaque, Face: face, Dot: fixed.P(0, face.Ascent)}
	d.DrawString(s)
	top := y - face.Ascent*scale
	for sy := range face.Height * scale {
		for sx := range small.Rect.Dx() * scale {
			if small.AlphaAt(sx/scale, sy/scale).A != 0 && image.Pt(x+sx, top+sy).In(p.Rect) {
				p.SetRGBA(x+sx, top+sy, c)
			}
		}
	}
}
