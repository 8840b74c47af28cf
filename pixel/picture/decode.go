package picture

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
)

// Limits bound what decoding may take.
type Limits struct {
	// FileBytes is the most bytes of a PNG file; 0 is 1 GiB.
	FileBytes int64
	// Pixels is the most pixels; each takes up to 7 bytes of memory. 0 is 2^27.
	Pixels int64
}

// defaultPixels is the most pixels that Encode makes, and that Decode takes unless it is
// told otherwise.
const defaultPixels = 1 << 27

func (l Limits) whole() Limits {
	if l.FileBytes == 0 {
		l.FileBytes = 1 << 30
	}
	if l.Pixels == 0 {
		l.Pixels = defaultPixels
	}
	return l
}

// Decode reads a picture and gives its payload.
func Decode(r io.Reader, l Limits) (Info, []byte, error) {
	m, info, s, err := open(r, l.whole())
	if err != nil {
		return info, nil, err
	}
	payload := make([]byte, 0, info.PayloadBytes)
	for band := range s.bands {
		part, err := m.band(s, band, info.PayloadBytes)
		if err != nil {
			return info, nil, err
		}
		payload = append(payload, part...)
	}
	if sum := sha256.Sum256(payload); sum != info.PayloadSum {
		return info, nil, fmt.Errorf("the payload has SHA-256 %x and says %x: %w", sum, info.PayloadSum, ErrPixels)
	}
	return info, payload, nil
}

// Hole is a stretch of a payload that is lost.
type Hole struct {
	Offset, Bytes int64
	Err           error // why
}

// Salvage gives the payload of a damaged picture, with zeros where a band is lost. An
// error means that nothing could be had.
func Salvage(r io.Reader, l Limits) (Info, []byte, []Hole, error) {
	m, info, s, err := open(r, l.whole())
	var cut *cutError
	if err != nil && !errors.As(err, &cut) {
		return info, nil, nil, err
	}
	payload := make([]byte, info.PayloadBytes)
	var holes []Hole
	for band := range s.bands {
		at := int64(band) * int64(s.bandBytes())
		part, err := m.band(s, band, info.PayloadBytes)
		if err != nil {
			holes = append(holes, Hole{at, min(int64(s.bandBytes()), info.PayloadBytes-at), err})
			continue
		}
		copy(payload[at:], part)
	}
	if len(holes) == s.bands && s.bands > 0 {
		return info, nil, holes, fmt.Errorf("all %d bands are damaged: %w", s.bands, ErrPixels)
	}
	return info, payload, holes, nil
}

// pixels are the colours of a picture, three bytes each.
type pixels struct {
	data   []byte
	stride int
}

func (m pixels) rows(from, n int) []byte {
	begin, end := from*m.stride, (from+n)*m.stride
	return m.data[min(begin, len(m.data)):min(end, len(m.data))]
}

// band is the payload of a band.
func (m pixels) band(s shape, band int, payload int64) ([]byte, error) {
	row := 1 + s.mapRows + band*bandRows
	p := m.rows(row, bandRows)
	n := min(int64(s.bandBytes()), payload-int64(band)*int64(s.bandBytes()))
	if int64(len(p)) < bandHead+n {
		return nil, fmt.Errorf("rows %d to %d are missing: %w", row, row+bandRows-1, ErrFormat)
	}
	part := p[bandHead : bandHead+n]
	if got, want := checksum(part), binary.LittleEndian.Uint32(p); got != want {
		return nil, fmt.Errorf("rows %d to %d have CRC %08x and say %08x: %w", row, row+bandRows-1, got, want, ErrPixels)
	}
	if k := binary.LittleEndian.Uint16(p[4:]); int(k) != band {
		return nil, fmt.Errorf("rows %d to %d are band %d and stand where band %d should: %w", row, row+bandRows-1, k, band, ErrPixels)
	}
	return part, nil
}

// open reads a PNG within the limits, and its header row. Of one that is cut off within
// its pixels it gives what there is, and a cutError.
func open(r io.Reader, l Limits) (m pixels, i Info, s shape, err error) {
	file, err := io.ReadAll(io.LimitReader(r, l.FileBytes+1))
	if err != nil {
		return m, i, s, err
	}
	if int64(len(file)) > l.FileBytes {
		return m, i, s, fmt.Errorf("the file has more than %d bytes: %w", l.FileBytes, ErrLimit)
	}
	if err := look(file); err != nil {
		return m, i, s, err
	}
	c, err := png.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return m, i, s, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if c.Width < minWidth || c.Width > maxSide || c.Height > maxSide {
		return m, i, s, fmt.Errorf("the picture has %d x %d pixels, pixel pictures have %d to %d in a row: %w", c.Width, c.Height, minWidth, maxWidth, ErrFormat)
	}
	if n := int64(c.Width) * int64(c.Height); n > l.Pixels {
		return m, i, s, fmt.Errorf("the picture has %d pixels, %d are allowed: %w", n, l.Pixels, ErrLimit)
	}
	m, cut := decodePNG(file, c.Width, c.Height)
	i, s, copied, err := m.header(c.Width, c.Height)
	if err == nil && copied && cut == nil {
		cut = &cutError{fmt.Errorf("row 0: the header is damaged, its copy is not: %w", ErrPixels)}
	}
	if cut != nil && err == nil {
		err = cut
	}
	return m, i, s, err
}

func appendPixels(out, pix []byte, n int) []byte {
	for i := range n {
		out = append(out, pix[4*i], pix[4*i+1], pix[4*i+2])
	}
	return out
}

func appendOther(out []byte, p image.Image, y int) []byte {
	for x := p.Bounds().Min.X; x < p.Bounds().Max.X; x++ {
		c := color.NRGBAModel.Convert(p.At(x, y)).(color.NRGBA)
		out = append(out, c.R, c.G, c.B)
	}
	return out
}
