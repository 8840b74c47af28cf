package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"pxos/abi"
	"pxos/architect/trial"
	"pxos/image"
	"pxos/image/toolchain"
	"pxos/pxgpu"
)

type options struct {
	duration time.Duration
	seed     uint64
	machine  bool
}

type neighbourSaw struct {
	Commands uint64 `json:"commands"`
	Looks    uint64 `json:"looks_at_memory"`
}

type machineSaw struct {
	Boots int `json:"boots"`
	Up    int `json:"up"`
}

// run has all three at work until the time is over.
func run(parent context.Context, o options) (*report, error) {
	start := time.Now()
	r := &report{Schema: "pxos.hostile/1", Seed: o.seed, Problems: []string{}}
	boots, err := prepareMachine(parent, o.machine)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(parent, o.duration)
	defer cancel()
	bad, err := pxgpu.Serve(context.WithoutCancel(parent), pxgpu.Options{KernelLimit: 200 * time.Millisecond})
	if err != nil {
		return nil, err
	}
	defer bad.Close()
	good, err := pxgpu.Serve(context.WithoutCancel(parent), pxgpu.Options{})
	if err != nil {
		return nil, err
	}
	defer good.Close()
	hostile, err := newGuest(bad)
	if err != nil {
		return nil, err
	}
	defer hostile.close()
	honest, err := newGuest(good)
	if err != nil {
		return nil, err
	}
	defer honest.close()
	a := &attacker{guest: hostile, device: bad, r: rand.New(rand.NewPCG(o.seed, 0))}
	var mu sync.Mutex
	var wait sync.WaitGroup
	work := func(f func(context.Context) error) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			if err := f(ctx); err != nil {
				mu.Lock()
				r.Problems = append(r.Problems, err.Error())
				mu.Unlock()
				cancel()
			}
		}()
	}
	work(a.attack)
	work(func(ctx context.Context) error { return neighbour(ctx, honest, &r.Neighbour) })
	if boots != nil {
		work(func(ctx context.Context) error { return boots(ctx, &r.Machine) })
	}
	go progress(ctx, start, a, r)
	wait.Wait()
	r.Seconds = time.Since(start).Seconds()
	for _, d := range []*pxgpu.Device{bad, good} {
		select {
		case err := <-d.Died():
			r.Problems = append(r.Problems, "a device died: "+err.Error())
		default:
		}
	}
	s := bad.Stats()
	r.Attack = a.attackCounts
	r.Attack.Commands, r.Attack.Refused, r.Attack.Runaways = s.Commands, s.Errors, s.Runaways
	return r, parent.Err()
}

func progress(ctx context.Context, start time.Time, a *attacker, r *report) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(10 * time.Second):
			s := a.device.Stats()
			fmt.Fprintf(os.Stderr, "%3.0f s: %d commands of the hostile guest carried out, %d refused, %d kernels ended\n",
				time.Since(start).Seconds(), s.Commands, s.Errors, s.Runaways)
		}
	}
}

// neighbour keeps the rules on a device of its own: every answer must be right, and
// a pattern in its memory must stay.
func neighbour(ctx context.Context, g *guest, saw *neighbourSaw) error {
	const pages = 64
	n := uint32(0)
	call := func(op uint32, args [abi.SQEArgNum]uint64) (status uint32, result uint64, err error) {
		g.submit(0, n, n+1, op, args)
		n++
		if g.load(abi.RingBase+abi.RingDeviceSleep) != 0 {
			if err := g.write(abi.RegDOORBELL, 0); err != nil {
				return 0, 0, err
			}
		}
		at := entry(0, abi.RingCQEntries, n-1)
		for g.load(at+abi.CQESeq) != n {
			if ctx.Err() != nil {
				return 0, 0, ctx.Err()
			}
		}
		return g.load(at + abi.CQEStatus), binary.LittleEndian.Uint64(g.vram[at+abi.CQEResult:]), nil
	}
	_, at, err := call(abi.OpAlloc, [abi.SQEArgNum]uint64{pages})
	if err != nil {
		return err
	}
	pattern := g.vram[at : at+pages*abi.VRAMPageBytes]
	for i := range pattern {
		pattern[i] = byte(i * 7)
	}
	for ctx.Err() == nil {
		status, result, err := call(abi.OpGPUExecute, [abi.SQEArgNum]uint64{abi.ProgramPing, uint64(n)})
		if ctx.Err() != nil {
			return nil
		}
		if err != nil || status != abi.ErrNone || result != uint64(n) { // n has moved on by one
			return fmt.Errorf("the neighbour's command %d: error %d, result %d (%v)", n, status, result, err)
		}
		saw.Commands++
		if n%1000 != 0 {
			continue
		}
		saw.Looks++
		for i, c := range pattern {
			if c != byte(i*7) {
				return fmt.Errorf("the neighbour's memory changed at %d", i)
			}
		}
		time.Sleep(time.Millisecond) // two cores are shared by all
	}
	return nil
}

// prepareMachine builds the kernel, and gives what boots it again and again.
func prepareMachine(ctx context.Context, wanted bool) (func(context.Context, *machineSaw) error, error) {
	if !wanted {
		return nil, nil
	}
	dir, err := toolchain.CacheDir()
	if err != nil {
		return nil, err
	}
	tools, err := toolchain.Find(dir)
	if err != nil {
		return nil, err
	}
	k, err := image.Build(ctx, image.Options{Root: ".", Out: "build", Tools: tools})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, saw *machineSaw) error {
		for ctx.Err() == nil {
			r, err := trial.Boot(ctx, trial.Config{Tools: tools, Kernel: k.ELF})
			if ctx.Err() != nil {
				return nil
			}
			if err != nil {
				return err
			}
			saw.Boots++
			if !r.Up() {
				return fmt.Errorf("pxOS beside the hostile guest did not come up: %s", r.Why())
			}
			saw.Up++
			time.Sleep(time.Second)
		}
		return nil
	}, nil
}
