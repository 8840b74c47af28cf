package picture

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"io"
)

// cutError is a PNG that is damaged: what can be had of it can be used.
type cutError struct{ err error }

func (e *cutError) Error() string   { return fmt.Sprintf("the PNG is damaged: %v", e.err) }
func (e *cutError) Unwrap() []error { return []error{ErrFormat, e.err} }

// decodePNG gives the colours of a PNG. Of a damaged one it gives those that can be had,
// with zeros for the rest, and a cutError.
func decodePNG(file []byte, width, height int) (pixels, error) {
	picture, err := png.Decode(bytes.NewReader(file))
	if err == nil {
		return opaque(picture), nil
	}
	return mend(file, width, height), &cutError{err}
}

// mend collects the rows of a damaged PNG of 8-bit RGB: all that can be inflated from
// the start, then whatever chunk inflates by itself, at the place that it says of itself.
func mend(file []byte, width, height int) pixels {
	stride := width * pixelPayload
	m := pixels{make([]byte, stride*height), stride}
	above := make([]byte, stride)
	for i, row := range inflateRows(afterHeader(pixelData(file)), stride, height) {
		unfilter(row, above)
		above = row[1:]
		copy(m.data[i*stride:], above)
	}
	starts := chunkStarts(file)
	_, s, _, err := m.header(width, height)
	for i := len(starts) - 1; err != nil && i >= 0; i-- { // the copy is the last chunk with a row
		if rows := inflateRows(file[starts[i]:], stride, 1); len(rows) == 1 {
			if _, s, err = decodeHeader(rows[0][1:], width, height); err == nil {
				copy(m.data[(height-1)*stride:], rows[0][1:])
			}
		}
	}
	if err == nil {
		for _, at := range starts {
			m.place(inflateRows(file[at:], stride, bandRows), s)
		}
	}
	return m
}

// chunkStarts are all places where the body of a chunk of pixel data may begin.
func chunkStarts(file []byte) (list []int) {
	for at := 0; ; {
		n := bytes.Index(file[at:], []byte("IDAT"))
		if n < 0 {
			return list
		}
		at += n + 4
		list = append(list, at)
	}
}

// header reads the header row, or if that is damaged its copy.
func (m pixels) header(width, height int) (i Info, s shape, copied bool, err error) {
	if i, s, err = decodeHeader(m.rows(0, 1), width, height); err == nil {
		return i, s, false, nil
	}
	if i2, s2, err2 := decodeHeader(m.rows(height-1, 1), width, height); err2 == nil {
		return i2, s2, true, nil
	}
	return i, s, false, err
}

// place puts the rows of a band where the band's number says, if they are whole.
func (m pixels) place(rows [][]byte, s shape) {
	if len(rows) < bandRows {
		return
	}
	var p []byte
	for _, row := range rows {
		if row[0] != filterNone {
			return
		}
		p = append(p, row[1:]...)
	}
	band := int(binary.LittleEndian.Uint16(p[4:]))
	if band < s.bands {
		at := (1 + s.mapRows + band*bandRows) * m.stride
		if checksum(p[bandHead:]) == binary.LittleEndian.Uint32(p) || band == s.bands-1 {
			copy(m.data[at:at+bandRows*m.stride], p)
		}
	}
}

// inflateRows inflates rows with their filters, as many as there are up to most.
func inflateRows(packed []byte, stride, most int) (rows [][]byte) {
	z := flate.NewReader(bytes.NewReader(packed))
	for len(rows) < most {
		row := make([]byte, 1+stride)
		if _, err := io.ReadFull(z, row); err != nil {
			break
		}
		rows = append(rows, row)
	}
	return rows
}

// unfilter undoes the filter of a row (PNG specification, section 9.2), whose first byte
// names it.
func unfilter(row, above []byte) {
	p := row[1:]
	for i := range p {
		var left, corner byte
		if i >= pixelPayload {
			left, corner = p[i-pixelPayload], above[i-pixelPayload]
		}
		switch row[0] {
		case 1:
			p[i] += left
		case filterUp:
			p[i] += above[i]
		case 3:
			p[i] += byte((int(left) + int(above[i])) / 2)
		case 4:
			p[i] += paeth(int(left), int(above[i]), int(corner))
		}
	}
}

func paeth(a, b, c int) byte {
	pa, pb, pc := max(b-c, c-b), max(a-c, c-a), max(a+b-2*c, 2*c-a-b)
	switch {
	case pa <= pb && pa <= pc:
		return byte(a)
	case pb <= pc:
		return byte(b)
	}
	return byte(c)
}

// pixelData is what all IDAT chunks hold, as far as the chunks go.
func pixelData(file []byte) (data []byte) {
	for at := len(pngMagic); at+8 <= len(file); {
		n := int(min(binary.BigEndian.Uint32(file[at:]), uint32(len(file))))
		if string(file[at+4:at+8]) == "IDAT" {
			data = append(data, file[at+8:min(at+8+n, len(file))]...)
		}
		at += 12 + n
	}
	return data
}

// afterHeader is what follows zlib's header.
func afterHeader(p []byte) []byte { return p[min(2, len(p)):] }

// opaque takes the colours of a picture whatever way the PNG keeps them.
func opaque(p image.Image) pixels {
	b := p.Bounds()
	m := pixels{make([]byte, 0, b.Dx()*b.Dy()*pixelPayload), b.Dx() * pixelPayload}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		switch q := p.(type) {
		case *image.NRGBA:
			m.data = appendPixels(m.data, q.Pix[q.PixOffset(b.Min.X, y):], b.Dx())
		case *image.RGBA: // of a PNG without alpha
			m.data = appendPixels(m.data, q.Pix[q.PixOffset(b.Min.X, y):], b.Dx())
		default:
			m.data = appendOther(m.data, p, y)
		}
	}
	return m
}
