package llmoracle

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"

	"pxos/tests/llmoracle/llamacpp"
)

// loaded is what is loaded once for all tests.
var loaded struct {
	once sync.Once
	lib  *llamacpp.Library
	err  error
}

// llamaCppOf loads llama.cpp from the folder that LLAMA_CPP names.
func llamaCppOf(t *testing.T) *llamacpp.Library {
	t.Helper()
	folder := os.Getenv("LLAMA_CPP")
	if folder == "" {
		if os.Getenv("PXOS_REQUIRE_TOOLS") != "" {
			t.Fatal("LLAMA_CPP does not say where llama.cpp's libraries are")
		}
		t.Skip("LLAMA_CPP does not say where llama.cpp's libraries are")
	}
	loaded.once.Do(func() { loaded.lib, loaded.err = llamacpp.Open(folder) })
	if loaded.err != nil {
		t.Fatal(loaded.err)
	}
	return loaded.lib
}

func TestMain(m *testing.M) {
	code := m.Run()
	if loaded.lib != nil {
		if err := loaded.lib.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// load loads a model, or its vocabulary alone.
func load(t *testing.T, l *llamacpp.Library, path string, vocabulary bool) *llamacpp.Model {
	t.Helper()
	m, err := l.Load(path, vocabulary)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

// feed gives the logits after tokens, with keys and values of 32 bits.
func feed(t *testing.T, m *llamacpp.Model, tokens []int, vocabulary int) []float32 {
	t.Helper()
	c, err := m.NewContext(0, true)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	logits, err := c.Feed(tokens, vocabulary)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(logits)
}
