package pixelvm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// TrapKind is why a program was ended.
type TrapKind uint8

// Kinds of traps.
const (
	NoTrap TrapKind = iota
	OutOfFuel
	OutOfBounds // an address beyond the memory
	DivideByZero
	StackOverflow // calls too deep
	BadCall       // CALLI beyond the table, or of a function with other types
	OutputFull
	Denied    // a host call that was not granted
	HostError // a host call that failed
	UserTrap  // TRAP
)

var trapNames = [...]string{"no trap", "out of fuel", "out of bounds", "division by zero", "calls too deep", "bad indirect call", "output full", "host call not granted", "host call failed", "trap"}

func (k TrapKind) String() string { return trapNames[min(int(k), len(trapNames)-1)] }

// Trap is the error of a program that ended badly. It is the program's fault; every other
// error is the machine's.
type Trap struct {
	Kind TrapKind
	// Function and Block say where: a function's number and a pixel of its code, the start
	// of a basic block. All engines agree on them.
	Function, Block int
	// Pixel is the instruction itself, -1 from engines that know the block only.
	Pixel int
	// Number is that of TRAP.
	Number int
	// Name is the function's.
	Name string
	// Err is the host's, of HostError.
	Err error
}

// Error says what happened and where.
func (t *Trap) Error() string {
	text := t.Kind.String()
	if t.Kind == UserTrap {
		text += " " + strconv.Itoa(t.Number)
	}
	at := t.Pixel
	if at < 0 {
		at = t.Block
	}
	text = fmt.Sprintf("%s in function %q at pixel %d", text, t.Name, at)
	if t.Err != nil {
		text += ": " + t.Err.Error()
	}
	return text
}

// Unwrap is the host's error.
func (t *Trap) Unwrap() error { return t.Err }

// Host answers host calls.
type Host interface {
	// Grants says whether the program may make the call of that number.
	Grants(call int) bool
	// Call makes it. Memory is the program's, nil from engines that would have to fetch it
	// for a call that has no use for it (HostOp.Memory).
	Call(call int, arguments []uint64, memory []byte) (results []uint64, err error)
}

// Config bounds a run.
type Config struct {
	// Fuel is how many instructions may run; 0 is DefaultFuel.
	Fuel int64
	// Depth is how deep calls may be; 0 is DefaultDepth.
	Depth int
	// OutputBytes is the most output; 0 is DefaultOutput.
	OutputBytes int
	// Tiles is the most memory; 0 is MaxTiles.
	Tiles int
	// Host answers host calls; nil grants none.
	Host Host
}

// Defaults of a Config.
const (
	DefaultFuel   = 1 << 40
	DefaultDepth  = 10_000
	DefaultOutput = 1 << 20
)

// Result is what a run came to.
type Result struct {
	Values []uint64 // the entry function's results; floats as their bits
	Fuel   int64    // that was used
	Output []byte
}

// Engine runs verified programs.
type Engine interface {
	// Run runs a program to its end. A *Trap is the program's failure, and the result
	// then has the output and fuel until there.
	Run(ctx context.Context, p *Verified, c Config) (Result, error)
}

// ErrMemory is a program that wants more memory than it may have.
var ErrMemory = errors.New("the program wants more memory than it is granted")

// WithDefaults fills in what is 0.
func (c Config) WithDefaults() Config {
	if c.Fuel == 0 {
		c.Fuel = DefaultFuel
	}
	if c.Depth == 0 {
		c.Depth = DefaultDepth
	}
	if c.OutputBytes == 0 {
		c.OutputBytes = DefaultOutput
	}
	if c.Tiles == 0 {
		c.Tiles = MaxTiles
	}
	return c
}

// CheckMemory refuses a program before its memory is taken.
func (c Config) CheckMemory(p *Program) error {
	if p.Tiles > c.Tiles {
		return fmt.Errorf("%d tiles, %d are granted: %w", p.Tiles, c.Tiles, ErrMemory)
	}
	return nil
}

// FillMemory sets memory to what it is when a program starts.
func (p *Program) FillMemory(memory []byte) {
	for _, d := range p.Data {
		copy(memory[d.Address:], d.Bytes)
	}
}

// CanonicalNaN is the only NaN whose bits a program can see.
const CanonicalNaN = 0x7FF8000000000000

// floatBits are the bits of a float, those of any NaN the canonical ones.
func floatBits(f float64) uint64 {
	if f != f {
		return CanonicalNaN
	}
	return math.Float64bits(f)
}

// output collects what a program writes.
type output struct {
	data []byte
	most int
}

// write adds bytes, or nothing and false if they are too many.
func (o *output) write(p []byte) bool {
	if len(o.data)+len(p) > o.most {
		return false
	}
	o.data = append(o.data, p...)
	return true
}

// intText is what PRINT writes.
func intText(v uint64) []byte { return append(strconv.AppendInt(nil, int64(v), 10), '\n') }

// FloatText is what PRINTF writes for the float of these bits.
func FloatText(v uint64) []byte {
	return append(strconv.AppendFloat(nil, math.Float64frombits(v), 'g', -1, 64), '\n')
}

// CallHost makes a host call, or says how it traps.
func CallHost(h Host, call int, arguments []uint64, memory []byte) ([]uint64, TrapKind, error) {
	if h == nil || !h.Grants(call) {
		return nil, Denied, nil
	}
	results, err := h.Call(call, arguments, memory)
	if err == nil && len(results) != len(HostOps[call].Pushes) {
		err = fmt.Errorf("the host gives %d results to %s", len(results), HostOps[call].Name)
	}
	if err != nil {
		return nil, HostError, err
	}
	return results, NoTrap, nil
}

// bulkCost is the fuel of COPY and FILL beside the one of every instruction.
func bulkCost(length uint64) int64 { return int64(min(length>>3, 1<<60)) }

// CanonicalValues makes the NaNs among the entry function's results canonical.
func (p *Program) CanonicalValues(list []uint64) []uint64 {
	for i, t := range p.Functions[p.Entry].Results {
		if t == F64 {
			list[i] = floatBits(math.Float64frombits(list[i]))
		}
	}
	return list
}

// canonical makes the bits of a NaN the canonical ones.
func canonical(bits uint64) uint64 { return floatBits(math.Float64frombits(bits)) }
