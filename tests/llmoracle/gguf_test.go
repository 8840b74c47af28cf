package llmoracle

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	parser "github.com/gpustack/gguf-parser-go"
	"github.com/ollama/ollama/fs/ggml"
	ollama "github.com/ollama/ollama/fs/gguf"

	"pxos/llm/gguf"
	"pxos/llm/quant"
	"pxos/models"
)

// everyFile calls use with the path of a model of each architecture and type, one of each
// type that Quantize wrote, and the shipped model.
func everyFile(t *testing.T, use func(t *testing.T, path string)) {
	for _, s := range shapes {
		for _, weights := range quant.Types {
			t.Run(fmt.Sprintf("%s %v", s.Architecture, weights), func(t *testing.T) { use(t, random(t, s, weights)) })
		}
	}
	for _, weights := range quant.Types {
		t.Run(fmt.Sprintf("quantized %v", weights), func(t *testing.T) {
			f, err := gguf.Open(random(t, shapes[0], quant.F32))
			if err != nil {
				t.Fatal(err)
			}
			use(t, quantized(t, f, weights))
		})
	}
	t.Run("shipped", func(t *testing.T) {
		f, err := models.Open(models.Name)
		if err != nil {
			t.Fatal(err)
		}
		use(t, quantized(t, f, quant.Q8_0))
	})
}

func quantized(t *testing.T, f *gguf.File, weights quant.Type) string {
	t.Helper()
	var b bytes.Buffer
	if err := gguf.Quantize(&b, f, weights, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return saved(t, "model.gguf", b.Bytes())
}

// plain is a value as pxOS gives it: int64, uint64 beyond it, float64, bool, string, or a
// slice of them.
func plain(v any) any {
	switch x := reflect.ValueOf(v); x.Kind() {
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return x.Int()
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if n := x.Uint(); n > 1<<63-1 {
			return n
		}
		return int64(x.Uint())
	case reflect.Float32, reflect.Float64:
		return x.Float()
	}
	return v
}

// list is plain for an array of a kind.
func list(of gguf.Kind, values []any) any {
	switch of {
	case gguf.String:
		return slicesOf[string](values)
	case gguf.Bool:
		return slicesOf[bool](values)
	case gguf.Float32, gguf.Float64:
		return slicesOf[float64](values)
	}
	return slicesOf[int64](values)
}

func slicesOf[T any](values []any) []T {
	out := make([]T, 0, len(values))
	for _, v := range values {
		out = append(out, plain(v).(T))
	}
	return out
}

// TestParser reads files by gguf-parser-go and by pxOS: version, keys in order, kinds,
// values, names, shapes, types, places and sizes are the same.
func TestParser(t *testing.T) {
	files, tensors := 0, 0
	everyFile(t, func(t *testing.T, path string) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		ours, err := gguf.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := parser.ParseGGUFFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if uint32(theirs.Header.Version) != ours.Version || len(theirs.Header.MetadataKV) != len(ours.Keys) || len(theirs.TensorInfos) != len(ours.Tensors) || len(ours.Tensors) == 0 {
			t.Fatalf("version %d, %d keys, %d tensors; want %d, %d, %d", ours.Version, len(ours.Keys), len(ours.Tensors),
				theirs.Header.Version, len(theirs.Header.MetadataKV), len(theirs.TensorInfos))
		}
		for i, kv := range theirs.Header.MetadataKV {
			v, _ := ours.Value(ours.Keys[i])
			want := gguf.Value{Kind: gguf.Kind(kv.ValueType), Any: plain(kv.Value)}
			if kv.ValueType == parser.GGUFMetadataValueTypeArray {
				array := kv.ValueArray()
				want.Of, want.Any = gguf.Kind(array.Type), list(gguf.Kind(array.Type), array.Array)
			}
			if ours.Keys[i] != kv.Key || !reflect.DeepEqual(v, want) {
				t.Errorf("key %d is %s: %v; want %s: %v", i, ours.Keys[i], v, kv.Key, want)
			}
		}
		for i, x := range theirs.TensorInfos {
			from := uint64(theirs.TensorDataStartOffset) + x.Offset
			same(t, &ours.Tensors[i], x.Name, x.Dimensions, uint32(x.Type), data[from:from+x.Bytes()])
		}
		files, tensors = files+1, tensors+len(ours.Tensors)
	})
	t.Logf("%d files, %d tensors", files, tensors)
}

// same holds a tensor to what another reader says of it; data lies where that says.
func same(t *testing.T, x *gguf.Tensor, name string, shape []uint64, weights uint32, data []byte) {
	t.Helper()
	dims := make([]uint64, len(x.Shape))
	for i, d := range x.Shape {
		dims[i] = uint64(d)
	}
	if x.Name != name || !slices.Equal(dims, shape) || uint32(x.Type) != weights || !bytes.Equal(x.Data, data) {
		t.Errorf("%q is %v of %v, %d bytes; want %q, type %d of %v, %d bytes, the same ones", x.Name, x.Type, x.Shape, len(x.Data), name, weights, shape, len(data))
	}
}

// TestOllamaReads reads files by Ollama's reader and by pxOS.
func TestOllamaReads(t *testing.T) {
	everyFile(t, func(t *testing.T, path string) {
		ours, err := gguf.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer ours.Close()
		theirs, err := ollama.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer theirs.Close()
		if theirs.Version != ours.Version || theirs.NumKeyValues() != len(ours.Keys) || theirs.NumTensors() != len(ours.Tensors) {
			t.Fatalf("version %d, %d keys, %d tensors; want %d, %d, %d", ours.Version, len(ours.Keys), len(ours.Tensors), theirs.Version, theirs.NumKeyValues(), theirs.NumTensors())
		}
		for i, kv := range theirs.KeyValues() {
			v, _ := ours.Value(ours.Keys[i])
			if want := ollamaValue(kv.Value, v); ours.Keys[i] != kv.Key || !reflect.DeepEqual(v.Any, want) {
				t.Errorf("key %d is %s: %v; want %s: %v", i, ours.Keys[i], v, kv.Key, want)
			}
		}
		for i := range ours.Tensors {
			x := &ours.Tensors[i]
			info, in, err := theirs.TensorReader(x.Name)
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(in)
			if err != nil {
				t.Fatal(err)
			}
			same(t, x, info.Name, info.Shape, uint32(info.Type), data)
		}
	})
}

// ollamaValue is a value of Ollama's as pxOS gives one of that kind.
func ollamaValue(theirs ollama.Value, ours gguf.Value) any {
	switch ours.Any.(type) {
	case string:
		return theirs.String()
	case bool:
		return theirs.Bool()
	case float64:
		return theirs.Float()
	case []string:
		return theirs.Strings()
	case []float64:
		return theirs.Floats()
	case []int64:
		return theirs.Ints()
	}
	if ours.Kind == gguf.Int64 || ours.Kind == gguf.Int32 {
		return theirs.Int()
	}
	return plain(theirs.Uint())
}

// TestOllamaWrites has Ollama write files, whose every key and tensor pxOS reads.
func TestOllamaWrites(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, align := range []uint32{32, 8, 256} {
		kv := ggml.KV{"general.architecture": "llama", "general.alignment": align, "llama.a": int32(-7), "llama.b": int64(-1 << 40), "llama.c": uint64(1<<63 + 5), "llama.d": float32(0.1),
			"llama.e": true, "llama.f": []int32{1, -2}, "llama.g": []int64{-1 << 50}, "llama.h": []uint32{1 << 31}, "llama.i": []float32{1.5, -0.25}, "llama.j": []string{"", "é\x00"}, "llama.k": []bool{true, false}}
		want := map[string]any{"llama.f": []int64{1, -2}, "llama.g": []int64{-1 << 50}, "llama.h": []int64{1 << 31}, "llama.i": []float64{1.5, -0.25}}
		var tensors []*ggml.Tensor
		data := map[string][]byte{}
		for i, weights := range quant.Types {
			shape := []uint64{256 * uint64(1+r.IntN(2)), 1 + uint64(r.IntN(5))}
			row, err := weights.RowBytes(int(shape[0]))
			if err != nil {
				t.Fatal(err)
			}
			name := fmt.Sprintf("blk.%d.%v", i, weights)
			data[name] = make([]byte, row*int(shape[1]))
			for j := range data[name] {
				data[name][j] = byte(r.Uint32())
			}
			tensors = append(tensors, &ggml.Tensor{Name: name, Kind: uint32(weights), Shape: shape, WriterTo: bytes.NewReader(data[name])})
		}
		path := filepath.Join(t.TempDir(), "theirs.gguf")
		out, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := ggml.WriteGGUF(out, kv, tensors); err != nil {
			t.Fatal(err)
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
		f, err := gguf.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		for key, v := range kv {
			if _, ok := want[key]; !ok {
				want[key] = plain(v)
			}
			if got, ok := f.Value(key); !ok || !reflect.DeepEqual(got.Any, want[key]) {
				t.Errorf("%s is %v, want %v", key, got.Any, want[key])
			}
		}
		for _, x := range tensors {
			got, ok := f.Tensor(x.Name)
			if !ok || len(f.Tensors) != len(tensors) {
				t.Fatalf("of %d tensors %s is not there", len(f.Tensors), x.Name)
			}
			same(t, got, x.Name, x.Shape, x.Kind, data[x.Name])
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
