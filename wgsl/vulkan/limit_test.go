//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pxos/wgsl/gpu"
)

// bench is a device with a buffer of 64 words.
type bench struct {
	t      *testing.T
	device gpu.Device
	buffer gpu.Buffer
	groups uint32
	took   time.Duration // by the last dispatch
}

func newBench(t *testing.T) *bench {
	d := device(t)
	b, err := d.NewBuffer(256)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return &bench{t: t, device: d, buffer: b, groups: 2}
}

// run dispatches workgroups of 64 with n in the buffer's first word.
func (b *bench) run(ctx context.Context, text string, n uint32, rounds int64) error {
	b.t.Helper()
	p := pipelineOf(b.t, b.device, text)
	defer p.Close()
	if err := b.buffer.Write(0, []byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}); err != nil {
		b.t.Fatal(err)
	}
	start := time.Now()
	err := p.Dispatch(ctx, gpu.Dispatch{Bindings: []gpu.Binding{{Buffer: b.buffer}}, Workgroups: [3]uint32{b.groups, 1, 1}, MaxRounds: rounds})
	b.took = time.Since(start)
	return err
}

// shader has statements with data (n in data[0]), s, i (the index in the
// workgroup) and id.
func shader(body string) string {
	return `@group(0) @binding(0) var<storage, read_write> data: array<u32>;
var<workgroup> tile: array<u32, 64>;
@compute @workgroup_size(64) fn main(@builtin(local_invocation_index) i: u32, @builtin(global_invocation_id) id: vec3u) {
    let n = data[0]; var s = 0u;
    ` + body + `
    if (i > 0u) { data[i & 63u] = s; }
}`
}

// TestRunaway asks that a shader without end is ended, and for the line of its
// loop; the device must be good for the next.
func TestRunaway(t *testing.T) {
	b := newBench(t)
	const most = 1 << 12 // llvmpipe ends loops after 65,535 rounds without a word
	for name, body := range map[string]string{
		"loop":               "loop { s += 1u; /**/ if (s == n) { break; } }",
		"while":              "while (s < 4294967295u) { /**/ s = (s * 3u) & 255u; }",
		"for":                "for (var k = 0u; k < 4294967295u; k += 1u) { /**/ s ^= k; }",
		"one invocation":     "if (id.x == 77u) { loop { s += 1u; /**/ if (s == n) { break; } } }",
		"inside":             "for (var k = 0u; k < 3u; k += 1u) { for (var j = 0i; j < 3; j++) { loop { s += 1u; /**/ if (s == n) { break; } } } }",
		"outside":            "loop { /**/ for (var j = 0i; j < 3; j++) { s += 1u; } if (s == n) { break; } }",
		"with barrier":       "loop { /**/ workgroupBarrier(); tile[i] += 1u; if (workgroupUniformLoad(&tile[0]) == 4294967295u) { break; } }",
		"between barriers":   "workgroupBarrier(); loop { s += i; /**/ if (s == 4294967295u) { break; } } workgroupBarrier(); tile[i] = s;",
		"barriers around":    "for (var k = 0u; k < 5u; k += 1u) { workgroupBarrier(); if (i == 3u) { loop { s += 1u; /**/ if (s == n) { break; } } } workgroupBarrier(); tile[i] = s; }",
		"left from inside":   "loop { loop { s += 1u; /**/ if (s == n) { return; } } }",
		"switch in it":       "loop { /**/ switch (s) { case 1u: { s = 2u; continue; } default: { s = 1u; } } if (s == n) { break; } }",
		"called":             "s = call(n);",
		"bound that changes": "var m = 5u; for (var k = 0u; k < m; k++) { /**/ m++; s ^= k; if (m == 0u) { m = 9u; } if (k > 4294967290u) { k = 3u; } }",
	} {
		text := shader(body)
		if name == "called" {
			text += "\nfn call(n: u32) -> u32 { var s = n; loop { s += 2u; /**/ if (s == n + 1u) { break; } } return s; }"
		}
		line := 1 + strings.Count(text[:strings.Index(text, "/**/")], "\n")
		err := b.run(context.Background(), text, 4294967295, most)
		var runaway *gpu.RunawayError
		if !errors.As(err, &runaway) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p := runaway.Source.Position(runaway.Span.Start); p.Line != line || runaway.Rounds != most {
			t.Errorf("%s: line %d, want %d, %d rounds", name, p.Line, line, runaway.Rounds)
		}
		if b.took > 5*time.Second {
			t.Errorf("%s: it took %v", name, b.took)
		}
	}
	if err := b.run(context.Background(), shader("s = n;"), 5, 0); err != nil {
		t.Error(err)
	}
}

// TestRoundsAreCounted asks that a limit lets a loop go round so often, and not
// once more, whatever its form.
func TestRoundsAreCounted(t *testing.T) {
	b := newBench(t)
	for name, body := range map[string]string{
		"variable bound":  "for (var k = 0u; k < n; k++) { s += k; }",
		"signed":          "for (var k = -500i; k < 500; k++) { s += 1u; }",
		"known":           "for (var k = 0u; k < 1000u; k++) { s += k; }",
		"with a step":     "for (var k = 0u; k < 7000u; k += 7u) { s += k; }",
		"variable start":  "for (var k = n; k < 2000u; k++) { s += k; }",
		"signed variable": "for (var k = -i32(n); k < 0; k++) { s += 1u; }",
		"downwards":       "for (var k = n; k > 0u; k--) { s += k; }",
		"and":             "var k = 0u; while (k < n && s != 4294967295u) { s += k; k++; }",
		"left":            "for (var k = 0u; k < 100000u; k++) { if (k == n) { break; } s += k; }",
		"skipping":        "for (var k = 0u; k < n; k++) { if ((k & 1u) == 0u) { continue; } s += k; }",
		"nested":          "for (var k = 0u; k < 10u; k++) { for (var j = 0u; j < 99u; j++) { s += j; } }",
		"two":             "for (var k = 0u; k < n / 2u; k++) { s += k; } for (var k = 0u; k < n / 2u; k++) { s += k; }",
		"barrier":         "for (var k = 0u; k < 1000u; k++) { workgroupBarrier(); tile[i] += k; }",
	} {
		if err := b.run(context.Background(), shader(body), 1000, 1000); err != nil {
			t.Errorf("%s, 1000 rounds: %v", name, err)
		}
		var runaway *gpu.RunawayError
		if err := b.run(context.Background(), shader(body), 1000, 999); !errors.As(err, &runaway) {
			t.Errorf("%s, 999 rounds: %v", name, err)
		}
	}
}

// TestCancel asks that a dispatch returns soon when its context ends, and that what
// was bound can be read and freed, and the device used, afterwards.
func TestCancel(t *testing.T) {
	b := newBench(t)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	b.groups = 60000
	err := b.run(ctx, shader("for (var k = 0u; k < 60000u; k++) { s += k | 1u; if (s == n) { return; } }"), 4294967295, 0)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the dispatch says %v", err)
	}
	if b.took > 500*time.Millisecond {
		t.Errorf("it was given up after %v", b.took)
	}
	if err := b.buffer.Read(0, make([]byte, 256)); err != nil {
		t.Error(err)
	}
	// The workgroups that had not begun end at once; all would take a minute.
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("the device was free after %v", took)
	}
	b.groups = 2
	if err := b.run(context.Background(), shader("s = n;"), 5, 0); err != nil {
		t.Error(err)
	}
	done, stop := context.WithCancel(context.Background())
	stop()
	if err := b.run(done, shader("s = n;"), 5, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("a dispatch whose context has ended says %v", err)
	}
}

// TestCloseWhileRunning closes everything while a dispatch that was given up still
// runs.
func TestCloseWhileRunning(t *testing.T) {
	d := device(t)
	p := pipelineOf(t, d, shader("loop { for (var k = 0u; k < 60000u; k++) { s += k | 1u; if (s == n) { return; } } }"))
	b, err := d.NewBuffer(256)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	start := time.Now()
	err = p.Dispatch(ctx, gpu.Dispatch{Bindings: []gpu.Binding{{Buffer: b}}, Workgroups: [3]uint32{100, 1, 1}, MaxRounds: 1 << 27})
	t.Logf("the dispatch says %v", err) // llvmpipe may have ended it
	for _, x := range []interface{ Close() error }{p, b, b, d, p, d} {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}
	if took := time.Since(start); took > 500*time.Millisecond {
		t.Errorf("it took %v", took)
	}
	if err := b.Read(0, make([]byte, 4)); err == nil {
		t.Error("a buffer of a closed device can be read")
	}
}

// TestManyGoroutines uses a device, a pipeline and buffers from several at once.
func TestManyGoroutines(t *testing.T) {
	d := device(t)
	p := pipelineOf(t, d, `@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { data[id.x] = data[id.x] * 3u + arrayLength(&data); }`)
	defer p.Close()
	failures := make(chan error)
	const goroutines = 8
	for g := range goroutines {
		go func() { failures <- useDevice(d, p, 16*(g+1)) }()
	}
	for range goroutines {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
}

func useDevice(d gpu.Device, p gpu.Pipeline, words int) error {
	for range 10 {
		b, err := d.NewBuffer(int64(4 * words))
		if err != nil {
			return err
		}
		data := make([]byte, 4*words)
		for i := range words {
			data[4*i] = byte(i)
		}
		err = errors.Join(b.Write(0, data),
			p.Dispatch(context.Background(), gpu.Dispatch{Bindings: []gpu.Binding{{Buffer: b}}, Workgroups: [3]uint32{uint32(words+63) / 64, 1, 1}}),
			b.Read(0, data), b.Close())
		if err != nil {
			return err
		}
		for i := range words - 1 { // past the end all write the last
			if got := int(data[4*i]) | int(data[4*i+1])<<8; got != 3*i+words {
				return fmt.Errorf("%d words: %d at %d", words, got, i)
			}
		}
	}
	return nil
}
