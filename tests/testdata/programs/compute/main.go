// Command compute runs kernels on the GPU from ring 3, good ones and bad ones.
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"sync"
	"syscall"

	"pxos/user/gpu"
)

const saxpy = `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x < arrayLength(&x)) { y[id.x] = 2.5 * x[id.x] + y[id.x]; }
}`

const forever = `
@group(0) @binding(0) var<storage, read_write> y: array<atomic<u32>>;
@compute @workgroup_size(1) fn main() { loop { if (atomicAdd(&y[0], 0u) == 1u) { break; } } }`

func main() {
	if len(os.Args) > 1 {
		peek(os.Args[1])
		return
	}
	d := must(gpu.Open())
	right(d)
	matvec(d)
	many(d)
	beside()
	wrong(d)
	others(d)
	leaks()
	check("close", d.Close())
}

func must[T any](v T, err error) T {
	check("", err)
	return v
}

func check(what string, err error) {
	if err != nil {
		fmt.Println(what, err)
		os.Exit(1)
	}
}

func floats(n int, f func(int) float32) []byte {
	out := make([]byte, 0, 4*n)
	for i := range n {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(f(i)))
	}
	return out
}

func at(b []byte, i int) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])) }

func filled(d *gpu.Device, data []byte) *gpu.Buffer {
	b := must(d.NewBuffer(len(data)))
	must(b.WriteAt(data, 0))
	return b
}

func read(b *gpu.Buffer) []byte {
	out := make([]byte, b.Bytes())
	must(b.ReadAt(out, 0))
	return out
}

// right runs a kernel of its own on many numbers and looks at each.
func right(d *gpu.Device) {
	const n = 100_000
	x := filled(d, floats(n, func(i int) float32 { return float32(i) }))
	y := filled(d, floats(n, func(i int) float32 { return float32(2 * i) }))
	p := must(d.NewProgram(saxpy))
	check("saxpy", d.Run(p, gpu.Workgroups{X: (n + 63) / 64}, gpu.Binding{Number: 0, Buffer: x}, gpu.Binding{Number: 1, Buffer: y}))
	bad := 0
	for i, out := 0, read(y); i < n; i++ {
		if at(out, i) != 4.5*float32(i) {
			bad++
		}
	}
	fmt.Println("saxpy:", n, "numbers,", bad, "wrong")
	check("drop", d.Drop(p))
	check("free", errors.Join(x.Free(), y.Free()))
}

// matvec runs a kernel that is always there: 4 rows of 8 ones and twos.
func matvec(d *gpu.Device) {
	const matvecF32, rows, columns = 15, 4, 8
	x := filled(d, floats(columns, func(i int) float32 { return float32(i) }))
	w := filled(d, floats(rows*columns, func(i int) float32 { return float32(i / columns) }))
	out := must(d.NewBuffer(4 * rows))
	shape := must(d.NewBuffer(16))
	must(shape.WriteAt([]byte{1, 0, 0, 0, rows, 0, 0, 0, columns, 0, 0, 0}, 0))
	check("matvec", d.Run(gpu.Ready(matvecF32), gpu.Workgroups{X: rows}, gpu.Binding{Number: 0, Buffer: x}, gpu.Binding{Number: 1, Buffer: w},
		gpu.Binding{Number: 2, Buffer: out}, gpu.Binding{Number: 3, Buffer: shape}))
	b := read(out)
	fmt.Println("matvec:", at(b, 0), at(b, 1), at(b, 2), at(b, 3))
	check("free", errors.Join(x.Free(), w.Free(), out.Free(), shape.Free()))
}

// many submits more jobs than wait for: each adds 2.5 to one number.
func many(d *gpu.Device) {
	one := filled(d, floats(64, func(int) float32 { return 1 }))
	sum := must(d.NewBuffer(256))
	p := must(d.NewProgram(saxpy))
	var last gpu.Job
	for range 200 {
		last = must(d.Submit(p, gpu.Workgroups{}, gpu.Binding{Number: 0, Buffer: one}, gpu.Binding{Number: 1, Buffer: sum}))
	}
	check("wait", last.Wait())
	fmt.Println("many:", at(read(sum), 63))
	check("free", errors.Join(d.Drop(p), one.Free(), sum.Free()))
}

// beside has several queues at one time.
func beside() {
	var all sync.WaitGroup
	var mu sync.Mutex
	total := float32(0)
	for i := range 6 {
		all.Go(func() {
			d := must(gpu.Open())
			x := filled(d, floats(64, func(int) float32 { return float32(i) }))
			y := must(d.NewBuffer(256))
			p := must(d.NewProgram(saxpy))
			for range 20 {
				check("beside", d.Run(p, gpu.Workgroups{}, gpu.Binding{Number: 0, Buffer: x}, gpu.Binding{Number: 1, Buffer: y}))
			}
			mu.Lock()
			total += at(read(y), 7)
			mu.Unlock()
			check("close", d.Close())
		})
	}
	all.Wait()
	fmt.Println("beside:", total)
}

// wrong does what must be refused.
func wrong(d *gpu.Device) {
	_, err := d.NewProgram("fn main() { return 1 + ; }")
	fmt.Println("text:", err)
	p := must(d.NewProgram(saxpy))
	b := must(d.NewBuffer(4096))
	fmt.Println("binding:", d.Run(p, gpu.Workgroups{}, gpu.Binding{Number: 0, Buffer: b}))
	check("free", b.Free())
	fmt.Println("freed:", d.Run(p, gpu.Workgroups{}, gpu.Binding{Number: 0, Buffer: b}, gpu.Binding{Number: 1, Buffer: b}))
	_, err = b.ReadAt(make([]byte, 16), 0)
	fmt.Println("read:", err)
	fmt.Println("twice:", b.Free())
	fmt.Println("program:", d.Run(gpu.Ready(60), gpu.Workgroups{}))
	_, err = d.NewBuffer(15 << 20)
	fmt.Println("much:", err)
	c := must(d.NewBuffer(256))
	q := must(d.NewProgram(forever))
	fmt.Println("runaway:", d.Run(q, gpu.Workgroups{}, gpu.Binding{Number: 0, Buffer: c}))
	check("free", errors.Join(c.Free(), d.Drop(p), d.Drop(q)))
}

// others has another program look for a secret, at its own /dev/gpu0 and at an inherited
// descriptor.
func others(d *gpu.Device) {
	secret := filled(d, []byte("a secret that nobody else may read"))
	c := exec.Command("/proc/self/exe", "peek")
	c.Stdout = os.Stdout
	check("another", c.Run())
	check("free", secret.Free())
}

func peek(string) {
	d := must(gpu.Open())
	defer d.Close()
	fd := must(syscall.Open("/dev/gpu0", syscall.O_RDWR, 0))
	seen, b := 0, make([]byte, 4096)
	for offset := int64(0); offset < 16<<20; offset += 4096 {
		if _, err := syscall.Pread(fd, b, offset); err == nil {
			seen++
		}
	}
	big := must(d.NewBuffer(1 << 20)) // what was there before is cleared
	for _, c := range read(big) {
		if c != 0 {
			seen++
		}
	}
	fmt.Println("another sees", seen, "pages")
}

// leaks opens and leaves without giving back, more than there is.
func leaks() {
	for range 40 {
		d := must(gpu.Open())
		must(d.NewBuffer(4 << 20))
		must(d.NewProgram(saxpy))
		check("close", d.Close())
	}
	fmt.Println("leaks: none")
}
