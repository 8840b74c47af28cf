package codec

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// A stream, all numbers little endian:
//
//	header   magic 4, version 1, level 1, flags 1, zero 1, memory 4 (MiB), block 4 (bytes),
//	         [SHA-256 of the reference 32], CRC-32C of all that 4
//	block    0x01, raw 4, coded 4, CRC-32C of the raw bytes 4, CRC-32C of the 13 bytes before 4, coded bytes
//	end      0xFF, raw length of the whole 8, SHA-256 of the whole 32, CRC-32C of the 41 bytes before 4
const (
	version        = 1
	headerBytes    = 16
	flagReference  = 1
	blockMark      = 0x01
	endMark        = 0xFF
	blockHeadBytes = 17
	endBytes       = 1 + 8 + sha256.Size + 4
)

// The first byte is no text, the last ones show what a transfer as text would change.
var magic = [4]byte{0x89, 'P', 'X', '\n'}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func crc(p []byte) uint32 { return crc32.Checksum(p, castagnoli) }

// header is the start of a stream.
type header struct {
	level       Level
	memoryBytes int64 // what one block takes to decode
	blockBytes  int
	reference   *[sha256.Size]byte
}

func (h header) encode() []byte {
	out := append([]byte(nil), magic[:]...)
	flags := byte(0)
	if h.reference != nil {
		flags |= flagReference
	}
	out = append(out, version, byte(h.level), flags, 0)
	out = binary.LittleEndian.AppendUint32(out, uint32((h.memoryBytes+1<<20-1)>>20))
	out = binary.LittleEndian.AppendUint32(out, uint32(h.blockBytes))
	if h.reference != nil {
		out = append(out, h.reference[:]...)
	}
	return binary.LittleEndian.AppendUint32(out, crc(out))
}

// decodeHeader checks a header that is whole; its size follows from its flags.
func decodeHeader(p []byte) (header, error) {
	if !bytes.Equal(p[:4], magic[:]) {
		return header{}, fmt.Errorf("byte 0: it starts with % x, a pixel stream with % x: %w", p[:4], magic[:], ErrFormat)
	}
	if p[4] != version {
		return header{}, fmt.Errorf("byte 4: version %d, this program knows %d: %w", p[4], version, ErrFormat)
	}
	n := len(p) - 4
	if got, want := crc(p[:n]), binary.LittleEndian.Uint32(p[n:]); got != want {
		return header{}, fmt.Errorf("byte %d: the header's CRC is %08x, it says %08x: %w", n, got, want, ErrChecksum)
	}
	h := header{level: Level(p[5]), memoryBytes: int64(binary.LittleEndian.Uint32(p[8:])) << 20,
		blockBytes: int(binary.LittleEndian.Uint32(p[12:]))}
	if p[6]&flagReference != 0 {
		h.reference = (*[sha256.Size]byte)(p[16:48])
	}
	if h.blockBytes < 1 || h.blockBytes > MaxBlockBytes {
		return header{}, fmt.Errorf("byte 12: blocks of %d bytes, at most %d: %w", h.blockBytes, MaxBlockBytes, ErrLimit)
	}
	return h, nil
}

// size is the size of a header whose first headerBytes bytes are p.
func headerSize(p []byte) int {
	if p[6]&flagReference != 0 {
		return headerBytes + sha256.Size + 4
	}
	return headerBytes + 4
}

// blockHead is what stands before the bytes of a block.
type blockHead struct {
	raw, coded int
	crc        uint32
}

func (b blockHead) encode() []byte {
	out := binary.LittleEndian.AppendUint32([]byte{blockMark}, uint32(b.raw))
	out = binary.LittleEndian.AppendUint32(out, uint32(b.coded))
	out = binary.LittleEndian.AppendUint32(out, b.crc)
	return binary.LittleEndian.AppendUint32(out, crc(out))
}

// decodeBlockHead checks the head of a block that starts at byte at of the stream.
func decodeBlockHead(p []byte, h header, at int64) (blockHead, error) {
	if got, want := crc(p[:blockHeadBytes-4]), binary.LittleEndian.Uint32(p[blockHeadBytes-4:]); got != want {
		return blockHead{}, fmt.Errorf("byte %d: a block's head has CRC %08x and says %08x: %w", at, got, want, ErrChecksum)
	}
	b := blockHead{raw: int(binary.LittleEndian.Uint32(p[1:])), coded: int(binary.LittleEndian.Uint32(p[5:])),
		crc: binary.LittleEndian.Uint32(p[9:])}
	if b.raw < 1 || b.raw > h.blockBytes {
		return blockHead{}, fmt.Errorf("byte %d: a block of %d bytes, the header says at most %d: %w", at+1, b.raw, h.blockBytes, ErrFormat)
	}
	if b.coded < 1 || b.coded > b.raw+BlockOverhead {
		return blockHead{}, fmt.Errorf("byte %d: %d coded bytes for %d: %w", at+5, b.coded, b.raw, ErrFormat)
	}
	return b, nil
}
