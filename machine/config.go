package machine

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"pxos/image/toolchain"
)

// Config describes a machine. Exactly one of ISO and Kernel is set.
type Config struct {
	// Tools is where QEMU is; nil looks in the repository's cache and on the
	// host, and installs nothing.
	Tools *toolchain.Toolchain

	Machine  string // "q35" (default) or "pc"
	RAMBytes uint64 // default 512 MiB; a multiple of 1 MiB from 16 MiB on
	CPUs     int    // virtual CPUs, each with a thread of its own under TCG; default 1
	CPUModel string // QEMU's -cpu, default "max"

	ISO     string // path of an El Torito image, booted by SeaBIOS
	Kernel  string // path of an ELF with a Multiboot 1 header or PVH note, or a Linux kernel
	Cmdline string // for Kernel
	Initrd  string // path, for Kernel; QEMU hands it over as a module

	// KernelELF is the file with symbols of what runs; default Kernel.
	KernelELF string

	VGA       string // "none" or "std"; default "std" for an ISO without GPUSocket, else "none"
	Screen    bool   // adds a bochs-display, a plain frame buffer
	GPUSocket string // path of a UNIX socket that serves vfio-user; adds the device and shares RAM
	// GPUDied reports the end of the GPU's process; the run then ends as a
	// LabError, because QEMU itself does not notice.
	GPUDied <-chan error
	// GPUEnded tells that the GPU ended the guest, and why; the run then ends as
	// "gpu-ended".
	GPUEnded <-chan string

	Args        []string // more arguments for QEMU
	Icount      bool     // count instructions: repeatable, but guest times are fictional
	NoDebugExit bool     // leave out isa-debug-exit at port 0xF4

	// ExpectLine ends the run as "reached" when a serial line matches.
	ExpectLine *regexp.Regexp
	// OnSerialLine is called for each full line of COM1, without its line end,
	// from one goroutine. It may end the run as "reached" by returning true.
	OnSerialLine func(line string) bool

	Limit time.Duration // wall clock of one Run, default 60 s
	// LoaderLimit is how long firmware and boot loader may be silent before
	// the run counts as no-boot. Default 20 s.
	LoaderLimit time.Duration
	// NoHangDetection lets a run without progress go on until Limit.
	NoHangDetection bool
}

const (
	minRAM       = 16 << 20
	maxRAM       = 1 << 40
	maxCPUs      = 64
	defaultRAM   = 512 << 20
	defaultLimit = 60 * time.Second
	loaderLimit  = 20 * time.Second
	maxPathBytes = 107 // sun_path of a UNIX socket less its NUL, unix(7)
)

// withDefaults returns the completed configuration, or what is wrong in it.
func (c Config) withDefaults() (Config, error) {
	bad := func(hint, format string, args ...any) (Config, error) {
		return c, labErrorf("create", hint, ErrConfig, format, args...)
	}
	c.Machine = orDefault(c.Machine, "q35")
	c.RAMBytes = orDefault(c.RAMBytes, defaultRAM)
	c.CPUs = orDefault(c.CPUs, 1)
	c.CPUModel = orDefault(c.CPUModel, "max")
	c.Limit = orDefault(c.Limit, defaultLimit)
	c.LoaderLimit = orDefault(c.LoaderLimit, loaderLimit)
	c.KernelELF = orDefault(c.KernelELF, c.Kernel)
	if c.VGA == "" {
		c.VGA = "none"
		if c.ISO != "" && c.GPUSocket == "" {
			c.VGA = "std"
		}
	}
	switch {
	case c.Machine != "q35" && c.Machine != "pc":
		return bad("use q35 or pc", "no machine %q", c.Machine)
	case c.RAMBytes < minRAM || c.RAMBytes > maxRAM || c.RAMBytes%(1<<20) != 0:
		return bad("give a multiple of 1 MiB from 16 MiB to 1 TiB", "%d bytes of memory", c.RAMBytes)
	case c.CPUs < 1 || c.CPUs > maxCPUs:
		return bad("give 1 to 64", "%d CPUs", c.CPUs)
	case (c.ISO == "") == (c.Kernel == ""):
		return bad("give an ISO or a kernel, not both", "one boot medium is needed")
	case c.Kernel == "" && (c.Cmdline != "" || c.Initrd != ""):
		return bad("put them into the ISO's boot menu", "command line and initrd go with a kernel file only")
	case c.VGA != "none" && c.VGA != "std":
		return bad("use none or std", "no display adapter %q", c.VGA)
	case c.Screen && c.VGA != "none":
		return bad("leave one of them out", "two screens: VGA and a bochs-display")
	case c.GPUSocket != "" && c.VGA != "none":
		return bad("leave VGA out", "the GPU takes the place of the VGA adapter")
	case len(c.GPUSocket) > maxPathBytes:
		return bad("use a shorter folder", "the GPU's socket path has %d bytes, %d fit", len(c.GPUSocket), maxPathBytes)
	}
	if c.GPUSocket != "" {
		if info, err := os.Stat(c.GPUSocket); err != nil || info.Mode()&os.ModeSocket == 0 {
			return c, &LabError{Op: "create", Err: fmt.Errorf("%w: no socket at %s", ErrGPUDied, c.GPUSocket), Hint: "start the GPU before the machine"}
		}
	}
	return c, nil
}

func orDefault[T comparable](value, standard T) T {
	var zero T
	if value == zero {
		return standard
	}
	return value
}

// Descriptors that QEMU inherits, by number in the child.
const (
	fdQMP = 3 + iota
	fdGDB
	fdSerial
	fdFirmware
	fdLog
	fdRAM
)

// ramName is what QEMU calls the memory by default; evidence keeps the name.
const ramName = "pc.ram"

// emulatorArgs is QEMU's command line. Everything between it and us goes over
// inherited descriptors, so that nothing has a name in the file system.
func (c Config) emulatorArgs() []string {
	args := []string{
		"-no-user-config", "-nodefaults", "-display", "none", "-S",
		"-machine", c.Machine + ",memory-backend=" + ramName,
		"-object", fmt.Sprintf("memory-backend-file,id=%s,size=%d,mem-path=/dev/fd/%d,share=on", ramName, c.RAMBytes, fdRAM),
		"-m", strconv.FormatUint(c.RAMBytes>>20, 10) + "M",
		"-smp", strconv.Itoa(c.CPUs), "-cpu", c.CPUModel, "-accel", c.accelerator(),
		// A reset becomes a shutdown, and a shutdown a pause: triple fault,
		// isa-debug-exit and ACPI power-off all leave the state to look at.
		"-action", "reboot=shutdown,shutdown=pause",
		"-vga", c.VGA,
		"-chardev", socketArg("qmp", fdQMP), "-mon", "chardev=qmp,mode=control",
		"-chardev", socketArg("gdb", fdGDB),
		"-chardev", socketArg("com1", fdSerial), "-serial", "chardev:com1",
		"-chardev", socketArg("firmware", fdFirmware), "-device", "isa-debugcon,iobase=0x402,chardev=firmware",
		"-d", "int,cpu_reset,guest_errors,trace:memory_region_ops_write", "-D", fmt.Sprintf("/dev/fd/%d", fdLog),
	}
	if c.Icount {
		args = append(args, "-icount", "shift=2,align=off,sleep=off")
	}
	if !c.NoDebugExit {
		args = append(args, "-device", "isa-debug-exit,iobase=0xf4,iosize=4")
	}
	if c.GPUSocket != "" {
		args = append(args, "-device", `{"driver":"vfio-user-pci","id":"pxgpu","socket":{"type":"unix","path":`+strconv.Quote(c.GPUSocket)+`}}`)
	}
	if c.Screen {
		args = append(args, "-device", "bochs-display,id=screen,romfile=") // no firmware shall write on it
	}
	if c.ISO != "" {
		args = append(args, "-drive", "if=none,id=cd,media=cdrom,format=raw,readonly=on,file="+commaSafe(c.ISO),
			"-device", "ide-cd,drive=cd,bootindex=0")
	} else {
		args = append(args, "-kernel", c.Kernel)
		if c.Cmdline != "" {
			args = append(args, "-append", c.Cmdline)
		}
		if c.Initrd != "" {
			args = append(args, "-initrd", commaSafe(c.Initrd))
		}
	}
	return append(args, c.Args...)
}

// accelerator is TCG: with one thread for each CPU, or one for all of them
// when instructions are counted.
func (c Config) accelerator() string {
	if c.Icount {
		return "tcg,thread=single"
	}
	return "tcg,thread=multi"
}

func socketArg(id string, fd int) string {
	return fmt.Sprintf("socket,id=%s,fd=%d", id, fd)
}

// commaSafe doubles commas, as QEMU's option syntax wants it.
func commaSafe(path string) string { return strings.ReplaceAll(path, ",", ",,") }
