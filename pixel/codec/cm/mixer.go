package cm

// mixer adds stretched probabilities with weights that it learns, one set of weights
// for each context of each selector: what is right at an opcode is wrong within an
// address. The sets' results are mixed once more.
type mixer struct {
	inputs  [mixInputs]int16
	weights []int16 // sets of mixInputs each; 8192 is 1
	base    [mixSelectors]int
	size    [mixSelectors]int
	chosen  [mixSelectors]int
	outputs [mixSelectors]int32 // stretched
	final   []int32             // sets of mixSelectors; 65536 is 1
	at      int
	rate    int32
}

const (
	// mixInputs is the number of inputs, a multiple of 16 for the vector code.
	mixInputs    = 32
	mixSelectors = 6
)

func newMixer(sizes [mixSelectors]int, finals int) *mixer {
	m := &mixer{final: make([]int32, finals*mixSelectors), rate: 8}
	total := 0
	for i, n := range sizes {
		m.base[i], m.size[i] = total, n
		total += n
	}
	m.weights = make([]int16, total*mixInputs)
	for i := range m.weights {
		m.weights[i] = 1800
	}
	for i := range m.final {
		m.final[i] = 65536 / mixSelectors
	}
	return m
}

// mix gives the stretched result; contexts choose the set of each selector.
func (m *mixer) mix(contexts *[mixSelectors]int, final int) int32 {
	m.at = final * mixSelectors
	w := m.final[m.at : m.at+mixSelectors]
	sum := int64(0)
	for i, c := range contexts {
		set := (m.base[i] + c) * mixInputs
		m.chosen[i] = set
		x := dot(&m.inputs, (*[mixInputs]int16)(m.weights[set:])) >> 13
		x = min(max(x, -stretchMax), stretchMax)
		m.outputs[i] = x
		sum += int64(x) * int64(w[i])
	}
	return int32(min(max(sum>>16, -stretchMax), stretchMax))
}

// update learns from the bit y, of which the mix gave st.
func (m *mixer) update(y uint32, st int32) {
	one := int32(y * 65535)
	err := one - int32(squash(st))
	w := m.final[m.at : m.at+mixSelectors]
	for i, x := range &m.outputs {
		w[i] += (x*(err>>6) + 1<<11) >> 12
		e := (one - int32(squash(x))) * m.rate >> 5
		train(&m.inputs, (*[mixInputs]int16)(m.weights[m.chosen[i]:]), int16(min(max(e, -32767), 32767)))
	}
}

// dotPlain is the obvious twin of dot: the sum of products, in 32 bits.
func dotPlain(x, w *[mixInputs]int16) int32 {
	sum := int32(0)
	for i, v := range x {
		sum += int32(v) * int32(w[i])
	}
	return sum
}

// trainPlain is the obvious twin of train: w += x*err/32768, rounded and saturated.
func trainPlain(x, w *[mixInputs]int16, err int16) {
	for i, v := range x {
		d := (int32(v)*int32(err) + 1<<14) >> 15
		w[i] = int16(min(max(int32(w[i])+d, -32768), 32767))
	}
}
