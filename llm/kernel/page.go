package kernel

import (
	"fmt"
	"strings"

	"pxos/llm/quant"
)

// PageTokens is how many tokens of a text share a page of a cache.
const PageTokens = 64

// CacheType is how keys and values are kept.
type CacheType int

// The types of caches: halves, 8 bits in blocks of 32, or as they come.
const (
	CacheF16 CacheType = iota
	CacheQ8
	CacheF32
)

var cacheNames = []string{CacheF16: "F16", CacheQ8: "Q8_0", CacheF32: "F32"}

func (t CacheType) String() string { return cacheNames[t] }

// ParseCache finds a type by its name.
func ParseCache(name string) (CacheType, error) {
	for t, n := range cacheNames {
		if n == name {
			return CacheType(t), nil
		}
	}
	return 0, fmt.Errorf("there is no cache of type %q; there are %s", name, strings.Join(cacheNames, ", "))
}

// PagePart is a head's part of a page: the keys of its tokens as [Key][PageTokens], so that the
// scores of all come together, and the values as [PageTokens][ValueWidth()].
type PagePart struct {
	Type       CacheType
	Key, Value int // widths
}

// ValueWidth is Value up to a multiple of what kernels take at once.
func (p PagePart) ValueWidth() int { return (p.Value + quadCols - 1) &^ (quadCols - 1) }

// blocks are how many scales a vector has in 8 bits.
func blocks(width int) int { return (width + Block - 1) / Block }

// Words is how much memory it takes, in units of 32 bits.
func (p PagePart) Words() int {
	values := PageTokens * (p.Key + p.ValueWidth())
	switch p.Type {
	case CacheF16:
		return values / 2
	case CacheQ8:
		return values/4 + PageTokens*(blocks(p.Key)+blocks(p.ValueWidth()))
	}
	return values
}

// Put keeps the key and the value of the token that has a place in the page.
func (p PagePart) Put(words []uint32, place int, key, value []float32) {
	width := p.ValueWidth()
	switch p.Type {
	case CacheF16:
		all := asHalves(words)
		var halves [maxHead]uint16
		toHalves(halves[:p.Key], key)
		for d, h := range halves[:p.Key] {
			all[d*PageTokens+place] = h
		}
		toHalves(all[PageTokens*p.Key+place*width:][:p.Value], value)
	case CacheQ8:
		p.putBytes(words, place, key, value)
	default:
		all := asFloats(words)
		for d, v := range key {
			all[d*PageTokens+place] = v
		}
		copy(all[PageTokens*p.Key+place*width:], value)
	}
}

// maxHead is the widest head for which there is room.
const maxHead = 4096

// putBytes rounds to 8 bits: bytes as they lie in F32, then the scales of the keys as
// [blocks][PageTokens], then those of the values as [PageTokens][blocks].
func (p PagePart) putBytes(words []uint32, place int, key, value []float32) {
	width := p.ValueWidth()
	n := PageTokens * (p.Key + width)
	bytes, scales := asBytes(words[:n/4]), asFloats(words[n/4:])
	round := func(x []float32, put func(i int, q int8), scale func(b int, s float32)) {
		var block [Block]float32
		var a Activations
		for b := 0; b < len(x); b += Block {
			clear(block[copy(block[:], x[b:]):])
			a.Round(block[:])
			scale(b/Block, a.Scales[0])
			for i := range min(Block, len(x)-b) {
				put(b+i, a.Q[i])
			}
		}
	}
	round(key, func(i int, q int8) { bytes[i*PageTokens+place] = q }, func(b int, s float32) { scales[b*PageTokens+place] = s })
	values, of := bytes[PageTokens*p.Key+place*width:], scales[PageTokens*blocks(p.Key)+place*blocks(width):]
	round(value, func(i int, q int8) { values[i] = q }, func(b int, s float32) { of[b] = s })
}

// Open gives keys and values as floats, in room for PageTokens * (Key + ValueWidth()) where
// they are not kept so.
func (p PagePart) Open(words []uint32, room []float32) (keys, values []float32) {
	n, cut := PageTokens*(p.Key+p.ValueWidth()), PageTokens*p.Key
	switch p.Type {
	case CacheF32:
		room = asFloats(words)[:n]
	case CacheF16:
		fromHalves(room[:n], asHalves(words)[:n])
	case CacheQ8:
		p.openBytes(words, room[:n])
	}
	return room[:cut:cut], room[cut:n]
}

func (p PagePart) openBytes(words []uint32, room []float32) {
	n, width := len(room), p.ValueWidth()
	bytes, scales := asBytes(words[:n/4]), asFloats(words[n/4:])
	for d := range p.Key {
		scaleEach(room[d*PageTokens:][:PageTokens], bytes[d*PageTokens:][:PageTokens], scales[d/Block*PageTokens:][:PageTokens])
	}
	at, of := PageTokens*p.Key, scales[PageTokens*blocks(p.Key):]
	for t := range PageTokens {
		for b := range blocks(width) {
			from, m := at+t*width+b*Block, min(Block, width-b*Block)
			scaleAll(room[from:][:m], bytes[from:][:m], of[t*blocks(width)+b])
		}
	}
}

// The plain twins of what follows are what is used where there is no assembly.

func plainToHalves(dst []uint16, src []float32) {
	for i, v := range src {
		dst[i] = quant.ToHalf(min(max(v, -maxHalf), maxHalf)) // min and max keep a NaN
	}
}

// maxHalf is the largest half: larger numbers become it, not infinity.
const maxHalf = 65504

func plainFromHalves(dst []float32, src []uint16) {
	for i, h := range src {
		dst[i] = quant.HalfOf(h)
	}
}

func scaleEachPlain(dst []float32, q []int8, scales []float32) {
	for i, v := range q {
		dst[i] = float32(v) * scales[i]
	}
}

func scaleAllPlain(dst []float32, q []int8, scale float32) {
	for i, v := range q {
		dst[i] = float32(v) * scale
	}
}

// plainRows is MultiplyRows in plain Go.
func plainRows(out, a, b []float32, rows, deep, cols int) {
	for r := range rows {
		to := out[r*cols:][:cols]
		clear(to)
		for k, v := range a[r*deep:][:deep] {
			for i, w := range b[k*cols:][:cols] {
				to[i] += v * w
			}
		}
	}
}

// plainSoften is Soften in plain Go.
func plainSoften(scores []float32, most float32) (above, sum, fade float32) {
	above = most
	for _, v := range scores {
		above = max(above, v)
	}
	for i, v := range scores {
		scores[i] = Exp(v - above)
		sum += scores[i]
	}
	return above, sum, Exp(most - above)
}
