package flat

import (
	_ "embed" // the prelude's text
	"fmt"
	"sync"

	"pxos/wgsl/check"
	"pxos/wgsl/ir"
	"pxos/wgsl/types"
)

// The prelude holds the built-in functions that are best written in WGSL itself.
// Their accuracy is held against float64 by a test.
//
//go:embed prelude.wgsl
var preludeText string

var prelude = sync.OnceValues(func() (map[string]*ir.Function, error) {
	m, source, messages := check.Source("prelude.wgsl", preludeText, check.Options{})
	if messages.Failed() {
		return nil, fmt.Errorf("the prelude does not check:\n%s", messages.Render(source))
	}
	functions := map[string]*ir.Function{}
	for _, f := range m.Functions {
		functions[f.Name] = f
	}
	return functions, nil
})

// preludeMap applies a function of the prelude component by component and gives
// the kind of its first argument back.
func (l *lowerer) preludeMap(name string, args []agg) agg {
	return l.preludeMapTo(args[0][0].Kind, name, args)
}

// preludeMapTo applies a function of the prelude to every component. What is f16
// is computed as f32.
func (l *lowerer) preludeMapTo(kind types.Scalar, name string, args []agg) agg {
	functions, err := prelude()
	if err != nil {
		panic(failure{err})
	}
	f, ok := functions[name]
	if !ok {
		panic(failure{fmt.Errorf("the prelude has no function %s", name)})
	}
	out := make(agg, len(args[0]))
	for i := range out {
		in := make([]argument, len(args))
		for k, a := range args {
			x := agg{a[i]}
			if x[0].Kind == types.F16 {
				x = l.convert(types.F32, x)
			}
			in[k].value = x
		}
		out[i] = l.convert(kind, l.inlineCall(f, in))[0]
	}
	return out
}
