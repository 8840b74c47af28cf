package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"pxos/architect"
	"pxos/pixel/codec"
	"pxos/pixel/store"
)

// keeper keeps the kernels that a cycle builds, and its record, in the pixel store: they
// differ little, so all of them cost little more than one. It copies while the cycle
// runs and puts them into the store afterwards, so that the cycle waits for nothing.
type keeper struct {
	dir string // of what is to be kept
	mu  sync.Mutex
	n   int
	err error
}

func newKeeper() (*keeper, error) {
	dir, err := os.MkdirTemp("", "pxos-keep-")
	return &keeper{dir: dir}, err
}

// watch has the keeper see every kernel that a project builds.
func (k *keeper) watch(p *architect.Project) {
	build := p.Build
	p.Build = func(ctx context.Context, dir, out string) (architect.Artifact, error) {
		a, err := build(ctx, dir, out)
		if err == nil && a.Kernel != "" {
			k.copy(a.Kernel)
		}
		return a, err
	}
}

func (k *keeper) copy(kernel string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.n++
	data, err := os.ReadFile(kernel)
	if err == nil {
		err = os.WriteFile(filepath.Join(k.dir, fmt.Sprintf("kernel-%03d.elf", k.n)), data, 0o644)
	}
	k.err = errors.Join(k.err, err)
}

// finish puts all of it into the store, if the cycle came to an end. A failure is told and
// does no harm to the cycle.
func (k *keeper) finish(ctx context.Context, w io.Writer, label string, r *architect.Record) {
	defer os.RemoveAll(k.dir)
	if r == nil { // the cycle was interrupted, or the laboratory failed
		return
	}
	err := k.err
	if err == nil {
		var text []byte
		if text, err = json.MarshalIndent(r, "", "  "); err == nil {
			err = os.WriteFile(filepath.Join(k.dir, "cycle.json"), text, 0o644)
		}
	}
	if err == nil {
		err = k.put(ctx, w, label)
	}
	if err != nil {
		fmt.Fprintf(w, "%-9s not kept: %v\n", "store", err)
	}
}

func (k *keeper) put(ctx context.Context, w io.Writer, label string) error {
	dir, err := storeDir("")
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, dir, store.Options{Create: true, Write: true, Wait: lockWait, Level: codec.Fast})
	if err != nil {
		return err
	}
	name := fmt.Sprintf("cycles/%s/%s", label, time.Now().UTC().Format("20060102T150405Z"))
	stats, err := s.Put(ctx, name, k.dir)
	if err = errors.Join(err, s.Close()); err == nil {
		fmt.Fprintf(w, "%-9s %d kernels and the record are kept in %d bytes: pxos pixel ls %s\n", "store", k.n, stats.PackBytes, name)
	}
	return err
}
