// Package golang compiles a subset of Go to the Pixel VM: integers, float64, booleans,
// arrays, structs, slices and pointers in the machine's memory, functions, methods with
// pointer receivers, loops, switch, constants, and strings for output. go/types checks
// the source; what is outside of the subset is refused with its line.
//
// It may import pixelvm and what pixelvm may. Invariant: a program that compiles means
// what Go says it means; the same source runs under "go run".
package golang
