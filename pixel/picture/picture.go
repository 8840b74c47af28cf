// Package picture puts a payload into the pixels of a PNG and takes it out again.
//
// Every viewer opens the picture, and a person sees in it what the data is: below a
// header row lies a map, whose colours say code, text, tables, zeros and noise; below
// that the payload, three bytes a pixel, in bands with checksums of their own. Nothing
// is in hidden chunks, so tools that pack a PNG better keep the payload; a tool that
// changes pixels is told from damage in the file. docs/pixel-format.md has the layout.
//
// It must import no other folder of pxOS than pixel. Invariants: what Encode took Decode
// gives back, or an error says where; no memory beyond the limits is taken for what a
// file claims; Salvage gives every undamaged band.
package picture

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"unicode/utf8"

	"pxos/pixel"
)

// Kind is what a payload is.
type Kind uint8

// Kinds of payloads.
const (
	File      Kind = 1 + iota // the stream of one file
	Tree                      // the stream of a tar archive
	Store                     // the export of a store
	Cartridge                 // the stream of a cartridge
)

var kindNames = [...]string{"", "file", "tree", "store", "cartridge"}

func (k Kind) String() string {
	if k >= File && int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// Info is what the header row says.
type Info struct {
	// God stands for all of it in one pixel: the address of the SHA-256 of the logical
	// bytes.
	God          pixel.Pixel
	Kind         Kind
	Executable   bool   // the file has its x bit
	Name         string // of the file or folder, at most MaxName bytes
	LogicalBytes int64  // before compression
	PayloadBytes int64
	PayloadSum   [sha256.Size]byte
}

// MaxName is the most bytes of a name.
const MaxName = 200

// Errors by kind, for errors.Is.
var (
	// ErrFormat is a file that is no picture of this format, or one cut off.
	ErrFormat = errors.New("not a valid pixel picture")
	// ErrPixels is a picture whose pixels were changed: by a viewer that scales, converts
	// colours or compresses with loss, or by damage.
	ErrPixels = errors.New("pixels were changed")
	// ErrLimit is a picture larger than the caller allows.
	ErrLimit = errors.New("over the limit")
)

// The layout. All numbers are little endian; a pixel carries three bytes, R, G, B.
//
//	row 0        the header, then zeros
//	rows 1..     mapRows rows of the map
//	then         payload rows, in bands of bandRows rows; each band begins with the CRC-32C
//	             of its payload bytes (4) and its number (2); the last is filled with zeros
//	last row     the header again, for salvage
const (
	magic         = "PXIM"
	version       = 1
	headerFixed   = 4 + 4 + 4 + 2 + 2 + 8 + 8 + sha256.Size + 1 // up to the name
	bandRows      = 32
	bandHead      = 6
	pixelPayload  = 3
	minWidth      = 128
	maxWidth      = 4096
	maxSide       = 1 << 20
	minMapRows    = 32
	mapPart       = 2 // the map has half as many rows as the payload
	maxBands      = 1 << 16
	maxPayload    = int64(maxBands) * (bandRows*maxWidth*pixelPayload - bandHead)
	headerPixels  = minWidth
	headerMost    = headerPixels * pixelPayload
	checksumBytes = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(p []byte) uint32 { return crc32.Checksum(p, castagnoli) }

// shape is the size of a picture.
type shape struct {
	width, mapRows, bands int
}

// shapeFor is nearly a square.
func shapeFor(payload int64) shape {
	width := minWidth
	for width < maxWidth && int64(width)*int64(width)*pixelPayload < payload {
		width += minWidth
	}
	s := shape{width: width}
	s.bands = int((payload + int64(s.bandBytes()) - 1) / int64(s.bandBytes()))
	s.mapRows = max(minMapRows, s.bands*bandRows/mapPart)
	return s
}

// bandBytes is the payload of a whole band.
func (s shape) bandBytes() int { return s.width*bandRows*pixelPayload - bandHead }

func (s shape) height() int { return 1 + s.mapRows + s.bands*bandRows + 1 }

// encodeHeader is the bytes of the header row.
func encodeHeader(i Info, s shape) ([]byte, error) {
	if len(i.Name) > MaxName || !utf8.ValidString(i.Name) {
		return nil, fmt.Errorf("name %q: give at most %d bytes of UTF-8", i.Name, MaxName)
	}
	if i.Kind < File || i.Kind > Cartridge {
		return nil, fmt.Errorf("%v is no kind of payload", i.Kind)
	}
	flags := byte(0)
	if i.Executable {
		flags |= 1
	}
	out := binary.BigEndian.AppendUint32(nil, uint32(i.God))
	out = append(out, magic...)
	out = append(out, version, byte(i.Kind), flags, 0)
	out = binary.LittleEndian.AppendUint16(out, uint16(s.width))
	out = binary.LittleEndian.AppendUint16(out, uint16(min(s.mapRows, math.MaxUint16)))
	out = binary.LittleEndian.AppendUint64(out, uint64(i.LogicalBytes))
	out = binary.LittleEndian.AppendUint64(out, uint64(i.PayloadBytes))
	out = append(out, i.PayloadSum[:]...)
	out = append(out, byte(len(i.Name)))
	out = append(out, i.Name...)
	return binary.LittleEndian.AppendUint32(out, checksum(out)), nil
}

// decodeHeader reads a header row and holds it against the picture's size.
func decodeHeader(row []byte, width, height int) (i Info, s shape, err error) {
	if len(row) < headerMost || string(row[4:8]) != magic {
		return i, s, fmt.Errorf("pixel 1 of row 0: no mark %q: this PNG holds no payload, or its colours were changed: %w", magic, ErrFormat)
	}
	n := headerFixed + int(row[headerFixed-1])
	if n+checksumBytes > headerMost {
		return i, s, fmt.Errorf("row 0: a name of %d bytes: %w", row[headerFixed-1], ErrFormat)
	}
	if got, want := checksum(row[:n]), binary.LittleEndian.Uint32(row[n:]); got != want {
		return i, s, fmt.Errorf("row 0: the header has CRC %08x and says %08x: %w", got, want, ErrPixels)
	}
	if row[8] != version {
		return i, s, fmt.Errorf("row 0: version %d, this program knows %d: %w", row[8], version, ErrFormat)
	}
	i = Info{God: pixel.Pixel(binary.BigEndian.Uint32(row)), Kind: Kind(row[9]), Executable: row[10]&1 != 0,
		LogicalBytes: int64(binary.LittleEndian.Uint64(row[16:])), PayloadBytes: int64(binary.LittleEndian.Uint64(row[24:])),
		PayloadSum: [sha256.Size]byte(row[32:]), Name: string(row[headerFixed:n])}
	if i.Kind < File || i.Kind > Cartridge || i.LogicalBytes < 0 || i.PayloadBytes < 0 || i.PayloadBytes > maxPayload || !utf8.ValidString(i.Name) {
		return i, s, fmt.Errorf("row 0: %v with %d bytes of payload for %d: %w", i.Kind, i.PayloadBytes, i.LogicalBytes, ErrFormat)
	}
	s = shape{width: int(binary.LittleEndian.Uint16(row[12:])), mapRows: int(binary.LittleEndian.Uint16(row[14:]))}
	if s.width != width {
		return i, s, fmt.Errorf("the picture is %d pixels wide and was made %d wide: it was scaled or cut: %w", width, s.width, ErrPixels)
	}
	s.bands = int((i.PayloadBytes + int64(s.bandBytes()) - 1) / int64(s.bandBytes()))
	if s.height() != height {
		return i, s, fmt.Errorf("the picture is %d rows high and was made %d high: it was scaled or cut: %w", height, s.height(), ErrPixels)
	}
	return i, s, nil
}
