package wasm

const (
	misc   Op = 0x0400
	vector Op = 0x1000
)

// Instructions without immediates that pxOS uses, and the memory instructions
// that go with Mem. Names are the specification's.
const (
	Unreachable Op = 0x00
	Return      Op = 0x0f
	Drop        Op = 0x1a
	SelectOp    Op = 0x1b

	I32Load    Op = 0x28
	F32Load    Op = 0x2a
	I32Load16U Op = 0x2f
	I32Store   Op = 0x36
	F32Store   Op = 0x38
	I32Store16 Op = 0x3b

	I32Eqz Op = 0x45
	I32Eq  Op = 0x46
	I32Ne  Op = 0x47
	I32LtS Op = 0x48
	I32LtU Op = 0x49
	I32GtS Op = 0x4a
	I32GtU Op = 0x4b
	I32LeS Op = 0x4c
	I32LeU Op = 0x4d
	I32GeS Op = 0x4e
	I32GeU Op = 0x4f
	F32Eq  Op = 0x5b
	F32Ne  Op = 0x5c
	F32Lt  Op = 0x5d
	F32Gt  Op = 0x5e
	F32Le  Op = 0x5f
	F32Ge  Op = 0x60

	I32Clz     Op = 0x67
	I32Ctz     Op = 0x68
	I32Popcnt  Op = 0x69
	I32Add     Op = 0x6a
	I32Sub     Op = 0x6b
	I32Mul     Op = 0x6c
	I32DivS    Op = 0x6d
	I32DivU    Op = 0x6e
	I32RemS    Op = 0x6f
	I32RemU    Op = 0x70
	I32And     Op = 0x71
	I32Or      Op = 0x72
	I32Xor     Op = 0x73
	I32Shl     Op = 0x74
	I32ShrS    Op = 0x75
	I32ShrU    Op = 0x76
	F32Abs     Op = 0x8b
	F32Neg     Op = 0x8c
	F32Ceil    Op = 0x8d
	F32Floor   Op = 0x8e
	F32Trunc   Op = 0x8f
	F32Nearest Op = 0x90
	F32Sqrt    Op = 0x91
	F32Add     Op = 0x92
	F32Sub     Op = 0x93
	F32Mul     Op = 0x94
	F32Div     Op = 0x95

	F32ConvertI32S    Op = 0xb2
	F32ConvertI32U    Op = 0xb3
	I32ReinterpretF32 Op = 0xbc
	F32ReinterpretI32 Op = 0xbe

	I32TruncSatF32S = misc + 0
	I32TruncSatF32U = misc + 1

	V128Load        = vector + 0
	V128Load32Splat = vector + 9
	V128Store       = vector + 11
	I32x4Splat      = vector + 17
	F32x4Splat      = vector + 19
	I32x4Extract    = vector + 27 // with Lane
	I32x4Replace    = vector + 28 // with Lane
	F32x4Extract    = vector + 31 // with Lane
	F32x4Replace    = vector + 32 // with Lane
	I32x4Eq         = vector + 55
	I32x4Ne         = vector + 56
	I32x4LtS        = vector + 57
	I32x4LtU        = vector + 58
	I32x4GtS        = vector + 59
	I32x4GtU        = vector + 60
	I32x4LeS        = vector + 61
	I32x4LeU        = vector + 62
	I32x4GeS        = vector + 63
	I32x4GeU        = vector + 64
	F32x4Eq         = vector + 65
	F32x4Ne         = vector + 66
	F32x4Lt         = vector + 67
	F32x4Gt         = vector + 68
	F32x4Le         = vector + 69
	F32x4Ge         = vector + 70
	V128Not         = vector + 77
	V128And         = vector + 78
	V128AndNot      = vector + 79
	V128Or          = vector + 80
	V128Xor         = vector + 81
	V128AnyTrue     = vector + 83
	V128Load32Lane  = vector + 86 // with MemLane
	V128Store32Lane = vector + 90 // with MemLane
	V128Store16Lane = vector + 89 // with MemLane
	I8x16Popcnt     = vector + 98
	I16x8ExtaddU    = vector + 125 // i16x8.extadd_pairwise_i8x16_u
	I32x4ExtaddU    = vector + 127 // i32x4.extadd_pairwise_i16x8_u
	F32x4Ceil       = vector + 103
	F32x4Floor      = vector + 104
	F32x4Trunc      = vector + 105
	F32x4Nearest    = vector + 106
	I32x4Abs        = vector + 160
	I32x4Neg        = vector + 161
	I32x4AllTrue    = vector + 163
	I32x4Bitmask    = vector + 164
	I32x4Shl        = vector + 171
	I32x4ShrS       = vector + 172
	I32x4ShrU       = vector + 173
	I32x4Add        = vector + 174
	I32x4Sub        = vector + 177
	I32x4Mul        = vector + 181
	I32x4MinS       = vector + 182
	I32x4MinU       = vector + 183
	I32x4MaxS       = vector + 184
	I32x4MaxU       = vector + 185
	F32x4Abs        = vector + 224
	F32x4Neg        = vector + 225
	F32x4Sqrt       = vector + 227
	F32x4Add        = vector + 228
	F32x4Sub        = vector + 229
	F32x4Mul        = vector + 230
	F32x4Div        = vector + 231
	F32x4Pmin       = vector + 234
	F32x4Pmax       = vector + 235
	F64x2Add        = vector + 240
	F64x2Mul        = vector + 242
	F64x2Div        = vector + 243
	F64x2Trunc      = vector + 122

	I32x4TruncSatF32x4S     = vector + 248
	I32x4TruncSatF32x4U     = vector + 249
	F32x4ConvertI32x4S      = vector + 250
	F32x4ConvertI32x4U      = vector + 251
	I32x4TruncSatF64x2SZero = vector + 252
	I32x4TruncSatF64x2UZero = vector + 253
	F64x2ConvertLowI32x4S   = vector + 254
	F64x2ConvertLowI32x4U   = vector + 255
	F32x4DemoteF64x2Zero    = vector + 94
	F64x2PromoteLowF32x4    = vector + 95
)

// Atomic instructions, for Atomic.
const (
	AtomicFence   = 0x03
	AtomicLoad    = 0x10
	AtomicStore   = 0x17
	AtomicAdd     = 0x1e
	AtomicSub     = 0x25
	AtomicAnd     = 0x2c
	AtomicOr      = 0x33
	AtomicXor     = 0x3a
	AtomicXchg    = 0x41
	AtomicCmpxchg = 0x48
)
