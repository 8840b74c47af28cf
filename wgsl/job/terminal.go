package job

import (
	"bufio"
	"fmt"
	"image"
	"image/color"
	"io"
)

// DrawTerminal draws a picture with the characters of a terminal that has 24-bit
// colours: two pixels in each cell, one above the other, at most columns wide and
// rows high. A larger picture is made smaller, each pixel the mean of those that
// it covers.
func DrawTerminal(w io.Writer, img image.Image, columns, rows int) error {
	b := img.Bounds()
	if b.Empty() || columns < 1 || rows < 1 {
		return nil
	}
	scale := max(1, float64(b.Dx())/float64(columns), float64(b.Dy())/float64(2*rows))
	width, height := max(1, int(float64(b.Dx())/scale)), max(1, int(float64(b.Dy())/scale))
	out := bufio.NewWriter(w)
	at := func(x, y int) color.NRGBA {
		if y >= height {
			return color.NRGBA{}
		}
		return mean(img, image.Rect(b.Min.X+x*b.Dx()/width, b.Min.Y+y*b.Dy()/height,
			b.Min.X+(x+1)*b.Dx()/width, b.Min.Y+(y+1)*b.Dy()/height))
	}
	for y := 0; y < height; y += 2 {
		for x := range width {
			top, bottom := at(x, y), at(x, y+1)
			fmt.Fprintf(out, "\x1b[38;2;%d;%d;%d;48;2;%d;%d;%dm▀", top.R, top.G, top.B, bottom.R, bottom.G, bottom.B)
		}
		fmt.Fprint(out, "\x1b[0m\n")
	}
	return out.Flush()
}

// mean is the mean colour of a part of a picture, on black where it is not opaque.
func mean(img image.Image, r image.Rectangle) color.NRGBA {
	var sum [3]uint64
	n := uint64(r.Dx() * r.Dy())
	if n == 0 {
		return color.NRGBA{}
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			red, green, blue, _ := img.At(x, y).RGBA()
			sum[0], sum[1], sum[2] = sum[0]+uint64(red), sum[1]+uint64(green), sum[2]+uint64(blue)
		}
	}
	return color.NRGBA{R: uint8(sum[0] / n >> 8), G: uint8(sum[1] / n >> 8), B: uint8(sum[2] / n >> 8), A: 255}
}
