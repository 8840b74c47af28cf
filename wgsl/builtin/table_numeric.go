package builtin

// Signatures shared by many rows.
const (
	unaryFloat   = "(e: T) -> T where T: S | vecN<S>, S: float"
	binaryFloat  = "(e1: T, e2: T) -> T where T: S | vecN<S>, S: float"
	ternaryFloat = "(e1: T, e2: T, e3: T) -> T where T: S | vecN<S>, S: float"
	unaryInt     = "(e: T) -> T where T: S | vecN<S>, S: int"
	unaryF32     = "(e: T) -> T where T: S | vecN<S>, S: f32"
)

// bitRows is the section "Bit Reinterpretation Built-in Functions".
func bitRows() {
	const words = ", T: i32 | u32 | f32"
	row(Bitcast, "bitcast-builtin", []string{
		"<T>(e: T) -> T where T: concrete",
		"<vecN<T>>(e: vecN<T>) -> vecN<T> where T: concrete",
		"<T>(e: S) -> T where S: i32 | u32 | f32" + words,
		"<vecN<T>>(e: vecN<S>) -> vecN<T> where S: i32 | u32 | f32" + words,
		"<u32>(e: AbstractInt) -> u32",
		"<vecN<u32>>(e: vecN<AbstractInt>) -> vecN<u32>",
		"<T>(e: vec2<f16>) -> T where T: i32 | u32 | f32",
		"<vec2<T>>(e: vec4<f16>) -> vec2<T> where T: i32 | u32 | f32",
		"<vec2<f16>>(e: T) -> vec2<f16> where T: i32 | u32 | f32",
		"<vec4<f16>>(e: vec2<T>) -> vec4<f16> where T: i32 | u32 | f32",
	}, isConst)
}

// logicalRows is the sections "Logical" and "Array Built-in Functions".
func logicalRows() {
	boolean := []string{"(e: vecN<bool>) -> bool", "(e: bool) -> bool"}
	row(All, "all-builtin", boolean, isConst)
	row(Any, "any-builtin", boolean, isConst)
	row(Select, "select-builtin", []string{
		"(f: T, t: T, cond: bool) -> T where T: S | vecN<S>, S: scalar",
		"(f: vecN<T>, t: vecN<T>, cond: vecN<bool>) -> vecN<T> where T: scalar",
	}, isConst)
	row(ArrayLength, "arrayLength-builtin", []string{
		"(p: ptr<AS, array<E>, AM>) -> u32 where AS: storage | uniform | workgroup, AM: read | read_write",
	})
}

// numericRows is the section "Numeric Built-in Functions".
func numericRows() {
	unary := []struct {
		id     ID
		anchor string
	}{
		{Acos, "acos"}, {Acosh, "acosh"}, {Asin, "asin"}, {Asinh, "asinh"}, {Atan, "atan"}, {Atanh, "atanh"},
		{Ceil, "ceil"}, {Cos, "cos"}, {Cosh, "cosh"}, {Degrees, "degrees"}, {Exp, "exp"}, {Exp2, "exp2"},
		{Floor, "floor"}, {Fract, "fract"}, {InverseSqrt, "inverseSqrt"}, {Log, "log"}, {Log2, "log2"},
		{Radians, "radians"}, {Round, "round"}, {Saturate, "saturate-float"}, {Sin, "sin"}, {Sinh, "sinh"},
		{Sqrt, "sqrt"}, {Tan, "tan"}, {Tanh, "tanh"}, {Trunc, "trunc"},
	}
	for _, r := range unary {
		row(r.id, r.anchor+"-builtin", []string{unaryFloat}, isConst)
	}
	for _, r := range []struct {
		id     ID
		anchor string
	}{{Atan2, "atan2"}, {Pow, "pow"}, {Step, "step"}} {
		row(r.id, r.anchor+"-builtin", []string{binaryFloat}, isConst)
	}
	row(Abs, "abs-float-builtin", []string{"(e: T) -> T where T: S | vecN<S>, S: numeric"}, isConst)
	row(Sign, "sign-builtin", []string{"(e: T) -> T where T: S | vecN<S>, S: signed"}, isConst)
	for _, id := range []ID{Max, Min} {
		row(id, names[id]+"-float-builtin", []string{"(e1: T, e2: T) -> T where T: S | vecN<S>, S: numeric"}, isConst)
	}
	row(Clamp, "clamp", []string{"(e: T, low: T, high: T) -> T where T: S | vecN<S>, S: numeric"}, isConst)
	row(Fma, "fma-builtin", []string{ternaryFloat}, isConst)
	row(Smoothstep, "smoothstep-builtin", []string{
		"(edge0: T, edge1: T, x: T) -> T where T: S | vecN<S>, S: float"}, isConst)
	row(Mix, "mix-builtin", []string{ternaryFloat,
		"(e1: vecN<T>, e2: vecN<T>, e3: T) -> vecN<T> where T: float"}, isConst)
	row(QuantizeToF16, "quantizeToF16-builtin", []string{unaryF32}, isConst)
	row(Frexp, "frexp-builtin", []string{"(e: T) -> __frexp_result<T> where T: S | vecN<S>, S: float"}, isConst)
	row(Modf, "modf-builtin", []string{"(e: T) -> __modf_result<T> where T: S | vecN<S>, S: float"}, isConst)
	row(Ldexp, "ldexp-builtin", []string{
		"(e1: S, e2: i32) -> S where S: f32 | f16",
		"(e1: AbstractFloat, e2: AbstractInt) -> AbstractFloat",
		"(e1: vecN<S>, e2: vecN<i32>) -> vecN<S> where S: f32 | f16",
		"(e1: vecN<AbstractFloat>, e2: vecN<AbstractInt>) -> vecN<AbstractFloat>",
	}, isConst)
	vectorRows()
	integerRows()
}

// vectorRows are the numeric functions of vectors and matrices.
func vectorRows() {
	row(Cross, "cross-builtin", []string{"(a: vec3<T>, b: vec3<T>) -> vec3<T> where T: float"}, isConst)
	row(Determinant, "determinant-builtin", []string{"(e: matCxC<T>) -> T where T: float"}, isConst)
	row(Transpose, "transpose-builtin", []string{"(e: matRxC<T>) -> matCxR<T> where T: float"}, isConst)
	row(Distance, "distance-builtin", []string{"(e1: T, e2: T) -> S where T: S | vecN<S>, S: float"}, isConst)
	row(Length, "length-builtin", []string{"(e: T) -> S where T: S | vecN<S>, S: float"}, isConst)
	row(Dot, "dot-builtin", []string{"(e1: vecN<T>, e2: vecN<T>) -> T where T: numeric"}, isConst)
	row(FaceForward, "faceForward-builtin", []string{
		"(e1: vecN<T>, e2: vecN<T>, e3: vecN<T>) -> vecN<T> where T: float"}, isConst)
	row(Normalize, "normalize-builtin", []string{"(e: vecN<T>) -> vecN<T> where T: float"}, isConst)
	row(Reflect, "reflect-builtin", []string{"(e1: vecN<T>, e2: vecN<T>) -> vecN<T> where T: float"}, isConst)
	row(Refract, "refract-builtin", []string{"(e1: vecN<I>, e2: vecN<I>, e3: I) -> vecN<I> where I: float"}, isConst)
}

// integerRows are the numeric functions of bits.
func integerRows() {
	packed := feature("packed_4x8_integer_dot_product")
	for _, r := range []struct {
		id     ID
		anchor string
	}{
		{CountLeadingZeros, "countLeadingZeros"}, {CountOneBits, "countOneBits"},
		{CountTrailingZeros, "countTrailingZeros"}, {FirstLeadingBit, "firstLeadingBit-signed"},
		{FirstTrailingBit, "firstTrailingBit"}, {ReverseBits, "reverseBits"},
	} {
		row(r.id, r.anchor+"-builtin", []string{unaryInt}, isConst)
	}
	row(ExtractBits, "extractBits-signed-builtin", []string{
		"(e: T, offset: u32, count: u32) -> T where T: S | vecN<S>, S: int"}, isConst)
	row(InsertBits, "insertBits-builtin", []string{
		"(e: T, newbits: T, offset: u32, count: u32) -> T where T: S | vecN<S>, S: int"}, isConst)
	row(Dot4U8Packed, "dot4U8Packed-builtin", []string{"(e1: u32, e2: u32) -> u32"}, isConst, packed)
	row(Dot4I8Packed, "dot4I8Packed-builtin", []string{"(e1: u32, e2: u32) -> i32"}, isConst, packed)
}

// derivativeRows is the section "Derivative Built-in Functions".
func derivativeRows() {
	for _, id := range []ID{Dpdx, DpdxCoarse, DpdxFine, Dpdy, DpdyCoarse, DpdyFine, Fwidth, FwidthCoarse, FwidthFine} {
		row(id, names[id]+"-builtin", []string{unaryF32}, onlyFragment, flow(DerivativeFlow), nonUniform)
	}
}

// packRows is the sections "Data Packing" and "Data Unpacking Built-in Functions".
func packRows() {
	packed := feature("packed_4x8_integer_dot_product")
	for _, r := range []struct {
		id        ID
		signature string
		bytes     bool
	}{
		{Pack4x8snorm, "(e: vec4<f32>) -> u32", false}, {Pack4x8unorm, "(e: vec4<f32>) -> u32", false},
		{Pack4xI8, "(e: vec4<i32>) -> u32", true}, {Pack4xU8, "(e: vec4<u32>) -> u32", true},
		{Pack4xI8Clamp, "(e: vec4<i32>) -> u32", true}, {Pack4xU8Clamp, "(e: vec4<u32>) -> u32", true},
		{Pack2x16snorm, "(e: vec2<f32>) -> u32", false}, {Pack2x16unorm, "(e: vec2<f32>) -> u32", false},
		{Pack2x16float, "(e: vec2<f32>) -> u32", false},
		{Unpack4x8snorm, "(e: u32) -> vec4<f32>", false}, {Unpack4x8unorm, "(e: u32) -> vec4<f32>", false},
		{Unpack4xI8, "(e: u32) -> vec4<i32>", true}, {Unpack4xU8, "(e: u32) -> vec4<u32>", true},
		{Unpack2x16snorm, "(e: u32) -> vec2<f32>", false}, {Unpack2x16unorm, "(e: u32) -> vec2<f32>", false},
		{Unpack2x16float, "(e: u32) -> vec2<f32>", false},
	} {
		options := []func(*Function){isConst}
		if r.bytes {
			options = append(options, packed)
		}
		row(r.id, names[r.id]+"-builtin", []string{r.signature}, options...)
	}
}
