package convert

import (
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"sync"

	"pxos/llm/quant"
)

// chunk is about how many values are in memory at a time; tests have fewer.
var chunk = 1 << 20

// Values beyond these would become infinite, or would have a scale that does.
const (
	mostHalf   = 65504
	mostBFloat = 3.3895314e38
)

// write writes an output's values in a type.
func (o *output) write(ctx context.Context, w io.Writer, t quant.Type) error {
	if o.values != nil {
		b := make([]byte, 4*len(o.values))
		quant.Encode(quant.F32, b, o.values)
		_, err := w.Write(b)
		return err
	}
	for _, x := range o.from {
		if err := o.writeOne(ctx, w, x, t); err != nil {
			return err
		}
	}
	return nil
}

// strip is what is in memory of a tensor: some of its rows, as they were read and as they
// are written.
type strip struct {
	o       *output
	x       *tensor
	as      quant.Type
	first   int // row of the tensor
	rows    int
	in, out []byte
	from    int // bytes of a row that is read
	to      int // and of one that is written
}

func (o *output) writeOne(ctx context.Context, w io.Writer, x *tensor, t quant.Type) error {
	to, err := t.RowBytes(o.cols)
	if err != nil {
		return fmt.Errorf("%s: %w", o.name, err)
	}
	rows := max(1, chunk/o.cols)
	if o.head > 0 {
		rows = max(1, rows/o.head) * o.head // a head stays together
	}
	rows = min(rows, o.rows)
	s := &strip{o: o, x: x, as: t, from: int(widths[x.dtype]) * o.cols, to: to}
	s.in, s.out = make([]byte, rows*s.from), make([]byte, rows*to)
	for ; s.first < o.rows; s.first += rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.rows = min(rows, o.rows-s.first)
		if _, err := x.in.r.ReadAt(s.in[:s.rows*s.from], x.from+int64(s.first)*int64(s.from)); err != nil {
			return fmt.Errorf("%s, %q: %w", x.in.name, x.name, err)
		}
		if err := s.encode(); err != nil {
			return err
		}
		if _, err := w.Write(s.out[:s.rows*to]); err != nil {
			return err
		}
	}
	return nil
}

// encode makes the rows that are written, on all processors.
func (s *strip) encode() error {
	workers := min(runtime.GOMAXPROCS(0), s.rows)
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for k := range workers {
		wait.Go(func() { errs[k] = s.encodeRows(s.rows*k/workers, s.rows*(k+1)/workers) })
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *strip) encodeRows(from, to int) error {
	row := make([]float32, s.o.cols)
	most := largest(s.as)
	for n := from; n < to; n++ {
		source := n
		if s.o.head > 0 {
			source = inHalves(n, s.o.head)
		}
		quant.Decode(dtypes[s.x.dtype], row, s.in[source*s.from:(source+1)*s.from])
		for i, v := range row {
			if v += s.o.plus; !(v >= -most && v <= most) { // which is so of what is no number, too
				return s.refuse(s.first+source, i, v)
			}
			row[i] = v
		}
		quant.Encode(s.as, s.out[n*s.to:(n+1)*s.to], row)
	}
	return nil
}

// refuse says which value cannot be written.
func (s *strip) refuse(row, col int, v float32) error {
	where := fmt.Sprintf("%s: weight %d of row %d of %q is %g", s.x.in.name, col, row, s.x.name, v)
	if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
		return refuse("%s; what to do: fetch the file again, or take another model", where)
	}
	return refuse("%s, beyond what %v holds; what to do: --type F32, or BF16", where, s.as)
}

// largest is the most that a type can hold.
func largest(t quant.Type) float32 {
	switch t {
	case quant.F32:
		return math.MaxFloat32
	case quant.BF16:
		return mostBFloat
	}
	return mostHalf
}

// inHalves is where, in heads of two halves, the row lies that is row n of heads of pairs.
func inHalves(n, head int) int {
	at := n % head
	return n - at + at%2*head/2 + at/2
}
