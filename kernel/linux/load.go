package linux

import (
	"pxos/kernel/elf"
	"pxos/kernel/phys"
	"pxos/kernel/region"
)

// Auxiliary vector, linux/auxvec.h.
const (
	atNull   = 0
	atPHDR   = 3
	atPHENT  = 4
	atPHNUM  = 5
	atPAGESZ = 6
	atENTRY  = 9
	atSECURE = 23
	atRANDOM = 25
)

// MaxArguments bounds what a program is started with.
const MaxArguments = 32

// stackBuffer is where the first stack is put together.
var stackBuffer [8192]byte

var program elf.Program

// Load makes a process of a program's file, whose bytes the kernel may read, with its
// arguments: text of words that NULs end. It gives the reason in words where it
// cannot.
func (s *System) Load(image, arguments []byte) (why string) {
	if err := program.Parse(image); err != elf.OK {
		return err.String()
	}
	p, ok := s.create(image)
	if !ok {
		return "there is no memory for a process"
	}
	p.space.Enter()
	for i := 0; i < program.Count; i++ {
		if !p.mapSegment(&program.Segments[i]) {
			return "a segment of the program cannot be mapped"
		}
	}
	stack := region.Region{Start: stackTop - stackBytes, End: stackTop, Prot: region.Read | region.Write}
	if p.regions.Insert(stack) != region.OK {
		return "there is no room for the stack"
	}
	sp, ok := p.firstStack(arguments)
	if !ok {
		return "the arguments are too long, or there is no memory"
	}
	if s.newThread(p, program.Entry, sp) == nil {
		return "there is no memory for a thread"
	}
	return ""
}

// mapSegment adds the regions of a segment: the part with bytes of the file, then
// zeros.
func (p *process) mapSegment(g *elf.Segment) bool {
	prot := region.Prot(0)
	if g.Read {
		prot |= region.Read
	}
	if g.Write {
		prot |= region.Write
	}
	if g.Exec {
		prot |= region.Exec
	}
	start, end := g.Pages()
	r := region.Region{Start: start, End: end, Prot: prot, Kind: region.File,
		Offset: g.Offset &^ (phys.PageBytes - 1), FileEnd: g.Offset + g.FileBytes}
	if g.FileBytes == 0 {
		r.Kind, r.Offset, r.FileEnd = region.Anonymous, 0, 0
	}
	return p.regions.Insert(r) == region.OK
}

// firstStack writes arguments, environment and auxiliary vector as the psABI has
// them (3.4.1) and gives the stack pointer.
func (p *process) firstStack(arguments []byte) (sp uint64, ok bool) {
	b := stackBuffer[:]
	clear(b)
	base := uint64(stackTop) - uint64(len(b))
	const words = 4096 // below: pointers; above: text
	if len(arguments) > len(b)-words-64 {
		return 0, false
	}
	text := words + 32
	copy(b[text:], arguments)
	for i := 0; i < 16; i++ { // AT_RANDOM
		b[words+i] = byte(system.random())
	}
	at, argc := 8, uint64(0)
	for i := 0; i < len(arguments); {
		if argc == MaxArguments {
			return 0, false
		}
		put(b, at, base+uint64(text+i))
		at, argc = at+8, argc+1
		for i < len(arguments) && arguments[i] != 0 {
			i++
		}
		i++
	}
	put(b, 0, argc)
	at += 16 // the ends of argv and envp
	aux := [...][2]uint64{{atPHDR, program.Headers}, {atPHENT, program.HeaderBytes}, {atPHNUM, program.HeaderCount},
		{atPAGESZ, phys.PageBytes}, {atENTRY, program.Entry}, {atSECURE, 0}, {atRANDOM, base + words}, {atNull, 0}}
	for i := range aux {
		put(b, at, aux[i][0])
		put(b, at+8, aux[i][1])
		at += 16
	}
	return base, p.copyOut(base, b)
}
