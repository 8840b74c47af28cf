package store

import (
	"crypto/sha256"
	"encoding/binary"

	"pxos/pixel"
)

// The cutting of data into tiles, and the tree over them. Both are part of the format:
// a reader cuts again to find a tile in its block.
const (
	tileLeast = 8 << 10
	// tileMask has 15 bits: after the least a cut comes every 32,768 bytes on average.
	tileMask = 0x7FFF << 33
	// partMost is the most bytes under one node of tiles. 8,192 tiles of the least size
	// are fewer than a node may have.
	partMost = 64 << 20
	// fanOut is the most children of a node: as many as a tile has pixels.
	fanOut = pixel.TilePixels
)

// gear is a random number for every byte, from SplitMix64 started at 0.
var gear [256]uint64

func init() {
	state := uint64(0)
	for i := range gear {
		state += 0x9E3779B97F4A7C15
		z := state
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		gear[i] = z ^ z>>31
	}
}

// cut is the length of the first tile of data: up to the byte after which the last 64
// bytes' hash has zeros where the mask has ones (gear hash: Xia et al., "Ddelta", 2014).
func cut(data []byte) int {
	n := min(len(data), pixel.TileBytes)
	if n <= tileLeast {
		return n
	}
	h := uint64(0)
	for i := tileLeast - 64; i < n; i++ {
		h = h<<1 + gear[data[i]]
		if i >= tileLeast && h&tileMask == 0 {
			return i + 1
		}
	}
	return n
}

// tiles cuts data, which is at most partMost bytes.
func tiles(data []byte) (list [][]byte) {
	for {
		n := cut(data)
		list = append(list, data[:n:n])
		if data = data[n:]; len(data) == 0 {
			return list
		}
	}
}

// Marks that keep digests of tiles, nodes and folders apart.
const (
	markTile = 't'
	markNode = 'n'
)

// tileDigest is SHA-256 of 't' and the bytes.
func tileDigest(tile []byte) Digest {
	h := sha256.New()
	_, _ = h.Write([]byte{markTile}) // a hash takes all
	_, _ = h.Write(tile)
	return Digest(h.Sum(nil))
}

// nodeDigest is SHA-256 of 'n', the number of bytes below (8 bytes, little endian), and
// the children's digests. One child stands for itself.
func nodeDigest(children []Digest, bytes int64) Digest {
	if len(children) == 1 {
		return children[0]
	}
	h := sha256.New()
	_, _ = h.Write(binary.LittleEndian.AppendUint64([]byte{markNode}, uint64(bytes)))
	for _, c := range children {
		_, _ = h.Write(c[:])
	}
	return Digest(h.Sum(nil))
}

// part is a stretch of content with its tiles.
type part struct {
	digest  Digest
	data    []byte
	tiles   [][]byte
	digests []Digest
}

func newPart(data []byte) part {
	p := part{data: data, tiles: tiles(data)}
	for _, t := range p.tiles {
		p.digests = append(p.digests, tileDigest(t))
	}
	p.digest = nodeDigest(p.digests, int64(len(data)))
	return p
}

// key is what the index has of a digest: enough that nobody can make two the same.
type key [16]byte

func keyOf(d Digest) key { return key(d[:16]) }
