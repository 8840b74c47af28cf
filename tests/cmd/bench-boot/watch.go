package main

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"pxos/image"
	"pxos/image/toolchain"
	"pxos/machine"
	"pxos/pxgpu"
)

// The machine, the same for all systems: one processor, TCG, the pxGPU on the bus, no
// display, no log.
const (
	ramBytes = 512 << 20
	limit    = time.Minute
)

// mark is a moment of a boot: the line that shows it and what it is called.
type mark struct{ line, name string }

// clock notes when each of some lines appeared, on whichever of the machine's consoles.
type clock struct {
	mu    sync.Mutex
	began time.Time
	marks []mark
	at    []time.Duration // of each mark; 0: not yet
	last  chan struct{}   // closed when the last mark was seen
	said  bytes.Buffer
}

func newClock(marks []mark) *clock {
	return &clock{marks: marks, at: make([]time.Duration, len(marks)), last: make(chan struct{})}
}

// console is one source of lines of a clock.
type console struct {
	clock *clock
	line  []byte
}

// Write notes the marks in what came. A line is seen with its first bytes.
func (c *console) Write(p []byte) (int, error) {
	now := time.Since(c.clock.began)
	c.clock.mu.Lock()
	defer c.clock.mu.Unlock()
	c.clock.said.Write(p)
	for _, b := range p {
		if b == '\n' || b == '\r' {
			c.line = c.line[:0]
			continue
		}
		c.line = append(c.line, b)
		c.clock.seen(c.line, now)
	}
	return len(p), nil
}

// seen notes a mark that a line ends with. GRUB puts escapes before its lines.
func (c *clock) seen(line []byte, now time.Duration) {
	for i, m := range c.marks {
		if c.at[i] == 0 && bytes.HasSuffix(line, []byte(m.line)) {
			if c.at[i] = now; i == len(c.marks)-1 {
				close(c.last)
			}
		}
	}
}

// boot is what one boot took: when each mark was seen, from the start of the emulator,
// and the processor time of the emulator by then.
type boot struct {
	at  []time.Duration
	cpu time.Duration
	pid int // of the emulator
}

// watch boots a disc until the last mark.
func (l *lab) watch(ctx context.Context, s system, marks []mark, more ...string) (*boot, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	c := newClock(marks)
	device, err := pxgpu.Serve(ctx, pxgpu.Options{Console: &console{clock: c}})
	if err != nil {
		return nil, err
	}
	defer device.Close()
	qemu := l.tools.Tool(toolchain.QEMU).Cmd(ctx,
		"-no-user-config", "-nodefaults", "-display", "none", "-no-reboot", "-vga", "none",
		"-machine", "q35,memory-backend=ram", "-object", fmt.Sprintf("memory-backend-memfd,id=ram,size=%d,share=on", ramBytes),
		"-m", strconv.Itoa(ramBytes>>20)+"M", "-smp", "1", "-cpu", "max", "-accel", "tcg,thread=multi",
		"-device", `{"driver":"vfio-user-pci","socket":{"type":"unix","path":`+strconv.Quote(device.SocketPath())+`}}`,
		"-drive", "if=none,id=cd,media=cdrom,format=raw,readonly=on,file="+s.iso, "-device", "ide-cd,drive=cd,bootindex=0",
		"-serial", "stdio", "-monitor", "none")
	var complaints bytes.Buffer
	qemu.Args = append(qemu.Args, more...)
	qemu.Stdout, qemu.Stderr = &console{clock: c}, &complaints
	c.began = time.Now()
	if err := qemu.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- qemu.Wait() }()
	var cpu time.Duration
	select {
	case <-c.last:
		cpu = machine.CPUTime(qemu.Process.Pid)
		cancel()
		<-ended
	case err = <-ended:
		c.mu.Lock()
		defer c.mu.Unlock()
		return nil, fmt.Errorf("%s did not come to its first line: %v %s\n%s", s.name, err, complaints.Bytes(), lastBytes(c.said.Bytes()))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, m := range marks {
		if c.at[i] == 0 {
			return nil, fmt.Errorf("%s was not seen to come to %q\n%s", s.name, m.line, lastBytes(c.said.Bytes()))
		}
	}
	return &boot{c.at, cpu, qemu.Process.Pid}, nil
}

func lastBytes(b []byte) string { return string(b[max(0, len(b)-800):]) }

// marksOf are the moments of a system's boot, each with the name of what ends there:
// GRUB's two words, the system's own, its first line.
func marksOf(s system) []mark {
	m := []mark{{image.MarkLoad, "firmware, GRUB itself"}, {image.MarkBoot, "GRUB loads kernel and module"}}
	m = append(m, s.inside...)
	return append(m, mark{s.line, "the rest, to the first line"})
}

// insidePxOS are lines of the boot report, and of what the kernel says to programs.
var insidePxOS = []mark{
	{"@px boot", "hand-over, stub, serial line"},
	{"@px cpu", "memory map, page tables, traps, ACPI"},
	{"@px pci", "PCI scan"},
	{"@px gpu", "report of PCI, GPU"},
	{"@px authority", "GPU grants memory and devices"},
	{"@px processors", "report of the authority, processors"},
}

// insideLinux is Linux's own first line.
var insideLinux = []mark{{"Linux version", "hand-over, Linux unpacks itself"}}
