package fault

import (
	"debug/dwarf"
	"debug/elf"
	"debug/gosym"
	"fmt"
	"io"
	"path/filepath"
	"sort"
	"strings"
)

// Limits on what is taken from an image that somebody else made.
const (
	maxSymbols  = 1 << 20
	maxLines    = 1 << 22
	maxSections = 64 << 20 // bytes of one section
	inlineReach = 256      // bytes back to a line of the function itself
)

// Function is a symbol that holds code.
type Function struct {
	Name  string
	Start uint64
	End   uint64 // exclusive; the next symbol's start where the symbol has no size
}

// Symbols knows the functions and source lines of a kernel image. The zero value
// knows none.
type Symbols struct {
	Path    string
	funcs   []Function
	byName  map[string]uint64
	lines   []lineEntry
	goTable *gosym.Table
	loads   []loadSegment
	// Problem says why an image that was named gave nothing.
	Problem string
	file    *elf.File
}

type lineEntry struct {
	addr uint64
	file string
	line int
	end  bool // end of a sequence: what follows is not known
}

type loadSegment struct {
	vaddr, paddr, size uint64
	prog               *elf.Prog
	text               bool
}

// LoadSymbols reads an ELF image. It never fails: Problem says what is missing.
func LoadSymbols(path string) *Symbols {
	s := &Symbols{Path: path, byName: map[string]uint64{}}
	if path == "" {
		s.Problem = "no image with symbols is known"
		return s
	}
	f, err := elf.Open(path)
	if err != nil {
		s.Problem = fmt.Sprintf("%s is not readable as ELF: %v", path, err)
		return s
	}
	s.load(f)
	return s
}

// load keeps f open: the image's bytes stand in for memory that is gone.
func (s *Symbols) load(f *elf.File) {
	s.file = f
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && p.Memsz != 0 {
			s.loads = append(s.loads, loadSegment{p.Vaddr, p.Paddr, p.Memsz, p, p.Flags&elf.PF_X != 0})
		}
	}
	s.loadFunctions(f)
	s.loadDWARF(f)
	s.loadGo(f)
	if len(s.funcs) == 0 {
		s.Problem = s.Path + " has no symbol table"
	}
}

// close releases the image; functions and lines stay.
func (s *Symbols) close() {
	if s.file != nil {
		s.file.Close()
		s.file = nil
	}
}

func (s *Symbols) loadFunctions(f *elf.File) {
	syms, err := f.Symbols()
	if err != nil {
		return
	}
	if len(syms) > maxSymbols {
		syms = syms[:maxSymbols]
	}
	for _, y := range syms {
		t := elf.ST_TYPE(y.Info)
		if y.Name == "" || y.Section == elf.SHN_UNDEF || t == elf.STT_FILE || t == elf.STT_SECTION {
			continue
		}
		if _, seen := s.byName[y.Name]; !seen {
			s.byName[y.Name] = y.Value
		}
		if t == elf.STT_OBJECT || (t == elf.STT_NOTYPE && !s.inText(f, y)) || strings.HasPrefix(y.Name, ".L") {
			continue
		}
		// Go's assembly functions carry the name of their calling convention.
		name := strings.TrimSuffix(y.Name, ".abi0")
		s.funcs = append(s.funcs, Function{name, y.Value, y.Value + y.Size})
	}
	sort.SliceStable(s.funcs, func(i, j int) bool { return s.funcs[i].Start < s.funcs[j].Start })
	for i := range s.funcs {
		if s.funcs[i].End > s.funcs[i].Start {
			continue
		}
		s.funcs[i].End = s.segmentEnd(s.funcs[i].Start)
		for j := i + 1; j < len(s.funcs); j++ {
			if s.funcs[j].Start > s.funcs[i].Start {
				s.funcs[i].End = min(s.funcs[i].End, s.funcs[j].Start)
				break
			}
		}
	}
}

// inText tells whether a symbol without a type lies in code (assemblers give
// labels no type).
func (s *Symbols) inText(f *elf.File, y elf.Symbol) bool {
	if int(y.Section) > 0 && int(y.Section) < len(f.Sections) {
		return f.Sections[y.Section].Flags&elf.SHF_EXECINSTR != 0
	}
	for _, l := range s.loads {
		if l.text && y.Value >= l.vaddr && y.Value < l.vaddr+l.size {
			return true
		}
	}
	return false
}

func (s *Symbols) segmentEnd(addr uint64) uint64 {
	for _, l := range s.loads {
		if addr >= l.vaddr && addr-l.vaddr < l.size {
			return l.vaddr + l.size
		}
	}
	return addr + 1
}

func (s *Symbols) loadDWARF(f *elf.File) {
	d, err := f.DWARF()
	if err != nil {
		return
	}
	r := d.Reader()
	for len(s.lines) < maxLines {
		e, err := r.Next()
		if err != nil || e == nil {
			break
		}
		if e.Tag != dwarf.TagCompileUnit {
			r.SkipChildren()
			continue
		}
		r.SkipChildren()
		lr, err := d.LineReader(e)
		if err != nil || lr == nil {
			continue
		}
		var l dwarf.LineEntry
		for len(s.lines) < maxLines && lr.Next(&l) == nil {
			name := ""
			if l.File != nil {
				name = l.File.Name
			}
			s.lines = append(s.lines, lineEntry{l.Address, name, l.Line, l.EndSequence})
		}
	}
	sort.SliceStable(s.lines, func(i, j int) bool { return s.lines[i].addr < s.lines[j].addr })
}

// loadGo reads the line table that every Go program carries, under the names
// that linkers give it.
func (s *Symbols) loadGo(f *elf.File) {
	for _, name := range []string{".gopclntab", ".data.rel.ro.gopclntab"} {
		sec := f.Section(name)
		if sec == nil || sec.Size > maxSections {
			continue
		}
		b, err := sec.Data()
		if err == nil {
			s.setGoTable(b, f)
			return
		}
	}
	start, ok1 := s.byName["runtime.pclntab"]
	end, ok2 := s.byName["runtime.epclntab"]
	if !ok1 || !ok2 || end <= start || end-start > maxSections {
		return
	}
	b := make([]byte, end-start)
	if s.ReadImage(start, b) == len(b) {
		s.setGoTable(b, f)
	}
}

func (s *Symbols) setGoTable(b []byte, f *elf.File) {
	text, ok := s.byName["runtime.text"]
	if !ok {
		sec := f.Section(".text")
		if sec == nil {
			return
		}
		text = sec.Addr
	}
	defer func() {
		if recover() != nil { // debug/gosym gives up on a damaged table this way
			s.goTable = nil
		}
	}()
	if t, err := gosym.NewTable(nil, gosym.NewLineTable(b, text)); err == nil {
		s.goTable = t
	}
}

// ReadImage fills b from the image's bytes at a virtual address and returns how
// many there were.
func (s *Symbols) ReadImage(addr uint64, b []byte) int {
	for _, l := range s.loads {
		if addr < l.vaddr || addr-l.vaddr >= l.prog.Filesz {
			continue
		}
		n, err := l.prog.ReadAt(b, int64(addr-l.vaddr))
		if err != nil && err != io.EOF {
			return 0
		}
		return n
	}
	return 0
}

// resolve finds the function at an address, also where code linked high runs at
// its physical address before paging is on.
func (s *Symbols) resolve(addr uint64) (*Function, uint64) {
	if f := s.find(addr); f != nil {
		return f, addr
	}
	for _, l := range s.loads {
		if l.vaddr != l.paddr && addr >= l.paddr && addr-l.paddr < l.size {
			high := addr - l.paddr + l.vaddr
			if f := s.find(high); f != nil {
				return f, high
			}
		}
	}
	return nil, addr
}

func (s *Symbols) find(addr uint64) *Function {
	i := sort.Search(len(s.funcs), func(i int) bool { return s.funcs[i].Start > addr }) - 1
	for ; i >= 0 && addr-s.funcs[i].Start < 1<<24; i-- {
		if addr < s.funcs[i].End {
			return &s.funcs[i]
		}
		if s.funcs[i].End > s.funcs[i].Start && addr-s.funcs[i].Start > 1<<20 {
			break
		}
	}
	return nil
}

// Func returns the function at addr, nil if none is known.
func (s *Symbols) Func(addr uint64) *Function {
	f, _ := s.resolve(addr)
	return f
}

// Named returns the address of a symbol.
func (s *Symbols) Named(name string) (uint64, bool) {
	v, ok := s.byName[name]
	return v, ok
}

// Name gives "function+0x12" for an address, "" if none is known.
func (s *Symbols) Name(addr uint64) string {
	f, at := s.resolve(addr)
	if f == nil {
		return ""
	}
	if at == f.Start {
		return f.Name
	}
	return fmt.Sprintf("%s+%s", f.Name, hex(at-f.Start))
}

// Line gives the source file and line of an address, "" and 0 if not known.
func (s *Symbols) Line(addr uint64) (file string, line int) {
	_, addr = s.resolve(addr)
	i := sort.Search(len(s.lines), func(i int) bool { return s.lines[i].addr > addr }) - 1
	if i >= 0 && !s.lines[i].end && addr-s.lines[i].addr < 1<<16 {
		return s.lines[i].file, s.lines[i].line
	}
	return s.goLine(addr)
}

func (s *Symbols) goLine(addr uint64) (file string, line int) {
	if s.goTable == nil {
		return "", 0
	}
	defer func() {
		if recover() != nil { // debug/gosym gives up on a damaged table this way
			file, line = "", 0
		}
	}()
	file, line, fn := s.goTable.PCToLine(addr)
	if fn == nil {
		return "", 0
	}
	return file, line
}

// Location is a place in the source, as far as it is known.
type Location struct {
	Function string `json:"function,omitempty"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
	Address  uint64 `json:"address"`
}

// String gives "function at file:line" with what is known.
func (l Location) String() string {
	s := l.Function
	if s == "" {
		s = hex(l.Address)
	}
	if l.File != "" {
		s += fmt.Sprintf(" at %s:%d", filepath.ToSlash(l.File), l.Line)
	}
	return s
}

// Locate says where an address is in the source.
func (s *Symbols) Locate(addr uint64) Location {
	l := Location{Address: addr}
	f, at := s.resolve(addr)
	l.File, l.Line = s.Line(addr)
	if f == nil {
		return l
	}
	l.Function = f.Name
	own, _ := s.Line(f.Start)
	if own == l.File || s.goTable == nil {
		return l
	}
	// The instruction belongs to a function that was inlined: the last line of
	// the function itself before it says more.
	for back := uint64(1); back < inlineReach && back <= at-f.Start; back++ {
		if file, line := s.goLine(at - back); file == own {
			l.File, l.Line = file, line
			break
		}
	}
	return l
}

// section says which kind of segment of the image holds an address, "" if none.
func (s *Symbols) section(addr uint64) string {
	for _, l := range s.loads {
		if addr < l.vaddr || addr-l.vaddr >= l.size {
			continue
		}
		switch {
		case l.text:
			return "the kernel's code segment"
		case l.prog.Flags&elf.PF_W == 0:
			return "the kernel's read-only data"
		}
		return "the kernel's data"
	}
	return ""
}
