package kernel

import (
	"encoding/binary"
	"math"

	"pxos/llm/quant"
)

// Block is the number of activations that share a scale.
const Block = 32

// Activations are a vector, as it was and rounded to 8 bits.
type Activations struct {
	Values []float32
	Scales []float32 // one for each Block
	Sums   []float32 // of the rounded values of a Block, times its scale
	Q      []int8
}

// Round makes activations of a vector, whose length is a multiple of Block or which no
// weights of fewer than 16 bits meet. The vector is kept, not copied.
func (a *Activations) Round(x []float32) {
	a.Values = x
	n := len(x) / Block
	if cap(a.Q) < n*Block {
		a.Q, a.Scales, a.Sums = make([]int8, n*Block), make([]float32, n), make([]float32, n)
	}
	a.Q, a.Scales, a.Sums = a.Q[:n*Block], a.Scales[:n], a.Sums[:n]
	if n > 0 && roundQ8Native != nil {
		roundQ8Native(&x[0], &a.Q[0], &a.Scales[0], &a.Sums[0], n)
		return
	}
	a.roundPlain()
}

// roundPlain is Round in plain Go.
func (a *Activations) roundPlain() {
	for b := range a.Scales {
		block := a.Values[b*Block:][:Block]
		var most float32
		for _, v := range block {
			most = max(most, v, -v)
		}
		inv := float32(0)
		if most > 0 {
			inv = 127 / most
		}
		sum := 0
		for i, v := range block {
			q := int8(math.RoundToEven(float64(v * inv)))
			a.Q[b*Block+i] = q
			sum += int(q)
		}
		a.Scales[b] = most / 127
		a.Sums[b] = a.Scales[b] * float32(sum)
	}
}

// Dot is a row of weights of a type by activations.
type Dot func(row []byte, a *Activations) float32

// Plain are the kernels in plain Go.
var Plain = map[quant.Type]Dot{
	quant.F32: plainF32, quant.F16: plainF16, quant.BF16: plainBF16, quant.Q8_0: plainQ8_0, quant.Q4_0: plainQ4_0,
	quant.Q4_1: plainAny(quant.Q4_1), quant.Q5_0: plainAny(quant.Q5_0), quant.Q5_1: plainAny(quant.Q5_1),
	quant.Q4_K: plainAny(quant.Q4_K), quant.Q5_K: plainAny(quant.Q5_K), quant.Q6_K: plainAny(quant.Q6_K),
}

func plainF32(row []byte, a *Activations) (sum float32) {
	for i, v := range a.Values {
		sum += math.Float32frombits(binary.LittleEndian.Uint32(row[4*i:])) * v
	}
	return sum
}

func plainF16(row []byte, a *Activations) (sum float32) {
	for i, v := range a.Values {
		sum += quant.Half(row[2*i:]) * v
	}
	return sum
}

func plainBF16(row []byte, a *Activations) (sum float32) {
	for i, v := range a.Values {
		sum += quant.BFloat(binary.LittleEndian.Uint16(row[2*i:])) * v
	}
	return sum
}

// plainQ8_0 multiplies whole numbers within a block, and blocks by their scales.
func plainQ8_0(row []byte, a *Activations) (sum float32) {
	const bytes = 34
	for b, scale := range a.Scales {
		w, q := row[b*bytes:][:bytes], a.Q[b*Block:][:Block]
		n := int32(0)
		for i, v := range q {
			n += int32(int8(w[2+i])) * int32(v)
		}
		sum += float32(n) * quant.Half(w) * scale
	}
	return sum
}

func plainQ4_0(row []byte, a *Activations) (sum float32) {
	const bytes = 18
	for b, scale := range a.Scales {
		w, q := row[b*bytes:][:bytes], a.Q[b*Block:][:Block]
		n := int32(0)
		for i := range Block / 2 {
			n += (int32(w[2+i]&15)-8)*int32(q[i]) + (int32(w[2+i]>>4)-8)*int32(q[i+Block/2])
		}
		sum += float32(n) * quant.Half(w) * scale
	}
	return sum
}

// plainAny decodes a type's blocks and multiplies by the rounded activations.
func plainAny(t quant.Type) Dot {
	info, _ := t.Info()
	return func(row []byte, a *Activations) (sum float32) {
		var values [256]float32
		for at := 0; at < len(a.Q); at += info.BlockValues {
			quant.Decode(t, values[:info.BlockValues], row[:info.BlockBytes])
			row = row[info.BlockBytes:]
			for b := 0; b < info.BlockValues; b += Block {
				var n float32
				for i, q := range a.Q[at+b:][:Block] {
					n += values[b+i] * float32(q)
				}
				sum += n * a.Scales[(at+b)/Block]
			}
		}
		return sum
	}
}
