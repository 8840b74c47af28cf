package gguf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pxos/llm/quant"
)

func sample(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	err := Write(&b, []Pair{
		{"general.architecture", "llama"}, {"llama.block_count", uint32(2)}, {"eps", float32(0.5)}, {"flag", true}, {"big", int64(-5)},
		{"tokens", []string{"a", "", "ccc"}}, {"scores", []float32{1, -2}}, {"types", []int32{1, 3}},
	}, []Tensor{
		{Name: "first", Shape: []int{32, 2}, Type: quant.Q8_0, Data: bytes.Repeat([]byte{7}, 68)},
		{Name: "second", Shape: []int{3}, Type: quant.F32, Data: make([]byte, 12)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWriteAndRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.gguf")
	if err := os.WriteFile(path, sample(t), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{"general.architecture": "llama", "llama.block_count": int64(2), "eps": 0.5, "flag": true, "big": int64(-5),
		"tokens": []string{"a", "", "ccc"}, "scores": []float64{1, -2}, "types": []int64{1, 3}} {
		if v, ok := f.Value(key); !ok || !reflect.DeepEqual(v.Any, want) {
			t.Errorf("%s is %v, want %v", key, v.Any, want)
		}
	}
	if x, ok := f.Tensor("second"); !ok || x.Values() != 3 || len(x.Data) != 12 || len(f.Keys) != 8 {
		t.Errorf("the second tensor is %+v, keys %v", x, f.Keys)
	}
	if _, err := f.Int("llama.block_count", 3, 9); !errors.Is(err, ErrKey) || !strings.Contains(err.Error(), "from 3 to 9") {
		t.Errorf("a number that is too small: %v", err)
	}
	if _, err := f.String("flag"); !errors.Is(err, ErrKey) || !strings.Contains(err.Error(), "it must be a string") {
		t.Errorf("a bool for a string: %v", err)
	}
	if _, err := f.Floats("nothing"); !errors.Is(err, ErrKey) {
		t.Errorf("what is not there: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

// TestTruncated cuts a file everywhere: each is refused, none panics.
func TestTruncated(t *testing.T) {
	good := sample(t)
	end := bytes.LastIndexByte(good, 7) // of the first tensor; the second is zeros, as what follows it
	for n := range end {
		if _, err := Parse(good[:n]); !errors.Is(err, ErrFormat) {
			t.Fatalf("of %d bytes the first %d: %v", len(good), n, err)
		}
	}
}

func TestRefused(t *testing.T) {
	change := func(old, text string) []byte {
		out := bytes.Replace(sample(t), []byte(old), []byte(text), 1)
		if bytes.Equal(out, sample(t)) {
			t.Fatalf("%q is not there", old)
		}
		return out
	}
	number := func(n uint64) string { return string(binary.LittleEndian.AppendUint64(nil, n)) }
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"another file":        {[]byte("PK\x03\x04 and so on"), "not with GGUF"},
		"version 1":           {change("GGUF\x03", "GGUF\x01"), "version 1"},
		"big-endian":          {change("GGUF\x03\x00\x00\x00", "GGUF\x00\x00\x00\x03"), "big-endian"},
		"many tensors":        {change("GGUF\x03\x00\x00\x00"+number(2), "GGUF\x03\x00\x00\x00"+number(1<<63)), "the number of tensors is 9223372036854775808"},
		"a long key":          {change(number(20)+"general", number(1<<62)+"general"), "the length of a key"},
		"twice a key":         {change("\x04\x00\x00\x00\x00\x00\x00\x00flag", "\x03\x00\x00\x00\x00\x00\x00\x00eps"), "there twice"},
		"a bool of 2":         {change("flag\x07\x00\x00\x00\x01", "flag\x07\x00\x00\x00\x02"), "is 2"},
		"a kind of 99":        {change("flag\x07", "flag\x63"), "kind 99"},
		"an array of 2^63":    {change(number(3)+number(1)+"a", number(1<<63)+number(1)+"a"), "the length of tokens"},
		"no dimensions":       {change("second\x01", "second\x00"), "0 dimensions"},
		"a dimension of 2^62": {change("second\x01\x00\x00\x00"+number(3), "second\x01\x00\x00\x00"+number(1<<62)), "a dimension of"},
		"a row of 33":         {change("first\x02\x00\x00\x00"+number(32), "first\x02\x00\x00\x00"+number(33)), "blocks of 32"},
		"an unknown type":     {change(number(32)+number(2)+"\x08\x00\x00\x00", number(32)+number(2)+"\x63\x00\x00\x00"), "type 99"},
		"beyond the end":      {change(number(3)+"\x00\x00\x00\x00"+number(96), number(3)+"\x00\x00\x00\x00"+number(1<<40)), "beyond the file's end"},
		"an odd place":        {change(number(3)+"\x00\x00\x00\x00"+number(96), number(3)+"\x00\x00\x00\x00"+number(97)), "no multiple of 32"},
		"an overlap":          {change(number(3)+"\x00\x00\x00\x00"+number(96), number(3)+"\x00\x00\x00\x00"+number(64)), `"first" and "second" overlap`},
	} {
		if _, err := Parse(c.data); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzParse takes any bytes for a file.
func FuzzParse(f *testing.F) {
	f.Add(sample(f))
	f.Add([]byte("GGUF\x03\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse(data)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Errorf("an error of no known kind: %v", err)
			}
			return
		}
		for i := range file.Tensors {
			x := &file.Tensors[i]
			info, _ := x.Type.Info()
			if x.Values()/info.BlockValues*info.BlockBytes != len(x.Data) {
				t.Errorf("%q of %v has %d bytes", x.Name, x.Shape, len(x.Data))
			}
		}
	})
}
