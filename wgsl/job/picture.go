package job

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"

	"pxos/wgsl/types"
)

// picture makes a PNG of vec4f pixels in rows (red, green, blue, alpha from 0 to
// 1, in sRGB as they are), or of u32 pixels packed as pack4x8unorm does. Width 0
// is the number of invocations in x, or a square.
func picture(data []byte, t types.Type, width, across int) ([]byte, error) {
	a, ok := t.(types.Array)
	if !ok {
		return nil, fmt.Errorf("only an array of vec4<f32> or u32 can become a picture, this is %s", t)
	}
	packed := a.Elem == types.Type(types.U32)
	if !packed && a.Elem != types.Type(types.Vector{N: 4, Elem: types.F32}) {
		return nil, fmt.Errorf("only an array of vec4<f32> or u32 can become a picture, this is %s", t)
	}
	size := 16
	if packed {
		size = 4
	}
	pixels := len(data) / size
	if width == 0 {
		width = across
	}
	if width == 0 || pixels%width != 0 {
		width = int(math.Sqrt(float64(pixels)))
	}
	if width == 0 || pixels%width != 0 {
		return nil, fmt.Errorf("%d pixels do not fill rows of %d: say --width", pixels, width)
	}
	img := image.NewNRGBA(image.Rect(0, 0, width, pixels/width))
	for i := range pixels {
		img.SetNRGBA(i%width, i/width, pixel(data[i*size:], packed))
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

func pixel(data []byte, packed bool) color.NRGBA {
	var c [4]byte
	for k := range c {
		if packed {
			c[k] = data[k]
			continue
		}
		f := float64(math.Float32frombits(binary.LittleEndian.Uint32(data[4*k:])))
		if f > 0 { // false for NaN
			c[k] = byte(math.Min(f, 1)*255 + 0.5)
		}
	}
	return color.NRGBA{R: c[0], G: c[1], B: c[2], A: c[3]}
}
