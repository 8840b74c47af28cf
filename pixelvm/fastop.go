package pixelvm

// fastOp is an instruction of the fast interpreter. The numbers lie close together, so
// that one table of jumps serves the switch.
type fastOp uint32

const (
	opFuel fastOp = iota
	opMove
	opConst
	opJump
	opJumpZero
	opJumpNotZero
	opCall
	opCallTable
	opReturn
	opHalt
	opTrap
	opEffect
	opUnary
	opFloatUnary

	// Two slots; the second of each pair a slot and a constant.
	fastADD
	fastADDImm
	fastSUB
	fastSUBImm
	fastMUL
	fastMULImm
	fastDIV
	fastDIVImm
	fastMOD
	fastMODImm
	fastDIVU
	fastDIVUImm
	fastMODU
	fastMODUImm
	fastAND
	fastANDImm
	fastOR
	fastORImm
	fastXOR
	fastXORImm
	fastSHL
	fastSHLImm
	fastSHR
	fastSHRImm
	fastSAR
	fastSARImm
	fastROTL
	fastROTLImm
	fastEQ
	fastEQImm
	fastNE
	fastNEImm
	fastLT
	fastLTImm
	fastGT
	fastGTImm
	fastLE
	fastLEImm
	fastGE
	fastGEImm
	fastLTU
	fastLTUImm
	fastGTU
	fastGTUImm
	fastLEU
	fastLEUImm
	fastGEU
	fastGEUImm

	// A comparison that jumps if it holds; the second of each pair with a constant of 32 bits.
	jumpEQ
	jumpEQImm
	jumpNE
	jumpNEImm
	jumpLT
	jumpLTImm
	jumpGT
	jumpGTImm
	jumpLE
	jumpLEImm
	jumpGE
	jumpGEImm
	jumpLTU
	jumpLTUImm
	jumpGTU
	jumpGTUImm
	jumpLEU
	jumpLEUImm
	jumpGEU
	jumpGEUImm

	// Floats and memory.
	fastFADD
	fastFSUB
	fastFMUL
	fastFDIV
	fastFMIN
	fastFMAX
	fastFEQ
	fastFNE
	fastFLT
	fastFGT
	fastFLE
	fastFGE
	fastLOAD
	fastLOADF
	fastLOAD8U
	fastLOAD8S
	fastLOAD16U
	fastLOAD16S
	fastLOAD32U
	fastLOAD32S
	fastSTORE
	fastSTOREF
	fastSTORE8
	fastSTORE16
	fastSTORE32
)

// withSlots and the others give the operation for an opcode.
var (
	withSlots = map[Opcode]fastOp{
		ADD:     fastADD,
		SUB:     fastSUB,
		MUL:     fastMUL,
		DIV:     fastDIV,
		MOD:     fastMOD,
		DIVU:    fastDIVU,
		MODU:    fastMODU,
		AND:     fastAND,
		OR:      fastOR,
		XOR:     fastXOR,
		SHL:     fastSHL,
		SHR:     fastSHR,
		SAR:     fastSAR,
		ROTL:    fastROTL,
		EQ:      fastEQ,
		NE:      fastNE,
		LT:      fastLT,
		GT:      fastGT,
		LE:      fastLE,
		GE:      fastGE,
		LTU:     fastLTU,
		GTU:     fastGTU,
		LEU:     fastLEU,
		GEU:     fastGEU,
		FADD:    fastFADD,
		FSUB:    fastFSUB,
		FMUL:    fastFMUL,
		FDIV:    fastFDIV,
		FMIN:    fastFMIN,
		FMAX:    fastFMAX,
		FEQ:     fastFEQ,
		FNE:     fastFNE,
		FLT:     fastFLT,
		FGT:     fastFGT,
		FLE:     fastFLE,
		FGE:     fastFGE,
		LOAD:    fastLOAD,
		LOADF:   fastLOADF,
		LOAD8U:  fastLOAD8U,
		LOAD8S:  fastLOAD8S,
		LOAD16U: fastLOAD16U,
		LOAD16S: fastLOAD16S,
		LOAD32U: fastLOAD32U,
		LOAD32S: fastLOAD32S,
		STORE:   fastSTORE,
		STOREF:  fastSTOREF,
		STORE8:  fastSTORE8,
		STORE16: fastSTORE16,
		STORE32: fastSTORE32,
	}
	withImm = map[Opcode]fastOp{
		ADD:  fastADDImm,
		SUB:  fastSUBImm,
		MUL:  fastMULImm,
		DIV:  fastDIVImm,
		MOD:  fastMODImm,
		DIVU: fastDIVUImm,
		MODU: fastMODUImm,
		AND:  fastANDImm,
		OR:   fastORImm,
		XOR:  fastXORImm,
		SHL:  fastSHLImm,
		SHR:  fastSHRImm,
		SAR:  fastSARImm,
		ROTL: fastROTLImm,
		EQ:   fastEQImm,
		NE:   fastNEImm,
		LT:   fastLTImm,
		GT:   fastGTImm,
		LE:   fastLEImm,
		GE:   fastGEImm,
		LTU:  fastLTUImm,
		GTU:  fastGTUImm,
		LEU:  fastLEUImm,
		GEU:  fastGEUImm,
	}
	jumpSlots = map[Opcode]fastOp{
		EQ:  jumpEQ,
		NE:  jumpNE,
		LT:  jumpLT,
		GT:  jumpGT,
		LE:  jumpLE,
		GE:  jumpGE,
		LTU: jumpLTU,
		GTU: jumpGTU,
		LEU: jumpLEU,
		GEU: jumpGEU,
	}
	jumpImm = map[Opcode]fastOp{
		EQ:  jumpEQImm,
		NE:  jumpNEImm,
		LT:  jumpLTImm,
		GT:  jumpGTImm,
		LE:  jumpLEImm,
		GE:  jumpGEImm,
		LTU: jumpLTUImm,
		GTU: jumpGTUImm,
		LEU: jumpLEUImm,
		GEU: jumpGEUImm,
	}
	// opcodeOf is the opcode of an operation that has one.
	opcodeOf [256]Opcode
)

func init() {
	for _, list := range []map[Opcode]fastOp{withSlots, withImm, jumpSlots, jumpImm} {
		for code, op := range list {
			opcodeOf[op] = code
		}
	}
}

// opposite is the comparison that holds where another does not.
var opposite = map[Opcode]Opcode{EQ: NE, NE: EQ, LT: GE, GE: LT, GT: LE, LE: GT, LTU: GEU, GEU: LTU, GTU: LEU, LEU: GTU}
