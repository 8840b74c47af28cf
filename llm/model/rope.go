package model

import "math"

// Bounds of YaRN's ramp, in turns over the original context.
// Source: YaRN (Peng et al., 2023), section 3.2, alpha 1 and beta 32.
const (
	yarnSlow = 1
	yarnFast = 32
)

// frequencies are the angles, in radians a token, by which pairs of dimensions turn.
func (m *Model) frequencies(base float64, scaled bool, tokens int) []float64 {
	r := m.RoPE
	out := make([]float64, r.Dimensions/2)
	factors := m.RopeFactors
	if m.LongFactors != nil && r.Original > 0 && tokens > r.Original {
		factors = m.LongFactors
	}
	turns := func(n float64) float64 {
		return float64(r.Dimensions) * math.Log(float64(r.Original)/(n*2*math.Pi)) / (2 * math.Log(base))
	}
	for i := range out {
		f := math.Pow(base, -2*float64(i)/float64(r.Dimensions))
		if !scaled {
			out[i] = f
			continue
		}
		if factors != nil {
			f /= float64(factors[i])
		}
		if r.Yarn {
			low, high := math.Floor(turns(yarnFast)), math.Ceil(turns(yarnSlow))
			keep := 1 - min(max((float64(i)-max(low, 0))/max(min(high, float64(r.Dimensions-1))-max(low, 0), 0.001), 0), 1)
			f = f/r.Factor*(1-keep) + f*keep
		}
		out[i] = f / r.Linear
	}
	return out
}

// frequenciesOf are those of a layer, for a context of so many tokens.
func (m *Model) frequenciesOf(layer, tokens int) []float64 {
	if m.LocalBase > 0 && m.WindowOf(layer) > 0 {
		return m.frequencies(m.LocalBase, false, tokens)
	}
	return m.frequencies(m.RoPE.Base, true, tokens)
}

// Pair are the places of the dimensions of pair i in a head.
func (r *RoPE) Pair(i int) (a, b int) {
	if r.Halves {
		return i, i + r.Dimensions/2
	}
	return 2 * i, 2*i + 1
}
