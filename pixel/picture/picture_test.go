package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"

	"pxos/pixel"
)

func noise(seed uint64, n int) []byte {
	r, p := rand.New(rand.NewPCG(seed, 1)), make([]byte, n)
	for i := range p {
		p[i] = byte(r.Uint32())
	}
	return p
}

var someInfo = Info{God: pixel.AddressOf([32]byte{1, 2, 3, 4}), Kind: File, Name: "kernel.elf", Executable: true, LogicalBytes: 123456}

func encoded(t testing.TB, payload []byte) []byte {
	var out bytes.Buffer
	if err := Encode(&out, someInfo, payload, payload); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestRoundTrip(t *testing.T) {
	for _, n := range []int{0, 1, 5, 12281, 12282, 12283, 300_000} {
		payload := noise(uint64(n), n)
		file := encoded(t, payload)
		info, got, err := Decode(bytes.NewReader(file), Limits{})
		if err != nil || !bytes.Equal(got, payload) {
			t.Fatalf("%d bytes: %d come back, %v", n, len(got), err)
		}
		if info.God != someInfo.God || info.Kind != File || info.Name != someInfo.Name || !info.Executable || info.LogicalBytes != 123456 || info.PayloadBytes != int64(n) {
			t.Errorf("%d bytes: %+v", n, info)
		}
		if limit := n + n/8 + 3000; len(file) > limit {
			t.Errorf("%d bytes of noise become a PNG of %d, want at most %d", n, len(file), limit)
		}
	}
}

// TestRecompressed has other encoders write the same pixels: every compression level,
// with alpha, and as a palette where there are few colours.
func TestRecompressed(t *testing.T) {
	for _, payload := range [][]byte{noise(1, 50_000), bytes.Repeat([]byte{0, 0, 0, 1, 1, 1}, 900)} {
		m, err := png.Decode(bytes.NewReader(encoded(t, payload)))
		if err != nil {
			t.Fatal(err)
		}
		withAlpha := image.NewNRGBA(m.Bounds())
		draw.Draw(withAlpha, m.Bounds(), m, image.Point{}, draw.Src)
		again := map[string]image.Image{"the same": m, "with alpha": withAlpha}
		if colours := palette(m); len(colours) <= 256 {
			p := image.NewPaletted(m.Bounds(), colours)
			draw.Draw(p, m.Bounds(), m, image.Point{}, draw.Src)
			again["palette"] = p
		} else if len(payload) < 10_000 {
			t.Errorf("a picture with little in it has %d colours, no palette is tried", len(colours))
		}
		for name, picture := range again {
			for _, level := range []png.CompressionLevel{png.NoCompression, png.BestSpeed, png.BestCompression} {
				var file bytes.Buffer
				if err := (&png.Encoder{CompressionLevel: level}).Encode(&file, picture); err != nil {
					t.Fatal(err)
				}
				if _, got, err := Decode(&file, Limits{}); err != nil || !bytes.Equal(got, payload) {
					t.Errorf("%s, level %d: %d bytes of %d, %v", name, level, len(got), len(payload), err)
				}
			}
		}
	}
}

func palette(m image.Image) (list color.Palette) {
	seen := map[color.Color]bool{}
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			c := color.NRGBAModel.Convert(m.At(x, y))
			if !seen[c] {
				seen[c] = true
				list = append(list, c)
			}
		}
	}
	return list
}

// TestChanged has viewers do what they do.
func TestChanged(t *testing.T) {
	file := encoded(t, noise(2, 40_000))
	m, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	save := func(m image.Image) []byte {
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	var lossy bytes.Buffer
	if err := jpeg.Encode(&lossy, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	fromJPEG, err := jpeg.Decode(bytes.NewReader(lossy.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	b := m.Bounds()
	lost := image.NewNRGBA(b)
	draw.Draw(lost, b, fromJPEG, image.Point{}, draw.Src)
	wide, cut, deep := image.NewNRGBA(image.Rect(0, 0, b.Dx()*2, b.Dy()*2)), image.NewNRGBA(image.Rect(0, 0, b.Dx(), b.Dy()-40)), image.NewNRGBA64(b)
	for y := range wide.Rect.Dy() {
		for x := range wide.Rect.Dx() {
			wide.Set(x, y, m.At(x/2, y/2))
		}
	}
	draw.Draw(cut, cut.Rect, m, image.Point{}, draw.Src)
	draw.Draw(deep, b, m, image.Point{}, draw.Src)
	one := image.NewNRGBA(b)
	draw.Draw(one, b, m, image.Point{}, draw.Src)
	one.Pix[one.PixOffset(50, b.Dy()-30)] ^= 1
	for name, c := range map[string]struct {
		file []byte
		want error
		text string
	}{
		"a JPEG":                  {lossy.Bytes(), ErrFormat, "a JPEG"},
		"a JPEG in between":       {save(lost), ErrFormat, "colours were changed"},
		"scaled":                  {save(wide), ErrFormat, ""},
		"cut":                     {save(cut), ErrPixels, "scaled or cut"},
		"16 bits":                 {save(deep), ErrFormat, "16 bits"},
		"one colour of one pixel": {save(one), ErrPixels, "rows "},
		"another PNG":             {save(image.NewNRGBA(image.Rect(0, 0, 200, 200))), ErrFormat, "holds no payload"},
		"a small PNG":             {save(image.NewNRGBA(image.Rect(0, 0, 8, 8))), ErrFormat, "8 x 8"},
		"animated":                {animated(file), ErrFormat, "animated"},
		"text":                    {[]byte("hello"), ErrFormat, "not a PNG"},
		"nothing":                 {nil, ErrFormat, "not a PNG"},
	} {
		_, _, err := Decode(bytes.NewReader(c.file), Limits{})
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := Decode(bytes.NewReader(file), Limits{FileBytes: 100}); !errors.Is(err, ErrLimit) {
		t.Errorf("a file over the limit: %v", err)
	}
	if _, _, err := Decode(bytes.NewReader(file), Limits{Pixels: 1000}); !errors.Is(err, ErrLimit) {
		t.Errorf("pixels over the limit: %v", err)
	}
}

func animated(file []byte) []byte {
	at := len(pngMagic) + 25
	out := append(bytes.Clone(file[:at]), chunk("acTL", make([]byte, 8))...)
	return append(out, file[at:]...)
}

// TestSalvage damages the file in several ways; all bands that the damage does not touch
// come out.
func TestSalvage(t *testing.T) {
	payload := noise(3, 400_000)
	file := encoded(t, payload)
	damage := map[string]func(p []byte) []byte{
		"a bit in a band":     func(p []byte) []byte { p[len(p)/2] ^= 16; return p },
		"bytes missing":       func(p []byte) []byte { return append(p[:len(p)/2], p[len(p)/2+7:]...) },
		"a page of zeros":     func(p []byte) []byte { clear(p[len(p)/2 : len(p)/2+4096]); return p },
		"cut off":             func(p []byte) []byte { return p[:len(p)*3/4] },
		"the header's chunk":  func(p []byte) []byte { p[70] ^= 0xFF; p[100] ^= 0xFF; return p },
		"the start of a band": func(p []byte) []byte { i := bytes.LastIndex(p[:len(p)/2], []byte("IDAT")); p[i-1] ^= 0xFF; return p },
	}
	for name, f := range damage {
		bad := f(bytes.Clone(file))
		if _, _, err := Decode(bytes.NewReader(bad), Limits{}); err == nil {
			t.Errorf("%s: decodes without an error", name)
		}
		_, got, holes, err := Salvage(bytes.NewReader(bad), Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		lost := int64(0)
		for _, h := range holes {
			lost += h.Bytes
			copy(got[h.Offset:h.Offset+h.Bytes], payload[h.Offset:])
		}
		if !bytes.Equal(got, payload) {
			t.Errorf("%s: what is not told of as lost has other bytes", name)
		}
		if most := int64(len(payload) / 3); lost > most {
			t.Errorf("%s: %d bytes of %d are lost", name, lost, len(payload))
		}
	}
}

func FuzzDecode(f *testing.F) {
	file := encoded(f, noise(4, 5000))
	f.Add(file)
	f.Add(file[:len(file)/2])
	f.Add(animated(file))
	huge := bytes.Clone(file)
	binary.BigEndian.PutUint32(huge[16:], 1<<30)
	f.Add(huge)
	f.Fuzz(func(t *testing.T, file []byte) {
		l := Limits{FileBytes: 1 << 20, Pixels: 1 << 18}
		info, payload, err := Decode(bytes.NewReader(file), l)
		if err == nil && int64(len(payload)) != info.PayloadBytes {
			t.Errorf("%d bytes of %d", len(payload), info.PayloadBytes)
		}
		if err != nil && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrPixels) && !errors.Is(err, ErrLimit) {
			t.Errorf("an error of no known kind: %v", err)
		}
		_, _, _, _ = Salvage(bytes.NewReader(file), l)
	})
}
