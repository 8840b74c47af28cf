package pixelvm

import "slices"

// Type is the type of a value.
type Type byte

// Types.
const (
	I64 Type = 'i'
	F64 Type = 'f'
)

func (t Type) String() string {
	if t == F64 {
		return "f64"
	}
	return "i64"
}

// Opcode is the R of a pixel.
type Opcode byte

// Opcodes. The numbers of the first machine stay.
const (
	PUSH     Opcode = 0x01
	POP      Opcode = 0x02
	ADD      Opcode = 0x03
	SUB      Opcode = 0x04
	MUL      Opcode = 0x05
	DIV      Opcode = 0x06
	MOD      Opcode = 0x07
	PUSHW    Opcode = 0x08
	PUSHF    Opcode = 0x09
	AND      Opcode = 0x0A
	OR       Opcode = 0x0B
	XOR      Opcode = 0x0C
	SHL      Opcode = 0x0D
	SHR      Opcode = 0x0E
	SAR      Opcode = 0x0F
	PRINT    Opcode = 0x10
	DUP      Opcode = 0x11
	SWAP     Opcode = 0x12
	PRINTSTR Opcode = 0x13
	PRINTF   Opcode = 0x14
	OVER     Opcode = 0x15
	PRINTCH  Opcode = 0x16
	DIVU     Opcode = 0x17
	MODU     Opcode = 0x18
	CLZ      Opcode = 0x19
	CTZ      Opcode = 0x1A
	POPCNT   Opcode = 0x1B
	ROTL     Opcode = 0x1C
	EXT8     Opcode = 0x1D
	EXT16    Opcode = 0x1E
	EXT32    Opcode = 0x1F
	EQ       Opcode = 0x20
	LT       Opcode = 0x21
	GT       Opcode = 0x22
	NE       Opcode = 0x23
	LE       Opcode = 0x24
	GE       Opcode = 0x25
	LTU      Opcode = 0x26
	GTU      Opcode = 0x27
	LEU      Opcode = 0x28
	GEU      Opcode = 0x29
	JMP      Opcode = 0x30
	JZ       Opcode = 0x31
	JNZ      Opcode = 0x32
	CALL     Opcode = 0x33
	RET      Opcode = 0x34
	CALLI    Opcode = 0x35
	TRAP     Opcode = 0x36
	LOAD     Opcode = 0x40
	STORE    Opcode = 0x41
	LOAD8U   Opcode = 0x42
	LOAD8S   Opcode = 0x43
	LOAD16U  Opcode = 0x44
	LOAD16S  Opcode = 0x45
	LOAD32U  Opcode = 0x46
	LOAD32S  Opcode = 0x47
	STORE8   Opcode = 0x48
	STORE16  Opcode = 0x49
	STORE32  Opcode = 0x4A
	LOADF    Opcode = 0x4B
	STOREF   Opcode = 0x4C
	COPY     Opcode = 0x4D
	FILL     Opcode = 0x4E
	MEMSIZE  Opcode = 0x4F
	HOSTCALL Opcode = 0x50
	FADD     Opcode = 0x60
	FSUB     Opcode = 0x61
	FMUL     Opcode = 0x62
	FDIV     Opcode = 0x63
	FSQRT    Opcode = 0x64
	FNEG     Opcode = 0x65
	FABS     Opcode = 0x66
	FFLOOR   Opcode = 0x67
	FCEIL    Opcode = 0x68
	FTRUNC   Opcode = 0x69
	FMIN     Opcode = 0x6A
	FMAX     Opcode = 0x6B
	FEQ      Opcode = 0x70
	FNE      Opcode = 0x71
	FLT      Opcode = 0x72
	FGT      Opcode = 0x73
	FLE      Opcode = 0x74
	FGE      Opcode = 0x75
	ITOF     Opcode = 0x78
	FTOI     Opcode = 0x79
	FBITS    Opcode = 0x7A
	BITSF    Opcode = 0x7B
	GET      Opcode = 0x80
	SET      Opcode = 0x81
	TEE      Opcode = 0x82
	NOP      Opcode = 0xFE
	HALT     Opcode = 0xFF
)

// OperandKind is what the 24 bits of an instruction are.
type OperandKind byte

// Kinds of operands.
const (
	NoOperand       OperandKind = iota // zero
	SignedOperand                      // a number, two's complement
	UnsignedOperand                    // a number
	OffsetOperand                      // bytes that are added to an address
	JumpOperand                        // a pixel of the function's code, from 0
	FunctionOperand                    // a function
	LocalOperand                       // a local of the function
	HostOperand                        // a host call
	WideOperand                        // zero; 64 bits lie in the two pixels after
)

var operandNames = [...]string{"", "number (signed)", "number", "offset", "jump target", "function", "local", "host call", "64 bits in two pixels"}

func (k OperandKind) String() string { return operandNames[k] }

// Op is one line of the table that all of the machine is made from: the assembler and
// disassembler, the verifier, the engines' tables and the page docs/pixelvm.md.
type Op struct {
	Code    Opcode
	Name    string
	Operand OperandKind
	// Pops and Pushes are types, the top of the stack last: i, f. Those of an instruction
	// that depends on its operand or on the stack are "*".
	Pops, Pushes string
	// Width is the bytes of memory that it reads or writes, 0 for none.
	Width int
	// Traps says that it may trap.
	Traps bool
	// Ends says that it ends a basic block; Falls that control may go on behind it.
	Ends, Falls bool
	Doc         string
}

// table is indexed by opcode; an opcode without a name is none.
var table [256]Op

// Ops are all instructions in order of their opcodes.
func Ops() []Op {
	return slices.DeleteFunc(slices.Clone(table[:]), func(o Op) bool { return o.Name == "" })
}

// byName finds an instruction for the assembler.
var byName = map[string]Op{}

func init() {
	for _, o := range ops {
		o.Falls = o.Falls || !o.Ends
		table[o.Code] = o
		byName[o.Name] = o
	}
}

var ops = slices.Concat(opsInteger, opsStack, opsControl, opsMemory, opsFloat)

var opsStack = []Op{
	{Code: PUSH, Name: "PUSH", Operand: SignedOperand, Pushes: "i", Doc: "the operand"},
	{Code: PUSHW, Name: "PUSHW", Operand: WideOperand, Pushes: "i", Doc: "the 64 bits that follow, the highest first"},
	{Code: PUSHF, Name: "PUSHF", Operand: WideOperand, Pushes: "f", Doc: "the float whose 64 bits follow; a NaN is the canonical one"},
	{Code: POP, Name: "POP", Pops: "*", Pushes: "*", Doc: "drops the top"},
	{Code: DUP, Name: "DUP", Pops: "*", Pushes: "*", Doc: "the top once more"},
	{Code: SWAP, Name: "SWAP", Pops: "*", Pushes: "*", Doc: "changes the upper two round"},
	{Code: OVER, Name: "OVER", Pops: "*", Pushes: "*", Doc: "the one below the top once more"},
	{Code: GET, Name: "GET", Operand: LocalOperand, Pops: "*", Pushes: "*", Doc: "a local"},
	{Code: SET, Name: "SET", Operand: LocalOperand, Pops: "*", Pushes: "*", Doc: "pops into a local"},
	{Code: TEE, Name: "TEE", Operand: LocalOperand, Pops: "*", Pushes: "*", Doc: "copies the top into a local"},
	{Code: NOP, Name: "NOP", Doc: "nothing"},
	{Code: PRINT, Name: "PRINT", Pops: "i", Traps: true, Doc: "writes the number in decimal, and a line's end"},
	{Code: PRINTF, Name: "PRINTF", Pops: "f", Traps: true, Doc: "writes the float in its shortest form that reads back, and a line's end"},
	{Code: PRINTCH, Name: "PRINTCH", Pops: "i", Traps: true, Doc: "writes the lowest byte"},
	{Code: PRINTSTR, Name: "PRINT_STR", Pops: "ii", Traps: true, Doc: "address, length: writes bytes of memory"},
}

var opsInteger = []Op{
	{Code: ADD, Name: "ADD", Pops: "ii", Pushes: "i", Doc: "a + b, modulo 2^64"},
	{Code: SUB, Name: "SUB", Pops: "ii", Pushes: "i", Doc: "a - b"},
	{Code: MUL, Name: "MUL", Pops: "ii", Pushes: "i", Doc: "a * b"},
	{Code: DIV, Name: "DIV", Pops: "ii", Pushes: "i", Traps: true, Doc: "a / b, toward zero; -2^63 / -1 is -2^63"},
	{Code: MOD, Name: "MOD", Pops: "ii", Pushes: "i", Traps: true, Doc: "a - b * (a / b)"},
	{Code: DIVU, Name: "DIVU", Pops: "ii", Pushes: "i", Traps: true, Doc: "a / b, unsigned"},
	{Code: MODU, Name: "MODU", Pops: "ii", Pushes: "i", Traps: true, Doc: "a mod b, unsigned"},
	{Code: AND, Name: "AND", Pops: "ii", Pushes: "i", Doc: "a & b"},
	{Code: OR, Name: "OR", Pops: "ii", Pushes: "i", Doc: "a | b"},
	{Code: XOR, Name: "XOR", Pops: "ii", Pushes: "i", Doc: "a ^ b"},
	{Code: SHL, Name: "SHL", Pops: "ii", Pushes: "i", Doc: "a << (b & 63)"},
	{Code: SHR, Name: "SHR", Pops: "ii", Pushes: "i", Doc: "a >> (b & 63), zeros from above"},
	{Code: SAR, Name: "SAR", Pops: "ii", Pushes: "i", Doc: "a >> (b & 63), the sign from above"},
	{Code: ROTL, Name: "ROTL", Pops: "ii", Pushes: "i", Doc: "a turned left by b & 63"},
	{Code: CLZ, Name: "CLZ", Pops: "i", Pushes: "i", Doc: "zeros above the highest one, 64 for 0"},
	{Code: CTZ, Name: "CTZ", Pops: "i", Pushes: "i", Doc: "zeros below the lowest one, 64 for 0"},
	{Code: POPCNT, Name: "POPCNT", Pops: "i", Pushes: "i", Doc: "ones"},
	{Code: EXT8, Name: "EXT8", Pops: "i", Pushes: "i", Doc: "the lowest 8 bits with their sign"},
	{Code: EXT16, Name: "EXT16", Pops: "i", Pushes: "i", Doc: "the lowest 16 bits with their sign"},
	{Code: EXT32, Name: "EXT32", Pops: "i", Pushes: "i", Doc: "the lowest 32 bits with their sign"},
	{Code: EQ, Name: "EQ", Pops: "ii", Pushes: "i", Doc: "1 if a = b, else 0"},
	{Code: NE, Name: "NE", Pops: "ii", Pushes: "i", Doc: "a ≠ b"},
	{Code: LT, Name: "LT", Pops: "ii", Pushes: "i", Doc: "a < b"},
	{Code: GT, Name: "GT", Pops: "ii", Pushes: "i", Doc: "a > b"},
	{Code: LE, Name: "LE", Pops: "ii", Pushes: "i", Doc: "a ≤ b"},
	{Code: GE, Name: "GE", Pops: "ii", Pushes: "i", Doc: "a ≥ b"},
	{Code: LTU, Name: "LTU", Pops: "ii", Pushes: "i", Doc: "a < b, unsigned"},
	{Code: GTU, Name: "GTU", Pops: "ii", Pushes: "i", Doc: "a > b, unsigned"},
	{Code: LEU, Name: "LEU", Pops: "ii", Pushes: "i", Doc: "a ≤ b, unsigned"},
	{Code: GEU, Name: "GEU", Pops: "ii", Pushes: "i", Doc: "a ≥ b, unsigned"},
}

var opsControl = []Op{
	{Code: JMP, Name: "JMP", Operand: JumpOperand, Ends: true, Doc: "goes on at the target"},
	{Code: JZ, Name: "JZ", Operand: JumpOperand, Pops: "i", Ends: true, Falls: true, Doc: "goes on at the target if a = 0"},
	{Code: JNZ, Name: "JNZ", Operand: JumpOperand, Pops: "i", Ends: true, Falls: true, Doc: "goes on at the target if a ≠ 0"},
	{Code: CALL, Name: "CALL", Operand: FunctionOperand, Pops: "*", Pushes: "*", Traps: true, Ends: true, Falls: true, Doc: "calls a function: its parameters are popped, its results pushed"},
	{Code: CALLI, Name: "CALLI", Operand: FunctionOperand, Pops: "*", Pushes: "*", Traps: true, Ends: true, Falls: true, Doc: "pops an index and calls that function of the table; it must have the types of the operand"},
	{Code: RET, Name: "RET", Pops: "*", Ends: true, Doc: "returns; the stack holds the results and nothing else"},
	{Code: HALT, Name: "HALT", Ends: true, Doc: "ends the program well, without results"},
	{Code: TRAP, Name: "TRAP", Operand: UnsignedOperand, Traps: true, Ends: true, Doc: "ends the program with a trap of this number"},
	{Code: HOSTCALL, Name: "HOST_CALL", Operand: HostOperand, Pops: "*", Pushes: "*", Traps: true, Doc: "calls the host, if that was granted"},
}

var opsMemory = []Op{
	{Code: LOAD, Name: "LOAD", Operand: OffsetOperand, Pops: "i", Pushes: "i", Width: 8, Traps: true, Doc: "64 bits at address + offset, little endian"},
	{Code: LOAD8U, Name: "LOAD8U", Operand: OffsetOperand, Pops: "i", Pushes: "i", Width: 1, Traps: true, Doc: "8 bits, zeros above"},
	{Code: LOAD8S, Name: "LOAD8S", Operand: OffsetOperand, Pops: "i", Pushes: "i", Width: 1, Traps: true, Doc: "8 bits, the sign above"},
	{Code: LOAD16U, Name: "LOAD16U", Operand: OffsetOperand, Pops: "i", Pushes: "i", Width: 2, Traps: true, Doc: "16 bits, zeros above"},
	{Code: LOAD16S, Name: "LOAD16S", Operand: OffsetOperand, Pops: "i", Pushes: "i", Width: 2, Traps: true, Doc: "16 bits, the sign above"},
	{Code: LOAD32U, Name: "LOAD32U", Operand: OffsetOperand, Pops: "i", Pushes: "i", Width: 4, Traps: true, Doc: "32 bits, zeros above"},
	{Code: LOAD32S, Name: "LOAD32S", Operand: OffsetOperand, Pops: "i", Pushes: "i", Width: 4, Traps: true, Doc: "32 bits, the sign above"},
	{Code: LOADF, Name: "LOADF", Operand: OffsetOperand, Pops: "i", Pushes: "f", Width: 8, Traps: true, Doc: "a float"},
	{Code: STORE, Name: "STORE", Operand: OffsetOperand, Pops: "ii", Width: 8, Traps: true, Doc: "address, value: 64 bits"},
	{Code: STORE8, Name: "STORE8", Operand: OffsetOperand, Pops: "ii", Width: 1, Traps: true, Doc: "the lowest 8 bits"},
	{Code: STORE16, Name: "STORE16", Operand: OffsetOperand, Pops: "ii", Width: 2, Traps: true, Doc: "the lowest 16 bits"},
	{Code: STORE32, Name: "STORE32", Operand: OffsetOperand, Pops: "ii", Width: 4, Traps: true, Doc: "the lowest 32 bits"},
	{Code: STOREF, Name: "STOREF", Operand: OffsetOperand, Pops: "if", Width: 8, Traps: true, Doc: "a float; a NaN is the canonical one"},
	{Code: COPY, Name: "COPY", Pops: "iii", Traps: true, Doc: "to, from, length: as if by way of another place; costs one more for every 8 bytes"},
	{Code: FILL, Name: "FILL", Pops: "iii", Traps: true, Doc: "to, byte, length; costs one more for every 8 bytes"},
	{Code: MEMSIZE, Name: "MEMSIZE", Pushes: "i", Doc: "the bytes of the memory"},
}

var opsFloat = []Op{
	{Code: FADD, Name: "FADD", Pops: "ff", Pushes: "f", Doc: "a + b (IEEE 754, to nearest, ties to even)"},
	{Code: FSUB, Name: "FSUB", Pops: "ff", Pushes: "f", Doc: "a - b"},
	{Code: FMUL, Name: "FMUL", Pops: "ff", Pushes: "f", Doc: "a * b; never fused with what follows"},
	{Code: FDIV, Name: "FDIV", Pops: "ff", Pushes: "f", Doc: "a / b"},
	{Code: FMIN, Name: "FMIN", Pops: "ff", Pushes: "f", Doc: "the lesser; NaN if one is, -0 below 0"},
	{Code: FMAX, Name: "FMAX", Pops: "ff", Pushes: "f", Doc: "the greater; NaN if one is, 0 above -0"},
	{Code: FSQRT, Name: "FSQRT", Pops: "f", Pushes: "f", Doc: "the square root"},
	{Code: FNEG, Name: "FNEG", Pops: "f", Pushes: "f", Doc: "the sign turned"},
	{Code: FABS, Name: "FABS", Pops: "f", Pushes: "f", Doc: "without the sign"},
	{Code: FFLOOR, Name: "FFLOOR", Pops: "f", Pushes: "f", Doc: "the whole number at or below"},
	{Code: FCEIL, Name: "FCEIL", Pops: "f", Pushes: "f", Doc: "the whole number at or above"},
	{Code: FTRUNC, Name: "FTRUNC", Pops: "f", Pushes: "f", Doc: "the whole number toward zero"},
	{Code: FEQ, Name: "FEQ", Pops: "ff", Pushes: "i", Doc: "1 if a = b, else 0; NaN equals nothing"},
	{Code: FNE, Name: "FNE", Pops: "ff", Pushes: "i", Doc: "a ≠ b"},
	{Code: FLT, Name: "FLT", Pops: "ff", Pushes: "i", Doc: "a < b"},
	{Code: FGT, Name: "FGT", Pops: "ff", Pushes: "i", Doc: "a > b"},
	{Code: FLE, Name: "FLE", Pops: "ff", Pushes: "i", Doc: "a ≤ b"},
	{Code: FGE, Name: "FGE", Pops: "ff", Pushes: "i", Doc: "a ≥ b"},
	{Code: ITOF, Name: "ITOF", Pops: "i", Pushes: "f", Doc: "the nearest float"},
	{Code: FTOI, Name: "FTOI", Pops: "f", Pushes: "i", Doc: "toward zero; beyond the range the nearest number in it, 0 for NaN"},
	{Code: FBITS, Name: "FBITS", Pops: "f", Pushes: "i", Doc: "the 64 bits; those of a NaN are 7FF8000000000000"},
	{Code: BITSF, Name: "BITSF", Pops: "i", Pushes: "f", Doc: "the float of these bits"},
}

// HostOp is a host call that programs may ask for.
type HostOp struct {
	Name         string
	Pops, Pushes string
	// Memory says that it reads or writes the program's memory.
	Memory bool
	Doc    string
}

// HostOps are all host calls by number. Each is a capability of its own.
var HostOps = []HostOp{
	{"clock", "", "i", false, "nanoseconds of a clock that only goes forward"},
	{"random", "", "i", false, "64 random bits"},
	{"input", "iii", "i", true, "from, to, length: copies bytes of the input from a place on to an address; how many there were"},
	{"argument", "i", "i", false, "a number that was given to the program, 0 if there is none of this index"},
	{"files", "", "i", false, "how many files the folder has that may be read"},
	{"file_name", "iii", "i", true, "file, to, length: copies its path below the folder, as far as there is room; how long it is, -1 if there is no such file"},
	{"file_size", "i", "i", false, "the bytes of a file, -1 if there is none"},
	{"file_read", "iiii", "i", true, "file, from, to, length: copies bytes of a file; how many there were, -1 if there is no such file"},
	{"save", "iiii", "i", true, "name, its length, address, length: adds bytes to a file that is new in this run and kept if it ends well; 1 if it may, else 0"},
}
