package cm

// One letter an opcode says what follows it (Intel SDM, volume 2, appendix A):
//
//	.  nothing            M  ModRM              b  imm8          B  ModRM imm8
//	z  imm16/32           Z  ModRM imm16/32     w  imm16         v  imm16/32/64
//	r  rel8               R  rel16/32           p  prefix        x  REX
//	o  moffs              e  imm16 imm8         f  far pointer
//	G  ModRM, imm8 if reg is 0 or 1             H  the same with imm16/32
//	!  two-byte opcode    3  0F 38              A  0F 3A
//	V  VEX, three bytes   W  VEX, two bytes     E  EVEX
const (
	oneByteMap = "" +
		"MMMMbz..MMMMbz.!MMMMbz..MMMMbz.." + // 00
		"MMMMbzp.MMMMbzp.MMMMbzp.MMMMbzp." + // 20
		"xxxxxxxxxxxxxxxx................" + // 40
		"..EMppppzZbB....rrrrrrrrrrrrrrrr" + // 60
		"BZ.BMMMMMMMMMMMM................" + // 80
		"oooo....bz......bbbbbbbbvvvvvvvv" + // A0
		"BBw.VWBZe.w..b..MMMM....MMMMMMMM" + // C0
		"rrrrbbbbRR.r....p.pp..GH......MM" // E0
	twoByteMap = "" +
		"MMMM.........M..MMMMMMMMMMMMMMMM" + // 00
		"MMMM....MMMMMMMM........3.A....." + // 20
		"MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM" + // 40
		"MMMMMMMMMMMMMMMMBBBBMMM.MMMMMMMM" + // 60
		"RRRRRRRRRRRRRRRRMMMMMMMMMMMMMMMM" + // 80
		"...MBM.....MBMMMMMMMMMMMMMBMMMMM" + // A0
		"MMBMBBBM........MMMMMMMMMMMMMMMM" + // C0
		"MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM" // E0
)

// field is what the next byte of the code is.
type field uint8

const (
	fieldStart  field = iota // prefix or opcode
	fieldPrefix              // the same, after a prefix
	fieldTwo                 // after 0F
	fieldThree               // after 0F 38 or 0F 3A
	fieldVEX                 // within VEX or EVEX
	fieldOpcode              // the opcode after VEX or EVEX
	fieldModRM
	fieldSIB
	fieldDisp8
	fieldDisp32 // 4 of them, by byte
	fieldImm8   = fieldDisp32 + 4
	fieldRel8   = fieldImm8 + 1
	fieldImm16  = fieldRel8 + 1  // 2
	fieldImm32  = fieldImm16 + 2 // 4
	fieldRel32  = fieldImm32 + 4 // 4
	fieldImm64  = fieldRel32 + 4 // 8
	fieldRIP    = fieldImm64 + 8 // 4: a displacement from the instruction pointer
	fields      = fieldRIP + 4
)

// x86 follows a stream of x86 code, byte by byte. It needs no start of its own: after
// some instructions it is in step, wherever it begins.
type x86 struct {
	long bool // 64-bit mode

	next   field
	opcode uint32 // map in bits 8-10, prefixes 66, F2, F3 and REX.W in 12-15
	kind   byte   // the opcode's letter
	modrm  uint8
	sib    uint8
	rex    uint8
	left   int // operand bytes until the next field
	imm    int // bytes of the immediate that follows the displacement
	vex    int // bytes of VEX that are still to come
	vexMap uint32
	length int // bytes of this instruction so far

	soFar         uint32    // hash of this instruction's bytes
	shape         uint32    // hash of opcode and ModRM
	ops           [8]uint32 // opcodes of the last instructions, newest first
	forms         [4]uint32 // their opcodes with ModRM and SIB
	whole         [3]uint32 // their bytes
	registers     [2]uint32 // their reg fields
	displacements [8]uint32 // the last ones, by the base register
	operand       uint32    // bytes of this operand so far
}

func newX86(long bool) x86 { return x86{long: long} }

// prefix bits in opcode.
const (
	opSize   = 1 << 12
	opRepne  = 1 << 13
	opRep    = 1 << 14
	opWide   = 1 << 15
	opVEX    = 1 << 16
	prefixes = opSize | opRepne | opRep | opWide
)

func (x *x86) step(c byte) {
	x.soFar = (x.soFar+uint32(c)+1)*0x2F0B4C47 ^ x.soFar>>15
	x.length++
	switch {
	case x.next <= fieldPrefix:
		x.first(c)
	case x.next == fieldTwo:
		x.second(c)
	case x.next == fieldThree || x.next == fieldOpcode:
		x.opcode |= uint32(c)
		if x.next == fieldOpcode {
			x.kind = 'M'
			if x.vexMap == 3 || x.vexMap == 1 && twoByteMap[c] == 'B' {
				x.kind = 'B'
			}
		}
		x.operands()
	case x.next == fieldVEX:
		x.inVEX(c)
	case x.next == fieldModRM:
		x.modrm = c
		x.afterModRM()
	case x.next == fieldSIB:
		x.sib = c
		x.displacement()
	default:
		x.operand = x.operand<<8 | uint32(c)
		if x.next >= fieldDisp8 && x.next < fieldImm8 {
			x.displacements[x.modrm&7] = x.operand
		}
		if x.left--; x.left > 0 {
			x.next++
		} else if x.next < fieldImm8 || x.next >= fieldRIP {
			x.immediate()
		} else {
			x.done()
		}
	}
}

// first takes a prefix or the first byte of an opcode.
func (x *x86) first(c byte) {
	kind := oneByteMap[c]
	if !x.long {
		kind = legacyKind(c, kind)
	}
	switch kind {
	case 'p':
		switch c {
		case 0x66:
			x.opcode |= opSize
		case 0xF2:
			x.opcode |= opRepne
		case 0xF3:
			x.opcode |= opRep
		}
		x.next = fieldPrefix
		if x.length > 14 { // no instruction is longer than 15 bytes: this is no code
			x.done()
		}
	case 'x':
		x.rex = c
		if c&8 != 0 {
			x.opcode |= opWide
		}
		x.next = fieldPrefix
	case '!':
		x.next = fieldTwo
	case 'V', 'W', 'E':
		x.vex = map[byte]int{'W': 1, 'V': 2, 'E': 3}[kind]
		x.vexMap, x.kind = 1, kind
		x.next = fieldVEX
	default:
		x.opcode |= uint32(c)
		x.kind = kind
		x.operands()
	}
}

// legacyKind is the letter in 32-bit mode where it differs.
func legacyKind(c, kind byte) byte {
	switch {
	case c >= 0x40 && c <= 0x4F, c == 0x06, c == 0x07, c == 0x0E, c == 0x16, c == 0x17, c == 0x1E, c == 0x1F:
		return '.'
	case c == 0x62, c == 0xC4, c == 0xC5:
		return 'M'
	case c == 0x82:
		return 'B'
	case c == 0x9A, c == 0xEA:
		return 'f'
	case c == 0xD4, c == 0xD5:
		return 'b'
	}
	return kind
}

func (x *x86) second(c byte) {
	x.opcode |= 1<<8 | uint32(c)
	switch x.kind = twoByteMap[c]; x.kind {
	case '3', 'A':
		x.opcode = x.opcode&^0x1FF | 2<<8
		x.kind = 'M'
		if c == 0x3A {
			x.opcode = x.opcode&^0x3FF | 3<<8
			x.kind = 'B'
		}
		x.next = fieldThree
	default:
		x.operands()
	}
}

func (x *x86) inVEX(c byte) {
	if x.kind != 'W' && (x.kind == 'V' && x.vex == 2 || x.kind == 'E' && x.vex == 3) {
		x.vexMap = uint32(c & 7)
	}
	if x.vex--; x.vex == 0 {
		x.opcode = x.opcode&prefixes | opVEX | x.vexMap<<8
		x.next = fieldOpcode
	}
}

// operands decides what follows a whole opcode.
func (x *x86) operands() {
	x.shape = x.opcode
	x.modrm, x.sib, x.imm = 0, 0, 0
	switch x.kind {
	case 'M', 'B', 'Z', 'G', 'H':
		x.next = fieldModRM
		if x.kind == 'B' {
			x.imm = 1
		} else if x.kind == 'Z' {
			x.imm = x.word()
		}
	case 'b':
		x.take(fieldImm8, 1)
	case 'r':
		x.take(fieldRel8, 1)
	case 'z':
		x.immBytes(x.word())
	case 'R':
		if n := x.word(); n == 4 || x.long {
			x.take(fieldRel32, 4)
		} else {
			x.take(fieldImm16, 2)
		}
	case 'w':
		x.take(fieldImm16, 2)
	case 'e':
		x.take(fieldImm32+1, 3)
	case 'f':
		x.take(fieldImm64+2, 6)
	case 'v':
		if x.opcode&opWide != 0 {
			x.take(fieldImm64, 8)
		} else {
			x.immBytes(x.word())
		}
	case 'o':
		if x.long {
			x.take(fieldImm64, 8)
		} else {
			x.take(fieldDisp32, 4)
		}
	default:
		x.done()
	}
}

// word is the size of an immediate that follows the operand size.
func (x *x86) word() int {
	if x.opcode&opSize != 0 && x.opcode&opWide == 0 {
		return 2
	}
	return 4
}

func (x *x86) immBytes(n int) {
	switch n {
	case 1:
		x.take(fieldImm8, 1)
	case 2:
		x.take(fieldImm16, 2)
	default:
		x.take(fieldImm32, 4)
	}
}

func (x *x86) take(f field, n int) { x.next, x.left = f, n }

func (x *x86) afterModRM() {
	if x.modrm>>3&7 <= 1 {
		if x.kind == 'G' {
			x.imm = 1
		} else if x.kind == 'H' {
			x.imm = x.word()
		}
	}
	x.shape = x.opcode<<8 | uint32(x.modrm)
	if x.modrm>>6 != 3 && x.modrm&7 == 4 {
		x.next = fieldSIB
		return
	}
	x.displacement()
}

// displacement follows ModRM and SIB.
func (x *x86) displacement() {
	switch mod := x.modrm >> 6; {
	case mod == 1:
		x.take(fieldDisp8, 1)
	case mod == 2:
		x.take(fieldDisp32, 4)
	case mod == 0 && x.modrm&7 == 5:
		if x.long {
			x.take(fieldRIP, 4)
		} else {
			x.take(fieldDisp32, 4)
		}
	case mod == 0 && x.modrm&7 == 4 && x.sib&7 == 5:
		x.take(fieldDisp32, 4)
	default:
		x.immediate()
	}
}

func (x *x86) immediate() {
	if x.imm == 0 {
		x.done()
		return
	}
	x.immBytes(x.imm)
	x.imm = 0
}

// done ends an instruction and starts the next.
func (x *x86) done() {
	copy(x.ops[1:], x.ops[:])
	x.ops[0] = x.opcode
	copy(x.forms[1:], x.forms[:])
	x.forms[0] = x.shape<<8 | uint32(x.sib)
	x.registers[1] = x.registers[0]
	x.registers[0] = uint32(x.modrm>>3&7) | uint32(x.rex&4)<<4
	x.operand = 0
	copy(x.whole[1:], x.whole[:])
	x.whole[0] = x.soFar
	x.soFar, x.length, x.opcode, x.shape = 0, 0, 0, 0
	x.rex, x.modrm, x.sib, x.imm, x.left = 0, 0, 0, 0, 0
	x.next = fieldStart
}

// base is what a displacement is added to.
func (x *x86) base() uint32 { return uint32(x.modrm&0xC7)<<8 | uint32(x.sib)&7 }

// lastDisplacement is what was last added to it.
func (x *x86) lastDisplacement() uint32 { return x.displacements[x.modrm&7] }
