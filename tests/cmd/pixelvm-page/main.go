// Command pixelvm-page prints docs/pixelvm.md: the machine in words, and its tables as
// they are in the code.
//
// It may import everything; nothing imports it.
package main

import (
	"fmt"
	"os"
	"strings"

	"pxos/pixelvm"
)

const head = `# The Pixel VM

<!-- Written by "make docs" from pixelvm/isa.go. -->

A stack machine whose program is a picture: one instruction is one pixel, R the opcode, G, B and A a 24-bit operand.
Programs are verified, then run by one of four engines that agree on results, output, fuel and traps.

    ./pxos vm run examples/pixelvm/mandelbrot/main.go            a program in Go, compiled to native code
    ./pxos vm build examples/pixelvm/fib/main.go -o fib.png      the same as a picture
    ./pxos vm run fib.png --engine fast --stats
    ./pxos vm run examples/pixelvm/points/main.go --engine wgsl --instances 6000     a point each: they draw the Mandelbrot set
    ./pxos vm disasm fib.png                                     a source that makes the same picture: pxos vm asm
    ./pxos vm debug fib.png                                      a screen: step, break, stack, locals, memory

## The machine

- **Values** are 64-bit integers (i64) and floats (f64, IEEE 754). The type of every place of the stack is known before a
  program runs.
- **Functions** have parameters, results and locals; the stack of a function begins empty and holds its results alone where
  it returns. The entry function takes none. CALLI calls by a table.
- **Memory** is counted in tiles of 65,536 bytes, at most 4,096, and little endian. An address is the lower 32 bits of an
  integer; the offset of the instruction is added without wrapping.
- **Fuel** is taken by basic block: where control enters one, as much as it has instructions; COPY and FILL take one more for
  every 8 bytes. Where it does not suffice, the program ends before the block.
- **Traps** end a program: out of fuel, an address beyond the memory, division by zero, calls too deep, a bad indirect call,
  output full, a host call that was not granted or that failed, TRAP. A trap names the function and the basic block.
- **Deterministic**: no engine fuses operations, a NaN whose bits can be seen is 7FF8000000000000, and what is not is the
  host's: its calls are granted one by one.

## The image

Pixels, each four bytes R, G, B, A (a number here is one pixel, R highest):

    "PXVM", version 1, tiles, functions, entries of the table, data, entry function
    function    length of the name, parameters, results, locals (a byte each); pixels of code;
                the name, then 'i' or 'f' for each parameter, result and local, zeros to a whole pixel; code
    table       a function each
    data        address, bytes, the bytes, zeros to a whole pixel

In a picture they lie in rows of 64. The alpha of an instruction means something, so a picture of a program must be kept as it
is: put it into a store, or into a cartridge.

## The verifier

follows every path of every function with the types of the stack. It refuses an opcode that is none, an operand where there
should be none, a jump beyond the end or into a constant, a stack that has other types than an instruction takes, or other
types than where control came from before, a local, function or host call that is not there, a return with more than the
results, control that runs out of the end, and data beyond the memory. What passes needs no check but bounds, fuel and depth.

## The engines

| engine | what it does |
|---|---|
| oracle | interprets plainly; the others are held to it |
| fast | translates to instructions of three addresses once: constants and locals cost nothing to push, comparisons and jumps are one, then one jump table |
| compiled | writes WebAssembly (structured by dominators: Ramsey, "Beyond Relooper", 2022; a dispatch loop where a graph is irreducible), which wazero makes native code of on amd64 and arm64 |
| wgsl | an interpreter in WGSL (package pixelvm/shader): each invocation is an instance, thousands run at once on wgsl/soft or a GPU. Integers are pairs of words, floats are made of integers, so that any device comes to the same bits. What only the host has (host calls, the text of a float, larger stacks) it does between two dispatches |

` + "`make random-vm PROGRAMS=100000`" + ` runs random programs, irreducible ones too, on all of them, and the
list of instructions is what the WGSL interpreter's dispatch is made from; ` + "`make bench-vm`" + ` times them beside
wazero, Lua, LuaJIT, gopher-lua, goja and plain Go.

## Go

The subset: int and its sizes, bool, float64, arrays, structs, slices, pointers, functions with several results, methods of
pointers, constants, variables of the package, if, for, range over numbers, arrays and slices, switch with fallthrough, break
and continue with labels, len, cap, make, new, append of values, copy, min, max, panic; the packages px, math and math/bits as
far as they are instructions. Strings are arguments of px.Text and px.Save. px reads the input, arguments, and the files of a folder by
number, and saves files (` + "`examples/pixelvm/tally`" + `). go/types checks the source; anything else is refused with its
line. A program that makes no memory while it runs has what its variables take, else 4 MiB, or what a line ` + "`//px:memory TILES`" + `
says. Memory that was made is not freed. Traps: 1 an index, 2 a nil pointer, 3 no memory, 4 no memory for calls, 5 make, 6 a
negative shift, 7 panic. The same source runs under ` + "`go run`" + `: ` + "`go test ./pixelvm/golang`" + ` compares every example.

## The assembler

A line each, a comment after ;

    memory TILES                        func NAME (a i64, b f64) (i64)
    data ADDRESS "text" 0x0A            local NAME TYPE
    table NAME ...                      LABEL:
    entry NAME                          INSTRUCTION OPERAND
                                        end
`

func main() {
	w := os.Stdout
	fmt.Fprint(w, head)
	fmt.Fprintf(w, "\n## Instructions\n\na is below b on the stack; b is the top.\n\n| opcode | name | operand | takes | gives | |\n|---|---|---|---|---|---|\n")
	for _, o := range pixelvm.Ops() {
		doc := o.Doc
		if o.Traps {
			doc += " (may trap)"
		}
		fmt.Fprintf(w, "| %02X | %s | %v | %s | %s | %s |\n", byte(o.Code), o.Name, o.Operand, types(o.Pops), types(o.Pushes), strings.ReplaceAll(doc, "|", "\\|"))
	}
	fmt.Fprintf(w, "\n## Host calls\n\n| number | name | takes | gives | |\n|---|---|---|---|---|\n")
	for i, h := range pixelvm.HostOps {
		fmt.Fprintf(w, "| %d | %s | %s | %s | %s |\n", i, h.Name, types(h.Pops), types(h.Pushes), h.Doc)
	}
}

func types(text string) string {
	if text == "*" {
		return "by the operand or the stack"
	}
	return strings.NewReplacer("i", "i64 ", "f", "f64 ").Replace(text)
}
