package pixelvm_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	. "pxos/pixelvm" // with all engines, of which one imports it
	"pxos/pixelvm/shader"
)

var ctx = context.Background()

// engines are all, by name.
var engines = []struct {
	name string
	Engine
}{{"oracle", Oracle{}}, {"fast", Fast{}}, {"compiled", anyDepth{}}, {"sliced", sliced{}}, {"shader", onShader{}}}

// sliced runs compiled code that can be cancelled.
type sliced struct{}

func (sliced) Run(ctx context.Context, p *Verified, c Config) (Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return anyDepth{}.Run(ctx, p, c)
}

// anyDepth runs compiled code of any depth of calls.
type anyDepth struct{}

var (
	compiledByDepth  = map[int]*Compiled{}
	compiledPrograms []*Verified // whose code is kept
)

func (anyDepth) Run(ctx context.Context, p *Verified, c Config) (Result, error) {
	e, ok := compiledByDepth[c.Depth]
	if !ok {
		var err error
		if e, err = NewCompiled(ctx, c.Depth); err != nil {
			return Result{}, err
		}
		compiledByDepth[c.Depth] = e
	}
	r, err := e.Run(ctx, p, c)
	if compiledPrograms = append(compiledPrograms, p); len(compiledPrograms) > 500 {
		for _, e := range compiledByDepth {
			for _, p := range compiledPrograms {
				err = errors.Join(err, e.Forget(ctx, p))
			}
		}
		compiledPrograms = nil
	}
	return r, err
}

// onShader runs one instance of a program by the WGSL interpreter.
type onShader struct{}

var shaderEngine = sync.OnceValues(func() (*shader.Engine, error) {
	return shader.Open(ctx, "soft", shader.Options{})
})

func (onShader) Run(ctx context.Context, p *Verified, c Config) (Result, error) {
	e, err := shaderEngine()
	if err != nil {
		return Result{}, err
	}
	return e.Run(ctx, p, c)
}

// verified assembles and verifies a source.
func verified(t testing.TB, source string) *Verified {
	t.Helper()
	p, err := Assemble(source)
	if err != nil {
		t.Fatal(err)
	}
	v, err := Verify(p)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const fibSource = `
memory 0
entry main
func main () (i64)
    PUSH 20
    CALL fib
    RET
end
func fib (n i64) (i64)
    GET n
    PUSH 2
    LT
    JZ deep
    GET n
    RET
deep:
    GET n
    PUSH 1
    SUB
    CALL fib
    GET n
    PUSH 2
    SUB
    CALL fib
    ADD
    RET
end
`

func TestPrograms(t *testing.T) {
	for _, c := range []struct{ name, source, values, output string }{
		{"fib", fibSource, "[6765]", ""},
		{"hello", "memory 1\ndata 8 \"hello\" 10\nfunc main ()\nPUSH 8\nPUSH 6\nPRINT_STR\nPUSH -7\nPRINT\nPUSHF 0.1\nPUSHF 0.2\nFADD\nPRINTF\nRET\nend", "[]", "hello\n-7\n0.30000000000000004\n"},
		{"memory", "memory 1\nfunc main () (i64)\nPUSH 100\nPUSHW 0x8182838485868788\nSTORE 4\nPUSH 104\nLOAD16S 2\nRET\nend", "[18446744073709520262]", ""},
		{"table", "memory 0\ntable a b\nfunc main () (i64)\nPUSH 30\nPUSH 12\nPUSH 1\nCALLI a\nRET\nend\nfunc a (x i64, y i64) (i64)\nGET x\nGET y\nADD\nRET\nend\nfunc b (x i64, y i64) (i64)\nGET x\nGET y\nSUB\nRET\nend\nentry main", "[18]", ""},
		{"halt", "memory 0\nfunc main () (i64)\nCALL f\nRET\nend\nfunc f () (i64)\nHALT\nend", "[]", ""},
		{"zero and", "memory 0\nfunc main () (i64)\nl:\nPUSH 0\nPUSH -1\nPUSH 63\nAND\nLT\nJZ l\nPUSH 5\nRET\nend", "[5]", ""},
		{"bulk", "memory 1\nfunc main () (i64)\nPUSH 0\nPUSH 7\nPUSH 10\nFILL\nPUSH 5\nPUSH 0\nPUSH 8\nCOPY\nPUSH 8\nLOAD\nRET\nend", "[30182672135]", ""},
	} {
		v := verified(t, c.source)
		for _, e := range engines {
			r, err := e.Run(ctx, v, Config{})
			if err != nil || fmt.Sprint(r.Values) != c.values || string(r.Output) != c.output {
				t.Errorf("%s on %s: %v, %q, %v; want %s, %q", c.name, e.name, r.Values, r.Output, err, c.values, c.output)
			}
		}
	}
}

func TestTraps(t *testing.T) {
	for _, c := range []struct {
		name, source string
		config       Config
		kind         TrapKind
		block        int
	}{
		{"fuel", "memory 0\nfunc main ()\nNOP\nloop:\nNOP\nJMP loop\nend", Config{Fuel: 1000}, OutOfFuel, 1},
		{"load", "memory 1\nfunc main () (i64)\nPUSH 65529\nLOAD\nRET\nend", Config{}, OutOfBounds, 0},
		{"far load", "memory 1\nfunc main () (i64)\nPUSH -1\nLOAD8U 16777215\nRET\nend", Config{}, OutOfBounds, 0},
		{"fill", "memory 1\nfunc main ()\nPUSH 65530\nPUSH 0\nPUSH 7\nFILL\nRET\nend", Config{}, OutOfBounds, 0},
		{"bulk fuel", "memory 1\nfunc main ()\nPUSH 0\nPUSH 0\nPUSH 8000\nFILL\nRET\nend", Config{Fuel: 100}, OutOfFuel, 0},
		{"divide", "memory 0\nfunc main () (i64)\nPUSH 1\nPUSH 0\nMOD\nRET\nend", Config{}, DivideByZero, 0},
		{"depth", "memory 0\nfunc main ()\nNOP\nCALL main\nRET\nend", Config{Depth: 50}, StackOverflow, 0},
		{"table", "memory 0\ntable main\nfunc main () \nPUSH 1\nCALLI main\nRET\nend", Config{}, BadCall, 0},
		{"types", "memory 0\ntable f\nfunc main () \nPUSH 0\nCALLI main\nRET\nend\nfunc f () (i64)\nPUSH 1\nRET\nend\nentry main", Config{}, BadCall, 0},
		{"output", "memory 0\nfunc main ()\nloop:\nPUSH 65\nPRINTCH\nJMP loop\nend", Config{OutputBytes: 10}, OutputFull, 0},
		{"denied", "memory 0\nfunc main () (i64)\nHOST_CALL clock\nRET\nend", Config{}, Denied, 0},
		{"own", "memory 0\nfunc main ()\nTRAP 42\nend", Config{}, UserTrap, 0},
	} {
		v := verified(t, c.source)
		want, _ := Oracle{}.Run(ctx, v, c.config)
		for _, e := range engines {
			r, err := e.Run(ctx, v, c.config)
			var trap *Trap
			if !errors.As(err, &trap) || trap.Kind != c.kind || trap.Block != c.block {
				t.Errorf("%s on %s: %v, want %v at %d", c.name, e.name, err, c.kind, c.block)
				continue
			}
			if c.kind == UserTrap && trap.Number != 42 || r.Fuel != want.Fuel || string(r.Output) != string(want.Output) {
				t.Errorf("%s on %s: trap %d, fuel %d of %d, output %q of %q", c.name, e.name, trap.Number, r.Fuel, want.Fuel, r.Output, want.Output)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for name, c := range map[string]struct{ source, want string }{
		"underflow":     {"func main ()\nADD\nPOP\nRET\nend", "the stack is ()"},
		"types":         {"func main () (i64)\nPUSH 1\nPUSHF 1\nADD\nRET\nend", "the stack is (i64 f64)"},
		"rest":          {"func main ()\nPUSH 1\nRET\nend", "nothing else may be there"},
		"merge":         {"func main () (i64)\nPUSH 1\nPUSH 1\nJZ a\nPUSH 2\na:\nRET\nend", "with the stack"},
		"end":           {"func main ()\nNOP\nend", "beyond the end"},
		"no code":       {"func main ()\nend", "0 pixels of code"},
		"parameters":    {"func main (a i64)\nRET\nend", "must take none"},
		"data":          {"memory 1\ndata 65530 \"1234567\"\nfunc main ()\nRET\nend", "beyond the memory"},
		"grows":         {"func main ()\nl:\nPUSH 1\nJMP l\nend", "with the stack"},
		"wrong results": {"func main () (f64)\nPUSH 1\nRET\nend", "it takes (f64)"},
	} {
		p, err := Assemble(c.source)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := Verify(p); !errors.Is(err, ErrVerify) && err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, code := range map[string][]Pixel{
		"into a constant": {Instruction(JMP, 2), Instruction(PUSHW, 0), 0, 0, Instruction(POP, 0), Instruction(RET, 0)},
		"cut constant":    {Instruction(PUSHW, 0), 0},
		"no opcode":       {0x99000000},
		"no local":        {Instruction(GET, 3), Instruction(POP, 0), Instruction(RET, 0)},
		"far jump":        {Instruction(JMP, 0xFFFFFF)},
		"operand":         {Instruction(RET, 1)},
	} {
		if _, err := Verify(&Program{Functions: []Function{{Code: code}}}); !errors.Is(err, ErrVerify) && err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestAsmErrors(t *testing.T) {
	for source, want := range map[string]string{
		"func f ()\n  PUSH 9999999\n RET\nend":          "2:8: \"9999999\": want a number",
		"func f ()\n  JMP nowhere\nend":                 "2:7: there is no label",
		"func f ()\n  CALL g\n  RET\nend":               "2:8: there is no function",
		"func f ()\n  HUMP\nend":                        "2:3: there is no instruction",
		"func f ()\n  ADD 1\nend":                       "2:3: ADD has 1 operands",
		"func f ()\nRET":                                "has no end",
		"data 0 \"abc":                                  "1:8: a text without its end",
		"memory 99999":                                  "1:8: \"99999\"",
		"func f (a i64 b)\nRET\nend":                    "names with types",
		"func f ()\nlocal a i64\nlocal a i64\nRET\nend": "3:7: \"a\" is there already",
	} {
		if _, err := Assemble(source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", source, err, want)
		}
	}
}

func TestDisassemble(t *testing.T) {
	for _, source := range []string{fibSource, "memory 2\ndata 1 \"a\\x00\"\ntable main main\nfunc main () (f64)\nlocal a f64\nPUSHF -1.5e300\nTEE a\nGET a\nFADD\nPUSHW -1\nPOP\nRET\nend"} {
		p, err := Assemble(source)
		if err != nil {
			t.Fatal(err)
		}
		text := Disassemble(p)
		q, err := Assemble(text)
		if err != nil || !slices.Equal(p.Pixels(), q.Pixels()) {
			t.Errorf("assembled again it is another program, %v:\n%s", err, text)
		}
		r, err := Decode(FromPicture(p.Picture()))
		if err != nil || !slices.Equal(p.Pixels(), r.Pixels()) {
			t.Errorf("out of its picture it is another program, %v", err)
		}
	}
}

// TestCancel cancels programs that would run for a year.
func TestCancel(t *testing.T) {
	v := verified(t, "memory 0\nfunc main ()\nloop:\nJMP loop\nend")
	for _, e := range engines {
		if e.name == "compiled" {
			continue // its context is never cancelled: see sliced
		}
		ctx, cancel := context.WithCancel(ctx)
		done := make(chan error, 1)
		go func() {
			_, err := e.Run(ctx, v, Config{})
			done <- err
		}()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", e.name, err)
		}
	}
}

// TestHost grants calls one by one.
func TestHost(t *testing.T) {
	source := "memory 1\nfunc main () (i64)\nPUSH 2\nPUSH 100\nPUSH 3\nHOST_CALL input\nPUSH 100\nLOAD\nADD\nPUSH 1\nHOST_CALL argument\nADD\nHOST_CALL random\nPOP\nHOST_CALL clock\nPOP\nRET\nend"
	v := verified(t, source)
	now := func() time.Time { return time.Unix(5, 0) }
	for _, e := range engines {
		for _, c := range []struct {
			host StandardHost
			kind TrapKind
		}{
			{StandardHost{Clock: true, Random: true, TakesInput: true}, NoTrap},
			{StandardHost{Random: true, TakesInput: true}, Denied},
			{StandardHost{Clock: true, TakesInput: true}, Denied},
			{StandardHost{Clock: true, Random: true}, Denied},
		} {
			h := c.host
			h.Now, h.Input, h.Arguments = now, []byte{1, 2, 3, 4, 5}, []int64{7, 1000}
			r, err := e.Run(ctx, v, Config{Host: &h})
			var trap *Trap
			if c.kind == NoTrap && (err != nil || r.Values[0] != 3+0x050403+1000) || c.kind != NoTrap && (!errors.As(err, &trap) || trap.Kind != c.kind) {
				t.Errorf("%s, %+v: %v, %v", e.name, c.host, r.Values, err)
			}
		}
	}
}
