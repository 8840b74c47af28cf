package pixel

import (
	"bytes"
	"testing"
)

func TestPixel(t *testing.T) {
	for _, data := range [][]byte{{}, {0}, {7}, {1, 2}, {255, 0, 255}} {
		p, ok := LiteralOf(data)
		if !ok || p.Kind() != Literal || !bytes.Equal(p.Bytes(), data) {
			t.Errorf("literal of % x: %v, % x", data, p, p.Bytes())
		}
	}
	if _, ok := LiteralOf(make([]byte, 4)); ok {
		t.Error("four bytes are no literal")
	}
	p := SeedOf(3, 0x123456)
	if g, n := p.Generator(); p.Kind() != Seed || g != 3 || n != 0x123456 {
		t.Errorf("seed %v has generator %d and parameters %x", p, g, n)
	}
	if p := AddressOf([32]byte{0xFF, 0, 0, 1, 0xFF}); p != 0xFF800000 || p.Kind() != Address {
		t.Errorf("address %v", p)
	}
	for _, p := range []Pixel{0x04000000, 0x00000001, 0x01000001, 0x02000001, 0x3FFFFFFF} {
		if p.Kind() != Invalid {
			t.Errorf("%v", p)
		}
	}
}
