package spirv

import "encoding/binary"

// id is a SPIR-V result id.
type id = uint32

// section is a run of instructions.
type section []uint32

// put appends an instruction.
func (s *section) put(op uint32, operands ...uint32) {
	*s = append(*s, uint32(len(operands)+1)<<16|op)
	*s = append(*s, operands...)
}

// text packs a string: bytes from the low end of each word, ended by a zero byte.
func text(s string) []uint32 {
	out := make([]uint32, len(s)/4+1)
	for i := range len(s) {
		out[i/4] |= uint32(s[i]) << (8 * (i % 4))
	}
	return out
}

// Instructions, by the specification's names.
const (
	opName                 = 5
	opExtInstImport        = 11
	opExtInst              = 12
	opMemoryModel          = 14
	opEntryPoint           = 15
	opExecutionMode        = 16
	opCapability           = 17
	opTypeVoid             = 19
	opTypeBool             = 20
	opTypeInt              = 21
	opTypeFloat            = 22
	opTypeVector           = 23
	opTypeArray            = 28
	opTypeRuntimeArray     = 29
	opTypeStruct           = 30
	opTypePointer          = 32
	opTypeFunction         = 33
	opConstantTrue         = 41
	opConstantFalse        = 42
	opConstant             = 43
	opConstantComposite    = 44
	opFunction             = 54
	opFunctionParameter    = 55
	opFunctionEnd          = 56
	opFunctionCall         = 57
	opVariable             = 59
	opLoad                 = 61
	opStore                = 62
	opAccessChain          = 65
	opArrayLength          = 68
	opDecorate             = 71
	opMemberDecorate       = 72
	opCompositeExtract     = 81
	opConvertFToU          = 109
	opConvertFToS          = 110
	opConvertSToF          = 111
	opConvertUToF          = 112
	opBitcast              = 124
	opSNegate              = 126
	opFNegate              = 127
	opIAdd                 = 128
	opFAdd                 = 129
	opISub                 = 130
	opFSub                 = 131
	opIMul                 = 132
	opFMul                 = 133
	opUDiv                 = 134
	opSDiv                 = 135
	opFDiv                 = 136
	opUMod                 = 137
	opSRem                 = 138
	opLogicalEqual         = 164
	opLogicalNotEqual      = 165
	opLogicalOr            = 166
	opLogicalAnd           = 167
	opLogicalNot           = 168
	opSelect               = 169
	opIEqual               = 170
	opINotEqual            = 171
	opUGreaterThan         = 172
	opSGreaterThan         = 173
	opUGreaterThanEqual    = 174
	opSGreaterThanEqual    = 175
	opULessThan            = 176
	opSLessThan            = 177
	opULessThanEqual       = 178
	opSLessThanEqual       = 179
	opFOrdEqual            = 180
	opFUnordNotEqual       = 183
	opFOrdLessThan         = 184
	opFOrdGreaterThan      = 186
	opFOrdLessThanEqual    = 188
	opFOrdGreaterThanEqual = 190
	opShiftRightLogical    = 194
	opShiftRightArithmetic = 195
	opShiftLeftLogical     = 196
	opBitwiseOr            = 197
	opBitwiseXor           = 198
	opBitwiseAnd           = 199
	opNot                  = 200
	opBitCount             = 205
	opControlBarrier       = 224
	opAtomicLoad           = 227
	opAtomicStore          = 228
	opAtomicExchange       = 229
	opAtomicCompareExch    = 230
	opAtomicIAdd           = 234
	opAtomicISub           = 235
	opAtomicSMin           = 236
	opAtomicUMin           = 237
	opAtomicSMax           = 238
	opAtomicUMax           = 239
	opAtomicAnd            = 240
	opAtomicOr             = 241
	opAtomicXor            = 242
	opLoopMerge            = 246
	opSelectionMerge       = 247
	opLabel                = 248
	opBranch               = 249
	opBranchConditional    = 250
	opReturn               = 253
	opReturnValue          = 254
)

// Instructions of GLSL.std.450.
const (
	glslRoundEven = 2
	glslTrunc     = 3
	glslFAbs      = 4
	glslSAbs      = 5
	glslFloor     = 8
	glslCeil      = 9
	glslSqrt      = 31
	glslFma       = 50
	glslFindILsb  = 73
	glslFindUMsb  = 75
)

// Storage classes, decorations and the like.
const (
	classInput         = 1
	classWorkgroup     = 4
	classFunction      = 7
	classPushConstant  = 9
	classStorageBuffer = 12

	decorationBlock         = 2
	decorationArrayStride   = 6
	decorationBuiltIn       = 11
	decorationCoherent      = 23
	decorationBinding       = 33
	decorationDescriptorSet = 34
	decorationOffset        = 35
	decorationNoContraction = 42

	builtInNumWorkgroups        = 24
	builtInWorkgroupID          = 26
	builtInLocalInvocationID    = 27
	builtInLocalInvocationIndex = 29

	memoryVolatile = 1 // of a load

	scopeDevice    = 1
	scopeWorkgroup = 2

	semanticsAcquire        = 0x2
	semanticsRelease        = 0x4
	semanticsAcquireRelease = 0x8
	semanticsUniformMemory  = 0x40
	semanticsWorkgroup      = 0x100
)

// words turns a module into bytes.
func toBytes(words []uint32) []byte {
	out := make([]byte, 0, 4*len(words))
	for _, w := range words {
		out = binary.LittleEndian.AppendUint32(out, w)
	}
	return out
}
