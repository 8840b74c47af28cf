package machine

import (
	"testing"
	"time"
)

// Power-on to Evidence for a triple fault: Create, Run, Inspect, Close.
//
//	go test -run '^$' -bench TripleFault -benchtime 20x ./machine

func benchmarkTripleFault(b *testing.B, cfg Config) {
	cfg.Tools, cfg.RAMBytes = tools(b), 512<<20
	var run, inspect time.Duration
	for b.Loop() {
		m, err := Create(b.Context(), cfg)
		if err != nil {
			b.Fatal(err)
		}
		outcome, err := m.Run(b.Context())
		if err != nil || outcome.Termination != TerminationTripleFault {
			b.Fatalf("%+v, %v", outcome, err)
		}
		started := time.Now()
		if _, err := m.Inspect(b.Context()); err != nil {
			b.Fatal(err)
		}
		run, inspect = run+outcome.Elapsed, inspect+time.Since(started)
		m.Close()
	}
	b.ReportMetric(float64(run.Microseconds())/1000/float64(b.N), "run_ms")
	b.ReportMetric(float64(inspect.Microseconds())/1000/float64(b.N), "inspect_ms")
}

func BenchmarkTripleFaultByKernel(b *testing.B) {
	benchmarkTripleFault(b, Config{Kernel: assemble(b, "pagefault")})
}

func BenchmarkTripleFaultByISO(b *testing.B) {
	benchmarkTripleFault(b, Config{ISO: disc(b, assemble(b, "pagefault"))})
}
