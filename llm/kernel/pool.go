package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Pool does work on several goroutines, which wait for it: they spin for as long as work
// comes one after the other, and sleep where none does.
type Pool struct {
	workers int
	mu      sync.Mutex // one Split at a time

	// Of the vectors that are multiplied: see strip.
	numbers  []byte
	sums     []float32
	unpacked sync.Pool // of *unpacked

	now     atomic.Pointer[task]
	asleep  atomic.Int32
	sleep   sync.Mutex
	wake    *sync.Cond
	stopped atomic.Bool
}

// task is what the workers are to do.
type task struct {
	n, atOnce int
	part      func(from, to int)
	next      atomic.Int64 // of the n things, the first that nobody took
	left      atomic.Int64 // things that are not done
}

// spins is how often a worker looks for work before it sleeps: some tens of microseconds,
// the time between two matrices of a model.
const spins = 20_000

// NewPool makes a pool of so many workers, of which the caller is one. Close it.
func NewPool(workers int) *Pool {
	p := &Pool{workers: max(1, workers)}
	p.wake = sync.NewCond(&p.sleep)
	for range p.workers - 1 {
		go p.work()
	}
	return p
}

// Close ends the workers.
func (p *Pool) Close() {
	p.sleep.Lock()
	p.stopped.Store(true)
	p.wake.Broadcast()
	p.sleep.Unlock()
}

// work is what a worker does.
func (p *Pool) work() {
	var last *task
	for i := 0; !p.stopped.Load(); i++ {
		if t := p.now.Load(); t != last && t != nil {
			last = t
			t.run()
			i = 0
			continue
		}
		if i < spins {
			if i%64 == 63 { // a neighbour on this CPU may have something to do
				runtime.Gosched()
			}
			continue
		}
		p.sleep.Lock()
		p.asleep.Add(1)
		for p.now.Load() == last && !p.stopped.Load() {
			p.wake.Wait()
		}
		p.asleep.Add(-1)
		p.sleep.Unlock()
		i = 0
	}
}

// run takes things until there are none.
func (t *task) run() {
	for {
		from := int(t.next.Add(int64(t.atOnce))) - t.atOnce
		if from >= t.n {
			return
		}
		to := min(t.n, from+t.atOnce)
		t.part(from, to)
		t.left.Add(int64(from - to))
	}
}

// Split does part for all of n things, so many at once or a few more.
func (p *Pool) Split(n, atOnce int, part func(from, to int)) {
	if p.workers == 1 || n <= atOnce {
		part(0, n)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	const shares = 4 // of each worker, so that one that is late holds up little
	t := &task{n: n, atOnce: max(atOnce, n/(shares*p.workers)), part: part}
	t.left.Store(int64(n))
	p.now.Store(t)
	if p.asleep.Load() > 0 {
		p.sleep.Lock()
		p.wake.Broadcast()
		p.sleep.Unlock()
	}
	t.run()
	for i := 0; t.left.Load() > 0; i++ {
		if i%64 == 63 {
			runtime.Gosched()
		}
	}
}
