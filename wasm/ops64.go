package wasm

// Instructions on 64-bit integers and floats. Names are the specification's.
const (
	I64Load    Op = 0x29
	F64Load    Op = 0x2b
	I64Load8S  Op = 0x30
	I64Load8U  Op = 0x31
	I64Load16S Op = 0x32
	I64Load16U Op = 0x33
	I64Load32S Op = 0x34
	I64Load32U Op = 0x35
	I64Store   Op = 0x37
	F64Store   Op = 0x39
	I64Store8  Op = 0x3c
	I64Store16 Op = 0x3d
	I64Store32 Op = 0x3e

	I64Eqz Op = 0x50
	I64Eq  Op = 0x51
	I64Ne  Op = 0x52
	I64LtS Op = 0x53
	I64LtU Op = 0x54
	I64GtS Op = 0x55
	I64GtU Op = 0x56
	I64LeS Op = 0x57
	I64LeU Op = 0x58
	I64GeS Op = 0x59
	I64GeU Op = 0x5a
	F64Eq  Op = 0x61
	F64Ne  Op = 0x62
	F64Lt  Op = 0x63
	F64Gt  Op = 0x64
	F64Le  Op = 0x65
	F64Ge  Op = 0x66

	I64Clz    Op = 0x79
	I64Ctz    Op = 0x7a
	I64Popcnt Op = 0x7b
	I64Add    Op = 0x7c
	I64Sub    Op = 0x7d
	I64Mul    Op = 0x7e
	I64DivS   Op = 0x7f
	I64DivU   Op = 0x80
	I64RemS   Op = 0x81
	I64RemU   Op = 0x82
	I64And    Op = 0x83
	I64Or     Op = 0x84
	I64Xor    Op = 0x85
	I64Shl    Op = 0x86
	I64ShrS   Op = 0x87
	I64ShrU   Op = 0x88
	I64Rotl   Op = 0x89
	F64Abs    Op = 0x99
	F64Neg    Op = 0x9a
	F64Ceil   Op = 0x9b
	F64Floor  Op = 0x9c
	F64Trunc  Op = 0x9d
	F64Sqrt   Op = 0x9f
	F64Add    Op = 0xa0
	F64Sub    Op = 0xa1
	F64Mul    Op = 0xa2
	F64Div    Op = 0xa3
	F64Min    Op = 0xa4
	F64Max    Op = 0xa5

	I32WrapI64        Op = 0xa7
	I64ExtendI32U     Op = 0xad
	F32DemoteF64      Op = 0xb6
	F64ConvertI64S    Op = 0xb9
	F64PromoteF32     Op = 0xbb
	I64ReinterpretF64 Op = 0xbd
	F64ReinterpretI64 Op = 0xbf
	I64Extend8S       Op = 0xc2
	I64Extend16S      Op = 0xc3
	I64Extend32S      Op = 0xc4

	I64TruncSatF64S = misc + 6
)
