package cm

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"
)

// executable is a part of this test itself: headers, code, tables.
func executable(t testing.TB, n int) []byte {
	name, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data[:min(n, len(data))]
}

func randomBytes(r *rand.Rand, n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(r.Uint32())
	}
	return p
}

// TestTransforms undoes every transform, on code and on noise.
func TestTransforms(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	texts := [][]byte{executable(t, 1<<20)}
	for n := range 300 {
		texts = append(texts, randomBytes(r, n))
	}
	for _, text := range texts {
		for tr := transformNone; tr < transforms; tr++ {
			for _, k := range []kind{kindX64, kindX32} {
				list := []Segment{{Bytes: len(text) / 3, Kind: k, Transform: tr}, {Bytes: len(text) - len(text)/3, Kind: k, Transform: tr}}
				p := bytes.Clone(text)
				forward(p, list)
				if tr != transformNone && len(text) > 300 && bytes.Equal(p, text) {
					t.Errorf("transform %d changes nothing in %d bytes", tr, len(text))
				}
				backward(p, list)
				if !bytes.Equal(p, text) {
					t.Fatalf("transform %d, kind %d: %d bytes do not come back", tr, k, len(text))
				}
			}
		}
	}
}

// TestTargets says in small what the x86 transform is for: two calls of one function
// are the same bytes.
func TestTargets(t *testing.T) {
	call := func(at, to uint32) []byte { return binary.LittleEndian.AppendUint32([]byte{0xE8}, to-(at+5)) }
	code := append(call(0, 0x1234), 0x90)             // call 0x1234; nop
	code = append(code, call(6, 0x1234)...)           // call 0x1234
	code = append(code, 0x48, 0x8D, 0x05, 0, 0, 0, 0) // lea rax, [rip+0x100]
	binary.LittleEndian.PutUint32(code[14:], 0x100)   // ends at 18
	want := []byte{0xE8, 0, 0, 0x12, 0x34, 0x90, 0xE8, 0, 0, 0x12, 0x34, 0x48, 0x8D, 0x05, 0, 0, 0x01, 0x12}
	addressForward(code, true)
	if !bytes.Equal(code, want) {
		t.Errorf("transformed to % x\nwant % x", code, want)
	}
}

// TestDetect looks at parts of which it is known what they are.
func TestDetect(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	table := make([]byte, 64<<10)
	for i, at := 0, uint32(1<<20); i < len(table); i += 4 {
		at += uint32(r.IntN(300))
		binary.LittleEndian.PutUint32(table[i:], at)
	}
	records := make([]byte, 60<<10)
	for i := range records {
		records[i] = byte(i%24) * byte(1+i%24/13*r.IntN(3))
	}
	for _, c := range []struct {
		name string
		data []byte
		want Segment
	}{
		{"text", bytes.Repeat([]byte("for i := range list { total += list[i].size }\n"), 700), Segment{Kind: kindText}},
		{"noise", randomBytes(r, 100_000), Segment{Kind: kindRaw}},
		{"addresses", table, Segment{Kind: kindData, Stride: 4, Transform: transformDelta32}},
		{"records", records, Segment{Kind: kindData, Stride: 24}},
	} {
		got := detect(c.data)
		c.want.Bytes = len(c.data)
		if len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	program := executable(t, 1<<30)
	for name, data := range map[string][]byte{"an executable": program, "two in an archive": slices.Concat(make([]byte, 512), program, make([]byte, 1024-len(program)%512), program)} {
		code, total := 0, 0
		for _, s := range detect(data) {
			total += s.Bytes
			if s.Transform == transformX86 || s.Transform == transformARM64 {
				code += s.Bytes
			}
		}
		if code*5 < total || total != len(data) {
			t.Errorf("of %s of %d bytes %d are code in %d", name, len(data), code, total)
		}
	}
}

// edit is a text with a few changes: bytes put in, taken out and changed.
func edit(r *rand.Rand, p []byte, n int) []byte {
	p = bytes.Clone(p)
	for range n {
		i := r.IntN(len(p))
		switch r.IntN(3) {
		case 0:
			p[i] ^= byte(1 + r.IntN(255))
		case 1:
			p = append(p[:i:i], append(randomBytes(r, r.IntN(40)), p[i:]...)...)
		default:
			p = append(p[:i:i], p[min(i+r.IntN(40), len(p)):]...)
		}
	}
	return p
}

func TestReference(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	old := executable(t, 400_000)
	now := edit(r, old, 20)
	body := Encode(nil, now, old, Default)
	got, err := Decode(body, old, len(now))
	if err != nil || !bytes.Equal(got, now) {
		t.Fatalf("%d bytes of %d come back, %v", len(got), len(now), err)
	}
	if len(body) > 4000 {
		t.Errorf("20 small changes in %d bytes cost %d", len(old), len(body))
	}
}

// TestMemory holds MemoryBytes against what Decode takes.
func TestMemory(t *testing.T) {
	data := executable(t, 90_000)
	for _, reference := range [][]byte{nil, data[:30_000]} {
		for _, e := range []Effort{Default, Max} {
			body := Encode(nil, data, reference, e)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			if _, err := Decode(body, reference, len(data)); err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			took, said := int64(after.TotalAlloc-before.TotalAlloc), MemoryBytes(body, len(data), len(reference))
			if took > said || said > MostMemoryBytes(e, len(data), len(reference)) {
				t.Errorf("effort %d, %d bytes of reference: took %d bytes of memory and said %d", e, len(reference), took, said)
			}
		}
	}
}

// FuzzDecode gives Decode any body: an error or as many bytes as were asked for.
func FuzzDecode(f *testing.F) {
	data := executable(f, 400)
	text := []byte("the quick brown fox jumps over the lazy dog, and the dog over the fox")
	for _, e := range []Effort{Default, Max} {
		f.Add(Encode(nil, data, nil, e), []byte{}, uint16(len(data)))
		f.Add(Encode(nil, text, data, e), data, uint16(len(text)))
		f.Add(Encode(nil, data[50:], data, e), data, uint16(len(data)-50))
	}
	f.Fuzz(func(t *testing.T, body, reference []byte, n uint16) {
		got, err := Decode(body, reference, int(n))
		if err == nil && len(got) != int(n) {
			t.Errorf("%d bytes of %d", len(got), n)
		}
	})
}

// FuzzRoundTrip codes any bytes, against any reference, and back.
func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte("func main() { println(1) }"), []byte{}, true)
	f.Add(executable(f, 300), executable(f, 400), false)
	f.Fuzz(func(t *testing.T, data, reference []byte, most bool) {
		e := Default
		if most {
			e = Max
		}
		body := Encode(nil, data, reference, e)
		got, err := Decode(body, reference, len(data))
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes of %d come back, %v", len(got), len(data), err)
		}
	})
}
