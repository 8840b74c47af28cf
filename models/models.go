// Package models opens models, from files, pictures, and the one that pxOS ships. README.md is its card; `make train-tiny`
// makes it.
//
// It may import llm and pixel. Invariant: the file is what that command made.
package models

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"pxos/llm/gguf"
	"pxos/llm/model"
	"pxos/llm/token"
	"pxos/pixel/pack"
)

// Name is what the shipped model is called.
const Name = "pxlm"

//go:embed pxlm.px.png
var shipped []byte

// Suffix ends the names of pictures of models.
const Suffix = ".px.png"

// NameOf is what a model is called by its file.
func NameOf(path string) string {
	return strings.TrimSuffix(strings.TrimSuffix(filepath.Base(path), Suffix), ".gguf")
}

// Open opens a model: a GGUF file, a picture of one, or the shipped one by its name.
func Open(path string) (*gguf.File, error) {
	var in io.Reader
	switch {
	case path == Name:
		in = bytes.NewReader(shipped)
	case strings.HasSuffix(path, Suffix):
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	default:
		return gguf.Open(path)
	}
	data, _, err := pack.Read(in, pack.Limits{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f, err := gguf.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// Load opens a model and its vocabulary. The file must stay open while they are used.
func Load(path string) (f *gguf.File, m *model.Model, v *token.Vocabulary, err error) {
	if f, err = Open(path); err != nil {
		return nil, nil, nil, err
	}
	if m, err = model.Load(f); err == nil {
		v, err = token.Read(f)
	}
	if err == nil && len(v.Tokens) != m.Vocabulary {
		err = fmt.Errorf("%d tokens have %d embeddings: %w", len(v.Tokens), m.Vocabulary, model.ErrModel)
	}
	if err != nil {
		return nil, nil, nil, errors.Join(err, f.Close())
	}
	return f, m, v, nil
}
