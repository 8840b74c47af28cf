package picture

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"

	"pxos/pixel/codec"
)

// Encode writes the picture of a payload. Kind, Name, Executable, God and LogicalBytes of
// the info are taken, the rest is computed. The cells say what the logical bytes are, for
// the map; Cells makes them.
func Encode(w io.Writer, info Info, payload []byte, cells []Cell) error {
	if int64(len(payload)) > maxPayload {
		return fmt.Errorf("a payload of %d bytes, at most %d: %w", len(payload), maxPayload, ErrLimit)
	}
	info.PayloadBytes, info.PayloadSum = int64(len(payload)), sha256.Sum256(payload)
	s := shapeFor(info.PayloadBytes)
	header, err := encodeHeader(info, s)
	if err != nil {
		return err
	}
	out := newWriter(w, s)
	rows := make([]byte, (1+s.mapRows)*out.stride)
	copy(rows, header)
	drawMap(rows[out.stride:], s, cells)
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

// Cell is one piece of the data, for the map.
type Cell struct {
	Class codec.Class
	// Density is 0 where all bytes are equal, 255 where they are like noise.
	Density uint8
}

// cellsMost bounds the pieces of a map.
const cellsMost = 1 << 16

// Cells cuts data into pieces and says what they are.
func Cells(data []byte) []Cell {
	if len(data) == 0 {
		return nil
	}
	size := max(256, (len(data)+cellsMost-1)/cellsMost)
	cells := make([]Cell, 0, len(data)/size+1)
	stretches := codec.Survey(data)
	end := 0 // of the first stretch
	for at := 0; at < len(data); at += size {
		for len(stretches) > 0 && end+stretches[0].Bytes <= at {
			end += stretches[0].Bytes
			stretches = stretches[1:]
		}
		c := Cell{Density: density(data[at:min(at+size, len(data))])}
		if c.Density == 0 && data[at] == 0 {
			c.Class = codec.ClassZero
		} else if len(stretches) > 0 {
			c.Class = stretches[0].Class
		}
		cells = append(cells, c)
	}
	return cells
}

// density is how many different bytes there are, of what noise has.
func density(p []byte) uint8 {
	var seen [256]bool
	n := 0
	for _, c := range p {
		if !seen[c] {
			seen[c] = true
			n++
		}
	}
	// 256 random bytes have about 162 different ones.
	return uint8(min((n-1)*255/162, 255))
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
func drawMap(rows []byte, s shape, cells []Cell) {
	if len(cells) == 0 {
		return
	}
	side := 1
	for (s.width/(side+1))*(s.mapRows/(side+1)) >= len(cells) && side < 16 {
		side++
	}
	across, down := s.width/side, s.mapRows/side
	for y := range s.mapRows {
		for x := range s.width {
			k := min(x/side, across-1) + min(y/side, down-1)*across
			c := cells[min(k*len(cells)/(across*down), len(cells)-1)]
			bright := 90 + int(c.Density)*165/255
			if c.Class == codec.ClassZero {
				bright = 255
			}
			for j, v := range colours[c.Class] {
				rows[(y*s.width+x)*pixelPayload+j] = uint8(v * bright / 255)
			}
		}
	}
}
