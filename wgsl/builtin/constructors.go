package builtin

import (
	"fmt"
	"strings"
)

// Constructors holds the value constructors of scalars, vectors and matrices by
// the name of the type or type-generator ("Value Constructor Built-in
// Functions"). Arrays and structures take any number of arguments and have no
// rows; zero values take none and have none, except those of vecN without a
// template list.
var Constructors = fillConstructors()

func fillConstructors() map[string][]*Overload {
	out := map[string][]*Overload{}
	add := func(name string, signatures ...string) {
		for _, s := range signatures {
			out[name] = append(out[name], parseSignature(name+s)...)
		}
	}
	for _, s := range []string{"bool", "i32", "u32", "f16"} {
		add(s, "(e: T) -> "+s+" where T: scalar")
	}
	add("f32", "(e: T) -> f32 where T: fixed")
	for n := 2; n <= 4; n++ {
		v := fmt.Sprintf("vec%d", n)
		add(v, "() -> "+v+"<AbstractInt>",
			"<T>(e: T) -> "+v+"<T> where T: fixed",
			"(e: S) -> "+v+"<S> where S: scalar",
			"<T>(e: "+v+"<S>) -> "+v+"<T> where T: fixed, S: scalar",
			"(e: "+v+"<S>) -> "+v+"<S> where S: scalar")
		for _, parts := range splits(n) {
			list := strings.Join(parts, ", ")
			add(v, "<T>("+list+") -> "+v+"<T> where T: fixed", "("+list+") -> "+v+"<T> where T: scalar")
		}
	}
	for c := 2; c <= 4; c++ {
		for r := 2; r <= 4; r++ {
			m := fmt.Sprintf("mat%dx%d", c, r)
			add(m, "<T>(e: "+m+"<S>) -> "+m+"<T> where T: f32 | f16, S: float",
				"(e: "+m+"<S>) -> "+m+"<S> where S: float")
			for _, list := range []string{numbered("v", c, fmt.Sprintf("vec%d<T>", r)), numbered("e", c*r, "T")} {
				add(m, "<T>("+list+") -> "+m+"<T> where T: f32 | f16", "("+list+") -> "+m+"<T> where T: float")
			}
		}
	}
	return out
}

func numbered(prefix string, n int, typ string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf("%s%d: %s", prefix, i+1, typ)
	}
	return strings.Join(parts, ", ")
}

// splits lists the ways to give the n components of a vector as two or more
// scalars and vectors.
func splits(n int) [][]string {
	var out [][]string
	var walk func(left int, parts []string)
	walk = func(left int, parts []string) {
		if left == 0 {
			if len(parts) > 1 {
				out = append(out, append([]string{}, parts...))
			}
			return
		}
		for size := 1; size <= left; size++ {
			typ := "T"
			if size > 1 {
				typ = fmt.Sprintf("vec%d<T>", size)
			}
			walk(left-size, append(parts, fmt.Sprintf("e%d: %s", len(parts)+1, typ)))
		}
	}
	walk(n, nil)
	return out
}
