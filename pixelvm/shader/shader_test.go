package shader

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pxos/pixelvm"
)

var ctx = context.Background()

func engine(t testing.TB, o Options) *Engine {
	t.Helper()
	e, err := Open(ctx, "soft", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func verified(t testing.TB, source string) *pixelvm.Verified {
	t.Helper()
	p, err := pixelvm.Assemble(source)
	if err != nil {
		t.Fatal(err)
	}
	v, err := pixelvm.Verify(p)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func outcome(r pixelvm.Result, err error) string {
	var t *pixelvm.Trap
	if errors.As(err, &t) {
		return fmt.Sprintf("%v %d at %d:%d, fuel %d, output %q", t.Kind, t.Number, t.Function, t.Pixel, r.Fuel, r.Output)
	}
	return fmt.Sprintf("%x, %v, fuel %d, output %q", r.Values, err, r.Fuel, r.Output)
}

// same runs a program of many configs at once, and each on the oracle.
func same(t *testing.T, e *Engine, v *pixelvm.Verified, config func(n int) pixelvm.Config, instances int) {
	t.Helper()
	var configs []pixelvm.Config
	for n := range instances {
		configs = append(configs, config(n))
	}
	list, err := e.RunAll(ctx, v, configs)
	if err != nil {
		t.Fatal(err)
	}
	for n, got := range list {
		want := outcome(pixelvm.Oracle{}.Run(ctx, v, config(n)))
		if got := outcome(got.Result, got.Err); got != want {
			t.Fatalf("instance %d: %s\nthe oracle: %s\n%s", n, got, want, pixelvm.Disassemble(v.Program))
		}
	}
}

// special are bits at which arithmetic has its corners, of integers and of floats.
var special = []uint64{0, 1, 2, 3, 10, 63, 64, 255, 1 << 31, 1<<32 - 1, 1 << 32, 1<<53 - 1, 1 << 53, 1<<62 - 1, 1 << 62, 1<<63 - 1, 1 << 63, 1<<63 + 1, math.MaxUint64,
	math.Float64bits(1), math.Float64bits(-1), math.Float64bits(0.5), math.Float64bits(-0.5), math.Float64bits(1.5), math.Float64bits(2.5), math.Float64bits(4),
	math.Float64bits(math.Inf(1)), math.Float64bits(math.Inf(-1)), math.Float64bits(math.NaN()), 0xFFF8000000000001, 0x7FF0000000000001,
	math.Float64bits(math.MaxFloat64), math.Float64bits(-math.MaxFloat64), math.Float64bits(math.SmallestNonzeroFloat64), 0x000FFFFFFFFFFFFF, 0x0010000000000000, 0x8010000000000001,
	math.Float64bits(1 << 52), math.Float64bits(1<<52 + 0.5), math.Float64bits(1 << 63), math.Float64bits(-(1 << 63)), math.Float64bits(9.2e18), math.Float64bits(1e-310)}

// operand is a special number, one near it, any number, or a float near another's size.
func operand(r *rand.Rand, near uint64) uint64 {
	switch r.IntN(5) {
	case 0:
		return special[r.IntN(len(special))]
	case 1:
		return special[r.IntN(len(special))] ^ 1<<r.IntN(64)
	case 2:
		return near ^ r.Uint64()>>r.IntN(64)
	case 3: // an exponent beside the other's
		return (near&^(1<<63) + uint64(r.IntN(120)-60)<<52) ^ uint64(r.IntN(2))<<63 ^ r.Uint64()>>12
	}
	return r.Uint64() >> r.IntN(64)
}

// TestArithmetic holds every instruction that takes and gives numbers to the oracle.
func TestArithmetic(t *testing.T) {
	e := engine(t, Options{})
	for k, op := range pixelvm.Ops() {
		if op.Pops == "" || op.Pushes != "i" && op.Pushes != "f" || op.Operand != pixelvm.NoOperand {
			continue
		}
		source := "memory 0\nfunc main () (" + map[string]string{"i": "i64", "f": "f64"}[op.Pushes] + ")\n"
		for i, kind := range op.Pops {
			source += fmt.Sprintf("PUSH %d\nHOST_CALL argument\n", i)
			if kind == 'f' {
				source += "BITSF\n"
			}
		}
		v := verified(t, source+op.Name+"\nRET\nend")
		same(t, e, v, func(n int) pixelvm.Config {
			r := rand.New(rand.NewPCG(uint64(n), uint64(k)))
			a := operand(r, math.Float64bits(1))
			return pixelvm.Config{Host: &pixelvm.StandardHost{Arguments: []int64{int64(a), int64(operand(r, a))}}}
		}, 4000)
	}
}

const apartSource = `
memory 1
data 100 "some text of which a part is written"
func main () (i64)
local i i64
    PUSH 0
    HOST_CALL argument
    SET i
again:
    PUSH 100
    GET i
    PUSH 31
    AND
    PRINT_STR
    GET i
    PUSH 1000
    MUL
    PRINT
    GET i
    ITOF
    PUSHF 7
    FDIV
    PRINTF
    GET i
    CALL deep
    POP
    GET i
    PUSH 3
    SUB
    TEE i
    PUSH 0
    GT
    JNZ again
    PUSH 0
    PUSH 0
    PUSH 2000
    GET i
    MUL
    FILL
    PUSH 8
    PUSH 5
    PUSH 3
    HOST_CALL input
    PUSH 8
    LOAD
    ADD
    RET
end
func deep (n i64) (i64)
    GET n
    PUSH 1
    LT
    JZ on
    GET n
    RET
on:
    GET n
    PUSH 1
    SUB
    CALL deep
    GET n
    ADD
    RET
end
`

// TestApart runs instances that part, end at different places, wait for the host, write
// more than there is room for, and call deeper than their stacks are at first.
func TestApart(t *testing.T) {
	v := verified(t, apartSource)
	config := func(n int) pixelvm.Config {
		c := pixelvm.Config{Fuel: int64(200 + 97*n), OutputBytes: 100 + 61*n, Depth: 5 + n}
		c.Host = &pixelvm.StandardHost{Arguments: []int64{int64(n * 7 % 300)}, TakesInput: n%5 > 0, Input: []byte{1, 2, 3, 4, 5, 6, 7, byte(n)}}
		return c
	}
	for _, o := range []Options{{}, {Lanes: 3, Slice: 10}, {Bytes: 3 << 20, Slice: 1000}, {Lanes: 1}} {
		same(t, engine(t, o), v, config, 200)
	}
}

// TestMemory reaches bytes at every distance from a word's start, copies that overlap both
// ways and a text longer than the room for output.
func TestMemory(t *testing.T) {
	var b strings.Builder
	b.WriteString("memory 1\ndata 0 \"0123456789abcdefghijklmnopqrstuvwxyz\"\nfunc main () (i64)\nlocal sum i64\n")
	for _, store := range []string{"STORE", "STORE32", "STORE16", "STORE8"} {
		for _, load := range []string{"LOAD", "LOAD32S", "LOAD32U", "LOAD16S", "LOAD16U", "LOAD8S", "LOAD8U"} {
			for at := range 5 {
				fmt.Fprintf(&b, "PUSH %d\nPUSHW 0x8192A3B4C5D6E7F8\nGET sum\nXOR\n%s %d\nPUSH %d\n%s 1\nGET sum\nPUSH 7\nROTL\nADD\nSET sum\n", at, store, at, at+1, load)
			}
		}
	}
	b.WriteString("PUSH 3\nPUSH 0\nPUSH 20\nCOPY\nPUSH 1\nPUSH 7\nPUSH 21\nCOPY\nPUSH 40\nPUSH 5\nPUSH 3\nFILL\nPUSH 0\nPUSH 3000\nPRINT_STR\nGET sum\nRET\nend")
	same(t, engine(t, Options{}), verified(t, b.String()), func(n int) pixelvm.Config { return pixelvm.Config{OutputBytes: 2000 + 1000*n} }, 3)
}

// TestRoom refuses instances that do not fit, before memory is taken and where calls have
// become too deep.
func TestRoom(t *testing.T) {
	e := engine(t, Options{Bytes: 1 << 20})
	if _, err := e.Run(ctx, verified(t, "memory 4096\nfunc main ()\nRET\nend"), pixelvm.Config{}); !errors.Is(err, ErrRoom) {
		t.Errorf("a program of 256 MiB in 1 MiB: %v", err)
	}
	deep := verified(t, "memory 0\nfunc main ()\nCALL main\nRET\nend")
	if _, err := e.Run(ctx, deep, pixelvm.Config{Depth: 1_000_000}); !errors.Is(err, ErrRoom) {
		t.Errorf("a million calls in 1 MiB: %v", err)
	}
	if r, err := e.Run(ctx, deep, pixelvm.Config{Depth: 10_000}); outcome(r, err) != outcome(pixelvm.Oracle{}.Run(ctx, deep, pixelvm.Config{Depth: 10_000})) {
		t.Errorf("ten thousand calls in 1 MiB: %v", err)
	}
	list, err := e.RunAll(ctx, verified(t, "memory 2\nfunc main ()\nRET\nend"), []pixelvm.Config{{Tiles: 1}, {}})
	if err != nil || !errors.Is(list[0].Err, pixelvm.ErrMemory) || list[1].Err != nil {
		t.Errorf("one of two that may have its memory: %v, %v", list, err)
	}
}
