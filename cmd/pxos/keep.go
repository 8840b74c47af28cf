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
	"pxos/fault"
	"pxos/machine"
	"pxos/pixel/codec"
	"pxos/pixel/store"
)

// keeper keeps in the pixel store what a cycle leaves: the kernels that it builds, the
// trace of every boot (exceptions, registers, the serial line), the memory of the machines
// that died, and its record. They differ little, so all of them cost little more than one.
// It copies while the cycle runs and puts them into the store afterwards, so that the
// cycle waits for nothing.
type keeper struct {
	dir string // of what is to be kept
	mu  sync.Mutex
	err error

	kernels, boots, memories int
}

// mostMemories is how many machines' memories are kept of one cycle: the first is that of
// the kernel as it was, the others are candidates'.
const mostMemories = 8

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
	p.Look = k.look
}

// look keeps the trace of a boot, with what a diagnosis reads of memory ("pxos diagnose"
// takes it), and all of the memory of a machine that died.
func (k *keeper) look(_ *machine.Machine, ev *machine.Evidence) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.boots++
	trace := filepath.Join(k.dir, fmt.Sprintf("boot-%03d.json", k.boots))
	if ev.Termination == machine.TerminationExit || k.memories == mostMemories {
		plain := *ev
		plain.Memory = nil
		k.err = errors.Join(k.err, machine.SaveEvidence(trace, &plain))
		return nil
	}
	k.memories++
	whole := *ev
	recorded := *ev
	machine.Record(&recorded)
	_, err := fault.Diagnose(&recorded, fault.Options{})
	if err == nil {
		err = machine.SaveEvidence(trace, &recorded)
	}
	if err == nil {
		err = machine.SaveMemory(filepath.Join(k.dir, fmt.Sprintf("boot-%03d.memory", k.boots)), &whole)
	}
	k.err = errors.Join(k.err, err)
	return nil // what is not kept does no harm to the cycle
}

func (k *keeper) copy(kernel string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kernels++
	data, err := os.ReadFile(kernel)
	if err == nil {
		err = os.WriteFile(filepath.Join(k.dir, fmt.Sprintf("kernel-%03d.elf", k.kernels)), data, 0o644)
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
		fmt.Fprintf(w, "%-9s %d kernels, %d traces, %d memories of machines that died (%.1f MB in all) and the record are kept in %.1f MB: pxos pixel ls %s\n",
			"store", k.kernels, k.boots, k.memories, float64(stats.LogicalBytes)/1e6, float64(stats.PackBytes)/1e6, name)
	}
	return err
}
