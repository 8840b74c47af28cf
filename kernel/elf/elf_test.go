package elf

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// file is an ELF file in parts, so that a test changes one of them.
type file struct {
	elf.Header64
	loads  []elf.Prog64
	pad    int // bytes before the program headers
	length int // of the whole file, 0 for what the parts take
}

// good is a program that Parse takes: text with the headers, data with zeros behind
// it, and two headers that are passed over.
func good() *file {
	f := &file{length: 0x3000}
	copy(f.Ident[:], elf.ELFMAG)
	f.Ident[EI_CLASS], f.Ident[EI_DATA], f.Ident[EI_VERSION] = ELFCLASS64, ELFDATA2LSB, EV_CURRENT
	f.Type, f.Machine, f.Version = ET_EXEC, EM_X86_64, EV_CURRENT
	f.Entry, f.Ehsize, f.Phentsize = 0x401080, ehdrBytes, phdrBytes
	f.loads = []elf.Prog64{
		{Type: uint32(elf.PT_NOTE), Flags: PF_R, Off: 0xF00, Vaddr: 0x400F00, Filesz: 100, Memsz: 100},
		{Type: PT_LOAD, Flags: PF_R | PF_X, Off: 0, Vaddr: 0x400000, Filesz: 0x1F00, Memsz: 0x1F00, Align: 0x1000},
		{Type: PT_LOAD, Flags: PF_R | PF_W, Off: 0x2010, Vaddr: 0x402010, Filesz: 0xFF0, Memsz: 0x5000, Align: 0x1000},
		{Type: uint32(elf.PT_GNU_STACK), Flags: PF_R | PF_W},
	}
	return f
}

// image is the file's bytes. Phnum and Phoff come from the parts unless they are set.
func (f *file) image() []byte {
	h := f.Header64
	if h.Phoff == 0 {
		h.Phoff = uint64(ehdrBytes + f.pad)
	}
	if h.Phnum == 0 {
		h.Phnum = uint16(len(f.loads))
	}
	var b bytes.Buffer
	for _, part := range []any{h, make([]byte, f.pad), f.loads} {
		if err := binary.Write(&b, binary.LittleEndian, part); err != nil {
			panic(err)
		}
	}
	if f.length > b.Len() {
		b.Write(make([]byte, f.length-b.Len()))
	}
	return b.Bytes()
}

func TestParse(t *testing.T) {
	var p Program
	if err := p.Parse(good().image()); err != OK {
		t.Fatal(err)
	}
	want := Program{Entry: 0x401080, Count: 2, Headers: 0x400040, HeaderCount: 4, HeaderBytes: 56, Break: 0x408000}
	want.Segments[0] = Segment{Virt: 0x400000, FileBytes: 0x1F00, MemBytes: 0x1F00, Read: true, Exec: true}
	want.Segments[1] = Segment{Virt: 0x402010, Offset: 0x2010, FileBytes: 0xFF0, MemBytes: 0x5000, Read: true, Write: true}
	if p != want {
		t.Errorf("got  %+v\nwant %+v", p, want)
	}
	if start, end := p.Segments[1].Pages(); start != 0x402000 || end != 0x408000 {
		t.Errorf("pages %#x to %#x", start, end)
	}
}

// text and data are where good has its segments.
const text, data = 1, 2

// TestRefused changes one thing each in a good program.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		want   Error
		change func(f *file)
	}{
		{"magic", ErrNotELF, func(f *file) { f.Ident[1] = 'e' }},
		{"32-bit", Err32Bit, func(f *file) { f.Ident[EI_CLASS] = ELFCLASS32 }},
		{"no class", ErrMalformed, func(f *file) { f.Ident[EI_CLASS] = 3 }},
		{"big-endian", ErrBigEndian, func(f *file) { f.Ident[EI_DATA] = ELFDATA2MSB }},
		{"no byte order", ErrMalformed, func(f *file) { f.Ident[EI_DATA] = 0 }},
		{"ident version", ErrMalformed, func(f *file) { f.Ident[EI_VERSION] = 2 }},
		{"version", ErrMalformed, func(f *file) { f.Version = 0 }},
		{"FreeBSD", ErrSystem, func(f *file) { f.Ident[EI_OSABI] = byte(elf.ELFOSABI_FREEBSD) }},
		{"arm64", ErrMachine, func(f *file) { f.Machine = uint16(elf.EM_AARCH64) }},
		{"relocatable", ErrNotExecutable, func(f *file) { f.Type = uint16(elf.ET_REL) }},
		{"core", ErrNotExecutable, func(f *file) { f.Type = uint16(elf.ET_CORE) }},
		{"shared or pie", ErrDynamic, func(f *file) { f.Type = ET_DYN }},
		{"interpreter", ErrDynamic, func(f *file) { f.loads[0].Type = PT_INTERP }},
		{"no header", ErrNoSegment, func(f *file) { f.loads = nil }},
		{"nothing loadable", ErrNoSegment, func(f *file) { f.loads = f.loads[:1] }},
		{"only empty", ErrNoSegment, func(f *file) { f.loads = []elf.Prog64{{Type: PT_LOAD}} }},
		{"header size", ErrMalformed, func(f *file) { f.Phentsize = 32 }},
		{"PN_XNUM", ErrMalformed, func(f *file) { f.Phnum = 0xFFFF }},
		{"headers past the end", ErrTruncated, func(f *file) { f.Phoff = 0x3000 - 4*phdrBytes + 1 }},
		{"headers wrap", ErrTruncated, func(f *file) { f.Phoff = ^uint64(0) - 10 }},
		{"segment past the end", ErrTruncated, func(f *file) { f.loads[data].Filesz++ }},
		{"offset past the end", ErrTruncated, func(f *file) { f.loads[data].Off = 0x7000_0000_0000_0010 }},
		{"offset wraps", ErrTruncated, func(f *file) { f.loads[data].Off = ^uint64(0xFEF) }},
		{"too many", ErrTooManySegments, func(f *file) { f.addEmpty(MaxSegments - 1) }},
		{"overlap", ErrOverlap, func(f *file) { f.loads[data].Vaddr = 0x400010 }},
		{"overlap from below", ErrOverlap, func(f *file) {
			f.loads[text], f.loads[data] = f.loads[data], f.loads[text]
			f.loads[data].Memsz = 0x2001
		}},
		{"one page shared", ErrOverlap, func(f *file) { f.loads[data].Vaddr = 0x401010 }},
		{"one page shared, equal rights", ErrOverlap, func(f *file) { f.loads[data].Vaddr = 0x401010; f.loads[data].Flags = PF_R | PF_X }},
		{"too low", ErrOutOfUserSpace, func(f *file) { f.loads[data].Vaddr = 0xF010 }},
		{"nil", ErrOutOfUserSpace, func(f *file) { f.loads[data].Vaddr = 0x10 }},
		{"end too high", ErrOutOfUserSpace, func(f *file) { f.loads[data].Memsz = UserEnd - 0x402010 + 1 }},
		{"kernel's half", ErrOutOfUserSpace, func(f *file) { f.loads[data].Vaddr = 0xFFFF800000000010 }},
		{"wraps", ErrOutOfUserSpace, func(f *file) { f.loads[data].Memsz = ^uint64(0) }},
		{"write and exec", ErrWriteAndExec, func(f *file) { f.loads[text].Flags |= PF_W }},
		{"file larger", ErrFileBytes, func(f *file) { f.loads[data].Memsz = 0xFEF }},
		{"file larger than nothing", ErrFileBytes, func(f *file) { f.loads[data].Memsz = 0 }},
		{"misaligned", ErrMisaligned, func(f *file) { f.loads[data].Vaddr++ }},
		{"entry in data", ErrEntry, func(f *file) { f.Entry = 0x402100 }},
		{"entry past text", ErrEntry, func(f *file) { f.Entry = 0x401F00 }},
		{"entry below text", ErrEntry, func(f *file) { f.Entry = 0x3FFFFF }},
	} {
		f := good()
		c.change(f)
		refused(t, c.name, f.image(), c.want)
	}
}

// refused checks that an image is refused for a reason and leaves nothing.
func refused(t *testing.T, name string, image []byte, want Error) {
	t.Helper()
	p := Program{Entry: 1, Count: 3}
	if err := p.Parse(image); err != want {
		t.Errorf("%s: %v; want: %v", name, err, want)
	}
	if p != (Program{}) {
		t.Errorf("%s: left %+v", name, p)
	}
}

// addEmpty adds segments of zeros, one page each.
func (f *file) addEmpty(n int) {
	for i := range n {
		f.loads = append(f.loads, elf.Prog64{Type: PT_LOAD, Flags: PF_R, Vaddr: 0x800000 + uint64(i)*pageBytes, Memsz: 1})
	}
}

// TestAccepted changes what may be otherwise.
func TestAccepted(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(f *file)
		good   func(p *Program) bool
	}{
		{"GNU", func(f *file) { f.Ident[EI_OSABI] = ELFOSABI_GNU }, func(p *Program) bool { return true }},
		{"all segments", func(f *file) { f.addEmpty(MaxSegments - 2) }, func(p *Program) bool { return p.Count == MaxSegments }},
		{"a segment of zeros, its offset past the end", func(f *file) { f.loads[data].Off, f.loads[data].Filesz = 0x9010, 0 },
			func(p *Program) bool { return p.Segments[1].Offset == 0 && p.Segments[1].FileBytes == 0 }},
		{"other order", func(f *file) { f.loads[text], f.loads[data] = f.loads[data], f.loads[text] },
			func(p *Program) bool { return p.Break == 0x408000 && p.Segments[1].Exec }},
		{"up to the end", func(f *file) { f.loads[data].Memsz = UserEnd - 0x402010 }, func(p *Program) bool { return p.Break == UserEnd }},
		{"from the start", func(f *file) { f.loads[data].Vaddr = UserStart + 0x10 }, func(p *Program) bool { return p.Break == 0x402000 }},
		{"headers elsewhere", func(f *file) { f.pad = 0x4000 }, func(p *Program) bool { return p.Headers == 0 }},
		{"headers in what cannot be read", func(f *file) { f.loads[text].Flags = PF_X }, func(p *Program) bool { return p.Headers == 0 && !p.Segments[0].Read }},
		{"headers half in a segment", func(f *file) { f.loads[text].Filesz = ehdrBytes + 4*phdrBytes - 1 }, func(p *Program) bool { return p.Headers == 0 }},
		{"PT_DYNAMIC of what is linked", func(f *file) { f.loads[0].Type = uint32(elf.PT_DYNAMIC) }, func(p *Program) bool { return true }},
		{"TLS", func(f *file) { f.loads[0].Type = uint32(elf.PT_TLS) }, func(p *Program) bool { return p.Count == 2 }},
		{"last byte of text", func(f *file) { f.Entry = 0x401EFF }, func(p *Program) bool { return true }},
	} {
		f := good()
		c.change(f)
		image := f.image()
		var p Program
		if err := p.Parse(image); err != OK {
			t.Errorf("%s: %v", c.name, err)
		} else if !c.good(&p) {
			t.Errorf("%s: %+v", c.name, p)
		}
		invariants(t, &p, image)
	}
}

// TestTruncated cuts a good program everywhere.
func TestTruncated(t *testing.T) {
	image := good().image()
	for n := range image {
		want := ErrTruncated
		if n < 4 {
			want = ErrNotELF
		}
		refused(t, "cut", image[:n:n], want)
	}
}

func TestErrorsHaveSentences(t *testing.T) {
	seen := map[string]bool{}
	for e := OK; e <= ErrEntry; e++ {
		if s := e.String(); s == "unknown" || seen[s] {
			t.Errorf("error %d: %q", e, s)
		} else {
			seen[s] = true
		}
	}
	if s := (ErrEntry + 1).String(); s != "unknown" {
		t.Errorf("past the last: %q", s)
	}
}

// build compiles a small program, as it is built for pxOS but for what args change.
func build(t *testing.T, args ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	source := "package main\n\nfunc main() { println(\"hello\") }\n"
	for name, text := range map[string]string{"main.go": source, "go.mod": "module hello\n\ngo 1.26\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", append(append([]string{"build", "-o", "hello"}, args...), ".")...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	image, err := os.ReadFile(filepath.Join(dir, "hello"))
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// TestGoProgram holds Parse against debug/elf on what the linker really makes.
func TestGoProgram(t *testing.T) {
	image := build(t)
	var p Program
	if err := p.Parse(image); err != OK {
		t.Fatal(err)
	}
	invariants(t, &p, image)
	f, err := elf.NewFile(bytes.NewReader(image))
	if err != nil {
		t.Fatal(err)
	}
	if p.Entry != f.Entry || p.HeaderCount != uint64(len(f.Progs)) || p.HeaderBytes != 56 {
		t.Errorf("entry %#x, %d headers; want %#x, %d", p.Entry, p.HeaderCount, f.Entry, len(f.Progs))
	}
	n, end := 0, uint64(0)
	for _, ph := range f.Progs {
		switch ph.Type {
		case elf.PT_PHDR:
			if p.Headers != ph.Vaddr {
				t.Errorf("headers at %#x, want %#x", p.Headers, ph.Vaddr)
			}
		case elf.PT_LOAD:
			want := Segment{Virt: ph.Vaddr, Offset: ph.Off, FileBytes: ph.Filesz, MemBytes: ph.Memsz,
				Read: ph.Flags&elf.PF_R != 0, Write: ph.Flags&elf.PF_W != 0, Exec: ph.Flags&elf.PF_X != 0}
			if p.Segments[n] != want {
				t.Errorf("segment %d is %+v, want %+v", n, p.Segments[n], want)
			}
			n++
			end = max(end, ph.Vaddr+ph.Memsz)
		}
	}
	if p.Count != n || p.Count < 3 || p.Break != (end+pageBytes-1)&^(pageBytes-1) {
		t.Errorf("%d segments to %#x, want %d to %#x", p.Count, p.Break, n, end)
	}
	for _, n := range []int{0, 63, 64, 200, len(image) / 2} {
		if err := p.Parse(image[:n]); err == OK {
			t.Errorf("%d bytes of it are taken", n)
		}
	}
}

// TestPositionIndependent has the linker make what must be refused.
func TestPositionIndependent(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a second runtime")
	}
	refused(t, "pie", build(t, "-buildmode=pie"), ErrDynamic)
}

// invariants holds what Parse left against what a loader relies on.
func invariants(t *testing.T, p *Program, image []byte) {
	t.Helper()
	if p.Count < 1 || p.Count > MaxSegments || p.HeaderBytes != phdrBytes || p.Break%pageBytes != 0 {
		t.Fatalf("%+v", p)
	}
	entered, owners := false, [MaxSegments][2]uint64{}
	for i := range MaxSegments {
		s := &p.Segments[i]
		if i >= p.Count {
			if *s != (Segment{}) {
				t.Fatalf("segment %d past the last is %+v", i, s)
			}
			continue
		}
		start, end := s.Pages()
		owners[i] = [2]uint64{start, end}
		switch {
		case s.MemBytes == 0 || s.FileBytes > s.MemBytes || s.Write && s.Exec,
			s.Virt < UserStart || s.Virt >= UserEnd || s.MemBytes > UserEnd-s.Virt,
			s.FileBytes > uint64(len(image)) || s.Offset > uint64(len(image))-s.FileBytes,
			s.FileBytes != 0 && s.Virt%pageBytes != s.Offset%pageBytes,
			s.FileBytes == 0 && s.Offset != 0,
			end > p.Break:
			t.Fatalf("segment %d is %+v", i, s)
		}
		for _, o := range owners[:i] {
			if start < o[1] && o[0] < end {
				t.Fatalf("segment %d is on pages of another: %+v", i, p)
			}
		}
		entered = entered || s.Exec && p.Entry-s.Virt < s.MemBytes
		if p.Headers != 0 && p.Headers-s.Virt < s.FileBytes { // they are found there
			at := s.Offset + p.Headers - s.Virt
			if !s.Read || at != word(image[32:]) || at+p.HeaderCount*phdrBytes > s.Offset+s.FileBytes {
				t.Fatalf("headers are not at %#x: %+v", p.Headers, p)
			}
		}
	}
	if !entered {
		t.Fatalf("the entry is not executable: %+v", p)
	}
}

// FuzzParse parses any bytes: it never panics, and what it takes can be loaded.
func FuzzParse(f *testing.F) {
	f.Add(good().image()[:0x400])
	f.Add(good().image())
	f.Add([]byte(elf.ELFMAG))
	f.Add([]byte(strings.Repeat("\x7fELF\x02\x01\x01", 40)))
	for n := 0; n < MaxSegments; n += 5 {
		g := good()
		g.addEmpty(n)
		g.loads[data].Filesz, g.loads[data].Off = 0, 0x10 // small enough to be changed often
		g.loads[text].Filesz, g.length = 0x100, 0
		f.Add(g.image())
	}
	f.Fuzz(func(t *testing.T, image []byte) {
		p := Program{Count: 1}
		if err := p.Parse(image); err != OK {
			if p != (Program{}) || err.String() == "unknown" {
				t.Fatalf("%v left %+v", err, p)
			}
			return
		}
		invariants(t, &p, image)
	})
}
