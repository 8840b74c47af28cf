package llmoracle

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/ebitengine/purego"
	"github.com/jupiterrider/ffi"
)

// llamaCpp are the functions of llama.cpp's libraries that are used, of the version whose
// parameters are described below.
type llamaCpp struct {
	types          uintptr // the library that knows types of weights
	modelDefaults  ffi.Fun
	load           ffi.Fun
	freeModel      func(model uintptr)
	vocabulary     func(model uintptr) uintptr
	tokenize       func(vocabulary uintptr, text *byte, size int32, tokens *int32, most int32, special, parse bool) int32
	contextDefault ffi.Fun
	newContext     ffi.Fun
	freeContext    func(context uintptr)
	batch          ffi.Fun
	decode         ffi.Fun
	logits         func(context uintptr, i int32) *float32
}

// modelParams and contextParams are structures that are passed by value; of their fields
// those that are set are known by their places.
type (
	modelParams   [10]uint64
	contextParams [20]uint64
	tokenBatch    [7]uint64
)

// Places of fields, in bytes.
const (
	vocabularyOnly = 72  // a bool
	flashAttention = 52  // an int32, of which 0 is none
	typesOfCache   = 104 // of keys and of values, two int32s, of which 0 is F32
)

func structure(n int) *ffi.Type {
	t := ffi.NewType(slices.Repeat([]*ffi.Type{&ffi.TypeUint64}, n)...)
	return &t
}

// loaded is what is loaded once for all tests.
var loaded struct {
	once   sync.Once
	folder string // of links, which TestMain removes
	lib    *llamaCpp
	err    error
}

// llamaCppOf loads llama.cpp from the folder that LLAMA_CPP names.
func llamaCppOf(t *testing.T) *llamaCpp {
	t.Helper()
	folder := os.Getenv("LLAMA_CPP")
	if folder == "" {
		if os.Getenv("PXOS_REQUIRE_TOOLS") != "" {
			t.Fatal("LLAMA_CPP does not say where llama.cpp's libraries are")
		}
		t.Skip("LLAMA_CPP does not say where llama.cpp's libraries are")
	}
	loaded.once.Do(func() {
		if loaded.folder, loaded.err = os.MkdirTemp("", "llama.cpp-"); loaded.err == nil {
			loaded.lib, loaded.err = open(folder, loaded.folder)
		}
	})
	if loaded.err != nil {
		t.Fatal(loaded.err)
	}
	return loaded.lib
}

func TestMain(m *testing.M) {
	code := m.Run()
	if loaded.folder != "" {
		if err := os.RemoveAll(loaded.folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// open links the libraries, whose names may have versions, and loads them.
func open(from, to string) (*llamaCpp, error) {
	from, err := filepath.Abs(from)
	if err != nil {
		return nil, err
	}
	found, err := filepath.Glob(filepath.Join(from, "lib*.so"))
	if err != nil {
		return nil, err
	}
	for _, path := range found {
		name := filepath.Base(path)
		short, _, _ := strings.Cut(strings.TrimSuffix(name, ".so"), ".v")
		for _, n := range []string{name, short + ".so"} {
			if err := os.Symlink(path, filepath.Join(to, n)); err != nil && !os.IsExist(err) {
				return nil, err
			}
		}
	}
	var libs [3]uintptr
	for i, name := range []string{"ggml-base", "ggml", "llama"} {
		if libs[i], err = purego.Dlopen(filepath.Join(to, "lib"+name+".so"), purego.RTLD_NOW|purego.RTLD_GLOBAL); err != nil {
			return nil, err
		}
	}
	l := &llamaCpp{types: libs[0]}
	var backends func(folder string)
	purego.RegisterLibFunc(&backends, libs[1], "ggml_backend_load_all_from_path")
	return l, l.bind(libs[2], func() { backends(to) })
}

func (l *llamaCpp) bind(lib uintptr, backends func()) (err error) {
	var logTo func(callback, data uintptr)
	purego.RegisterLibFunc(&logTo, lib, "llama_log_set")
	purego.RegisterLibFunc(&l.freeModel, lib, "llama_model_free")
	purego.RegisterLibFunc(&l.vocabulary, lib, "llama_model_get_vocab")
	purego.RegisterLibFunc(&l.tokenize, lib, "llama_tokenize")
	purego.RegisterLibFunc(&l.freeContext, lib, "llama_free")
	purego.RegisterLibFunc(&l.logits, lib, "llama_get_logits_ith")
	structures := ffi.Lib{Addr: lib}
	model, context, batch, pointer := structure(len(modelParams{})), structure(len(contextParams{})), structure(len(tokenBatch{})), &ffi.TypePointer
	for _, f := range []struct {
		to   *ffi.Fun
		name string
		out  *ffi.Type
		in   []*ffi.Type
	}{
		{&l.modelDefaults, "llama_model_default_params", model, nil}, {&l.load, "llama_model_load_from_file", pointer, []*ffi.Type{pointer, model}},
		{&l.contextDefault, "llama_context_default_params", context, nil}, {&l.newContext, "llama_init_from_model", pointer, []*ffi.Type{pointer, context}},
		{&l.batch, "llama_batch_get_one", batch, []*ffi.Type{pointer, &ffi.TypeSint32}}, {&l.decode, "llama_decode", &ffi.TypeSint32, []*ffi.Type{pointer, batch}},
	} {
		if *f.to, err = structures.Prep(f.name, f.out, f.in...); err != nil {
			return err
		}
	}
	logTo(purego.NewCallback(func(_ int32, _, _ uintptr) uintptr { return 0 }), 0)
	backends()
	return nil
}

// open loads a model, or its vocabulary alone.
func (l *llamaCpp) open(t *testing.T, path string, vocabulary bool) uintptr {
	t.Helper()
	var params modelParams
	l.modelDefaults.Call(&params)
	if vocabulary {
		params[vocabularyOnly/8] |= 1 << (vocabularyOnly % 8 * 8)
	}
	name := append([]byte(path), 0)
	p := &name[0]
	var m uintptr
	l.load.Call(&m, &p, &params)
	if m == 0 {
		t.Fatalf("llama.cpp does not load %s", filepath.Base(path))
	}
	t.Cleanup(func() { l.freeModel(m) })
	return m
}

// encode are the tokens of a text.
func (l *llamaCpp) encode(vocabulary uintptr, text string, parse bool) []int {
	raw := append([]byte(text), 0)
	tokens := make([]int32, len(text)+8)
	n := l.tokenize(vocabulary, &raw[0], int32(len(text)), &tokens[0], int32(len(tokens)), true, parse)
	if n < 0 {
		return nil
	}
	out := make([]int, n)
	for i := range out {
		out[i] = int(tokens[i])
	}
	return out
}

// feed gives the logits after tokens, with keys and values of 32 bits.
func (l *llamaCpp) feed(t *testing.T, model uintptr, tokens []int, vocabulary int) []float32 {
	t.Helper()
	var params contextParams
	l.contextDefault.Call(&params)
	params[flashAttention/8] &= 1<<32 - 1
	params[typesOfCache/8] = 0
	var context uintptr
	l.newContext.Call(&context, &model, &params)
	if context == 0 {
		t.Fatal("llama.cpp makes no context")
	}
	defer l.freeContext(context)
	list := make([]int32, len(tokens))
	for i, id := range tokens {
		list[i] = int32(id)
	}
	first, n := &list[0], int32(len(list))
	var b tokenBatch
	l.batch.Call(&b, &first, &n)
	var failed ffi.Arg
	l.decode.Call(&failed, &context, &b)
	if int32(failed) != 0 {
		t.Fatalf("llama.cpp decodes nothing: %d", int32(failed))
	}
	return slices.Clone(unsafe.Slice(l.logits(context, -1), vocabulary))
}
