package image

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// header writes words that sum to zero at an offset of a file of a size.
func header(size, at int, words ...uint32) []byte {
	b := make([]byte, size)
	sum := uint32(0)
	for i, w := range words {
		binary.LittleEndian.PutUint32(b[at+4*i:], w)
		sum += w
	}
	binary.LittleEndian.PutUint32(b[at+4*len(words):], -sum)
	return b
}

// elfFile is an ELF64 header with one segment or note.
func elfFile(machine uint16, kind uint32, body []byte) []byte {
	b := make([]byte, 64+56)
	copy(b, "\x7fELF\x02\x01\x01")
	le := binary.LittleEndian
	le.PutUint16(b[16:], 2)
	le.PutUint16(b[18:], machine)
	le.PutUint32(b[20:], 1)
	le.PutUint64(b[32:], 64)
	le.PutUint16(b[52:], 64)
	le.PutUint16(b[54:], 56)
	le.PutUint16(b[56:], 1)
	le.PutUint32(b[64:], kind)
	le.PutUint64(b[64+8:], uint64(len(b)))
	le.PutUint64(b[64+32:], uint64(len(body)))
	le.PutUint64(b[64+40:], uint64(len(body)))
	return append(b, body...)
}

func pvhNote() []byte {
	b := binary.LittleEndian.AppendUint32(nil, 4)
	b = binary.LittleEndian.AppendUint32(b, 4)
	b = binary.LittleEndian.AppendUint32(b, pvhNoteType)
	return append(b, "Xen\x00\x00\x00\x10\x00"...)
}

const (
	x86    = 62
	arm    = 183
	ptLoad = 1
	ptNote = 4
)

func TestBootProtocol(t *testing.T) {
	cut := elfFile(x86, ptLoad, make([]byte, 100))
	bad2 := header(4096, 64, multiboot2Magic, 0, 16)
	bad2[64+12]++
	for _, c := range []struct {
		name string
		file []byte
		want Protocol
		says string
	}{
		{"multiboot2", header(4096, 64, multiboot2Magic, 0, 16), Multiboot2, ""},
		{"multiboot2 at the last place", header(40<<10, 32<<10-16, multiboot2Magic, 0, 16), Multiboot2, ""},
		{"multiboot2 too far in", header(40<<10, 32<<10, multiboot2Magic, 0, 16), "", "no boot loader"},
		{"multiboot2 misaligned", header(4096, 68, multiboot2Magic, 0, 16), "", "no boot loader"},
		{"multiboot2 with a wrong sum", bad2, "", "no boot loader"},
		{"multiboot", header(4096, 68, multiboot1Magic, 3), Multiboot1, ""},
		{"multiboot too far in", header(40<<10, 8<<10, multiboot1Magic, 3), "", "no boot loader"},
		{"PVH", elfFile(x86, ptNote, pvhNote()), PVH, ""},
		{"ELF without anything", elfFile(x86, ptLoad, make([]byte, 100)), "", "no boot loader"},
		{"another machine", elfFile(arm, ptNote, pvhNote()), "", "EM_AARCH64, not for x86"},
		{"cut segment", cut[:len(cut)-1], "", "cut off"},
		{"cut header", cut[:40], "", "ELF"},
		{"empty", nil, "", "no boot loader"},
		{"a few bytes", []byte{0xD6, 0x50}, "", "no boot loader"},
	} {
		got, err := BootProtocol(c.file)
		if got != c.want || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %q, %v; want %q and %q", c.name, got, err, c.want, c.says)
		}
	}
}

func FuzzBootProtocol(f *testing.F) {
	f.Add(header(4096, 64, multiboot2Magic, 0, 16))
	f.Add(header(4096, 68, multiboot1Magic, 3))
	f.Add(elfFile(x86, ptNote, pvhNote()))
	f.Add(elfFile(x86, ptLoad, make([]byte, 100))[:150])
	f.Add(elfFile(arm, ptNote, nil))
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := BootProtocol(file)
		known := p == Multiboot1 || p == Multiboot2 || p == PVH
		if (err == nil) != known {
			t.Errorf("%q, %v", p, err)
		}
	})
}

func TestMakeISORefuses(t *testing.T) {
	found := tools(t)
	dir := t.TempDir()
	good := filepath.Join(dir, "good")
	for name, text := range map[string][]byte{
		"good": header(4096, 64, multiboot2Magic, 0, 16), "none": make([]byte, 4096), "pvh": elfFile(x86, ptNote, pvhNote()),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(dir, "out.iso")
	for _, line := range []string{"a\nb", `say "x"`, "it's", `a\b`, "$root"} {
		err := MakeISO(t.Context(), ISOOptions{Kernel: good, Cmdline: line, Out: out, Tools: found})
		if err == nil || !strings.Contains(err.Error(), "command line") {
			t.Errorf("command line %q: %v", line, err)
		}
	}
	if err := MakeISO(t.Context(), ISOOptions{Kernel: filepath.Join(dir, "none"), Out: out, Tools: found}); !errors.Is(err, ErrNoBootHeader) {
		t.Errorf("a file without a header: %v", err)
	}
	for name, o := range map[string]ISOOptions{
		"PVH note only":     {Kernel: filepath.Join(dir, "pvh"), Out: out},
		"kernel is missing": {Kernel: filepath.Join(dir, "absent"), Out: out},
		"module is missing": {Kernel: good, Modules: []string{filepath.Join(dir, "absent")}, Out: out},
		"folder is missing": {Kernel: good, Out: filepath.Join(dir, "no", "such", "out.iso")},
	} {
		o.Tools = found
		if err := MakeISO(t.Context(), o); err == nil {
			t.Errorf("%s: an ISO was made", name)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 3 {
		t.Errorf("refusals left something behind: %v %v", left, err)
	}
}

// TestMakeISO packs a kernel with a module and finds both on the CD.
func TestMakeISO(t *testing.T) {
	found := tools(t)
	dir := t.TempDir()
	kernel, module := filepath.Join(dir, "kernel"), filepath.Join(dir, "module with a name")
	mark := "a module's text that is in no other file"
	if err := os.WriteFile(kernel, header(4096, 64, multiboot2Magic, 0, 16), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(module, []byte(mark), 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out.iso")
	if err := MakeISO(t.Context(), ISOOptions{Kernel: kernel, Modules: []string{module}, Cmdline: "stay bench=3", Out: out, Tools: found}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if string(text[16*2048+1:16*2048+6]) != "CD001" {
		t.Error("this is no ISO 9660 image")
	}
	for _, s := range []string{mark, "multiboot2 /boot/kernel stay bench=3", "module2 /boot/module0"} {
		if !strings.Contains(string(text), s) {
			t.Errorf("%q is not on the CD", s)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 3 {
		t.Errorf("work files were left: %v", left)
	}
}
