// Package llamacpp calls llama.cpp's libraries.
//
// Invariant: what a Library gives is freed by its Close. It is for the module of the oracles, and
// for libraries of the version whose structures it knows by places: node-llama-cpp 3.21.1.
package llamacpp

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"
	"github.com/jupiterrider/ffi"
)

// Library are the functions of llama.cpp's libraries that are used.
type Library struct {
	Types uintptr // the library that knows types of weights

	folder         string // of links
	modelDefaults  ffi.Fun
	load           ffi.Fun
	freeModel      func(model uintptr)
	vocabulary     func(model uintptr) uintptr
	tokenize       func(vocabulary uintptr, text *byte, size int32, tokens *int32, most int32, special, parse bool) int32
	contextDefault ffi.Fun
	newContext     ffi.Fun
	freeContext    func(context uintptr)
	threads        func(context uintptr, each, batch int32)
	batch          ffi.Fun
	decode         ffi.Fun
	logits         func(context uintptr, i int32) *float32
}

// modelParams, contextParams and tokenBatch are structures that are passed by value; of their
// fields those that are set are known by their places.
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

// Open loads the libraries of a folder; their names may have versions.
func Open(from string) (l *Library, err error) {
	if from, err = filepath.Abs(from); err != nil {
		return nil, err
	}
	to, err := os.MkdirTemp("", "llama.cpp-")
	if err != nil {
		return nil, err
	}
	l = &Library{folder: to}
	if err := l.open(from); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// Close removes what Open made; the libraries stay loaded.
func (l *Library) Close() error { return os.RemoveAll(l.folder) }

func (l *Library) open(from string) error {
	found, err := filepath.Glob(filepath.Join(from, "lib*.so"))
	if err != nil {
		return err
	}
	for _, path := range found {
		name := filepath.Base(path)
		short, _, _ := strings.Cut(strings.TrimSuffix(name, ".so"), ".v")
		for _, n := range []string{name, short + ".so"} {
			if err := os.Symlink(path, filepath.Join(l.folder, n)); err != nil && !os.IsExist(err) {
				return err
			}
		}
	}
	var libs [3]uintptr
	for i, name := range []string{"ggml-base", "ggml", "llama"} {
		if libs[i], err = purego.Dlopen(filepath.Join(l.folder, "lib"+name+".so"), purego.RTLD_NOW|purego.RTLD_GLOBAL); err != nil {
			return err
		}
	}
	l.Types = libs[0]
	var backends func(folder string)
	purego.RegisterLibFunc(&backends, libs[1], "ggml_backend_load_all_from_path")
	return l.bind(libs[2], func() { backends(l.folder) })
}

func (l *Library) bind(lib uintptr, backends func()) (err error) {
	var logTo func(callback, data uintptr)
	purego.RegisterLibFunc(&logTo, lib, "llama_log_set")
	purego.RegisterLibFunc(&l.freeModel, lib, "llama_model_free")
	purego.RegisterLibFunc(&l.vocabulary, lib, "llama_model_get_vocab")
	purego.RegisterLibFunc(&l.tokenize, lib, "llama_tokenize")
	purego.RegisterLibFunc(&l.freeContext, lib, "llama_free")
	purego.RegisterLibFunc(&l.threads, lib, "llama_set_n_threads")
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

// Model is one that is loaded.
type Model struct {
	l      *Library
	handle uintptr
}

// Load loads a model, or its vocabulary alone. Close it.
func (l *Library) Load(path string, vocabulary bool) (*Model, error) {
	var params modelParams
	l.modelDefaults.Call(&params)
	if vocabulary {
		params[vocabularyOnly/8] |= 1 << (vocabularyOnly % 8 * 8)
	}
	name := append([]byte(path), 0)
	p := &name[0]
	m := &Model{l: l}
	l.load.Call(&m.handle, &p, &params)
	if m.handle == 0 {
		return nil, fmt.Errorf("llama.cpp does not load %s", filepath.Base(path))
	}
	return m, nil
}

// Close frees the model.
func (m *Model) Close() { m.l.freeModel(m.handle) }

// Encode are the tokens of a text.
func (m *Model) Encode(text string, parse bool) []int {
	raw := append([]byte(text), 0)
	tokens := make([]int32, len(text)+8)
	n := m.l.tokenize(m.l.vocabulary(m.handle), &raw[0], int32(len(text)), &tokens[0], int32(len(tokens)), true, parse)
	if n < 0 {
		return nil
	}
	out := make([]int, n)
	for i := range out {
		out[i] = int(tokens[i])
	}
	return out
}

// Context is a text on its way.
type Context struct {
	l      *Library
	handle uintptr
}

// NewContext begins a text as llama.cpp would by itself, or exactly: with keys and values of 32
// bits, and none of its flash attention. Close it.
func (m *Model) NewContext(threads int, exact bool) (*Context, error) {
	var params contextParams
	m.l.contextDefault.Call(&params)
	if exact {
		params[flashAttention/8] &= 1<<32 - 1
		params[typesOfCache/8] = 0
	}
	c := &Context{l: m.l}
	m.l.newContext.Call(&c.handle, &m.handle, &params)
	if c.handle == 0 {
		return nil, errors.New("llama.cpp makes no context")
	}
	if threads > 0 {
		m.l.threads(c.handle, int32(threads), int32(threads))
	}
	return c, nil
}

// Close frees the context.
func (c *Context) Close() { c.l.freeContext(c.handle) }

// Feed goes on with tokens and gives the logits after the last, of a vocabulary of so many, until
// it is called again.
func (c *Context) Feed(tokens []int, vocabulary int) ([]float32, error) {
	list := make([]int32, len(tokens))
	for i, id := range tokens {
		list[i] = int32(id)
	}
	first, n := &list[0], int32(len(list))
	var b tokenBatch
	c.l.batch.Call(&b, &first, &n)
	var failed ffi.Arg
	c.l.decode.Call(&failed, &c.handle, &b)
	if int32(failed) != 0 {
		return nil, fmt.Errorf("llama.cpp decodes nothing: %d", int32(failed))
	}
	return unsafe.Slice(c.l.logits(c.handle, -1), vocabulary), nil
}
