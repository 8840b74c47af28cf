package picture

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash"
	"hash/adler32"
	"io"
)

// writer writes a PNG of 8-bit RGB. Each call of rows makes a chunk that can be inflated
// apart from the others, so that damage to one leaves the rest.
type writer struct {
	below  io.Writer
	stride int // bytes of a row's colours
	adler  hash.Hash32
	last   []byte // the row before, for the filter Up
	err    error
}

const (
	filterNone = 0
	filterUp   = 2
)

func newWriter(w io.Writer, s shape) *writer {
	out := &writer{below: w, stride: s.width * pixelPayload, adler: adler32.New()}
	out.last = make([]byte, out.stride)
	header := binary.BigEndian.AppendUint32(nil, uint32(s.width))
	header = binary.BigEndian.AppendUint32(header, uint32(s.height()))
	out.write(append([]byte(pngMagic), chunk("IHDR", append(header, 8, 2, 0, 0, 0))...))
	out.write(chunk("IDAT", []byte{0x78, 0x9C})) // zlib's header (RFC 1950): deflate, 32 KiB
	return out
}

func (w *writer) write(p []byte) {
	if w.err == nil {
		_, w.err = w.below.Write(p)
	}
}

// rows writes whole rows. The filter Up suits a map, where rows are like those above.
func (w *writer) rows(p []byte, up bool) {
	plain := make([]byte, 0, len(p)+len(p)/w.stride)
	for ; len(p) > 0; p = p[w.stride:] {
		row := p[:w.stride]
		if !up {
			plain = append(append(plain, filterNone), row...)
			continue
		}
		plain = append(plain, filterUp)
		for i, c := range row {
			plain = append(plain, c-w.last[i])
		}
		copy(w.last, row)
	}
	_, _ = w.adler.Write(plain) // a hash takes all
	var packed bytes.Buffer
	z, err := flate.NewWriter(&packed, flate.DefaultCompression)
	if err == nil {
		_, err = z.Write(plain)
	}
	if err == nil {
		err = z.Flush() // blocks that are not the last, up to a whole byte
	}
	if err != nil && w.err == nil {
		w.err = err
	}
	w.write(chunk("IDAT", packed.Bytes()))
}

func (w *writer) close() error {
	end := []byte{0x03, 0x00} // a last, empty block of deflate
	end = binary.BigEndian.AppendUint32(end, w.adler.Sum32())
	w.write(append(chunk("IDAT", end), chunk("IEND", nil)...))
	return w.err
}
