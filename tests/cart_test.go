package tests

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pxos/hypervisor"
	"pxos/pixel/codec"
)

// TestCartridgesInside posts cartridges to the hypervisor in ring 3 of pxOS, a program of
// the Pixel VM and one in WGSL among them: their output is that of this host's.
func TestCartridgesInside(t *testing.T) {
	port := freePort(t)
	base := fmt.Sprintf("http://127.0.0.1:%d", port)
	ctx, cancel := context.WithCancel(t.Context())
	done := bootServer(t, ctx, servedModule(t, "./user/cart", "8080", "-serve", "127.0.0.1:8080"), port, 1<<30)
	awaitServer(t, base+"/", done)
	for _, c := range []struct {
		folder, query string
		arguments     []string
		status        int
	}{
		{"matmul", "", nil, 200},
		{"signed", "?arg=40&arg=2", []string{"40", "2"}, 200},
		{"mandelbrot", "", nil, 200},
		{"tally", "", nil, 400}, // it asks for a folder, and a service gives none
	} {
		cart := cartridgeOf(t, c.folder)
		var file bytes.Buffer
		if err := cart.Write(&file, codec.Fast); err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		err := cart.Run(t.Context(), hypervisor.Request{Arguments: c.arguments, Output: &want, Now: time.Now, Seed: 1})
		if err != nil {
			fmt.Fprintln(&want, err)
		}
		r, err := client.Post(base+"/run"+c.query, "", &file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil || r.StatusCode != c.status || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s: %d %q, %v\non this host: %q", c.folder, r.StatusCode, got, err, want.Bytes())
		}
	}
	cancel()
	<-done
}

// cartridgeOf makes a cartridge of an example; what has to be built first is its source in
// examples/pixelvm.
func cartridgeOf(t *testing.T, name string) *hypervisor.Cartridge {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../examples/cartridges/"+name)); err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("../examples/pixelvm/" + name + "/main.go")
	if err == nil {
		manifest := filepath.Join(dir, hypervisor.ManifestFile)
		text, err := os.ReadFile(manifest)
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.ReplaceAll(text, []byte(name+".png"), []byte(name+".go"))
		if err := os.WriteFile(manifest, text, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".go"), source, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c, err := hypervisor.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
