package picture

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"

	"pxos/pixel/codec"
)

// Encode writes the picture of a payload. Kind, Name, Executable, God and LogicalBytes of
// the info are taken, the rest is computed. The data is what the map shows: the logical
// bytes.
func Encode(w io.Writer, info Info, payload, data []byte) error {
	if int64(len(payload)) > maxPayload {
		return fmt.Errorf("a payload of %d bytes, at most %d: %w", len(payload), maxPayload, ErrLimit)
	}
	info.PayloadBytes, info.PayloadSum = int64(len(payload)), sha256.Sum256(payload)
	s := shapeFor(info.PayloadBytes)
	if n := int64(s.width) * int64(s.height()); n > defaultPixels {
		return fmt.Errorf("a payload of %d bytes makes %d pixels, at most %d: put it into a store, or pack its parts: %w", len(payload), n, defaultPixels, ErrLimit)
	}
	header, err := encodeHeader(info, s)
	if err != nil {
		return err
	}
	out := newWriter(w, s)
	rows := make([]byte, (1+s.mapRows)*out.stride)
	copy(rows, header)
	drawMap(rows[out.stride:], s, data)
	out.rows(rows, true)
	for band := range s.bands {
		part := payload[:min(len(payload), s.bandBytes())]
		payload = payload[len(part):]
		rows = make([]byte, bandRows*out.stride)
		binary.LittleEndian.PutUint32(rows, checksum(part))
		binary.LittleEndian.PutUint16(rows[4:], uint16(band))
		copy(rows[bandHead:], part)
		out.rows(rows, false)
	}
	rows = make([]byte, out.stride)
	copy(rows, header)
	out.rows(rows, false)
	return out.close()
}

// cell is one piece of the data, for the map.
type cell struct {
	class codec.Class
	// density is 0 where all bytes are equal, densest where they are like noise.
	density int
}

// cellSide is the pixels on a side of a cell, so that a person can tell cells apart.
const cellSide = 4

// cellsOf cuts data into at most so many pieces and says what they are.
func cellsOf(data []byte, most int) []cell {
	size := max(1, (len(data)+most-1)/most)
	cells := make([]cell, 0, most)
	stretches := codec.Survey(data)
	end := 0 // of those before the first stretch
	for at := 0; at < len(data); at += size {
		for len(stretches) > 0 && end+stretches[0].Bytes <= at {
			end += stretches[0].Bytes
			stretches = stretches[1:]
		}
		c := cell{density: density(data[at:min(at+size, len(data))])}
		if c.density == 0 && data[at] == 0 {
			c.class = codec.ClassZero
		} else if len(stretches) > 0 {
			c.class = stretches[0].Class
		}
		cells = append(cells, c)
	}
	return cells
}

// densest is the greatest density; so few steps keep the map small.
const densest = 5

// density is how many different bytes there are among the first 256, of what noise has.
func density(p []byte) int {
	p = p[:min(len(p), 256)]
	var seen [256]bool
	n := 0
	for _, c := range p {
		if !seen[c] {
			seen[c] = true
			n++
		}
	}
	// 256 random bytes have about 162 different ones.
	if n <= 1 {
		return 0
	}
	return min(1+n*densest/(1+len(p)*162/256), densest)
}

// colours are those of the classes where they are densest.
var colours = map[codec.Class][3]int{
	codec.ClassCode:  {70, 140, 255},
	codec.ClassText:  {80, 210, 120},
	codec.ClassTable: {255, 170, 60},
	codec.ClassNoise: {225, 215, 235},
	codec.ClassZero:  {24, 26, 30},
}

// Colour is the colour of a class on the map, where it is densest.
func Colour(c codec.Class) (r, g, b uint8) {
	k := colours[c]
	return uint8(k[0]), uint8(k[1]), uint8(k[2])
}

// drawMap paints the cells in reading order, each a square, over the whole map.
func drawMap(rows []byte, s shape, data []byte) {
	across, down := s.width/cellSide, s.mapRows/cellSide
	cells := cellsOf(data, across*down)
	for y := range down * cellSide {
		for x := range s.width {
			k := y/cellSide*across + x/cellSide
			if len(cells) == 0 {
				continue
			}
			// Few cells are spread over the map, so that a small file fills it too.
			c := cells[k*len(cells)/(across*down)]
			bright := 80 + c.density*175/densest
			if c.class == codec.ClassZero {
				bright = 255
			}
			for j, v := range colours[c.class] {
				rows[(y*s.width+x)*pixelPayload+j] = uint8(v * bright / 255)
			}
		}
	}
}
