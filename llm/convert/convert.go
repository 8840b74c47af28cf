package convert

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"pxos/llm/gguf"
	"pxos/llm/model"
	"pxos/llm/quant"
	"pxos/llm/token"
)

// Result is what was written.
type Result struct {
	Architecture string `json:"architecture"`
	Type         string `json:"type"` // of matrices
	Tensors      int    `json:"tensors"`
	Bytes        int64  `json:"bytes"`
	// Halved are matrices that have F16, since their rows are no whole number of blocks.
	Halved int `json:"halved"`
	// Beyond are tokens that were added to the vocabulary and have no row in the embedding;
	// they are left out.
	Beyond []string `json:"beyond,omitempty"`
}

// fileTypes are the numbers that general.file_type has for types of matrices.
// Source: llama.h, llama_ftype.
var fileTypes = map[quant.Type]uint32{
	quant.F32: 0, quant.F16: 1, quant.Q4_0: 2, quant.Q4_1: 3, quant.Q8_0: 7, quant.Q5_0: 8, quant.Q5_1: 9, quant.Q4_K: 14, quant.Q5_K: 16, quant.Q6_K: 18, quant.BF16: 32,
}

// quantVersion is that of the layouts of blocks.
const quantVersion = 2

// Folder converts a folder into a file whose matrices have a type. The file takes its place
// when it is whole and was found to load; progress, which may be nil, is told of tensors
// that were written.
func Folder(ctx context.Context, path, out string, t quant.Type, progress func(done, all int)) (r Result, err error) {
	d, err := openFolder(path)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	s, err := readSettings(d, configFile)
	if err != nil {
		return r, err
	}
	if s.values == nil {
		return r, refuse("%s has no %s; what to do: give the folder that it is in", path, configFile)
	}
	c, err := readConfig(s)
	if err != nil {
		return r, err
	}
	outputs, err := plan(c, d)
	if err != nil {
		return r, err
	}
	size, err := vocabularySize(d)
	if err != nil {
		return r, err
	}
	v, pairs, err := readVocabulary(d, size, s)
	if err != nil {
		return r, err
	}
	if err := loads(pairs); err != nil {
		return r, err
	}
	r = Result{Architecture: c.arch, Type: t.String(), Tensors: len(outputs), Beyond: v.beyond}
	headers := make([]gguf.Tensor, len(outputs))
	for i, o := range outputs {
		headers[i] = o.header(t)
		if !o.vector && !o.plain && o.values == nil && headers[i].Type != t {
			r.Halved++
		}
	}
	pairs = append(general(c, path, size, t), pairs...)
	r.Bytes, err = place(out, func(w io.Writer) error {
		return gguf.Stream(w, pairs, headers, func(w io.Writer, n int) error {
			if progress != nil {
				progress(n, len(outputs))
			}
			return outputs[n].write(ctx, w, headers[n].Type)
		})
	})
	return r, err
}

// general is what the file says of the model, but for its tokens.
func general(c *config, path string, size int, t quant.Type) []gguf.Pair {
	name := "model"
	if whole, err := filepath.Abs(path); err == nil {
		name = filepath.Base(whole)
	}
	c.setInt("vocab_size", size)
	pairs := []gguf.Pair{{Key: "general.architecture", Value: c.arch}, {Key: "general.name", Value: name}, {Key: "general.file_type", Value: fileTypes[t]}}
	if info, _ := t.Info(); info.BlockValues > 1 {
		pairs = append(pairs, gguf.Pair{Key: "general.quantization_version", Value: uint32(quantVersion)})
	}
	return append(pairs, c.pairs...)
}

// loads says what llm/token has against a vocabulary, before weights are read.
func loads(pairs []gguf.Pair) error {
	var b bytes.Buffer
	if err := gguf.Write(&b, pairs, nil); err != nil {
		return err
	}
	f, err := gguf.Parse(b.Bytes())
	if err != nil {
		return err
	}
	if _, err := token.Read(f); err != nil {
		return refuse("the vocabulary: %v", err)
	}
	return nil
}

// place writes a file beside another, finds that it loads, and gives it the other's name.
func place(out string, write func(io.Writer) error) (size int64, err error) {
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return 0, err
	}
	f, err := os.CreateTemp(filepath.Dir(out), "."+filepath.Base(out)+"-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	if err := errors.Join(write(f), f.Close()); err != nil {
		return 0, err
	}
	if err := check(f.Name()); err != nil {
		return 0, fmt.Errorf("what was made does not load: %w", err)
	}
	info, err := os.Stat(f.Name())
	if err != nil {
		return 0, err
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return 0, err
	}
	return info.Size(), os.Rename(f.Name(), out)
}

// check loads a file as a model.
func check(path string) error {
	f, err := gguf.Open(path)
	if err != nil {
		return err
	}
	if _, err = model.Load(f); err == nil {
		_, err = token.Read(f)
	}
	return errors.Join(err, f.Close())
}
