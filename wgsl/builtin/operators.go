package builtin

// The operators and the value constructors are type rules too; they resolve by
// the same overload resolution.

// Unary and Binary hold the overloads of the operators by their spelling
// ("Logical", "Arithmetic", "Comparison" and "Bit Expressions").
var (
	Unary  = map[string][]*Overload{}
	Binary = map[string][]*Overload{}

	operatorsFilled = fillOperators()
)

func operator(table map[string][]*Overload, op string, signatures ...string) {
	for _, s := range signatures {
		table[op] = append(table[op], parseSignature("operator "+op+" "+s)...)
	}
}

func fillOperators() bool {
	operator(Unary, "-", "(e: T) -> T where T: S | vecN<S>, S: signed")
	operator(Unary, "!", "(e: T) -> T where T: S | vecN<S>, S: bool")
	operator(Unary, "~", "(e: T) -> T where T: S | vecN<S>, S: allint")
	for _, op := range []string{"+", "-", "*", "/", "%"} {
		operator(Binary, op,
			"(e1: T, e2: T) -> T where T: S | vecN<S>, S: numeric",
			"(ev: vecN<S>, es: S) -> vecN<S> where S: numeric",
			"(es: S, ev: vecN<S>) -> vecN<S> where S: numeric")
	}
	for _, op := range []string{"+", "-"} {
		operator(Binary, op, "(e1: matCxR<T>, e2: matCxR<T>) -> matCxR<T> where T: float")
	}
	operator(Binary, "*",
		"(m: matCxR<T>, s: T) -> matCxR<T> where T: float",
		"(s: T, m: matCxR<T>) -> matCxR<T> where T: float",
		"(m: matCxR<T>, v: vecC<T>) -> vecR<T> where T: float",
		"(v: vecR<T>, m: matCxR<T>) -> vecC<T> where T: float",
		"(e1: matKxR<T>, e2: matCxK<T>) -> matCxR<T> where T: float")
	for _, op := range []string{"|", "&"} {
		operator(Binary, op,
			"(e1: T, e2: T) -> T where T: S | vecN<S>, S: bool",
			"(e1: T, e2: T) -> T where T: S | vecN<S>, S: allint")
	}
	operator(Binary, "^", "(e1: T, e2: T) -> T where T: S | vecN<S>, S: allint")
	for _, op := range []string{"<<", ">>"} {
		operator(Binary, op,
			"(e1: S, e2: u32) -> S where S: allint",
			"(e1: vecN<S>, e2: vecN<u32>) -> vecN<S> where S: allint")
	}
	for _, op := range []string{"&&", "||"} {
		operator(Binary, op, "(e1: bool, e2: bool) -> bool")
	}
	for _, op := range []string{"==", "!="} {
		operator(Binary, op,
			"(e1: S, e2: S) -> bool where S: scalar",
			"(e1: vecN<S>, e2: vecN<S>) -> vecN<bool> where S: scalar")
	}
	for _, op := range []string{"<", "<=", ">", ">="} {
		operator(Binary, op,
			"(e1: S, e2: S) -> bool where S: numeric",
			"(e1: vecN<S>, e2: vecN<S>) -> vecN<bool> where S: numeric")
	}
	return true
}
