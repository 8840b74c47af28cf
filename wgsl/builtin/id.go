package builtin

// ID names a built-in function. Overloads of one name share an ID; executors tell
// them apart by the types of the arguments. Value constructors and conversions
// have nodes of their own in the tree, and no ID.
type ID uint16

// The built-in functions, in the order of the specification.
const (
	None ID = iota

	// Bit Reinterpretation.
	Bitcast

	// Logical.
	All
	Any
	Select

	// Array.
	ArrayLength

	// Numeric.
	Abs
	Acos
	Acosh
	Asin
	Asinh
	Atan
	Atanh
	Atan2
	Ceil
	Clamp
	Cos
	Cosh
	CountLeadingZeros
	CountOneBits
	CountTrailingZeros
	Cross
	Degrees
	Determinant
	Distance
	Dot
	Dot4U8Packed
	Dot4I8Packed
	Exp
	Exp2
	ExtractBits
	FaceForward
	FirstLeadingBit
	FirstTrailingBit
	Floor
	Fma
	Fract
	Frexp
	InsertBits
	InverseSqrt
	Ldexp
	Length
	Log
	Log2
	Max
	Min
	Mix
	Modf
	Normalize
	Pow
	QuantizeToF16
	Radians
	Reflect
	Refract
	ReverseBits
	Round
	Saturate
	Sign
	Sin
	Sinh
	Smoothstep
	Sqrt
	Step
	Tan
	Tanh
	Transpose
	Trunc

	// Derivative.
	Dpdx
	DpdxCoarse
	DpdxFine
	Dpdy
	DpdyCoarse
	DpdyFine
	Fwidth
	FwidthCoarse
	FwidthFine

	// Texture.
	TextureDimensions
	TextureGather
	TextureGatherCompare
	TextureLoad
	TextureNumLayers
	TextureNumLevels
	TextureNumSamples
	TextureSample
	TextureSampleBias
	TextureSampleCompare
	TextureSampleCompareLevel
	TextureSampleGrad
	TextureSampleLevel
	TextureSampleBaseClampToEdge
	TextureStore

	// Atomic.
	AtomicLoad
	AtomicStore
	AtomicAdd
	AtomicSub
	AtomicMax
	AtomicMin
	AtomicAnd
	AtomicOr
	AtomicXor
	AtomicExchange
	AtomicCompareExchangeWeak

	// Data Packing.
	Pack4x8snorm
	Pack4x8unorm
	Pack4xI8
	Pack4xU8
	Pack4xI8Clamp
	Pack4xU8Clamp
	Pack2x16snorm
	Pack2x16unorm
	Pack2x16float

	// Data Unpacking.
	Unpack4x8snorm
	Unpack4x8unorm
	Unpack4xI8
	Unpack4xU8
	Unpack2x16snorm
	Unpack2x16unorm
	Unpack2x16float

	// Synchronization.
	StorageBarrier
	TextureBarrier
	WorkgroupBarrier
	WorkgroupUniformLoad

	// Subgroup.
	SubgroupAdd
	SubgroupExclusiveAdd
	SubgroupInclusiveAdd
	SubgroupAll
	SubgroupAnd
	SubgroupAny
	SubgroupBallot
	SubgroupBroadcast
	SubgroupBroadcastFirst
	SubgroupElect
	SubgroupMax
	SubgroupMin
	SubgroupMul
	SubgroupExclusiveMul
	SubgroupInclusiveMul
	SubgroupOr
	SubgroupShuffle
	SubgroupShuffleDown
	SubgroupShuffleUp
	SubgroupShuffleXor
	SubgroupXor

	// Quad Operations.
	QuadBroadcast
	QuadSwapDiagonal
	QuadSwapX
	QuadSwapY

	// Buffer View.
	BufferView
	BufferArrayView
	BufferLength

	count
)

var names = [count]string{
	Bitcast:                      "bitcast",
	All:                          "all",
	Any:                          "any",
	Select:                       "select",
	ArrayLength:                  "arrayLength",
	Abs:                          "abs",
	Acos:                         "acos",
	Acosh:                        "acosh",
	Asin:                         "asin",
	Asinh:                        "asinh",
	Atan:                         "atan",
	Atanh:                        "atanh",
	Atan2:                        "atan2",
	Ceil:                         "ceil",
	Clamp:                        "clamp",
	Cos:                          "cos",
	Cosh:                         "cosh",
	CountLeadingZeros:            "countLeadingZeros",
	CountOneBits:                 "countOneBits",
	CountTrailingZeros:           "countTrailingZeros",
	Cross:                        "cross",
	Degrees:                      "degrees",
	Determinant:                  "determinant",
	Distance:                     "distance",
	Dot:                          "dot",
	Dot4U8Packed:                 "dot4U8Packed",
	Dot4I8Packed:                 "dot4I8Packed",
	Exp:                          "exp",
	Exp2:                         "exp2",
	ExtractBits:                  "extractBits",
	FaceForward:                  "faceForward",
	FirstLeadingBit:              "firstLeadingBit",
	FirstTrailingBit:             "firstTrailingBit",
	Floor:                        "floor",
	Fma:                          "fma",
	Fract:                        "fract",
	Frexp:                        "frexp",
	InsertBits:                   "insertBits",
	InverseSqrt:                  "inverseSqrt",
	Ldexp:                        "ldexp",
	Length:                       "length",
	Log:                          "log",
	Log2:                         "log2",
	Max:                          "max",
	Min:                          "min",
	Mix:                          "mix",
	Modf:                         "modf",
	Normalize:                    "normalize",
	Pow:                          "pow",
	QuantizeToF16:                "quantizeToF16",
	Radians:                      "radians",
	Reflect:                      "reflect",
	Refract:                      "refract",
	ReverseBits:                  "reverseBits",
	Round:                        "round",
	Saturate:                     "saturate",
	Sign:                         "sign",
	Sin:                          "sin",
	Sinh:                         "sinh",
	Smoothstep:                   "smoothstep",
	Sqrt:                         "sqrt",
	Step:                         "step",
	Tan:                          "tan",
	Tanh:                         "tanh",
	Transpose:                    "transpose",
	Trunc:                        "trunc",
	Dpdx:                         "dpdx",
	DpdxCoarse:                   "dpdxCoarse",
	DpdxFine:                     "dpdxFine",
	Dpdy:                         "dpdy",
	DpdyCoarse:                   "dpdyCoarse",
	DpdyFine:                     "dpdyFine",
	Fwidth:                       "fwidth",
	FwidthCoarse:                 "fwidthCoarse",
	FwidthFine:                   "fwidthFine",
	TextureDimensions:            "textureDimensions",
	TextureGather:                "textureGather",
	TextureGatherCompare:         "textureGatherCompare",
	TextureLoad:                  "textureLoad",
	TextureNumLayers:             "textureNumLayers",
	TextureNumLevels:             "textureNumLevels",
	TextureNumSamples:            "textureNumSamples",
	TextureSample:                "textureSample",
	TextureSampleBias:            "textureSampleBias",
	TextureSampleCompare:         "textureSampleCompare",
	TextureSampleCompareLevel:    "textureSampleCompareLevel",
	TextureSampleGrad:            "textureSampleGrad",
	TextureSampleLevel:           "textureSampleLevel",
	TextureSampleBaseClampToEdge: "textureSampleBaseClampToEdge",
	TextureStore:                 "textureStore",
	AtomicLoad:                   "atomicLoad",
	AtomicStore:                  "atomicStore",
	AtomicAdd:                    "atomicAdd",
	AtomicSub:                    "atomicSub",
	AtomicMax:                    "atomicMax",
	AtomicMin:                    "atomicMin",
	AtomicAnd:                    "atomicAnd",
	AtomicOr:                     "atomicOr",
	AtomicXor:                    "atomicXor",
	AtomicExchange:               "atomicExchange",
	AtomicCompareExchangeWeak:    "atomicCompareExchangeWeak",
	Pack4x8snorm:                 "pack4x8snorm",
	Pack4x8unorm:                 "pack4x8unorm",
	Pack4xI8:                     "pack4xI8",
	Pack4xU8:                     "pack4xU8",
	Pack4xI8Clamp:                "pack4xI8Clamp",
	Pack4xU8Clamp:                "pack4xU8Clamp",
	Pack2x16snorm:                "pack2x16snorm",
	Pack2x16unorm:                "pack2x16unorm",
	Pack2x16float:                "pack2x16float",
	Unpack4x8snorm:               "unpack4x8snorm",
	Unpack4x8unorm:               "unpack4x8unorm",
	Unpack4xI8:                   "unpack4xI8",
	Unpack4xU8:                   "unpack4xU8",
	Unpack2x16snorm:              "unpack2x16snorm",
	Unpack2x16unorm:              "unpack2x16unorm",
	Unpack2x16float:              "unpack2x16float",
	StorageBarrier:               "storageBarrier",
	TextureBarrier:               "textureBarrier",
	WorkgroupBarrier:             "workgroupBarrier",
	WorkgroupUniformLoad:         "workgroupUniformLoad",
	SubgroupAdd:                  "subgroupAdd",
	SubgroupExclusiveAdd:         "subgroupExclusiveAdd",
	SubgroupInclusiveAdd:         "subgroupInclusiveAdd",
	SubgroupAll:                  "subgroupAll",
	SubgroupAnd:                  "subgroupAnd",
	SubgroupAny:                  "subgroupAny",
	SubgroupBallot:               "subgroupBallot",
	SubgroupBroadcast:            "subgroupBroadcast",
	SubgroupBroadcastFirst:       "subgroupBroadcastFirst",
	SubgroupElect:                "subgroupElect",
	SubgroupMax:                  "subgroupMax",
	SubgroupMin:                  "subgroupMin",
	SubgroupMul:                  "subgroupMul",
	SubgroupExclusiveMul:         "subgroupExclusiveMul",
	SubgroupInclusiveMul:         "subgroupInclusiveMul",
	SubgroupOr:                   "subgroupOr",
	SubgroupShuffle:              "subgroupShuffle",
	SubgroupShuffleDown:          "subgroupShuffleDown",
	SubgroupShuffleUp:            "subgroupShuffleUp",
	SubgroupShuffleXor:           "subgroupShuffleXor",
	SubgroupXor:                  "subgroupXor",
	QuadBroadcast:                "quadBroadcast",
	QuadSwapDiagonal:             "quadSwapDiagonal",
	QuadSwapX:                    "quadSwapX",
	QuadSwapY:                    "quadSwapY",
	BufferView:                   "bufferView",
	BufferArrayView:              "bufferArrayView",
	BufferLength:                 "bufferLength",
}

// String is the name as a shader writes it.
func (id ID) String() string { return names[id] }

// IsTexture says whether the function is one of the section "Texture Built-in
// Functions".
func (id ID) IsTexture() bool { return id >= TextureDimensions && id <= TextureStore }
