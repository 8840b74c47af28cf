package cm

// mixer adds stretched probabilities with weights that it learns, one set of weights
// for each context of each selector: what is right at an opcode is wrong within an
// address. The sets' results are mixed once more.
type mixer struct {
	inputs  [mixInputs]int16
	weights []int16 // sets of mixInputs each; 8192 is 1
	base    [mixSelectors]int
	chosen  [mixSelectors]int
	outputs [mixSelectors]int32 // stretched
	final   []int32             // sets of mixSelectors; 65536 is 1
	at      int
	rate    int32
}

const (
	// mixInputs is the number of inputs, a multiple of 16 for the vector code.
	mixInputs    = 32
	mixSelectors = 4
)

func newMixer(sizes [mixSelectors]int, finals int) *mixer {
	m := &mixer{final: make([]int32, finals*mixSelectors), rate: 8}
	total := 0
	for i, n := range sizes {
		m.base[i] = total
		total += n
	}
	m.weights = make([]int16, total*mixInputs)
	m.weights[0] = 1800
	repeat(m.weights, 1)
	m.final[0] = 65536 / mixSelectors
	repeat(m.final, 1)
	return m
}

// set is a set of weights.
func (m *mixer) set(i int) *[mixInputs]int16 { return (*[mixInputs]int16)(m.weights[m.chosen[i]:]) }

// mix gives the stretched result; contexts choose the set of each selector.
func (m *mixer) mix(contexts *[mixSelectors]int, final int) int32 {
	for i, c := range contexts {
		m.chosen[i] = (m.base[i] + c) * mixInputs
	}
	dots(&m.inputs, m.set(0), m.set(1), m.set(2), m.set(3), &m.outputs)
	m.at = final * mixSelectors
	w := (*[mixSelectors]int32)(m.final[m.at:])
	sum := int64(0)
	for i, x := range &m.outputs {
		x = min(max(x>>13, -stretchMax), stretchMax)
		m.outputs[i] = x
		sum += int64(x) * int64(w[i])
	}
	return int32(min(max(sum>>16, -stretchMax), stretchMax))
}

// update learns from the bit y, of which the mix gave st.
func (m *mixer) update(y uint32, st int32) {
	one := int32(y * 65535)
	err := (one - int32(squash(st))) >> 6
	w := (*[mixSelectors]int32)(m.final[m.at:])
	var errors [mixSelectors]int16
	for i, x := range &m.outputs {
		w[i] += (x*err + 1<<11) >> 12
		e := (one - int32(squash(x))) * m.rate >> 5
		errors[i] = int16(min(max(e, -32767), 32767))
	}
	trains(&m.inputs, m.set(0), m.set(1), m.set(2), m.set(3), &errors)
}

// dotsPlain is the obvious twin of dots: the sums of products, in 32 bits.
func dotsPlain(x, w0, w1, w2, w3 *[mixInputs]int16, sums *[mixSelectors]int32) {
	for k, w := range [mixSelectors]*[mixInputs]int16{w0, w1, w2, w3} {
		sum := int32(0)
		for i, v := range x {
			sum += int32(v) * int32(w[i])
		}
		sums[k] = sum
	}
}

// trainsPlain is the obvious twin of trains: w += x*err/32768, rounded and saturated.
func trainsPlain(x, w0, w1, w2, w3 *[mixInputs]int16, errors *[mixSelectors]int16) {
	for k, w := range [mixSelectors]*[mixInputs]int16{w0, w1, w2, w3} {
		for i, v := range x {
			d := (int32(v)*int32(errors[k]) + 1<<14) >> 15
			w[i] = int16(min(max(int32(w[i])+d, -32768), 32767))
		}
	}
}

// learnPlain is the obvious twin of learnStates. For each context it teaches the bit y
// to the state at node of the context's bucket, and sets the input from the state at
// next.
func learnPlain(table []byte, slots []uint32, maps *[maxContexts << 8]uint32, in *[mixInputs]int16, node, next, y uint32, rate uint) {
	flip := -y
	for i, slot := range slots {
		s := &table[slot+node]
		cell := &maps[i<<8|int(*s)]
		c := *cell ^ flip
		*cell = c - c>>rate ^ flip
		*s = nextState[*s][y]
		in[i] = stretchTable[maps[i<<8|int(table[slot+next])]>>20]
	}
}
