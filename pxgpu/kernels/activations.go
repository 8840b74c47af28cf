package kernels

import (
	"context"
	"fmt"
	"math"
)

// Rows are the operands of an activation or norm: X [Count, Width]; the others
// only where the operation has them.
type Rows struct {
	Count, Width int
	X            []float32
	Gate         []float32 // swiglu, geglu: [Count, Width]
	Weight       []float32 // rms_norm, layer_norm: [Width]
	Bias         []float32 // layer_norm: [Width]
	Epsilon      float32   // rms_norm, layer_norm
	RopeDims     int       // rope: the head size, even
	RopeBase     float64   // rope: theta, such as 10000
	Positions    []int     // rope: [Count]
}

// activation describes an entry of activations.wgsl.
type activation struct {
	perRow  bool // a workgroup a row; else an invocation for each element
	divisor int  // elements an invocation handles
	gate    bool
	weight  bool
	bias    bool
	rope    bool
	bound   float64
	one     func(x, gate float64) float64 // element-wise ones
	row     func(out []float64, r *Rows, row int)
}

func sigmoid64(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func gelu64(x float64) float64 { return x * 0.5 * math.Erfc(-x/math.Sqrt2) }

func gelutanh64(x float64) float64 {
	return 0.5 * x * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
}

// activations are the operations by name. The bounds are on the absolute error,
// relative to the larger of 1 and the largest magnitude in the row of operands.
var activations = map[string]activation{
	"relu":        {divisor: 1, bound: 0, one: func(x, _ float64) float64 { return max(x, 0) }},
	"gelu":        {divisor: 1, bound: 5e-7, one: func(x, _ float64) float64 { return gelu64(x) }},
	"gelu_tanh":   {divisor: 1, bound: 5e-7, one: func(x, _ float64) float64 { return gelutanh64(x) }},
	"silu":        {divisor: 1, bound: 5e-7, one: func(x, _ float64) float64 { return x * sigmoid64(x) }},
	"sigmoid":     {divisor: 1, bound: 3e-7, one: func(x, _ float64) float64 { return sigmoid64(x) }},
	"tanh":        {divisor: 1, bound: 5e-7, one: func(x, _ float64) float64 { return math.Tanh(x) }},
	"swiglu":      {divisor: 1, gate: true, bound: 2e-6, one: func(x, g float64) float64 { return g * sigmoid64(g) * x }},
	"geglu":       {divisor: 1, gate: true, bound: 2e-6, one: func(x, g float64) float64 { return gelu64(g) * x }},
	"softmax":     {perRow: true, bound: 3e-7, row: softmax64},
	"rms_norm":    {perRow: true, weight: true, bound: 3e-6, row: rmsNorm64},
	"layer_norm":  {perRow: true, weight: true, bias: true, bound: 3e-6, row: layerNorm64},
	"rope_pairs":  {divisor: 2, rope: true, bound: 5e-7, row: func(out []float64, r *Rows, row int) { rope64(out, r, row, false) }},
	"rope_halves": {divisor: 2, rope: true, bound: 5e-7, row: func(out []float64, r *Rows, row int) { rope64(out, r, row, true) }},
}

// entryOf is the entry point's name; tanh is also a built-in function there.
func entryOf(name string) string {
	if name == "tanh" {
		return "tanh_rows"
	}
	return name
}

func (a activation) check(name string, r *Rows) error {
	n := r.Count * r.Width
	fits := func(what string, have, want int, needed bool) error {
		if needed && have != want {
			return fmt.Errorf("%s: %d numbers in %s, %d are needed", name, have, what, want)
		}
		return nil
	}
	for _, err := range []error{
		fits("x", len(r.X), n, true), fits("gate", len(r.Gate), n, a.gate), fits("weight", len(r.Weight), r.Width, a.weight),
		fits("bias", len(r.Bias), r.Width, a.bias), fits("positions", len(r.Positions), r.Count, a.rope),
	} {
		if err != nil {
			return err
		}
	}
	if r.Count < 1 || r.Width < 1 {
		return fmt.Errorf("%s: %d rows of %d", name, r.Count, r.Width)
	}
	if a.rope && (r.RopeDims < 2 || r.RopeDims%2 != 0 || r.Width%r.RopeDims != 0) {
		return fmt.Errorf("%s: rows of %d do not consist of heads of %d", name, r.Width, r.RopeDims)
	}
	return nil
}

// Activation runs one operation: relu, gelu, gelu_tanh, silu, sigmoid, tanh,
// swiglu, geglu, softmax, rms_norm, layer_norm, rope_pairs or rope_halves. Its
// error against ActivationReference is at most ActivationBound(name) of the
// operands' magnitude.
func (r *Runner) Activation(ctx context.Context, name string, rows *Rows) ([]float32, error) {
	a, ok := activations[name]
	if !ok {
		return nil, fmt.Errorf("there is no activation %q", name)
	}
	if err := a.check(name, rows); err != nil {
		return nil, err
	}
	p, err := r.Pipeline(ctx, "activations.wgsl", ActivationsWGSL, entryOf(name))
	if err != nil {
		return nil, err
	}
	shape := words(uint32(rows.Count), uint32(rows.Width), math.Float32bits(rows.Epsilon), uint32(rows.RopeDims))
	c := call{pipeline: p, out: 1, bindings: map[int][]byte{
		0: bytesOf(rows.X), 1: make([]byte, 4*len(rows.X)), 2: shape, 3: bytesOf(rows.Gate),
		4: bytesOf(rows.Weight), 5: bytesOf(rows.Bias),
	}}
	if a.rope {
		c.bindings[6] = bytesOf(turns(rows))
	}
	c.workgroups = [3]uint32{1, uint32(rows.Count), 1}
	if !a.perRow {
		c.workgroups = [3]uint32{groupsOf(rows.Count*rows.Width/a.divisor, 64), 1, 1}
	}
	return r.run(ctx, c)
}

// turns are cosine and sine for every row and pair, computed in float64, so that
// far positions lose nothing.
func turns(r *Rows) []float32 {
	half := r.RopeDims / 2
	out := make([]float32, 0, 2*r.Count*half)
	for row := range r.Count {
		for i := range half {
			s, c := math.Sincos(ropeAngle(r, row, i))
			out = append(out, float32(c), float32(s))
		}
	}
	return out
}

func ropeAngle(r *Rows, row, pair int) float64 {
	return float64(r.Positions[row]) * math.Pow(r.RopeBase, -2*float64(pair)/float64(r.RopeDims))
}

// ActivationBound bounds the error of an activation: absolute, as a share of the
// larger of 1 and the largest magnitude among the row's operands.
func ActivationBound(name string) float64 { return activations[name].bound }

// ActivationReference is the same in float64.
func ActivationReference(name string, r *Rows) []float64 {
	a := activations[name]
	out := make([]float64, len(r.X))
	if a.one != nil {
		for i, x := range r.X {
			var g float64
			if a.gate {
				g = float64(r.Gate[i])
			}
			out[i] = a.one(float64(x), g)
		}
		return out
	}
	for row := range r.Count {
		a.row(out[row*r.Width:][:r.Width], r, row)
	}
	return out
}

func softmax64(out []float64, r *Rows, row int) {
	x := r.X[row*r.Width:][:r.Width]
	highest, total := math.Inf(-1), 0.0
	for _, v := range x {
		highest = max(highest, float64(v))
	}
	for i, v := range x {
		out[i] = math.Exp(float64(v) - highest)
		total += out[i]
	}
	for i := range out {
		out[i] /= total
	}
}

func rmsNorm64(out []float64, r *Rows, row int) {
	x := r.X[row*r.Width:][:r.Width]
	factor := 1 / math.Sqrt(dot64(x, x)/float64(r.Width)+float64(r.Epsilon))
	for i, v := range x {
		out[i] = float64(v) * factor * float64(r.Weight[i])
	}
}

func layerNorm64(out []float64, r *Rows, row int) {
	x := r.X[row*r.Width:][:r.Width]
	var mean, variance float64
	for _, v := range x {
		mean += float64(v) / float64(r.Width)
	}
	for _, v := range x {
		variance += (float64(v) - mean) * (float64(v) - mean) / float64(r.Width)
	}
	factor := 1 / math.Sqrt(variance+float64(r.Epsilon))
	for i, v := range x {
		out[i] = (float64(v)-mean)*factor*float64(r.Weight[i]) + float64(r.Bias[i])
	}
}

func rope64(out []float64, r *Rows, row int, halves bool) {
	x := r.X[row*r.Width:][:r.Width]
	for head := 0; head < r.Width; head += r.RopeDims {
		for i := range r.RopeDims / 2 {
			first, second := head+2*i, head+2*i+1
			if halves {
				first, second = head+i, head+i+r.RopeDims/2
			}
			s, c := math.Sincos(ropeAngle(r, row, i))
			a, b := float64(x[first]), float64(x[second])
			out[first], out[second] = a*c-b*s, a*s+b*c
		}
	}
}
