package store

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"pxos/pixel"
)

// A pack is a file of records, all numbers in headers unsigned varints:
//
//	pack     "PXPK" version 1
//	record   type 1, length of the header, header, CRC-32C of all that 4, payload
//	'B'      a block: SHA-256 of its content 32, number of segments, their sizes, flag 1
//	         (1: coded against a base), [first 16 bytes of the base's SHA-256, place in its
//	         line], number of pieces, pieces, payload length; the payload is EncodeBlock of
//	         the new pieces' bytes, one after the other
//	piece    length times 4 plus 0: new bytes; plus 1: a tile of the store, its first 16
//	         digest bytes; plus 2: a seed, 4 bytes
//	'N'      a node: bytes below, number of children, their digests 32 each
//	'R'      a root: name length, name, entry (see entry), Unix seconds
//	'D'      a name that is dropped: name length, name
const (
	packMagic   = "PXPK\x01"
	recordBlock = 'B'
	recordNode  = 'N'
	recordRoot  = 'R'
	recordDrop  = 'D'
	packSuffix  = ".pxp"

	maxHeaderBytes = 16 << 20
	maxSegments    = 1 << 16
	maxPieces      = 1 << 17
	maxName        = 4096
	blockMost      = partMost // raw bytes of a block
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// piece is how a stretch of a block's content is kept.
type piece struct {
	kind   pieceKind
	length int
	key    key         // of a tile
	seed   pixel.Pixel // of a seed
}

type pieceKind uint8

const (
	pieceNew pieceKind = iota
	pieceTile
	pieceSeed
	pieceKinds
)

// blockHeader is what a pack says of a block.
type blockHeader struct {
	sum      Digest // SHA-256 of the content
	segments []int  // the sizes of the parts that it holds
	based    bool
	base     key // of the base's sum
	line     int // how many blocks came before it in its line of versions
	pieces   []piece
	payload  int // bytes
}

func (b blockHeader) raw() (n int) {
	for _, s := range b.segments {
		n += s
	}
	return n
}

func (b blockHeader) encode() []byte {
	out := append([]byte(nil), b.sum[:]...)
	out = binary.AppendUvarint(out, uint64(len(b.segments)))
	for _, n := range b.segments {
		out = binary.AppendUvarint(out, uint64(n))
	}
	if b.based {
		out = append(append(out, 1), b.base[:]...)
		out = binary.AppendUvarint(out, uint64(b.line))
	} else {
		out = append(out, 0)
	}
	out = binary.AppendUvarint(out, uint64(len(b.pieces)))
	for _, p := range b.pieces {
		out = binary.AppendUvarint(out, uint64(p.length)<<2|uint64(p.kind))
		switch p.kind {
		case pieceTile:
			out = append(out, p.key[:]...)
		case pieceSeed:
			out = binary.BigEndian.AppendUint32(out, uint32(p.seed))
		}
	}
	return binary.AppendUvarint(out, uint64(b.payload))
}

// take reads fields from a header; the first error stays.
type take struct {
	p   []byte
	err error
}

var errHeader = errors.New("a field of the header is out of bounds")

func (t *take) bytes(n int) []byte {
	if n > len(t.p) || t.err != nil {
		t.err = errHeader
		return make([]byte, min(n, maxName))
	}
	out := t.p[:n]
	t.p = t.p[n:]
	return out
}

func (t *take) number(most int64) int64 {
	n, size := binary.Uvarint(t.p)
	if t.err != nil || size <= 0 || n > uint64(most) {
		t.err = errHeader
		return 0
	}
	t.p = t.p[size:]
	return int64(n)
}

func (t *take) end() error {
	if t.err == nil && len(t.p) > 0 {
		t.err = errHeader
	}
	return t.err
}

func decodeBlockHeader(header []byte) (b blockHeader, err error) {
	t := take{p: header}
	copy(b.sum[:], t.bytes(len(b.sum)))
	for range t.number(maxSegments) {
		b.segments = append(b.segments, int(t.number(blockMost)))
	}
	if t.bytes(1)[0] != 0 {
		b.based = true
		copy(b.base[:], t.bytes(len(b.base)))
		b.line = int(t.number(1 << 40))
	}
	left := b.raw()
	for range t.number(maxPieces) {
		n := t.number(blockMost<<2 | 3)
		p := piece{kind: pieceKind(n & 3), length: int(n >> 2)}
		switch p.kind {
		case pieceTile:
			copy(p.key[:], t.bytes(len(p.key)))
		case pieceSeed:
			p.seed = pixel.Pixel(binary.BigEndian.Uint32(t.bytes(4)))
		}
		if t.err != nil || p.kind >= pieceKinds || p.length > left {
			return b, errHeader
		}
		left -= p.length
		b.pieces = append(b.pieces, p)
	}
	b.payload = int(t.number(blockMost + 64))
	if err := t.end(); err != nil {
		return b, err
	}
	if left != 0 || b.raw() > blockMost {
		return b, errHeader
	}
	return b, nil
}

// record is one record of a pack and where it lies.
type record struct {
	kind    byte
	header  []byte
	offset  int64 // of the record
	payload int64 // where its payload is
	end     int64
}

// packWriter writes a pack that gets its name when it is whole.
type packWriter struct {
	f    *os.File
	w    *bufio.Writer
	path string
	at   int64
	err  error
}

func (s *Store) packPath(seq int64) string {
	return filepath.Join(s.dir, packsFolder, fmt.Sprintf("%08x%s", seq, packSuffix))
}

// packFile is where a pack can be read.
func (s *Store) packFile(seq int64) (string, error) {
	if s.writing != nil && seq == s.writingSeq {
		return s.writing.path + freshSuffix, s.writing.w.Flush()
	}
	return s.packPath(seq), nil
}

// packNumber is the number in the name of a pack.
func packNumber(name string) (int64, bool) {
	text, ok := strings.CutSuffix(name, packSuffix)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 16, 64)
	return n, err == nil && n > 0
}

func newPackWriter(path string) (*packWriter, error) {
	f, err := os.Create(path + freshSuffix)
	if err != nil {
		return nil, err
	}
	p := &packWriter{f: f, w: bufio.NewWriter(f), path: path}
	p.write([]byte(packMagic))
	return p, nil
}

func (p *packWriter) write(data []byte) {
	if p.err == nil {
		_, p.err = p.w.Write(data)
		p.at += int64(len(data))
	}
}

// record appends a record and gives its offset.
func (p *packWriter) record(kind byte, header, payload []byte) (offset int64) {
	offset = p.at
	head := binary.AppendUvarint([]byte{kind}, uint64(len(header)))
	head = append(head, header...)
	p.write(binary.LittleEndian.AppendUint32(head, crc32.Checksum(head, castagnoli)))
	p.write(payload)
	return offset
}

func (p *packWriter) commit() error {
	if p.err == nil {
		p.err = p.w.Flush()
	}
	return commitFile(p.f, p.path, p.err)
}

// abandon removes a pack that was not committed.
func (p *packWriter) abandon() { _, _ = p.f.Close(), os.Remove(p.path+freshSuffix) }

// readRecord reads the record at a place of a pack of size bytes, without its payload.
func readRecord(r io.ReaderAt, offset, size int64) (record, error) {
	head := make([]byte, 1+binary.MaxVarintLen64)
	n, err := r.ReadAt(head, offset)
	if n < 2 {
		return record{}, fmt.Errorf("byte %d: a record is cut off: %w", offset, errors.Join(ErrDamaged, ignoreEOF(err)))
	}
	length, k := binary.Uvarint(head[1:n])
	if k <= 0 || length > maxHeaderBytes || offset+int64(length) > size {
		return record{}, fmt.Errorf("byte %d: a header of a record cannot be read: %w", offset, ErrDamaged)
	}
	all := make([]byte, 1+k+int(length)+4)
	if _, err := r.ReadAt(all, offset); err != nil {
		return record{}, fmt.Errorf("byte %d: a record is cut off: %w", offset, errors.Join(ErrDamaged, ignoreEOF(err)))
	}
	body := all[:len(all)-4]
	if got, want := crc32.Checksum(body, castagnoli), binary.LittleEndian.Uint32(all[len(body):]); got != want {
		return record{}, fmt.Errorf("byte %d: a record has CRC %08x and says %08x: %w", offset, got, want, ErrDamaged)
	}
	out := record{kind: body[0], header: body[1+k:], offset: offset, payload: offset + int64(len(all))}
	out.end = out.payload
	if out.kind == recordBlock {
		b, err := decodeBlockHeader(out.header)
		if err != nil {
			return record{}, fmt.Errorf("byte %d: a block: %w: %w", offset, err, ErrDamaged)
		}
		out.end += int64(b.payload)
	}
	if out.end > size {
		return record{}, fmt.Errorf("byte %d: a payload is cut off: %w", offset, ErrDamaged)
	}
	return out, nil
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// readPack gives all records of a pack. With an error come those before the damage.
func readPack(path string) (list []record, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	size = info.Size()
	mark := make([]byte, len(packMagic))
	if _, err := f.ReadAt(mark, 0); err != nil || !bytes.Equal(mark, []byte(packMagic)) {
		return nil, size, fmt.Errorf("%s, byte 0: no pack of this version: %w", path, ErrDamaged)
	}
	for at := int64(len(packMagic)); at < size; {
		r, err := readRecord(f, at, size)
		if err != nil {
			return list, size, fmt.Errorf("%s, %w", path, err)
		}
		list = append(list, r)
		at = r.end
	}
	return list, size, nil
}
