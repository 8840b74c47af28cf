package pixelvm_test

import (
	"encoding/binary"
	"errors"
	"testing"

	. "pxos/pixelvm" // with all engines, of which one imports it
)

// FuzzDecode takes any bytes for the pixels of a program: decoded, verified, taken apart,
// and what is valid is run by two engines, which must come to the same.
func FuzzDecode(f *testing.F) {
	add := func(p *Program) {
		var out []byte
		for _, px := range p.Pixels() {
			out = binary.BigEndian.AppendUint32(out, uint32(px))
		}
		f.Add(out)
	}
	for n := range 6 {
		add(newProgram(randomOf(uint64(n))))
	}
	p, err := Assemble(fibSource)
	if err != nil {
		f.Fatal(err)
	}
	add(p)
	f.Fuzz(func(t *testing.T, data []byte) {
		var list []Pixel
		for ; len(data) >= 4; data = data[4:] {
			list = append(list, Pixel(binary.BigEndian.Uint32(data)))
		}
		p, err := Decode(list)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Errorf("an error of no known kind: %v", err)
			}
			return
		}
		_ = Disassemble(p)
		v, err := Verify(p)
		if err != nil {
			if !errors.Is(err, ErrVerify) {
				t.Errorf("an error of no known kind: %v", err)
			}
			return
		}
		c := Config{Fuel: 2000, Depth: 20, OutputBytes: 200, Tiles: 16}
		want := outcome(Oracle{}.Run(ctx, v, c))
		if got := outcome(Fast{}.Run(ctx, v, c)); got != want {
			t.Errorf("fast: %s\noracle: %s\n%s", got, want, Disassemble(p))
		}
	})
}

// FuzzAssemble takes any text for a source; what assembles can be taken apart and is the
// same again.
func FuzzAssemble(f *testing.F) {
	f.Add(fibSource)
	f.Add("memory 1\ndata 3 \"a\" 0x10\ntable f\nfunc f (a i64, b f64) (f64)\nlocal c f64\nx: GET b\nRET\nend\nentry f")
	f.Fuzz(func(t *testing.T, source string) {
		p, err := Assemble(source)
		if err != nil {
			return
		}
		text := Disassemble(p)
		q, err := Assemble(text)
		if err != nil || len(q.Pixels()) != len(p.Pixels()) {
			t.Errorf("assembled again: %v\n%s", err, text)
		}
	})
}
